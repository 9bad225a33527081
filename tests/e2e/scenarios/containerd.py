"""ctr push and pull, as a Kubernetes node's containerd does it."""
from harness import images
from harness.checks import check, check_equal
from harness.scenario import scenario


@scenario("filesystem", "s3")
def ctr_pushes_and_pulls_the_same_digest(context):
    berth = context.berth(context.new_storage())
    ctr = context.containerd()
    reference = f"{berth.address}/containerd/app:1"
    images.Image("containerd").write_docker_archive(context.folder / "image.tar", reference)
    ctr("images", "import", "--snapshotter", "native", context.folder / "image.tar")
    digest = ctr.digest_of(reference)
    check(digest, "the image is imported")

    ctr("images", "push", "--plain-http", reference)
    ctr("images", "rm", "--sync", reference)
    check_equal(ctr("content", "ls", "-q"), "", "content after the image is removed")

    ctr("images", "pull", "--plain-http", "--snapshotter", "native", reference)
    check_equal(ctr.digest_of(reference), digest, "digest of the pulled image")
