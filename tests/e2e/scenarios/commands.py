"""The command line, and how the process starts and stops."""
import re
import signal
import socket

from harness import images
from harness.checks import check, check_equal
from harness.http import push_blob, request, status_of, upload_path
from harness.process import run
from harness.scenario import LISTENING, Registry, berth_binary, scenario
from harness.storage import Folder, configuration

from .seed import SEED_CONFIG

STOP_SECONDS = 10

WRONG_FILES = {  # and the line that says so
    "version: 0.1\nstorage:\n\tinmemory: {}\n": "3: a tab indents this line",
    "version: 0.2\nstorage: inmemory\n": "1: version: only version 0.1 is known",
    "version: 0.1\nstorage: {s3: {region: r, bucket: b}, inmemory: {}}\n": "2: storage: two drivers",
    "version: 0.1\nstorage: {s3: {region: r}}\n": "2: storage.s3.bucket: missing",
    "version: 0.1\nstorage: inmemory\nhttp:\n  draintimeout: 10\n": "4: http.draintimeout: not a duration",
    "version: 0.1\nstorage: {s3: {region: r, bucket: b, chunksize: 1000}}\n": "2: storage.s3.chunksize: 1000 is below",
}


def listens(context, *command, env=None, cwd=None):
    berth = Registry(context.start("berth", [berth_binary(), *command], env, cwd))
    check_equal(status_of(berth.address, "/v2/"), 200, f"GET /v2/ of berth {' '.join(map(str, command))}")
    return berth


@scenario()
def the_file_may_be_given_in_every_way_registry2_knows(context):
    config = context.write_config(configuration(Folder(context.folder / "data")))
    listens(context, "serve", config)
    listens(context, config)
    listens(context, "serve", env={"REGISTRY_CONFIGURATION_PATH": str(config)})


@scenario()
def serve_without_a_file_keeps_its_data_in_a_folder_here(context):
    berth = listens(context, "serve", env={"REGISTRY_HTTP_ADDR": "127.0.0.1:0"}, cwd=context.folder)
    push_blob(berth.address, "here", b"some bytes")
    stored = [key for key in Folder(context.folder / "berth-data").keys() if key.endswith("/data")]
    check_equal(len(stored), 1, "blobs under ./berth-data")
    check("docker push" in berth.process.said(), "a docker push line to try is printed")


@scenario()
def version_and_help_are_printed(context):
    check(re.search(r"\d+\.\d+\.\d+", run(berth_binary(), "--version").stdout), "--version prints a version")
    check("serve" in run(berth_binary(), "--help").stdout, "--help names the serve command")


def checked(file, env=None):
    return run(berth_binary(), "check-config", file, env=env, check=False)


@scenario()
def check_config_tells_a_sound_file_from_a_wrong_one(context):
    sound = checked(SEED_CONFIG)
    check_equal(sound.returncode, 0, f"exit code for the seed's file: {sound.stdout}")
    check("sound" in sound.stdout, f"it says so: {sound.stdout}")
    for text, line in WRONG_FILES.items():
        wrong = context.folder / "wrong.yml"
        wrong.write_text(text)
        said = checked(wrong)
        check_equal(said.returncode, 2, f"exit code for {text!r}")
        check(f"{wrong}:{line}" in said.stdout, f"{line!r} is in {said.stdout}")
    misspelt = context.folder / "misspelt.yml"
    misspelt.write_text("version: 0.1\nstorage: inmemory\nhttp:\n  adr: :5000\n")
    said = checked(misspelt)
    check_equal(said.returncode, 0, "exit code for an unknown key")
    check("misspelt.yml:4: http.adr: unknown key, ignored; did you mean http.addr?" in said.stdout, said.stdout)


@scenario()
def config_prints_what_counts_and_no_secret(context):
    said = run(berth_binary(), "config", SEED_CONFIG, env={"REGISTRY_STORAGE_S3_SECRETKEY": "s3cr3t",
                                                           "REGISTRY_STORAGE_S3_ACCESSKEY": "AKIA1",
                                                           "REGISTRY_STORAGE_S3_BUCKET": "others"})
    check("bucket: others" in said.stdout, "the environment counts")
    check("s3cr3t" not in said.stdout and "AKIA1" not in said.stdout, "secrets are hidden")
    again = context.folder / "again.yml"
    again.write_text(said.stdout)
    check_equal(checked(again).returncode, 0, "exit code of check-config for what it printed")


def ends_with_zero(context, number, berth):
    berth.process.signal(number)
    check_equal(berth.process.wait(STOP_SECONDS), 0, f"exit code after {number.name}")


@scenario()
def a_signal_stops_it_with_exit_code_zero(context):
    for number in (signal.SIGINT, signal.SIGTERM):
        ends_with_zero(context, number, context.berth(Folder(context.folder / "data")))


@scenario()
def a_signal_stops_it_while_bytes_are_on_their_way(context):
    berth = context.berth(Folder(context.folder / "data"))
    digest = push_blob(berth.address, "busy", images.random_bytes(32 << 20, "busy"))
    begun = request(berth.address, "POST", "/v2/busy/blobs/uploads/", headers={"Content-Length": "0"})
    path = upload_path(begun.headers["Location"])

    with socket.create_connection(("127.0.0.1", berth.port)) as upload, \
            socket.create_connection(("127.0.0.1", berth.port)) as download, \
            socket.create_connection(("127.0.0.1", berth.port)):
        upload.sendall(f"PATCH {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
                       "Content-Length: 1000000\r\n\r\n".encode() + b"x" * 5000)
        download.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        download.sendall(f"GET /v2/busy/blobs/{digest} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        check(download.recv(100).startswith(b"HTTP/1.1 200"), "the download has begun")
        ends_with_zero(context, signal.SIGTERM, berth)


@scenario()
def a_port_that_is_taken_is_said_in_one_line(context):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        config = context.write_config(configuration(Folder(context.folder / "data")))
        done = run(berth_binary(), "serve", config, env={"REGISTRY_HTTP_ADDR": address}, check=False, timeout=20)
    check(done.returncode not in (0, -6, -11), f"exit code {done.returncode} is a failure, not a crash")
    check(address in done.stdout and not re.search(LISTENING, done.stdout), f"the address is named: {done.stdout}")
