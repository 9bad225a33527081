"""What a check of a storage says of what both registries have written, and of each damage."""
import json

from harness.checks import check, check_equal
from harness.http import digest_of, push_blob
from harness.process import run
from harness.scenario import berth_binary, scenario
from harness.storage import configuration

from .garbage_collect import NAME, push_image
from .referrers import artifact, index_of, push


def fsck(context, storage, *options, expected):
    config = context.write_config(configuration(storage), "fsck.yml")
    done = run(berth_binary(), "fsck", *options, config, check=False, stderr=-1, env=storage.environment)
    check_equal(done.returncode, expected, f"exit code with {options}: {done.stdout}{done.stderr}")
    return done.stdout


def change(context, storage, key, content):
    """Writes a file past any registry; None removes it."""
    if context.kind == "filesystem":
        path = storage.path / key
        path.unlink() if content is None else path.write_bytes(content)
    else:
        method = "DELETE" if content is None else "PUT"
        check(storage.bucket.request(method, key, body=content or b"").status in (200, 204), f"{method} of {key}")


def key_with(storage, *parts):
    return next(key for key in storage.keys() if all(part in key for part in parts))


@scenario("filesystem", "s3", "versity")
def finds_nothing_wrong_in_what_registries_have_written(context):
    storage = context.new_storage()
    for registry in (context.berth(storage), context.registry2(storage)):
        manifest = push_image(registry, f"of {registry.port}", "1")
        push(registry, index_of([manifest]), "index")
        push(registry, artifact(manifest, "application/vnd.example.signature"))
        push_blob(registry.address, NAME, b"of a push that was given up")
    for options in ([], ["--deep"]):
        said = fsck(context, storage, *options, expected=0)
        check("nothing is wrong" in said and "0 files of somebody else" in said, said)


@scenario("filesystem", "s3")
def names_each_damage_and_mends_what_can_be(context):
    storage = context.new_storage()
    berth = context.berth(storage)
    manifest = push_image(berth, "damaged", "1")
    layer = json.loads(manifest)["layers"][0]["digest"][7:]
    digest = digest_of(manifest)[7:]

    mendable = {"missing-link": (key_with(storage, "/_layers/", layer), None),
                "damaged-link": (key_with(storage, "/revisions/", digest), b"?"),
                "broken-tag": (key_with(storage, "/revisions/", digest), None)}
    for kind, (key, content) in mendable.items():
        change(context, storage, key, content)
        check(kind in fsck(context, storage, expected=1), f"{kind} is found")
        found = json.loads(fsck(context, storage, "--json", expected=1))["findings"]
        check_equal([one["kind"] for one in found], [kind], "the same as JSON")
        check(f"repaired {kind}" in fsck(context, storage, "--repair", expected=0), f"{kind} is repaired")
        fsck(context, storage, "--deep", expected=0)

    change(context, storage, key_with(storage, "/current/link"), b"")
    check("damaged-tag" in fsck(context, storage, "-q", "--repair", expected=1), "a damaged tag is named")
    push(berth, manifest, "1")
    change(context, storage, key_with(storage, "/blobs/", layer), None)
    check("missing-blob" in fsck(context, storage, "--repair", expected=1), "a missing blob is named")
    check_equal(run(berth_binary(), "fsck", "/nowhere.yml", check=False).returncode, 2, "exit code of a wrong file")
