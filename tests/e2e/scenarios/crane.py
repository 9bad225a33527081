"""crane: push, pull, copy, tag, lists and deletion, each checked against the bytes of the image."""
import json
import tarfile

from harness import images, storage
from harness.checks import check, check_equal
from harness.http import digest_of, get_blob, request
from harness.scenario import scenario


class Setting:
    """A berth, a crane, and one image pushed as library/app:v1."""

    def __init__(self, context):
        where = context.new_storage()
        self.berth = context.berth(where, storage.configuration(where, extra_storage=storage.DELETE_ENABLED))
        self.crane = context.go_program("crane")
        self.app = f"{self.berth.address}/library/app"
        self.image = images.Image("crane", layer_kib=(9000, 300, 1))
        self.image.write_docker_archive(self.crane.folder / "image.tar", f"{self.app}:v1")
        self.digest = self.crane("push", "image.tar", f"{self.app}:v1").rsplit("@", 1)[1]


@scenario("filesystem", "s3")
def a_pushed_image_is_pulled_byte_for_byte(context):
    here = Setting(context)
    manifest = here.crane.run("manifest", f"{here.app}:v1").stdout
    check_equal(digest_of(manifest.encode()), here.digest, "digest of the manifest that crane says it pushed")
    check_equal(json.loads(manifest)["config"]["digest"], here.image.docker_id, "digest of the config")
    check_equal(here.crane("digest", f"{here.app}:v1"), here.digest, "digest by tag")
    check_equal(here.crane.run("config", f"{here.app}@{here.digest}").stdout.encode(), here.image.config, "config")
    here.crane("validate", "--remote", f"{here.app}:v1")

    here.crane("pull", f"{here.app}:v1", "pulled.tar")
    here.crane("validate", "--tarball", "pulled.tar")
    with tarfile.open(here.crane.folder / "pulled.tar") as archive:
        config = archive.extractfile(here.image.docker_id).read()
    check_equal(config, here.image.config, "config in the pulled archive")

    here.crane("export", f"{here.app}:v1", "files.tar")
    with tarfile.open(here.crane.folder / "files.tar") as archive:
        check_equal(sorted(archive.getnames()), [f"layer{number}/crane.bin" for number in range(3)], "exported files")
        check_equal(archive.extractfile("layer0/crane.bin").read(), images.random_bytes(9000 * 1024, "crane-0"), "one")


@scenario("filesystem", "s3")
def copies_and_tags_keep_the_digest(context):
    here = Setting(context)
    other = f"{here.berth.address}/other/app"
    here.crane("copy", f"{here.app}:v1", f"{other}:v1")
    here.crane("tag", f"{other}:v1", "v2")
    for reference in (f"{other}:v1", f"{other}:v2", f"{other}@{here.digest}"):
        check_equal(here.crane("digest", reference), here.digest, f"digest of {reference}")
        here.crane("validate", "--remote", reference)
    check_equal(here.crane("ls", other).split(), ["v1", "v2"], "tags")
    check_equal(here.crane("catalog", here.berth.address).split(), ["library/app", "other/app"], "repositories")

    here.crane("copy", f"{here.app}:v1", f"{here.app}:v1-again")
    check_equal(here.crane("ls", here.app).split(), ["v1", "v1-again"], "tags after a copy beside the image")
    here.crane("pull", "--format", "oci", f"{here.app}:v1", "layout")
    here.crane("push", "layout", f"{here.berth.address}/layout/app:v1")
    check_equal(here.crane("digest", f"{here.berth.address}/layout/app:v1"), here.digest, "digest through a layout")


@scenario("filesystem", "s3")
def an_index_is_put_together_and_copied_with_its_images(context):
    here = Setting(context)
    arm = images.Image("crane-arm", architecture="arm64")
    arm.write_docker_archive(here.crane.folder / "arm.tar", f"{here.app}:arm")
    here.crane("push", "arm.tar", f"{here.app}:arm")
    here.crane("index", "append", "-m", f"{here.app}:v1", "-m", f"{here.app}:arm", "-t", f"{here.app}:all")
    here.crane("validate", "--remote", f"{here.app}:all")

    here.crane("copy", f"{here.app}:all", f"{here.berth.address}/other/app:all")
    index = here.crane.run("manifest", f"{here.berth.address}/other/app:all").stdout
    check_equal([entry["digest"] for entry in json.loads(index)["manifests"]],
                [here.digest, here.crane("digest", f"{here.app}:arm")], "images of the copied index")
    check_equal(here.crane("digest", "--platform", "linux/arm64", f"{here.berth.address}/other/app:all"),
                here.crane("digest", f"{here.app}:arm"), "digest of one platform")


@scenario("filesystem", "s3")
def an_appended_layer_and_new_labels_make_new_images(context):
    here = Setting(context)
    (here.crane.folder / "layer.tar").write_bytes(images.layer_tar({"added.txt": b"added\n"}))
    here.crane("append", "--base", f"{here.app}:v1", "--new_layer", "layer.tar", "--new_tag", f"{here.app}:v2")
    here.crane("mutate", f"{here.app}:v2", "--label", "made=here", "--tag", f"{here.app}:v3")
    for tag in ("v2", "v3"):
        here.crane("validate", "--remote", f"{here.app}:{tag}")
    check_equal(json.loads(here.crane("config", f"{here.app}:v3"))["config"]["Labels"], {"made": "here"}, "labels")
    layers = json.loads(here.crane("manifest", f"{here.app}:v3"))["layers"]
    check_equal(len(layers), 4, "layers")
    check(b"added" in here.crane.run("export", f"{here.app}:v3", "-").stdout.encode(), "the layer's file is exported")


@scenario("filesystem", "s3")
def deleting_a_tag_leaves_the_image_and_deleting_the_image_leaves_no_tag(context):
    here = Setting(context)
    here.crane("tag", f"{here.app}:v1", "v2")
    here.crane("delete", f"{here.app}:v1")
    check_equal(here.crane("ls", here.app).split(), ["v2"], "tags after one is deleted")
    here.crane("validate", "--remote", f"{here.app}@{here.digest}")

    here.crane("delete", f"{here.app}@{here.digest}")
    for reference in (f"{here.app}:v2", f"{here.app}@{here.digest}"):
        said = here.crane.is_refused("manifest", reference)
        check("MANIFEST_UNKNOWN" in said, f"crane says that {reference} is not there: {said}")
    check_equal(request(here.berth.address, "HEAD", f"/v2/library/app/blobs/{here.image.docker_id}").status, 200,
                "a blob of the image, which a garbage collection would remove")
    check_equal(get_blob(here.berth.address, "library/app", here.image.docker_id), here.image.config, "its bytes")
