"""What is deleted when nothing refers to it, beside what registry:2 deletes of the same."""
import json

from harness import images
from harness.checks import check, check_equal, wait_until
from harness.http import digest_of, push_blob, request
from harness.process import run
from harness.scenario import berth_binary, scenario
from harness.storage import DELETE_ENABLED, configuration

from .referrers import artifact, check_lists, index_of, push

NAME = "signed/app"


def push_image(registry, seed, reference=None, name=NAME):
    image = images.Image(seed, layer_kib=(3, 1))
    for blob in [*image.blobs, image.config]:
        push_blob(registry.address, name, blob)
    manifest = image.manifest(images.OCI)
    push(registry, manifest, reference, name)
    return manifest


def delete(registry, manifest, name=NAME):
    answer = request(registry.address, "DELETE", f"/v2/{name}/manifests/{digest_of(manifest)}")
    check_equal(answer.status, 202, f"DELETE of a manifest: {answer}")


def fill(context, storage):
    """What registry:2 and berth agree on: images without an index and without referrers."""
    registry = context.registry2(storage, configuration(storage, extra_storage=DELETE_ENABLED))
    push_image(registry, "tagged", "1")
    push_image(registry, "untagged")
    push_image(registry, "moved before", "moving")
    push_image(registry, "moved", "moving")
    push_image(registry, "shared", name="other/app")
    push_image(registry, "tagged", "1", name="other/app")  # registry:2's -m stops at a repository that never had a tag
    push_image(registry, "shared", "1", name="third")
    delete(registry, push_image(registry, "deleted", "gone"))
    push_blob(registry.address, NAME, b"of a push that was given up")
    registry.process.stop()


AT_ONCE = ("--grace", "0s", "--quarantine", "0s", "--trash-retention", "0s")


def shared_keys(storage):
    """Without what is berth's own."""
    return [key for key in storage.keys() if "/_berth/" not in key and ".berth-" not in key]


def collect(context, storage, program, *options, check=True, at_once=True):
    if program == berth_binary() and at_once:
        options = (*AT_ONCE, *options)
    config = context.write_config(configuration(storage), "collect.yml")
    return run(program, "garbage-collect", *options, config, check=check, stderr=-1,
               env={**storage.environment, "AWS_CA_BUNDLE": ""})


def lines_of(done):
    """In whatever order, and without the blanks at the ends of some of registry:2's."""
    return sorted(line.rstrip() for line in done.stdout.splitlines())


@scenario("filesystem", "s3", "versity")
def deletes_what_registry2_deletes_and_says_the_same(context):
    ours, theirs = context.new_storage(), context.new_storage()
    for storage in (ours, theirs):
        fill(context, storage)
    check_equal(ours.keys(), theirs.keys(), "both begin with the same")
    for options in (["--dry-run"], [], ["-d", "-m"], ["--delete-untagged"], ["-m"]):
        before = len(shared_keys(ours))
        said = lines_of(collect(context, theirs, "docker-registry", *options))
        own = lines_of(collect(context, ours, berth_binary(), *options))
        check_equal([line for line in own if "deleted, " not in line], said, f"lines with {options}")
        check_equal(shared_keys(ours), theirs.keys(), f"what is left after {options}")
        if "-d" in options or "--dry-run" in options:
            check_equal(len(shared_keys(ours)), before, f"what is left after {options}")
    berth = context.berth(ours)
    for name, tag in ((NAME, "1"), (NAME, "moving"), ("third", "1")):
        context.skopeo.copy(f"docker://{berth.address}/{name}:{tag}", f"dir:{context.folder / tag}-{name.count('/')}")


@scenario("filesystem", "s3", "versity")
def keeps_children_of_a_tagged_index_and_referrers_of_what_stays(context):
    storage = context.new_storage()
    berth = context.berth(storage)
    children = [push_image(berth, f"child {number}") for number in range(2)]
    inner = index_of(children)
    push(berth, inner)
    outer = json.dumps({"schemaVersion": 2, "mediaType": images.OCI["index"], "manifests": [
        {"mediaType": images.OCI["index"], "size": len(inner), "digest": digest_of(inner)}]}).encode()
    push(berth, outer, "1")
    signature = artifact(children[0], "application/vnd.example.signature")
    push(berth, signature)
    stray = artifact(push_image(berth, "untagged"), "application/vnd.example.signature")
    push(berth, stray)

    said = collect(context, storage, berth_binary(), "-m").stdout
    check("3 manifests and" not in said and "2 manifests and" in said, f"two manifests go: {said.splitlines()[-1]}")
    check_equal(request(berth.address, "GET", f"/v2/{NAME}/manifests/1").body, outer, "the tagged index")
    # skopeo reads no index of indexes.
    source = f"docker://{berth.address}/{NAME}@{digest_of(inner)}"
    context.skopeo.copy(source, f"dir:{context.folder / 'pulled'}", "--all")
    check_lists(berth, children[0], [signature], "referrers of what stays")
    check(not any(digest_of(stray)[7:] in key for key in storage.keys()), "nothing is left of the other referrer")
    left = shared_keys(storage)
    collect(context, storage, "docker-registry")
    check_equal(shared_keys(storage), left, "registry:2 finds nothing more to delete")


