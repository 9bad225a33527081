"""The programs people push and pull with, each with daemons and folders of its own."""
import json
import os
import pathlib
import re
import subprocess

from .checks import Failure, check
from .process import Process, run


class Docker:
    """A dockerd beside any other: own folders, own socket, no iptables. Running containers takes a `bridge`."""

    def __init__(self, folder, runtime_folder, bridge="none"):
        folder = pathlib.Path(folder)
        self.socket = f"unix://{runtime_folder}/docker.sock"
        (folder / "client").mkdir(parents=True)
        (folder / "daemon.json").write_text("{}")
        self.environment = {"DOCKER_HOST": self.socket, "DOCKER_CONFIG": str(folder / "client")}
        self.process = Process("dockerd", [
            "dockerd", "--config-file", folder / "daemon.json", "--data-root", folder / "data",
            "--exec-root", f"{runtime_folder}/exec", "--pidfile", f"{runtime_folder}/dockerd.pid", "-H", self.socket,
            "--iptables=false", "--ip-forward=false", "--ip-masq=false", f"--bridge={bridge}"],
            folder / "dockerd.log")
        self.process.wait_for_line("API listen on", 60)

    def __call__(self, *command, check=True, timeout=600):
        return run("docker", *command, env=self.environment, check=check, timeout=timeout).stdout.strip()

    def image_id(self, reference):
        return self("image", "inspect", "--format", "{{.Id}}", reference)


class Containerd:
    """A containerd of its own, driven by ctr. The native snapshotter works on any file system."""

    def __init__(self, folder, runtime_folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True)
        self.socket = f"{runtime_folder}/containerd.sock"
        (folder / "config.toml").write_text(
            f'version = 2\nroot = "{folder}/root"\nstate = "{runtime_folder}/state"\n'
            'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]\n'
            f'[grpc]\n  address = "{self.socket}"\n[ttrpc]\n  address = "{self.socket}.ttrpc"\n')
        self.process = Process("containerd", ["containerd", "--config", folder / "config.toml"],
                               folder / "containerd.log")
        self.process.wait_for_line("containerd successfully booted", 60)

    def __call__(self, *command):
        return run("ctr", "--address", self.socket, *command).stdout.strip()

    def digest_of(self, reference):
        for line in self("images", "ls").splitlines():
            fields = line.split()
            if fields[0] == reference:
                return re.search(r"sha256:[0-9a-f]{64}", line)[0]
        return None


class Skopeo:
    """skopeo against plain-http registries, with the bytes kept as they are."""

    @staticmethod
    def copy(source, target, *options):
        return run("skopeo", "copy", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false",
                   *options, source, target)

    @staticmethod
    def inspect(reference, *options):
        return json.loads(run("skopeo", "inspect", "--tls-verify=false", *options, reference).stdout)

    @staticmethod
    def tags(repository):
        return json.loads(run("skopeo", "list-tags", "--tls-verify=false", repository).stdout)["Tags"]


class GoProgram:
    """A program that `tests/e2e/go-tools` built.

    All it keeps and reads lies in `folder`, where it also runs, and it reaches nothing but loopback.
    """

    NO_NETWORK = {"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}

    def __init__(self, path, folder, environment):
        if not os.access(path, os.X_OK):
            raise Failure(f"no program at {path}: `tests/e2e/go-tools {path.name}` builds it")
        self.path, self.folder = path, pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        home = self.folder / "home"
        self.environment = {"HOME": str(home), "DOCKER_CONFIG": str(home / ".docker"),
                            **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "CACHE", "DATA")},
                            **self.NO_NETWORK, **environment}

    def run(self, *command, check=True):
        return run(self.path, *command, check=check, env=self.environment, cwd=self.folder, stderr=subprocess.PIPE)

    def __call__(self, *command):
        """What it says on stdout."""
        return self.run(*command).stdout.strip()

    def json(self, *command):
        return json.loads(self(*command))

    def is_refused(self, *command):
        """What it says on stderr; fails when the command succeeds."""
        done = self.run(*command, check=False)
        check(done.returncode != 0, f"{self.path.name} {' '.join(map(str, command))} is refused, not {done.stdout}")
        return done.stderr


class Bridge:
    """A network bridge for containers, so that the tests need no iptables and disturb no other docker."""

    NAME, GATEWAY, SUBNET_BITS = "berth-e2e", "172.31.251.1", 24

    def __init__(self):
        self.remove()
        run("ip", "link", "add", self.NAME, "type", "bridge")
        run("ip", "addr", "add", f"{self.GATEWAY}/{self.SUBNET_BITS}", "dev", self.NAME)
        run("ip", "link", "set", self.NAME, "up")

    def remove(self):
        run("ip", "link", "del", self.NAME, check=False)


def unmount_below(folder):
    """Lazily unmounts what a daemon left mounted under `folder`, so that the folder can be removed."""
    mounts = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
    for mount in sorted((m for m in mounts if m.startswith(str(folder) + "/")), reverse=True):
        run("umount", "-l", mount, check=False)
