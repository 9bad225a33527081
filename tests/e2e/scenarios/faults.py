"""Rows of docs/reliability.md that take real processes."""
import concurrent.futures
import contextlib
import copy
import http.client
import json
import random
import resource
import selectors
import signal
import socket
import threading
import time

from harness import images
from harness.checks import check, check_equal, wait_until
from harness.http import closing_path, digest_of, get_blob, push_blob, request, status_of, upload_path
from harness.process import run
from harness.scenario import berth_binary, scenario
from harness.storage import DELETE_ENABLED, configuration

from .fsck import fsck
from .garbage_collect import AT_ONCE, push_image
from .referrers import push

NAME = "faults/app"
MIB = 1024 * 1024


class Between:
    """A TCP proxy; `carry(data, to, from_client)` sends what has come in one direction."""

    def __init__(self, target, carry):
        host, port = target.rsplit(":", 1)
        self.target, self.carry = (host, int(port)), carry
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.pump, args=(client,), daemon=True).start()

    def pump(self, client):
        with contextlib.suppress(OSError), client, socket.create_connection(self.target) as server:
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting = selectors.DefaultSelector()
            waiting.register(client, selectors.EVENT_READ, server)
            waiting.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in waiting.select():
                    data = key.fileobj.recv(1 << 16)
                    if not data:
                        return
                    self.carry(data, key.data, key.fileobj is client)

    def before(self, storage):
        """The same storage, by way of this."""
        through = copy.copy(storage)
        through.bucket = copy.copy(storage.bucket)
        through.bucket.endpoint = self.address
        return through

    def stop(self):
        self.listener.close()


def between(context, storage, carry):
    made = Between(storage.bucket.endpoint, carry)
    context.stack.callback(made.stop)
    return made


