"""What a cold pull asks of S3, read from the log of the slow S3."""
import os
import re
import time

from kit.bucket import data_key
from kit.figures import figure
from kit.image import pull_image, push_image
from kit.result import Result, in_turn

KINDS = (("tag", r"/_manifests/tags/.+/link$"), ("manifest link", r"/_manifests/revisions/.+/link$"),
         ("layer link", r"/_layers/.+/link$"))

# One for the tag, one for the manifest, one for the manifest's link.
ALLOWED = 3


def kind_of(method, target, span, manifest):
    """What a request is for: one of a few names."""
    path, _, query = target.partition("?")
    if "list-type" in query or "prefix=" in query:
        return "LIST"
    if path.endswith(data_key(manifest)):
        return f"{method} of the manifest"
    for name, pattern in KINDS:
        if re.search(pattern, path):
            return f"{method} of a {name}"
    if path.endswith("/data"):
        return f"{method} of a blob" + ("" if span in ("-", "bytes=0-") else ", a range")
    return f"{method}, other"


def quiet_log(bed):
    """How long the log is once what a registry asks at its start has been answered."""
    before = -1
    while before != (now := len(bed.nginx.requests())):
        before = now
        time.sleep(0.5)
    return before


@figure("the S3 requests of a cold pull of two layers")
def cold_pull(bed):
    result = Result("cold_pull", "S3 requests of a cold pull besides the GETs of blobs", "requests", more_is_better=False)
    seconds = Result("cold_pull_time", "Time of the same pull from the slow S3", "s", more_is_better=False)
    with bed.registry("berth") as berth:
        manifest, _ = push_image(berth.base, "bench/image", "v1", [os.urandom(1 << 10), os.urandom(64 << 20)])
    kinds = {}

    def once(name, _):
        with bed.registry(name, bed.nginx.slow) as registry:
            before = quiet_log(bed)
            began = time.perf_counter()
            pull_image(registry.base, "bench/image", "v1")
            seconds.add(name, time.perf_counter() - began)
        made = [kind_of(*request[:3], manifest) for request in bed.nginx.requests()[before:]]
        others = sum(not kind.startswith("GET of a blob") for kind in made)
        result.add(name, others)
        kinds[name] = {kind: made.count(kind) for kind in sorted(set(made))}
        return f"{others} and {len(made) - others} of blobs"
    in_turn(2, dict.fromkeys(["berth", "registry:2"]), once, bed.say)
    result.note = "A config and layers of 1 KiB and of 64 MiB, pulled by tag as docker does. " + " ".join(
        f"{name}: {', '.join(f'{count} {kind}' for kind, count in made.items())}." for name, made in kinds.items())
    result.at_most(ALLOWED, "berth")
    return [result, seconds]
