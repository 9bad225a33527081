"""What killed processes leave of uploads goes when it is old, and nothing else does."""
import http.client
import re
import signal

from harness import storage
from harness.checks import check, check_equal, wait_until
from harness.http import closing_path, digest_of, push_blob, request, upload_path
from harness.scenario import scenario

NAME = "purged/app"
PIECE = bytes(range(256)) * 4 * 1024 * 40  # 40 MiB: more than one part


def purging(age, interval):
    return ("  maintenance:\n    uploadpurging:\n      enabled: true\n"
            f"      age: {age}\n      interval: {interval}\n      dryrun: false\n")


def begin_upload(registry):
    """The Location of an upload that has taken a piece."""
    begun = request(registry.address, "POST", f"/v2/{NAME}/blobs/uploads/")
    answer = request(registry.address, "PATCH", upload_path(begun.headers["Location"]), PIECE,
                     {"Content-Type": "application/octet-stream"})
    check_equal(answer.status, 202, f"PATCH: {answer}")
    return answer.headers["Location"], answer.headers["Docker-Upload-UUID"]


class SlowUpload:
    """A PATCH whose body does not come to its end for a while."""

    def __init__(self, registry):
        begun = request(registry.address, "POST", f"/v2/{NAME}/blobs/uploads/")
        self.location, self.uuid = begun.headers["Location"], begun.headers["Docker-Upload-UUID"]
        self.connection = http.client.HTTPConnection(registry.address, timeout=60)
        self.connection.putrequest("PATCH", upload_path(self.location))
        self.connection.putheader("Content-Length", str(len(PIECE)))
        self.connection.endheaders()
        self.connection.send(PIECE[:-1])

    def end(self):
        self.connection.send(PIECE[-1:])
        answer = self.connection.getresponse()
        check_equal(answer.status, 202, f"the end of a PATCH: {answer.read()}")
        self.connection.close()


def leftovers(where, uuid):
    unfinished = where.bucket.unfinished_uploads() if hasattr(where, "bucket") else []
    return [key for key in [*where.keys(), *unfinished] if uuid in key]


@scenario("filesystem", "s3")
def leftovers_of_killed_registries_go_and_running_uploads_stay(context):
    where = context.new_storage()
    config = storage.configuration(where, extra_storage=purging("4s", "1s"))
    berth = context.berth(where, config)
    running = SlowUpload(berth)
    push_blob(berth.address, NAME, b"a blob that stays")
    abandoned = []
    for start in (context.registry2, context.berth):
        killed = start(where, storage.configuration(where))
        abandoned.append(begin_upload(killed)[1])
        check(leftovers(where, abandoned[-1]), f"{start.__name__} leaves something of {abandoned[-1]}")
        killed.process.popen.send_signal(signal.SIGKILL)
    for uuid in abandoned:
        wait_until(lambda uuid=uuid: not leftovers(where, uuid), f"{uuid} is purged", 40, every=0.5)
    check(leftovers(where, running.uuid), "what is running has its bytes")
    running.end()
    closed = request(berth.address, "PUT", closing_path(running.location, digest_of(PIECE)))
    check_equal(closed.status, 201, f"the running upload ends: {closed}")
    for blob in (PIECE, b"a blob that stays"):
        got = request(berth.address, "HEAD", f"/v2/{NAME}/blobs/{digest_of(blob)}")
        check_equal(got.status, 200, f"blob after the purge: {got}")
    check(re.search("an upload was abandoned", berth.process.said()), "the log names what went")


@scenario("filesystem")
def a_dry_run_only_says_what_would_go(context):
    where = context.new_storage()
    killed = context.registry2(where)
    uuid = begin_upload(killed)[1]
    killed.process.popen.send_signal(signal.SIGKILL)
    config = storage.configuration(where, extra_storage=purging("0s", "1s").replace("dryrun: false", "dryrun: true"))
    berth = context.berth(where, config)
    berth.process.wait_for_line(f"an upload was abandoned.*{uuid}")
    check(leftovers(where, uuid), "it is still there")
