"""One layer out of S3: how fast, at what cost, and how soon it begins."""
from kit import curl
from kit.bucket import data_key
from kit.cost import Meter
from kit.figures import figure
from kit.result import Result, in_turn

RAW_COUNTS = (1, 8, 16, 32)
FIRST_BYTE_SAMPLES = 7
# What any registry between a client and S3 adds at the least: the bytes go over loopback once more.
LIMIT = "the machine: raw, 4 ranges beside a copy"


def compare(bed, result, candidates, cost=None, runs=None, with_clients=None, times=1):
    """`candidates` maps a name to (pid or None, requests for curl[, requests beside them]); fills the rate, and the cost
    of those with a pid: alone, and together with the clients'. A sample is `times` downloads: for what costs only some
    of the hundredths of a second that processor time is counted in."""
    def once(name, candidate):
        pid, requests, *beside = candidate
        with Meter(pid) as meter:
            got = [curl.download(*requests, beside=beside[0] if beside else ()) for _ in range(times)]
        rate = sum(each.mb_per_second for each in got) / times
        gib = sum(each.size for each in got) / 2**30
        result.add(name, rate)
        if pid and cost:
            cost.add(name, meter.cpu / gib)
        if pid and with_clients:
            with_clients.add(name, (meter.cpu + meter.clients) / gib)
        return f"{rate:.0f} MB/s" + (f", {meter.cpu:.2f} s CPU" if pid else "")
    in_turn(runs or bed.runs, candidates, once, bed.say)


def few(bed):
    """Turns of figures in which a turn takes half a minute."""
    return min(bed.runs, 3)


def raw_name(count):
    return f"raw, {count} ranges" if count > 1 else "raw, one GET"


def cost_of(name, title):
    return Result(name, title, "CPU s/GiB", more_is_better=False)


def from_registries(registries, layer):
    return {name: (each.pid, [each.blob("bench", layer.digest)]) for name, each in registries.items()}


@figure("one layer on the slow S3, and the processor time it takes")
def layer_slow(bed):
    layer, key = bed.layer, data_key(bed.layer.digest)
    rate = Result("layer_slow", "One layer from the slow S3", "MB/s")
    cost = cost_of("cpu_plain", "Processor time of the server for a GiB from S3, plain")
    with bed.both(bed.nginx.slow) as registries:
        raw = bed.bucket.url("GET", key, host=bed.nginx.slow)
        compare(bed, rate, {
            **from_registries(registries, layer),
            **{raw_name(count): (None, curl.ranges(raw, layer.size, count)) for count in RAW_COUNTS},
            "nginx, a file, not slowed": (None, [f"http://{bed.nginx.static}/{key}"])}, cost)
    rate.at_least(10, "berth", "registry:2").at_least(0.95, "berth", "raw, 16 ranges")
    cost.at_most(0.8, "berth", "registry:2")
    return [rate, cost]


@figure("the same with TLS between registry and S3")
def layer_tls(bed):
    layer = bed.layer
    rate = Result("layer_tls", "One layer from the slow S3 over TLS", "MB/s")
    cost = cost_of("cpu_tls", "Processor time of the server for a GiB from S3, over TLS")
    with bed.both(bed.nginx.tls, tls=True) as registries:
        raw = bed.bucket.url("GET", data_key(layer.digest), host=bed.nginx.tls, scheme="https")
        compare(bed, rate, {
            **from_registries(registries, layer),
            "raw, 16 ranges": (None, curl.ranges(raw, layer.size, 16))}, cost, few(bed))
    cost.at_most(0.8, "berth", "registry:2")
    return [rate, cost]


@figure("one layer on S3 as it is")
def layer_rgw(bed):
    layer = bed.layer
    rate = Result("layer_rgw", "One layer from Ceph's S3, not slowed", "MB/s")
    cost = cost_of("cpu_rgw", "Processor time of the server for a GiB from Ceph's S3")
    raw = bed.bucket.url("GET", data_key(layer.digest))
    counts = {raw_name(count): (None, curl.ranges(raw, layer.size, count)) for count in (1, 2, 4, 8)}
    beside = [f"http://{bed.nginx.static}/{data_key(layer.digest)}"]
    with bed.both() as registries:
        compare(bed, rate, {**from_registries(registries, layer), **counts,
                            LIMIT: (None, curl.ranges(raw, layer.size, 4), beside)}, cost)
    rate.at_least(0.95, "berth", *counts).at_least(0.95, "berth", LIMIT)
    return [rate, cost]


@figure("three layers at once on the slow S3")
def layers_slow(bed):
    rate = Result("layers_slow", "Three layers at once from the slow S3, in sum", "MB/s")
    with bed.both(bed.nginx.slow) as registries:
        def get(count):
            return {f"{name}, {count} at once": (each.pid, [each.blob("bench", layer.digest)
                                                            for layer in bed.layers[:count]])
                    for name, each in registries.items()}
        wanted = {**get(1), **get(3)}
        del wanted["registry:2, 1 at once"]
        compare(bed, rate, wanted, runs=few(bed))
    rate.at_least(1, "berth, 3 at once", "berth, 1 at once")
    return [rate]


@figure("the first byte of a blob that nobody asked for before")
def first_byte(bed):
    """A process and a blob of its own for each sample, so that neither connections nor answers are remembered."""
    result = Result("first_byte", "The first byte from the slow S3, cold", "ms", more_is_better=False)

    def once(name, _):
        digest = bed.new_blob()
        if name == "raw GET":
            got = curl.download(bed.bucket.url("GET", data_key(digest), host=bed.nginx.slow))
        else:
            with bed.registry(name, bed.nginx.slow) as registry:
                curl.download(f"{registry.base}/v2/")
                got = curl.download(registry.blob("bench", digest))
        result.add(name, got.first_byte * 1000)
        return f"{got.first_byte * 1000:.1f} ms"
    in_turn(max(bed.runs, FIRST_BYTE_SAMPLES), dict.fromkeys(["berth", "registry:2", "raw GET"]), once, bed.say)
    result.at_most(1, "berth", "registry:2").at_most(1.1, "berth", "raw GET")
    return [result]
