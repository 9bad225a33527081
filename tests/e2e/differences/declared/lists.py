"""The catalog and the tags."""
from ..verdict import ANY, Difference
from .answers import JSON, NO_PAGE, refused

LIST = {"status": 200, "Content-Type": JSON, "body": ANY}
TAGS = ["1.0-rc", "10", "2", "B", "_hidden", "b", "docker", "docker-list", "oci", "oci-index", "untyped",
        "untyped-index"]
NEXT = '</v2/app/tags/list?last={}&n=2>; rel="next"'


def repositories(*names):
    return {"status": 200, "body": {"repositories": list(names)}}


def tags(*names):
    return {"status": 200, "body": {"name": "app", "tags": list(names)}}


def unsorted(*names):
    """In the order of the store's listing: any for a folder, that of whole keys for a bucket."""
    return {"status": 200, "body": lambda body: body and sorted(body["tags"]) == list(names)}


ALL_TAGS = unsorted(*TAGS)
NO_TAGS = {"status": 200, "Content-Type": JSON, "body": {"name": "zebra", "tags": []}}
NULL_TAGS = {"status": 200, "Content-Type": JSON, "body": {"name": "zebra", "tags": None}}
HOLDS_BLOBS = ["a", "a/b", "a-b", "app", "docker.io/mirror", "mounted", "odd", "only/blobs", "zebra"]
LEFT = ["docker", "docker-list", "oci-index", "untyped", "untyped-index"]

LISTS = [
    Difference("bad-page-sizes", ("catalog: n=-1", "catalog: n=abc", "catalog: n=1x", "catalog: n=",
                                  "catalog: n without a value", "catalog: n beyond 64 bits",
                                  "path: semicolons in the query"),
               refused(400, "PAGINATION_NUMBER_INVALID"), LIST),
    Difference("bad-page-sizes", ("catalog: n=+1",), refused(400, "PAGINATION_NUMBER_INVALID"), {**LIST, "Link": ANY}),
    Difference("bad-page-sizes", ("tags: n=-1", "tags: n=abc", "tags: n="),
               refused(400, "PAGINATION_NUMBER_INVALID"), {**ALL_TAGS, "Content-Type": JSON}),
    Difference("repositories-without-blobs", ("delete: the catalog after it", "read-only: catalog"),
               repositories(*HOLDS_BLOBS[:-1], "untagged", "zebra"), repositories(*HOLDS_BLOBS)),
    Difference("sorted-tags", ("tags: all", "tags: n=1001"), tags(*TAGS), ALL_TAGS),
    Difference("sorted-tags", ("delete: manifest, the tags left",), tags(*LEFT), unsorted(*LEFT), ("filesystem",)),
    Difference("no-tags", ("tags: of a repository with a blob only", "tags: of a repository with an untagged manifest"),
               {"status": 200, "Content-Type": JSON, "body": ANY}, refused(404, "NAME_UNKNOWN")),
    Difference("no-tags", ("delete: the only manifest, its tags",), NO_TAGS, NULL_TAGS, ("filesystem",)),
    Difference("no-tags", ("delete: the only manifest, its tags",), NO_TAGS, refused(404, "NAME_UNKNOWN"), ("s3",)),
    Difference("tags-left-behind", ("delete: manifest, the tags left",), tags(*LEFT),
               unsorted(*sorted(["oci", *LEFT])), ("s3",)),
    Difference("tags-left-behind", ("delete: manifest, its tag",), {"details": [{"Tag": "oci"}]},
               {"details": ANY}, ("s3",)),
    Difference("pages-of-tags", ("tags: n=2",), {**tags(*TAGS[:2]), "Link": NEXT.format("10")}, ALL_TAGS),
    Difference("pages-of-tags", ("tags: n=2, next page",),
               {**tags(*TAGS[2:4]), "Link": NEXT.format("B"), "Content-Type": JSON}, NO_PAGE),
    Difference("pages-of-tags", ("tags: n=2 and last",),
               {**tags(*TAGS[3:5]), "Link": NEXT.format("_hidden")}, ALL_TAGS),
    Difference("pages-of-tags", ("tags: last",), tags(*TAGS[7:]), ALL_TAGS),
    Difference("pages-of-tags", ("tags: last is no tag",), tags(*TAGS[8:]), ALL_TAGS),
    Difference("pages-of-tags", ("tags: n=0",), tags(), ALL_TAGS),
]