@scenario("s3")
def row_06_s3_answers_late_and_byte_by_byte(context):
    def carry(data, to, from_client):
        if not from_client:
            time.sleep(0.2)
        for at in range(0, len(data), 1 if len(data) < 5000 else len(data) // 3000):
            to.sendall(data[at:at + (1 if len(data) < 5000 else len(data) // 3000)])

    storage = context.new_storage()
    berth = context.berth(between(context, storage, carry).before(storage))
    content = random.Random(6).randbytes(60_000)
    check(get_blob(berth.address, NAME, push_blob(berth.address, NAME, content)) == content, "the blob comes back")


@scenario("filesystem", "s3")
def row_24_many_nodes_push_the_same_blob_and_tag(context):
    storage = context.new_storage()
    nodes = [context.berth(storage) for _ in range(64)]
    image = images.Image("the same everywhere", layer_kib=(7000, 1))

    def push_all(node):
        for blob in [*image.blobs, image.config]:
            push_blob(node.address, NAME, blob)
        return push(node, image.manifest(images.OCI), "1", NAME)

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        list(pool.map(push_all, nodes))
    for node in (nodes[0], nodes[63]):
        got = request(node.address, "GET", f"/v2/{NAME}/manifests/1", headers={"Accept": images.OCI["manifest"]})
        check_equal(got.body, image.manifest(images.OCI), "the tag's manifest")
        for blob in image.blobs:
            check(get_blob(node.address, NAME, digest_of(blob)) == blob, "the blob's bytes")
    check_equal([key for key in storage.keys() if "/_uploads/" in key or "/intents/" in key], [], "what is left over")
    fsck(context, storage, "--deep", expected=0)


@scenario("filesystem")
def row_40_ten_thousand_idle_connections_and_slow_headers(context):
    wanted = 10_000
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 3 * wanted), hard))
    wanted = min(wanted, hard // 2 - 500)
    storage = context.new_storage()
    config = configuration(storage, extra_http="  debug:\n    addr: 127.0.0.1:0\n  headertimeout: 5s\n")
    berth = context.berth(storage, config)
    before = berth.process.rss_mib()
    held = []
    try:
        for number in range(wanted):
            one = socket.create_connection(("127.0.0.1", berth.port))
            if number % 10 == 0:
                one.sendall(b"GET /v2/ HTTP/1.1\r\nHost: local")
            held.append(one)
        began = time.monotonic()
        check_equal(status_of(berth.address, "/v2/"), 200, "a request meanwhile")
        push_blob(berth.address, NAME, b"bytes")
        print(f"{len(held)} connections: {berth.process.rss_mib() - before:.0f} MiB more, "
              f"{time.monotonic() - began:.2f} s for a push")
        held[0].settimeout(20)
        said = held[0].recv(1000)
        check(not said or b" 408 " in said, f"a slow header ends: {said}")
    finally:
        for one in held:
            one.close()
    wait_until(lambda: status_of(berth.address, "/v2/") == 200, "it answers afterwards", 10)


@scenario("s3")
def row_41_two_hundred_pulls_and_pushes_in_little_memory(context):
    storage = context.new_storage()
    with_budget = copy.copy(storage)
    with_budget.yaml = lambda: storage.yaml() + "    memorybudget: 33554432\n"
    berth = context.berth(with_budget)
    content = random.Random(41).randbytes(8 * MIB)
    digest = push_blob(berth.address, NAME, content)

    def work(number):
        if number % 2 == 0:
            return get_blob(berth.address, NAME, digest) == content
        own = number.to_bytes(4, "big") + content[4:]
        for _ in range(20):
            begun = request(berth.address, "POST", f"/v2/{NAME}/blobs/uploads/", headers={"Content-Length": "0"})
            sent = request(berth.address, "PATCH", upload_path(begun.headers["Location"]), own, timeout=300)
            if sent.status == 202:
                break
        done = request(berth.address, "PUT", closing_path(begun.headers["Location"], digest_of(own)),
                       headers={"Content-Length": "0"}, timeout=300)
        return done.status == 201

    with concurrent.futures.ThreadPoolExecutor(200) as pool:
        check(all(pool.map(work, range(200))), "all came to their end")
    peak = berth.process.peak_rss_mib()
    print(f"peak RSS {peak:.1f} MiB")
    check(peak < 128, f"peak RSS {peak:.1f} MiB")


@scenario("s3", "versity")
def row_43_a_removal_that_comes_too_late_is_refused(context):
    """As if the collector had been stopped between signing and sending: the proxy keeps the request for longer than it
    is good for, and a push counts on the blob meanwhile."""
    kept = threading.Event()
    released = threading.Event()

    def carry(data, to, from_client):
        if from_client and data.startswith(b"DELETE ") and b"/data?" in data.split(b"\r\n", 1)[0]:
            kept.set()
            released.wait(60)
        to.sendall(data)

    storage = context.new_storage()
    berth = context.berth(storage)
    image = images.Image("counted on late", layer_kib=(3, 1))
    for blob in [*image.blobs, image.config]:
        push_blob(berth.address, NAME, blob)
    push_image(berth, "something that stays", "1")
    proxy = between(context, storage, carry)
    file = context.write_config(configuration(proxy.before(storage)), "collect.yml")
    collection = context.start("collection", [berth_binary(), "garbage-collect", "--force", *AT_ONCE, file],
                               storage.environment)
    check(kept.wait(30), "a removal is on its way")
    began = time.monotonic()
    push(berth, image.manifest(images.OCI), "late", NAME)  # waits until the removal can have no effect any more
    print(f"the push took {time.monotonic() - began:.0f} s")
    released.set()
    collection.wait(60)
    for blob in [*image.blobs, image.config]:
        check(get_blob(berth.address, NAME, digest_of(blob)) == blob, "a blob that was counted on is gone")
    fsck(context, storage, "--deep", expected=0)


@scenario("filesystem", "s3")
def row_44_row_45_collections_at_once_and_killed(context):
    """Row 45 as well: whatever a killed one leaves, the store is sound, and the next one comes to its end."""
    storage = context.new_storage()
    berth = context.berth(storage, configuration(storage, extra_storage=DELETE_ENABLED))
    kept = push_image(berth, "kept", "1")
    chance = random.Random(44)
    file = context.write_config(configuration(storage), "collect.yml")
    command = [berth_binary(), "garbage-collect", "--delete-untagged", "--force", "-q", *AT_ONCE, file]
    for round_ in range(12):
        for number in range(6):
            push_blob(berth.address, NAME, f"nobody's {round_} {number}".encode())
        push_image(berth, f"untagged {round_}")
        both = [context.start("collection", command, storage.environment) for _ in range(2)]
        time.sleep(chance.uniform(0.01, 0.4))
        both[round_ % 2].signal(signal.SIGKILL)
        for one in both:
            one.wait(60)
        for layer in json.loads(kept)["layers"]:
            check_equal(status_of(berth.address, f"/v2/signed/app/blobs/{layer['digest']}"), 200, "what is tagged stays")
    fsck(context, storage, "--deep", expected=0)
    run(*command, env=storage.environment)
