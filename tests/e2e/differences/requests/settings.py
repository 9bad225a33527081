"""Short lists for registries that are set up in another way."""
from harness.http import digest_of
from harness.images import OCI

from .. import content as c
from ..steps import delete, get, head, patch, post, put
from .blobs import BLOB_PATH
from .manifests import ALL_TYPES

UPLOADS = "/v2/app/blobs/uploads/"

# On the storage that the long list left.
READ_ONLY = [
    get("read-only: base", "/v2/"),
    get("read-only: catalog", "/v2/_catalog"),
    get("read-only: manifest", "/v2/app/manifests/docker", ALL_TYPES),
    head("read-only: blob", f"/v2/app/blobs/{digest_of(c.LAYER)}"),
    post("read-only: upload", UPLOADS),
    post("read-only: mount", f"{UPLOADS}?mount={digest_of(c.LAYER)}&from=app"),
    patch("read-only: PATCH", f"{UPLOADS}00000000-0000-0000-0000-000000000000", b"x"),
    put("read-only: manifest, PUT", "/v2/app/manifests/new", c.DOCKER_IMAGE, OCI["manifest"]),
    delete("read-only: manifest, DELETE", f"/v2/app/manifests/{digest_of(c.DOCKER_IMAGE)}"),
    delete("read-only: blob, DELETE", f"/v2/app/blobs/{digest_of(c.LAYER)}"),
    delete("read-only: upload, DELETE", f"{UPLOADS}00000000-0000-0000-0000-000000000000"),
]

RELATIVE = [
    post("relative: upload", UPLOADS),
    put("relative: blob", f"{{upload}}&digest={digest_of(c.BLOB)}", c.BLOB),
    put("relative: manifest", "/v2/app/manifests/1", c.index(OCI), OCI["index"]),
    get("relative: base", "/v2"),
]

FIXED_HOST = [post("http.host: upload", UPLOADS, headers={"X-Forwarded-Proto": "http", "X-Forwarded-Host": "other"})]

UNVALIDATED = [
    put("validation off: blobs are missing", "/v2/app/manifests/1", c.OCI_IMAGE, OCI["manifest"]),
    put("validation off: a child is missing", "/v2/app/manifests/2", c.OCI_INDEX, OCI["index"]),
    put("validation off: no JSON", "/v2/app/manifests/3", b"{", OCI["manifest"]),
]

REDIRECTED = [
    post("redirect: upload", UPLOADS),
    put("redirect: blob", f"{{upload}}&digest={digest_of(c.BLOB)}", c.BLOB),
    get("redirect: GET", BLOB_PATH),
    head("redirect: HEAD", BLOB_PATH),
    get("redirect: Range", BLOB_PATH, {"Range": "bytes=0-9"}),
    get("redirect: If-None-Match", BLOB_PATH, {"If-None-Match": f'"{digest_of(c.BLOB)}"'}),
]
