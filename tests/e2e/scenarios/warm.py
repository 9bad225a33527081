"""berth warm: images in a node's cache before anybody pulls them, the command as people and programs see it, and pins."""
import http.server
import json
import os
import pty
import subprocess
import threading

from harness import images
from harness.checks import check, check_equal, wait_until
from harness.http import free_port, request, status_of
from harness.process import run
from harness.scenario import berth_binary, scenario
from scenarios.disk_cache import cached_file, with_cache


def push(context, berth, tag, *layer_kib):
    # A gateway that has just started may take longer for its first answer than berth waits for one.
    wait_until(lambda: status_of(berth.address, "/v2/team/net/manifests/none") == 404, "the storage answers")
    image = images.Image(tag, layer_kib)
    image.write_dir(context.folder / tag, images.OCI)
    context.skopeo.copy(f"dir:{context.folder / tag}", f"docker://{berth.address}/team/net:{tag}")
    return image


def warm(berth, *arguments, check=True):
    return run(berth_binary(), "warm", "--address", berth.address, *arguments, check=check)


def on_a_terminal(*command):
    """(exit code, what it wrote) of a program that has a terminal for its stderr."""
    ours, theirs = pty.openpty()
    program = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=theirs)
    written = program.stdout.read().decode()
    code = program.wait()
    os.close(theirs)
    drawn = b""
    try:
        while piece := os.read(ours, 65536):
            drawn += piece
    except OSError:  # how a terminal says that nobody is there any more
        pass
    os.close(ours)
    return code, written, drawn.decode()


@scenario("s3")
def a_warm_image_is_pulled_by_docker_and_skopeo_while_s3_is_down(context):
    where, cache = context.new_storage(), context.folder / "cache"
    image = push(context, context.berth(where), "v1", 9000, 300, 5)
    berth = context.berth(where, config=with_cache(where, cache))
    said = warm(berth, f"{berth.address}/team/net:v1").stdout
    check("1 of 1 images warm" in said and "0 of 4 blobs were here" in said, f"a summary: {said}")
    check_equal(said.count(", here"), 4, f"lines of blobs without a terminal: {said}")
    for blob in image.blobs:
        check(cached_file(cache, images.hex_of(blob)).exists(), "a layer is on the disk")

    context.stop_gateway()
    context.skopeo.copy(f"docker://{berth.address}/team/net:v1", f"dir:{context.folder / 'pulled'}")
    images.check_same_dir(context.folder / "v1", context.folder / "pulled")
    docker = context.docker()
    docker("pull", f"{berth.address}/team/net:v1")
    check("4 of 4 blobs were here" in warm(berth, "team/net:v1").stdout, "warm without S3, for all of it is here")
    missing = warm(berth, "team/net:v1", "team/net:v2", check=False)
    check_equal(missing.returncode, 1, f"exit code with S3 down: {missing.stdout}")
    check("1 of 2 images warm" in missing.stdout, f"which one failed: {missing.stdout}")


@scenario("filesystem")
def a_terminal_shows_a_bar_for_each_layer(context):
    where, cache = context.new_storage(), context.folder / "cache"
    push(context, context.berth(where), "v1", 20000, 300)
    berth = context.berth(where, config=with_cache(where, cache))
    code, written, drawn = on_a_terminal(berth_binary(), "warm", "--address", berth.address, "team/net:v1")
    check_equal(code, 0, f"exit code: {drawn}")
    check("1 of 1 images warm" in written, f"a summary on stdout: {written}")
    check("team/net:v1" in drawn and drawn.count("[####") >= 3, f"a bar for each layer: {drawn!r}")
    check(drawn.endswith("\x1b[J"), f"the bars are gone at the end: {drawn!r}")


@scenario("filesystem")
def the_command_waits_for_a_node_that_is_about_to_start(context):
    where, cache = context.new_storage(), context.folder / "cache"
    push(context, context.berth(where), "v1", 300)
    address = f"127.0.0.1:{free_port()}"
    begun = subprocess.Popen([berth_binary(), "warm", "--address", address, "--timeout", "60s", "team/net:v1"],
                             stdout=subprocess.PIPE, text=True)
    context.berth(where, config=with_cache(where, cache), env={"REGISTRY_HTTP_ADDR": address})
    said = begun.communicate(timeout=60)[0]
    check_equal(begun.returncode, 0, f"exit code: {said}")


