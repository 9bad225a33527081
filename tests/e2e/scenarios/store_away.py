"""S3 stops while nodes with a disk cache run: what a node has seen keeps pulling, the rest is refused at once."""
import subprocess
import time

from harness import images
from harness.checks import check, check_equal, wait_until
from harness.http import get_blob, request
from harness.process import run
from harness.scenario import scenario
from scenarios.disk_cache import cached_file, push_large, with_cache
from scenarios.health import HEALTH
from scenarios.large_layer import sha256_of_get


def node(context, where, cache):
    return context.berth(where, config=with_cache(where, cache) + HEALTH)


def wait_until_kept(berth, cache, name):
    manifest = request(berth.address, "GET", f"/v2/cached/{name}/manifests/1").body.decode()
    digests = [part.split('"')[0] for part in manifest.split("sha256:")[1:]]
    for digest in digests:
        wait_until(cached_file(cache, digest).exists, f"{digest} is kept")
    return digests


def check_refused_at_once(berth, path):
    began = time.monotonic()
    answer = request(berth.address, "GET", path)
    took = time.monotonic() - began
    check_equal((answer.status, answer.error_codes()), (503, ["UNAVAILABLE"]), f"GET {path} without S3")
    check(answer.headers.get("Retry-After"), f"GET {path} says when to come again")
    check(took < 2, f"GET {path} was refused within 2 s: {took:.2f} s")


@scenario("s3")
def what_a_node_has_seen_pulls_and_the_rest_is_refused_at_once(context):
    where, cache = context.new_storage(), context.folder / "cache"
    berth = node(context, where, cache)
    reference = f"{berth.address}/cached/app:1"
    docker = context.docker()
    images.Image("kept", layer_kib=(9000, 300)).write_docker_archive(context.folder / "kept.tar", reference)
    docker("load", "-i", context.folder / "kept.tar")
    docker("push", reference)
    docker("rmi", "-f", reference)
    pulled = docker("pull", reference)
    digest = next(line.split("Digest: ")[1] for line in pulled.splitlines() if "Digest: " in line)
    blobs = wait_until_kept(berth, cache, "app")
    push_large(context, berth, "unseen")
    unseen = request(berth.address, "GET", "/v2/cached/unseen/manifests/1").body.decode().split("sha256:")[1][:64]

    context.stop_gateway()
    check_refused_at_once(berth, f"/v2/cached/unseen/blobs/sha256:{unseen}")
    wait_until(lambda: "counts as away" in berth.process.said(), "the health check has failed", 60)
    for wanted in (reference, f"{berth.address}/cached/app@{digest}"):
        docker("rmi", "-f", reference, check=False)
        docker("pull", wanted)
    context.skopeo.copy(f"docker://{reference}", f"dir:{context.folder}/by-skopeo")
    ctr = context.containerd()
    ctr("images", "pull", "--plain-http", "--snapshotter", "native", reference)
    check_equal(ctr.digest_of(reference), digest, "what containerd has pulled without S3")
    check("Warning" in request(berth.address, "GET", "/v2/cached/app/manifests/1").headers, "the tag comes with a Warning")
    check_refused_at_once(berth, f"/v2/cached/unseen/blobs/sha256:{unseen}")
    check_refused_at_once(berth, "/v2/cached/unheard/manifests/1")

    berth.process.stop()
    berth = node(context, where, cache)
    context.skopeo.copy(f"docker://{berth.address}/cached/app:1", f"dir:{context.folder}/after-restart")
    images.check_same_dir(context.folder / "by-skopeo", context.folder / "after-restart")

    context.start_gateway()
    answer = request(berth.address, "GET", f"/v2/cached/unseen/blobs/sha256:{unseen}")
    check_equal(answer.status, 200, "the first request when S3 is back")
    check("Warning" not in request(berth.address, "GET", "/v2/cached/app/manifests/1").headers, "the tag is S3's again")
    check(get_blob(berth.address, "cached/app", f"sha256:{blobs[0]}"), "a cached blob when S3 is back")


@scenario("s3")
def s3_killed_in_the_middle_of_a_pull_hurts_that_pull_only(context):
    where, cache = context.new_storage(), context.folder / "cache"
    berth = node(context, where, cache)
    kept, broken = push_large(context, berth, "kept"), push_large(context, berth, "broken")
    base = f"http://{berth.address}/v2/cached"
    check_equal(sha256_of_get(f"{base}/kept/blobs/sha256:{kept}"), kept, "the first pull")
    wait_until(cached_file(cache, kept).exists, "the layer is kept")

    part = context.folder / "part"
    pull = subprocess.Popen(["curl", "-sS", "-o", part, f"{base}/broken/blobs/sha256:{broken}"],
                            stderr=subprocess.DEVNULL)
    wait_until(lambda: part.exists() and part.stat().st_size > 0, "the first bytes are there", 20, every=0.001)
    context.kill_gateway()
    check_equal(sha256_of_get(f"{base}/kept/blobs/sha256:{kept}"), kept, "what is kept, while another pull breaks")
    check_refused_at_once(berth, f"/v2/cached/broken/blobs/sha256:{broken}")
    check(pull.wait(timeout=60) != 0, "a pull whose bytes are nowhere ends with an error")
    context.start_gateway()
    run("curl", "-sS", "--fail", "-C", part.stat().st_size, "-o", part, f"{base}/broken/blobs/sha256:{broken}")
    check_equal(images.hex_of(part.read_bytes()), broken, "the resumed pull")
    check_equal(sha256_of_get(f"{base}/broken/blobs/sha256:{broken}"), broken, "the whole layer afterwards")
