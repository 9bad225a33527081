"""health.storagedriver and outages of S3 while berth runs."""
from harness import storage
from harness.checks import check, check_equal
from harness.http import get_blob, push_blob, request, status_of, wait_for_status
from harness.scenario import scenario

HEALTH = "health:\n  storagedriver:\n    enabled: true\n    interval: 1s\n    threshold: 2\n"


@scenario("s3")
def an_outage_is_503_after_the_threshold_and_heals(context):
    where = context.new_storage()
    berth = context.berth(where, config=storage.configuration(where, HEALTH))
    digest = push_blob(berth.address, "health/app", b"kept over the outage")
    wait_for_status(berth.address, "/v2/", 200, 10, "before the outage")

    context.stop_gateway()
    wait_for_status(berth.address, "/v2/", 503, 60, "in the outage")
    during = request(berth.address, "GET", f"/v2/health/app/blobs/{digest}")
    check_equal((during.status, during.error_codes()), (503, ["UNAVAILABLE"]), "GET of a blob in the outage")

    context.start_gateway()
    wait_for_status(berth.address, "/v2/", 200, 60, "after the outage")
    check_equal(get_blob(berth.address, "health/app", digest), b"kept over the outage", "the blob after the outage")


@scenario("s3")
def without_health_checks_the_base_answers_in_an_outage(context):
    where = context.new_storage()
    berth = context.berth(where)
    digest = push_blob(berth.address, "health/app", b"x" * 100)
    context.stop_gateway()
    answer = request(berth.address, "GET", "/v2/health/app/manifests/1")
    check_equal((answer.status, answer.error_codes()), (503, ["UNAVAILABLE"]), "GET of a manifest in the outage")
    check_equal(status_of(berth.address, "/v2/"), 200, "/v2/ without health checks")
    context.start_gateway()
    check(get_blob(berth.address, "health/app", digest), "the blob after the outage")
