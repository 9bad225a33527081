"""The OCI distribution specification's own conformance suite: every request it knows, and none left out."""
import re
import shutil
import xml.etree.ElementTree

from harness import storage
from harness.checks import Failure, check_equal
from harness.scenario import REPORTS, scenario
from scenarios.auth import Users

# What the suite leaves out of the released 1.1 unless asked; of `dev` it leaves out the sparse manifests only.
NOT_IN_1_1 = ["Blob upload cancel", "Manifest put with tag params", "Sparse Manifests", "Tag Param", "Tag Param sha512"]
EVERYTHING = {f"OCI_{name}": "true" for name in (
    "API_BLOBS_UPLOAD_CANCEL", "API_BLOBS_DIGEST_HEADER", "API_BLOBS_MOUNT_ANONYMOUS", "API_MANIFESTS_DIGEST_HEADER",
    "API_MANIFESTS_TAG_PARAM", "API_REFERRER", "DATA_SPARSE", "DATA_SHA512", "DATA_EMPTY_BLOB", "DATA_NO_LAYERS",
    "DATA_NONDISTRIBUTABLE", "DATA_CUSTOM_FIELDS", "DATA_SUBJECT_MISSING")}
# A sparse manifest refers to what was never pushed.
UNCHECKED_REFERENCES = "  sparse:\n    enabled: true\n"
# Some layers of the suite lie elsewhere.
VALIDATION = "validation:\n  manifests:\n    urls:\n      allow: ['^https://store\\.example\\.com/']\n"
MOST_CASES_SHOWN = 10


def left_out(results):
    """The names of the APIs and data that did not pass, with what became of them instead."""
    statuses = re.findall(r"^  (.+): (Pass|Skip|FAIL|Error|Disabled|Unknown)$", results.read_text(), re.MULTILINE)
    return sorted(name if status == "Disabled" else f"{name}: {status}"
                  for name, status in statuses if status != "Pass")


def run_suite(context, version, expected_left_out, more_config="", environment=None, kind=""):
    """Fails with the requests that failed; the report stays in build/conformance."""
    where = context.new_storage()
    berth = context.berth(where, storage.configuration(where, extra_storage=storage.DELETE_ENABLED) + VALIDATION + more_config)
    results = REPORTS / f"{context.kind}-{version}{kind}"
    shutil.rmtree(results, ignore_errors=True)
    suite = context.go_program("conformance", OCI_REGISTRY=berth.address, OCI_TLS="disabled", OCI_VERSION=version,
                               OCI_RESULTS_DIR=str(results), **(environment or {}))
    done = suite.run(check=False)
    if not (results / "junit.xml").exists():
        raise Failure(f"the suite ended with {done.returncode} and without a report:\n{done.stderr}{done.stdout}")
    report = xml.etree.ElementTree.parse(results / "junit.xml").getroot().find("testsuite")
    counts = {name: int(report.get(name, 0)) for name in ("tests", "failures", "errors", "skipped", "disabled")}
    print(f"{version}: {counts}; see {results}/report.html")

    # What the suite's configuration leaves out says nothing on system-out; what the registry cannot do does.
    wrong = [case for case in report.iter("testcase") if case.get("status") != "passed" and case.findtext("system-out")]
    for case in wrong[:MOST_CASES_SHOWN]:
        print(f"--- {case.get('status')}: {case.get('name')}", case.findtext("system-out"),
              case.findtext("system-err"), sep="\n")
    check_equal((counts["failures"], counts["errors"], counts["skipped"]), (0, 0, 0), "failures, errors, skips")
    check_equal(left_out(results / "results.yaml"), sorted(expected_left_out), "what did not pass")
    check_equal(done.returncode, 0, "exit code of the suite")


@scenario("filesystem", "s3")
def every_request_of_1_1_is_answered_as_specified(context):
    run_suite(context, "1.1", NOT_IN_1_1)


@scenario("filesystem")
def every_request_of_1_1_is_answered_so_behind_a_password(context):
    users = Users(context.folder, jane="secret")
    run_suite(context, "1.1", NOT_IN_1_1, users.yaml(), {"OCI_USERNAME": "jane", "OCI_PASSWORD": "secret"}, "-auth")


@scenario("filesystem", "s3")
def every_request_of_dev_is_answered_as_specified(context):
    run_suite(context, "dev", [], UNCHECKED_REFERENCES, EVERYTHING)
