"""Requests to a registry where the request itself is not what is measured."""
import json
import urllib.request

from harness.http import digest_of, push_blob
from harness.images import OCI


def send(base, method, path, body=None, headers=None):
    """(headers, body) of the answer; anything but success raises."""
    request = urllib.request.Request(base + path, data=body, method=method, headers=headers or {})
    with urllib.request.urlopen(request, timeout=300) as answer:
        return answer.headers, answer.read()


def push_image(base, repository, tag, layers):
    """Pushes an image of these layers; the digests of its manifest and its config."""
    address = base.split("//", 1)[1]
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {
        "type": "layers", "diff_ids": [digest_of(layer) for layer in layers]}}).encode()

    def described(data, kind):
        return {"mediaType": OCI[kind], "size": len(data), "digest": push_blob(address, repository, data)}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": OCI["manifest"], "config": described(config, "config"),
                           "layers": [described(layer, "plain") for layer in layers]}, indent=1).encode()
    send(base, "PUT", f"/v2/{repository}/manifests/{tag}", manifest, {"Content-Type": OCI["manifest"]})
    return digest_of(manifest), digest_of(config)


def read_manifest(base, repository, reference):
    """As docker asks for it by a tag: HEAD, and GET by digest."""
    accept = {"Accept": OCI["manifest"]}
    headers, _ = send(base, "HEAD", f"/v2/{repository}/manifests/{reference}", headers=accept)
    digest = headers["Docker-Content-Digest"]
    return json.loads(send(base, "GET", f"/v2/{repository}/manifests/{digest}", headers=accept)[1])


def pull_image(base, repository, tag):
    """Makes the requests that docker makes for an image it has nothing of."""
    manifest = read_manifest(base, repository, tag)
    for blob in [manifest["config"], *manifest["layers"]]:
        _, data = send(base, "GET", f"/v2/{repository}/blobs/{blob['digest']}")
        if digest_of(data) != blob["digest"]:
            raise RuntimeError(f"{base} gave other bytes than {blob['digest']}")
