"""What people write wrong in a config.yml, and the lines that tell them."""
from harness.checks import check, check_equal
from harness.process import run
from harness.scenario import berth_binary, scenario

# What the file says after `version: 0.1`, and how lines of check-config begin, or what they hold after their number.
# In the order of the findings; all of them, and no others.
ERRORS = {
    # YAML
    "storage:\n\tinmemory: {}\n": ["3: a tab indents this line"],
    "storage:\n  filesystem:\n  \trootdirectory: /x\n": ["4: a tab indents this line"],
    "storage:\n  filesystem:\n    rootdirectory: /x\n   maxthreads: 100\n": ["5: this line is indented neither"],
    "storage:\n  s3:\n    region:r\n    bucket: b\n": ["4: a blank is missing after a colon"],
    "storage: inmemory\nhttp: {addr: ':5000'\n": ["4: not valid YAML: end of map flow not found"],
    # The driver
    "http: {addr: ':5000'}\n": ["1: storage: no driver; write s3"],
    "storage:\n  cache: {blobdescriptor: inmemory}\n": ["2: storage: no driver; write s3"],
    "storage:\n  filesystems: {}\n": ["3: storage.filesystems: unknown key", "3: storage: filesystems is no driver"],
    "storage:\n  filesystem: {}\n  s3: {region: r, bucket: b}\n": ["4: storage: two drivers, filesystem and s3"],
    "storage:\n  gcs: {bucket: b}\n": ["3: storage.gcs: this storage driver is not supported"],
    "storage:\n  - inmemory\n": ["2: storage: a value cannot stand here", "2: storage: no driver"],
    "storage:\n  s3:\n  region: r\n  bucket: b\n": [
        "3: storage.s3.bucket: missing", "3: storage.s3.region: missing",
        "4: storage.region: unknown key, ignored; did you mean storage.s3.region?",
        "5: storage.bucket: unknown key, ignored; did you mean storage.s3.bucket?"],
    "storage:\n  s3: {region: r, bucket: b, accesskey: a}\n": [
        "3: storage.s3.secretkey: missing though accesskey is set"],
    # Kinds of values
    "storage: inmemory\nhttp: 127.0.0.1:5000\n": ["3: http: a value cannot stand here; write its keys below it"],
    "storage: inmemory\nhttp:\n  addr: 5000\n": ["4: http.addr: cannot be used; write host:port or :port"],
    "storage: inmemory\nhttp:\n  addr: localhost:99999\n": ["4: http.addr: cannot be used"],
    "storage: inmemory\nhttp:\n  headers:\n    X: y\n": ["4: http.headers: one of its values is not a list"],
    "storage:\n  s3:\n    region: r\n    bucket: [b]\n": ["5: storage.s3.bucket: a list or a map cannot stand here"],
    "storage:\n  inmemory: {}\n  delete: {enabled: maybe}\n": ["4: storage.delete.enabled: neither true nor false"],
    "storage: inmemory\nlog:\n  level: verbose\n": ["4: log.level: unknown value; write one of error, warn, info"],
    # Numbers and their units
    "storage:\n  s3: {region: r, bucket: b, chunksize: 5MB}\n": ["3: storage.s3.chunksize: not a whole number"],
    "storage:\n  s3: {region: r, bucket: b, chunksize: 1000}\n": ["3: storage.s3.chunksize: 1000 is below S3's"],
    "storage: inmemory\nhttp:\n  draintimeout: 10\n": [
        "4: http.draintimeout: not a duration; write a number and its unit"],
    "storage: inmemory\nhealth:\n  storagedriver: {interval: 10}\n": [
        "4: health.storagedriver.interval: not a duration"],
    "storage:\n  inmemory: {}\n  cache: {blob: {rootdirectory: /x, maxsize: 20 gigs}}\n": [
        "4: storage.cache.blob.maxsize: not a size"],
    "storage:\n  inmemory: {}\n  cache: {blob: {rootdirectory: x, maxsize: 1GiB}}\n": [
        "4: storage.cache.blob.rootdirectory: cannot be used; write a folder's absolute path"],
    "storage:\n  inmemory: {}\n  cache: {blob: {rootdirectory: /x, maxsize: 1GiB, warm: ['A::b']}}\n": [
        "4: storage.cache.blob.warm: \"A::b\" is no image"],
    # Lists of maps
    "storage: inmemory\nhealth:\n  file: /tmp/down\n": ["4: health.file: not a list of maps"],
    "storage: inmemory\nhealth:\n  tcp:\n    - adr: redis:6379\n": [
        "5: health.tcp[0].adr: unknown key, ignored; did you mean addr?", "4: health.tcp: one of them has no addr"],
}
WARNINGS = {
    "storage: inmemory\nhttp:\n  adr: :5000\n": ["4: http.adr: unknown key, ignored; did you mean http.addr?"],
    "storage: inmemory\nhttp:\n  debgu: {addr: ':5001'}\n": [
        "4: http.debgu: unknown key, ignored; did you mean http.debug?"],
    "storage: inmemory\nhttp: {addr: ':1'}\nhttp: {addr: ':2'}\n": ["3: http: written twice; the last one counts"],
    "storage: inmemory\n"
    "notifications:\n  endpoints:\n    - url: http://127.0.0.1:1\n      ignore: {action: [pull]}\n": [
        "6: notifications.endpoints[0].ignore.action: unknown key, ignored; did you mean actions?"],
    "storage: inmemory\nreporting:\n  bugsnag: {apikey: x}\n": ["3: reporting: "],
}


