"""Signatures, SBOMs and other artifacts that refer to an image, and buckets that registry:2 filled with them."""
import json
import re

from harness import images
from harness.checks import check, check_equal
from harness.http import digest_of, push_blob, request, upload_path
from harness.process import run
from harness.scenario import berth_binary, scenario
from harness.storage import Folder, configuration

NAME = "signed/app"
EMPTY = b"{}"
COUNTS = r"(\d+) repositories, (\d+) manifests read, (\d+) links (?:written|to write), (\d+) unreadable"


def described(data, media_type):
    return {"mediaType": media_type, "size": len(data), "digest": digest_of(data)}


def artifact(subject, artifact_type, annotations=None):
    """An image manifest that refers to `subject`, the bytes of another."""
    return json.dumps({"schemaVersion": 2, "mediaType": images.OCI["manifest"], "artifactType": artifact_type,
                       "config": described(EMPTY, "application/vnd.oci.empty.v1+json"), "layers": [],
                       "subject": described(subject, images.OCI["manifest"]),
                       "annotations": annotations or {}}).encode()


def index_of(children, subject=None):
    index = {"schemaVersion": 2, "mediaType": images.OCI["index"],
             "manifests": [described(child, images.OCI["manifest"]) for child in children]}
    if subject:
        index["subject"] = described(subject, images.OCI["manifest"])
    return json.dumps(index).encode()


def push(registry, data, reference=None, name=NAME):
    push_blob(registry.address, name, EMPTY)
    answer = request(registry.address, "PUT", f"/v2/{name}/manifests/{reference or digest_of(data)}", body=data,
                     headers={"Content-Type": json.loads(data)["mediaType"]})
    check_equal(answer.status, 201, f"PUT of a manifest: {answer}")
    return answer


def referrers(registry, subject, query="", name=NAME):
    """The descriptors on all pages."""
    found, path = [], f"/v2/{name}/referrers/{digest_of(subject)}{query}"
    while path:
        answer = request(registry.address, "GET", path)
        check_equal((answer.status, answer.headers["Content-Type"]), (200, images.OCI["index"]), f"GET {path}")
        found += json.loads(answer.body)["manifests"]
        link = answer.headers.get("Link")
        path = upload_path(link[link.index("<") + 1:link.index(">")]) if link else None
    return found


def check_lists(registry, subject, expected, what, **how):
    check_equal(sorted(entry["digest"] for entry in referrers(registry, subject, **how)),
                sorted(digest_of(data) for data in expected), what)


def index_referrers(context, storage, *options):
    """Runs the command; its four counts."""
    config = context.write_config(configuration(storage), "index.yml")
    done = run(berth_binary(), "index-referrers", config, *options, env=storage.environment)
    counts = re.search(COUNTS, done.stdout)
    check(counts, f"a summary: {done.stdout}")
    return [int(count) for count in counts.groups()]


@scenario("filesystem", "s3", "versity")
def what_one_node_is_given_the_others_list(context):
    storage = context.new_storage()
    one, other = context.berth(storage), context.berth(storage)
    image = artifact(b"nothing", "application/vnd.example.app")
    push(one, image, "1")
    sbom = artifact(image, "application/vnd.example.sbom+json", {"org.example.tool": "e2e"})
    signature = artifact(image, "application/vnd.example.signature")
    check_equal(push(one, sbom).headers["OCI-Subject"], digest_of(image), "OCI-Subject")
    push(other, signature)
    wrapped = index_of([sbom, signature], image)
    push(other, wrapped)
    for node in (one, other):
        check_lists(node, image, [sbom, signature, wrapped], "referrers on either node")
        check_equal(referrers(node, image, "?artifactType=application/vnd.example.sbom%2Bjson"),
                    [{**described(sbom, images.OCI["manifest"]), "artifactType": "application/vnd.example.sbom+json",
                      "annotations": {"org.example.tool": "e2e"}}], "the SBOM's descriptor")
        check_lists(node, image, [sbom, signature, wrapped], "referrers on pages of one", query="?n=1")


@scenario("filesystem", "s3", "versity")
def registry2_is_not_disturbed_by_referrers(context):
    storage = context.new_storage()
    berth, registry2 = context.berth(storage), context.registry2(storage)
    image = artifact(b"nothing", "application/vnd.example.app")
    push(berth, image, "1")
    sbom = artifact(image, "application/vnd.example.sbom")
    push(berth, sbom)
    check(any("/_referrers/" in key for key in storage.keys()), "a referrer link lies in the store")
    catalog = request(registry2.address, "GET", "/v2/_catalog")
    check_equal(json.loads(catalog.body)["repositories"], [NAME], "registry:2's catalog")
    got = request(registry2.address, "GET", f"/v2/{NAME}/manifests/{digest_of(sbom)}",
                  headers={"Accept": images.OCI["manifest"]})
    check_equal((got.status, got.body), (200, sbom), "the referrer through registry:2")

    config = context.write_config(configuration(storage))
    collect = ("docker-registry", "garbage-collect", config)
    run(*collect, env={**storage.environment, "AWS_CA_BUNDLE": ""})
    check_lists(berth, image, [sbom], "referrers after registry:2 collected garbage")
    run(*collect, "--delete-untagged", env={**storage.environment, "AWS_CA_BUNDLE": ""})
    check_lists(berth, image, [], "referrers after registry:2 deleted what has no tag")


