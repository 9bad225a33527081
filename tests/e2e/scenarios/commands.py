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
COMMANDS = ("serve", "check-config", "config", "garbage-collect", "index-referrers", "warm", "completion", "man")

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
    check_equal(run(berth_binary(), "-v").stdout, run(berth_binary(), "--version").stdout, "-v, as registry:2 has it")
    check("serve" in run(berth_binary(), "--help").stdout, "--help names the serve command")
    for command in COMMANDS:
        check("--help" in run(berth_binary(), command, "--help").stdout, f"{command} --help")


@scenario()
def the_manual_page_names_every_command_and_option(context):
    page = run(berth_binary(), "man").stdout.replace("\\-", "-")
    check(page.startswith(".TH BERTH 1"), "it is a manual page")
    for command in COMMANDS:
        check(f'.SS "berth {command}' in page, f"{command} has a section")
        for option in re.findall(r"--[a-z-]+", run(berth_binary(), command, "--help").stdout):
            check(option in page, f"{option} of {command} is described")


@scenario()
def bash_completes_commands_options_and_files(context):
    (context.folder / "config-of-mine.yml").touch()
    script = context.folder / "completion.bash"
    script.write_text(run(berth_binary(), "completion", "bash").stdout)
    for line, found in {("berth", "ga"): "garbage-collect", ("berth", "config-"): "config-of-mine.yml",
                        ("berth", "warm", "--ti"): "--timeout", ("berth", "completion", "z"): "zsh",
                        ("berth", "garbage-collect", "-m", "config-"): "config-of-mine.yml",
                        ("berth", "man", "config-"): ""}.items():
        words = " ".join(f"'{word}'" for word in line)
        ask = f"source {script}; COMP_WORDS=({words}); COMP_CWORD={len(line) - 1}; _berth; echo \"${{COMPREPLY[*]}}\""
        check_equal(run("bash", "-c", ask, cwd=context.folder).stdout.strip(), found, f"completion of {line}")
    for shell in ("zsh", "fish"):
        script = run(berth_binary(), "completion", shell).stdout
        check(all(command in script for command in COMMANDS), f"{shell} is told of every command")


def checked(file, env=None):
    return run(berth_binary(), "check-config", file, env=env, check=False)


@scenario()
def check_config_calls_the_seeds_file_sound(context):
    sound = checked(SEED_CONFIG)
    check_equal(sound.returncode, 0, f"exit code for the seed's file: {sound.stdout}")
    check("sound" in sound.stdout, f"it says so: {sound.stdout}")


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
        upload.sendall(f"PATCH {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                       "Content-Length: 1000000\r\n\r\n".encode() + b"x" * 5000)
        download.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        download.sendall(f"GET /v2/busy/blobs/{digest} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
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
