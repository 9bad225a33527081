"""Images made here, byte for byte the same each time: no network, no base image."""
import gzip
import hashlib
import io
import json
import pathlib
import random
import subprocess
import tarfile

from .checks import check_equal

OCI = {"manifest": "application/vnd.oci.image.manifest.v1+json", "index": "application/vnd.oci.image.index.v1+json",
       "config": "application/vnd.oci.image.config.v1+json", "layer": "application/vnd.oci.image.layer.v1.tar+gzip",
       "plain": "application/vnd.oci.image.layer.v1.tar"}
DOCKER = {"manifest": "application/vnd.docker.distribution.manifest.v2+json",
          "index": "application/vnd.docker.distribution.manifest.list.v2+json",
          "config": "application/vnd.docker.container.image.v1+json",
          "layer": "application/vnd.docker.image.rootfs.diff.tar.gzip",
          "plain": "application/vnd.docker.image.rootfs.diff.tar"}
DIR_VERSION = "Directory Transport Version: 1.1\n"


def hex_of(data):
    return hashlib.sha256(data).hexdigest()


def layer_tar(files):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o644
            tar.addfile(info, io.BytesIO(data))
    return raw.getvalue()


def random_bytes(size, seed):
    return random.Random(seed).randbytes(size)


def write_random_file(path, mib, seed):
    """`mib` MiB nobody can compress, at the speed of AES: the keystream of a key made from `seed`."""
    key = hex_of(seed.encode())
    with open(path, "wb") as output:
        source = subprocess.Popen(["openssl", "enc", "-aes-128-ctr", "-nosalt", "-K", key[:32], "-iv", "0" * 32,
                                   "-in", "/dev/zero"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            for _ in range(mib):
                output.write(source.stdout.read(1 << 20))
        finally:
            source.stdout.close()
            source.kill()
            source.wait()


class Image:
    """One platform's image: a few layers and a config."""

    def __init__(self, seed, layer_kib=(300, 5, 1), architecture="amd64"):
        files = [{f"layer{number}/{seed}.bin": random_bytes(kib * 1024, f"{seed}-{number}")}
                 for number, kib in enumerate(layer_kib)]
        self.tars = [layer_tar(content) for content in files]
        self.blobs = [gzip.compress(tar, 1, mtime=0) for tar in self.tars]
        self.architecture = architecture
        self.config = json.dumps(
            {"architecture": architecture, "os": "linux", "created": "1970-01-01T00:00:00Z",
             "config": {"Cmd": ["/none"]},
             "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hex_of(tar) for tar in self.tars]},
             "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "e2e"} for _ in self.tars]}).encode()

    @property
    def docker_id(self):
        return "sha256:" + hex_of(self.config)

    def manifest(self, types):
        def described(data, media_type):
            return {"mediaType": media_type, "size": len(data), "digest": "sha256:" + hex_of(data)}
        return json.dumps({"schemaVersion": 2, "mediaType": types["manifest"],
                           "config": described(self.config, types["config"]),
                           "layers": [described(blob, types["layer"]) for blob in self.blobs]}, indent=1).encode()

    def write_blobs(self, folder):
        for blob in [*self.blobs, self.config]:
            (folder / hex_of(blob)).write_bytes(blob)

    def write_dir(self, folder, types):
        """As skopeo's dir: transport has it. Returns the manifest's digest."""
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True)
        (folder / "version").write_text(DIR_VERSION)
        self.write_blobs(folder)
        manifest = self.manifest(types)
        (folder / "manifest.json").write_bytes(manifest)
        return "sha256:" + hex_of(manifest)

    def write_docker_archive(self, path, reference):
        """As `docker load` and `ctr images import` read it."""
        config_name = hex_of(self.config) + ".json"
        names = [f"{hex_of(tar)}.tar" for tar in self.tars]
        manifest = json.dumps([{"Config": config_name, "RepoTags": [reference], "Layers": names}]).encode()
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
            for name, data in [(config_name, self.config), *zip(names, self.tars), ("manifest.json", manifest)]:
                info = tarfile.TarInfo(name)
                info.size, info.mode = len(data), 0o644
                archive.addfile(info, io.BytesIO(data))


def write_index_dir(folder, images, types):
    """A multi-platform image as skopeo's dir: transport has it with --all."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    (folder / "version").write_text(DIR_VERSION)
    entries = []
    for image in images:
        image.write_blobs(folder)
        manifest = image.manifest(types)
        (folder / f"{hex_of(manifest)}.manifest.json").write_bytes(manifest)
        entries.append({"mediaType": types["manifest"], "size": len(manifest), "digest": "sha256:" + hex_of(manifest),
                        "platform": {"architecture": image.architecture, "os": "linux"}})
    index = json.dumps({"schemaVersion": 2, "mediaType": types["index"], "manifests": entries}, indent=1).encode()
    (folder / "manifest.json").write_bytes(index)
    return "sha256:" + hex_of(index)


def write_large_dir(folder, mib, seed):
    """An image of one plain layer of random bytes in skopeo's dir: form. Returns the layer's file."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    (folder / "version").write_text(DIR_VERSION)
    write_random_file(folder / "layer", mib, seed)
    with open(folder / "layer", "rb") as file:
        layer = hashlib.file_digest(file, "sha256").hexdigest()
    (folder / "layer").rename(folder / layer)
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {},
                         "rootfs": {"type": "layers", "diff_ids": ["sha256:" + layer]}}).encode()
    (folder / hex_of(config)).write_bytes(config)
    manifest = json.dumps({"schemaVersion": 2, "mediaType": OCI["manifest"],
                           "config": {"mediaType": OCI["config"], "size": len(config),
                                      "digest": "sha256:" + hex_of(config)},
                           "layers": [{"mediaType": OCI["plain"], "size": mib << 20,
                                       "digest": "sha256:" + layer}]}).encode()
    (folder / "manifest.json").write_bytes(manifest)
    return folder / layer


def check_same_dir(one, other):
    """Byte for byte the same files."""
    one, other = pathlib.Path(one), pathlib.Path(other)
    check_equal(sorted(p.name for p in other.iterdir()), sorted(p.name for p in one.iterdir()), f"files of {other}")
    for file in one.iterdir():
        if subprocess.run(["cmp", "-s", file, other / file.name], check=False).returncode:
            check_equal(f"{file.name} differs", f"{file.name} is the same", f"bytes of {other}")


def remove_dir(folder):
    subprocess.run(["rm", "-rf", str(folder)], check=True)
