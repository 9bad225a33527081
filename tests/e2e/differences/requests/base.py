"""The base, what lies beside it, and methods that a resource has not got."""
from ..content import ABSENT
from ..steps import any_method, get, head

BASE = [
    get("base: GET", "/v2/"),
    head("base: HEAD", "/v2/"),
    get("base: with a query", "/v2/?service=x&empty"),
    get("base: without its slash", "/v2"),
    head("base: without its slash, HEAD", "/v2"),
    get("base: without its slash, with a query", "/v2?x=1"),
    get("root: GET", "/"),
    head("root: HEAD", "/"),
    get("no resource: another version", "/v3/"),
    head("no resource: HEAD", "/v3/"),
    get("no resource: below the base", "/v2/nothing"),
    get("no resource: a name and a word", "/v2/app/nothing"),
    get("no resource: v1", "/v1/_ping"),
    get("no resource: extensions", "/v2/_oci/ext/discover"),
    get("no resource: metrics", "/metrics"),
    get("no resource: health", "/debug/health"),
]

METHODS = [
    *any_method("methods of the base", "/v2/", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"),
    *any_method("methods of the root", "/", "POST", "DELETE"),
    *any_method("methods of the catalog", "/v2/_catalog", "PUT", "POST", "DELETE", "OPTIONS"),
    *any_method("methods of tags", "/v2/app/tags/list", "PUT", "POST", "DELETE", "OPTIONS"),
    *any_method("methods of a manifest", "/v2/app/manifests/1", "POST", "PATCH", "OPTIONS"),
    *any_method("methods of a blob", f"/v2/app/blobs/{ABSENT}", "PUT", "POST", "PATCH", "OPTIONS"),
    *any_method("methods of uploads", "/v2/app/blobs/uploads/", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"),
    *any_method("methods of an upload", "{upload}", "POST", "OPTIONS"),
]
