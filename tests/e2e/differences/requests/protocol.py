"""HTTP itself: framing, versions, hosts, and what proxies add."""
from harness.http import digest_of
from harness.images import OCI

from .. import content as c
from ..steps import BYTES, Step, get, patch, post, put

MANIFEST = "/v2/app/manifests/protocol"
UPLOADS = "/v2/app/blobs/uploads/"


def raw(name, *lines, body=b""):
    return Step(name, raw="\r\n".join([*lines, "", ""]).encode("latin-1") + body)


def forwarded(name, **headers):
    return post(f"location: {name}", UPLOADS, headers={key.replace("_", "-"): value for key, value in headers.items()})


PROTOCOL = [
    put("protocol: Expect", MANIFEST, c.OCI_IMAGE, OCI["manifest"], {"Expect": "100-continue"}),
    put("protocol: Expect, refused", "/v2/app/manifests/-bad", c.OCI_IMAGE, OCI["manifest"],
        {"Expect": "100-continue"}),
    put("protocol: Expect of something else", MANIFEST, c.OCI_IMAGE, OCI["manifest"], {"Expect": "200-ok"}),
    post("protocol: Expect, begin", UPLOADS),
    patch("protocol: Expect, PATCH", "{upload}", c.LAYER, {"Expect": "100-continue"}),
    raw("protocol: no Host", "GET /v2/ HTTP/1.1", "Connection: close"),
    raw("protocol: two Hosts", "GET /v2/ HTTP/1.1", "Host: a", "Host: b", "Connection: close"),
    raw("protocol: an empty Host", "GET /v2/ HTTP/1.1", "Host:", "Connection: close"),
    raw("protocol: a bad Host", "GET /v2/ HTTP/1.1", "Host: a b", "Connection: close"),
    raw("protocol: HTTP/1.0", "GET /v2/ HTTP/1.0"),
    raw("protocol: HTTP/1.0 with a Host", "GET /v2/a/tags/list HTTP/1.0", "Host: {host}"),
    raw("protocol: HTTP/1.0, POST without a Host", f"POST {UPLOADS} HTTP/1.0", "Content-Length: 0"),
    raw("protocol: HTTP/2.0", "GET /v2/ HTTP/2.0", "Host: {host}", "Connection: close"),
    raw("protocol: HTTP/1.9", "GET /v2/ HTTP/1.9", "Host: {host}", "Connection: close"),
    raw("protocol: HTTP/0.9", "GET /v2/"),
    raw("protocol: an unknown method", "BREW /v2/ HTTP/1.1", "Host: {host}", "Connection: close"),
    raw("protocol: an unknown method on a manifest", "BREW /v2/app/manifests/1 HTTP/1.1", "Host: {host}",
        "Connection: close"),
    raw("protocol: a lower-case method", "get /v2/ HTTP/1.1", "Host: {host}", "Connection: close"),
    raw("protocol: no request", "hello", ""),
    raw("protocol: a blank before a colon", "GET /v2/ HTTP/1.1", "Host: {host}", "Accept : x", "Connection: close"),
    raw("protocol: a folded header", "GET /v2/ HTTP/1.1", "Host: {host}", "X-Long: a", " b", "Connection: close"),
    raw("protocol: Content-Length and chunked", f"PUT {MANIFEST} HTTP/1.1", "Host: {host}",
        f"Content-Type: {OCI['manifest']}", "Content-Length: 5", "Transfer-Encoding: chunked", "Connection: close",
        body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(c.OCI_IMAGE), c.OCI_IMAGE)),
    raw("protocol: two Content-Lengths", f"PUT {MANIFEST} HTTP/1.1", "Host: {host}", "Content-Length: 2",
        "Content-Length: 3", "Connection: close", body=b"{}"),
    raw("protocol: a bad Content-Length", f"PUT {MANIFEST} HTTP/1.1", "Host: {host}", "Content-Length: -1",
        "Connection: close"),
    raw("protocol: an unknown coding", f"PUT {MANIFEST} HTTP/1.1", "Host: {host}", "Transfer-Encoding: gzip",
        "Connection: close"),
    raw("protocol: a bad chunk", f"PUT {MANIFEST} HTTP/1.1", "Host: {host}", f"Content-Type: {OCI['manifest']}",
        "Transfer-Encoding: chunked", "Connection: close", body=b"zz\r\n{}\r\n0\r\n\r\n"),
    post("protocol: a bad chunk of an upload, begin", UPLOADS),
    raw("protocol: a bad chunk of an upload", "PATCH {upload} HTTP/1.1", "Host: {host}", f"Content-Type: {BYTES}",
        "Transfer-Encoding: chunked", "Connection: close", body=b"zz\r\n{}\r\n0\r\n\r\n"),
    get("protocol: a bad chunk of an upload, status", "{upload}"),
    raw("protocol: POST without Content-Length", f"POST {UPLOADS} HTTP/1.1", "Host: {host}", "Connection: close"),
    raw("protocol: two requests at once", "GET /v2/ HTTP/1.1", "Host: {host}", "", "GET /v2/_catalog?n=1 HTTP/1.1",
        "Host: {host}", "Connection: close"),
    raw("protocol: an empty line before the request", "", "GET /v2/ HTTP/1.1", "Host: {host}", "Connection: close"),
    raw("protocol: bare newlines", "GET /v2/ HTTP/1.1\nHost: {host}\nConnection: close\n\n"),
    raw("protocol: an upgrade", "GET /v2/ HTTP/1.1", "Host: {host}", "Connection: Upgrade, close", "Upgrade: h2c"),
    get("protocol: a long header", "/v2/", {"X-Long": "x" * 20_000}),
    get("protocol: a header of 100,000 bytes", "/v2/", {"X-Long": "x" * 100_000}),
    get("protocol: a path of 20,000 bytes", "/v2/" + "a/" * 10_000 + "tags/list"),
    get("protocol: Docker's version header", "/v2/", {"Docker-Distribution-Api-Version": "registry/2.0"}),
    get("protocol: credentials that nobody asked for", "/v2/", {"Authorization": "Basic eDp5"}),
    get("protocol: Accept-Encoding", "/v2/a/tags/list", {"Accept-Encoding": "gzip"}),
    get("protocol: a body with GET", "/v2/", {"Content-Length": "0"}),
    get("protocol: Origin", "/v2/", {"Origin": "https://example.com"}),
]

