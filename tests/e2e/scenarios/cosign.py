"""cosign: signatures and attestations under tags made of digests, and as referrers (OCI 1.1)."""
import json

from harness import images, storage
from harness.checks import check, check_equal
from harness.http import request
from harness.scenario import scenario

SIGNING = ("--yes", "--allow-http-registry", "--tlog-upload=false")
VERIFYING = ("--allow-http-registry", "--insecure-ignore-tlog")
# Keys alone are trusted: no certificate authority, no transparency log.
TRUSTED_ROOT = '{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}'


class Setting:
    """A berth with one image, and a cosign with two key pairs: its own and a stranger's."""

    def __init__(self, context):
        where = context.new_storage()
        self.berth = context.berth(where, storage.configuration(where, extra_storage=storage.DELETE_ENABLED))
        self.digest = images.Image("cosign").write_dir(context.folder / "image", images.OCI)
        context.skopeo.copy(f"dir:{context.folder}/image", f"docker://{self.berth.address}/signed/app:v1")
        self.app = f"{self.berth.address}/signed/app@{self.digest}"
        self.cosign = context.go_program("cosign", COSIGN_PASSWORD="e2e", COSIGN_EXPERIMENTAL="1")
        for name in ("cosign", "stranger"):
            self.cosign("generate-key-pair", "--output-key-prefix", name)

    def verify(self, *options, command="verify"):
        return json.loads(self.cosign(command, "--key", "cosign.pub", *VERIFYING, *options, self.app))

    def check_only_the_key_verifies(self, *options, command="verify"):
        said = self.cosign.is_refused(command, "--key", "stranger.pub", *VERIFYING, *options, self.app)
        # Where no referrer matches cosign looks for a tag too, and says that there is none.
        check("no matching" in said or "no signatures found" in said, f"a stranger's key does not match: {said}")
        return self.verify(*options, command=command)

    def tags(self):
        return json.loads(request(self.berth.address, "GET", "/v2/signed/app/tags/list").body)["tags"]

    def referrers(self):
        answer = request(self.berth.address, "GET", f"/v2/signed/app/referrers/{self.digest}")
        check_equal(answer.status, 200, f"referrers: {answer}")
        return json.loads(answer.body)["manifests"]


@scenario("filesystem", "s3")
def a_signature_under_a_tag_is_verified(context):
    here = Setting(context)
    said = here.cosign.is_refused("verify", "--key", "cosign.pub", *VERIFYING, here.app)
    check("no signatures found" in said, f"there is no signature yet: {said}")
    here.cosign("sign", "--key", "cosign.key", *SIGNING, "--annotations", "by=e2e", here.app)
    verified = here.check_only_the_key_verifies()
    check_equal([entry["critical"]["image"]["docker-manifest-digest"] for entry in verified], [here.digest], "signed")
    here.verify("--annotations", "by=e2e")
    check_equal(here.tags(), ["sha256-" + here.digest[7:] + ".sig", "v1"], "tags")

    (here.cosign.folder / "predicate.json").write_text('{"made": "here"}')
    here.cosign("attest", "--key", "cosign.key", *SIGNING, "--type", "https://berth.test/made", "--predicate",
                "predicate.json", here.app)
    here.check_only_the_key_verifies("--type", "https://berth.test/made", command="verify-attestation")
    tree = here.cosign("tree", "--allow-http-registry", here.app)
    check(".sig" in tree and ".att" in tree, f"the tree shows signature and attestation: {tree}")

    here.cosign("clean", "--force", "--allow-http-registry", here.app)
    check_equal(here.tags(), ["v1"], "tags after cosign clean")


@scenario("filesystem", "s3")
def a_signature_among_the_referrers_is_verified(context):
    here = Setting(context)
    here.cosign("sign", "--key", "cosign.key", *SIGNING, "--registry-referrers-mode", "oci-1-1", here.app)
    here.check_only_the_key_verifies("--experimental-oci11")
    check_equal(here.tags(), ["v1"], "tags: none stands in for the referrers API")
    check_equal(len(here.referrers()), 1, "referrers")
    tree = here.cosign("tree", "--allow-http-registry", "--registry-referrers-mode", "oci-1-1", here.app)
    check(here.referrers()[0]["digest"] in tree, f"the tree shows the signature: {tree}")


@scenario("filesystem", "s3")
def a_bundle_among_the_referrers_is_verified(context):
    here = Setting(context)
    (here.cosign.folder / "root.json").write_text(TRUSTED_ROOT)
    here.cosign("sign", "--key", "cosign.key", *SIGNING, "--new-bundle-format", here.app)
    here.check_only_the_key_verifies("--new-bundle-format", "--trusted-root", "root.json")
    check_equal(here.tags(), ["v1"], "tags")
    check_equal([entry["artifactType"] for entry in here.referrers()],
                ["application/vnd.dev.sigstore.bundle.v0.3+json"], "types of the referrers")


@scenario("filesystem", "s3")
def a_signature_made_elsewhere_is_attached(context):
    here = Setting(context)
    payload = here.cosign.run("generate", "--allow-http-registry", here.app).stdout
    (here.cosign.folder / "payload.json").write_text(payload)
    here.cosign("sign-blob", "--key", "cosign.key", "--yes", "--tlog-upload=false", "--output-signature", "signature",
                "payload.json")
    here.cosign("attach", "signature", "--allow-http-registry", "--payload", "payload.json", "--signature", "signature",
                here.app)
    here.check_only_the_key_verifies()
