"""What docs/security.md says of the program and its processes."""
import configparser
import os
import re

from harness.checks import check, check_equal
from harness.http import push_blob, request
from harness.process import run
from harness.scenario import ROOT, berth_binary, scenario
from harness.storage import configuration


@scenario()
def the_binary_is_hardened(context):
    said = run("readelf", "-hldW", "--dyn-syms", berth_binary()).stdout
    check(re.search(r"Type:\s+DYN \(Position-Independent Executable", said), "position-independent")
    check("GNU_RELRO" in said and re.search(r"FLAGS\S*\W+.*NOW", said), "relocations are read-only from the start")
    check(re.search(r"GNU_STACK.* RW ", said), "the stack is not executable")
    check(not re.search(r"LOAD.* RWE ", said), "no segment is writable and executable")
    check("__stack_chk_fail" in said, "stacks are guarded")
    check(re.search(r"__\w+_chk@", said), "calls with known sizes are checked")


@scenario("filesystem")
def no_process_that_knows_secrets_leaves_a_core_dump(context):
    storage = context.new_storage()
    berth = context.berth(storage)
    limits = open(f"/proc/{berth.process.pid}/limits", encoding="ascii").read()
    check(re.search(r"Max core file size\s+0\s+0 ", limits), limits)
    allowed = context.berth(storage, env={"BERTH_CORE_DUMPS": "allowed"})
    usual = open("/proc/self/limits", encoding="ascii").read()
    pattern = r"Max core file size\s+(\S+)"
    check_equal(re.search(pattern, open(f"/proc/{allowed.process.pid}/limits", encoding="ascii").read())[1],
                re.search(pattern, usual)[1], "where it is allowed")


@scenario("s3")
def no_secret_is_in_the_log_at_any_level(context):
    storage = context.new_storage()
    secrets = {"REGISTRY_HTTP_SECRET": "the-http-secret-0001", "REGISTRY_REDIS_PASSWORD": "the-redis-password-0002"}
    extra = ("notifications:\n  endpoints:\n    - name: listener\n      url: http://127.0.0.1:9/events\n"
             "      headers:\n        Authorization: [Bearer the-notify-token-0003]\n")
    config = configuration(storage, extra=extra).replace("log:\n", "log:\n  level: debug\n", 1)
    berth = context.berth(storage, config, env=secrets)
    push_blob(berth.address, "team/net", b"bytes")
    for path in ("/v2/", "/v2/team/net/tags/list", "/v2/team/net/blobs/none", "/v2/team/net/manifests/none"):
        request(berth.address, "GET", path, headers={"Authorization": "Basic dXNlcjp0aGUtY2xpZW50cy1wYXNzd29yZA=="})
    context.stop_gateway()
    request(berth.address, "GET", "/v2/team/net/manifests/other")
    context.start_gateway()
    berth.process.stop()
    for secret in (*secrets.values(), "the-notify-token-0003", "dXNlcjp0aGUtY2xpZW50cy1wYXNzd29yZA",
                   storage.environment.get("AWS_SECRET_ACCESS_KEY", "") or context.s3_endpoint()[2]):
        check(secret not in berth.process.said(), f"the log holds {secret!r}")


@scenario()
def the_systemd_unit_shuts_the_process_in(context):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(ROOT / "packaging" / "systemd" / "berth.service")
    service = dict(unit["Service"])
    for key, value in {"DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "PrivateTmp": "yes",
                       "MemoryDenyWriteExecute": "yes", "CapabilityBoundingSet": "", "LimitCORE": "0"}.items():
        check_equal(service.get(key), value, key)
    if os.path.exists("/usr/bin/systemd-analyze"):
        context.folder.joinpath("berth.service").write_text(
            (ROOT / "packaging" / "systemd" / "berth.service").read_text().replace("/usr/local/bin/berth", "/bin/true"))
        done = run("systemd-analyze", "verify", "--man=no", context.folder / "berth.service", check=False)
        check("berth.service" not in done.stdout.replace("Failed to", ""), done.stdout)
