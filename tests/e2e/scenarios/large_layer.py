"""Layers far larger than the memory berth may use."""
import hashlib
import re
import subprocess

from harness import images
from harness.checks import check, check_equal
from harness.http import closing_path, request, upload_path
from harness.process import run
from harness.scenario import scenario

LAYER_MIB = 1024
# On S3 the default memory budget and a fixed base.
RSS_LIMIT_MIB = {"filesystem": 64, "s3": 128 + 32, "versity": 128 + 32}


def curl_push(address, repository, file, digest):
    """POST, one PATCH with the whole file, PUT."""
    begun = request(address, "POST", f"/v2/{repository}/blobs/uploads/", headers={"Content-Length": "0"})
    sent = run("curl", "-sS", "--fail", "-D", "-", "-o", "/dev/null", "-X", "PATCH", "-T", file, "-H",
               "Content-Type: application/octet-stream", f"http://{address}{upload_path(begun.headers['Location'])}")
    location = re.search(r"(?im)^location: (\S+)", sent.stdout)[1]
    closed = request(address, "PUT", closing_path(location, digest),
                     headers={"Content-Length": "0"}, timeout=300)
    check_equal(closed.status, 201, f"closing PUT: {closed}")


def sha256_of_get(url):
    source = subprocess.Popen(["curl", "-sSL", "--fail", url], stdout=subprocess.PIPE)
    digest = hashlib.file_digest(source.stdout, "sha256").hexdigest()
    check_equal(source.wait(), 0, f"curl {url}")
    return digest


@scenario("filesystem", "s3", "versity")
def a_layer_of_one_gibibyte_passes_in_little_memory(context):
    storage = context.new_storage()
    berth = context.berth(storage)
    limit = RSS_LIMIT_MIB[context.kind]
    layer = images.write_large_dir(context.folder / "sent", LAYER_MIB, f"large-{context.kind}")

    context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{berth.address}/large/skopeo:1")
    peak = berth.process.peak_rss_mib()
    print(f"peak RSS after a push by skopeo: {peak:.1f} MiB")
    check(peak < limit, f"peak RSS {peak:.1f} MiB after a push by skopeo is below {limit} MiB")
    context.skopeo.copy(f"docker://{berth.address}/large/skopeo:1", f"dir:{context.folder}/received")
    images.check_same_dir(context.folder / "sent", context.folder / "received")
    images.remove_dir(context.folder / "received")

    # Other bytes, or the registry would have them already.
    with open(layer, "r+b") as file:
        file.write(b"other bytes")
    with open(layer, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    curl_push(berth.address, "large/curl", layer, f"sha256:{digest}")
    check_equal(sha256_of_get(f"http://{berth.address}/v2/large/curl/blobs/sha256:{digest}"), digest, "bytes by curl")

    peak, now = berth.process.peak_rss_mib(), berth.process.rss_mib()
    print(f"peak RSS {peak:.1f} MiB, {now:.1f} MiB at the end")
    check(peak < limit, f"peak RSS {peak:.1f} MiB is below {limit} MiB")
    check_equal([key for key in storage.keys() if "/_uploads/" in key], [], "upload keys left behind")
