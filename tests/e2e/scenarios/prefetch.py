"""storage.cache.blob.prefetch: what a served manifest names comes onto the node's disk before anybody asks for it."""
from harness import images
from harness.checks import check, check_equal
from harness.scenario import scenario
from scenarios.disk_cache import cached_file, push_large
from scenarios.store_away import node, wait_until_kept


@scenario("s3")
def an_image_whose_manifest_was_read_pulls_without_s3(context):
    where, cache = context.new_storage(), context.folder / "cache"
    berth = node(context, where, cache)
    unread = push_large(context, berth, "unread")
    reference = f"{berth.address}/cached/app:1"
    docker = context.docker()
    images.Image("ahead", layer_kib=(40000, 300, 9000)).write_docker_archive(context.folder / "ahead.tar", reference)
    docker("load", "-i", context.folder / "ahead.tar")
    docker("push", reference)
    docker("rmi", "-f", reference)
    wait_until_kept(berth, cache, "app")
    check(not cached_file(cache, unread).exists(), "what nobody asked for is not fetched, nor is what was pushed")

    context.stop_gateway()
    docker("pull", reference)
    context.skopeo.copy(f"docker://{reference}", f"dir:{context.folder}/by-skopeo")
    check_equal(len(list((context.folder / "by-skopeo").iterdir())), 6, "files of the image: blobs, manifest, version")
