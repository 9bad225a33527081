"""Who is let in: users and passwords in a file, as real clients and registry:2 know them."""
import base64
import json
import os
import signal

from harness import images
from harness.checks import check, check_equal, wait_until
from harness.http import request
from harness.process import run
from harness.scenario import berth_binary, scenario
from harness.storage import Folder, configuration
from scenarios.differences import SILLY
from scenarios.disk_cache import with_cache
from scenarios.notifications import Sink


class Users:
    """A file of passwords that Apache's htpasswd makes."""

    def __init__(self, folder, **passwords):
        self.file = folder / "users"
        self.write(**passwords)

    def write(self, **passwords):
        lines = [run("htpasswd", "-nbB", "-C", "5", *each).stdout.strip() for each in passwords.items()]
        new = self.file.with_suffix(".new")
        new.write_text("\n".join(lines) + "\n")
        os.replace(new, self.file)

    def yaml(self):
        return f"auth:\n  htpasswd:\n    realm: basic-realm\n    path: {self.file}\n"


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def status_of(registry, path="/v2/", **passwords):
    (user, password), = passwords.items()
    return request(registry.address, "GET", path, headers=basic(user, password)).status


def node_with(context, users):
    where = context.new_storage()
    return context.berth(where, config=configuration(where, users.yaml()))


@scenario("filesystem")
def docker_logs_in_pushes_and_pulls(context):
    berth = node_with(context, Users(context.folder, jane="open sesame"))
    docker = context.docker()
    reference = f"{berth.address}/team/app:1"
    image = images.Image("docker", layer_kib=(3000, 5))
    image.write_docker_archive(context.folder / "image.tar", reference)
    docker("load", "-i", context.folder / "image.tar")

    said = docker("push", reference, check=False)
    check("no basic auth credentials" in said, f"docker says that it wants a password: {said}")
    said = docker("login", "-u", "jane", "-p", "open sesam", berth.address, check=False)
    check("unauthorized" in said or "401" in said, f"docker says that the password is wrong: {said}")
    check("Login Succeeded" in docker("login", "-u", "jane", "-p", "open sesame", berth.address), "docker login")
    check("digest: sha256:" in docker("push", reference), "docker push")
    docker("rmi", reference)
    docker("pull", reference)
    check_equal(docker.image_id(reference), image.docker_id, "id of the pulled image")
    docker("logout", berth.address)
    docker("rmi", reference)
    said = docker("pull", reference, check=False)
    check("no basic auth credentials" in said, f"docker says that it wants a password: {said}")


@scenario("filesystem", "s3")
def skopeo_logs_in_and_copies_there_and_back(context):
    berth = node_with(context, Users(context.folder, jane="secret"))
    known = {"REGISTRY_AUTH_FILE": str(context.folder / "auth.json")}

    def skopeo(*command, check=True):
        return run("skopeo", *command, env=known, check=check)

    def login(password):
        return skopeo("login", "--tls-verify=false", "-u", "jane", "-p", password, berth.address, check=False)

    images.Image("auth").write_dir(context.folder / "sent", images.OCI)
    there = ["copy", "--preserve-digests", "--dest-tls-verify=false", f"dir:{context.folder}/sent",
             f"docker://{berth.address}/auth/app:v1"]
    refused = skopeo(*there, check=False)
    check("authentication required" in refused.stdout, f"skopeo says that it wants a password: {refused.stdout}")
    wrong = login("secre")
    check(wrong.returncode != 0 and "invalid username/password" in wrong.stdout, f"a wrong password: {wrong.stdout}")
    check("Login Succeeded" in login("secret").stdout, "skopeo login")
    skopeo(*there)
    skopeo("copy", "--preserve-digests", "--src-tls-verify=false", f"docker://{berth.address}/auth/app:v1",
           f"dir:{context.folder}/received")
    images.check_same_dir(context.folder / "sent", context.folder / "received")
    check_equal(json.loads(skopeo("list-tags", "--tls-verify=false", f"docker://{berth.address}/auth/app").stdout)["Tags"],
                ["v1"], "tags")


