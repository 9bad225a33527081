"""Blobs from the node's own disk, beside nginx and the same file; and what keeping them costs the first pull."""
import shutil

from harness.checks import wait_until

from kit import curl
from kit.bucket import data_key
from kit.figures import figure
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
        compare(bed, rate, candidates, cost, with_clients=both)
    shutil.rmtree(cache)
    for count in (1, 3):
        rate.at_least(1, f"berth, {count} at once", f"nginx, {count} at once")
        for each in (cost, both):
            each.at_most(1, f"berth, {count} at once", f"nginx, {count} at once")
    return [rate, cost, both]


@figure("a first pull that fills the disk cache")
def cache_fill(bed):
    """A process and an empty cache of its own for each sample."""
    rate = Result("cache_fill", "A first pull from the slow S3, kept on disk and not", "MB/s")
    cache = bed.scratch / "cache"

    def once(name, folder):
        with bed.registry("berth", bed.nginx.slow, cache=folder) as berth:
            got = curl.download(berth.blob("bench", bed.layer.digest))
            if folder:
                wait_until(lambda: is_kept(folder, bed.layer), "the layer is kept", 60)
        shutil.rmtree(cache, ignore_errors=True)
        rate.add(name, got.mb_per_second)
        return f"{got.mb_per_second:.0f} MB/s"
    in_turn(few(bed), {"berth, kept": cache, "berth, not kept": None}, once, bed.say)
    rate.at_least(0.95, "berth, kept", "berth, not kept")
    return [rate]
