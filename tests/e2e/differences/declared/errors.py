"""Errors with the same status and the same codes, and other words."""
from ..verdict import ANY, Difference

SAME_BUT_TEXTS = (
    "catalog: n=1001", "put: wrong digest", "put: no body", "put: no JSON", "put: JSON of another kind",
    "put: JSON with more behind it", "sparse: no JSON", "put: layers that are no list",
    "put: manifests and layers", "put: an index with layers", "put: application/json",
    "put: annotations that are no strings", "put: another manifest's Content-Type", "put: an index's Content-Type",
    "put: an unknown Content-Type", "put: a nonsense Content-Type", "put: an unknown mediaType", "put: schema 1*",
    "blob: digest too short", "blob: digest in upper case", "blob: digest of an unknown algorithm",
    "blob: digest of a longer algorithm", "upload: status when it is done", "upload: wrong digest",
    "upload: no digest", "upload: empty digest", "upload: bad digest", "upload: digest of an unknown algorithm",
    "upload: wrong sha512", "upload: cancel twice", "upload: status after cancel", "upload: PATCH after cancel",
    "protocol: a bad chunk", "delete: blob twice", "delete: unknown blob",
    "delete: blob of another repository", "delete: blob of no repository", "delete: bad digest",
    "delete: blob by sha512", "delete: unknown manifest", "delete: manifest of no repository",
    "delete: manifest of another repository", "delete: manifest twice",
)

ERRORS = [
    Difference("error-texts", SAME_BUT_TEXTS, {"messages": ANY, "details": ANY}, {"messages": ANY, "details": ANY}),
]
