"""Blobs and parts of them."""
from harness.http import digest_of

from .. import content as c
from ..answer import shown
from ..verdict import ANY, Difference
from .answers import BYTES, NO_PAGE, TEXT, created, named, refused, served

CACHED = {"Cache-Control": "max-age=31536000"}
WHOLE = {"status": 200, "Content-Type": BYTES, "Accept-Ranges": "bytes", "body": shown(c.BLOB)}
EMPTY = {**served(c.EMPTY, BYTES), **CACHED, "Accept-Ranges": "bytes"}
EMPTY.pop("body")
OUTSIDE = {**refused(416, "RANGE_INVALID"), "Content-Range": "bytes */2000"}
# Go's server keeps the blob's length for the error's text.
BROKEN = {"status": 416, "Content-Type": TEXT, "Content-Length": "2000", "framing": "broken"}
NAMED = {**CACHED, **named(digest_of(c.BLOB))}
EMPTY_NAMED = {**CACHED, **named(digest_of(c.EMPTY))}

RANGES = [
    Difference("range-outside", ("range: after the end", "range: far after the end"), OUTSIDE,
               {**BROKEN, **NAMED, "Content-Range": "bytes */2000", "body": "invalid range: failed to overlap\n"}),
    Difference("range-outside", ("range: backwards",), OUTSIDE, {**BROKEN, **NAMED, "body": "invalid range\n"}),
    Difference("range-outside", ("range: the last 0 bytes",), OUTSIDE,
               {"status": 206, "Content-Type": BYTES, "Accept-Ranges": "bytes", **NAMED,
                "Content-Range": "bytes 2000-1999/2000"}),
    Difference("range-outside", ("range: of the empty blob",),
               {**refused(416, "RANGE_INVALID"), "Content-Range": "bytes */0"},
               {"status": 416, "Content-Type": TEXT, **EMPTY_NAMED, "Content-Range": "bytes */0"}, ("filesystem",)),
    Difference("range-outside", ("range: of the empty blob, its last bytes",),
               {**refused(416, "RANGE_INVALID"), "Content-Range": "bytes */0"},
               {"status": 206, "Content-Type": BYTES, "Accept-Ranges": "bytes", **EMPTY_NAMED,
                "Content-Range": "bytes 0--1/0"}, ("filesystem",)),
    Difference("range-unread", ("range: no numbers", "range: no dash", "range: only a dash", "range: another unit",
                                "range: beyond 64 bits"),
               WHOLE, {**BROKEN, "body": "invalid range\n"}),
    Difference("range-unread", ("range: with blanks",), WHOLE,
               {"status": 206, "Content-Range": "bytes 0-9/2000", "Content-Type": BYTES, "Accept-Ranges": "bytes",
                "body": ANY}),
    Difference("range-unread", ("range: upper-case unit",),
               {**WHOLE, "status": 206, "Content-Range": "bytes 0-9/2000", "body": ANY},
               {**BROKEN, "body": "invalid range\n"}),
    Difference("range-several", ("range: two", "range: two that touch"), WHOLE,
               {"status": 206, "Content-Type": "multipart/byteranges; boundary=ANY", "Accept-Ranges": "bytes",
                "body": ANY}),
    Difference("range-unread", ("range: upper-case unit",),
               {**WHOLE, "status": 206, "Content-Range": "bytes 0-9/2000", "body": ANY},
               {**BROKEN, "body": "invalid range\n"}),
    Difference("range-several", ("range: one that is, one after the end",), WHOLE,
               {"status": 206, "Content-Range": "bytes 0-9/2000", "Content-Type": BYTES, "Accept-Ranges": "bytes",
                "body": ANY}),
    Difference("range-head", ("range: HEAD",), {"status": 200, "Content-Length": "2000"},
               {"status": 206, "Content-Length": "10", "Content-Range": "bytes 0-9/2000"}),
    Difference("range-head", ("range: HEAD after the end",),
               {"status": 200, "Content-Length": "2000", "Content-Type": BYTES, "Accept-Ranges": "bytes"},
               {"status": 416, "Content-Type": TEXT, "Content-Range": "bytes */2000"}),
]

BLOBS = [
    Difference("sha512", ("stored: a blob by sha512",), refused(404, "BLOB_UNKNOWN"),
               {**WHOLE, **CACHED, **named(digest_of(c.WIDE)), "body": shown(c.WIDE)}),
    Difference("if-match", ("blob: If-Match of another",), {"status": 412},
               {"status": 412, "Content-Type": BYTES, "Content-Length": "2000", "framing": "broken"}),
    Difference("blob-digests", ("blob: digest of sha384",), refused(400, "DIGEST_INVALID"),
               refused(404, "BLOB_UNKNOWN")),
    Difference("blob-digests", ("blob: no digest", "blob: nothing"), refused(400, "DIGEST_INVALID"), NO_PAGE),
    Difference("empty-blob", ("push: empty blob: end",), created("app/blobs", digest_of(c.EMPTY)),
               refused(500, "UNKNOWN"), ("s3",)),
    Difference("empty-blob", ("blob: empty",), EMPTY, refused(404, "BLOB_UNKNOWN"), ("s3",)),
    Difference("empty-blob", ("blob: empty, HEAD",), {**EMPTY, "Content-Length": "0"}, refused(404, "BLOB_UNKNOWN"),
               ("s3",)),
    Difference("empty-blob", ("range: of the empty blob*",),
               {**refused(416, "RANGE_INVALID"), "Content-Range": "bytes */0"}, refused(404, "BLOB_UNKNOWN"), ("s3",)),
]
