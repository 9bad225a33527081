"""Uploads whose requests come to one process and another, and processes that are killed on the way."""
import http.client
import random
import signal
import threading
import time

from harness.checks import check, check_equal
from harness.http import closing_path, digest_of, get_blob, request, upload_path
from harness.scenario import scenario

from .fsck import fsck

NAME = "moving/app"
MIB = 1024 * 1024


def begin(registry):
    begun = request(registry.address, "POST", f"/v2/{NAME}/blobs/uploads/", headers={"Content-Length": "0"})
    check_equal(begun.status, 202, f"POST: {begun}")
    return upload_path(begun.headers["Location"])


def patch(registry, location, data, first):
    return request(registry.address, "PATCH", location, body=data,
                   headers={"Content-Range": f"{first}-{first + len(data) - 1}"})


def offset(registry, location):
    """Not after a single byte: the protocol has the same words for one byte and for none."""
    told = request(registry.address, "GET", location)
    check_equal(told.status, 204, f"GET of the upload: {told}")
    last = int(told.headers["Range"].split("-")[1])
    return last + 1 if last else 0


def end(registry, location, content):
    return request(registry.address, "PUT", closing_path(location, digest_of(content)), headers={"Content-Length": "0"})


def check_nothing_is_left(storage):
    check_equal([key for key in storage.keys() if "/_uploads/" in key], [], "what uploads have left")


@scenario("filesystem", "s3", "versity")
def each_chunk_comes_to_another_process(context):
    """Row 18, with parts, rests of one byte and of nearly a part; and a process that is killed after its answer."""
    storage = context.new_storage()
    nodes = [context.berth(storage) for _ in range(3)]
    content = random.Random(18).randbytes(23 * MIB)
    location = begin(nodes[0])
    at = 0
    for round_, size in enumerate((1, 5 * MIB - 1, 1, 10 * MIB - 1, 3 * MIB, len(content))):
        taken = patch(nodes[round_ % 3], location, content[at:at + size], at)
        check_equal(taken.status, 202, f"PATCH {round_}: {taken}")
        at = min(at + size, len(content))
        check_equal(taken.headers["Range"], f"0-{at - 1}", "what the answer says")
        kill(nodes[round_ % 3].process)
        nodes[round_ % 3] = context.berth(storage)
        told = request(nodes[round_ % 3].address, "GET", location)
        check_equal(told.headers["Range"], f"0-{at - 1}", "what another process says")
    done = end(nodes[1], location, content)
    check_equal(done.status, 201, f"PUT: {done}")
    check_equal(end(nodes[2], location, content).status, 201, "the same PUT once more")
    check(get_blob(nodes[0].address, NAME, digest_of(content)) == content, "the blob has other bytes")
    check_nothing_is_left(storage)


def kill(process):
    process.signal(signal.SIGKILL)
    process.wait(10)


def push_through_deaths(nodes, content, restart, chance):
    """As a client does it that goes on wherever the next process says; returns how many requests had no answer."""
    location, unanswered = begin(nodes[0]), 0
    for _ in range(200):
        node = chance.choice(nodes)
        killer = threading.Timer(chance.uniform(0, 0.15), kill, (node.process,))
        will_die = chance.random() < 0.5
        if will_die:
            killer.start()
        try:
            at = offset(node, location)
            piece = content[at:at + chance.choice((2, 300_000, 4 * MIB, 9 * MIB))]
            done = patch(node, location, piece, at) if piece else end(node, location, content)
            if done.status == 201:
                return unanswered
            check(done.status in (202, 409, 416), f"{done}")
        except (OSError, http.client.HTTPException):
            unanswered += 1
        finally:
            killer.cancel()
            if will_die:
                killer.join()
            restart()
        told = request(nodes[0].address, "GET", location)
        if told.status == 404:  # it has ended, and nobody was told
            done = end(nodes[0], location, content)
            check_equal(done.status, 201, f"the PUT that was not answered, again: {done}")
            return unanswered
    raise AssertionError("the upload does not come to its end")


@scenario("filesystem", "s3", "versity")
def a_client_goes_on_whichever_process_is_killed(context):
    """Rows 15 and 16: at no particular place, many times."""
    storage = context.new_storage()
    nodes = [context.berth(storage) for _ in range(2)]
    chance = random.Random(15)

    def restart():
        for at, node in enumerate(nodes):
            if node.process.popen.poll() is not None:
                nodes[at] = context.berth(storage)

    unanswered = 0
    until = time.monotonic() + 12
    pushed = []
    while time.monotonic() < until:
        content = chance.randbytes(chance.choice((100, 6 * MIB, 17 * MIB)))
        unanswered += push_through_deaths(nodes, content, restart, chance)
        pushed.append(content)
    for content in pushed:
        check(get_blob(nodes[1].address, NAME, digest_of(content)) == content, "a blob has other bytes")
    print(f"{len(pushed)} blobs, {unanswered} requests without an answer")
    check(unanswered > 0, "no process was killed at work")
    check_nothing_is_left(storage)
    fsck(context, storage, "--deep", expected=0)


@scenario("filesystem", "s3", "versity")
def at_most_one_of_two_chunks_is_taken(context):
    """Row 21."""
    storage = context.new_storage()
    nodes = [context.berth(storage) for _ in range(2)]
    for round_ in range(6):
        location = begin(nodes[0])
        size = (1000, 3 * MIB, 11 * MIB)[round_ % 3]
        contents = [bytes([65 + which]) * size for which in (0, 1)]
        answers = [None, None]

        def send(which):
            try:
                answers[which] = patch(nodes[which], location, contents[which], 0).status
            except OSError:
                answers[which] = 409  # it does not wait for the end of a body that it refuses

        both = [threading.Thread(target=send, args=(which,)) for which in (0, 1)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        taken = [which for which in (0, 1) if answers[which] == 202]
        check(len(taken) <= 1, f"both were taken: {answers}")
        check(all(answer in (202, 409, 416) for answer in answers), f"{answers}")
        if not taken:
            check_equal(offset(nodes[1], location), 0, "nothing was taken")
            continue
        check_equal(offset(nodes[1], location), size, "what was taken")
        done = end(nodes[1], location, contents[taken[0]])
        check(done.status in (201, 404), f"{done}")
        if done.status == 201:
            check(get_blob(nodes[0].address, NAME, digest_of(contents[taken[0]])) == contents[taken[0]], "other bytes")
    fsck(context, storage, "--deep", expected=0)
