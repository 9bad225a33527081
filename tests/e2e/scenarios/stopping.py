"""Signals: SIGTERM with transfers under way, a second one, and SIGHUP."""
import signal
import socket

from harness import images
from harness.checks import check, check_equal, wait_until
from harness.http import closing_path, digest_of, get_blob, push_blob, request
from harness.scenario import scenario
from harness.storage import configuration

from .tls import Authority, curl, tls_node

STOP_SECONDS = 20


def is_refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return False
    except OSError:
        return True


def size_of(path):
    return path.stat().st_size if path.exists() else 0


@scenario("filesystem")
def a_pull_and_a_push_under_way_end_well_and_nobody_new_is_let_in(context):
    where = context.new_storage()
    berth = context.berth(where, configuration(where, extra_http="  draintimeout: 60s\n"))
    pulled, pushed = images.random_bytes(48 << 20, "pulled"), images.random_bytes(16 << 20, "pushed")
    digest = push_blob(berth.address, "busy", pulled)
    begun = request(berth.address, "POST", "/v2/busy/blobs/uploads/", headers={"Content-Length": "0"})
    got, sent = context.folder / "got", context.folder / "sent"
    sent.write_bytes(pushed)

    slow = ["curl", "-sS", "--fail", "--limit-rate"]
    pull = context.start("pull", [*slow, "12M", "-o", got, f"http://{berth.address}/v2/busy/blobs/{digest}"])
    push = context.start("push", [*slow, "4M", "-w", "%{http_code}", "-T", sent, "-H", "Expect:",
                                  "http://" + berth.address + closing_path(begun.headers["Location"],
                                                                           digest_of(pushed))])
    wait_until(lambda: size_of(got), "the pull has begun")
    uploads = where.path / "docker/registry/v2/repositories/busy/_uploads"
    wait_until(lambda: any(size_of(data) for data in uploads.glob("*/data")), "the push has begun")
    berth.process.signal(signal.SIGTERM)
    wait_until(lambda: is_refused(berth.port), "new connections are refused", 10)
    check_equal((pull.popen.poll(), push.popen.poll()), (None, None), "both are still under way")

    check_equal(pull.wait(60), 0, f"how the pull ends: {pull.said()}")
    check_equal(push.wait(60), 0, f"how the push ends: {push.said()}")
    check_equal(berth.process.wait(STOP_SECONDS), 0, "exit code after SIGTERM")
    check_equal(push.said(), "201", "what the push is answered")
    check(got.read_bytes() == pulled, "the pulled bytes are right")
    check(get_blob(context.berth(where).address, "busy", digest_of(pushed)) == pushed, "the pushed bytes are right")


@scenario("filesystem")
def a_second_signal_ends_at_once(context):
    where = context.new_storage()
    berth = context.berth(where, configuration(where, extra_http="  draintimeout: 600s\n"))
    begun = request(berth.address, "POST", "/v2/busy/blobs/uploads/", headers={"Content-Length": "0"})
    with socket.create_connection(("127.0.0.1", berth.port)) as upload:
        path = begun.headers["Location"].split(berth.address)[1]
        upload.sendall(f"PATCH {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                       "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n".encode())
        check(upload.recv(100).startswith(b"HTTP/1.1 100"), "the upload has begun")
        berth.process.signal(signal.SIGTERM)
        wait_until(lambda: is_refused(berth.port), "it stops", 10)
        berth.process.signal(signal.SIGHUP)  # ends nothing
        upload.sendall(b"123")
        check_equal(berth.process.popen.poll(), None, "exit code while the upload is under way")
        berth.process.signal(signal.SIGINT)
        check_equal(berth.process.wait(10), -signal.SIGINT, "exit code after the second signal")


@scenario("filesystem")
def sighup_has_the_log_follow_its_file_and_says_what_needs_a_restart(context):
    where = context.new_storage()
    berth = context.berth(where, configuration(where))
    file = context.folder / "berth-0.yml"
    text = file.read_text()
    moved = text.replace("127.0.0.1:0", "127.0.0.1:1")

    def hang_up(changed, line, times=1):
        file.write_text(changed)
        berth.process.signal(signal.SIGHUP)
        wait_until(lambda: berth.process.said().count(line) == times, f"{line!r} for the {times}. time", 10)

    def ask(path):
        # The second request on a connection comes after all that follows from the first.
        curl(f"http://{berth.address}{path}", f"http://{berth.address}/v2/")

    hang_up(text + "health: [\n", "of no use; what counted before counts on")
    ask("/v2/loud")
    hang_up(moved, "keys=http.addr")
    read_again = "the configuration was read again\""
    check_equal(berth.process.said().count(read_again), 1, "lines of level info")
    hang_up(moved.replace("log:\n", "log:\n  level: warn\n  accesslog: {disabled: true}\n"), "keys=http.addr", 2)
    ask("/v2/quiet")
    hang_up(text, read_again, 2)  # and not 3: the one before was below the level
    ask("/v2/loud-again")
    said = berth.process.said()
    check_equal([f"GET /v2/{path} " in said for path in ("loud", "quiet", "loud-again")], [True, False, True],
                "what the access log has")
    check_equal(berth.process.stop(), 0, "exit code")


@scenario("filesystem")
def sighup_has_a_renewed_certificate_count_at_once(context):
    authority = Authority(context.folder / "authority")
    berth = tls_node(context, authority)
    following = Authority(context.folder / "following")
    following.sign("server", context.folder / "server", "IP:127.0.0.1")
    berth.process.signal(signal.SIGHUP)
    berth.process.wait_for_line("the files of http.tls were read again", 10)
    check_equal(curl("--cacert", following.file, f"https://{berth.address}/v2/").stdout, "{}", "by the new authority")
    old = curl("--cacert", authority.file, f"https://{berth.address}/v2/", check=False)
    check(old.returncode != 0, f"the old certificate is not shown any more: {old.stdout}")
