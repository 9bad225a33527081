"""The list of requests, a file per subject. Their order is part of them: what one pushes, a later one asks for."""
from . import base, blobs, deletion, lists, manifests, paths, protocol, pushed, uploads

ALL = [
    *base.BASE,
    *lists.EMPTY_LISTS,
    *pushed.PUSHED,
    *pushed.REPOSITORIES,
    *lists.CATALOG,
    *lists.MORE_TAGS,
    *lists.TAGS,
    *lists.NO_TAGS,
    *manifests.READ,
    *manifests.WRITTEN,
    *manifests.REFERRERS,
    *pushed.NAMESPACES,
    *blobs.BLOBS,
    *blobs.EMPTY,
    *uploads.STREAMED,
    *uploads.CHUNKS,
    *uploads.WRONG_CHUNKS,
    *uploads.ENDS,
    *uploads.SHA512,
    *uploads.AT_ONCE,
    *base.METHODS,
    *paths.PATHS,
    *paths.NAMES,
    *protocol.PROTOCOL,
    *protocol.LOCATIONS,
    *deletion.DELETION,
]

# What registry:2 stores, and what both are asked for then, on one storage.
STORED = [*pushed.PUSHED, *pushed.REPOSITORIES, *lists.MORE_TAGS, *manifests.WRITTEN, *uploads.SHA512]
READ = [*lists.CATALOG, *lists.TAGS, *manifests.READ, *blobs.BLOBS, *manifests.ODD]
