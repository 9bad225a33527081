"""Everything at once, for BERTH_SOAK_SECONDS (10) each: pushes with shared layers, pulls that verify digests, deletes,
collections all the time, processes that are killed, an S3 server that breaks connections. BERTH_SOAK_SEED repeats what
was begun, not its order in time."""
import contextlib
import copy
import http.client
import json
import os
import random
import signal
import subprocess
import threading
import time

from harness.checks import Failure, check, check_equal
from harness.http import closing_path, digest_of, request, upload_path
from harness.process import run
from harness.scenario import berth_binary, scenario
from harness.storage import DELETE_ENABLED, configuration
from harness.trouble import TroubledS3

SECONDS = float(os.environ.get("BERTH_SOAK_SECONDS", "10"))
SEED = int(os.environ.get("BERTH_SOAK_SEED", str(random.SystemRandom().randrange(1 << 30))))
REPOSITORIES = ("soak/a", "soak/b", "soak/b/below")
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
AT_ONCE = ("--grace", "0s", "--quarantine", "0s", "--trash-retention", "0s")
# What docs/migration.md asks for where a registry:2 pushes, in small.
BESIDE_REGISTRY2 = ("--grace", "20s", "--quarantine", "20s", "--trash-retention", "60s")
MOST_IMAGES = 24
NO_ANSWER = (OSError, http.client.HTTPException)


class Image:
    def __init__(self, number, chance):
        self.repository, self.tag = chance.choice(REPOSITORIES), f"t{number}"
        # Layers that many share, so that some are pushed, condemned and pushed again all the time.
        self.blobs = [layer(chance.randrange(12)) for _ in range(chance.randrange(1, 4))]
        self.blobs.append(f"layer of image {number}".encode() * chance.choice((1, 3000, 400_000)))
        config = json.dumps({"number": number}).encode()
        described = [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest_of(blob), "size": len(blob)}
                     for blob in self.blobs]
        self.manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST, "layers": described,
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest_of(config),
                       "size": len(config)}}).encode()
        self.blobs.append(config)
        self.readers = threading.Lock()
        self.is_there = False


def stored_blob(key):
    """The digest of the blob whose bytes that key has; None for other keys."""
    return "sha256:" + key.split("/")[-2] if "/v2/blobs/sha256/" in key and key.endswith("/data") else None


def layer(number):
    return random.Random(number).randbytes((300, 70_000, 1_500_000, 6_500_000)[number % 4])


