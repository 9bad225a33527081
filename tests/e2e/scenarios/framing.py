"""What could be read as one request or as two: berth refuses it, or reads it as nginx does, which often stands before it.

The bytes are the seeds of the fuzz target `request`.
"""
import re
import socket

from harness.checks import Failure, check, check_equal, wait_until
from harness.http import free_port, status_of
from harness.scenario import ROOT, scenario
from harness.storage import configuration

SEEDS = ROOT / "tests" / "fuzz" / "corpus" / "request"
LAST = b"GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
# Read to their ends by both.
PLAIN = ("get", "two-requests", "length", "length-zero", "length-with-leading-zeros", "chunks", "chunks-trailer",
         "chunks-in-capitals", "chunk-last-of-zeros", "absolute-target", "expect")
# nginx refuses them and berth does not: CONNECT gets a 400 and no tunnel, and tabs are blanks (RFC 9110, 5.6.3).
MORE_THAN_NGINX = ("method-connect", "length-behind-a-tab")

NGINX = """
daemon off; worker_processes 1; pid %(folder)s/pid; error_log %(folder)s/error.log;
events {}
http {
  access_log off; client_body_temp_path %(folder)s/body; proxy_temp_path %(folder)s/proxy;
  fastcgi_temp_path %(folder)s/f; uwsgi_temp_path %(folder)s/u; scgi_temp_path %(folder)s/s;
  server { listen 127.0.0.1:%(port)d; location / { return 200 "READ $request_method $request_uri\\n"; } }
}
"""


def nginx(context):
    port = free_port()
    file = context.write_config(NGINX % {"folder": context.folder, "port": port}, "nginx.conf")
    context.start("nginx", ["nginx", "-p", context.folder, "-c", file])
    wait_until(lambda: status_of(f"127.0.0.1:{port}", "/") == 200, "nginx answers", 20)
    return port


def send(port, sent):
    """All that comes back, to the end of the connection."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                received += piece
        except ConnectionError:  # a refusal need not wait for all of it
            pass
    return received.decode(errors="replace")


def read_by_nginx(port, sent):
    return re.findall(r"^READ (\S+ \S+)$", send(port, sent), re.MULTILINE)


class Reader:
    """Berth, and how much of its log is known."""

    def __init__(self, context):
        storage = context.new_storage()
        self.berth = context.berth(storage, configuration(storage, extra_http="  allowedhosts: ['*']\n"))
        self.known = len(self.berth.process.said())

    def read(self, sent):
        """The requests that were read to their ends, and the answers. One after which the connection ends is none."""
        answers = send(self.berth.port, sent)
        said = self.berth.process.said()[self.known:]
        self.known += len(said)
        read = re.findall(r'^127\.0\.0\.1 .*?\] "(\S+) (?:http://[^/]*)?(\S+) HTTP/', said, re.MULTILINE)
        read = [f"{method} {target}" for method, target in read]
        return read if read[-1:] == ["GET /last"] else read[:-1], answers


@scenario("filesystem")
def is_read_as_nginx_does_or_refused(context):
    port, reader, wrong = nginx(context), Reader(context), []
    seeds = sorted(SEEDS.iterdir())
    check(len(seeds) > 50, f"seeds in {SEEDS}")
    for seed in seeds:
        sent = seed.read_bytes() + LAST
        theirs = read_by_nginx(port, sent)
        ours, answers = reader.read(sent)
        is_refused = ours[-1:] != ["GET /last"]
        if ours != theirs[:len(ours)] and seed.name not in MORE_THAN_NGINX:
            wrong.append(f"{seed.name}: nginx reads {theirs}, berth {ours}")
        if is_refused and "\r\nConnection: close\r\n" not in answers and answers:
            wrong.append(f"{seed.name}: the connection goes on after {answers[:80]!r}")
        if seed.name in PLAIN and ours != theirs:
            wrong.append(f"{seed.name}: nginx reads {theirs}, berth only {ours}")
    if wrong:
        raise Failure("\n".join(wrong))
    check_equal(status_of(reader.berth.address, "/v2/"), 200, "berth after all of them")
