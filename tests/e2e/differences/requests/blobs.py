"""Blobs: whole, in parts, under conditions, and not there."""
from harness.http import digest_of

from .. import content as c
from ..steps import get, head

BLOB_DIGEST = digest_of(c.BLOB)
BLOB_PATH = f"/v2/app/blobs/{BLOB_DIGEST}"
EMPTY_PATH = f"/v2/app/blobs/{digest_of(c.EMPTY)}"


def part(what, header, **more):
    return get(f"range: {what}", BLOB_PATH, {"Range": header, **more})


BLOBS = [
    get("blob: GET", BLOB_PATH),
    head("blob: HEAD", BLOB_PATH),
    get("blob: with Accept", BLOB_PATH, {"Accept": "application/vnd.oci.image.layer.v1.tar+gzip"}),
    get("blob: with its colon encoded", BLOB_PATH.replace(":", "%3A")),
    get("blob: with a query", BLOB_PATH + "?ns=docker.io"),
    get("blob: that is a manifest", f"/v2/app/blobs/{digest_of(c.OCI_IMAGE)}"),
    get("blob: If-None-Match", BLOB_PATH, {"If-None-Match": f'"{BLOB_DIGEST}"'}),
    head("blob: If-None-Match, HEAD", BLOB_PATH, {"If-None-Match": f'"{BLOB_DIGEST}"'}),
    get("blob: If-None-Match without quotes", BLOB_PATH, {"If-None-Match": BLOB_DIGEST}),
    get("blob: If-None-Match of another", BLOB_PATH, {"If-None-Match": f'"{c.ABSENT}"'}),
    get("blob: If-None-Match, weak", BLOB_PATH, {"If-None-Match": f'W/"{BLOB_DIGEST}"'}),
    get("blob: If-None-Match of anything", BLOB_PATH, {"If-None-Match": "*"}),
    get("blob: If-Match", BLOB_PATH, {"If-Match": f'"{BLOB_DIGEST}"'}),
    get("blob: If-Match of another", BLOB_PATH, {"If-Match": f'"{c.ABSENT}"'}),
    get("blob: If-Modified-Since", BLOB_PATH, {"If-Modified-Since": "Mon, 01 Jan 2018 00:00:00 GMT"}),
    part("the first bytes", "bytes=0-9"),
    part("in the middle", "bytes=1000-1099"),
    part("to the end", "bytes=1990-"),
    part("the last bytes", "bytes=-10"),
    part("more than the last bytes", "bytes=-5000"),
    part("beyond the end", "bytes=1990-5000"),
    part("all", "bytes=0-"),
    part("one byte", "bytes=0-0"),
    part("after the end", "bytes=2000-"),
    part("far after the end", "bytes=5000-6000"),
    part("the last 0 bytes", "bytes=-0"),
    part("two", "bytes=0-9,20-29"),
    part("two that touch", "bytes=0-9,10-19"),
    part("one that is, one after the end", "bytes=0-9,5000-"),
    part("backwards", "bytes=9-0"),
    part("no numbers", "bytes=a-b"),
    part("no dash", "bytes=5"),
    part("nothing", "bytes="),
    part("only a dash", "bytes=-"),
    part("another unit", "pages=0-9"),
    part("upper-case unit", "Bytes=0-9"),
    part("with blanks", "bytes= 0 - 9"),
    part("beyond 64 bits", "bytes=0-99999999999999999999"),
    part("If-Range that holds", "bytes=0-9", **{"If-Range": f'"{BLOB_DIGEST}"'}),
    part("If-Range that does not", "bytes=0-9", **{"If-Range": f'"{c.ABSENT}"'}),
    part("If-Range with a date", "bytes=0-9", **{"If-Range": "Mon, 01 Jan 2018 00:00:00 GMT"}),
    part("If-None-Match that holds", "bytes=0-9", **{"If-None-Match": f'"{BLOB_DIGEST}"'}),
    head("range: HEAD", BLOB_PATH, {"Range": "bytes=0-9"}),
    head("range: HEAD after the end", BLOB_PATH, {"Range": "bytes=5000-"}),
    get("blob: unknown", f"/v2/app/blobs/{c.ABSENT}"),
    head("blob: unknown, HEAD", f"/v2/app/blobs/{c.ABSENT}"),
    get("blob: of another repository", f"/v2/zebra/blobs/{BLOB_DIGEST}"),
    head("blob: of another repository, HEAD", f"/v2/zebra/blobs/{BLOB_DIGEST}"),
    get("blob: of no repository", f"/v2/nobody/blobs/{BLOB_DIGEST}"),
    get("blob: digest too short", "/v2/app/blobs/sha256:1234"),
    head("blob: digest too short, HEAD", "/v2/app/blobs/sha256:1234"),
    get("blob: digest in upper case", f"/v2/app/blobs/{BLOB_DIGEST.upper().replace('SHA', 'sha')}"),
    get("blob: digest of an unknown algorithm", "/v2/app/blobs/md5:" + "1" * 32),
    get("blob: digest of sha384", "/v2/app/blobs/sha384:" + "1" * 96),
    get("blob: digest of a longer algorithm", "/v2/app/blobs/sha256+b64:" + "1" * 64),
    get("blob: no digest", "/v2/app/blobs/latest"),
    get("blob: nothing", "/v2/app/blobs/"),
    get("blob: unknown sha512", "/v2/app/blobs/sha512:" + "1" * 128),
]

EMPTY = [
    get("blob: empty", EMPTY_PATH),
    head("blob: empty, HEAD", EMPTY_PATH),
    get("range: of the empty blob", EMPTY_PATH, {"Range": "bytes=0-"}),
    get("range: of the empty blob, its last bytes", EMPTY_PATH, {"Range": "bytes=-1"}),
]
