"""storage.cache.blobdescriptor: redis, with a real redis and registry:2 beside berth on it."""
import signal
import subprocess
import threading

from harness import images, storage
from harness.checks import check, check_equal, wait_until
from harness.http import free_port, push_blob, request
from harness.process import run
from harness.scenario import berth_binary, scenario

PASSWORD = "s3cr3t/of:redis"
AWAY = "redis does not answer"
BACK = "redis answers again"


class Redis:
    """A redis-server of this scenario's own, which keeps nothing on the disk."""

    def __init__(self, context, *options):
        self.context, self.port = context, free_port()
        self.options = ["--requirepass", PASSWORD, *options]
        self.start()

    def start(self):
        command = ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--dir", self.context.folder]
        self.process = self.context.start("redis", [*command, *self.options])
        wait_until(lambda: self.ask("PING") == ["PONG"], "redis answers", 20)

    def ask(self, *words):
        command = ["redis-cli", "-p", str(self.port), "--no-auth-warning", "-a", PASSWORD, *map(str, words)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        return done.stdout.splitlines()

    def contents(self):
        """{key: what is in it}; what ends by itself is left out."""
        reads = {"set": ["SMEMBERS"], "hash": ["HGETALL"], "string": ["GET"]}
        found = {}
        for key in sorted(self.ask("KEYS", "*")):
            if self.ask("TTL", key) == ["-1"]:
                found[key] = sorted(self.ask(*reads[self.ask("TYPE", key)[0]], key))
        return found

    def kill(self):
        self.process.signal(signal.SIGKILL)
        self.process.wait(10)


def configuration(where, redis, password=PASSWORD, more=""):
    return storage.configuration(
        where, extra_storage=storage.DELETE_ENABLED,
        extra=f'redis:\n  addr: 127.0.0.1:{redis.port}\n  password: "{password}"\n{more}'
    ).replace("blobdescriptor: inmemory", "blobdescriptor: redis")


def blob(address, repository, digest, method="GET"):
    return request(address, method, f"/v2/{repository}/blobs/{digest}").status


@scenario("filesystem")
def berth_writes_the_keys_that_registry2_writes(context):
    written = []
    for start in (context.berth, context.registry2):
        where, redis = context.new_storage(), Redis(context)
        digest = push_blob(start(where, config=configuration(where, redis)).address, "team/net", b"the same bytes")
        wait_until(lambda: f"repository::team/net::blobs::{digest}" in redis.contents(), "redis is told")
        written.append(redis.contents())
    check_equal(written[0], written[1], "what berth wrote, against registry:2")


@scenario("filesystem", "s3")
def one_redis_serves_berth_and_registry2(context):
    where, redis = context.new_storage(), Redis(context)
    config = configuration(where, redis)
    berth, other = context.berth(where, config), context.berth(where, config)
    registry2 = context.registry2(where, config)

    digest = push_blob(berth.address, "team/net", b"from berth")
    wait_until(lambda: f"repository::team/net::blobs::{digest}" in redis.contents(), "redis is told")
    redis.ask("CONFIG", "RESETSTAT")
    found = blob(registry2.address, "team/net", digest, "HEAD")
    check(found in (200, 307), f"registry:2 has berth's blob, or redirects to it: {found}")
    said = "\n".join(redis.ask("INFO", "commandstats"))
    check("cmdstat_sismember" in said and "cmdstat_sadd" not in said, f"registry:2 has found it in redis: {said}")
    check_equal(request(other.address, "GET", f"/v2/team/net/blobs/{digest}").body, b"from berth", "by another berth")

    digest = push_blob(registry2.address, "team/net", b"from registry:2")
    ours = f"berth::repository::team/net::blobs::{digest}"
    check_equal(redis.ask("EXISTS", ours), ["0"], "registry:2 writes what berth believes")
    check_equal(request(berth.address, "GET", f"/v2/team/net/blobs/{digest}").body, b"from registry:2", "by berth")
    wait_until(lambda: redis.ask("EXISTS", ours) == ["1"], "berth has asked the storage, and told the others")
    check_equal(blob(other.address, "nobody", digest), 404, "in a repository that does not hold it")


@scenario("filesystem")
def what_was_deleted_stays_deleted_whoever_did_it(context):
    """CVE-2026-35172, which registry:2 2.8 has."""
    where, redis = context.new_storage(), Redis(context)
    config = configuration(where, redis)
    berth, registry2 = context.berth(where, config), context.registry2(where, config)
    for deleter in (registry2, berth):
        for repository in ("first", "second"):
            digest = push_blob(deleter.address, repository, f"by {deleter.process.name}".encode())
        check_equal(blob(registry2.address, "first", digest), 200, "before it was deleted, by registry:2")
        check_equal(blob(deleter.address, "first", digest, "DELETE"), 202, "DELETE")
        check_equal(blob(registry2.address, "second", digest), 200, "in the other repository, by registry:2")
        check_equal(blob(berth.address, "second", digest), 200, "in the other repository, by berth")
        check_equal(blob(berth.address, "first", digest), 404, f"by berth, deleted by {deleter.process.name}")
    check_equal(blob(registry2.address, "first", digest), 404, "by registry:2, deleted by berth")


@scenario("filesystem")
def its_death_and_return_disturb_no_pull(context):
    where, redis = context.new_storage(), Redis(context)
    config = configuration(where, redis)
    sent = context.folder / "sent"
    images.Image("steady", layer_kib=(3000, 300, 1)).write_dir(sent, images.OCI)
    berth = context.berth(where, config)
    context.skopeo.copy(f"dir:{sent}", f"docker://{berth.address}/steady:1")

    failures = []

    def pull(number):
        try:
            for turn in range(4):
                received = context.folder / f"received-{number}-{turn}"
                context.skopeo.copy(f"docker://{berth.address}/steady:1", f"dir:{received}")
                images.check_same_dir(sent, received)
                images.remove_dir(received)
        except Exception as failure:  # told by the scenario's own thread
            failures.append(failure)

    pulls = [threading.Thread(target=pull, args=(number,)) for number in range(3)]
    for one in pulls:
        one.start()
    redis.kill()
    for one in pulls:
        one.join()
    check(not failures, f"pulls while redis was killed: {failures}")
    digest = push_blob(berth.address, "steady", b"while it is away")
    check_equal(blob(berth.address, "steady", digest, "DELETE"), 202, "DELETE while redis is away")
    check_equal(blob(berth.address, "steady", digest), 404, "GET of what was deleted")
    berth.process.wait_for_line(AWAY)
    redis.start()
    berth.process.wait_for_line(BACK, 20)
    check_equal(berth.process.said().count(AWAY), 1, "lines that say that it is away")
    check_equal(redis.ask("SMEMBERS", "repository::steady::blobs"), [""], "of what was deleted meanwhile, in redis")


@scenario("filesystem")
def a_wrong_password_costs_a_line_and_nothing_else(context):
    where, redis = context.new_storage(), Redis(context)
    config = configuration(where, redis, password="an0ther/s3cr3t")
    berth = context.berth(where, config)
    berth.process.wait_for_line(AWAY + ".*WRONGPASS")
    digest = push_blob(berth.address, "team/net", b"bytes")
    check_equal(blob(berth.address, "team/net", digest), 200, "GET without redis")
    shown = run(berth_binary(), "config", context.write_config(config)).stdout
    check("password: (secret)" in shown, f"berth config: {shown}")
    for text in (shown, berth.process.said()):
        check("s3cr3t" not in text, f"a password is shown: {text}")


@scenario("filesystem")
def it_can_be_asked_over_tls(context):
    key, certificate = context.folder / "key.pem", context.folder / "certificate.pem"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate)
    where, tls_port = context.new_storage(), free_port()
    redis = Redis(context, "--tls-port", tls_port, "--tls-cert-file", certificate, "--tls-key-file", key,
                  "--tls-ca-cert-file", certificate, "--tls-auth-clients", "yes")
    files = f"  tls:\n    certificate: {certificate}\n    key: {key}\n    rootcas: [{certificate}]\n"
    config = configuration(where, redis).replace(f":{redis.port}\n", f":{tls_port}\n")
    berth = context.berth(where, config + files)
    digest = push_blob(berth.address, "team/net", b"over TLS")
    wait_until(lambda: f"repository::team/net::blobs::{digest}" in redis.contents(), "redis is told")
    check(AWAY not in berth.process.said(), "redis answers")

    stranger = context.berth(where, config + "  tls:\n    rootcas: [/etc/ssl/certs/ca-certificates.crt]\n")
    stranger.process.wait_for_line(AWAY + ".*TLS")
    check_equal(blob(stranger.address, "team/net", digest), 200, "GET by one who does not trust that redis")