@scenario("filesystem")
def containerd_pulls_with_a_password(context):
    berth = node_with(context, Users(context.folder, jane="secret"))
    reference = f"{berth.address}/team/app:1"
    digest = images.Image("containerd").write_dir(context.folder / "sent", images.OCI)
    context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{reference}", "--dest-creds", "jane:secret")
    ctr = context.containerd()
    pull = ["images", "pull", "--plain-http", "--snapshotter", "native"]
    for wrong in ([], ["--user", "jane:wrong"]):
        refused = run("ctr", "--address", ctr.socket, *pull, *wrong, reference, check=False)
        check(refused.returncode != 0 and "401" in refused.stdout, f"ctr with {wrong}: {refused.stdout}")
    ctr(*pull, "--user", "jane:secret", reference)
    check_equal(ctr.digest_of(reference), digest, "digest of the pulled image")


@scenario("filesystem")
def a_changed_file_counts_without_a_restart(context):
    users = Users(context.folder, jane="secret")
    berth = node_with(context, users)
    check_equal((status_of(berth, jane="secret"), status_of(berth, john="other")), (200, 401), "before")
    users.write(john="other")
    wait_until(lambda: status_of(berth, john="other") == 200, "john is let in", 5)
    check_equal(status_of(berth, jane="secret"), 401, "jane is let in no more")

    users.file.write_text("this is no line of it\n")
    wait_until(lambda: status_of(berth, john="other") == 200 and "is of no use" in berth.process.said(),
               "the log says that the file is of no use", 5)
    users.file.unlink()
    check_equal(status_of(berth, john="other"), 200, "john, without a file")
    users.write(jane="third")
    wait_until(lambda: status_of(berth, jane="third") == 200, "jane is let in", 5)
    for secret in ("secret", "other", "third", "this is no line"):
        check(secret not in berth.process.said(), f"the log holds {secret!r}")


@scenario("filesystem")
def sighup_has_the_file_read_at_once(context):
    berth = node_with(context, Users(context.folder, jane="secret"))
    berth.process.signal(signal.SIGHUP)
    berth.process.wait_for_line("the file of auth.htpasswd was read again.* users=1", 5)
    check_equal(status_of(berth, jane="secret"), 200, "jane")


STRANGERS = [("GET", "/v2/"), ("HEAD", "/v2/"), ("GET", "/v2/_catalog"), ("POST", "/v2/_catalog"),
             ("GET", "/v2/a/b/tags/list"), ("PUT", "/v2/a/b/tags/list"), ("GET", "/v2/a/b/manifests/v1"),
             ("HEAD", "/v2/a/b/manifests/v1"), ("PUT", "/v2/a/b/manifests/v1"), ("DELETE", "/v2/a/b/manifests/v1"),
             ("TRACE", "/v2/a/b/manifests/v1"), ("GET", "/v2/a/b/blobs/sha256:" + "0" * 64),
             ("DELETE", "/v2/a/b/blobs/sha256:" + "0" * 64), ("POST", "/v2/a/b/blobs/uploads/"),
             ("POST", "/v2/a/b/blobs/uploads/?mount=sha256:" + "0" * 64 + "&from=c/d"),
             ("PATCH", "/v2/a/b/blobs/uploads/2f0a2b4e-6c6a-4c4a-8f0a-2b4e6c6a4c4a"),
             ("DELETE", "/v2/a/b/blobs/uploads/2f0a2b4e-6c6a-4c4a-8f0a-2b4e6c6a4c4a")]
WRONG = [{}, basic("jane", "wrong"), basic("nobody", "secret"), basic("", ""), basic("plain", "plain"),
         {"Authorization": "Basic !"}, {"Authorization": "Bearer abc"}, {"Authorization": "Basic amFuZQ=="}]


def answers_of(registry, asked):
    """Status, headers and body of each, but for the date."""
    answers = {}
    for method, path, headers in asked:
        body = b"{}" if method in ("PUT", "PATCH") else None
        got = request(registry.address, method, path, body, headers)
        named = {name.lower(): value for name, value in got.headers.items() if name.lower() not in ("date", "connection")}
        answers[f"{method} {path} {headers}"] = (got.status, named, got.body)
    return answers


