"""The file and the environment of the set-up berth replaces, unchanged."""
import pathlib
import re

from harness import images
from harness.checks import check, check_equal
from harness.http import request
from harness.scenario import Registry, berth_binary, scenario

SEED_CONFIG = pathlib.Path(__file__).resolve().parents[1] / "seed-config.yml"


def seed_environment(bucket, endpoint=None):
    return {"REGISTRY_STORAGE_S3_ACCESSKEY": bucket.access_key, "REGISTRY_STORAGE_S3_SECRETKEY": bucket.secret_key,
            "REGISTRY_STORAGE_S3_REGIONENDPOINT": endpoint or bucket.endpoint, "REGISTRY_STORAGE_S3_SECURE": "false",
            "REGISTRY_STORAGE_S3_BUCKET": bucket.name}


@scenario("s3")
def the_seed_file_pushes_and_pulls(context):
    bucket = context.bucket()
    berth = Registry(context.start("berth", [berth_binary(), "serve", SEED_CONFIG],
                                   {**seed_environment(bucket), "REGISTRY_HTTP_ADDR": "127.0.0.1:0"}))
    image = images.Image("seed", layer_kib=(40000, 6000, 1))
    image.write_dir(context.folder / "sent", images.DOCKER)
    context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{berth.address}/seed/net:1")
    context.skopeo.copy(f"docker://{berth.address}/seed/net:1", f"dir:{context.folder}/received")
    images.check_same_dir(context.folder / "sent", context.folder / "received")

    ping = request(berth.address, "GET", "/v2/")
    check_equal((ping.status, ping.headers["X-Content-Type-Options"], ping.headers["Docker-Distribution-Api-Version"]),
                (200, "nosniff", "registry/2.0"), "headers of /v2/")
    check("service=registry" in re.sub(r'"', "", berth.process.said()), "log.fields are in the log")

    check_equal(bucket.unfinished_uploads(), [], "multipart uploads left behind")
    context.check_no_secret_in_logs()


def writes_an_object(head):
    """PutObject, CopyObject and CreateMultipartUpload take the encryption header; parts inherit it."""
    return head.startswith("PUT ") and "partNumber=" not in head or re.match(r"POST \S+\?uploads", head)


@scenario("s3")
def every_object_is_written_encrypted_and_no_pull_lists_the_bucket(context):
    bucket = context.bucket()
    images.Image("keys", layer_kib=(40000, 6000, 1)).write_dir(context.folder / "sent", images.DOCKER)
    heads = {}
    for name in ("push", "pull"):
        relay = context.relay("127.0.0.1", bucket.endpoint)
        environment = {**seed_environment(bucket, relay.address), "REGISTRY_HTTP_ADDR": "127.0.0.1:0"}
        berth = Registry(context.start(name, [berth_binary(), "serve", SEED_CONFIG], environment))
        reference, folder = f"docker://{berth.address}/seed/net:1", f"dir:{context.folder}"
        context.skopeo.copy(*((f"{folder}/sent", reference) if name == "push" else (reference, f"{folder}/received")))
        berth.process.stop()
        heads[name] = relay.heads
    writes = [head for head in heads["push"] if writes_an_object(head)]
    plain = [head.splitlines()[0] for head in writes if "x-amz-server-side-encryption: aes256" not in head.lower()]
    check(len(writes) > 5, f"writes were seen: {len(writes)}")
    check_equal(plain, [], "writes without the encryption header")
    parts = [head for head in heads["push"] if "partNumber=" in head]
    copied_parts = [head for head in parts if "x-amz-copy-source-range:" in head.lower()]
    copies = [head for head in heads["push"] if "x-amz-copy-source:" in head.lower()]
    sent = len(parts) - len(copied_parts)
    # The default memory budget makes parts of 8 MiB, which is more than the file's chunksize.
    check(40000 // 8192 <= sent <= 40000 // 5120 + 1, f"parts of chunksize or more: {sent}")
    check(copies, "the staged layer is copied by the server")
    lists = [head.splitlines()[0] for head in heads["pull"] if re.match(r"GET \S+[?&]prefix=", head)]
    check_equal(lists, [], "listings in a pull")


@scenario("s3")
def a_blob_is_redirected_only_when_the_file_says_so(context):
    bucket = context.bucket()
    image = images.Image("redirect", layer_kib=(300,))
    image.write_dir(context.folder / "sent", images.OCI)
    layer = "sha256:" + images.hex_of(image.blobs[0])
    seen = []
    for disable in (None, "true", "false"):
        environment = {**seed_environment(bucket), "REGISTRY_HTTP_ADDR": "127.0.0.1:0"}
        if disable:
            environment["REGISTRY_STORAGE_REDIRECT_DISABLE"] = disable
        berth = Registry(context.start("berth", [berth_binary(), "serve", SEED_CONFIG], environment))
        context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{berth.address}/redirect:1")
        context.skopeo.copy(f"docker://{berth.address}/redirect:1", f"dir:{context.folder}/received-{disable}")
        images.check_same_dir(context.folder / "sent", context.folder / f"received-{disable}")
        seen.append(request(berth.address, "GET", f"/v2/redirect/blobs/{layer}").status)
    check_equal(seen, [200, 200, 307], "GET of a blob with storage.redirect.disable unset, true, false")
    signatures = [process.log for process in context.processes if "X-Amz-Signature=" in process.said()]
    check_equal(signatures, [], "logs with a presigned query")
    context.check_no_secret_in_logs()
