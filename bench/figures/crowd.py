"""Two hundred transfers at once: what they do to the memory of the process."""
import json
import os
import pathlib
import sys
import time
import urllib.request

from harness.process import Process

from kit import crowd
from kit.bucket import Bucket
from kit.cost import Meter
from kit.figures import figure
from kit.registries import LISTENING, Registry
from kit.result import Result
from kit.weights import TAIL, Weights

HOLLOW_S3 = pathlib.Path(crowd.__file__).with_name("hollow_s3.py")
PULLS = PUSHES = 100
# registry:2 holds parts in memory and nothing else, so smaller blobs show as much of it.
OTHER_MIB = 32
LIMIT_MIB = 160
PATIENCE_SECONDS = 3600


def transfer(bed, name, layer):
    """(peak MiB, bytes that the clients moved, seconds, CPU seconds)"""
    folder = bed.scratch / f"crowd-{name.replace(':', '')}"
    folder.mkdir()
    made = [os.urandom(TAIL) for _ in range(PULLS + PUSHES)]
    blobs = {layer.digest_with(tail): tail for tail in made}
    served, pushed = dict(list(blobs.items())[:PULLS]), dict(list(blobs.items())[PULLS:])
    tails = folder / "tails.json"
    tails.write_text(json.dumps({kind: {digest: tail.hex() for digest, tail in some.items()}
                                 for kind, some in (("served", served), ("pushed", pushed))}))
    hollow = Process("hollow S3", [sys.executable, HOLLOW_S3, layer.path, tails, str(bed.options.latency_ms)],
                     folder / "s3.log")
    try:
        host = f"127.0.0.1:{hollow.wait_for_line(LISTENING)[2]}"
        bucket = Bucket(host, ("any", "any", "eu-central-1"), "crowd")
        for number, digest in enumerate(served):
            bucket.put_link(f"crowd/{number}", digest)
        with Registry(name, folder, bucket, host) as registry:
            began = time.perf_counter()
            with Meter(registry.pid) as meter:
                errors = crowd.run(registry.base, layer.path, served, pushed, PATIENCE_SECONDS)
            took = time.perf_counter() - began
        with urllib.request.urlopen(f"http://{host}/-/verify", timeout=300) as answer:
            stored = json.load(answer)
        if errors:
            raise RuntimeError(f"{name}: {len(errors)} of {PULLS + PUSHES} transfers failed, for example {errors[0]}")
        if stored["exact"] != stored["expected"]:
            raise RuntimeError(f"{name}: {stored['exact']} of {stored['expected']} pushed blobs are right in S3")
        return meter.peak, (PULLS + PUSHES) * layer.size, took, meter.cpu
    except Exception:
        print(hollow.tail())
        raise
    finally:
        hollow.stop()


@figure("memory with 100 pulls and 100 pushes at once")
def memory(bed):
    result = Result("memory", "Peak memory with 100 pulls and 100 pushes at once", "MiB", more_is_better=False)
    sizes = {"berth": bed.options.crowd_mib, "registry:2": min(OTHER_MIB, bed.options.crowd_mib)}
    for name, mib in sizes.items():
        bed.say(f"  {name}: blobs of {mib} MiB")
        layer = Weights(bed.scratch / "crowd", mib, "crowd")
        peak, size, took, cpu = transfer(bed, name, layer)
        result.add(name, peak)
        bed.say(f"  {name}: {peak:.0f} MiB, {size / took / 1e6:.0f} MB/s in sum, {cpu:.0f} s CPU")
        result.note += (f"{name}: {PULLS + PUSHES} blobs of {mib} MiB in {took:.0f} s, {size / took / 1e6:.0f} MB/s in "
                        f"sum, {cpu / (size / 2**30):.2f} CPU s/GiB. ")
    result.note += "All transfers finished; pulls were compared byte for byte, pushes by checksums."
    result.at_most(LIMIT_MIB, "berth")
    return [result]
