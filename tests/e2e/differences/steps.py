"""A request of the list, and what an upload's next request needs to know from the last answer."""
import dataclasses

from harness.http import digest_of, upload_path

from . import wire

BYTES = "application/octet-stream"


@dataclasses.dataclass(frozen=True)
class Step:
    """One request. `raw`, the bytes to send, replaces all else.

    `target` and `raw` may hold {upload} and {begun}, where the last answer and the first one of the latest upload said
    that it goes on, {other}, the same place in another repository, {next}, the page that a Link named, and {host}.
    A parameter behind {upload} is written with "&".
    """
    name: str
    method: str = "GET"
    target: str = "/v2/"
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes = b""
    chunked: bool = False
    version: str = "HTTP/1.1"
    raw: bytes = b""

    @property
    def verb(self):
        return self.raw.split(b" ")[0].decode() if self.raw else self.method


class Asker:
    """Sends the steps of one list to one registry, in order."""

    def __init__(self, address):
        self.address = address
        self.known = dict.fromkeys(("upload", "begun", "other", "next"), "/nothing") | {"host": address}

    def ask(self, step):
        """All messages of the answer, the final one last."""
        if step.raw:
            head, body = self.filled(step.raw.decode("latin-1")).encode("latin-1"), b""
        else:
            # Where an upload goes on may be a path with a query, as in registry:2, or without one.
            target = self.filled(step.target)
            head, body = wire.encoded(step, self.address, target if "?" in target else target.replace("&", "?", 1))
        messages = wire.parse(wire.exchange(self.address, head, body, step.headers.get("Expect")), step.verb)
        if messages:
            self.learn(step.verb, messages[-1])
        return messages

    def filled(self, text):
        for name, value in self.known.items():
            text = text.replace("{%s}" % name, value)
        return text

    def learn(self, method, answer):
        location = answer.header("Location") or ""
        if "/blobs/uploads/" in location and answer.status < 300:
            self.known["upload"] = upload_path(location)
            self.known["other"] = self.known["upload"].replace("/app/", "/zebra/", 1)
            if method == "POST":
                self.known["begun"] = self.known["upload"]
        link = answer.header("Link")
        self.known["next"] = upload_path(link[link.index("<") + 1:link.index(">")]) if link else "/no-next-page"


def get(name, target, headers=None):
    return Step(name, "GET", target, headers or {})


def head(name, target, headers=None):
    return Step(name, "HEAD", target, headers or {})


def delete(name, target):
    return Step(name, "DELETE", target)


def post(name, target, body=b"", headers=None):
    return Step(name, "POST", target, {"Content-Type": BYTES, **(headers or {})} if body else headers or {}, body)


def patch(name, target, body, headers=None, chunked=False):
    return Step(name, "PATCH", target, {"Content-Type": BYTES, **(headers or {})}, body, chunked)


def put(name, target, body=b"", content_type=BYTES, headers=None, chunked=False):
    kind = {"Content-Type": content_type} if content_type and body else {}
    return Step(name, "PUT", target, {**kind, **(headers or {})}, body, chunked)


def any_method(subject, target, *methods):
    """One request with each of the methods."""
    return [Step(f"{subject}: {method}", method, target) for method in methods]


def push(name, repository, data):
    """A blob in one POST and one PUT."""
    return [post(f"{name}: begin", f"/v2/{repository}/blobs/uploads/"),
            put(f"{name}: end", f"{{upload}}&digest={digest_of(data)}", data)]
