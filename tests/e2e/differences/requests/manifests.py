"""Manifests: asked for, and pushed, mostly wrong ones."""
from harness.http import digest_of
from harness.images import DOCKER, OCI

from .. import content as c
from ..steps import get, head, post, put

OCI_DIGEST, DOCKER_DIGEST = digest_of(c.OCI_IMAGE), digest_of(c.DOCKER_IMAGE)
ALL_TYPES = {"Accept": ", ".join([OCI["manifest"], OCI["index"], DOCKER["manifest"], DOCKER["index"], "*/*"])}
OCI_TYPE, DOCKER_TYPE = {"Accept": OCI["manifest"]}, {"Accept": DOCKER["manifest"]}


def of(reference):
    return f"/v2/app/manifests/{reference}"


# What one of the two may refuse goes into a repository of its own, so that lists and deletions show none of it.
def odd(reference):
    return f"/v2/odd/manifests/{reference}"


def mounted(data):
    digest = digest_of(data)
    return post(f"put: blob {digest[7:11]} to refer to", f"/v2/odd/blobs/uploads/?mount={digest}&from=app")


READ = [
    get("manifest: OCI by tag", of("oci"), ALL_TYPES),
    head("manifest: OCI by tag, HEAD", of("oci"), ALL_TYPES),
    get("manifest: OCI by digest", of(OCI_DIGEST), ALL_TYPES),
    head("manifest: OCI by digest, HEAD", of(OCI_DIGEST), ALL_TYPES),
    get("manifest: Docker by tag", of("docker"), ALL_TYPES),
    get("manifest: Docker by digest", of(DOCKER_DIGEST), ALL_TYPES),
    get("manifest: without mediaType", of("untyped"), ALL_TYPES),
    get("manifest: index", of("oci-index"), ALL_TYPES),
    head("manifest: index, HEAD", of("oci-index"), ALL_TYPES),
    get("manifest: list", of("docker-list"), ALL_TYPES),
    get("manifest: index without mediaType", of("untyped-index"), ALL_TYPES),
    get("manifest: digest with its colon encoded", of(OCI_DIGEST.replace(":", "%3A")), ALL_TYPES),
    get("manifest: If-None-Match", of("oci"), {**ALL_TYPES, "If-None-Match": f'"{OCI_DIGEST}"'}),
    get("manifest: If-None-Match without quotes", of("oci"), {**ALL_TYPES, "If-None-Match": OCI_DIGEST}),
    get("manifest: If-None-Match of another", of("oci"), {**ALL_TYPES, "If-None-Match": f'"{c.ABSENT}"'}),
    get("manifest: If-None-Match, weak", of("oci"), {**ALL_TYPES, "If-None-Match": f'W/"{OCI_DIGEST}"'}),
    get("manifest: If-None-Match, a list", of("oci"), {**ALL_TYPES, "If-None-Match": f'"x", "{OCI_DIGEST}"'}),
    get("manifest: If-None-Match of anything", of("oci"), {**ALL_TYPES, "If-None-Match": "*"}),
    head("manifest: If-None-Match, HEAD", of(OCI_DIGEST), {**ALL_TYPES, "If-None-Match": f'"{OCI_DIGEST}"'}),
    get("manifest: Range", of("oci"), {**ALL_TYPES, "Range": "bytes=0-9"}),
    get("accept: OCI, none", of("oci")),
    get("accept: OCI, anything", of("oci"), {"Accept": "*/*"}),
    get("accept: OCI, the OCI type", of("oci"), OCI_TYPE),
    get("accept: OCI, Docker's type", of("oci"), DOCKER_TYPE),
    get("accept: OCI by digest, none", of(OCI_DIGEST)),
    get("accept: Docker, none", of("docker")),
    head("accept: Docker, none, HEAD", of("docker")),
    get("accept: Docker, anything", of("docker"), {"Accept": "*/*"}),
    get("accept: Docker, the OCI type", of("docker"), OCI_TYPE),
    get("accept: Docker, Docker's type", of("docker"), DOCKER_TYPE),
    get("accept: Docker by digest, none", of(DOCKER_DIGEST)),
    get("accept: Docker, schema 1", of("docker"), {"Accept": c.SCHEMA1_SIGNED}),
    get("accept: index, none", of("oci-index")),
    get("accept: index, the image's type", of("oci-index"), OCI_TYPE),
    get("accept: list, none", of("docker-list")),
    get("accept: list, the image's type", of("docker-list"), DOCKER_TYPE),
    get("accept: list by digest, none", of(digest_of(c.DOCKER_LIST))),
    get("manifest: unknown tag", of("nothing"), ALL_TYPES),
    head("manifest: unknown tag, HEAD", of("nothing"), ALL_TYPES),
    get("manifest: unknown digest", of(c.ABSENT), ALL_TYPES),
    head("manifest: unknown digest, HEAD", of(c.ABSENT), ALL_TYPES),
    get("manifest: of no repository", "/v2/nobody/manifests/1", ALL_TYPES),
    get("manifest: by digest, of no repository", f"/v2/nobody/manifests/{c.ABSENT}", ALL_TYPES),
    get("manifest: of another repository", f"/v2/only/blobs/manifests/{OCI_DIGEST}", ALL_TYPES),
    get("manifest: digest of a blob", of(digest_of(c.BLOB)), ALL_TYPES),
    get("manifest: bad tag", of("-bad"), ALL_TYPES),
    get("manifest: tag of 128 characters", of("t" * 128), ALL_TYPES),
    get("manifest: tag of 129 characters", of("t" * 129), ALL_TYPES),
    get("manifest: digest too short", of("sha256:1234"), ALL_TYPES),
    get("manifest: digest in upper case", of("sha256:" + "A" * 64), ALL_TYPES),
    get("manifest: digest of an unknown algorithm", of("md5:" + "1" * 32), ALL_TYPES),
    get("manifest: digest without an algorithm", of("1" * 64), ALL_TYPES),
    get("manifest: unknown sha512", of("sha512:" + "1" * 128), ALL_TYPES),
    get("manifest: no reference", of(""), ALL_TYPES),
]

