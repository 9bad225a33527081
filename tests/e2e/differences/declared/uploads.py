"""Uploads and mounts."""
from harness.http import digest_of

from .. import content as c
from ..requests.uploads import WHOLE
from ..verdict import ANY, Difference
from .answers import BYTES, accepted, created, named, refused

FORM = b"a=b"
ENDED = {"status": 204, "Docker-Upload-Uuid": "UUID"}


def made(data):
    return created("app/blobs", digest_of(data))


# An upload's state is in the 416 too, so that the client can go on where it should have.
def wrong_chunk(**more):
    return {**accepted("app"), **refused(416, "RANGE_INVALID"), **more}


UPLOADS = [
    Difference("form-uploads", ("upload: form Content-Type, PATCH",), accepted("app", "0-2"), refused(500, "UNKNOWN")),
    Difference("form-uploads", ("upload: form Content-Type, end",), made(FORM), refused(400, "DIGEST_INVALID"),
               ("filesystem",)),
    Difference("form-uploads", ("upload: form Content-Type, end",), made(FORM), refused(500, "UNKNOWN"), ("s3",)),
    Difference("content-range", ("upload: chunk in the wrong place", "upload: chunk of another length",
                                 "upload: chunk with a bad range"), wrong_chunk(), accepted("app", "0-12")),
    Difference("content-range", ("upload: status after a wrong chunk",), {"Range": "0-0"}, {"Range": "0-12"}),
    Difference("content-range", ("upload: wrong last chunk",), wrong_chunk(), made(WHOLE)),
    Difference("content-range", ("upload: wrong last chunk, cancel",), ENDED, refused(404, "BLOB_UPLOAD_UNKNOWN")),
    Difference("upload-locations", ("upload: stale location, PATCH to the first",), accepted("app", "0-24"),
               refused(404, "BLOB_UPLOAD_INVALID")),
    Difference("upload-locations", ("upload: stale location, status",), {**accepted("app", "0-24"), "status": 204},
               refused(404, "BLOB_UPLOAD_INVALID")),
    Difference("upload-locations", ("upload: stale location, cancel",), ENDED, refused(404, "BLOB_UPLOAD_INVALID")),
    Difference("unknown-uploads", ("upload: unknown", "upload: unknown, PATCH",
                                   "upload: unknown, DELETE", "upload: no id",
                                   "upload: of another repository, PATCH", "upload: of another repository, status"),
               refused(404, "BLOB_UPLOAD_UNKNOWN"), refused(404, "BLOB_UPLOAD_INVALID")),
    Difference("unknown-uploads", ("upload: status after a wrong digest",),
               refused(404, "BLOB_UPLOAD_UNKNOWN"), refused(404, "BLOB_UPLOAD_INVALID"), ("filesystem",)),
    Difference("unknown-uploads", ("upload: status after a wrong digest",),
               refused(404, "BLOB_UPLOAD_UNKNOWN"), refused(500, "UNKNOWN"), ("s3",)),
    Difference("ended-uploads", ("upload: after a wrong digest",), made(WHOLE), refused(404, "BLOB_UPLOAD_INVALID"),
               ("filesystem",)),
    Difference("ended-uploads", ("upload: after a wrong digest",), made(WHOLE), refused(500, "UNKNOWN"), ("s3",)),
    Difference("ended-uploads", ("upload: unknown, PUT",), made(WHOLE), refused(404, "BLOB_UPLOAD_INVALID")),
    Difference("ended-uploads", ("upload: PUT after cancel", "upload: streamed, end again"), made(WHOLE), refused(404, "BLOB_UPLOAD_UNKNOWN")),
    Difference("sha512", ("upload: sha512, end",), created("odd/blobs", c.sha512_of(c.WIDE)),
               created("odd/blobs", digest_of(c.WIDE))),
    Difference("sha512", ("upload: the sha512 blob",), named(c.sha512_of(c.WIDE)), named(digest_of(c.WIDE))),
    Difference("empty-blob", ("upload: the empty blob: end",), made(c.EMPTY), refused(500, "UNKNOWN"), ("s3",)),
]

AT_ONCE = [
    Difference("uploads-without-slash", ("post: with a slash less",),
               {**accepted("app"), "X-Content-Type-Options": "nosniff"},
               {"status": 301, "Location": "/v2/app/blobs/uploads/"}),
    Difference("upload-in-one-request", ("post: digest and body",), made(c.BASE_LAYER), accepted("app")),
    Difference("upload-in-one-request", ("post: digest and body, asked for",),
               {"status": 200, "Content-Type": BYTES, "Content-Length": ANY, "Accept-Ranges": "bytes",
                "Cache-Control": "max-age=31536000", **named(digest_of(c.BASE_LAYER))}, refused(404, "BLOB_UNKNOWN")),
    Difference("upload-in-one-request", ("post: wrong digest and body", "post: bad digest"),
               refused(400, "DIGEST_INVALID"), accepted("app")),
    Difference("upload-in-one-request", ("post: unknown digest-algorithm",),
               refused(400, "DIGEST_INVALID"), accepted("app")),
    Difference("mount-from-anywhere", ("mount: without from",), created("mounted/blobs", digest_of(c.CONFIG)),
               accepted("mounted")),
]
