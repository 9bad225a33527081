"""A layer into S3: as docker sends it, as containerd does, and as one request, beside a bare multipart upload."""
import subprocess
import time

from kit import curl
from kit.bucket import data_key
from kit.cost import Meter
from kit.figures import figure
from kit.result import Result, in_turn

# Part size in MiB and parts under way; the better of the two is what a push is held against.
RAW = {"raw multipart, 32 MiB x 4": (32, 4), "raw multipart, 8 MiB x 8": (8, 8)}
# What any registry between a client and S3 adds at the least: the bytes go over loopback once more, and are hashed once.
LIMIT = "the machine: raw multipart beside a hash and a copy"

MOST_RUNS = 3


def upload_beside_a_hash_and_a_copy(bed, layer):
    """The bare multipart upload, while another process hashes the same file and two more pass it over loopback."""
    bed.offer_file(layer.digest, layer.path)
    hashing = subprocess.Popen(["openssl", "dgst", "-sha256", layer.path], stdout=subprocess.DEVNULL)
    copying = curl.start("-o", "/dev/null", f"http://{bed.nginx.static}/{data_key(layer.digest)}")
    try:
        bed.bucket.upload("raw/upload", layer.path, *RAW["raw multipart, 32 MiB x 4"])
        curl.finish(copying)
        if hashing.wait(timeout=300):
            raise RuntimeError("openssl cannot hash the layer")
    finally:
        for process in (hashing, copying):
            process.kill()
            process.wait()


def compare(bed, seconds, cost, how, registries):
    """Pushes bytes that are new each time; what was pushed is removed before the next one."""
    layer, bucket = bed.spare, bed.warm_bucket

    def once(name, candidate):
        layer.renew()
        with Meter(getattr(candidate, "pid", None)) as meter:
            began = time.perf_counter()
            if name == LIMIT:
                upload_beside_a_hash_and_a_copy(bed, layer)
            elif name in RAW:
                bucket.upload("raw/upload", layer.path, *candidate)
            else:
                curl.push(candidate.base, "pushed/fresh", layer.path, layer.digest, how)
            took = time.perf_counter() - began
        seconds.add(name, took)
        if meter.pid:
            cost.add(name, meter.cpu / (layer.size / 2**30))
            bed.check_pushed("pushed/fresh", layer)
        bed.free_space("raw/upload", data_key(layer.digest))
        return f"{took:.2f} s" + (f", {meter.cpu:.2f} s CPU" if meter.pid else "")
    in_turn(min(bed.runs, MOST_RUNS), {**registries, **RAW, LIMIT: None}, once, bed.say)


@figure("a push as docker sends it: POST, a chunked PATCH, PUT")
def push_patch(bed):
    seconds = Result("push_patch", "A push as docker sends it", "s", more_is_better=False)
    cost = Result("push_cpu", "Processor time of the server for a GiB as docker sends it", "CPU s/GiB",
                  more_is_better=False)
    with bed.both() as registries:
        compare(bed, seconds, cost, "patch", registries)
    seconds.at_most(1 / 3, "berth", "registry:2").at_most(1.3, "berth", *RAW).at_most(1.1, "berth", LIMIT)
    cost.at_most(0.3, "berth", "registry:2")
    return [seconds, cost]


@figure("a push as containerd and buildkit send it: POST, a PUT with the body")
def push_put(bed):
    seconds = Result("push_put", "A push as one PUT", "s", more_is_better=False)
    cost = Result("push_put_cpu", "Processor time of the server for a GiB as one PUT", "CPU s/GiB",
                  more_is_better=False)
    with bed.both() as registries:
        compare(bed, seconds, cost, "put", registries)
    seconds.at_most(1.1, "berth", *RAW).at_most(1.1, "berth", LIMIT)
    return [seconds, cost]


@figure("a push as a single POST, which registry:2 does not take")
def push_post(bed):
    seconds = Result("push_post", "A push as a single POST", "s", more_is_better=False)
    cost = Result("push_post_cpu", "Processor time of the server for a GiB as a single POST", "CPU s/GiB",
                  more_is_better=False)
    with bed.registry("berth") as berth:
        compare(bed, seconds, cost, "post", {"berth": berth})
    seconds.at_most(1.1, "berth", *RAW).at_most(1.1, "berth", LIMIT)
    return [seconds, cost]
