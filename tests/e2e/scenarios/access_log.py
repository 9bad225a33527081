"""The lines of the access log, beside registry:2's for the same requests."""
import re
import socket

from harness.checks import check_equal, wait_until
from harness.http import push_blob, request
from harness.scenario import scenario
from harness.storage import DELETE_ENABLED, configuration

LINE = re.compile(r'^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "(.*)$', re.MULTILINE)
UPLOAD = re.compile(r"/uploads/[^ ]*")


def ask_by_http_1_0(address):
    host, port = address.split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /v2/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
        while connection.recv(4096):
            pass


def requests(address):
    for path, headers in (("/v2/", {"User-Agent": "docker/28.2.2", "Referer": "http://from.example"}),
                          ("/v2/_catalog?n=5&last=a%20b", {"User-Agent": "one \"of\\two\""}),
                          ("/v2/", {"X-Forwarded-For": "10.1.2.3", "X-Real-Ip": "10.4.5.6"}),
                          ("/v2/team/net/manifests/none", {})):
        request(address, "GET", path, headers=headers)
    digest = push_blob(address, "team/net", b"some bytes")
    request(address, "GET", f"/v2/team/net/blobs/{digest}")
    request(address, "GET", f"/v2/team/net/blobs/{digest}", headers={"Range": "bytes=2-5"})
    request(address, "DELETE", f"/v2/team/net/blobs/{digest}")
    ask_by_http_1_0(address)


def lines_of(registry, count):
    """What stands after the time in each; the ids of uploads are each program's own."""
    found = wait_until(lambda: (lines := LINE.findall(registry.process.said()))[count - 1:] and lines,
                       f"{count} lines in the access log")
    return [UPLOAD.sub("/uploads/...", line) for line in found]


@scenario()
def is_line_by_line_registry2s(context):
    both = []
    for start in (context.berth, context.registry2):
        storage = context.new_storage()
        registry = start(storage, config=configuration(storage, extra_storage=DELETE_ENABLED))
        requests(registry.address)
        both.append(lines_of(registry, 11))
    check_equal(*both, "lines of the access log")


@scenario()
def is_not_written_when_it_is_disabled(context):
    storage = context.new_storage()
    berth = context.berth(storage, config=configuration(storage, extra="log: {accesslog: {disabled: true}}\n"))
    requests(berth.address)
    berth.process.stop()
    check_equal(LINE.findall(berth.process.said()), [], "lines of the access log")
