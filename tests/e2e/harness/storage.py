"""Where a registry keeps its bytes in a scenario: a folder, or a bucket on the S3 server."""
import os

DELETE_ENABLED = "  delete:\n    enabled: true\n"


class Folder:
    def __init__(self, path):
        self.path = path
        self.environment = {}

    def yaml(self):
        return f"storage:\n  filesystem:\n    rootdirectory: {self.path}\n"

    def keys(self):
        return list(self.sizes())

    def sizes(self):
        """Of each file, by its path below the folder."""
        files = sorted(os.path.join(folder, name) for folder, _, names in os.walk(self.path) for name in names)
        return {os.path.relpath(file, self.path): os.path.getsize(file) for file in files}


class BucketStorage:
    """The keys are given in the environment, as the documented set-up does."""

    def __init__(self, bucket, encrypt=True):
        self.bucket, self.encrypt = bucket, encrypt
        self.environment = {"REGISTRY_STORAGE_S3_ACCESSKEY": bucket.access_key,
                            "REGISTRY_STORAGE_S3_SECRETKEY": bucket.secret_key}

    def yaml(self):
        return ("storage:\n  s3:\n    region: eu-central-1\n"
                f"    regionendpoint: {self.bucket.endpoint}\n    secure: false\n"
                f"    bucket: {self.bucket.name}\n    encrypt: {str(self.encrypt).lower()}\n    chunksize: 5242880\n")

    def keys(self):
        return list(self.sizes())

    def sizes(self):
        return self.bucket.sizes()


def configuration(storage, extra="", extra_storage="", extra_http=""):
    """A registry:2 file on a port of the kernel's choice; `extra` holds further sections."""
    return ("version: 0.1\nlog:\n  fields:\n    service: registry\n" + storage.yaml() +
            extra_storage + "  cache:\n    blobdescriptor: inmemory\n"
            "http:\n  addr: 127.0.0.1:0\n  headers:\n    X-Content-Type-Options: [nosniff]\n" + extra_http + extra)
