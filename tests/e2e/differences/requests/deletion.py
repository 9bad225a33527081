"""Deleting, and what is left."""
from harness.http import digest_of
from harness.images import OCI

from .. import content as c
from ..steps import delete, get, head, put
from .manifests import ALL_TYPES, of

OCI_DIGEST = digest_of(c.OCI_IMAGE)
BLOB = f"/v2/app/blobs/{digest_of(c.BLOB)}"

DELETION = [
    delete("delete: blob", BLOB),
    get("delete: blob, asked for", BLOB),
    head("delete: blob, asked for, HEAD", BLOB),
    delete("delete: blob twice", BLOB),
    delete("delete: unknown blob", f"/v2/app/blobs/{c.ABSENT}"),
    delete("delete: blob of another repository", f"/v2/zebra/blobs/{digest_of(c.LOOSE)}"),
    delete("delete: blob of no repository", f"/v2/nobody/blobs/{digest_of(c.LOOSE)}"),
    delete("delete: bad digest", "/v2/app/blobs/sha256:1"),
    delete("delete: blob by sha512", f"/v2/app/blobs/sha512:{'1' * 128}"),
    delete("delete: tag", "/v2/a-b/manifests/1"),
    get("delete: tag, asked for", "/v2/a-b/manifests/1", ALL_TYPES),
    get("delete: tag, its manifest", f"/v2/a-b/manifests/{OCI_DIGEST}", ALL_TYPES),
    get("delete: tag, the tags left", "/v2/a-b/tags/list"),
    delete("delete: unknown tag", of("nothing")),
    delete("delete: tag of no repository", "/v2/nobody/manifests/1"),
    delete("delete: bad tag", of("-bad")),
    delete("delete: unknown manifest", of(c.ABSENT)),
    delete("delete: manifest of no repository", f"/v2/nobody/manifests/{OCI_DIGEST}"),
    delete("delete: bad manifest digest", of("sha256:1")),
    delete("delete: manifest of another repository", f"/v2/only/blobs/manifests/{OCI_DIGEST}"),
    delete("delete: manifest", of(OCI_DIGEST)),
    get("delete: manifest, asked for", of(OCI_DIGEST), ALL_TYPES),
    get("delete: manifest, its tag", of("oci"), ALL_TYPES),
    get("delete: manifest, the tags left", "/v2/app/tags/list"),
    get("delete: manifest, an index of it", of("oci-index"), ALL_TYPES),
    get("delete: manifest, its layer", f"/v2/app/blobs/{digest_of(c.LAYER)}"),
    delete("delete: manifest twice", of(OCI_DIGEST)),
    put("delete: manifest, pushed again", of("oci"), c.OCI_IMAGE, OCI["manifest"]),
    get("delete: manifest, pushed again, asked for", of("oci"), ALL_TYPES),
    delete("delete: the only manifest", f"/v2/zebra/manifests/{OCI_DIGEST}"),
    get("delete: the only manifest, its tags", "/v2/zebra/tags/list"),
    get("delete: the catalog after it", "/v2/_catalog"),
]

# For registries with other settings.
REFUSED_DELETION = [
    put("disabled: a manifest", "/v2/app/manifests/1", c.index(OCI), OCI["index"]),
    delete("disabled: manifest", f"/v2/app/manifests/{digest_of(c.index(OCI))}"),
    delete("disabled: tag", "/v2/app/manifests/1"),
    delete("disabled: unknown manifest", f"/v2/app/manifests/{c.ABSENT}"),
    delete("disabled: blob", f"/v2/app/blobs/{digest_of(c.index(OCI))}"),
    delete("disabled: unknown blob", f"/v2/app/blobs/{c.ABSENT}"),
    get("disabled: still there", "/v2/app/manifests/1", ALL_TYPES),
]
