"""What of an answer is compared: a flat table of fields, with all that is new in each run taken out."""
import hashlib
import json
import re

# The time of day.
LEFT_OUT = ("Date",)
# registry:2 hides where an upload stands in "_state", which is opaque to clients.
BY_CHANCE = ((r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
             (r"\?_state=[\w%.=-]+", ""), (r"boundary=[0-9a-f]+", "boundary=ANY"))
NONE = "no answer"
LONGEST_BODY = 400
ERROR_KEYS = {"code": "codes", "message": "messages", "detail": "details"}


def fields_of(messages, method, address):
    """{field: value} of the final message; "interim" has the statuses of those before it."""
    if not messages or not messages[-1].status:
        return {"status": NONE}
    *interim, answer = messages
    fields = {"status": answer.status, "version": answer.version}
    if interim:
        fields["interim"] = [message.status for message in interim]
    for name in sorted({name.title() for name, _ in answer.headers} - set(LEFT_OUT)):
        fields[name] = normal(answer.header(name), address)
    if "Allow" in fields:
        fields["Allow"] = ", ".join(sorted(fields["Allow"].split(", ")))
    # The body that is compared says its length too, and that of an error is not worth comparing after a HEAD.
    if answer.framing == "length" or (method == "HEAD" and answer.status >= 300):
        fields.pop("Content-Length", None)
    elif answer.framing != "none":
        fields["framing"] = answer.framing
    return fields | body_fields(answer.body, address)


def normal(text, address):
    """The text without the registry's address, upload ids and other things made by chance."""
    text = text.replace(address, "HOST")
    for pattern, replacement in BY_CHANCE:
        text = re.sub(pattern, replacement, text)
    return text


def body_fields(body, address):
    if not body:
        return {}
    try:
        read = json.loads(body)
    except ValueError:
        return {"body": shown(body, address)}
    if not isinstance(read, dict) or not isinstance(read.get("errors"), list):
        # A manifest's bytes count, and its blanks with them; of a list only what it says.
        return {"body": shown(body, address) if b"schemaVersion" in body else read}
    errors = sorted(read["errors"], key=json.dumps)  # their order says nothing
    return {field: [error.get(key) for error in errors] for key, field in ERROR_KEYS.items()}


def shown(body, address="HOST"):
    if len(body) <= LONGEST_BODY and body.isascii():
        return normal(body.decode(), address)
    return f"{len(body)} bytes, sha256:{hashlib.sha256(body).hexdigest()[:12]}"
