"""Requests as bytes on a socket, and answers as they came: http.client would hide half of what is compared here."""
import dataclasses
import re
import socket

# A bound only: a server that keeps a connection open after its last byte would otherwise stop the test.
SILENCE_SECONDS = 20
HEAD_END = b"\r\n\r\n"


@dataclasses.dataclass
class Message:
    """One answer, interim or final."""
    version: str
    status: int
    headers: list  # (name, value), as they came
    body: bytes = b""
    framing: str = ""  # how its end is known: "none" has no body, "broken" is what contradicts itself

    def header(self, name):
        """The value; several joined as RFC 9110 allows; None where there is none."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


def encoded(step, host, target):
    """The head and the body of a request. A header of None takes away the usual one."""
    headers = {"Host": host, "Connection": "close"}
    if step.chunked:
        headers["Transfer-Encoding"] = "chunked"
    elif step.body or step.method in ("POST", "PUT", "PATCH"):
        headers["Content-Length"] = str(len(step.body))
    headers.update(step.headers)
    lines = [f"{step.method} {target} {step.version}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    head = "\r\n".join(lines).encode("latin-1") + HEAD_END
    return head, chunks(step.body) if step.chunked else step.body


def chunks(body, size=1000):
    parts = [body[at:at + size] for at in range(0, len(body), size)] + [b""]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


def exchange(address, head, body, expect):
    """Sends the bytes and returns all that comes back, until the server closes."""
    wait_before_body = expect == "100-continue"
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=SILENCE_SECONDS) as connection:
        received = b""
        try:
            connection.sendall(head)
            if wait_before_body:
                received = connection.recv(1 << 16)
            if not wait_before_body or received.startswith(b"HTTP/1.1 100"):
                connection.sendall(body)
        except OSError:
            pass  # The server answered and closed before it had all.
        return received + read_all(connection)


def read_all(connection):
    received = b""
    try:
        while part := connection.recv(1 << 16):
            received += part
    except OSError:
        pass
    return received


def parse(received, method):
    """The answers in `received`. A HEAD's answer ends with its head, whatever it announces."""
    messages = []
    while received:
        head, separator, rest = received.partition(HEAD_END)
        lines = head.decode("latin-1").split("\r\n")
        start = re.fullmatch(r"(HTTP/1\.[01]) (\d{3}) .*", lines[0])
        if not start or not separator:
            return messages + [Message("", 0, [], received, "no HTTP")]
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        message = Message(start[1], int(start[2]), headers)
        received = take_body(message, rest, method)
        messages.append(message)
    return messages


def take_body(message, rest, method):
    """Gives the message its body; returns what lies behind it."""
    length = message.header("Content-Length")
    if method == "HEAD" or message.status in (204, 304) or message.status < 200:
        message.framing = "none"
        return rest
    if message.header("Transfer-Encoding") == "chunked":
        return take_chunks(message, rest)
    if length is None:
        message.body, message.framing = rest, "close"
        return b""
    message.body = rest[:int(length)]
    message.framing = "length" if len(message.body) == int(length) else "broken"
    return rest[int(length):]


def take_chunks(message, rest):
    message.framing = "chunked"
    while True:
        size, separator, rest = rest.partition(b"\r\n")
        if not separator:
            message.framing = "broken"
            return b""
        count = int(size.split(b";")[0], 16)
        message.body += rest[:count]
        rest = rest[count + 2:]
        if count == 0:
            return rest
