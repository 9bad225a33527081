"""The test bed: what the figures share, started when the first of them asks for it and stopped at the end."""
import contextlib
import functools
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from harness.process import run
from harness.scenario import RGW_SCRIPT

from .bucket import Bucket, data_key, digest_of, layer_link_key
from .nginx import Nginx
from .registries import REGION, Registry
from .weights import Weights


class Bed:
    def __init__(self, options):
        self.options, self.began = options, time.monotonic()
        self.stack = contextlib.ExitStack()
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="berth-bench-", dir=options.scratch))
        self.stack.callback(shutil.rmtree, self.scratch, ignore_errors=True)
        self.registries_folder = self.scratch / "registries"
        self.registries_folder.mkdir()

    def close(self):
        self.stack.close()

    def say(self, text):
        print(f"[{time.monotonic() - self.began:6.1f} s] {text}", flush=True)

    @property
    def runs(self):
        return self.options.runs

    @functools.cached_property
    def s3(self):
        """host:port and credentials of a real S3 server: Ceph's gateway."""
        self.say("starting the S3 server (Ceph)")
        folder = self.scratch / "ceph"
        self.stack.callback(run, RGW_SCRIPT, "remove", folder)
        run(RGW_SCRIPT, "up", folder)
        values = dict(line.split("=", 1) for line in (folder / "s3.env").read_text().splitlines())
        return values["S3_ENDPOINT"], (values["S3_ACCESS_KEY"], values["S3_SECRET_KEY"], REGION)

    @functools.cached_property
    def bucket(self):
        bucket = Bucket(*self.s3, "bench")
        bucket.create()
        return bucket

    @functools.cached_property
    def warm_bucket(self):
        """The bucket after a large upload: the first one to a new server takes half as long again as those that follow."""
        self.bucket.upload("raw/first", self.spare.path)
        self.free_space("raw/first")
        return self.bucket

    @functools.cached_property
    def nginx(self):
        self.say(f"starting the slow S3: {self.options.latency_ms:g} ms, {self.options.rate_mib:g} MiB/s a connection")
        made = Nginx(self.scratch / "nginx", self.s3[0], self.options.latency_ms, self.options.rate_mib)
        self.stack.callback(made.process.stop)
        return made

    @functools.cached_property
    def layer(self):
        """A blob of --size-mib in the repository "bench": in the bucket, and as a file of the slow S3."""
        return self.new_layer("layer0")

    @functools.cached_property
    def layers(self):
        """The same, and two more."""
        return [self.layer, self.new_layer("layer1"), self.new_layer("layer2")]

    def new_layer(self, name):
        self.say(f"making {name} of {self.options.size_mib} MiB")
        made = Weights(self.scratch / name, self.options.size_mib, name)
        self.bucket.upload(data_key(made.digest), made.path)
        self.bucket.put_link("bench", made.digest)
        self.offer_file(made.digest, made.path)
        return made

    @functools.cached_property
    def spare(self):
        """A file of --size-mib that is in no bucket: for pushes."""
        self.say(f"making a layer of {self.options.size_mib} MiB to push")
        return Weights(self.scratch / "spare", self.options.size_mib, "spare")

    def new_blob(self, mib=4, repository="bench"):
        """A small blob nobody has asked for yet, in the bucket and as a file of the slow S3; its digest."""
        data = os.urandom(mib << 20)
        digest = digest_of(data)
        path = self.scratch / digest[-12:]
        path.write_bytes(data)
        self.bucket.put(data_key(digest), data)
        self.bucket.put_link(repository, digest)
        self.offer_file(digest, path)
        return digest

    def offer_file(self, digest, path):
        """The slow S3 answers the blob's key from this file from now on."""
        place = self.nginx.files / data_key(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(path)

    def registry(self, name, host=None, tls=False, cache=None, prefetch=True):
        """"berth" or "registry:2" over the bucket, reached at `host`; a context that stops it."""
        return Registry(name, self.registries_folder, self.bucket, host or self.bucket.host, tls, cache,
                        prefetch)

    @contextlib.contextmanager
    def both(self, host=None, tls=False):
        """{"berth": ..., "registry:2": ...}, stopped at the end."""
        with self.registry("berth", host, tls) as berth, self.registry("registry:2", host, tls) as other:
            yield {"berth": berth, "registry:2": other}

    def check_pushed(self, repository, layer):
        """Fails unless the bucket has the blob whole, under its final key and linked."""
        headers, _ = self.bucket.request("HEAD", data_key(layer.digest))
        if int(headers["Content-Length"]) != layer.size:
            raise RuntimeError(f"{layer.digest} has {headers['Content-Length']} bytes after a push of {layer.size}")
        _, link = self.bucket.request("GET", layer_link_key(repository, layer.digest))
        if link.decode() != layer.digest:
            raise RuntimeError(f"the link of {layer.digest} says {link!r}")

    def free_space(self, *keys):
        """Removes these keys, where they are, and has Ceph give the disk back at once."""
        self.bucket.remove(keys)
        subprocess.run(["radosgw-admin", "-c", self.scratch / "ceph" / "ceph.conf", "gc", "process", "--include-all"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300, check=False)
