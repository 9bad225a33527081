"""net: unix, by curl and `berth warm`."""
import os
import re
import signal

from harness import images
from harness.checks import check, check_equal, wait_until
from harness.http import closing_path, digest_of
from harness.process import run
from harness.scenario import berth_binary, scenario
from harness.storage import configuration

from .disk_cache import with_cache
from .warm import push as push_image

STOP_SECONDS = 20


def socket_of(context):
    return os.path.join(context.runtime_folder, "berth.sock")


def start(context, where, command):
    """Berth, or registry:2, on the socket."""
    text = configuration(where, extra_http="  net: unix\n")
    file = context.write_config(text.replace("127.0.0.1:0", socket_of(context)), f"{len(context.processes)}.yml")
    process = context.start("node", [*command, "serve", file])
    process.wait_for_line("listening on " + re.escape(socket_of(context)))
    wait_until(lambda: os.path.exists(socket_of(context)), "the socket is there")
    return process


def curl(context, *arguments, check=True):
    return run("curl", "-sS", "--unix-socket", socket_of(context), *arguments, check=check).stdout


def push(context, data):
    """POST, PATCH, PUT; returns the blob's path."""
    (context.folder / "bytes").write_bytes(data)
    location = ["-o", "/dev/null", "-D", "-"]
    headers = curl(context, *location, "-X", "POST", "http://node/v2/a/blobs/uploads/")
    begun = re.search(r"^Location: (\S+)", headers, re.MULTILINE)[1]
    check(begun.startswith("http://node/v2/a/blobs/uploads/"), f"where the upload goes on: {begun}")
    headers = curl(context, *location, "-X", "PATCH", "-H", "Content-Type: application/octet-stream", "--data-binary",
                   f"@{context.folder}/bytes", begun)
    taken = re.search(r"^Location: (\S+)", headers, re.MULTILINE)[1]
    closed = curl(context, "-w", "%{http_code}", "-X", "PUT",
                  "http://node" + closing_path(taken, digest_of(data)))
    check_equal(closed, "201", "status of the closing PUT")
    return f"/v2/a/blobs/{digest_of(data)}"


@scenario("filesystem")
def curl_pushes_and_pulls(context):
    where, data = context.new_storage(), images.random_bytes(9 << 20, "socket")
    node = start(context, where, [berth_binary()])
    path = push(context, data)
    curl(context, "-o", context.folder / "got", f"http://node{path}")
    check((context.folder / "got").read_bytes() == data, "the pulled bytes are right")
    wait_until(lambda: re.search(r'^@ - - \[.*\] "GET ' + path, node.said(), re.MULTILINE), "the access log's line")
    check_equal(node.stop(), 0, "exit code")
    check_equal(os.path.exists(socket_of(context)), False, "the socket after a stop")


@scenario("filesystem")
def its_access_log_is_registry2s(context):
    lines = []
    for command in ([berth_binary()], ["docker-registry"]):
        node = start(context, context.new_storage(), command)
        curl(context, "-A", "curl", "http://node/v2/")
        found = wait_until(lambda: re.search(r'^(\S+ \S+ \S+) \[.*\] (".*)$', node.said(), re.MULTILINE), "a line")
        lines.append(found.groups())
        node.stop()
    check_equal(*lines, "line of the access log")


@scenario("filesystem")
def a_socket_that_nobody_answers_on_is_replaced_and_no_other(context):
    where = context.new_storage()
    killed = start(context, where, [berth_binary()])
    killed.signal(signal.SIGKILL)
    killed.wait(STOP_SECONDS)
    check(os.path.exists(socket_of(context)), "the socket of a process that was killed is still there")
    node = start(context, where, [berth_binary()])
    second = run(berth_binary(), "serve", context.folder / "1.yml", check=False, timeout=20)
    check(second.returncode != 0 and f"cannot listen on {socket_of(context)}" in second.stdout,
          f"a second one does not start: {second.stdout}")
    check_equal(curl(context, "http://node/v2/"), "{}", "what the first one answers")
    check_equal(node.stop(), 0, "exit code")


@scenario("filesystem")
def warm_speaks_to_it(context):
    where = context.new_storage()
    push_image(context, context.berth(where), "v1", 300)
    text = with_cache(where, context.folder / "cache").replace("http:\n", "http:\n  net: unix\n")
    file = context.write_config(text.replace("127.0.0.1:0", socket_of(context)))
    context.start("node", [berth_binary(), "serve", file]).wait_for_line("listening on ")
    said = run(berth_binary(), "warm", "--address", f"unix://{socket_of(context)}", "team/net:v1").stdout
    check("1 of 1 images warm" in said, f"what it says: {said}")
