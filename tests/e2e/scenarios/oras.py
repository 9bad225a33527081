"""oras: artifacts, what is attached to them, and the removal of both."""
import json

from harness import storage
from harness.checks import check, check_equal
from harness.http import digest_of, get_blob, request
from harness.scenario import scenario

FILE = b"an artifact that oras pushed\n"
BILL = b'{"bill": "of materials"}\n'
SIGNATURE = b"not a real signature\n"


class Setting:
    """A berth, an oras that speaks to it, and one artifact pushed as library/app:v1."""

    def __init__(self, context):
        where = context.new_storage()
        self.berth = context.berth(where, storage.configuration(where, extra_storage=storage.DELETE_ENABLED))
        self.oras = context.go_program("oras")
        self.app = f"{self.berth.address}/library/app"
        for name, data in (("file.txt", FILE), ("bill.json", BILL), ("signature", SIGNATURE)):
            (self.oras.folder / name).write_bytes(data)
        self.digest = self.oras.json("push", "--plain-http", "--format", "json", "--artifact-type",
                                     "application/vnd.berth.test", f"{self.app}:v1", "file.txt:text/plain")["digest"]

    def attach(self, kind, file, subject):
        return self.oras.json("attach", "--plain-http", "--format", "json", "--artifact-type", kind, subject,
                              f"{file}:application/octet-stream")["digest"]

    def discover(self, reference, *options):
        """The digests of what refers to it, each with those of what refers to that."""
        def tree(node):
            return {child["digest"]: tree(child) for child in node.get("referrers") or []}
        return tree(self.oras.json("discover", "--plain-http", "--format", "json", *options, reference))

    def tags(self, repository="library/app"):
        return self.oras("repo", "tags", "--plain-http", f"{self.berth.address}/{repository}").split()

    def status(self, path):
        return request(self.berth.address, "HEAD", f"/v2/library/app/{path}").status


@scenario("filesystem", "s3")
def a_pushed_artifact_is_pulled_byte_for_byte(context):
    here = Setting(context)
    answer = request(here.berth.address, "GET", "/v2/library/app/manifests/v1")
    check_equal(digest_of(answer.body), here.digest, "digest of the manifest that oras says it pushed")
    check_equal(json.loads(answer.body)["layers"][0]["digest"], digest_of(FILE), "digest of the layer")

    for reference in (f"{here.app}:v1", f"{here.app}@{here.digest}"):
        here.oras("pull", "--plain-http", "--output", "pulled", reference)
        check_equal((here.oras.folder / "pulled" / "file.txt").read_bytes(), FILE, f"file pulled from {reference}")
        (here.oras.folder / "pulled" / "file.txt").unlink()

    here.oras("tag", "--plain-http", f"{here.app}:v1", "stable", "latest")
    check_equal(sorted(here.tags()), ["latest", "stable", "v1"], "tags")
    check_equal(here.oras("resolve", "--plain-http", f"{here.app}:stable"), here.digest, "digest of the second tag")
    check_equal(here.oras("repo", "ls", "--plain-http", here.berth.address).split(), ["library/app"], "repositories")


@scenario("filesystem", "s3")
def what_is_attached_is_discovered_without_a_fallback_tag(context):
    here = Setting(context)
    check_equal(here.discover(f"{here.app}:v1"), {}, "referrers of what nothing was attached to")
    bill = here.attach("application/vnd.berth.bill", "bill.json", f"{here.app}:v1")
    signature = here.attach("application/vnd.berth.signature", "signature", f"{here.app}:v1")
    of_bill = here.attach("application/vnd.berth.signature", "signature", f"{here.app}@{bill}")

    check_equal(here.discover(f"{here.app}:v1"), {bill: {of_bill: {}}, signature: {}}, "referrers")
    check_equal(here.discover(f"{here.app}@{bill}"), {of_bill: {}}, "referrers of a referrer")
    check_equal(here.discover(f"{here.app}:v1", "--artifact-type", "application/vnd.berth.signature"), {signature: {}},
                "referrers of one type")
    check_equal(here.discover(f"{here.app}:v1", "--distribution-spec", "v1.1-referrers-api"),
                {bill: {of_bill: {}}, signature: {}}, "referrers when only the API is tried")
    check_equal(here.tags(), ["v1"], "tags: none stands in for the referrers API")

    here.oras("pull", "--plain-http", "--output", "pulled", f"{here.app}@{bill}")
    check_equal((here.oras.folder / "pulled" / "bill.json").read_bytes(), BILL, "the attached file")


