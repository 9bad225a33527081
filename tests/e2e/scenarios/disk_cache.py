"""storage.cache.blob: blobs on the node's own disk, killed, filled up and pulled by skopeo and docker."""
import pathlib
import random
import subprocess
import time

from harness import images, storage
from harness.checks import check, check_equal, wait_until
from harness.http import request
from harness.process import run
from harness.scenario import scenario
from scenarios.large_layer import sha256_of_get

LAYER_MIB = 200


def with_cache(where, folder, maxsize="4GiB"):
    return storage.configuration(where).replace(
        "    blobdescriptor: inmemory\n",
        f"    blobdescriptor: inmemory\n    blob:\n      rootdirectory: {folder}\n      maxsize: {maxsize}\n")


def push_large(context, berth, name):
    layer = images.write_large_dir(context.folder / f"sent-{name}", LAYER_MIB, name)
    context.skopeo.copy(f"dir:{context.folder}/sent-{name}", f"docker://{berth.address}/cached/{name}:1")
    return layer.name


def cached_file(folder, digest_hex):
    return pathlib.Path(folder) / "blobs" / digest_hex[:2] / f"sha256-{digest_hex}"


@scenario("filesystem", "s3")
def a_process_killed_while_it_keeps_a_blob_serves_right_bytes_later(context):
    where, cache = context.new_storage(), context.folder / "cache"
    digest = push_large(context, context.berth(where), "killed")
    target = f"/v2/cached/killed/blobs/sha256:{digest}"
    chance = random.Random("killed")
    for _ in range(12):
        berth = context.berth(where, config=with_cache(where, cache))
        pull = subprocess.Popen(["curl", "-s", "-o", "/dev/null", f"http://{berth.address}{target}"])
        time.sleep(chance.uniform(0.02, 0.7))
        berth.process.popen.kill()
        berth.process.popen.wait()
        pull.wait()
    berth = context.berth(where, config=with_cache(where, cache))
    for _ in range(3):
        check_equal(sha256_of_get(f"http://{berth.address}{target}"), digest, "the bytes after all that")
    wait_until(cached_file(cache, digest).exists, "the blob is kept")
    check_equal(sha256_of_get(f"http://{berth.address}{target}"), digest, "the bytes from the disk")


@scenario("s3")
def row_38_a_full_or_read_only_disk_fails_no_pull(context):
    where, cache = context.new_storage(), context.folder / "small"
    digest = push_large(context, context.berth(where), "full")
    cache.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", cache)
    berth = context.berth(where, config=with_cache(where, cache))
    target = f"http://{berth.address}/v2/cached/full/blobs/sha256:{digest}"
    for _ in range(2):
        check_equal(sha256_of_get(target), digest, "the bytes with a full disk")
    check("does not go to the disk cache" in berth.process.said(), "a warning says that the disk is full")
    check(not cached_file(cache, digest).exists(), "nothing was kept")
    berth.process.stop()
    run("mount", "-o", "remount,ro", cache)
    berth = context.berth(where, config=with_cache(where, cache))
    target = f"http://{berth.address}/v2/cached/full/blobs/sha256:{digest}"
    check_equal(sha256_of_get(target), digest, "the bytes with a read-only disk")
    check("serving without the disk cache" in berth.process.said(), "an error says that the disk is read-only")


@scenario("s3")
def docker_pulls_what_the_node_has_seen_from_its_disk(context):
    where, cache = context.new_storage(), context.folder / "cache"
    berth = context.berth(where, config=with_cache(where, cache))
    docker = context.docker()
    image = images.Image("disk", layer_kib=(9000, 300))
    image.write_docker_archive(context.folder / "image.tar", f"{berth.address}/cached/app:1")
    docker("load", "-i", context.folder / "image.tar")
    docker("push", f"{berth.address}/cached/app:1")
    for turn in range(2):
        docker("rmi", "-f", f"{berth.address}/cached/app:1")
        docker("pull", f"{berth.address}/cached/app:1")
        if turn == 0:
            manifest = request(berth.address, "GET", "/v2/cached/app/manifests/1").body.decode()
            layers = [part.split('"')[0] for part in manifest.split("sha256:")[1:]]
            for layer in layers:
                wait_until(cached_file(cache, layer).exists, f"{layer} is kept")
