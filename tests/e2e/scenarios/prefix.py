"""http.prefix, beside registry:2; by curl, as docker and skopeo have no word for it."""
import re

from harness import images
from harness.checks import check, check_equal
from harness.http import closing_path, digest_of, request
from harness.process import run
from harness.scenario import berth_binary, scenario
from harness.storage import configuration

from .disk_cache import with_cache
from .warm import push as push_image

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def curl(*arguments):
    return run("curl", "-sS", "--fail", *arguments).stdout


def location_of(*arguments):
    return re.search(r"^Location: (\S+)", curl("-o", "/dev/null", "-D", "-", *arguments), re.MULTILINE)[1]


def push(registry, folder, data):
    """An image of one blob, following each Location; returns the path of each without the registry's own ids."""
    (folder / "bytes").write_bytes(data)
    base = f"http://{registry.address}/hub/v2/team/net"
    digest = digest_of(data)
    begun = location_of("-X", "POST", f"{base}/blobs/uploads/")
    taken = location_of("-X", "PATCH", "-H", "Content-Type: application/octet-stream", "--data-binary",
                        f"@{folder}/bytes", begun)
    closing = f"http://{registry.address}{closing_path(taken, digest)}"
    closed = location_of("-X", "PUT", closing)
    check_equal(run("curl", "-sS", closed, "-o", folder / "got").returncode, 0, "exit code of curl")
    check((folder / "got").read_bytes() == data, "the pulled bytes are right")
    manifest = (f'{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{{"mediaType":"application/x","digest":"{digest}",'
                f'"size":{len(data)}}},"layers":[]}}')
    put = [location_of("-X", "PUT", "-H", f"Content-Type: {MANIFEST}", "-d", manifest, f"{base}/manifests/{tag}")
           for tag in ("one", "two")]
    return [re.sub(r"uploads/[^?]*.*", "uploads/ID", url.replace(registry.address, "HOST"))
            for url in (begun, taken, closed, *put)]


@scenario("filesystem")
def is_registry2s(context):
    both = []
    for start in (context.berth, context.registry2):
        where = context.new_storage()
        registry = start(where, config=configuration(where, extra_http="  prefix: /hub/\n"))
        seen = push(registry, context.folder, images.random_bytes(1 << 20, "prefix"))
        for path in ("/", "/hub/v2/", "/v2/", "/v2/team/net/tags/list", "/hub/", "/hub", "/hubv2/", "/hub/v2/x/tags/list"):
            seen.append((path, request(registry.address, "GET", path).status))
        moved = request(registry.address, "GET", "/hub/v2")
        seen.append((moved.status, moved.headers["Location"]))
        both.append(seen)
    check_equal(*both, "what it answers below a prefix")


@scenario("filesystem")
def warm_finds_it(context):
    where = context.new_storage()
    push_image(context, context.berth(where), "v1", 300)
    berth = context.berth(where, with_cache(where, context.folder / "cache").replace("http:\n", "http:\n  prefix: /hub/\n"))
    said = run(berth_binary(), "warm", "--address", f"http://{berth.address}/hub", "team/net:v1").stdout
    check("1 of 1 images warm" in said, f"what it says: {said}")
