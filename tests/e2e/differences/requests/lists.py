"""The catalog and the tags."""
from harness.http import digest_of
from harness.images import OCI

from ..content import LOOSE, OCI_IMAGE, UNTAGGED
from ..steps import get, head, push, put

EMPTY_LISTS = [
    get("catalog: empty", "/v2/_catalog"),
    get("tags: of no repository", "/v2/app/tags/list"),
]

CATALOG = [
    get("catalog: all", "/v2/_catalog"),
    head("catalog: HEAD", "/v2/_catalog"),
    get("catalog: with a slash at its end", "/v2/_catalog/"),
    get("catalog: n=1", "/v2/_catalog?n=1"),
    get("catalog: n=2", "/v2/_catalog?n=2"),
    get("catalog: n=2, next page", "{next}"),
    get("catalog: n=2, page after", "{next}"),
    head("catalog: n=2, HEAD", "/v2/_catalog?n=2"),
    get("catalog: n=1000", "/v2/_catalog?n=1000"),
    get("catalog: n=1001", "/v2/_catalog?n=1001"),
    get("catalog: n=0", "/v2/_catalog?n=0"),
    get("catalog: n=-1", "/v2/_catalog?n=-1"),
    get("catalog: n=abc", "/v2/_catalog?n=abc"),
    get("catalog: n=1x", "/v2/_catalog?n=1x"),
    get("catalog: n=", "/v2/_catalog?n="),
    get("catalog: n without a value", "/v2/_catalog?n"),
    get("catalog: n=+1", "/v2/_catalog?n=%2B1"),
    get("catalog: n beyond 64 bits", "/v2/_catalog?n=99999999999999999999"),
    get("catalog: n twice", "/v2/_catalog?n=1&n=2"),
    get("catalog: last=a", "/v2/_catalog?last=a"),
    get("catalog: last=a and n=1", "/v2/_catalog?last=a&n=1"),
    get("catalog: last=a/b, encoded", "/v2/_catalog?last=a%2Fb"),
    get("catalog: last=a-b", "/v2/_catalog?last=a-b"),
    get("catalog: last is no repository", "/v2/_catalog?last=b"),
    get("catalog: last is the end", "/v2/_catalog?last=zebra"),
    get("catalog: last is no name", "/v2/_catalog?last=..%2F.."),
    get("catalog: last is empty", "/v2/_catalog?last="),
]

TAGS = [
    get("tags: all", "/v2/app/tags/list"),
    head("tags: HEAD", "/v2/app/tags/list"),
    get("tags: n=2", "/v2/app/tags/list?n=2"),
    get("tags: n=2, next page", "{next}"),
    get("tags: n=2 and last", "/v2/app/tags/list?n=2&last=2"),
    get("tags: last", "/v2/app/tags/list?last=docker"),
    get("tags: last is no tag", "/v2/app/tags/list?last=e%2F"),
    get("tags: n=0", "/v2/app/tags/list?n=0"),
    get("tags: n=-1", "/v2/app/tags/list?n=-1"),
    get("tags: n=abc", "/v2/app/tags/list?n=abc"),
    get("tags: n=", "/v2/app/tags/list?n="),
    get("tags: n=1001", "/v2/app/tags/list?n=1001"),
    head("tags: of no repository, HEAD", "/v2/nobody/tags/list"),
    get("tags: n, of no repository", "/v2/nobody/tags/list?n=1"),
    get("tags: with a slash at the end", "/v2/app/tags/list/"),
    get("tags: without list", "/v2/app/tags"),
    get("tags: of an upper-case name", "/v2/APP/tags/list"),
]

NO_TAGS = [
    *push("tags: a repository with a blob only", "only/blobs", LOOSE),
    get("tags: of a repository with a blob only", "/v2/only/blobs/tags/list"),
    put("tags: a repository with an untagged manifest", f"/v2/untagged/manifests/{digest_of(UNTAGGED)}", UNTAGGED,
        OCI["index"]),
    get("tags: of a repository with an untagged manifest", "/v2/untagged/tags/list"),
]


def tagged(*tags):
    return [put(f"tags: another tag {tag}", f"/v2/app/manifests/{tag}", OCI_IMAGE, OCI["manifest"]) for tag in tags]


MORE_TAGS = [*tagged("b", "B", "2", "10", "1.0-rc", "_hidden")]
