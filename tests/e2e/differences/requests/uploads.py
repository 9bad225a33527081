"""Uploads: each way to bring a blob, and each way to get it wrong."""
from harness.http import digest_of
from harness.images import OCI

from .. import content as c
from ..steps import BYTES, Step, delete, get, head, patch, post, push, put

UPLOADS = "/v2/app/blobs/uploads/"
ONE, TWO = b"first piece, ", b"second piece"
WHOLE = ONE + TWO
STATELESS = "/v2/app/blobs/uploads/00000000-0000-0000-0000-000000000000"
END = "{upload}&digest=" + digest_of(WHOLE)


def begun(what):
    return post(f"upload: {what}, begin", UPLOADS)


def chunk(what, data, content_range, **more):
    return patch(f"upload: {what}", "{upload}", data, {"Content-Range": content_range, **more})


STREAMED = [
    begun("streamed"),
    get("upload: status of a new one", "{upload}"),
    head("upload: status of a new one, HEAD", "{upload}"),
    patch("upload: streamed, PATCH", "{upload}", ONE),
    get("upload: status", "{upload}"),
    head("upload: status, HEAD", "{upload}"),
    patch("upload: streamed, PATCH again", "{upload}", TWO),
    put("upload: streamed, end", END),
    get("upload: status when it is done", "{upload}"),
    put("upload: streamed, end again", END),
    get("upload: the blob it made", f"/v2/app/blobs/{digest_of(WHOLE)}"),
    begun("chunked coding"),
    patch("upload: chunked coding, PATCH", "{upload}", ONE, chunked=True),
    put("upload: chunked coding, end", END, TWO, chunked=True),
    begun("without a Content-Type"),
    Step("upload: without a Content-Type, PATCH", "PATCH", "{upload}", {}, WHOLE),
    put("upload: without a Content-Type, end", END),
    begun("form Content-Type"),
    patch("upload: form Content-Type, PATCH", "{upload}", b"a=b",
          {"Content-Type": "application/x-www-form-urlencoded"}),
    put("upload: form Content-Type, end", f"{{upload}}&digest={digest_of(b'a=b')}"),
    begun("encoded digest"),
    put("upload: encoded digest, end", END.replace(":", "%3A"), WHOLE),
    begun("empty PATCH"),
    patch("upload: empty PATCH", "{upload}", b""),
    put("upload: empty PATCH, end", END, WHOLE),
]

CHUNKS = [
    begun("chunks"),
    chunk("first chunk", ONE, f"0-{len(ONE) - 1}"),
    chunk("next chunk", TWO, f"{len(ONE)}-{len(WHOLE) - 1}"),
    put("upload: chunks, end", END),
    begun("last chunk in PUT"),
    chunk("chunk before PUT", ONE, f"0-{len(ONE) - 1}"),
    put("upload: last chunk in PUT, end", END, TWO,
        headers={"Content-Range": f"{len(ONE)}-{len(WHOLE) - 1}"}),
    begun("chunk with a unit"),
    chunk("chunk with a unit", ONE, f"bytes 0-{len(ONE) - 1}/{len(WHOLE)}"),
    put("upload: chunk with a unit, end", END, TWO),
]

# An upload that was asked wrongly is ended, so that the next one starts from nothing on both sides.
WRONG_CHUNKS = [
    begun("chunk in the wrong place"),
    chunk("chunk in the wrong place", ONE, f"5-{len(ONE) + 4}"),
    get("upload: status after a wrong chunk", "{upload}"),
    delete("upload: chunk in the wrong place, cancel", "{upload}"),
    begun("chunk of another length"),
    chunk("chunk of another length", ONE, "0-99"),
    delete("upload: chunk of another length, cancel", "{upload}"),
    begun("chunk with a bad range"),
    chunk("chunk with a bad range", ONE, "x"),
    delete("upload: chunk with a bad range, cancel", "{upload}"),
    begun("wrong last chunk"),
    put("upload: wrong last chunk", END, WHOLE, headers={"Content-Range": "5-29"}),
    delete("upload: wrong last chunk, cancel", "{upload}"),
    begun("stale location"),
    patch("upload: stale location, PATCH", "{upload}", ONE),
    patch("upload: stale location, PATCH to the first", "{begun}", TWO),
    get("upload: stale location, status", "{begun}"),
    delete("upload: stale location, cancel", "{begun}"),
]

