"""Where the file says nothing of redirects to S3."""
import re

from harness.http import digest_of

from .. import content as c
from ..verdict import ANY, Difference
from .answers import BYTES, named

AWAY = {"status": 307, "Location": re.compile(r"http://.*/data\?X-Amz-Algorithm=.*"), "Content-Type": BYTES}
HERE = {"Cache-Control": "max-age=31536000", **named(digest_of(c.BLOB))}
WHOLE = {**HERE, "Accept-Ranges": "bytes", "Content-Type": BYTES}
ON_S3 = ("s3",)

REDIRECTS = [
    Difference("redirect", ("redirect: GET",), {**WHOLE, "status": 200, "body": ANY}, AWAY, ON_S3),
    Difference("redirect", ("redirect: HEAD",), {**WHOLE, "status": 200, "Content-Length": "2000"}, AWAY, ON_S3),
    Difference("redirect", ("redirect: Range",),
               {**WHOLE, "status": 206, "Content-Range": "bytes 0-9/2000", "body": ANY}, AWAY, ON_S3),
    Difference("redirect", ("redirect: If-None-Match",), {**HERE, "status": 304}, AWAY, ON_S3),
]