@scenario()
def strangers_get_the_answers_of_registry2(context):
    users = Users(context.folder, jane="secret")
    with users.file.open("a") as file:
        file.write("# a comment\n\nplain:plain\n")
    for auth, asked in ((users.yaml(), [(*each, {}) for each in STRANGERS] + [("GET", "/v2/_catalog", who) for who in WRONG]),
                        (SILLY, [(*each, {}) for each in STRANGERS])):
        answers = []
        for name, start in (("berth", context.berth), ("registry2", context.registry2)):
            where = Folder(context.folder / name)
            answers.append(answers_of(start(where, config=configuration(where, auth)), asked))
        for each, answer in answers[1].items():
            check_equal(answer[0], 401, f"registry:2's status of {each}")
            check_equal(answers[0][each], answer, each)


@scenario()
def who_is_let_in_stands_in_the_access_log_and_in_events(context):
    users, sink, where = Users(context.folder, jane="secret"), Sink(), Folder(context.folder / "data")
    told = f"notifications:\n  endpoints:\n    - name: sink\n      url: {sink.url()}\n"
    berth = context.berth(where, config=configuration(where, users.yaml() + told))
    begun = request(berth.address, "POST", "/v2/a/b/blobs/uploads/?digest=sha256:"
                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", b"abc", basic("jane", "secret"))
    check_equal(begun.status, 201, f"a blob in one request: {begun}")
    wait_until(lambda: sink.events, "the sink is told")
    check_equal(sink.events[0]["actor"], {"name": "jane"}, "the actor")
    wait_until(lambda: '127.0.0.1 - jane [' in berth.process.said(), "the access log names jane")


@scenario()
def the_warm_command_shows_a_password(context):
    users, where = Users(context.folder, jane="secret"), Folder(context.folder / "data")
    plain = context.berth(where)
    images.Image("v1", (20, 3)).write_dir(context.folder / "v1", images.OCI)
    context.skopeo.copy(f"dir:{context.folder / 'v1'}", f"docker://{plain.address}/team/net:v1")
    berth = context.berth(where, config=with_cache(where, context.folder / "cache") + users.yaml())

    def warm(*options):
        return run(berth_binary(), "warm", "--address", berth.address, *options, "team/net:v1", check=False)

    refused = warm()
    check(refused.returncode == 1 and "--user-file" in refused.stdout, f"what to do without a file: {refused.stdout}")
    file = context.folder / "jane"
    file.write_text("jane:secret\n")
    file.chmod(0o644)
    readable = warm("--user-file", file)
    check(readable.returncode == 2 and "chmod 600" in readable.stdout, f"a file that all may read: {readable.stdout}")
    file.chmod(0o600)
    check("1 of 1 images warm" in warm("--user-file", file).stdout, "warm with a password")
    check_equal(run(berth_binary(), "warm", "--address", berth.address, "team/net:v1",
                    env={"BERTH_USER_FILE": str(file)}).returncode, 0, "exit code with BERTH_USER_FILE")
    file.write_text("jane:wrong\n")
    wrong = warm("--user-file", file)
    check(wrong.returncode == 1 and "password is wrong" in wrong.stdout, f"a wrong password: {wrong.stdout}")


@scenario()
def a_file_that_is_missing_or_wrong_is_found_before_the_start(context):
    where = Folder(context.folder / "data")
    users = Users(context.folder, jane="secret")
    config = context.write_config(configuration(where, users.yaml()))
    sound = run(berth_binary(), "check-config", config)
    check("sound" in sound.stdout, f"check-config: {sound.stdout}")
    for wrong, says in (("jane\n", "line 1"), (None, "htpasswd -cB")):
        users.file.unlink()
        if wrong:
            users.file.write_text(wrong)
        checked = run(berth_binary(), "check-config", config, check=False)
        check(says in checked.stdout and "auth.htpasswd.path" in checked.stdout, f"check-config: {checked.stdout}")
        started = run(berth_binary(), "serve", config, check=False)
        check(started.returncode != 0 and says in started.stdout, f"serve: {started.stdout}")
