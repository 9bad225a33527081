"""What a scenario is, and what it is given: a folder, a storage, and programs that are stopped when it ends."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import uuid

from . import clients, http, relay, s3, storage
from .checks import Failure, check_equal, wait_until
from .process import Process, run

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = ROOT / "build" / "e2e"
REPORTS = ROOT / "build" / "conformance"
RGW_SCRIPT = ROOT / "tests" / "e2e" / "rgw"
RGW_FOLDER = BUILD / "rgw"
LISTENING = r"listening on (\S+):(\d+)"
SCENARIOS = {}


def berth_binary():
    path = pathlib.Path(os.environ.get("BERTH_BIN", ROOT / "build" / "release" / "berth")).absolute()
    if not os.access(path, os.X_OK):
        raise Failure(f"no program at {path}: `make build` makes it")
    return path


def scenario(*storages):
    """Registers a function as SUBJECT.FUNCTION.STORAGE for each storage, or as SUBJECT.FUNCTION for none."""
    def register(function):
        subject = function.__module__.rsplit(".", 1)[-1]
        for kind in storages or (None,):
            SCENARIOS[".".join(filter(None, (subject, function.__name__, kind)))] = (function, kind)
        return function
    return register


class Registry:
    """A registry process that listens."""

    def __init__(self, process):
        self.process = process
        found = process.wait_for_line(LISTENING)
        self.port = int(found[2].rstrip('"'))
        self.address = f"127.0.0.1:{self.port}"


class Context:
    def __init__(self, name, kind):
        self.name, self.kind = name, kind
        self.folder = BUILD / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.stack = contextlib.ExitStack()
        self.processes = []
        # Sockets have short paths, and build folders may not.
        self.runtime_folder = tempfile.mkdtemp(prefix="berth-e2e-")
        self.stack.callback(shutil.rmtree, self.runtime_folder, ignore_errors=True)
        self.stack.callback(clients.unmount_below, self.runtime_folder)
        self.stack.callback(clients.unmount_below, self.folder)
        self.skopeo = clients.Skopeo()

    def close(self):
        self.stack.close()

    def start(self, name, command, env=None, cwd=None):
        log = self.folder / f"{name}-{len(self.processes)}.log"
        process = Process(name, command, log, env, cwd)
        self.processes.append(process)
        self.stack.callback(process.stop)
        return process

    def s3_endpoint(self):
        """(host:port, access key, secret key) of the S3 server; started here when no one has, and then stopped here."""
        if not gateway_runs():
            self.stack.callback(run, RGW_SCRIPT, "down", RGW_FOLDER)
            run(RGW_SCRIPT, "up", RGW_FOLDER)
        values = dict(line.split("=", 1) for line in (RGW_FOLDER / "s3.env").read_text().splitlines())
        return values["S3_ENDPOINT"], values["S3_ACCESS_KEY"], values["S3_SECRET_KEY"]

    def bucket(self, create=True):
        bucket = s3.Bucket(*self.s3_endpoint(), f"berth-{uuid.uuid4().hex[:12]}")
        if create:
            bucket.create()
        return bucket

    def versity_bucket(self):
        """A bucket of another S3 server, whose objects are files; for this scenario alone."""
        folder = self.folder / f"versity-{len(self.processes)}"
        address = f"127.0.0.1:{http.free_port()}"
        folder.mkdir()
        (folder / "sidecar").mkdir()
        (folder / "data").mkdir()
        keys = ("AKIDBERTHVERSITY0000", "berth/versity/secret/of/the/second/local")
        # Not all file systems have extended attributes: what is not content lies beside it.
        server = self.start("versitygw", [
            ROOT / "build" / "go" / "bin" / "versitygw", "--port", address, "--region", s3.REGION, "--access",
            keys[0], "--secret", keys[1], "--quiet", "posix", "--sidecar", folder / "sidecar", folder / "data"])
        wait_until(lambda: http.status_of(address, "/"), "versitygw answers", 20)
        bucket = s3.Bucket(address, *keys, f"berth-{uuid.uuid4().hex[:12]}")
        bucket.create()
        return bucket

    def stop_gateway(self):
        self.stack.callback(run, RGW_SCRIPT, "start-gateway", RGW_FOLDER)
        run(RGW_SCRIPT, "stop-gateway", RGW_FOLDER)

    def kill_gateway(self):
        """In the middle of whatever it does."""
        os.kill(int((RGW_FOLDER / "gateway.pid").read_text()), signal.SIGKILL)
        self.stop_gateway()

    def start_gateway(self):
        run(RGW_SCRIPT, "start-gateway", RGW_FOLDER)

    def new_storage(self):
        """A fresh folder or bucket, as this run of the scenario asks for."""
        if self.kind == "s3":
            bucket = self.bucket()
            return storage.BucketStorage(bucket, bucket.encrypts())
        if self.kind == "versity":
            return storage.BucketStorage(self.versity_bucket(), encrypt=False)
        return storage.Folder(self.folder / f"data-{uuid.uuid4().hex[:6]}")

    def write_config(self, text, name="config.yml"):
        path = self.folder / name
        path.write_text(text)
        return path

    def berth(self, where, config=None, env=None):
        """A berth that listens, over the given storage; `config` replaces the usual file."""
        path = self.write_config(config or storage.configuration(where), f"berth-{len(self.processes)}.yml")
        return Registry(self.start("berth", [berth_binary(), "serve", path], {**where.environment, **(env or {})}))

    def registry2(self, where, config=None):
        """Debian's docker-registry on the same storage: the program berth stands in for."""
        path = self.write_config(config or storage.configuration(where), f"registry2-{len(self.processes)}.yml")
        # A CA bundle in the environment makes its S3 SDK panic.
        quiet = {"AWS_CA_BUNDLE": ""}
        return Registry(self.start("registry2", ["docker-registry", "serve", path], {**where.environment, **quiet}))

    def go_program(self, name, **environment):
        return clients.GoProgram(ROOT / "build" / "go" / "bin" / name, self.folder / name, environment)

    def docker(self, bridge="none"):
        docker = clients.Docker(self.folder / "docker", self.runtime_folder, bridge)
        self.processes.append(docker.process)
        self.stack.callback(docker.process.stop, 40)
        return docker

    def containerd(self):
        containerd = clients.Containerd(self.folder / "containerd", self.runtime_folder)
        self.processes.append(containerd.process)
        self.stack.callback(containerd.process.stop)
        return containerd

    def relay(self, listen_host, target, port=0):
        made = relay.Relay(listen_host, target, port)
        self.stack.callback(made.stop)
        return made

    def bridge(self):
        bridge = clients.Bridge()
        self.stack.callback(bridge.remove)
        return bridge

    def check_no_secret_in_logs(self):
        secret = self.s3_endpoint()[2]
        for process in self.processes:
            check_equal(secret in process.said(), False, f"the secret key in {process.log}")


def gateway_runs():
    try:
        pid = (RGW_FOLDER / "gateway.pid").read_text().strip()
        return pathlib.Path(f"/proc/{pid}/cmdline").read_text().startswith("radosgw\0")
    except OSError:
        return False


def tidy(folder, everything):
    """Removes a scenario's folder, or only what is too large to keep for a look at a failure."""
    if everything:
        subprocess.run(["rm", "-rf", str(folder)], check=False)
    else:
        subprocess.run(["find", str(folder), "-type", "f", "-size", "+16M", "-delete"], check=False)
