"""What a notification endpoint is told, beside registry:2 and the same client; and what becomes of an outage of it."""
import http.server
import json
import threading

from harness import images
from harness.checks import check, check_equal, wait_until
from harness.http import digest_of, push_blob, request, status_of
from harness.scenario import scenario
from harness.storage import DELETE_ENABLED, Folder, configuration


class Sink:
    """Notes events; answers 503 while `broken`."""

    def __init__(self):
        self.events, self.refused, self.broken = [], 0, False
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if sink.broken:
                    sink.refused += 1
                else:
                    sink.events += json.loads(body)["events"]
                self.send_response(503 if sink.broken else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/events"


def with_sink(where, sink):
    return configuration(where, extra_storage=DELETE_ENABLED) + (f"notifications:\n  endpoints:\n    - name: sink\n      url: {sink.url()}\n"
                                   "      timeout: 1s\n      threshold: 2\n      backoff: 50ms\n")


def compared(event, address):
    """An event without what no two registries have in common."""
    for once in ("id", "timestamp"):
        check(event.pop(once), f"an event has an {once}")
    check(event["source"].pop("instanceID"), "an event says which instance it is from")
    event["source"].pop("addr")
    check(event["request"].pop("id"), "an event has the id of its request")
    event["request"].pop("addr")
    return json.dumps(event, sort_keys=True).replace(address, "REGISTRY")


def push_and_pull(context, address):
    context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{address}/told/app:v1")
    context.skopeo.copy(f"docker://{address}/told/app:v1", f"dir:{context.folder}/{address.replace(':', '-')}")


def delete_with_two_tags(address):
    manifest = request(address, "GET", "/v2/told/app/manifests/v1", headers={"Accept": images.OCI["manifest"]}).body
    pushed = request(address, "PUT", "/v2/told/app/manifests/v2", manifest, {"Content-Type": images.OCI["manifest"]})
    check_equal(pushed.status, 201, f"PUT of a second tag: {pushed}")
    answer = request(address, "DELETE", f"/v2/told/app/manifests/{digest_of(manifest)}")
    check_equal(answer.status, 202, f"DELETE of the manifest: {answer}")


@scenario()
def are_those_of_registry2(context):
    images.Image("told").write_dir(context.folder / "sent", images.OCI)
    told = {}
    for name, start in (("berth", context.berth), ("registry2", context.registry2)):
        sink, where = Sink(), Folder(context.folder / name)
        registry = start(where, config=with_sink(where, sink))
        push_and_pull(context, registry.address)
        wait_until(lambda: sum(each["action"] == "pull" for each in sink.events) >= 5, f"{name} tells of the pull")
        delete_with_two_tags(registry.address)
        wait_until(lambda: sum(each["action"] == "delete" for each in sink.events) >= 3, f"{name} tells of the deletion")
        told[name] = sorted(compared(each, registry.address) for each in sink.events)
    check_equal(told["berth"], told["registry2"], "what the sinks were told")


@scenario()
def survive_an_outage_of_their_receiver_in_order(context):
    sink, where = Sink(), Folder(context.folder / "data")
    berth = context.berth(where, config=with_sink(where, sink))
    sink.broken = True
    digests = [push_blob(berth.address, "told", f"blob {number}".encode()) for number in range(20)]
    wait_until(lambda: sink.refused > 3, "the sink is asked again")
    check_equal(status_of(berth.address, "/v2/"), 200, "GET /v2/ meanwhile")
    sink.broken = False
    wait_until(lambda: len(sink.events) >= 20, "all events come")
    check_equal([each["target"]["digest"] for each in sink.events], digests, "the order of the events")
