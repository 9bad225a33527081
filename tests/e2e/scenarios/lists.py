"""Lists of repositories and tags, page by page. The names begin each other: S3's order of keys is not theirs."""
import json

from harness.checks import check_equal
from harness.http import digest_of, push_blob, request, upload_path
from harness.scenario import scenario

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"


def all_pages(berth, path, key):
    """What the pages from `path` on list, going from Link to Link."""
    listed = []
    while path:
        page = request(berth.address, "GET", path)
        check_equal(page.status, 200, f"GET {path}: {page}")
        listed += json.loads(page.body)[key]
        link = page.headers.get("Link")
        path = upload_path(link[link.index("<") + 1:link.index(">")]) if link else None
    return listed


@scenario("filesystem", "s3", "versity")
def the_catalog_pages_through_repositories(context):
    berth = context.berth(context.new_storage())
    names = ["a", "a/b", "a/b/c", "a/b-1", "a-b", "a-b/c", "a-b-c", "a.b", "a0", "zebra"]
    for name in reversed(names):
        push_blob(berth.address, name, b"layer")
    for size in (1, 2, 3, len(names)):
        check_equal(all_pages(berth, f"/v2/_catalog?n={size}", "repositories"), names, f"pages of {size}")


@scenario("filesystem", "s3", "versity")
def tags_are_listed_by_pages(context):
    berth = context.berth(context.new_storage())
    path = "/v2/tagged/app/tags/list"
    check_equal(request(berth.address, "GET", path).error_codes(), ["NAME_UNKNOWN"], "before the first push")
    config = b"{}"
    push_blob(berth.address, "tagged/app", config)
    check_equal(all_pages(berth, path, "tags"), [], "before the first tag")
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST_TYPE, "layers": [],
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest_of(config),
                   "size": len(config)}}).encode()
    tags = ["1", "1-rc", "1-rc.1", "1.0", "1.0-rc", "1.0.0", "10", "V1", "_1", "latest"]
    for tag in reversed(tags):
        put = request(berth.address, "PUT", f"/v2/tagged/app/manifests/{tag}", body=manifest,
                      headers={"Content-Type": MANIFEST_TYPE})
        check_equal(put.status, 201, f"PUT of {tag}: {put}")
    check_equal(all_pages(berth, path, "tags"), tags, "the whole list")
    for size in (1, 2, 3, len(tags)):
        check_equal(all_pages(berth, f"{path}?n={size}", "tags"), tags, f"pages of {size}")
