"""The S3 server of the tests in C++ against real ones: the same requests, one after the other, and what is answered."""
import base64
import copy
import hashlib
import re
import xml.etree.ElementTree

from harness.checks import Failure, check_equal
from harness.s3 import REGION, XML, Bucket
from harness.scenario import ROOT, scenario

HTTP_DATE = re.compile(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT")
PART = b"p" * (5 << 20)
ODD_KEY = "b+ c/\N{LATIN SMALL LETTER E WITH ACUTE}"
# Where the real ones answer differently, the fake one has to answer as one of them; but these two are answered as the S3 API
# reference says: Ceph completes parts in any order, and both lose their way where an upload is gone (500, and 200).
AS_DOCUMENTED = {"complete without order": (400, "InvalidPartOrder"), "complete what was aborted": (404, "NoSuchUpload")}


def fake_bucket(context):
    program = ROOT / "build" / "dev" / "tests" / "support" / "fake_s3"
    if not program.exists():
        raise Failure(f"no program at {program}: `make unit` makes it")
    keys = ("AKIDBERTHFAKE0000000", "a/secret+of/the/fake")
    process = context.start("fake_s3", [program, "compared", REGION, *keys])
    return Bucket(process.wait_for_line(r"listening on (\S+)")[1], *keys, "compared")


class Conversation:
    """Says what a server answered in words that do not depend on the server."""

    def __init__(self, bucket):
        self.bucket, self.said, self.upload = bucket, [], ""

    def ask(self, what, method, key="", query=None, body=b"", bucket=None, **more):
        answer = (bucket or self.bucket).request(method, key, query, body, **more)
        said = {"status": answer.status}
        if answer.status < 300:
            said |= self.headers(answer.headers, method in ("GET", "HEAD") and key)
        if answer.body.lstrip().startswith(b"<"):
            said |= self.document(xml.etree.ElementTree.fromstring(answer.body))
        elif method == "GET" and answer.status < 300:
            said["body"] = hashlib.md5(answer.body).hexdigest()
        self.said.append((what, said))
        return answer

    def headers(self, headers, is_of_object):
        said = {"ETag": self.shape(headers["ETag"])} if "ETag" in headers else {}
        if is_of_object:
            said |= {name: headers[name] for name in ("Content-Length", "Content-Range") if name in headers}
            said["Last-Modified"] = bool(HTTP_DATE.fullmatch(headers["Last-Modified"]))
        return said

    @staticmethod
    def shape(etag):
        return re.sub(r"[0-9a-f]{32}", "hash", etag)

    def document(self, root):
        for one in root.iter():  # some servers have a namespace where others have none
            one.tag = one.tag.removeprefix(XML)
        said = {"document": root.tag}
        if root.tag == "Error":
            said["code"] = root.findtext("Code")
        if root.tag in ("ListBucketResult", "ListMultipartUploadsResult"):
            said["truncated"] = root.findtext("IsTruncated")
            said["entries"] = [(one.findtext("Key"), one.findtext("Size")) for one in (
                *root.iter("Contents"), *root.iter("Upload"))]
            said["prefixes"] = [one.findtext("Prefix") for one in root.iter("CommonPrefixes")]
        if root.tag == "InitiateMultipartUploadResult":
            self.upload = root.findtext("UploadId")
        if root.tag in ("CompleteMultipartUploadResult", "CopyPartResult", "CopyObjectResult"):
            said["ETag"] = self.shape(root.findtext("ETag").replace("&quot;", '"'))
        if root.tag == "DeleteResult":
            said["deleted"] = len(list(root.iter("Deleted")))
        return said

    def put_part(self, what, number, body):
        done = self.ask(what, "PUT", "multipart", {"partNumber": str(number), "uploadId": self.upload}, body)
        return done.headers["ETag"]

    def complete(self, what, etags):
        parts = "".join(f"<Part><PartNumber>{n}</PartNumber><ETag>{etag}</ETag></Part>" for n, etag in etags)
        self.ask(what, "POST", "multipart", {"uploadId": self.upload},
                 f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode())


def objects(c):
    for key in ("a/1", "a/2", "a/b/3", ODD_KEY, "empty"):
        c.ask(f"PUT {key}", "PUT", key, body=b"" if key == "empty" else f"bytes of {key}".encode())
    for key in ("a/1", "empty", ODD_KEY, "none", "a"):
        c.ask(f"GET {key}", "GET", key)
        c.ask(f"HEAD {key}", "HEAD", key)
    for range_ in ("bytes=0-3", "bytes=4-", "bytes=-2", "bytes=5-1000", "bytes=1000-1001"):
        c.ask(f"GET {range_}", "GET", "a/1", headers={"range": range_})
    c.ask("GET a range of nothing", "GET", "empty", headers={"range": "bytes=0-3"})
    etag = f'"{hashlib.md5(b"bytes of a/1").hexdigest()}"'
    c.ask("GET if it is that", "GET", "a/1", headers={"if-match": etag})
    c.ask("GET if it is another", "GET", "a/1", headers={"if-match": '"other"'})
    c.ask("PUT again", "PUT", "a/2", body=b"other bytes")
    c.ask("GET again", "GET", "a/2")


def listings(c):
    list_ = {"list-type": "2"}
    c.ask("list", "GET", query=list_)
    c.ask("list a/", "GET", query={**list_, "prefix": "a/"})
    c.ask("list folders", "GET", query={**list_, "delimiter": "/"})
    c.ask("list folders in a/", "GET", query={**list_, "delimiter": "/", "prefix": "a/"})
    c.ask("list none", "GET", query={**list_, "prefix": "zzz"})
    c.ask("list after", "GET", query={**list_, "start-after": "a/2"})
    for what, more in (("keys", {}), ("folders", {"delimiter": "/"})):
        page = c.ask(f"list {what}, two at once", "GET", query={**list_, **more, "max-keys": "2"})
        token = xml.etree.ElementTree.fromstring(page.body).findtext(XML + "NextContinuationToken")
        c.ask(f"list {what}, the next two", "GET", query={**list_, **more, "max-keys": "2", "continuation-token": token})


def copies_and_removals(c):
    name = c.bucket.name
    c.ask("copy", "PUT", "copy", headers={"x-amz-copy-source": f"/{name}/a/1"})
    c.ask("GET the copy", "GET", "copy")
    c.ask("copy nothing", "PUT", "copy", headers={"x-amz-copy-source": f"/{name}/none"})
    c.ask("DELETE", "DELETE", "copy")
    c.ask("DELETE what is gone", "DELETE", "copy")
    body = b"<Delete><Object><Key>a/2</Key></Object><Object><Key>none</Key></Object></Delete>"
    md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
    c.ask("DELETE many", "POST", query={"delete": ""}, body=body, headers={"content-md5": md5})
    c.ask("GET one of those", "GET", "a/2")


def multipart_uploads(c):
    c.ask("begin", "POST", "multipart", {"uploads": ""})
    c.ask("list uploads", "GET", query={"uploads": ""})
    first, last = c.put_part("part 1", 1, PART), c.put_part("part 2", 2, b"the end")
    c.ask("GET what is not complete", "GET", "multipart")
    c.complete("complete with a wrong ETag", [(1, first), (2, '"00000000000000000000000000000000"')])
    c.complete("complete without order", [(2, last), (1, first)])
    c.complete("complete", [(1, first), (2, last)])
    c.ask("GET what is complete", "GET", "multipart")
    c.ask("begin again", "POST", "multipart", {"uploads": ""})
    one, two = c.put_part("a small part", 1, b"small"), c.put_part("and another", 2, b"small")
    c.complete("complete of small parts", [(1, one), (2, two)])
    c.ask("part of a part", "PUT", "multipart", {"partNumber": "3", "uploadId": c.upload},
          headers={"x-amz-copy-source": f"/{c.bucket.name}/multipart", "x-amz-copy-source-range": "bytes=0-9"})
    c.ask("abort", "DELETE", "multipart", {"uploadId": c.upload})
    c.ask("abort again", "DELETE", "multipart", {"uploadId": c.upload})
    c.ask("a part of what was aborted", "PUT", "multipart", {"partNumber": "1", "uploadId": c.upload}, b"x")
    c.complete("complete what was aborted", [(1, one)])
    c.ask("list no uploads", "GET", query={"uploads": ""})
    c.ask("GET what was complete before", "GET", "multipart")


def refusals(c):
    def other(**changes):
        bucket = copy.copy(c.bucket)
        for name, value in changes.items():
            setattr(bucket, name, value)
        return bucket
    for method in ("GET", "PUT", "DELETE"):
        c.ask(f"{method} with a wrong secret", method, "a/1", bucket=other(secret_key="wrong"))
        c.ask(f"{method} with an unknown key", method, "a/1", bucket=other(access_key="AKIDUNKNOWN000000000"))
        c.ask(f"{method} an hour late", method, "a/1", seconds_off=-3600)
        c.ask(f"{method} an hour early", method, "a/1", seconds_off=3600)
    c.ask("GET after all that", "GET", "a/1")
    c.ask("GET of no bucket", "GET", "a/1", bucket=other(name="berth-no-such-bucket"))
    c.ask("list no bucket", "GET", query={"list-type": "2"}, bucket=other(name="berth-no-such-bucket"))


@scenario()
def answers_as_real_servers_do(context):
    conversations = {}
    for name, bucket in (("fake", fake_bucket(context)), ("ceph", context.bucket()), ("versity", context.versity_bucket())):
        conversations[name] = Conversation(bucket)
        for part in (objects, listings, copies_and_removals, multipart_uploads, refusals):
            part(conversations[name])
    lies = 0
    for fake, ceph, versity in zip(*(one.said for one in conversations.values())):
        what, said = fake
        if what in AS_DOCUMENTED:
            check_equal((said["status"], said["code"]), AS_DOCUMENTED[what], what)
        elif fake not in (ceph, versity):
            lies += 1
            print(f"{what}:\n    fake:    {fake[1]}\n    ceph:    {ceph[1]}\n    versity: {versity[1]}")
    print(f"{len(conversations['fake'].said)} requests")
    check_equal(lies, 0, "answers of the fake that none of the real ones gives")