def check_findings(context, text, expected, code):
    file = context.write_config("version: 0.1\n" + text)
    done = run(berth_binary(), "check-config", file, check=False)
    check_equal(done.returncode, code, f"exit code for {text!r}: {done.stdout}")
    *findings, last = done.stdout.splitlines()
    check_equal(len(findings), len(expected), f"findings of {text!r}: {done.stdout}")
    for line in expected:
        check(any(f" {file}:{line}" in finding for finding in findings), f"{line!r} is in {done.stdout}")
    check(last.startswith(f"{file}: "), f"a last line that says it: {last}")


@scenario()
def every_mistake_is_told_with_its_line_and_nothing_else_is(context):
    for text, lines in ERRORS.items():
        check_findings(context, text, lines, 2)
    for text, lines in WARNINGS.items():
        check_findings(context, text, lines, 0)


@scenario()
def serve_ends_with_the_same_lines_and_misuse(context):
    file = context.write_config("version: 0.1\nstorage: inmemory\nhttp:\n  addr: 5000\n")
    done = run(berth_binary(), "serve", file, check=False, timeout=20)
    check_equal(done.returncode, 2, "exit code")
    check(f"{file}:4: http.addr: cannot be used" in done.stdout, done.stdout)
    check_equal(run(berth_binary(), "check-config", context.folder / "none.yml", check=False).returncode, 2, "no file")


@scenario()
def the_environments_mistakes_are_told_by_the_variables_name(context):
    file = context.write_config("version: 0.1\nstorage: inmemory\n")
    done = run(berth_binary(), "check-config", file, check=False,
               env={"REGISTRY_HTTP_ADDR": "5000", "REGISTRY_HTTP_DEBUG_ADR": ":1",
                    "REGISTRY_PORT": "tcp://10.0.0.1:80"})
    check_equal(done.returncode, 2, "exit code")
    for line in ("error: REGISTRY_HTTP_ADDR: http.addr: cannot be used",
                 "warning: REGISTRY_HTTP_DEBUG_ADR: http.debug.adr: unknown key, ignored; did you mean "
                 "http.debug.addr?",
                 "warning: REGISTRY_PORT: ignored"):
        check(line in done.stdout, f"{line!r} is in {done.stdout}")