@scenario("filesystem", "s3")
def row_46_deletes_nothing_when_it_is_in_doubt(context):
    storage = context.new_storage()
    berth = context.berth(storage)
    push_image(berth, "tagged", "1")
    push_blob(berth.address, NAME, b"of a push that was given up")
    tag = next(key for key in storage.keys() if key.endswith("/current/link"))
    if context.kind == "s3":
        check_equal(storage.bucket.request("PUT", tag, body=b"sha256:").status, 200, f"PUT of {tag}")
    else:
        (storage.path / tag).write_text("sha256:")
    before = shared_keys(storage)
    done = collect(context, storage, berth_binary(), check=False)
    check_equal(done.returncode, 1, "exit code")
    check(tag in done.stderr, f"{tag} is named: {done.stderr}")
    check_equal(shared_keys(storage), before, "nothing is deleted")
    check_equal([key for key in storage.keys() if "/gc-" in key or "/running/" in key], [], "marks left behind")


@scenario("filesystem")
def quiet_prints_nothing_and_a_wrong_file_is_misuse(context):
    storage = context.new_storage()
    push_image(context.berth(storage), "untagged")
    done = collect(context, storage, berth_binary(), "-q", "-m")
    check_equal((done.stdout, done.stderr), ("", ""), "what is printed")
    check(not any(key.endswith("/data") for key in storage.keys()), "all is gone")
    check_equal(run(berth_binary(), "garbage-collect", "/nowhere.yml", check=False).returncode, 2, "exit code")


@scenario("filesystem", "s3")
def row_34_what_is_young_stays_and_what_was_deleted_comes_back(context):
    storage = context.new_storage()
    berth = context.berth(storage)
    push_image(berth, "tagged", "1")
    lost = b"of a push that was given up"
    push_blob(berth.address, NAME, lost)
    blob = f"/v2/{NAME}/blobs/{digest_of(lost)}"

    def collect_with(*options):
        said = collect(context, storage, berth_binary(), *options, at_once=False).stdout.splitlines()[-1]
        check_equal([key for key in storage.keys() if "/gc-" in key or "/running/" in key], [], "marks left behind")
        return said

    # push_image leaves a blob that its manifest does not name.
    check("2 blobs more" in collect_with(), "young blobs wait")
    check("2 blobs more" in collect_with("--grace", "0s"), "and those that were found for the first time")
    check_equal(request(berth.address, "HEAD", blob).status, 200, "it is there")
    said = collect_with("--grace", "0s", "--quarantine", "0s")
    check("0 manifests and 2 blobs deleted" in said and "the trash has 2 blobs" in said, said)
    check(not any(digest_of(lost)[7:] in key and "/blobs/" in key for key in storage.keys()), "it is gone")
    check_equal(request(berth.address, "GET", blob).body, lost, "it came back")
    collect_with("--grace", "0s", "--quarantine", "0s", "--trash-retention", "0s")
    check_equal(request(berth.address, "GET", blob).status, 404, "and now it does not")
    context.skopeo.copy(f"docker://{berth.address}/{NAME}:1", f"dir:{context.folder / 'pulled'}")


@scenario("filesystem", "s3", "versity")
def nodes_collect_by_their_schedule(context):
    storage = context.new_storage()
    schedule = ("  maintenance:\n    garbagecollection:\n      enabled: true\n      interval: 2s\n"
                "      deleteuntagged: true\n      grace: 5s\n      quarantine: 0s\n      trashretention: 0s\n")
    config = configuration(storage, extra_storage=schedule)
    nodes = [context.berth(storage, config) for _ in range(2)]
    kept = push_image(nodes[0], "tagged", "1")
    push_image(nodes[0], "untagged")
    garbage = push_blob(nodes[1].address, NAME, b"of a push that was given up")
    wait_until(lambda: not any(garbage[7:] in key and key.endswith("/data") for key in storage.keys()), "it is collected", 60, every=0.5)
    wait_until(lambda: any("garbage is collected" in node.process.said() for node in nodes), "a node says so", 20)
    for layer in json.loads(kept)["layers"]:
        check_equal(request(nodes[1].address, "HEAD", f"/v2/{NAME}/blobs/{layer['digest']}").status, 200, "what stays")
    for node in nodes:
        check_equal(node.process.stop(), 0, "exit code")
    check_equal([key for key in storage.keys() if "/collections/running/" in key or "/gc-" in key], [], "marks")
