"""Several registries, one bucket: the arrangement berth is made for."""
import re

from harness import images
from harness.checks import check_equal
from harness.scenario import scenario

UPLOAD_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def push_here_pull_there(context, here, there, name):
    sent, received = context.folder / f"{name}-sent", context.folder / f"{name}-received"
    digest = images.Image(name, layer_kib=(12000, 300, 1)).write_dir(sent, images.DOCKER)
    context.skopeo.copy(f"dir:{sent}", f"docker://{here.address}/{name}/app:1")
    context.skopeo.copy(f"docker://{there.address}/{name}/app:1", f"dir:{received}")
    images.check_same_dir(sent, received)
    check_equal(context.skopeo.inspect(f"docker://{there.address}/{name}/app:1")["Digest"], digest, "digest there")
    check_equal(context.skopeo.tags(f"docker://{there.address}/{name}/app"), ["1"], "tags there")


@scenario("filesystem", "s3", "versity")
def what_one_node_gets_the_others_serve(context):
    storage = context.new_storage()
    one, other = context.berth(storage), context.berth(storage)
    push_here_pull_there(context, one, other, "from-one")
    push_here_pull_there(context, other, one, "from-other")


@scenario("filesystem", "s3", "versity")
def registry2_and_berth_serve_each_others_images(context):
    storage = context.new_storage()
    berth, registry2 = context.berth(storage), context.registry2(storage)
    push_here_pull_there(context, berth, registry2, "from-berth")
    push_here_pull_there(context, registry2, berth, "from-registry2")

    platforms = [images.Image("amd64"), images.Image("arm64", architecture="arm64")]
    index = images.write_index_dir(context.folder / "multi", platforms, images.OCI)
    for pusher, puller, name in ((berth, registry2, "index-berth"), (registry2, berth, "index-registry2")):
        context.skopeo.copy(f"dir:{context.folder}/multi", f"docker://{pusher.address}/{name}:1", "--all")
        context.skopeo.copy(f"docker://{puller.address}/{name}@{index}", f"dir:{context.folder}/{name}", "--all")
        images.check_same_dir(context.folder / "multi", context.folder / name)


@scenario("filesystem", "s3", "versity")
def docker_pulls_from_either_what_it_pushed_to_the_other(context):
    storage = context.new_storage()
    berth, registry2 = context.berth(storage), context.registry2(storage)
    docker = context.docker()
    for pusher, puller, seed in ((berth, registry2, "docker-berth"), (registry2, berth, "docker-registry2")):
        pushed, pulled = f"{pusher.address}/{seed}:1", f"{puller.address}/{seed}:1"
        image = images.Image(seed)
        image.write_docker_archive(context.folder / f"{seed}.tar", pushed)
        docker("load", "-i", context.folder / f"{seed}.tar")
        docker("push", pushed)
        docker("rmi", pushed)
        docker("pull", pulled)
        check_equal(docker.image_id(pulled), image.docker_id, f"id of {seed} pulled from the other")


@scenario("filesystem", "s3", "versity")
def berth_writes_the_keys_that_registry2_writes(context):
    listings = []
    images.Image("keys", layer_kib=(6000, 1)).write_dir(context.folder / "image", images.OCI)
    for start in (context.berth, context.registry2):
        storage = context.new_storage()
        registry = start(storage)
        context.skopeo.copy(f"dir:{context.folder}/image", f"docker://{registry.address}/same/keys:1")
        context.skopeo.copy(f"docker://{registry.address}/same/keys:1", f"docker://{registry.address}/also/here:2")
        listings.append(sorted({UPLOAD_ID.sub("UPLOAD", key) for key in storage.keys()}))
    check_equal("\n".join(listings[0]), "\n".join(listings[1]), "keys of berth against those of registry:2")
