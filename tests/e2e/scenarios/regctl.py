"""regctl: copies with all that belongs to an image, artifacts, tags, deletion, and images by sha512."""
import hashlib
import json

from harness import images, storage
from harness.checks import check, check_equal
from harness.http import digest_of, get_blob, request
from harness.scenario import scenario

BILL = b'{"bill": "of materials"}\n'


class Setting:
    """A berth, a regctl that knows it speaks plain http, and an index of two images copied to library/app:v1."""

    def __init__(self, context):
        where = context.new_storage()
        self.berth = context.berth(where, storage.configuration(where, extra_storage=storage.DELETE_ENABLED))
        self.regctl = context.go_program("regctl")
        self.regctl("registry", "set", "--tls", "disabled", "--skip-check", self.berth.address)
        self.app = f"{self.berth.address}/library/app"
        platforms = [images.Image("regctl"), images.Image("regctl-arm", architecture="arm64")]
        self.digest = images.write_index_dir(context.folder / "index", platforms, images.OCI)
        context.skopeo.copy(f"dir:{context.folder}/index", f"docker://{self.app}:v1", "--all")
        (self.regctl.folder / "bill.json").write_bytes(BILL)

    def put_bill(self, subject):
        """The digest of an artifact that refers to the subject."""
        return self.regctl("artifact", "put", "--artifact-type", "application/vnd.berth.bill", "--file", "bill.json",
                           "--subject", subject, "--format", "{{.Manifest.GetDescriptor.Digest}}")

    def referrers(self, reference):
        return sorted(self.regctl("artifact", "list", reference, "--format",
                                  "{{range .Descriptors}}{{println .Digest}}{{end}}").split())

    def head(self, reference):
        return self.regctl("manifest", "head", reference)

    def tags(self, repository):
        return self.regctl("tag", "ls", f"{self.berth.address}/{repository}").split()


@scenario("filesystem", "s3")
def a_copy_takes_along_referrers_and_digest_tags(context):
    here = Setting(context)
    bill = here.put_bill(f"{here.app}:v1")
    digest_tag = here.digest.replace(":", "-") + ".note"
    here.regctl("artifact", "put", "--artifact-type", "application/vnd.berth.note", "--file", "bill.json",
                f"{here.app}:{digest_tag}")
    check_equal(here.tags("library/app"), [digest_tag, "v1"], "tags: none stands in for the referrers API")

    copy = f"{here.berth.address}/other/app"
    here.regctl("image", "copy", "--referrers", "--digest-tags", f"{here.app}:v1", f"{copy}:v2")
    check_equal(here.head(f"{copy}:v2"), here.digest, "digest of the copy")
    check_equal(here.referrers(f"{copy}:v2"), [bill], "referrers of the copy")
    check_equal(here.tags("other/app"), [digest_tag, "v2"], "tags of the copy")
    check_equal(get_blob(here.berth.address, "other/app", digest_of(BILL)), BILL, "file of the copied referrer")

    here.regctl("image", "copy", "--referrers", "--digest-tags", f"{copy}:v2", "ocidir://layout:v1")
    here.regctl("image", "copy", "--referrers", "--digest-tags", "ocidir://layout:v1",
                f"{here.berth.address}/restored/app:v1")
    check_equal(here.head(f"{here.berth.address}/restored/app:v1"), here.digest, "digest through a layout")
    check_equal(here.referrers(f"{here.berth.address}/restored/app:v1"), [bill], "referrers through a layout")


@scenario("filesystem", "s3")
def artifacts_are_listed_and_fetched(context):
    here = Setting(context)
    bill = here.put_bill(f"{here.app}:v1")
    of_bill = here.put_bill(f"{here.app}@{bill}")
    check_equal(here.referrers(f"{here.app}:v1"), [bill], "referrers")
    tree = here.regctl("artifact", "tree", f"{here.app}:v1")
    check(bill in tree and of_bill in tree, f"the tree shows both: {tree}")
    of_type = ("artifact", "get", "--subject", f"{here.app}:v1", "--filter-artifact-type")
    check_equal(here.regctl.run(*of_type, "application/vnd.berth.bill").stdout.encode(), BILL, "the file")
    here.regctl.is_refused(*of_type, "application/vnd.berth.other")

    here.regctl("artifact", "put", "--artifact-type", "application/vnd.berth.note", "--file", "bill.json",
                f"{here.berth.address}/notes:v1")
    check_equal(here.regctl.run("artifact", "get", f"{here.berth.address}/notes:v1").stdout.encode(), BILL, "a note")
    check_equal(here.regctl("repo", "ls", here.berth.address).split(), ["library/app", "notes"], "repositories")


@scenario("filesystem", "s3")
def tags_and_manifests_are_deleted(context):
    here = Setting(context)
    bill = here.put_bill(f"{here.app}:v1")
    for tag in ("v2", "v3"):
        here.regctl("image", "copy", f"{here.app}:v1", f"{here.app}:{tag}")
    here.regctl("tag", "rm", f"{here.app}:v2")
    check_equal(here.tags("library/app"), ["v1", "v3"], "tags after one is removed")
    check_equal(here.head(f"{here.app}@{here.digest}"), here.digest, "the manifest stays")

    here.regctl("manifest", "delete", f"{here.app}@{bill}")
    check_equal(here.referrers(f"{here.app}:v1"), [], "referrers after theirs is deleted")
    here.regctl("blob", "delete", here.app, digest_of(BILL))
    here.regctl.is_refused("blob", "head", here.app, digest_of(BILL))
    here.regctl("manifest", "delete", f"{here.app}@{here.digest}")
    for reference in (f"{here.app}:v1", f"{here.app}:v3", f"{here.app}@{here.digest}"):
        here.regctl.is_refused("manifest", "head", reference)


@scenario("filesystem", "s3")
def an_image_by_sha512_comes_back_byte_for_byte(context):
    here = Setting(context)
    here.regctl("image", "mod", f"{here.app}:v1", "--digest-algo", "sha512", "--create", "ocidir://layout:v1")
    digest = here.head("ocidir://layout:v1")
    check(digest.startswith("sha512:"), f"regctl made a digest of the other kind: {digest}")
    copy = f"{here.berth.address}/sha512/app"
    here.regctl("image", "copy", "ocidir://layout:v1", f"{copy}@{digest}")
    here.regctl("image", "copy", "ocidir://layout:v1", f"{copy}:v1")
    check_equal((here.head(f"{copy}:v1"), here.tags("sha512/app")), (digest, ["v1"]), "the tag and all tags")

    manifest = request(here.berth.address, "GET", f"/v2/sha512/app/manifests/{digest}")
    check_equal("sha512:" + hashlib.sha512(manifest.body).hexdigest(), digest, "digest of the index")
    check_equal(manifest.headers["Docker-Content-Digest"], digest, "digest in the header")
    for entry in json.loads(manifest.body)["manifests"]:
        image = json.loads(request(here.berth.address, "GET", f"/v2/sha512/app/manifests/{entry['digest']}").body)
        for described in [image["config"], *image["layers"]]:
            data = get_blob(here.berth.address, "sha512/app", described["digest"])
            check_equal("sha512:" + hashlib.sha512(data).hexdigest(), described["digest"], "digest of a blob")
    here.regctl("image", "copy", f"{copy}@{digest}", "ocidir://pulled:v1")
    check_equal(here.head("ocidir://pulled:v1"), digest, "digest of the pulled image")
