"""Short lists for registries that are set up in another way."""
from harness.http import digest_of
from harness.images import OCI

from .. import content as c
from ..steps import Step, delete, get, head, patch, post, put
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

SPARSE = [
    put("sparse: blobs are missing", "/v2/app/manifests/1", c.OCI_IMAGE, OCI["manifest"]),
    put("sparse: a child is missing", "/v2/app/manifests/2", c.OCI_INDEX, OCI["index"]),
    put("sparse: no JSON", "/v2/app/manifests/3", b"{", OCI["manifest"]),
]

REDIRECTED = [
    post("redirect: upload", UPLOADS),
    put("redirect: blob", f"{{upload}}&digest={digest_of(c.BLOB)}", c.BLOB),
    get("redirect: GET", BLOB_PATH),
    head("redirect: HEAD", BLOB_PATH),
    get("redirect: Range", BLOB_PATH, {"Range": "bytes=0-9"}),
    get("redirect: If-None-Match", BLOB_PATH, {"If-None-Match": f'"{digest_of(c.BLOB)}"'}),
]

KNOWN = {"Authorization": "Bearer anything"}

# With auth.silly, to which any header is enough.
AUTH = [
    get("auth: a stranger, base", "/v2/"),
    head("auth: a stranger, base, HEAD", "/v2/"),
    get("auth: a stranger, catalog", "/v2/_catalog"),
    post("auth: a stranger, catalog, POST", "/v2/_catalog"),
    get("auth: a stranger, tags", "/v2/app/tags/list"),
    put("auth: a stranger, tags, PUT", "/v2/app/tags/list", b"", OCI["manifest"]),
    get("auth: a stranger, manifest", "/v2/app/manifests/1"),
    head("auth: a stranger, manifest, HEAD", "/v2/app/manifests/1"),
    put("auth: a stranger, manifest, PUT", "/v2/app/manifests/1", c.OCI_IMAGE, OCI["manifest"]),
    delete("auth: a stranger, manifest, DELETE", "/v2/app/manifests/1"),
    Step("auth: a stranger, manifest, TRACE", "TRACE", "/v2/app/manifests/1"),
    get("auth: a stranger, blob", BLOB_PATH),
    delete("auth: a stranger, blob, DELETE", BLOB_PATH),
    post("auth: a stranger, upload", UPLOADS),
    post("auth: a stranger, mount", f"{UPLOADS}?mount={digest_of(c.BLOB)}&from=zebra"),
    patch("auth: a stranger, PATCH", f"{UPLOADS}00000000-0000-0000-0000-000000000000", b"x"),
    delete("auth: a stranger, upload, DELETE", f"{UPLOADS}00000000-0000-0000-0000-000000000000"),
    Step("auth: a stranger, OPTIONS of the base", "OPTIONS", "/v2/"),
    Step("auth: a stranger, OPTIONS of tags", "OPTIONS", "/v2/app/tags/list"),
    get("auth: a stranger, no resource", "/v2/nothing"),
    get("auth: a stranger, a name that is none", "/v2/App/tags/list"),
    get("auth: base", "/v2/", KNOWN),
    get("auth: catalog", "/v2/_catalog", KNOWN),
    post("auth: upload", UPLOADS, headers=KNOWN),
    post("auth: mount without from", f"{UPLOADS}?mount={digest_of(c.BLOB)}", headers=KNOWN),
]
