"""The referrers API, and what a manifest with a subject is answered."""
import json

from harness.http import digest_of
from harness.images import OCI

from .. import content as c
from ..verdict import ANY, Difference
from .answers import NO_PAGE, refused


def referrers(*manifests):
    def lists_them(body):
        return [entry["digest"] for entry in json.loads(body)["manifests"]] == [digest_of(data) for data in manifests]
    return {"status": 200, "Content-Type": OCI["index"], "body": lists_them}


REFERRERS = [
    Difference("referrers", ("put: with a subject",), {"status": 201, "Oci-Subject": digest_of(c.OCI_IMAGE)},
               {"status": 201}),
    Difference("referrers", ("put: with a subject that is missing",), {"status": 201, "Oci-Subject": c.ABSENT},
               {"status": 201}),
    Difference("referrers", ("referrers: of an image",), referrers(c.SIGNATURE), NO_PAGE),
    Difference("referrers", ("referrers: HEAD",), {**referrers(c.SIGNATURE), "Content-Length": ANY}, NO_PAGE),
    Difference("referrers", ("referrers: of one type",), {**referrers(), "Oci-Filters-Applied": "artifactType"},
               NO_PAGE),
    Difference("referrers", ("referrers: of nothing",), referrers(), NO_PAGE),
    Difference("referrers", ("referrers: bad digest",), refused(400, "DIGEST_INVALID"), NO_PAGE),
    Difference("referrers", ("referrers: PUT",), {**refused(405, "UNSUPPORTED"), "Allow": "GET, HEAD"}, NO_PAGE),
]
