"""A bucket without any registry: small objects, and the parallel multipart upload that pushes are compared with."""
import concurrent.futures
import hashlib
import http.client
import os
import threading
import urllib.parse
import xml.etree.ElementTree

from .signing import presign

XML = "{http://s3.amazonaws.com/doc/2006-03-01/}"
BLOBS = "docker/registry/v2/blobs/sha256"
REPOSITORIES = "docker/registry/v2/repositories"


def data_key(digest):
    """Where the layout has the bytes of "sha256:<hex>"."""
    algorithm_hex = digest.split(":", 1)[1]
    return f"{BLOBS}/{algorithm_hex[:2]}/{algorithm_hex}/data"


def layer_link_key(repository, digest):
    return f"{REPOSITORIES}/{repository}/_layers/sha256/{digest.split(':', 1)[1]}/link"


class Bucket:
    """`host` is host:port of a server that speaks plain http."""

    def __init__(self, host, credentials, name):
        self.host, self.credentials, self.name = host, credentials, name

    def url(self, method, key, query=(), host=None, scheme="http"):
        """A signed URL, through another host:port in front of the same server if `host` says so."""
        path = f"/{self.name}/{key}" if key else f"/{self.name}"
        return presign(self.credentials, method, host or self.host, path, query, scheme)

    def request(self, method, key="", query=(), body=b"", connection=None):
        """(headers, body) of the answer; anything but success raises."""
        link = connection or http.client.HTTPConnection(self.host, timeout=120)
        target = self.url(method, key, query).split(self.host, 1)[1]
        link.request(method, target, body=body, headers={"Content-Length": str(len(body))})
        answer = link.getresponse()
        text = answer.read()
        if connection is None:
            link.close()
        if answer.status >= 300:
            raise RuntimeError(f"S3 {method} {key}: {answer.status} {text[:300]!r}")
        return answer.headers, text

    def create(self):
        self.request("PUT")

    def put(self, key, data):
        self.request("PUT", key, body=data)

    def put_link(self, repository, digest):
        self.put(layer_link_key(repository, digest), digest.encode())

    def keys(self, prefix=""):
        query, found = {"list-type": "2", "prefix": prefix}, []
        while True:
            page = xml.etree.ElementTree.fromstring(self.request("GET", query=query)[1])
            found += [key.text for key in page.iter(XML + "Key")]
            token = page.findtext(XML + "NextContinuationToken")
            if not token:
                return found
            query["continuation-token"] = token

    def remove(self, keys):
        connection = http.client.HTTPConnection(self.host, timeout=120)
        for key in keys:
            self.request("DELETE", key, connection=connection)
        connection.close()

    def upload(self, key, path, part_mib=32, at_once=4):
        """A multipart upload with `at_once` parts under way; the bytes go from the file to the socket by sendfile."""
        begun = xml.etree.ElementTree.fromstring(self.request("POST", key, {"uploads": ""})[1])
        upload, size, part = begun.findtext(XML + "UploadId"), os.path.getsize(path), part_mib << 20
        own = threading.local()

        def send(number):
            if not hasattr(own, "link"):
                own.link = http.client.HTTPConnection(self.host, timeout=300)
            offset = (number - 1) * part
            length = min(part, size - offset)
            target = self.url("PUT", key, {"partNumber": str(number), "uploadId": upload}).split(self.host, 1)[1]
            own.link.putrequest("PUT", target)
            own.link.putheader("Content-Length", str(length))
            own.link.endheaders()
            with open(path, "rb") as source:
                own.link.sock.sendfile(source, offset, length)
            answer = own.link.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"S3 refused a part: {answer.status}")
            return number, answer.headers["ETag"]

        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            parts = list(pool.map(send, range(1, -(-size // part) + 1)))
        listed = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>" for number, tag in parts)
        self.request("POST", key, {"uploadId": upload},
                     f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode())


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def path_of(url):
    """Path and query of a URL or of a Location without a host."""
    parts = urllib.parse.urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
