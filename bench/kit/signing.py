"""AWS signature version 4 in a URL, so that curl, sockets and urllib alike can use a request that is signed once."""
import datetime
import hashlib
import hmac
import urllib.parse


def quote(text, keep="-._~"):
    return urllib.parse.quote(text, safe=keep)


def presign(credentials, method, host, path, query=(), scheme="http", when=None, expires=43200):
    """The URL of a request to `path` (not escaped) at `host` (with its port); its body is not part of the signature.

    `credentials` is (access key, secret key, region).
    """
    access_key, secret_key, region = credentials
    when = when or datetime.datetime.now(datetime.timezone.utc)
    stamp, day = when.strftime("%Y%m%dT%H%M%SZ"), when.strftime("%Y%m%d")
    scope = f"{day}/{region}/s3/aws4_request"
    parameters = {"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{access_key}/{scope}",
                  "X-Amz-Date": stamp, "X-Amz-Expires": str(expires), "X-Amz-SignedHeaders": "host", **dict(query)}
    sorted_query = "&".join(f"{quote(key)}={quote(value)}" for key, value in sorted(parameters.items()))
    escaped_path = quote(path, keep="/-._~")
    request = "\n".join([method, escaped_path, sorted_query, f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"])
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + secret_key).encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, to_sign.encode(), "sha256").hexdigest()
    return f"{scheme}://{host}{escaped_path}?{sorted_query}&X-Amz-Signature={signature}"
