"""Blobs from the node's own disk, beside nginx and the same file; and what keeping them costs the first pull."""
import concurrent.futures
import os
import shutil
import time

from harness.checks import wait_until

from kit import curl
from kit.bucket import data_key
from kit.figures import figure
from kit.image import push_image, read_manifest
from kit.result import Result, in_turn

from .reading import compare, cost_of, few


def is_kept(cache, layer):
    return (cache / "blobs" / layer.digest[7:9] / layer.digest.replace(":", "-")).exists()


@figure("one layer and three at once from the disk cache")
def cache_hit(bed):
    rate = Result("cache_hit", "Layers from the disk cache, in sum", "MB/s")
    cost = cost_of("cpu_cache", "Processor time of the server for a GiB from its disk")
    # Over loopback the kernel does one end's work in the other one's time: only the sum says what a GiB takes.
    both = cost_of("cpu_cache_sum", "Processor time of server and clients for a GiB from its disk")
    cache = bed.scratch / "cache"
    with bed.registry("berth", bed.nginx.slow, cache=cache) as berth:
        for layer in bed.layers:
            curl.download(berth.blob("bench", layer.digest))
            wait_until(lambda: is_kept(cache, layer), "the layer is kept", 60)
        candidates = {}
        for count in (1, 3):
            some = bed.layers[:count]
            candidates[f"berth, {count} at once"] = (berth.pid, [berth.blob("bench", each.digest) for each in some])
            candidates[f"nginx, {count} at once"] = (
                bed.nginx.worker, [f"http://{bed.nginx.static}/{data_key(each.digest)}" for each in some])
        compare(bed, rate, candidates, cost, with_clients=both, times=4)
    shutil.rmtree(cache)
    for count in (1, 3):
        rate.at_least(1, f"berth, {count} at once", f"nginx, {count} at once")
        for each in (cost, both):
            each.at_most(1, f"berth, {count} at once", f"nginx, {count} at once")
    return [rate, cost, both]


def touch_memory(bed):
    """A virtual machine gives memory that nobody uses back to its host, and gets it back page by page, at half the speed
    of a pull: so that no sample pays for it, a file as large as two layers is written and removed first."""
    ballast = bed.scratch / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        for _ in range(2 * bed.options.size_mib):
            file.write(bytes(1 << 20))
    ballast.unlink()


@figure("a first pull that fills the disk cache")
def cache_fill(bed):
    """A process and an empty cache of its own for each sample."""
    rate = Result("cache_fill", "A first pull from the slow S3, kept on disk and not", "MB/s")
    cache, written = bed.scratch / "cache", bed.scratch / "written"
    limit = "the machine: not kept, and its client writes a file"

    def once(name, candidate):
        folder, into = candidate
        touch_memory(bed)
        with bed.registry("berth", bed.nginx.slow, cache=folder) as berth:
            got = curl.download(berth.blob("bench", bed.layer.digest), into=into)
            if folder:
                wait_until(lambda: is_kept(folder, bed.layer), "the layer is kept", 60)
        shutil.rmtree(cache, ignore_errors=True)
        written.unlink(missing_ok=True)
        rate.add(name, got.mb_per_second)
        return f"{got.mb_per_second:.0f} MB/s"
    in_turn(bed.runs, {"berth, kept": (cache, "/dev/null"), "berth, not kept": (None, "/dev/null"),
                       limit: (None, written)}, once, bed.say)
    rate.at_least(0.95, "berth, kept", "berth, not kept")
    rate.at_least(0.95, "berth, kept", limit)
    return [rate]


AHEAD = "bench/ahead"


def put_image(bed):
    """An image of six layers, large and small, half a --size-mib together; its tag is "v1"."""
    unit = max(1, bed.options.size_mib // 32)
    layers = [os.urandom(mib << 20) for mib in (4 * unit, 4, 6 * unit, 2 * unit, 1, 3 * unit)]
    files = [bed.scratch / f"ahead{number}" for number in range(len(layers))]
    for path, layer in zip(files, layers):
        path.write_bytes(layer)
    bed.bucket.upload("raw/ahead", files[0])  # a new server takes seconds for its first one
    with bed.registry("berth") as berth:
        push_image(berth.base, AHEAD, "v1", layers)
        manifest = read_manifest(berth.base, AHEAD, "v1")
    for path, described in zip(files, manifest["layers"]):
        bed.offer_file(described["digest"], path)


def pull_as(base, at_once, pause):
    """The config, then the layers in order, `at_once` of them at a time, each followed by a pause as if unpacked then;
    how long it took."""
    began = time.perf_counter()
    manifest = read_manifest(base, AHEAD, "v1")

    def get(blob):
        curl.download(f"{base}/v2/{AHEAD}/blobs/{blob['digest']}")
        time.sleep(pause)
    get(manifest["config"])
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        list(pool.map(get, manifest["layers"]))
    return time.perf_counter() - began


@figure("a first pull of an image, with its layers fetched ahead of the client and not")
def prefetch(bed):
    """A process and an empty cache of its own for each sample."""
    seconds = Result("prefetch", "A first pull of six layers from the slow S3", "s", more_is_better=False)
    put_image(bed)
    cache = bed.scratch / "cache"
    clients = {"three at once": (3, 0), "one by one, half a second of work on each": (1, 0.5)}

    def pull(client, ahead):
        with bed.registry("berth", bed.nginx.slow, cache=cache, prefetch=ahead) as berth:
            took = pull_as(berth.base, *clients[client])
        shutil.rmtree(cache, ignore_errors=True)
        return took

    def once(name, candidate):
        seconds.add(name, pull(*candidate))
        return f"{seconds.samples[name][-1]:.2f} s"
    pull("three at once", False)  # the slow S3 reads its files for the first time
    names = {(client, ahead): f"{'with' if ahead else 'without'}, {client}" for client in clients for ahead in (True, False)}
    in_turn(bed.runs, {name: key for key, name in names.items()}, once, bed.say)
    for client in clients:
        seconds.at_most(1.05, names[client, True], names[client, False])
    return [seconds]
