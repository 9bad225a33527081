"""Many transfers at once, each a process: pulls that compare every byte, pushes as docker and as containerd do them."""
import contextlib
import http.client
import mmap
import multiprocessing
import signal
import time
import urllib.parse

from harness.http import closing_path, upload_path
from harness.process import die_with_parent

PIECE = 1 << 20
# A transfer that no byte moves for so long counts as lost.
PATIENCE_SECONDS = 300


def pull(address, repository, digest, path, tail):
    """GETs a blob and compares it with the file's bytes and its own tail as it comes."""
    link = http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS)
    link.request("GET", f"/v2/{repository}/blobs/{digest}")
    answer = link.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"GET: {answer.status} {answer.read(300)!r}")
    buffer, offset = memoryview(bytearray(PIECE)), 0
    with open(path, "rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as file:
        end = len(file)
        while count := answer.readinto(buffer):
            expected = file[offset:offset + count]
            if offset + count > end - len(tail):
                expected = (file[offset:end - len(tail)] + tail)[:count] if offset < end - len(tail) else \
                    tail[offset - (end - len(tail)):][:count]
            if buffer[:count].tobytes() != expected:
                raise RuntimeError(f"GET: other bytes than pushed after {offset}")
            offset += count
    if offset != end:
        raise RuntimeError(f"GET: {offset} bytes instead of {end}")


def push(address, repository, digest, path, tail, as_one_put):
    """POST, chunked PATCH and PUT; or POST and one PUT of known length."""
    link = http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS)

    def answer(wanted):
        got = link.getresponse()
        body = got.read()
        if got.status != wanted:
            raise RuntimeError(f"push: {got.status} {body[:300]!r}")
        return got.headers["Location"]

    link.request("POST", f"/v2/{repository}/blobs/uploads/", headers={"Content-Length": "0"})
    location = answer(202)
    with open(path, "rb") as source:
        size = source.seek(0, 2)
        link.putrequest("PUT" if as_one_put else "PATCH",
                        closing_path(location, digest) if as_one_put else upload_path(location))
        link.putheader("Content-Type", "application/octet-stream")
        link.putheader(*(("Content-Length", str(size)) if as_one_put else ("Transfer-Encoding", "chunked")))
        link.endheaders()
        shared, offset = size - len(tail), 0
        while offset < shared:
            count = min(PIECE, shared - offset)
            if not as_one_put:
                link.sock.sendall(b"%x\r\n" % count)
            link.sock.sendfile(source, offset, count)
            if not as_one_put:
                link.sock.sendall(b"\r\n")
            offset += count
        link.sock.sendall(tail if as_one_put else b"%x\r\n%s\r\n0\r\n\r\n" % (len(tail), tail))
    if as_one_put:
        answer(201)
        return
    location = answer(202)
    link.request("PUT", closing_path(location, digest), headers={"Content-Length": "0"})
    answer(201)


def in_process(results, work, arguments):
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        work(*arguments)
        results.put(None)
    except Exception as error:
        results.put(f"{work.__name__}: {type(error).__name__} {error}")


def run(base, path, served, pushed, seconds):
    """Starts all transfers at once; the errors of those that failed. `served` and `pushed` map digests to tails."""
    address = urllib.parse.urlsplit(base).netloc
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    jobs = [(pull, (address, f"crowd/{number}", digest, path, tail)) for number, (digest, tail) in
            enumerate(served.items())]
    jobs += [(push, (address, f"crowd/new{number}", digest, path, tail, number % 2 == 1)) for number, (digest, tail) in
             enumerate(pushed.items())]
    workers = [context.Process(target=in_process, args=(results, *job), daemon=True) for job in jobs]
    end = time.monotonic() + seconds
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(max(0.1, end - time.monotonic()))
    finally:
        late = [worker for worker in workers if worker.is_alive()]
        for worker in late:
            with contextlib.suppress(OSError):
                worker.kill()
                worker.join()
    errors = []
    while not results.empty():
        errors.append(results.get())
    lost = len(jobs) - len(errors)
    return [error for error in errors if error] + [f"not done after {seconds} s"] * lost