ENDS = [
    begun("wrong digest"),
    put("upload: wrong digest", f"{{upload}}&digest={c.ABSENT}", WHOLE),
    get("upload: status after a wrong digest", "{upload}"),
    put("upload: after a wrong digest", END, WHOLE),
    begun("no digest"),
    put("upload: no digest", "{upload}", WHOLE),
    put("upload: empty digest", "{upload}&digest=", WHOLE),
    put("upload: bad digest", "{upload}&digest=sha256:12", WHOLE),
    put("upload: digest of an unknown algorithm", "{upload}&digest=md5:" + "1" * 32, WHOLE),
    put("upload: after no digest", END, WHOLE),
    *push("upload: the empty blob", "app", b""),
    begun("blob that is there"),
    put("upload: blob that is there, end", f"{{upload}}&digest={digest_of(c.BLOB)}", c.BLOB),
    begun("cancelled"),
    patch("upload: cancelled, PATCH", "{upload}", ONE),
    delete("upload: cancel", "{upload}"),
    delete("upload: cancel twice", "{upload}"),
    get("upload: status after cancel", "{upload}"),
    patch("upload: PATCH after cancel", "{upload}", ONE),
    put("upload: PUT after cancel", END, WHOLE),
    get("upload: unknown", STATELESS),
    head("upload: unknown, HEAD", STATELESS),
    patch("upload: unknown, PATCH", STATELESS, ONE),
    put("upload: unknown, PUT", f"{STATELESS}?digest={digest_of(WHOLE)}", WHOLE),
    delete("upload: unknown, DELETE", STATELESS),
    get("upload: no id", "/v2/app/blobs/uploads/x"),
    begun("of another repository"),
    Step("upload: of another repository, PATCH", "PATCH", "{other}", {"Content-Type": BYTES}, ONE),
    get("upload: of another repository, status", "{other}"),
    delete("upload: of another repository, cancel", "{upload}"),
]

# In a repository that has the image's config.
ODD_UPLOADS = UPLOADS.replace("app", "odd")
SHA512 = [
    post("upload: sha512, begin", ODD_UPLOADS),
    put("upload: sha512, end", f"{{upload}}&digest={c.sha512_of(c.WIDE)}", c.WIDE),
    get("upload: the sha512 blob", f"/v2/odd/blobs/{c.sha512_of(c.WIDE)}"),
    put("upload: an image of a sha512 layer", "/v2/odd/manifests/wide", c.WIDE_IMAGE, OCI["manifest"]),
    post("upload: wrong sha512, begin", ODD_UPLOADS),
    put("upload: wrong sha512", f"{{upload}}&digest={c.sha512_of(c.LAYER)}", c.WIDE),
]

AT_ONCE = [
    post("post: with a slash less", "/v2/app/blobs/uploads"),
    post("post: digest and body", f"{UPLOADS}?digest={digest_of(c.BASE_LAYER)}", c.BASE_LAYER),
    head("post: digest and body, asked for", f"/v2/app/blobs/{digest_of(c.BASE_LAYER)}"),
    post("post: wrong digest and body", f"{UPLOADS}?digest={c.ABSENT}", c.BASE_LAYER),
    post("post: bad digest", f"{UPLOADS}?digest=x", c.BASE_LAYER),
    post("post: a body without a digest", UPLOADS, c.BASE_LAYER),
    post("post: digest-algorithm", f"{UPLOADS}?digest-algorithm=sha512"),
    post("post: unknown digest-algorithm", f"{UPLOADS}?digest-algorithm=md5"),
    post("mount: known", f"{UPLOADS.replace('app', 'mounted')}?mount={digest_of(c.BLOB)}&from=app"),
    head("mount: what it made", f"/v2/mounted/blobs/{digest_of(c.BLOB)}"),
    post("mount: known, encoded",
         f"{UPLOADS.replace('app', 'mounted')}?mount={digest_of(c.LAYER).replace(':', '%3A')}&from=a%2Fb"),
    post("mount: the same repository", f"{UPLOADS}?mount={digest_of(c.BLOB)}&from=app"),
    post("mount: unknown blob", f"{UPLOADS}?mount={c.ABSENT}&from=zebra"),
    post("mount: not in that repository", f"{UPLOADS.replace('app', 'mounted')}?mount={digest_of(c.LOOSE)}&from=zebra"),
    post("mount: from no repository", f"{UPLOADS}?mount={digest_of(c.BLOB)}&from=nobody"),
    post("mount: without from", f"{UPLOADS.replace('app', 'mounted')}?mount={digest_of(c.CONFIG)}"),
    post("mount: unknown blob, without from", f"{UPLOADS}?mount={c.ABSENT}"),
    post("mount: bad digest", f"{UPLOADS}?mount=x&from=app"),
    post("mount: bad name", f"{UPLOADS}?mount={digest_of(c.BLOB)}&from=APP"),
    post("mount: only from", f"{UPLOADS}?from=app"),
]