@scenario("filesystem", "s3", "versity")
def what_was_pushed_to_registry2_is_listed_once_it_is_indexed(context):
    storage = context.new_storage()
    registry2 = context.registry2(storage)
    image = artifact(b"nothing", "application/vnd.example.app")
    push(registry2, image, "1")
    sboms = [artifact(image, "application/vnd.example.sbom", {"number": str(number)}) for number in range(3)]
    for sbom in sboms:
        push(registry2, sbom)
    nested = index_of(sboms, image)
    push(registry2, nested)
    push(registry2, sboms[0], name="other/app")

    # registry:2 runs on, and so does a berth, while the command works.
    berth = context.berth(storage)
    check_lists(berth, image, [], "referrers before the command")
    check_equal(index_referrers(context, storage, "--dry-run"), [2, 6, 6, 0], "counts of a dry run")
    check_lists(berth, image, [], "referrers after the dry run")
    check_equal(index_referrers(context, storage, "--repository", "other/app"), [1, 1, 1, 0], "counts of one")
    check_lists(berth, image, [sboms[0]], "referrers in the one", name="other/app")
    check_lists(berth, image, [], "referrers in the other")
    check_equal(index_referrers(context, storage), [2, 6, 5, 0], "counts of all")
    check_equal(index_referrers(context, storage), [2, 6, 0, 0], "counts of the second time")
    check_lists(berth, image, [*sboms, nested], "referrers after the command")
    check_lists(berth, image, sboms, "referrers by type", query="?artifactType=application/vnd.example.sbom")
    context.skopeo.inspect(f"docker://{registry2.address}/{NAME}:1", "--raw")


@scenario("filesystem", "s3", "versity")
def what_clients_listed_under_registry2s_referrers_tag_is_listed_at_once(context):
    storage = context.new_storage()
    registry2, berth = context.registry2(storage), context.berth(storage)
    image = artifact(b"nothing", "application/vnd.example.app")
    push(registry2, image, "1")
    tagged, pushed = (artifact(image, f"application/vnd.example.{kind}") for kind in ("tagged", "pushed"))
    push(registry2, tagged)
    push(registry2, index_of([tagged]), digest_of(image).replace(":", "-"))
    push(berth, pushed)
    check_lists(berth, image, [tagged, pushed], "referrers of both kinds")


@scenario("filesystem")
def a_manifest_that_cannot_be_read_does_not_stop_the_command(context):
    storage = context.new_storage()
    registry2 = context.registry2(storage)
    image = artifact(b"nothing", "application/vnd.example.app")
    push(registry2, image, "1")
    good, bad = (artifact(image, f"application/vnd.example.{kind}") for kind in ("good", "bad"))
    push(registry2, good)
    push(registry2, bad)
    hex_digits = images.hex_of(bad)
    (storage.path / f"docker/registry/v2/blobs/sha256/{hex_digits[:2]}/{hex_digits}/data").write_bytes(b"damaged")
    config = context.write_config(configuration(storage))
    done = run(berth_binary(), "index-referrers", config)
    check(f"{NAME}@sha256:{hex_digits}" in done.stdout, f"the damaged manifest is named: {done.stdout}")
    check_equal([int(count) for count in re.search(COUNTS, done.stdout).groups()], [1, 2, 2, 1], "counts")


def ends_with(context, code, pattern, *arguments, env=None):
    done = run(berth_binary(), "index-referrers", *arguments, check=False, timeout=60, env=env)
    check_equal(done.returncode, code, f"exit code of index-referrers {arguments}: {done.stdout}")
    check(re.search(pattern, done.stdout), f"{pattern!r} in: {done.stdout}")


@scenario()
def the_command_says_in_one_line_why_it_cannot_work(context):
    config = context.write_config(configuration(Folder(context.folder / "data")))
    ends_with(context, 2, "FILE")
    ends_with(context, 2, "nothing.yml", context.folder / "nothing.yml")
    ends_with(context, 2, "--repository", config, "--repository", "Not/A/Name")
    ends_with(context, 1, r"(?m)^berth: .*a/b", config, "--repository", "a/b")
    nowhere = {"REGISTRY_STORAGE": "s3", "REGISTRY_STORAGE_S3_REGIONENDPOINT": "http://127.0.0.1:1",
               "REGISTRY_STORAGE_S3_BUCKET": "b", "REGISTRY_STORAGE_S3_REGION": "eu-central-1",
               "REGISTRY_STORAGE_S3_ACCESSKEY": "a", "REGISTRY_STORAGE_S3_SECRETKEY": "s"}
    empty = context.write_config("version: 0.1\nstorage:\n  s3:\n    bucket: b\n", "s3.yml")
    ends_with(context, 1, r"(?m)^berth: .*127\.0\.0\.1:1", empty, env=nowhere)