WRITTEN = [
    *[mounted(data) for data in (c.CONFIG, c.LAYER, c.OTHER_LAYER)],
    put("put: an image to refer to", odd("oci"), c.OCI_IMAGE, OCI["manifest"]),
    put("put: wrong digest", odd(c.ABSENT), c.OCI_IMAGE, OCI["manifest"]),
    put("put: bad tag", odd("-bad"), c.OCI_IMAGE, OCI["manifest"]),
    put("put: tag of 129 characters", odd("t" * 129), c.OCI_IMAGE, OCI["manifest"]),
    put("put: bad digest", odd("sha256:1234"), c.OCI_IMAGE, OCI["manifest"]),
    put("put: by sha512", odd(c.sha512_of(c.OCI_IMAGE)), c.OCI_IMAGE, OCI["manifest"]),
    get("put: by sha512, asked for", odd(c.sha512_of(c.OCI_IMAGE)), ALL_TYPES),
    put("put: a layer is missing", odd("bad"), c.image(layers=[c.absent(OCI["layer"])]), OCI["manifest"]),
    put("put: config and layer are missing", odd("bad"),
        c.image(config=c.absent(OCI["config"]), layers=[c.absent(OCI["layer"])]), OCI["manifest"]),
    put("put: into a repository without its blobs", "/v2/empty/manifests/1", c.OCI_IMAGE, OCI["manifest"]),
    put("put: a child is missing", odd("bad"), c.index(OCI, (b"no such image", OCI["manifest"])), OCI["index"]),
    put("put: an index of nothing", odd("empty-index"), c.index(OCI), OCI["index"]),
    put("put: no body", odd("bad"), b"", OCI["manifest"]),
    put("put: no JSON", odd("bad"), b"{", OCI["manifest"]),
    put("put: JSON of another kind", odd("bad"), b"[]", OCI["manifest"]),
    put("put: JSON with more behind it", odd("bad"), c.OCI_IMAGE + b"x", OCI["manifest"]),
    put("put: an empty object", odd("bad"), b"{}", OCI["manifest"]),
    put("put: nested deeply", odd("deep"), c.image(deep=eval("[" * 60 + "]" * 60)), OCI["manifest"]),
    put("put: a key twice", odd("twice"), c.DOUBLE_KEY, OCI["manifest"]),
    put("put: schemaVersion 3", odd("bad"), c.image(schemaVersion=3), OCI["manifest"]),
    put("put: no schemaVersion", odd("bad"), c.image(schemaVersion=None), OCI["manifest"]),
    put("put: no config", odd("bad"), c.image(config=None), OCI["manifest"]),
    put("put: no layers", odd("no-layers-key"), c.image(layers=None), OCI["manifest"]),
    put("put: an empty list of layers", odd("no-layers"), c.image(layers=[]), OCI["manifest"]),
    put("put: layers that are no list", odd("bad"), c.image(layers="x"), OCI["manifest"]),
    put("put: a layer without a digest", odd("bad"), c.image(layers=[{"mediaType": OCI["layer"], "size": 1}]),
        OCI["manifest"]),
    put("put: a layer with a bad digest", odd("bad"),
        c.image(layers=[{"mediaType": OCI["layer"], "size": 1, "digest": "sha256:zz"}]), OCI["manifest"]),
    put("put: a layer with a negative size", odd("negative"),
        c.image(layers=[{**c.described(c.LAYER, OCI["layer"]), "size": -1}]), OCI["manifest"]),
    put("put: a layer with a wrong size", odd("wrong-size"),
        c.image(layers=[{**c.described(c.LAYER, OCI["layer"]), "size": 1}]), OCI["manifest"]),
    put("put: a layer without a mediaType", odd("untyped-layer"),
        c.image(layers=[{"size": len(c.LAYER), "digest": digest_of(c.LAYER)}]), OCI["manifest"]),
    put("put: manifests and layers", odd("bad"), c.image(manifests=[]), OCI["manifest"]),
    put("put: an index with layers", odd("bad"), c.index(OCI, layers=[]), OCI["index"]),
    put("put: no Content-Type", odd("no-content-type"), c.OCI_IMAGE, None),
    put("put: no Content-Type, Docker", odd("no-content-type-docker"), c.DOCKER_IMAGE, None),
    put("put: no Content-Type, index", odd("no-content-type-index"), c.OCI_INDEX, None),
    put("put: no Content-Type and no mediaType", odd("no-type-at-all"), c.UNTYPED_IMAGE, None),
    put("put: application/json", odd("json"), c.OCI_IMAGE, "application/json"),
    put("put: another manifest's Content-Type", odd("bad"), c.OCI_IMAGE, DOCKER["manifest"]),
    put("put: an index's Content-Type", odd("bad"), c.OCI_IMAGE, OCI["index"]),
    put("put: an unknown Content-Type", odd("bad"), c.OCI_IMAGE, c.ARTIFACT),
    put("put: a nonsense Content-Type", odd("bad"), c.OCI_IMAGE, "x"),
    put("put: Content-Type with a parameter", odd("charset"), c.OCI_IMAGE, OCI["manifest"] + "; charset=utf-8"),
    put("put: an unknown mediaType", odd("bad"), c.image(mediaType=c.ARTIFACT), c.ARTIFACT),
    put("put: schema 1", odd("old"), c.SCHEMA1_IMAGE, c.SCHEMA1),
    put("put: schema 1, signed", odd("old"), c.SCHEMA1_IMAGE, c.SCHEMA1_SIGNED),
    put("put: schema 1, no Content-Type", odd("old"), c.SCHEMA1_IMAGE, None),
    put("put: a foreign layer", odd("foreign"), c.FOREIGN_IMAGE, DOCKER["manifest"]),
    put("put: a foreign layer at no address of the web", odd("bad"),
        c.image(DOCKER, layers=[c.absent("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                                         urls=["file:///base"])]), DOCKER["manifest"]),
    put("put: a foreign layer without a URL", odd("foreign"),
        c.image(DOCKER, layers=[c.absent("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")]),
        DOCKER["manifest"]),
    put("put: a layer that may not be distributed", odd("foreign"),
        c.image(layers=[c.absent("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")]), OCI["manifest"]),
    put("put: an ordinary layer with a URL", odd("url"),
        c.image(layers=[c.described(c.LAYER, OCI["layer"], urls=["https://example.com/layer"])]), OCI["manifest"]),
    put("put: an ordinary layer with a URL that is missing", odd("bad"),
        c.image(layers=[c.absent(OCI["layer"], urls=["https://example.com/layer"])]), OCI["manifest"]),
    put("put: a zstd layer with a URL", odd("url"),
        c.image(layers=[c.described(c.LAYER, "application/vnd.oci.image.layer.v1.tar+zstd",
                                    urls=["https://example.com/layer"])]), OCI["manifest"]),
    put("put: with a subject", odd("signature"), c.SIGNATURE, OCI["manifest"]),
    put("put: with a subject that is missing", odd("lonely-signature"),
        c.image(subject=c.absent(OCI["manifest"])), OCI["manifest"]),
    put("put: with a bad subject", odd("bad-subject"), c.image(subject={"digest": "x"}), OCI["manifest"]),
    put("put: annotations that are no strings", odd("bad"), c.image(annotations={"x": 1}), OCI["manifest"]),
    put("put: a config of an artifact", odd("artifact"),
        c.image(config=c.described(c.CONFIG, "application/vnd.example.config")), OCI["manifest"]),
    put("put: 4 MiB", odd("large"), c.padded(c.OCI_IMAGE, c.MANIFEST_LIMIT), OCI["manifest"]),
    put("put: more than 4 MiB", odd("bad"), c.padded(c.OCI_IMAGE, c.MANIFEST_LIMIT + 1), OCI["manifest"]),
    put("put: more than 4 MiB, chunked", odd("bad"), c.padded(c.OCI_IMAGE, c.MANIFEST_LIMIT + 1), OCI["manifest"],
        chunked=True),
    put("put: chunked", odd("chunked"), c.OCI_IMAGE, OCI["manifest"], chunked=True),
    put("put: with tags in the query", odd(f"{OCI_DIGEST}?tag=by-query&tag=by-query-too"), c.OCI_IMAGE,
        OCI["manifest"]),
    put("put: no reference", odd(""), c.OCI_IMAGE, OCI["manifest"]),
    head("put: what a tag in the query made", odd("by-query"), ALL_TYPES),
]

# What registry:2 may have taken that berth would not.
ODD = [get("stored: a blob by sha512", f"/v2/odd/blobs/{c.sha512_of(c.WIDE)}"),
       *[get(f"stored: {tag}", odd(tag), ALL_TYPES)
         for tag in ("deep", "twice", "no-layers-key", "negative", "bad-subject", "wrong-size", "large", "wide")]]

REFERRERS = [
    get("referrers: of an image", f"/v2/odd/referrers/{OCI_DIGEST}"),
    head("referrers: HEAD", f"/v2/odd/referrers/{OCI_DIGEST}"),
    get("referrers: of one type", f"/v2/odd/referrers/{OCI_DIGEST}?artifactType=application/vnd.example.none"),
    get("referrers: of nothing", f"/v2/odd/referrers/{c.ABSENT[:-1]}2"),
    get("referrers: bad digest", "/v2/odd/referrers/sha256:1"),
    put("referrers: PUT", f"/v2/odd/referrers/{OCI_DIGEST}", b"{}", "application/json"),
]
