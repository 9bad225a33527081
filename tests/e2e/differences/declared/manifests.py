"""Manifests: read, pushed, and those that refer to others."""
from harness.http import digest_of
from harness.images import DOCKER, OCI

from .. import content as c
from ..verdict import ANY, Difference
from .answers import JSON, NO_PAGE, created, named, refused, served

OCI_IMAGE, DOCKER_IMAGE = served(c.OCI_IMAGE, OCI["manifest"]), served(c.DOCKER_IMAGE, DOCKER["manifest"])
OCI_INDEX, DOCKER_LIST = served(c.OCI_INDEX, OCI["index"]), served(c.DOCKER_LIST, DOCKER["index"])
CONVERTED = {"status": 200, "Content-Type": c.SCHEMA1_SIGNED, "body": ANY, "Docker-Content-Digest": ANY, "Etag": ANY}
SAME = {"status": 304, **named(digest_of(c.OCI_IMAGE))}
LENGTH = {"Content-Length": ANY}  # of what a HEAD does not get
ANY_CREATED = {"status": 201, "Location": ANY, "Docker-Content-Digest": ANY}


def pushed(data):
    return created("odd/manifests", digest_of(data))


READ = [
    Difference("not-modified", ("manifest: If-None-Match", "manifest: If-None-Match without quotes",
                                "manifest: If-None-Match, HEAD"), SAME, {"status": 304}),
    Difference("if-none-match", ("manifest: If-None-Match, weak", "manifest: If-None-Match, a list",
                                 "manifest: If-None-Match of anything"), SAME, OCI_IMAGE),
    Difference("if-none-match", ("blob: If-None-Match without quotes",), {"status": 304},
               {"status": 200, "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream", "body": ANY}),
    Difference("accept-oci", ("accept: OCI, none", "accept: OCI, anything", "accept: OCI, Docker's type",
                              "accept: OCI by digest, none"), OCI_IMAGE, refused(404, "MANIFEST_UNKNOWN")),
    Difference("accept-oci", ("accept: index, none", "accept: index, the image's type"),
               OCI_INDEX, refused(404, "MANIFEST_UNKNOWN")),
    Difference("accept-docker", ("accept: Docker, none", "accept: Docker, anything", "accept: Docker, the OCI type",
                                 "accept: Docker, schema 1"), DOCKER_IMAGE, CONVERTED),
    Difference("accept-docker", ("accept: Docker, none, HEAD",), {**DOCKER_IMAGE, **LENGTH}, {**CONVERTED, **LENGTH}),
    Difference("accept-list", ("accept: list, none",), DOCKER_LIST, CONVERTED),
    Difference("accept-list", ("accept: list, the image's type",), DOCKER_LIST, DOCKER_IMAGE),
    Difference("invalid-references", ("manifest: bad tag", "manifest: tag of 129 characters", "manifest: no reference",
                                      "delete: bad tag"), refused(404, "MANIFEST_UNKNOWN"), NO_PAGE),
    Difference("invalid-references", ("put: bad tag", "put: tag of 129 characters", "put: no reference",
                                      "protocol: Expect, refused"), refused(400, "TAG_INVALID"), NO_PAGE),
    Difference("invalid-references", ("manifest: digest too short", "manifest: digest in upper case",
                                      "manifest: digest of an unknown algorithm", "put: bad digest"),
               refused(400, "DIGEST_INVALID"), refused(500, "UNKNOWN")),
    Difference("manifest-of-a-blob", ("manifest: digest of a blob",),
               refused(404, "MANIFEST_UNKNOWN"), refused(500, "UNKNOWN")),
]

PUSHED = [
    Difference("sha512", ("put: by sha512",),
               created("odd/manifests", c.sha512_of(c.OCI_IMAGE)), refused(400, "DIGEST_INVALID")),
    Difference("sha512", ("put: by sha512, asked for",),
               served(c.OCI_IMAGE, OCI["manifest"], c.sha512_of(c.OCI_IMAGE)), refused(404, "MANIFEST_UNKNOWN")),
    Difference("manifest-without-content-type", ("put: no Content-Type",), pushed(c.OCI_IMAGE),
               refused(400, "MANIFEST_INVALID")),
    Difference("manifest-without-content-type", ("put: no Content-Type, Docker",), pushed(c.DOCKER_IMAGE),
               refused(400, "MANIFEST_INVALID")),
    Difference("manifest-without-content-type", ("put: no Content-Type, index",), pushed(c.OCI_INDEX),
               refused(400, "MANIFEST_INVALID")),
    Difference("manifest-without-content-type", ("put: no Content-Type and no mediaType",), pushed(c.UNTYPED_IMAGE),
               refused(400, "MANIFEST_INVALID")),
    Difference("manifest-no-500", ("put: an empty object", "put: schemaVersion 3", "put: no schemaVersion"),
               refused(400, "MANIFEST_INVALID"), refused(500, "UNKNOWN")),
    Difference("manifest-no-500", ("put: a layer with a bad digest",), refused(400, "MANIFEST_INVALID"),
               refused(500, "MANIFEST_BLOB_UNKNOWN", "UNKNOWN", "UNKNOWN")),
    Difference("manifest-no-digest", ("put: no config", "put: a layer without a digest"),
               refused(400, "MANIFEST_INVALID"), refused(400, "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN")),
    Difference("manifest-strict", ("put: nested deeply", "put: a key twice",
                                   "put: a layer with a negative size", "put: with a bad subject"),
               refused(400, "MANIFEST_INVALID"), ANY_CREATED),
    Difference("missing-once", ("put: config and layer are missing",), refused(400, "MANIFEST_BLOB_UNKNOWN"),
               refused(400, "MANIFEST_BLOB_UNKNOWN", "MANIFEST_BLOB_UNKNOWN")),
    Difference("layers-with-urls", ("put: a foreign layer", "put: a foreign layer at no address of the web",
                                    "put: an ordinary layer with a URL",
                                    "put: an ordinary layer with a URL that is missing"),
               refused(400, "MANIFEST_INVALID"), refused(500, "MANIFEST_BLOB_UNKNOWN", "UNKNOWN", "UNKNOWN")),
    Difference("layers-with-urls", ("put: a zstd layer with a URL",), refused(400, "MANIFEST_INVALID"), ANY_CREATED),
    Difference("layers-with-urls", ("put: a foreign layer without a URL",),
               refused(400, "MANIFEST_BLOB_UNKNOWN"), refused(500, "MANIFEST_BLOB_UNKNOWN", "UNKNOWN", "UNKNOWN")),
    Difference("manifest-size", ("put: more than 4 MiB*",), refused(413, "MANIFEST_INVALID"),
               refused(400, "MANIFEST_INVALID")),
    Difference("namespaces", ("namespace: one that is held",), {**OCI_IMAGE, **LENGTH, "Oci-Namespace": "docker.io"},
               refused(404, "MANIFEST_UNKNOWN")),
    Difference("namespaces", ("namespace: its tags",),
               {"status": 200, "Content-Type": JSON, "Oci-Namespace": "docker.io",
                "body": {"name": "docker.io/mirror", "tags": ["1"]}},
               refused(404, "NAME_UNKNOWN")),
    Difference("tags-in-the-query", ("put: with tags in the query",),
               {"status": 201, "Oci-Tag": "by-query, by-query-too"}, {"status": 201}),
    Difference("tags-in-the-query", ("put: what a tag in the query made",), {**OCI_IMAGE, **LENGTH},
               refused(404, "MANIFEST_UNKNOWN")),
]
