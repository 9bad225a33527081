"""HTTP: methods, paths, names, and what is no request."""
import re

from ..requests.paths import LONG
from ..verdict import ANY, Difference
from .answers import EMPTY_ERROR, HTML, JSON, NO_METHOD, NO_PAGE, TEXT, accepted, moved, refused, unread

SENTENCE = re.compile(r"[A-Z].*\.\n")  # berth's, in plain words
HEADERS = {"Docker-Distribution-Api-Version": "registry/2.0", "X-Content-Type-Options": "nosniff"}
EMPTY_OBJECT = {"status": 200, "Content-Type": JSON, "body": {}}
BASE = {**EMPTY_OBJECT, **HEADERS}  # what GET /v2/ is answered
BARE_ROOT = {"status": 200, "Cache-Control": "no-cache"}
GO = {"framing": "close"}  # Go's server ends these by closing, without Content-Length


def methods_of(*resources):
    return tuple(f"methods of {resource}: *" for resource in resources)


def each(subject, *methods):
    return tuple(f"methods of {subject}: {method}" for method in methods)


HTTP = [
    Difference("head-on-lists", ("catalog: HEAD", "tags: HEAD"),
               {"status": 200, "Content-Type": JSON, "Content-Length": ANY},
               {"status": 405, "Content-Type": TEXT, "Allow": "GET"}),
    Difference("head-on-lists", ("catalog: n=2, HEAD",),
               {"status": 200, "Content-Type": JSON, "Content-Length": ANY, "Link": ANY},
               {"status": 405, "Content-Type": TEXT, "Allow": "GET"}),
    Difference("head-on-lists", ("tags: of no repository, HEAD",), {"status": 404, "Content-Type": JSON},
               {"status": 405, "Content-Type": TEXT, "Allow": "GET"}),
    Difference("methods-refused", each("the catalog", "PUT", "POST", "DELETE") + each("tags", "PUT", "POST", "DELETE"),
               {**refused(405, "UNSUPPORTED"), "Allow": "GET, HEAD"}, {**NO_METHOD, "Allow": "GET"}),
    Difference("methods-refused", each("a manifest", "POST", "PATCH") + each("a blob", "PUT", "POST", "PATCH") +
               ("protocol: an unknown method on a manifest",), refused(405, "UNSUPPORTED"), NO_METHOD),
    Difference("methods-refused", each("the catalog", "OPTIONS") + each("tags", "OPTIONS"),
               {"status": 200, "Allow": "GET, HEAD"}, {"status": 200, "Allow": "GET"}),
    Difference("methods-of-the-base", each("the base", "OPTIONS"), {"status": 200, "Allow": "GET, HEAD"}, EMPTY_OBJECT),
    Difference("methods-of-the-base", each("the base", "PUT", "POST", "DELETE", "PATCH") +
               ("protocol: an unknown method", "protocol: a lower-case method"),
               {**refused(405, "UNSUPPORTED"), "Allow": "GET, HEAD"}, EMPTY_OBJECT),
    Difference("methods-of-uploads", each("uploads", "OPTIONS"), {"status": 200, "Allow": "POST"},
               {"status": 200, "Allow": "DELETE, GET, HEAD, PATCH, POST, PUT"}),
    Difference("methods-of-uploads", each("an upload", "OPTIONS"),
               {"status": 200, "Allow": "DELETE, GET, HEAD, PATCH, PUT"},
               {"status": 200, "Allow": "DELETE, GET, HEAD, PATCH, POST, PUT"}),
    Difference("methods-of-uploads", each("uploads", "GET", "HEAD", "PUT", "PATCH", "DELETE"),
               {**refused(405, "UNSUPPORTED"), "Allow": "POST"}, refused(404, "BLOB_UPLOAD_UNKNOWN")),
    Difference("methods-of-uploads", each("an upload", "POST"),
               {**refused(405, "UNSUPPORTED"), "Allow": "DELETE, GET, HEAD, PATCH, PUT"}, accepted("app")),
    Difference("unknown-paths", ("no resource: *", "path: no resource, HEAD", "tags: without list"),
               refused(404, "UNSUPPORTED"), NO_PAGE),
    Difference("tidy-paths", ("catalog: with a slash at its end", "tags: with a slash at the end",
                              "path: a slash behind a manifest"),
               {**refused(404, "UNSUPPORTED"), **HEADERS}, moved(ANY, **{"Content-Type": HTML, "body": ANY})),
    Difference("tidy-paths", ("path: two slashes", "path: two slashes at its start", "path: dots that leave",
                              "path: a dot"), {**refused(404, "UNSUPPORTED"), **HEADERS}, moved(ANY)),
    Difference("tidy-paths", ("path: two slashes in a name", "path: dots", "path: encoded dots"),
               {**refused(400, "NAME_INVALID"), **HEADERS}, moved(ANY)),
    Difference("tidy-paths", ("path: encoded slash in the reference",),
               {**refused(404, "MANIFEST_UNKNOWN"), **HEADERS}, moved("/v2/a/1")),
    Difference("base-without-slash", ("base: without its slash*", "location: of the base", "relative: base"),
               {"status": 301, "Location": ANY, **HEADERS},
               moved(ANY, **{"Content-Type": HTML, "body": ANY})),
    Difference("root", ("root: GET", "methods of the root: *"), {"status": 200, **HEADERS}, BARE_ROOT),
    Difference("root", ("path: asterisk",), {"status": 200, **HEADERS}, {"status": 200}),
    Difference("root", ("root: HEAD",), {"status": 200, **HEADERS, "Content-Length": "0"}, BARE_ROOT),
]

