"""Deleting, and registries that are set up to refuse."""
from harness.http import digest_of
from harness.images import OCI

from .. import content as c
from ..verdict import ANY, Difference
from .answers import NO_METHOD, created, refused, served

NOT_ENABLED = refused(405, "UNSUPPORTED")
WARNING = {"Warning": '299 - "this registry is read-only"'}

DELETION = [
    Difference("delete-tags", ("delete: tag",), {"status": 202}, refused(400, "DIGEST_INVALID")),
    Difference("delete-tags", ("delete: tag, asked for",), refused(404, "MANIFEST_UNKNOWN"),
               served(c.OCI_IMAGE, OCI["manifest"])),
    Difference("delete-tags", ("delete: tag, the tags left",), {"status": 200, "body": {"name": "a-b", "tags": []}},
               {"status": 200, "body": {"name": "a-b", "tags": ["1"]}}),
    Difference("delete-tags", ("delete: unknown tag", "delete: tag of no repository"),
               refused(404, "MANIFEST_UNKNOWN"), refused(400, "DIGEST_INVALID")),
]

SETTINGS = [
    Difference("validation-disabled", ("validation off: blobs are missing",),
               created("app/manifests", digest_of(c.OCI_IMAGE)),
               refused(400, "MANIFEST_BLOB_UNKNOWN", "MANIFEST_BLOB_UNKNOWN")),
    Difference("validation-disabled", ("validation off: a child is missing",),
               {"status": 201, "Location": ANY, "Docker-Content-Digest": ANY}, refused(400, "MANIFEST_BLOB_UNKNOWN")),
    Difference("delete-disabled", ("disabled: manifest", "disabled: tag", "disabled: unknown manifest"),
               {**NOT_ENABLED, "Allow": "GET, HEAD, PUT"}, NOT_ENABLED),
    Difference("delete-disabled", ("disabled: blob", "disabled: unknown blob"),
               {**NOT_ENABLED, "Allow": "GET, HEAD"}, NOT_ENABLED),
    Difference("read-only", ("read-only: base",), WARNING, {}),
    Difference("read-only", ("read-only: upload", "read-only: mount"),
               {**NOT_ENABLED, **WARNING, "Allow": ""}, {**NO_METHOD, "Allow": "GET, HEAD"}),
    Difference("read-only", ("read-only: manifest, PUT", "read-only: manifest, DELETE", "read-only: blob, DELETE"),
               {**NOT_ENABLED, **WARNING}, NO_METHOD),
    Difference("read-only", ("read-only: PATCH", "read-only: upload, DELETE"),
               {**NOT_ENABLED, **WARNING, "Allow": "GET, HEAD"}, refused(404, "BLOB_UPLOAD_INVALID")),
]