@scenario("filesystem", "s3")
def a_copy_takes_along_what_is_attached(context):
    here = Setting(context)
    bill = here.attach("application/vnd.berth.bill", "bill.json", f"{here.app}:v1")
    signature = here.attach("application/vnd.berth.signature", "signature", f"{here.app}@{bill}")
    copy = f"{here.berth.address}/other/app"
    here.oras("cp", "--recursive", "--from-plain-http", "--to-plain-http", f"{here.app}:v1", f"{copy}:v2")

    check_equal(here.oras("resolve", "--plain-http", f"{copy}:v2"), here.digest, "digest of the copy")
    check_equal(here.discover(f"{copy}:v2"), {bill: {signature: {}}}, "referrers of the copy")
    check_equal(here.tags("other/app"), ["v2"], "tags of the copy")
    for data in (FILE, BILL, SIGNATURE):
        check_equal(get_blob(here.berth.address, "other/app", digest_of(data)), data, "a blob of the copy")

    here.oras("backup", "--plain-http", "--include-referrers", "--output", "backup.tar", f"{here.app}:v1")
    here.oras("restore", "--plain-http", "--input", "backup.tar", f"{here.berth.address}/restored/app:v1")
    check_equal(here.discover(f"{here.berth.address}/restored/app:v1"), {bill: {signature: {}}}, "restored referrers")


@scenario("filesystem", "s3")
def what_is_deleted_is_gone(context):
    here = Setting(context)
    bill = here.attach("application/vnd.berth.bill", "bill.json", f"{here.app}:v1")
    signature = here.attach("application/vnd.berth.signature", "signature", f"{here.app}:v1")

    here.oras("manifest", "delete", "--plain-http", "--force", f"{here.app}@{bill}")
    check_equal(here.status(f"manifests/{bill}"), 404, "the deleted referrer")
    check_equal(here.discover(f"{here.app}:v1"), {signature: {}}, "referrers that are left")
    here.oras("blob", "delete", "--plain-http", "--force", f"{here.app}@{digest_of(BILL)}")
    check_equal(here.status(f"blobs/{digest_of(BILL)}"), 404, "the deleted blob")

    here.oras("manifest", "delete", "--plain-http", "--force", f"{here.app}@{here.digest}")
    check_equal(here.status("manifests/v1"), 404, "the tag of the deleted manifest")
    said = here.oras.is_refused("pull", "--plain-http", f"{here.app}:v1")
    check("not found" in said, f"oras says that it is not there: {said}")
    said = here.oras.is_refused("manifest", "delete", "--plain-http", f"{here.app}@{here.digest}")
    check("not found" in said or "does not exist" in said, f"a second deletion finds nothing: {said}")


@scenario("filesystem", "s3")
def blobs_and_manifests_go_one_by_one_too(context):
    here = Setting(context)
    here.oras("blob", "push", "--plain-http", f"{here.app}", "bill.json")
    here.oras("blob", "fetch", "--plain-http", "--output", "fetched", f"{here.app}@{digest_of(BILL)}")
    check_equal((here.oras.folder / "fetched").read_bytes(), BILL, "the fetched blob")

    here.oras("manifest", "fetch", "--plain-http", "--output", "manifest.json", f"{here.app}:v1")
    manifest = (here.oras.folder / "manifest.json").read_bytes()
    check_equal(digest_of(manifest), here.digest, "digest of the fetched manifest")
    (here.oras.folder / "manifest.json").write_bytes(manifest + b"\n")
    here.oras("manifest", "push", "--plain-http", f"{here.app}:v2,v3", "manifest.json")
    for tag in ("v2", "v3"):
        check_equal(here.oras("resolve", "--plain-http", f"{here.app}:{tag}"), digest_of(manifest + b"\n"), tag)

    here.oras("manifest", "index", "create", "--plain-http", f"{here.app}:all", "v1", "v2")
    index = here.oras.json("manifest", "fetch", "--plain-http", f"{here.app}:all")
    check_equal([entry["digest"] for entry in index["manifests"]], [here.digest, digest_of(manifest + b"\n")],
                "what the index refers to")
