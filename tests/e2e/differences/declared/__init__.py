"""The differences that are meant. Each id is a row of docs/differences.md, which says why."""
from . import auth, blobs, deletion, errors, lists, manifests, protocol, redirects, referrers, uploads

DIFFERENCES = [
    *protocol.HTTP, *protocol.NAMES, *protocol.UNREAD,
    *lists.LISTS,
    *manifests.READ, *manifests.PUSHED, *referrers.REFERRERS,
    *blobs.RANGES, *blobs.BLOBS,
    *uploads.UPLOADS, *uploads.AT_ONCE,
    *deletion.DELETION, *deletion.SETTINGS,
    *redirects.REDIRECTS,
    *auth.AUTH,
    *errors.ERRORS,
]
