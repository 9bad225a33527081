"""The container image, run as the set-up it replaces runs registry:2."""
import contextlib
import json
import tarfile

from harness import images
from harness.checks import check, check_equal
from harness.http import free_port, wait_for_status
from harness.process import run
from harness.scenario import ROOT, berth_binary, scenario

from .seed import SEED_CONFIG, seed_environment

BUILD_IMAGE = ROOT / "packaging" / "image" / "build-image"
SIZE_LIMIT = 15_000_000


def build(context):
    archive = context.folder / "berth.tar"
    run(BUILD_IMAGE, "--binary", berth_binary(), "--output", archive, "--version", "0.0.0")
    return archive


def push_and_pull(context, docker, address, name):
    reference = f"{address}/{name}:1"
    image = images.Image(name, layer_kib=(9000, 1))
    image.write_docker_archive(context.folder / f"{name}.tar", reference)
    docker("load", "-i", context.folder / f"{name}.tar")
    docker("push", reference)
    docker("rmi", reference)
    docker("pull", reference)
    check_equal(docker.image_id(reference), image.docker_id, f"id of {name} through the container")


@contextlib.contextmanager
def container(docker, port, *options):
    """A running container named registry; its address. Its log is printed when the scenario fails."""
    docker("run", "-d", "-p", f"127.0.0.1:{port}:5000", "--name", "registry", *options, "berth")
    try:
        address = f"127.0.0.1:{port}"
        wait_for_status(address, "/v2/", 200, 30, "of the container")
        yield address
    except Exception:
        print("--- log of the container\n" + docker("logs", "--tail", "20", "registry", check=False))
        raise
    finally:
        docker("rm", "-f", "-v", "registry", check=False)


@scenario()
def it_is_small_reproducible_and_reads_as_registry2s(context):
    archive = build(context)
    first = archive.read_bytes()
    check(build(context).read_bytes() == first, "the same inputs give the same bytes")
    check(len(first) < SIZE_LIMIT, f"{len(first)} bytes are below {SIZE_LIMIT}")
    with tarfile.open(archive) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))[0]
        config = json.load(tar.extractfile(manifest["Config"]))["config"]
    check_equal((config["Cmd"], list(config["ExposedPorts"]), list(config["Volumes"])),
                (["/etc/docker/registry/config.yml"], ["5000/tcp"], ["/var/lib/registry"]), "the image's config")
    run("skopeo", "copy", f"docker-archive:{archive}:berth:latest", f"dir:{context.folder}/copied")


@scenario()
def the_seeds_docker_run_line_works_with_the_image_name_changed(context):
    bucket, bridge = context.bucket(), context.bridge()
    docker = context.docker(bridge.NAME)
    docker("load", "-i", build(context))
    # The S3 server listens on loopback, where no container can reach it.
    s3 = context.relay(bridge.GATEWAY, bucket.endpoint)
    keys = [part for name, value in seed_environment(bucket, s3.address).items() for part in ("-e", f"{name}={value}")]
    with container(docker, free_port(5500), "--restart=always", "-v", f"{SEED_CONFIG}:/etc/docker/registry/config.yml",
                   *keys) as address:
        push_and_pull(context, docker, address, "seed")
        logs = docker("logs", "registry")
        check("listening on" in logs and bucket.secret_key not in logs, f"log of the container: {logs[-2000:]}")
        docker("stop", "-t", "15", "registry")
        exit_code = docker("inspect", "--format", "{{.State.ExitCode}}", "registry")
        check_equal(exit_code, "0", "exit code after docker stop")


@scenario()
def it_keeps_its_files_in_the_volume_by_default(context):
    bridge = context.bridge()
    docker = context.docker(bridge.NAME)
    docker("load", "-i", build(context))
    with container(docker, free_port(), "-v", f"{context.folder}/volume:/var/lib/registry") as address:
        push_and_pull(context, docker, address, "files")
        check((context.folder / "volume/docker/registry/v2/blobs/sha256").is_dir(), "blobs are in the volume")
        other_name = docker("run", "--rm", "--entrypoint", "/bin/registry", "berth", "--version")
        check_equal(other_name, docker("run", "--rm", "berth", "--version"), "/bin/registry is the same program")
