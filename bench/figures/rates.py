"""Small requests: how many a second, over 64 connections that stay open."""
import re
import subprocess

from harness.images import OCI
from harness.process import die_with_parent

from kit.figures import figure
from kit.image import push_image
from kit.result import Result, in_turn

CONNECTIONS = 64


def requests_per_second(tool, url, seconds):
    """wrk for GET. Its parser waits for the body of an answer to HEAD, so those are ab's."""
    if tool == "ab":
        command = ["ab", "-q", "-k", "-i", "-c", str(CONNECTIONS), "-t", str(seconds), "-n", "10000000", url]
        found, failures = r"Requests per second:\s+([\d.]+)", r"Non-2xx responses:|Failed requests:\s+[1-9]"
    else:
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s", "-H", f"Accept: {OCI['manifest']}", url]
        found, failures = r"Requests/sec:\s+([\d.]+)", r"Non-2xx|Socket errors"
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=seconds + 60, check=True, preexec_fn=die_with_parent)
    if re.search(failures, done.stdout):
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}")
    return float(re.search(found, done.stdout)[1])


@figure("small requests a second, S3, warm")
def rates(bed):
    seconds = 2 if bed.options.quick else 4
    """One result after the other, so that a failure costs only those that follow."""
    with bed.both() as registries:
        digest, config = push_image(registries["berth"].base, "bench/small", "v1", [b"layer" * 200])
        file = bed.nginx.files / "small.json"
        file.write_bytes(b"x" * 951)
        for name, title, tool, path in (
                ("rate_manifest_digest", "GET of a manifest by digest", "wrk", f"/v2/bench/small/manifests/{digest}"),
                ("rate_manifest_tag", "GET of a manifest by tag", "wrk", "/v2/bench/small/manifests/v1"),
                ("rate_blob_head", "HEAD of a blob", "ab", f"/v2/bench/small/blobs/{config}"),
                ("rate_base", "GET /v2/", "wrk", "/v2/")):
            bed.say(f"  {title}")
            result = Result(name, f"{title}, {CONNECTIONS} connections", "requests/s")
            urls = {registry.name: registry.base + path for registry in registries.values()}
            if tool == "wrk":
                urls["nginx, a file of 951 bytes"] = f"http://{bed.nginx.static}/small.json"

            def once(candidate, url):
                rate = requests_per_second(tool, url, seconds)
                result.add(candidate, rate)
                return f"{rate:.0f}/s"
            in_turn(min(bed.runs, 3), urls, once, bed.say)
            if "manifest" in name:
                result.at_least(15, "berth", "registry:2")
            yield result