@scenario()
def the_command_asks_again_when_the_node_has_forgotten_that_it_was_asked(context):
    asked = []

    class Node(http.server.BaseHTTPRequestHandler):
        """One that starts anew between the first answer and the next question."""

        def answer(self):
            asked.append(self.command)
            errors = [{"code": "NOT_ASKED_FOR", "message": "nobody has asked for this image to be warmed lately"}]
            code, body = [(202, {"layers": []}), (404, {"errors": errors}),
                          (200, {"layers": [], "bytes": 0})][len(asked) - 1]
            text = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_PUT = do_GET = answer

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Node) as node:
        threading.Thread(target=node.serve_forever, daemon=True).start()
        said = run(berth_binary(), "warm", "--address", f"127.0.0.1:{node.server_port}", "--timeout", "60s", "a:v1",
                   check=False)
        node.shutdown()
    check_equal(said.returncode, 0, f"exit code: {said.stdout}")
    check_equal(asked, ["PUT", "GET", "PUT"], "what the node was asked")


@scenario("filesystem")
def misuse_is_told_from_failure(context):
    where, cache = context.new_storage(), context.folder / "cache"
    berth = context.berth(where, config=with_cache(where, cache))
    plain = context.berth(where)
    for arguments in ([], ["Team"], ["other:5000/team/net:v1"], ["--platform", "x", "a"], ["--timeout", "x", "a"],
                      ["--pin", "--unpin", "a"], ["--address", "ftp://x", "a"]):
        check_equal(run(berth_binary(), "warm", *arguments, check=False).returncode, 2, f"warm {arguments}")
    for node, image, part in ((berth, "team/none:v1", "no image team/none:v1"), (plain, "team/net:v1", "maxsize")):
        failed = warm(node, image, check=False)
        check_equal(failed.returncode, 1, f"exit code: {failed.stdout}")
        check(part in failed.stdout, f"what is wrong and what to do: {failed.stdout}")
    nobody = run(berth_binary(), "warm", "--address", f"127.0.0.1:{free_port()}", "a", check=False)
    check_equal(nobody.returncode, 1, "exit code where nobody answers")
    check("Examples:" in run(berth_binary(), "warm", "--help").stdout, "--help has examples")


@scenario("s3")
def a_pinned_image_stays_in_a_cache_that_is_too_small_for_all(context):
    where, cache = context.new_storage(), context.folder / "cache"
    first = context.berth(where)
    pinned = push(context, first, "pinned", 4000)
    for number in range(4):
        push(context, first, f"v{number}", 4000)
    config = with_cache(where, cache, "10MiB")
    berth = context.berth(where, config=config)
    warm(berth, "--pin", "team/net:pinned")
    berth.process.stop()
    berth = context.berth(where, config=config)
    kept = cached_file(cache, images.hex_of(pinned.blobs[0]))
    for number in range(4):
        warm(berth, f"team/net:v{number}")
        check(kept.exists(), f"the pinned layer is there after v{number}")
    pins = json.loads(request(berth.address, "GET", "/berth/pins").body)["pins"]
    check_equal([pin["image"] for pin in pins], ["team/net:pinned"], "what is pinned")
    warm(berth, "--unpin", "team/net:pinned")
    check_equal(json.loads(request(berth.address, "GET", "/berth/pins").body)["pins"], [], "what is pinned then")
    for number in range(3):
        warm(berth, f"team/net:v{number}")
    wait_until(lambda: not kept.exists(), "the layer has made way")


@scenario("s3")
def the_images_of_the_file_are_there_soon_after_the_start(context):
    where, cache = context.new_storage(), context.folder / "cache"
    image = push(context, context.berth(where), "v1", 900)
    config = with_cache(where, cache).replace("      maxsize:", "      warm: ['team/net:v1']\n"
                                              "      warmjitter: 0s\n      maxsize:")
    context.berth(where, config=config)
    wait_until(cached_file(cache, images.hex_of(image.blobs[0])).exists, "the layer is on the disk")
