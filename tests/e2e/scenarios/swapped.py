"""berth in the place of `registry` and `registry-v2`, started as other projects' tests start those."""
import os
import re
import subprocess

from harness import images
from harness.checks import check, check_equal, wait_until
from harness.http import free_port, push_blob, request, status_of
from harness.process import run
from harness.scenario import Registry, berth_binary, scenario

NAMES = ("registry", "registry-v2")


def swapped(context):
    """A PATH that begins with a folder in which berth has the other program's names."""
    folder = context.folder / "bin"
    folder.mkdir()
    for name in NAMES:
        (folder / name).symlink_to(berth_binary())
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def plain_file(context, address, storage="", rest=""):
    """What moby's and buildkit's tests write; and with the rest what skopeo's do."""
    return context.write_config(f"version: 0.1\nloglevel: debug\nstorage:\n    filesystem:\n"
                                f"        rootdirectory: {context.folder / 'data'}\n{storage}"
                                f"http:\n    addr: {address}\n{rest}", "config.yaml")


def push_and_pull(context, address):
    image = context.folder / "image"
    images.Image("swapped", layer_kib=(20, 3)).write_dir(image, images.DOCKER)
    context.skopeo.copy(f"dir:{image}", f"docker://{address}/busybox:latest")
    context.skopeo.copy(f"docker://{address}/busybox:latest", f"dir:{context.folder / 'pulled'}")
    images.check_same_dir(image, context.folder / "pulled")
    images.remove_dir(context.folder / "pulled")
    images.remove_dir(image)


@scenario()
def as_registry_v2_with_a_file_and_no_verb_at_a_port_of_theirs(context):
    address = f"127.0.0.1:{free_port()}"
    config = plain_file(context, address)
    server = context.start("registry-v2", ["registry-v2", config], swapped(context))
    wait_until(lambda: status_of(address, "/v2/") == 200, "/v2/ answers 200", 5)
    push_and_pull(context, address)

    # They look for a blob's bytes in its file, and put others there.
    digest = push_blob(address, "busybox", b"good bytes")[7:]
    file = context.folder / "data/docker/registry/v2/blobs/sha256" / digest[:2] / digest / "data"
    check_equal(file.read_bytes(), b"good bytes", f"bytes in {file}")
    file.write_bytes(b"bad bytes!")
    check_equal(request(address, "GET", f"/v2/busybox/blobs/sha256:{digest}").body, b"bad bytes!", "what is served")
    server.popen.kill()


@scenario()
def as_registry_serve_that_says_on_stderr_which_port_it_has(context):
    config = plain_file(context, "127.0.0.1:0")
    stderr = context.folder / "stderr"
    with open(stderr, "wb") as said:
        server = subprocess.Popen(["registry", "serve", config], stdout=subprocess.DEVNULL, stderr=said,
                                  env={**os.environ, **swapped(context)})
    try:
        found = wait_until(lambda: re.search(rb"listening on 127\.0\.0\.1:(\d+)", stderr.read_bytes()), "the line", 5)
        push_and_pull(context, f"localhost:{int(found[1])}")
    finally:
        server.terminate()
        check_equal(server.wait(20), 0, "exit code after SIGTERM")


@scenario()
def with_deletes_and_schema_1_in_the_file(context):
    config = plain_file(context, "127.0.0.1:0", "    delete:\n        enabled: true\n",
                        "compatibility:\n    schema1:\n        enabled: true\n")
    environment = swapped(context)
    for name in NAMES:
        registry = Registry(context.start(name, [name, "serve", config], environment))
        push_and_pull(context, registry.address)
        run("skopeo", "delete", "--tls-verify=false", f"docker://{registry.address}/busybox:latest")
        check("schema1" in registry.process.said(), "the log says that schema 1 is ignored")
        registry.process.stop()


@scenario()
def collects_garbage_and_says_its_version_by_the_other_names(context):
    environment = swapped(context)
    config = plain_file(context, "127.0.0.1:0")
    registry = Registry(context.start("registry", ["registry", "serve", config], environment))
    push_and_pull(context, registry.address)
    push_blob(registry.address, "busybox", b"nobody's")
    registry.process.stop()
    done = run("registry", "garbage-collect", config, "--dry-run", "--grace", "0s", "--quarantine", "0s", env=environment)
    check("1 blobs and 0 manifests eligible for deletion" in done.stdout, done.stdout)
    for name in NAMES:
        check(run(name, "--version", env=environment).stdout.startswith("berth "), f"{name} --version")


@scenario()
def with_users_and_passwords_in_the_file(context):
    users = context.folder / "htpasswd"
    users.write_text(run("htpasswd", "-nbB", "-C", "5", "testuser", "testpassword").stdout.strip() + "\n")
    config = plain_file(context, "127.0.0.1:0",
                        rest=f"auth:\n    htpasswd:\n        realm: basic-realm\n        path: {users}\n")
    registry = Registry(context.start("registry-v2", ["registry-v2", config], swapped(context)))
    check_equal(status_of(registry.address, "/v2/"), 401, "/v2/ without a password")
    images.Image("swapped", layer_kib=(20, 3)).write_dir(context.folder / "image", images.DOCKER)
    context.skopeo.copy(f"dir:{context.folder / 'image'}", f"docker://{registry.address}/private/busybox:latest",
                        "--dest-creds", "testuser:testpassword")
    seen = context.skopeo.inspect(f"docker://{registry.address}/private/busybox:latest", "--creds",
                                  "testuser:testpassword")
    check_equal(seen["RepoTags"], ["latest"], "tags")
