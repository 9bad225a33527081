"""Answers that many declarations speak of, as fields of answer.py."""
from harness.http import digest_of

from ..answer import shown
from ..verdict import ANY

JSON, TEXT, HTML = "application/json; charset=utf-8", "text/plain; charset=utf-8", "text/html; charset=utf-8"
BYTES = "application/octet-stream"

# What Go's router says by itself.
NO_PAGE = {"status": 404, "Content-Type": TEXT, "body": "404 page not found\n"}
NO_METHOD = {"status": 405, "Content-Type": TEXT, "body": "Method not allowed\n"}
# registry:2 sends no other error in JSON than one with a list of errors, but for this one.
EMPTY_ERROR = {"status": 500, "Content-Type": JSON, "body": {}}


def refused(status, *codes):
    """An error in JSON. Its texts are for people."""
    return {"status": status, "Content-Type": JSON, "codes": list(codes), "messages": ANY, "details": ANY}


def moved(location, **more):
    """What Go's router makes of a path that it would write otherwise. It does so before http.headers are set."""
    return {"status": 301, "Location": location, "Docker-Distribution-Api-Version": "registry/2.0", **more}


def named(digest):
    return {"Docker-Content-Digest": digest, "Etag": f'"{digest}"'}


def served(data, media_type, digest=None, status=200):
    return {"status": status, "Content-Type": media_type, "body": shown(data), **named(digest or digest_of(data))}


def created(path, digest):
    return {"status": 201, "Location": f"http://HOST/v2/{path}/{digest}", "Docker-Content-Digest": digest}


def accepted(repository, byte_range="0-0"):
    """An upload that goes on."""
    return {"status": 202, "Location": f"http://HOST/v2/{repository}/blobs/uploads/UUID", "Docker-Upload-Uuid": "UUID",
            "Range": byte_range}


def unread(status, text):
    """What is said to bytes that are no request, before anything of the registry is asked."""
    return {"status": status, "Content-Type": TEXT, "body": text, "Docker-Distribution-Api-Version": None,
            "X-Content-Type-Options": None}