LOCATIONS = [
    forwarded("as it is"),
    forwarded("another Host", Host="registry.example.com"),
    forwarded("a Host with a port", Host="registry.example.com:8443"),
    forwarded("X-Forwarded-Proto", X_Forwarded_Proto="https"),
    forwarded("X-Forwarded-Host", X_Forwarded_Host="outside.example.com"),
    forwarded("X-Forwarded-Host and -Proto", X_Forwarded_Host="outside.example.com", X_Forwarded_Proto="https"),
    forwarded("X-Forwarded-Host, a list", X_Forwarded_Host="outside.example.com, inside"),
    forwarded("X-Forwarded-Port", X_Forwarded_Host="outside.example.com", X_Forwarded_Port="8443"),
    forwarded("X-Forwarded-Prefix", X_Forwarded_Prefix="/registry"),
    forwarded("Forwarded", Forwarded="for=1.2.3.4;host=outside.example.com;proto=https"),
    forwarded("Forwarded and X-Forwarded", Forwarded="proto=https;host=one.example.com",
              X_Forwarded_Host="two.example.com"),
    put("location: of a manifest", MANIFEST, c.OCI_IMAGE, OCI["manifest"], {"X-Forwarded-Proto": "https"}),
    post("location: of a mount", f"{UPLOADS}?mount={digest_of(c.BLOB)}&from=app",
         headers={"X-Forwarded-Proto": "https"}),
    get("location: of the base", "/v2", {"X-Forwarded-Proto": "https"}),
    get("location: of a page", "/v2/_catalog?n=1", {"X-Forwarded-Proto": "https"}),
]
