"""The programs under comparison, each over S3 with the same file."""
from harness.process import Process
from harness.scenario import berth_binary

LISTENING = r"listening on (\S+):(\d+)"
REGION = "eu-central-1"
CONFIG = """version: 0.1
log:
  fields:
    service: registry
storage:
  s3:
    region: %(region)s
    regionendpoint: %(endpoint)s
    secure: %(secure)s
    skipverify: %(secure)s
    v4auth: true
    bucket: %(bucket)s
    encrypt: true
    chunksize: 5242880
    multipartcopychunksize: 33554432
    multipartcopymaxconcurrency: 100
    multipartcopythresholdsize: 33554432
  cache:
    blobdescriptor: inmemory
%(blob_cache)s  redirect:
    disable: true
http:
  addr: 127.0.0.1:0
  headers:
    X-Content-Type-Options: [nosniff]
"""
BLOB_CACHE = """    blob:
      rootdirectory: %s
      maxsize: 64GiB
      prefetch: %s
"""


class Registry:
    """A registry that listens; `base` is its URL."""

    def __init__(self, name, folder, bucket, host, tls=False, cache=None, prefetch=True):
        """`name` is "berth" or "registry:2"; `host` is the host:port at which it finds S3, `cache` a folder for blobs."""
        serial = len(list(folder.glob("*.yml")))
        config = folder / f"{serial}.yml"
        config.write_text(CONFIG % {"region": REGION, "endpoint": f"{'https' if tls else 'http'}://{host}",
                                    "secure": str(tls).lower(), "bucket": bucket.name,
                                    "blob_cache": BLOB_CACHE % (cache, str(prefetch).lower()) if cache else ""})
        program = berth_binary() if name == "berth" else "docker-registry"
        access_key, secret_key, _ = bucket.credentials
        self.name = name
        # A CA bundle in the environment makes registry:2's S3 SDK panic.
        self.process = Process(name, [program, "serve", config], folder / f"{serial}.log",
                               {"REGISTRY_STORAGE_S3_ACCESSKEY": access_key, "AWS_CA_BUNDLE": "",
                                "REGISTRY_STORAGE_S3_SECRETKEY": secret_key})
        try:
            self.base = f"http://127.0.0.1:{self.process.wait_for_line(LISTENING)[2]}"
        except BaseException:
            print(self.process.tail())
            self.process.stop()
            raise

    @property
    def pid(self):
        return self.process.pid

    def blob(self, repository, digest):
        return f"{self.base}/v2/{repository}/blobs/{digest}"

    def stop(self):
        self.process.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
