#!/usr/bin/env python3
"""hollow_s3.py FILE TAILS LATENCY_MS: an S3 that keeps no blobs, so that hundreds of gigabytes can be moved without a disk.

Every large object is FILE with its last bytes replaced by the tail that TAILS, a JSON object, gives for its digest. Blobs
that are listed there under "served" can be read from the start. What is written is taken and thrown away; only lengths and
checksums stay, and GET /-/verify compares them with what the digests under "pushed" should have. Signatures are not
checked. Prints its port.
"""
import contextlib
import http.server
import itertools
import json
import re
import sys
import threading
import time
import urllib.parse
import zlib
from xml.sax.saxutils import escape

from hollow_content import Bytes, Content, Copied, matches, size_of

PIECE = 1 << 18
KEPT_BYTES = 64 << 10  # links and manifests are kept whole


class Store:
    def __init__(self, content, served):
        self.content = content
        self.served = set(served)
        self.objects = {}  # key: list of segments
        self.uploads = {}  # id: (key, {number: segment list})
        self.ids = itertools.count(1)

    def digest_of(self, key):
        found = re.fullmatch(r".*/blobs/sha256/../([0-9a-f]{64})/data", key)
        return f"sha256:{found[1]}" if found else None

    def is_served(self, key):
        return self.digest_of(key) in self.served

    def verdict(self, pushed):
        stored = {self.digest_of(key): segments for key, segments in self.objects.items()}
        exact = sum(digest in stored and matches(stored[digest], self.content, digest) for digest in pushed)
        return {"exact": exact, "expected": len(pushed)}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize = 1 << 16
    store, latency, pushed = None, 0, ()

    def log_message(self, *_):
        pass

    def target(self):
        path, _, query = self.path.partition("?")
        key = urllib.parse.unquote(path).lstrip("/").partition("/")[2]
        return key, dict(urllib.parse.parse_qsl(query, keep_blank_values=True))

    def reply(self, status, body=b"", headers=(), length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def xml(self, root, inner):
        text = f'<?xml version="1.0"?><{root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inner}</{root}>'
        self.reply(200, text.encode(), [("Content-Type", "application/xml")])

    def missing(self, code="NoSuchKey"):
        self.reply(404, f"<Error><Code>{code}</Code></Error>".encode(), [("Content-Type", "application/xml")])

    def receive(self):
        left, checksum, kept = int(self.headers.get("Content-Length", 0)), 0, []
        small = left <= KEPT_BYTES
        size, buffer = left, memoryview(bytearray(PIECE))
        while left:
            count = self.rfile.readinto1(buffer[:min(left, PIECE)])
            if not count:
                raise ConnectionError("the body broke off")
            checksum = zlib.crc32(buffer[:count], checksum)
            if small:
                kept.append(bytes(buffer[:count]))
            left -= count
        return Bytes(size, checksum, b"".join(kept) if small else None)

    def span(self, size):
        """(first, length, status) of what the Range header asks for."""
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not found:
            return 0, size, 200
        first = int(found[1])
        last = min(int(found[2]) if found[2] else size - 1, size - 1)
        return first, last - first + 1, 206

    def do_GET(self):
        if self.path == "/-/verify":
            return self.reply(200, json.dumps(self.store.verdict(self.pushed)).encode())
        time.sleep(self.latency)
        key, query = self.target()
        if "uploads" in query:
            return self.list_uploads(query)
        if "uploadId" in query:
            return self.list_parts(query["uploadId"])
        if not key:
            return self.list_keys(query)
        segments = self.store.objects.get(key)
        if segments is None and not self.store.is_served(key):
            return self.missing()
        size = size_of(segments) if segments is not None else self.store.content.size
        first, length, status = self.span(size)
        if length <= 0 and size:
            return self.reply(416, b"<Error><Code>InvalidRange</Code></Error>")
        headers = [("ETag", f'"{size:032x}"'), ("Last-Modified", self.date_time_string(1)), ("Accept-Ranges", "bytes")]
        if status == 206:
            headers.append(("Content-Range", f"bytes {first}-{first + length - 1}/{size}"))
        digest = self.store.digest_of(key)
        if segments is not None and all(isinstance(s, Bytes) and s.kept is not None for s in segments):
            return self.reply(status, b"".join(s.kept for s in segments)[first:first + length], headers)
        if digest is None and self.command == "GET":
            return self.missing()  # the bytes of an unfinished upload are known to nobody any more
        self.reply(status, b"", headers, length)
        if self.command == "GET":
            self.wfile.flush()
            self.store.content.send(self.connection, digest, first, length)

    do_HEAD = do_GET

    def do_PUT(self):
        key, query = self.target()
        source = self.headers.get("x-amz-copy-source")
        body = self.receive()
        time.sleep(self.latency)
        segments, root = [body], None
        if source:
            name = urllib.parse.unquote(source).lstrip("/").partition("/")[2]
            segments = self.store.objects.get(name)
            if segments is None:
                return self.missing()
            root = "CopyPartResult" if "uploadId" in query else "CopyObjectResult"
            found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("x-amz-copy-source-range", ""))
            if found:
                segments = [Copied(segments, int(found[1]), int(found[2]) - int(found[1]) + 1)]
        if "uploadId" in query:
            upload = self.store.uploads.get(query["uploadId"])
            if upload is None:
                return self.missing("NoSuchUpload")
            upload[1][int(query["partNumber"])] = segments
        elif key:
            self.store.objects[key] = segments
        tag = f'"{size_of(segments):032x}"'
        if root:
            return self.xml(root, f"<ETag>{escape(tag)}</ETag>")
        return self.reply(200, headers=[("ETag", tag)])

    def do_POST(self):
        key, query = self.target()
        body = self.receive()
        time.sleep(self.latency)
        if "delete" in query:
            for name in re.findall(rb"<Key>([^<]*)</Key>", body.kept or b""):
                self.store.objects.pop(name.decode(), None)
            return self.xml("DeleteResult", "")
        if "uploads" in query:
            upload = f"upload{next(self.store.ids)}"
            self.store.uploads[upload] = (key, {})
            return self.xml("InitiateMultipartUploadResult",
                            f"<Bucket>b</Bucket><Key>{escape(key)}</Key><UploadId>{upload}</UploadId>")
        upload = self.store.uploads.pop(query.get("uploadId"), None)
        if upload is None:
            return self.missing("NoSuchUpload")
        named = [int(number) for number in re.findall(rb"<PartNumber>(\d+)</PartNumber>", body.kept or b"")]
        self.store.objects[key] = [segment for number in named or sorted(upload[1]) for segment in upload[1][number]]
        return self.xml("CompleteMultipartUploadResult", f"<Key>{escape(key)}</Key><ETag>&quot;0&quot;</ETag>")

    def do_DELETE(self):
        key, query = self.target()
        if "uploadId" in query:
            self.store.uploads.pop(query["uploadId"], None)
        else:
            self.store.objects.pop(key, None)
        time.sleep(self.latency)
        self.reply(204)

    def list_keys(self, query):
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        most = int(query.get("max-keys", 1000))
        sizes = {key: size_of(segments) for key, segments in list(self.store.objects.items())
                 if key.startswith(prefix)}
        if self.store.is_served(prefix):
            sizes[prefix] = self.store.content.size
        folders = {prefix + key[len(prefix):].split(delimiter)[0] + delimiter for key in sizes
                   if delimiter and delimiter in key[len(prefix):]}
        files = sorted(key for key in sizes if not delimiter or delimiter not in key[len(prefix):])[:most]
        listed = "".join(f"<Contents><Key>{escape(key)}</Key><Size>{sizes[key]}</Size>"
                         "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>" for key in files)
        listed += "".join(f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in sorted(folders))
        self.xml("ListBucketResult", f"<Prefix>{escape(prefix)}</Prefix><KeyCount>{len(files) + len(folders)}</KeyCount>"
                                     f"<MaxKeys>{most}</MaxKeys><IsTruncated>false</IsTruncated>{listed}")

    def list_uploads(self, query):
        prefix = query.get("prefix", "")
        listed = "".join(f"<Upload><Key>{escape(key)}</Key><UploadId>{upload}</UploadId></Upload>"
                         for upload, (key, _) in list(self.store.uploads.items()) if key.startswith(prefix))
        self.xml("ListMultipartUploadsResult", f"<IsTruncated>false</IsTruncated>{listed}")

    def list_parts(self, upload):
        if upload not in self.store.uploads:
            return self.missing("NoSuchUpload")
        listed = "".join(f'<Part><PartNumber>{number}</PartNumber><ETag>"{size_of(part):032x}"</ETag>'
                         f"<Size>{size_of(part)}</Size></Part>"
                         for number, part in sorted(self.store.uploads[upload][1].items()))
        return self.xml("ListPartsResult", f"<IsTruncated>false</IsTruncated>{listed}")


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True

    def handle_error(self, request, client_address):
        # A client that goes away is its own affair; anything else should be seen.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main():
    path, tails, latency_ms = sys.argv[1:]
    with open(tails) as source:
        known = json.load(source)
    content = Content(path, {**known["served"], **known["pushed"]})
    Handler.store, Handler.latency = Store(content, known["served"]), float(latency_ms) / 1000
    Handler.pushed = list(known["pushed"])
    threading.stack_size(512 << 10)
    with Server(("127.0.0.1", 0), Handler) as server:
        print(f"listening on 127.0.0.1:{server.server_address[1]}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
