"""docker push, rmi, pull."""
from harness import images
from harness.checks import check, check_equal
from harness.scenario import scenario


@scenario("filesystem", "s3")
def a_pushed_image_pulls_back_with_the_same_id(context):
    berth = context.berth(context.new_storage())
    docker = context.docker()
    reference = f"{berth.address}/team/app:1"
    image = images.Image("docker", layer_kib=(9000, 300, 1))
    image.write_docker_archive(context.folder / "image.tar", reference)
    docker("load", "-i", context.folder / "image.tar")
    check_equal(docker.image_id(reference), image.docker_id, "id of the loaded image")

    pushed = docker("push", reference)
    check("digest: sha256:" in pushed, f"docker push names a digest: {pushed}")
    digest = "sha256:" + pushed.split("digest: sha256:")[1][:64]

    docker("rmi", reference)
    docker("pull", reference)
    check_equal(docker.image_id(reference), image.docker_id, "id of the pulled image")
    check("up to date" in docker("pull", reference), "a second pull finds the image up to date")

    docker("rmi", reference)
    docker("pull", f"{berth.address}/team/app@{digest}")
    check_equal(docker.image_id(f"{berth.address}/team/app@{digest}"), image.docker_id, "id after a pull by digest")

    docker("tag", f"{berth.address}/team/app@{digest}", f"{berth.address}/other/app:2")
    docker("push", f"{berth.address}/other/app:2")
    docker("rmi", "-f", image.docker_id)
    docker("pull", f"{berth.address}/other/app:2")
    check_equal(docker.image_id(f"{berth.address}/other/app:2"), image.docker_id, "id from the other repository")


@scenario("filesystem")
def an_unknown_tag_is_not_found(context):
    berth = context.berth(context.new_storage())
    docker = context.docker()
    said = docker("pull", f"{berth.address}/no/such:image", check=False)
    check("not found" in said or "manifest unknown" in said, f"docker says that the image is not there: {said}")
