"""skopeo copy, inspect and list-tags, with every kind of manifest."""
from harness import images
from harness.checks import check_equal
from harness.http import request
from harness.scenario import scenario


def copy_there_and_back(context, types):
    berth = context.berth(context.new_storage())
    digest = images.Image("skopeo").write_dir(context.folder / "sent", types)
    context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{berth.address}/skopeo/app:v1")
    context.skopeo.copy(f"docker://{berth.address}/skopeo/app:v1", f"dir:{context.folder}/received")
    images.check_same_dir(context.folder / "sent", context.folder / "received")
    by_tag = context.skopeo.inspect(f"docker://{berth.address}/skopeo/app:v1")
    check_equal(by_tag["Digest"], digest, "digest by tag")
    check_equal(context.skopeo.inspect(f"docker://{berth.address}/skopeo/app@{digest}")["Digest"], digest, "by digest")


@scenario("filesystem", "s3", "versity")
def an_oci_image_comes_back_byte_for_byte(context):
    copy_there_and_back(context, images.OCI)


@scenario("filesystem", "s3", "versity")
def a_docker_image_comes_back_byte_for_byte(context):
    copy_there_and_back(context, images.DOCKER)


def copy_index(context, types):
    berth = context.berth(context.new_storage())
    platforms = [images.Image("amd64"), images.Image("arm64", architecture="arm64")]
    digest = images.write_index_dir(context.folder / "sent", platforms, types)
    context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{berth.address}/skopeo/multi:v1", "--all")
    context.skopeo.copy(f"docker://{berth.address}/skopeo/multi:v1", f"dir:{context.folder}/received", "--all")
    images.check_same_dir(context.folder / "sent", context.folder / "received")
    head = request(berth.address, "HEAD", "/v2/skopeo/multi/manifests/v1", headers={"Accept": types["index"]})
    check_equal((head.status, head.headers["Docker-Content-Digest"], head.headers["Content-Type"]),
                (200, digest, types["index"]), "HEAD of the index")


@scenario("filesystem", "s3", "versity")
def an_oci_index_comes_back_with_all_platforms(context):
    copy_index(context, images.OCI)


@scenario("filesystem", "s3", "versity")
def a_docker_manifest_list_comes_back_with_all_platforms(context):
    copy_index(context, images.DOCKER)


@scenario("filesystem", "s3", "versity")
def a_blob_known_in_one_repository_is_mounted_into_another(context):
    storage = context.new_storage()
    berth = context.berth(storage)
    image = images.Image("mounted")
    image.write_dir(context.folder / "sent", images.OCI)
    context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{berth.address}/first/app:v1")
    layer = "sha256:" + images.hex_of(image.blobs[0])
    mounted = request(berth.address, "POST", f"/v2/second/app/blobs/uploads/?mount={layer}&from=first/app",
                      headers={"Content-Length": "0"})
    check_equal((mounted.status, mounted.headers["Docker-Content-Digest"]), (201, layer), "mount of a known blob")
    context.skopeo.copy(f"docker://{berth.address}/first/app:v1", f"docker://{berth.address}/second/app:v1")
    context.skopeo.copy(f"docker://{berth.address}/second/app:v1", f"dir:{context.folder}/received")
    images.check_same_dir(context.folder / "sent", context.folder / "received")


@scenario("filesystem", "s3", "versity")
def tags_are_listed(context):
    berth = context.berth(context.new_storage())
    images.Image("tags", layer_kib=(1,)).write_dir(context.folder / "sent", images.OCI)
    for tag in ("v1", "v10", "latest"):
        context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{berth.address}/tagged/app:{tag}")
    check_equal(sorted(context.skopeo.tags(f"docker://{berth.address}/tagged/app")), ["latest", "v1", "v10"], "tags")