class Soak:
    """`registry2`: what one of those does meanwhile, "pulls", or "pulls and pushes" and deletes."""

    def __init__(self, context, storage, registry2=""):
        self.context, self.storage = context, storage
        self.chance = random.Random(SEED)
        self.others_push = "pushes" in registry2
        self.times = BESIDE_REGISTRY2 if self.others_push else AT_ONCE
        self.proxies = {}  # of nodes and collectors, by their addresses
        self.troubles = dict.fromkeys(TroubledS3.KINDS, 0)  # of proxies that are gone
        self.counts = dict.fromkeys(
            ("pushes", "pulls", "deletes", "collections", "collections broken off", "collections killed", "nodes killed",
             "answers that did not come", "errors of the server", "pushes begun again", "pulls through registry:2",
             "pushes through registry:2", "deletes through registry:2", "bytes stored"), 0)
        self.failures = []
        self.images, self.lock = [], threading.Lock()
        self.numbers = iter(range(1 << 30))
        self.until = time.monotonic() + SECONDS
        self.nodes = [self.start_node(True) for _ in range(3)]
        # Without a descriptor cache it believes in no blob that is gone.
        others = configuration(storage, extra_storage=DELETE_ENABLED).replace("  cache:\n    blobdescriptor: inmemory\n", "")
        self.others = [context.registry2(storage, others)] if registry2 else []

    def close(self):
        for endpoint in list(self.proxies):
            self.end_trouble(endpoint)

    def end_trouble(self, endpoint):
        proxy = self.proxies.pop(endpoint, None)
        if proxy:
            proxy.stop()
            for kind, count in proxy.counts.items():
                self.troubles[kind] += count

    # A storage that is the same but for what lies before it.
    def behind_trouble(self):
        if not hasattr(self.storage, "bucket"):
            return self.storage
        proxy = TroubledS3(self.storage.bucket.endpoint, self.chance.random())
        self.proxies[proxy.address] = proxy
        through = copy.copy(self.storage)
        through.bucket = copy.copy(self.storage.bucket)
        through.bucket.endpoint = proxy.address
        return through

    def start_node(self, troubled):
        where = self.behind_trouble() if troubled else self.storage
        schedule = "  maintenance:\n    uploadpurging:\n      enabled: false\n"
        node = self.context.berth(where, configuration(where, extra_storage=DELETE_ENABLED + schedule))
        node.asks = where.bucket.endpoint if hasattr(where, "bucket") else None
        return node

    def count(self, what, by=1):
        with self.lock:
            self.counts[what] += by

    def fail(self, text):
        with self.lock:
            self.failures.append(text)
        print(f"{time.strftime('%H:%M:%S')} failure: {text}", flush=True)

    def is_over(self):
        return time.monotonic() > self.until

    # One request to any node, until one answers; None when the time is over.
    def ask(self, method, path, body=None, headers=None, chance=None, among=None):
        for _ in range(200):
            node = (chance or random).choice(among or self.nodes)
            try:
                answer = request(node.address, method, path, body, headers)
            except NO_ANSWER:
                self.count("answers that did not come")
                time.sleep(0.05)
                continue
            if answer.status < 500 and answer.status not in (409, 429):
                return answer
            self.count("errors of the server")
            time.sleep(0.05)
        raise Failure(f"nobody answers {method} {path}")

    def push_blob(self, repository, blob, chance, among):
        digest = digest_of(blob)
        if self.ask("HEAD", f"/v2/{repository}/blobs/{digest}", chance=chance, among=among).status in (200, 307):
            return
        self.store_blob(repository, blob, digest, chance, among)
        self.count("bytes stored", len(blob))

    def store_blob(self, repository, blob, digest, chance, among):
        for _ in range(50):
            if among:
                # What a registry:2 has begun goes on there, and nowhere else.
                begun = self.ask("POST", f"/v2/{repository}/blobs/uploads/", headers={"Content-Length": "0"}, among=among)
                with contextlib.suppress(Failure):  # it has no second answer to a PUT whose first one was lost
                    done = self.ask("PUT", closing_path(upload_path(begun.headers["Location"]), digest), blob, among=among)
                    if done.status == 201:
                        return
                self.count("pushes begun again")
                continue
            if chance.random() < 0.3:
                done = self.ask("POST", f"/v2/{repository}/blobs/uploads/?digest={digest}", blob, chance=chance)
                if done.status == 201:
                    return
                raise Failure(f"POST of a blob: {done}")
            begun = self.ask("POST", f"/v2/{repository}/blobs/uploads/", headers={"Content-Length": "0"}, chance=chance)
            check_equal(begun.status, 202, f"POST: {begun}")
            location, is_known = upload_path(begun.headers["Location"]), True
            cuts = sorted({0, len(blob), *(chance.randrange(2, len(blob) + 2) for _ in range(chance.randrange(3)))})
            for first, end in zip(cuts, cuts[1:]):
                part = blob[first:min(end, len(blob))]
                if not part:
                    continue
                sent = self.ask("PATCH", location, part, {"Content-Range": f"{first}-{first + len(part) - 1}"}, chance)
                # 416: this chunk is there already, its first answer was lost. 404: somebody's part was written over ours.
                if sent.status == 404:
                    is_known = False
                    break
                if sent.status == 416 and sent.headers["Range"] != f"0-{first + len(part) - 1}":
                    is_known = False  # half of it arrived
                    break
                if sent.status not in (202, 416):
                    raise Failure(f"PATCH: {sent}")
            if not is_known:
                self.count("pushes begun again")
                continue
            done = self.ask("PUT", closing_path(location, digest), headers={"Content-Length": "0"}, chance=chance)
            if done.status == 201:
                return
            if done.status != 404:
                raise Failure(f"PUT: {done}")
            self.count("pushes begun again")
        raise Failure("a blob is begun again for ever")

    def push(self, image, chance, among):
        for _ in range(30):
            for blob in image.blobs:
                self.push_blob(image.repository, blob, chance, among)
            done = self.ask("PUT", f"/v2/{image.repository}/manifests/{image.tag}", image.manifest,
                            {"Content-Type": MANIFEST}, chance, among)
            if done.status == 201:
                self.count("bytes stored", len(image.manifest))
                return
            # With a grace of nothing a collection may take the blobs before the manifest names them.
            if done.error_codes() != ["MANIFEST_BLOB_UNKNOWN"] * len(done.error_codes()):
                raise Failure(f"PUT of a manifest: {done}")
            self.count("pushes begun again")
        raise Failure("its blobs vanish for ever")

    def pusher(self, seed, among=None):
        chance = random.Random(seed)
        while not self.is_over():
            if sum(image.is_there for image in self.images) > MOST_IMAGES:
                time.sleep(0.05)
                continue
            with self.lock:
                image = Image(next(self.numbers), chance)
            self.push(image, chance, among)
            self.count("pushes through registry:2" if among else "pushes")
            image.is_there = True
            with self.lock:
                self.images.append(image)

    def pull(self, image, chance, among=None):
        path = f"/v2/{image.repository}"
        got = self.ask("GET", f"{path}/manifests/{image.tag}", headers={"Accept": MANIFEST}, chance=chance, among=among)
        if got.status != 200 or got.body != image.manifest:
            return self.fail(f"{path}/manifests/{image.tag}: {got.status}, and it was pushed")
        for blob in image.blobs:
            for _ in range(50):
                answer = self.ask("GET", f"{path}/blobs/{digest_of(blob)}", chance=chance, among=among)
                if answer.status == 307:
                    host, rest = answer.headers["Location"].split("://", 1)[1].split("/", 1)
                    answer = request(host, "GET", "/" + rest)
                if answer.status != 200:
                    return self.fail(f"{path}/blobs/{digest_of(blob)} of {image.tag}: {answer.status}")
                if answer.body == blob:
                    break
                if len(answer.body) == len(blob):
                    return self.fail(f"{path}/blobs/{digest_of(blob)}: other bytes")
            else:
                return self.fail(f"{path}/blobs/{digest_of(blob)} never comes as a whole")
        return None

    # The image of anybody that stays while it is held.
    def borrow(self, chance):
        with self.lock:
            there = [image for image in self.images if image.is_there]
        chance.shuffle(there)
        return next((image for image in there if image.readers.acquire(blocking=False)), None)

    def puller(self, seed, among=None):
        chance = random.Random(seed)
        while not self.is_over():
            image = self.borrow(chance)
            if not image:
                time.sleep(0.05)
                continue
            try:
                if image.is_there:
                    self.pull(image, chance, among)
                    self.count("pulls through registry:2" if among else "pulls")
            finally:
                image.readers.release()

    def deleter(self, seed):
        chance = random.Random(seed)
        while not self.is_over():
            image = self.borrow(chance)
            if not image or sum(one.is_there for one in self.images) < MOST_IMAGES // 2:
                if image:
                    image.readers.release()
                time.sleep(0.1)
                continue
            image.is_there = False
            image.readers.release()
            path = f"/v2/{image.repository}/manifests/"
            if self.others_push and chance.random() < 0.3:
                # It deletes no tag alone.
                done = self.ask("DELETE", path + digest_of(image.manifest), among=self.others)
                self.count("deletes through registry:2")
            else:
                done = self.ask("DELETE", path + chance.choice((image.tag, digest_of(image.manifest))), chance=chance)
                self.count("deletes")
            check(done.status in (202, 404), f"DELETE: {done}")
            with self.lock:
                self.images.remove(image)

    def collector(self, seed):
        chance, number = random.Random(seed), 0
        where = self.behind_trouble()
        file = self.context.write_config(configuration(where), f"collect-{seed}.yml")
        while not self.is_over():
            number += 1
            with open(self.context.folder / f"collect-{seed}-{number % 5}.log", "wb") as log:
                process = subprocess.Popen([berth_binary(), "garbage-collect", "--delete-untagged", "--force",
                                            *self.times, file], stdout=log, stderr=log, env={**os.environ, **where.environment})
                try:
                    process.wait(chance.uniform(0.05, 3) if chance.random() < 0.2 else 300)
                    self.count("collections" if process.returncode == 0 else "collections broken off")
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    self.count("collections killed")
            time.sleep(chance.uniform(0, 0.5))

    def killer(self, seed):
        chance = random.Random(seed)
        while not self.is_over():
            time.sleep(chance.uniform(1, 5))
            at = chance.randrange(len(self.nodes))
            fresh = self.start_node(True)
            victim, self.nodes[at] = self.nodes[at], fresh
            victim.process.signal(signal.SIGKILL)
            victim.process.wait(10)
            self.end_trouble(victim.asks)
            self.count("nodes killed")

    def guarded(self, work, *arguments):
        try:
            work(*arguments)
        except Exception as error:  # one worker's end must not hide the others' results
            self.fail(f"{work.__name__}: {type(error).__name__}: {error}")

    def run(self, pushers=3, pullers=3, collectors=2):
        work = [(self.pusher, n) for n in range(pushers)] + [(self.puller, n) for n in range(pullers)]
        work += [(self.deleter, 0)] + [(self.collector, n) for n in range(collectors)]
        threads = [threading.Thread(target=self.guarded, args=(one, f"{SEED}-{one.__name__}-{n}"))
                   for one, n in work]
        for one, takes_part in ((self.puller, self.others), (self.pusher, self.others_push)):
            if takes_part:
                threads.append(threading.Thread(target=self.guarded, args=(one, f"{SEED}-other", self.others)))
        for one in threads:
            one.start()
        self.guarded(self.killer, f"{SEED}-killer")  # here: what it starts ends with the thread that started it
        for one in threads:
            one.join()

    def collect(self):
        file = self.context.write_config(configuration(self.storage), "collect.yml")
        return run(berth_binary(), "garbage-collect", "--delete-untagged", "--force", "-q", *AT_ONCE, file,
                   env=self.storage.environment)

    def end(self):
        """What must be there is, and what nobody needs is gone. Says what of that is left, and what all is."""
        self.nodes = [self.start_node(False)]
        chance = random.Random(SEED)
        for image in self.images:
            self.pull(image, chance)
        if SECONDS >= 600:
            time.sleep(610)  # until collections that were killed are given up, and what they have marked goes
        self.collect()
        for image in self.images:
            self.pull(image, chance)
        sizes = self.storage.sizes()
        needed = {digest_of(blob): len(blob) for image in self.images for blob in [*image.blobs, image.manifest]}
        for digest in needed.keys() - {stored_blob(key) for key in sizes}:
            self.fail(f"{digest} is needed and gone")
        file = self.context.write_config(configuration(self.storage), "fsck.yml")
        fsck = run(berth_binary(), "fsck", "--deep", file, check=False, stderr=-1, env=self.storage.environment)
        if fsck.returncode != 0:
            self.fail(f"fsck: {fsck.stdout}{fsck.stderr}")
        # Uploads that their clients have given up are not collections' to take.
        left = [size for key, size in sizes.items()
                if not key.endswith("/link") and "/_uploads/" not in key and stored_blob(key) not in needed]
        stored, needed_bytes = self.counts["bytes stored"], sum(needed.values())
        uploads = sum(size for key, size in sizes.items() if "/_uploads/" in key)
        print(f"stored {stored >> 20} MiB, needed at the end {needed_bytes >> 20} MiB; of {stored - needed_bytes >> 20} MiB "
              f"of garbage {sum(left)} bytes in {len(left)} keys are left "
              f"({100 - 100 * sum(left) / max(stored - needed_bytes, 1):.2f} % reclaimed), and {uploads >> 20} MiB of "
              "uploads that nobody ended")


def soak(context, registry2=""):
    storage = context.new_storage()
    run_ = Soak(context, storage, registry2)
    context.stack.callback(run_.close)
    print(f"seed {SEED}, {SECONDS:g} s", flush=True)
    run_.run()
    run_.end()
    run_.close()
    print(", ".join(f"{count} {what}" for what, count in run_.counts.items() if count))
    print(f"connections with trouble: {run_.troubles}")
    check_equal(len(run_.failures), 0, f"failures; BERTH_SOAK_SEED={SEED}")
    check(run_.counts["pushes"] and run_.counts["pulls"] and run_.counts["collections"], "something happened of all")


@scenario("filesystem", "s3", "versity")
def everything_at_once(context):
    soak(context)


@scenario("s3")
def row_50_everything_at_once_while_registry2_pulls(context):
    soak(context, "pulls")


@scenario("s3")
def row_50_everything_at_once_while_registry2_pulls_and_pushes(context):
    soak(context, "pulls and pushes")
