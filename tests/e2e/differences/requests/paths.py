"""Odd paths, names and request targets."""
from .. import content as c
from ..steps import Step, get, head, post
from .manifests import ALL_TYPES

LONG = "/".join(["n" * 50] * 4)


def named(what, name):
    return [get(f"name: {what}", f"/v2/{name}/tags/list"),
            post(f"name: {what}, upload", f"/v2/{name}/blobs/uploads/")]


PATHS = [
    get("path: two slashes", "/v2//_catalog"),
    get("path: two slashes in a name", "/v2/a//b/tags/list"),
    get("path: two slashes at its start", "//v2/"),
    get("path: dots", "/v2/a/../a/tags/list"),
    get("path: encoded dots", "/v2/a/%2e%2e/a/tags/list"),
    get("path: dots that leave", "/v2/../../etc/passwd"),
    get("path: a dot", "/v2/./_catalog"),
    get("path: encoded slash", "/v2/a%2Fb/manifests/1", ALL_TYPES),
    get("path: encoded slash in the reference", "/v2/a/manifests/..%2F1", ALL_TYPES),
    get("path: encoded letters", "/v2/%61/manifests/%31", ALL_TYPES),
    get("path: encoded twice", "/v2/a%252Fb/manifests/1", ALL_TYPES),
    get("path: bad encoding", "/v2/a%zz/tags/list"),
    get("path: encoded NUL", "/v2/a%00/tags/list"),
    get("path: encoded blank", "/v2/a%20b/tags/list"),
    get("path: no ASCII", "/v2/%C3%A4/tags/list"),
    get("path: a slash behind a manifest", "/v2/a/manifests/1/", ALL_TYPES),
    get("path: a query on a manifest", "/v2/a/manifests/1?ns=docker.io", ALL_TYPES),
    get("path: a query without a value", "/v2/a/manifests/1?ns", ALL_TYPES),
    get("path: an empty query", "/v2/a/manifests/1?", ALL_TYPES),
    get("path: semicolons in the query", "/v2/_catalog?n=1;last=a"),
    get("path: a fragment", "/v2/a/tags/list#x"),
    get("path: absolute form", "http://{host}/v2/a/tags/list"),
    get("path: absolute form of another host", "http://example.com/v2/a/tags/list"),
    Step("path: asterisk", "OPTIONS", "*"),
    get("path: names like resources", "/v2/blobs/manifests/tags/list"),
    head("path: no resource, HEAD", "/v2/a/b/c"),
]

NAMES = [
    *named("upper case", "App"),
    *named("starts with a dot", ".app"),
    *named("two dots", "a..b"),
    *named("three underscores", "a___b"),
    *named("hyphen at its end", "app-"),
    *named("many hyphens", "a---b"),
    *named("200 characters", LONG[:200]),
    *named("255 characters", "/".join([LONG, "m" * 51])),
    *named("256 characters", "/".join([LONG, "m" * 52])),
    *named("a component of 230 characters", "n" * 230),
    get("name: 256 characters, a manifest", f"/v2/{LONG}/{'m' * 52}/manifests/1", ALL_TYPES),
    get("name: 256 characters, a blob", f"/v2/{LONG}/{'m' * 52}/blobs/{c.ABSENT}"),
    get("name: upper case, a manifest", "/v2/App/manifests/1", ALL_TYPES),
    get("name: upper case, a blob", f"/v2/App/blobs/{c.ABSENT}"),
]
