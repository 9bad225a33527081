"""Wrong configuration and an S3 that is away, wrong, or back again."""
from harness import storage
from harness.checks import check, check_equal
from harness.http import closing_path, free_port, push_blob, request, wait_for_status
from harness.process import run
from harness.s3 import Bucket
from harness.scenario import berth_binary, scenario

RECOVERY_SECONDS = 30
HEALTH = "health:\n  storagedriver:\n    enabled: true\n    interval: 1s\n    threshold: 3\n"


def refuses(context, text, *wanted):
    """One line that names file, line or key and what is wrong; exit code 2."""
    config = context.write_config(text)
    done = run(berth_binary(), "serve", config, check=False, timeout=20)
    said = done.stdout.strip().splitlines()
    check_equal(done.returncode, 2, f"exit code for\n{text}\nwhich said {done.stdout}")
    check_equal(len(said), 1, f"lines said for\n{text}\nnamely {done.stdout}")
    for part in wanted:
        check(part in said[0], f"{part!r} is in {said[0]!r}")


@scenario()
def a_wrong_file_is_refused_in_one_line(context):
    http = "http:\n  addr: 127.0.0.1:0\n"
    s3 = "version: 0.1\nstorage:\n  s3:\n    region: eu-central-1\n"
    refuses(context, s3 + http, "config.yml", "bucket")
    refuses(context, s3 + "    bucket: b\n    chunksize: 1000\n" + http, "config.yml:6", "storage.s3.chunksize")
    refuses(context, "version: 0.1\nstorage:\n  s3: [\n" + http, "config.yml:")
    refuses(context, "version: 0.1\n" + http, "storage")
    refuses(context, "version: 0.1\nstorage:\n  tape: {}\n" + http, "config.yml:3", "storage", "tape")
    missing = run(berth_binary(), "serve", context.folder / "missing.yml", check=False, timeout=20)
    check_equal((missing.returncode, len(missing.stdout.strip().splitlines())), (2, 1), f"no file: {missing.stdout}")
    check("missing.yml" in missing.stdout, f"the missing file is named: {missing.stdout}")


def is_told_apart(context, berth, *wanted):
    """The cause stands in one line of the log soon after the start, and clients get 503 with an OCI body."""
    line = berth.process.wait_for_line(rf"^.*(?:{'|'.join(wanted)}).*$", 20)[0]
    print(f"said: {line}")
    for path in ("/v2/some/app/tags/list", "/v2/some/app/manifests/1", "/v2/some/app/blobs/sha256:" + "1" * 64):
        answer = request(berth.address, "GET", path)
        check_equal((answer.status, answer.error_codes()), (503, ["UNAVAILABLE"]), f"GET {path}")
    begun = request(berth.address, "POST", "/v2/some/app/blobs/uploads/", headers={"Content-Length": "0"})
    if begun.status != 503:
        closed = request(berth.address, "PUT", closing_path(begun.headers["Location"], "sha256:" + "0" * 64),
                         body=b"x", headers={"Content-Type": "application/octet-stream"})
        check(closed.status in (400, 503), f"a push meets 503 or its wrong digest: {closed}")


def recovers(context, berth):
    wait_for_status(berth.address, "/v2/", 200, RECOVERY_SECONDS, "after the recovery")
    push_blob(berth.address, "some/app", b"after the recovery")
    context.check_no_secret_in_logs()


@scenario("s3")
def a_missing_bucket_is_said_and_recovered_from(context):
    bucket = context.bucket(create=False)
    where = storage.BucketStorage(bucket)
    berth = context.berth(where, config=storage.configuration(where, HEALTH))
    is_told_apart(context, berth, "NoSuchBucket", f"bucket.*{bucket.name}", f"{bucket.name}.*bucket")
    wait_for_status(berth.address, "/v2/", 503, RECOVERY_SECONDS, "without a bucket")
    bucket.create()
    recovers(context, berth)


@scenario("s3")
def wrong_keys_are_said(context):
    bucket = context.bucket()
    wrong = Bucket(bucket.endpoint, bucket.access_key, "not/the+secret/of/this/key/00000000000000", bucket.name)
    berth = context.berth(storage.BucketStorage(wrong))
    is_told_apart(context, berth, "SignatureDoesNotMatch", "secret")
    check(wrong.secret_key not in berth.process.said(), "the wrong secret is not in the log either")
    unknown = Bucket(bucket.endpoint, "AKIDNOBODYKNOWS00000", bucket.secret_key, bucket.name)
    berth = context.berth(storage.BucketStorage(unknown))
    is_told_apart(context, berth, "InvalidAccessKeyId", "access key")
    context.check_no_secret_in_logs()


def not_yet_there(bucket):
    """The bucket as a storage at a port where nobody listens, and that port."""
    port = free_port()
    return storage.BucketStorage(Bucket(f"127.0.0.1:{port}", bucket.access_key, bucket.secret_key, bucket.name)), port


@scenario("s3")
def an_unreachable_endpoint_is_said_and_recovered_from(context):
    bucket = context.bucket()
    where, port = not_yet_there(bucket)
    berth = context.berth(where, config=storage.configuration(where, HEALTH))
    is_told_apart(context, berth, "refused", "unreachable", "cannot reach")
    context.relay("127.0.0.1", bucket.endpoint, port)
    recovers(context, berth)


@scenario("s3")
def a_command_waits_out_a_short_outage_at_its_begin(context):
    bucket = context.bucket()
    where, port = not_yet_there(bucket)
    check = context.start("fsck", [berth_binary(), "fsck", context.write_config(storage.configuration(where))],
                          where.environment)
    check.wait_for_line("asking again")
    context.relay("127.0.0.1", bucket.endpoint, port)
    check_equal(check.wait(20), 0, "fsck's exit code")
