"""The images that the later requests ask for."""
from harness.http import digest_of
from harness.images import DOCKER, OCI

from .. import content as c
from ..steps import get, head, push, put
from .manifests import ALL_TYPES

PUSHED = [
    *push("push: config", "app", c.CONFIG),
    *push("push: layer", "app", c.LAYER),
    *push("push: other layer", "app", c.OTHER_LAYER),
    *push("push: blob", "app", c.BLOB),
    *push("push: loose blob", "app", c.LOOSE),
    *push("push: empty blob", "app", c.EMPTY),
    put("push: OCI image", "/v2/app/manifests/oci", c.OCI_IMAGE, OCI["manifest"]),
    put("push: Docker image", "/v2/app/manifests/docker", c.DOCKER_IMAGE, DOCKER["manifest"]),
    put("push: image without mediaType", "/v2/app/manifests/untyped", c.UNTYPED_IMAGE, OCI["manifest"]),
    put("push: OCI index", "/v2/app/manifests/oci-index", c.OCI_INDEX, OCI["index"]),
    put("push: Docker list", "/v2/app/manifests/docker-list", c.DOCKER_LIST, DOCKER["index"]),
    put("push: index without mediaType", "/v2/app/manifests/untyped-index", c.UNTYPED_INDEX, OCI["index"]),
    put("push: by digest", f"/v2/app/manifests/{digest_of(c.OCI_IMAGE)}", c.OCI_IMAGE, OCI["manifest"]),
    put("push: the same again", "/v2/app/manifests/oci", c.OCI_IMAGE, OCI["manifest"]),
]


def repository(name):
    """A repository that holds one image of its own."""
    return [*push(f"push: {name}, config", name, c.CONFIG), *push(f"push: {name}, layer", name, c.LAYER),
            put(f"push: {name}", f"/v2/{name}/manifests/1", c.OCI_IMAGE, OCI["manifest"])]


# Held for clients that take the registry for a proxy of docker.io, and say so with ?ns=.
NAMESPACES = [
    *repository("docker.io/mirror"),
    head("namespace: one that is held", "/v2/mirror/manifests/1?ns=docker.io", ALL_TYPES),
    get("namespace: its tags", "/v2/mirror/tags/list?ns=docker.io"),
    head("namespace: one that is not held", "/v2/a/manifests/1?ns=quay.io", ALL_TYPES),
]

REPOSITORIES = [step for name in ("a", "a/b", "a-b", "zebra") for step in repository(name)]
