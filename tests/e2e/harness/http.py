"""One HTTP request per connection, as docker does it, and the registry calls the scenarios make by hand."""
import hashlib
import http.client
import json
import socket

from .checks import check_equal, wait_until


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def error_codes(self):
        """The codes of an OCI error body; empty when the body is none."""
        try:
            return [error["code"] for error in json.loads(self.body)["errors"]]
        except (ValueError, KeyError, TypeError):
            return []

    def __repr__(self):
        return f"{self.status} {dict(self.headers)} {self.body[:500]!r}"


def request(address, method, path, body=None, headers=None, timeout=60):
    """`address` is host:port. Never follows a redirect."""
    connection = http.client.HTTPConnection(address, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers={"Connection": "close", **(headers or {})})
        answer = connection.getresponse()
        return Response(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def status_of(address, path, timeout=60):
    """The status of a GET; 0 when there is no answer."""
    try:
        return request(address, "GET", path, timeout=timeout).status
    except (OSError, http.client.HTTPException):
        return 0


def wait_for_status(address, path, wanted, seconds, what):
    """Waits until a GET is answered with the status `wanted`; `what` says when that should be."""
    wait_until(lambda: status_of(address, path) == wanted, f"GET {path} is {wanted} {what}", seconds, every=0.1)


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def upload_path(location):
    """The path and query of a Location or Link, be it absolute or relative."""
    return "/" + location.split("://", 1)[1].split("/", 1)[1] if "://" in location else location


def closing_path(location, digest):
    """Where the PUT that ends the upload at `location` goes."""
    path = upload_path(location)
    return f"{path}{'&' if '?' in path else '?'}digest={digest}"


def push_blob(address, repository, data):
    """POST, PATCH, PUT; returns the digest."""
    digest = digest_of(data)
    begun = request(address, "POST", f"/v2/{repository}/blobs/uploads/", headers={"Content-Length": "0"})
    check_equal(begun.status, 202, f"POST of an upload: {begun}")
    sent = request(address, "PATCH", upload_path(begun.headers["Location"]), body=data,
                   headers={"Content-Type": "application/octet-stream"})
    check_equal(sent.status, 202, f"PATCH of an upload: {sent}")
    closed = request(address, "PUT", closing_path(sent.headers["Location"], digest), headers={"Content-Length": "0"})
    check_equal(closed.status, 201, f"PUT of an upload: {closed}")
    return digest


def get_blob(address, repository, digest):
    """The bytes; follows a redirect to the bucket, as clients do."""
    answer = request(address, "GET", f"/v2/{repository}/blobs/{digest}")
    if answer.status == 307:
        host, path = answer.headers["Location"].split("://", 1)[1].split("/", 1)
        answer = request(host, "GET", "/" + path)
    check_equal(answer.status, 200, f"GET of a blob: {answer.status} {answer.body[:300]!r}")
    return answer.body


def free_port(preferred=0):
    """A port of 127.0.0.1 that nobody listens on; the preferred one when that is free."""
    try:
        with socket.create_server(("127.0.0.1", preferred)) as held:
            return held.getsockname()[1]
    except OSError:
        return free_port()
