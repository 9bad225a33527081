"""What clients do on the wire that a library test would not think of."""
import socket

from harness import images
from harness.checks import check, check_equal
from harness.http import closing_path, digest_of, get_blob, push_blob, request, upload_path
from harness.scenario import scenario

# The first bytes of any TLS 1.2 or 1.3 ClientHello record, as docker and skopeo try first on every registry.
TLS_HELLO = bytes.fromhex("1603010200010001fc0303") + bytes(64)
ANSWER_SECONDS = 5


@scenario("filesystem")
def tls_on_the_plain_port_is_answered_and_closed(context):
    berth = context.berth(context.new_storage())
    with socket.create_connection(("127.0.0.1", berth.port), timeout=ANSWER_SECONDS) as client:
        client.sendall(TLS_HELLO)
        answer = b""
        while part := client.recv(4096):
            answer += part
    check(answer.startswith(b"HTTP/1."), f"an HTTP answer before the connection closes: {answer!r}")


@scenario("filesystem", "s3", "versity")
def the_empty_blob_is_stored_and_served(context):
    berth = context.berth(context.new_storage())
    digest = push_blob(berth.address, "empty/app", b"")
    check_equal(get_blob(berth.address, "empty/app", digest), b"", "bytes of the empty blob")


@scenario("filesystem", "s3", "versity")
def an_upload_in_pieces_is_put_together(context):
    """Pieces below, at and above S3's smallest part, so that staging crosses every boundary."""
    berth = context.berth(context.new_storage())
    data = images.random_bytes(17 * 1024 * 1024 + 321, "pieces")
    begun = request(berth.address, "POST", "/v2/pieces/app/blobs/uploads/", headers={"Content-Length": "0"})
    location, sent = begun.headers["Location"], 0
    for size in (1, 5 << 20, (5 << 20) + 1, 100, len(data)):
        piece = data[sent:sent + size]
        answer = request(berth.address, "PATCH", upload_path(location), body=piece, headers={
            "Content-Type": "application/octet-stream", "Content-Range": f"{sent}-{sent + len(piece) - 1}"})
        sent += len(piece)
        check_equal((answer.status, answer.headers["Range"]), (202, f"0-{sent - 1}"), "PATCH of a piece")
        location = answer.headers["Location"]
    closed = request(berth.address, "PUT", closing_path(location, digest_of(data)),
                     headers={"Content-Length": "0"})
    check_equal(closed.status, 201, "closing PUT")
    check(get_blob(berth.address, "pieces/app", digest_of(data)) == data, "the bytes come back")


@scenario("filesystem", "s3", "versity")
def ranges_of_a_blob_are_served(context):
    berth = context.berth(context.new_storage())
    data = images.random_bytes(100_000, "range")
    path = f"/v2/range/app/blobs/{push_blob(berth.address, 'range/app', data)}"
    for wanted, part in (("0-9", data[:10]), ("99990-", data[-10:]), ("-7", data[-7:]), ("5-999999", data[5:])):
        answer = request(berth.address, "GET", path, headers={"Range": f"bytes={wanted}"})
        check_equal((answer.status, len(answer.body)), (206, len(part)), f"bytes={wanted}")
        check(answer.body == part, f"the bytes of bytes={wanted}")
    beyond = request(berth.address, "GET", path, headers={"Range": "bytes=100000-"})
    check_equal((beyond.status, beyond.headers["Content-Range"]), (416, "bytes */100000"), "a range beyond the end")


@scenario("filesystem", "s3", "versity")
def a_manifest_without_its_blobs_and_bytes_without_their_digest_are_refused(context):
    berth = context.berth(context.new_storage())
    manifest = images.Image("absent", layer_kib=(1,)).manifest(images.OCI)
    refused = request(berth.address, "PUT", "/v2/broken/app/manifests/1", body=manifest,
                      headers={"Content-Type": images.OCI["manifest"]})
    check_equal((refused.status, set(refused.error_codes())), (400, {"MANIFEST_BLOB_UNKNOWN"}), "missing blobs")

    begun = request(berth.address, "POST", "/v2/broken/app/blobs/uploads/", headers={"Content-Length": "0"})
    wrong = request(berth.address, "PUT", closing_path(begun.headers["Location"], digest_of(b"other")), body=b"bytes",
                    headers={"Content-Type": "application/octet-stream"})
    check_equal((wrong.status, wrong.error_codes()), (400, ["DIGEST_INVALID"]), "wrong digest")
