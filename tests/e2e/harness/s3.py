"""A few S3 calls signed by hand, so that the tests judge the bucket without the code under test."""
import datetime
import hashlib
import hmac
import urllib.parse
import xml.etree.ElementTree

from . import http
from .checks import check_equal

REGION = "eu-central-1"
XML = "{http://s3.amazonaws.com/doc/2006-03-01/}"


class Bucket:
    def __init__(self, endpoint, access_key, secret_key, name):
        self.endpoint, self.access_key, self.secret_key, self.name = endpoint, access_key, secret_key, name

    def request(self, method, key="", query=None, body=b"", headers=None, seconds_off=0):
        """A request to the bucket, or to `key` in it; AWS signature version 4, path style. `headers`: with lower-case
        names. `seconds_off`: by which the clock that signs is wrong."""
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_off)
        stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        payload = hashlib.sha256(body).hexdigest()
        path = urllib.parse.quote(f"/{self.name}" + (f"/{key}" if key else ""), safe="/-._~")
        parameters = "&".join(f"{urllib.parse.quote(k, safe='-._~')}={urllib.parse.quote(v, safe='-._~')}"
                              for k, v in sorted((query or {}).items()))
        headers = {**(headers or {}), "x-amz-content-sha256": payload, "x-amz-date": stamp}
        to_be_signed = sorted({**headers, "host": self.endpoint}.items())
        signed = ";".join(name for name, _ in to_be_signed)
        canonical = "\n".join([method, path, parameters, *(f"{name}:{value}" for name, value in to_be_signed), "", signed,
                               payload])
        scope = f"{day}/{REGION}/s3/aws4_request"
        to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        signing_key = ("AWS4" + self.secret_key).encode()
        for part in (day, REGION, "s3", "aws4_request"):
            signing_key = hmac.digest(signing_key, part.encode(), "sha256")
        signature = hmac.new(signing_key, to_sign.encode(), "sha256").hexdigest()
        headers["Authorization"] = (f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope}, SignedHeaders={signed}, "
                                    f"Signature={signature}")
        target = path + ("?" + parameters if parameters else "")
        return http.request(self.endpoint, method, target, body=body or None, headers=headers)

    def create(self):
        answer = self.request("PUT")
        check_equal(answer.status, 200, f"bucket {self.name} made: {answer}")

    def encrypts(self):
        """Whether the server takes `encrypt: true`. Ceph's does up to release 16, and later ones only with a Vault."""
        answer = self.request("PUT", "encrypted", headers={"x-amz-server-side-encryption": "AES256"})
        if answer.status == 200:
            self.request("DELETE", "encrypted")
        return answer.status == 200

    def sizes(self):
        """Of each object, by its key."""
        found, query = {}, {"list-type": "2"}
        while True:
            answer = self.request("GET", query=query)
            check_equal(answer.status, 200, f"listing of {self.name}: {answer}")
            page = xml.etree.ElementTree.fromstring(answer.body)
            found |= {one.findtext(XML + "Key"): int(one.findtext(XML + "Size")) for one in page.iter(XML + "Contents")}
            token = page.findtext(XML + "NextContinuationToken")
            if not token:
                return dict(sorted(found.items()))
            query["continuation-token"] = token

    def unfinished_uploads(self):
        page = xml.etree.ElementTree.fromstring(self.request("GET", query={"uploads": ""}).body)
        return [upload.findtext(XML + "Key") for upload in page.iter(XML + "Upload")]
