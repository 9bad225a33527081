"""http.debug: what the metrics say of real pulls, beside the bytes that came and what the S3 server did."""
import re

from harness import images, storage
from harness.checks import check, check_equal, wait_until
from harness.http import digest_of, free_port, request
from harness.scenario import scenario
from scenarios.disk_cache import cached_file, push_large, with_cache

DEBUG = "  debug:\n    addr: 127.0.0.1:0\n    prometheus:\n      enabled: true\n"


def with_debug(config):
    return config.replace("http:\n  addr: 127.0.0.1:0\n", "http:\n  addr: 127.0.0.1:0\n" + DEBUG)


def debug_address(berth):
    found = berth.process.wait_for_line(r"an address of their own.* host=\"?([0-9.]+)\"? port=\"?(\d+)")
    return f"{found[1]}:{found[2]}"


def scrape(address):
    """{series: value}; every line must be one that Prometheus reads."""
    answer = request(address, "GET", "/metrics")
    check_equal(answer.status, 200, "GET /metrics")
    series = {}
    for line in answer.body.decode().splitlines():
        if not line.startswith("#"):
            found = re.fullmatch(r'([a-z0-9_]+(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})?) ([0-9.]+)', line)
            check(found, f"Prometheus reads {line!r}")
            check(found[1] not in series, f"{found[1]} is there once")
            series[found[1]] = float(found[2])
    return series


def pull(context, berth, name, folder):
    """The digests (hex) of the blobs that came, and their bytes."""
    context.skopeo.copy(f"docker://{berth.address}/cached/{name}:1", f"dir:{context.folder}/{folder}")
    blobs = {file.name: file.stat().st_size for file in (context.folder / folder).iterdir()
             if re.fullmatch("[0-9a-f]{64}", file.name)}
    return blobs, sum(blobs.values())


@scenario("s3")
def they_say_what_a_cold_and_a_warm_pull_cost(context):
    where, cache = context.new_storage(), context.folder / "cache"
    push_large(context, context.berth(where), "counted")
    # Without what comes ahead of the client: that is nobody's bytes yet.
    config = with_cache(where, cache).replace("    blob:\n", "    blob:\n      prefetch: false\n")
    berth = context.berth(where, config=with_debug(config))
    debug = debug_address(berth)
    before = scrape(debug)
    check_equal(before['berth_blob_bytes_total{source="store"}'], 0, "bytes before a pull")
    check_equal(before["berth_cache_entries"], 0, "entries before a pull")

    blobs, size = pull(context, berth, "counted", "cold")
    cold = scrape(debug)
    check_equal(cold['berth_blob_bytes_total{source="store"}'], size, "bytes from the store after a cold pull")
    check_equal(cold['berth_blob_requests_total{result="miss"}'], len(blobs), "misses after a cold pull")
    check_equal(cold['berth_blob_first_byte_seconds_count{source="store"}'], len(blobs), "first bytes of a cold pull")
    received = cold["berth_s3_received_bytes_total"] - before["berth_s3_received_bytes_total"]
    check(size <= received < size * 1.05 + 65536, f"S3 sent the {size} bytes once: {received}")
    for digest in blobs:
        wait_until(cached_file(cache, digest).exists, f"{digest} is kept")
    wait_until(lambda: scrape(debug)["berth_cache_entries"] == len(blobs), "all blobs are entries")
    check_equal(scrape(debug)["berth_cache_size_bytes"], size, "what the entries take")

    check_equal(pull(context, berth, "counted", "warm"), (blobs, size), "a warm pull")
    warm = scrape(debug)
    check_equal(warm['berth_blob_bytes_total{source="disk"}'], size, "bytes from the disk after a warm pull")
    check_equal(warm['berth_blob_bytes_total{source="store"}'], size, "bytes from the store after a warm pull")
    check_equal(warm['berth_blob_requests_total{result="hit"}'], len(blobs), "hits after a warm pull")
    received = warm["berth_s3_received_bytes_total"] - cold["berth_s3_received_bytes_total"]
    check(received < 65536, f"S3 sent no blob again: {received}")
    check(warm["process_resident_memory_bytes"] > 1e6, "the process has memory")


@scenario("s3")
def ready_and_live_are_two_things_in_an_outage(context):
    where = context.new_storage()
    health = "health:\n  storagedriver:\n    enabled: true\n    interval: 1s\n    threshold: 2\n"
    berth = context.berth(where, config=with_debug(storage.configuration(where, health)))
    debug = debug_address(berth)

    def status(path):
        return request(debug, "GET", path).status
    check_equal([status(f"/debug/{path}") for path in ("health", "ready", "live")], [200, 200, 200], "all is well")
    context.stop_gateway()
    wait_until(lambda: status("/debug/ready") == 503, "the node is not ready while S3 is away", 60)
    check_equal([status(f"/debug/{path}") for path in ("health", "live")], [503, 200], "in the outage")
    context.start_gateway()
    wait_until(lambda: status("/debug/ready") == 200, "the node is ready when S3 is back", 60)


def families_of(address):
    """{family: (type, label names, bounds)} of registry:2's own metrics."""
    text = request(address, "GET", "/metrics").body.decode()
    kinds = dict(re.findall(r"# TYPE (registry_\w+) (\w+)", text))
    found = {}
    for name, kind in kinds.items():
        samples = re.findall(rf"^{name}(?:_bucket)?\{{(.*)\}} ", text, re.MULTILINE)
        pairs = [re.findall(r'(\w+)="([^"]*)"', labels) for labels in samples]
        labels = {label for each in pairs for label, _ in each}
        found[name] = kind, labels, {value for each in pairs for label, value in each if label == "le"}
    own = "\n".join(re.findall(r"^registry_.*$", text, re.MULTILINE))
    return found, set(re.findall(r'(handler|method|code|action|type)="([^"]*)"', own))


@scenario("filesystem")
def they_have_the_names_labels_types_and_bounds_of_registry2(context):
    images.Image("counted").write_dir(context.folder / "sent", images.OCI)
    seen = {}
    for name, start in (("berth", context.berth), ("registry2", context.registry2)):
        where = context.new_storage()
        config = storage.configuration(where, extra_storage=storage.DELETE_ENABLED).replace(
            "http:\n  addr: 127.0.0.1:0\n", "http:\n  addr: 127.0.0.1:0\n  debug:\n    addr: %s\n"
            "    prometheus:\n      enabled: true\n" % (debug := f"127.0.0.1:{free_port()}"))
        registry = start(where, config=config)
        context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{registry.address}/counted:1")
        manifest = request(registry.address, "GET", "/v2/counted/manifests/1",
                           headers={"Accept": images.OCI["manifest"]})
        request(registry.address, "GET", "/v2/counted/tags/list")
        request(registry.address, "DELETE", f"/v2/counted/manifests/{digest_of(manifest.body)}")
        seen[name] = families_of(debug)
    ours, theirs = seen["berth"], seen["registry2"]
    for family, described in theirs[0].items():
        check_equal(ours[0].get(family), described, family)
    check(theirs[1] <= ours[1], f"berth has these label values too: {theirs[1] - ours[1]}")
