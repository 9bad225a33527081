"""curl as the client: downloads side by side, and the requests of a push."""
import subprocess
import time
import urllib.parse

from harness.process import die_with_parent


class Download:
    """What some curls got together: bytes, seconds from the first start to the last end, the latest first byte."""

    def __init__(self, size, seconds, first_byte):
        self.size, self.seconds, self.first_byte = size, seconds, first_byte

    @property
    def mb_per_second(self):
        return self.size / self.seconds / 1e6


def start(*arguments, **options):
    return subprocess.Popen(["curl", "-sS", "-f", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent, **options)


def finish(process, seconds=900):
    try:
        out, error = process.communicate(timeout=seconds)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise RuntimeError(f"curl: {error.strip() or process.returncode}")
    return out


def download(*requests, beside=(), into="/dev/null"):
    """GETs all at once, each by a curl of its own: a URL, or (URL, "first-last") for a range. Those of `beside` load the
    machine, and only their time counts."""
    requests += tuple(beside)
    wanted = [(request, None) if isinstance(request, str) else request for request in requests]
    began = time.perf_counter()
    curls = [start("-k", "-o", into, "-w", "%{size_download} %{time_starttransfer}",
                   *(["-r", span] if span else []), url) for url, span in wanted]
    try:
        said = [finish(process).split() for process in curls]
    finally:
        for process in curls:
            if process.poll() is None:
                process.kill()
                process.wait()
    seconds = time.perf_counter() - began
    said = said[:len(said) - len(beside)]
    return Download(sum(int(size) for size, _ in said), seconds, max(float(first) for _, first in said))


def ranges(url, size, count):
    """`count` requests that together get all of `url`."""
    step = -(-size // count)
    return [(url, f"{first}-{min(first + step, size) - 1}") for first in range(0, size, step)]


def location_after(base, *arguments):
    """Makes a request of an upload; where the next one goes."""
    headers = finish(start("-D", "-", "-o", "/dev/null", "-H", "Expect:", *arguments))
    found = [line.split(":", 1)[1].strip() for line in headers.splitlines() if line.lower().startswith("location:")]
    return urllib.parse.urljoin(base, found[-1])


def with_digest(location, digest):
    return f"{location}{'&' if '?' in location else '?'}digest={digest}"


def push(base, repository, path, digest, how):
    """Pushes a file. `how`: "patch" is docker's POST, chunked PATCH, PUT; "put" is containerd's POST and one PUT with
    the body; "post" is the single request that the specification also knows."""
    uploads, octets = f"{base}/v2/{repository}/blobs/uploads/", ["-H", "Content-Type: application/octet-stream"]
    if how == "post":
        # To a URL that ends in a folder curl would append the file's name.
        target = f"{urllib.parse.urlsplit(uploads).path}?digest={digest}"
        location_after(base, "-X", "POST", *octets, "-T", path, "--request-target", target, f"{base}/v2/post")
        return
    location = location_after(base, "-X", "POST", "-H", "Content-Length: 0", uploads)
    if how == "put":
        location_after(base, "-X", "PUT", *octets, "-T", path, with_digest(location, digest))
        return
    location = location_after(base, "-X", "PATCH", *octets, "-H", "Transfer-Encoding: chunked", "-T", path, location)
    location_after(base, "-X", "PUT", "-H", "Content-Length: 0", with_digest(location, digest))