NAMES = [
    Difference("invalid-names", ("name: upper case*", "name: starts with a dot*", "name: two dots*",
                                 "name: three underscores*", "name: hyphen at its end*", "path: encoded twice",
                                 "path: encoded NUL", "path: encoded blank", "path: no ASCII", "path: a fragment",
                                 "tags: of an upper-case name"),
               refused(400, "NAME_INVALID"), NO_PAGE),
    Difference("long-names", ("name: 255 characters",), refused(404, "NAME_UNKNOWN"), EMPTY_ERROR),
    Difference("long-names", ("name: 255 characters, upload",),
               accepted(f"{LONG}/{'m' * 51}"), EMPTY_ERROR),
    Difference("long-names", ("name: 256 characters*",), refused(400, "NAME_INVALID"), refused(500, "UNKNOWN")),
    Difference("header-size", ("protocol: a path of 20,000 bytes",),
               unread(414, SENTENCE), {**refused(500, "UNKNOWN"), **HEADERS, "framing": "chunked",
                                              "Transfer-Encoding": "chunked"}),
]

UNREAD = [
    Difference("unreadable-requests", ("protocol: no Host", "protocol: two Hosts", "protocol: a bad Host",
                                       "protocol: HTTP/0.9", "protocol: no request", "protocol: a blank before a colon",
                                       "protocol: two Content-Lengths", "protocol: a bad Content-Length",
                                       "protocol: an empty line before the request"),
               unread(400, SENTENCE), {**unread(400, re.compile("400 Bad Request.*")), **GO}),
    Difference("unreadable-requests", ("protocol: an unknown coding",),
               unread(501, SENTENCE), {**unread(501, "Unsupported transfer encoding"), **GO}),
    Difference("unreadable-requests", ("path: bad encoding",),
               {**refused(400, "NAME_INVALID"), **HEADERS}, {**unread(400, "400 Bad Request"), **GO}),
    Difference("broken-bodies", ("protocol: a bad chunk of an upload",),
               refused(400, "BLOB_UPLOAD_INVALID"), refused(500, "UNKNOWN")),
    Difference("http-versions", ("protocol: HTTP/1.9",), unread(400, SENTENCE), BASE),
    Difference("http-versions", ("protocol: HTTP/2.0",), unread(400, SENTENCE),
               {**unread(505, re.compile("505 HTTP Version Not Supported.*")), **GO}),
    Difference("header-size", ("protocol: a header of 100,000 bytes",),
               unread(431, SENTENCE),
               BASE),
    Difference("one-way-to-read", ("protocol: bare newlines", "protocol: a folded header"),
               unread(400, SENTENCE),
               BASE),
    Difference("one-way-to-read", ("protocol: Content-Length and chunked",),
               unread(400, SENTENCE),
               {"status": 201, "Location": ANY, "Docker-Content-Digest": ANY,
                **HEADERS}),
    Difference("expectations", ("protocol: Expect of something else",),
               {"status": 201, "Location": ANY, "Docker-Content-Digest": ANY,
                **HEADERS},
               {"status": 417}),
    Difference("http-versions", ("protocol: HTTP/1.0*",), {"version": "HTTP/1.1", "Connection": "close"},
               {"version": "HTTP/1.0"}),
    Difference("http-versions", ("protocol: HTTP/1.0, POST without a Host",),
               {"Location": "/v2/app/blobs/uploads/UUID"}, {"Location": "http:///v2/app/blobs/uploads/UUID"}),
]
