"""What is pushed: the same bytes in each run, so that digests are the same too."""
import hashlib
import json

from harness import images
from harness.http import digest_of
from harness.images import DOCKER, OCI

BLOB = images.random_bytes(2000, "differences")
EMPTY = b""
LAYER = images.random_bytes(500, "layer")
# With a history, so that registry:2 can make a schema 1 manifest of it.
CONFIG = json.dumps({"architecture": "amd64", "os": "linux", "created": "1970-01-01T00:00:00Z",
                     "rootfs": {"type": "layers", "diff_ids": [digest_of(LAYER)]},
                     "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "e2e"}]}).encode()
OTHER_LAYER = images.random_bytes(700, "other layer")
LOOSE = images.random_bytes(300, "in no manifest")
WIDE = images.random_bytes(400, "named by sha512")
ABSENT = "sha256:" + "1" * 64
BASE_LAYER = images.random_bytes(600, "base layer")
MANIFEST_LIMIT = 4 << 20
SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json"
SCHEMA1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws"
ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json"


def sha512_of(data):
    return "sha512:" + hashlib.sha512(data).hexdigest()


def described(data, media_type, **more):
    return {"mediaType": media_type, "size": len(data), "digest": digest_of(data), **more}


def absent(media_type, **more):
    return {"mediaType": media_type, "size": 123, "digest": ABSENT, **more}


def image(types=OCI, **changes):
    """An image's manifest; a change of None leaves a key out."""
    fields = {"schemaVersion": 2, "mediaType": types["manifest"], "config": described(CONFIG, types["config"]),
              "layers": [described(LAYER, types["layer"])], **changes}
    return json.dumps({key: value for key, value in fields.items() if value is not None}, indent=1).encode()


def index(types, *manifests, **changes):
    entries = [described(data, kind, platform={"architecture": "amd64", "os": "linux"}) for data, kind in manifests]
    fields = {"schemaVersion": 2, "mediaType": types["index"], "manifests": entries, **changes}
    return json.dumps({key: value for key, value in fields.items() if value is not None}, indent=1).encode()


OCI_IMAGE = image()
DOCKER_IMAGE = image(DOCKER)
UNTYPED_IMAGE = image(mediaType=None, layers=[described(OTHER_LAYER, OCI["layer"])])
OCI_INDEX = index(OCI, (OCI_IMAGE, OCI["manifest"]))
DOCKER_LIST = index(DOCKER, (DOCKER_IMAGE, DOCKER["manifest"]))
UNTYPED_INDEX = index(OCI, (OCI_IMAGE, OCI["manifest"]), mediaType=None)
SIGNATURE = image(artifactType="application/vnd.example.signature", subject=described(OCI_IMAGE, OCI["manifest"]))
UNTAGGED = index(OCI, annotations={"only": "by digest"})
WIDE_IMAGE = image(layers=[{"mediaType": OCI["layer"], "size": len(WIDE), "digest": sha512_of(WIDE)}])
FOREIGN_IMAGE = image(DOCKER, layers=[absent("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                                             urls=["https://example.com/base"])])
DOUBLE_KEY = OCI_IMAGE.replace(b'"schemaVersion": 2,', b'"schemaVersion": 2, "layers": [],', 1)
SCHEMA1_IMAGE = json.dumps({"schemaVersion": 1, "name": "app", "tag": "old", "architecture": "amd64",
                            "fsLayers": [{"blobSum": digest_of(LAYER)}],
                            "history": [{"v1Compatibility": "{}"}]}).encode()


def padded(manifest, size):
    """The manifest, made `size` bytes long by blanks."""
    return manifest + b" " * (size - len(manifest))
