"""auth.token: clients that fetch tokens, and what registry:2 says to the same ones."""
import json
import re

from harness import images
from harness.checks import check, check_equal, wait_until
from harness.http import digest_of, push_blob, request
from harness.process import run
from harness.scenario import berth_binary, scenario
from harness.storage import DELETE_ENABLED, Folder, configuration
from harness.tokens import Signer, TokenService
from scenarios.disk_cache import with_cache

USERS = {"alice": ("wonder", ["pull", "push", "delete", "*"]), "bob": ("builder", ["pull"])}


def guarded_berth(context):
    """A berth, and the service whose tokens it takes."""
    service = TokenService(context.folder, USERS)
    where = context.new_storage()
    return context.berth(where, configuration(where, extra_storage=DELETE_ENABLED) + service.keys()), service


@scenario("filesystem")
def docker_logs_in_pushes_and_pulls(context):
    berth, service = guarded_berth(context)
    docker = context.docker()
    reference = f"{berth.address}/team/app:1"
    image = images.Image("tokens-docker", layer_kib=(3000, 1))
    image.write_docker_archive(context.folder / "image.tar", reference)
    docker("load", "-i", context.folder / "image.tar")
    refused = run("docker", "push", reference, env=docker.environment, check=False)
    check(refused.returncode != 0, f"a push of nobody is refused: {refused.stdout}")
    refused = run("docker", "login", "-u", "alice", "-p", "wrong", berth.address, env=docker.environment, check=False)
    check(refused.returncode != 0, f"a wrong password is refused: {refused.stdout}")

    docker("login", "-u", "bob", "-p", "builder", berth.address)
    refused = run("docker", "push", reference, env=docker.environment, check=False)
    check(refused.returncode != 0, f"a push of who may only pull is refused: {refused.stdout}")
    docker("login", "-u", "alice", "-p", "wonder", berth.address)
    docker("push", reference)
    docker("login", "-u", "bob", "-p", "builder", berth.address)
    docker("rmi", reference)
    docker("pull", reference)
    check_equal(docker.image_id(reference), image.docker_id, "id of the pulled image")
    check("127.0.0.1 - alice [" in berth.process.said(), "the access log names who pushed")
    check(any("repository:team/app:pull,push" in scope or "repository:team/app:push,pull" in scope
              for query in service.asked for scope in query.get("scope", [])), f"scopes asked for: {service.asked}")


@scenario("filesystem")
def skopeo_copies_with_a_name_and_deletes_with_the_right_to(context):
    berth, _ = guarded_berth(context)
    images.Image("tokens-skopeo", layer_kib=(900, 5)).write_dir(context.folder / "sent", images.OCI)
    app = f"docker://{berth.address}/team/app:v1"
    context.skopeo.copy(f"dir:{context.folder}/sent", app, "--dest-creds", "alice:wonder")
    context.skopeo.copy(app, f"docker://{berth.address}/other/app:v1", "--src-creds", "bob:builder", "--dest-creds",
                        "alice:wonder")
    context.skopeo.copy(app, f"dir:{context.folder}/received", "--src-creds", "bob:builder")
    images.check_same_dir(context.folder / "sent", context.folder / "received")
    for command in (["inspect", app], ["inspect", "--creds", "bob:wrong", app], ["delete", "--creds", "bob:builder", app],
                    ["copy", "--src-creds", "bob:builder", "--dest-creds", "bob:builder", app, app + "-2"]):
        options = ["--src-tls-verify=false", "--dest-tls-verify=false"] if command[0] == "copy" else ["--tls-verify=false"]
        refused = run("skopeo", command[0], *options, *command[1:], check=False)
        check(refused.returncode != 0, f"skopeo {' '.join(command)} is refused, not {refused.stdout}")
    run("skopeo", "delete", "--tls-verify=false", "--creds", "alice:wonder", app)


@scenario("filesystem")
def crane_copies_and_lists_with_a_name(context):
    berth, _ = guarded_berth(context)
    crane = context.go_program("crane")
    app = f"{berth.address}/team/app"
    images.Image("tokens-crane", layer_kib=(900, 5)).write_docker_archive(crane.folder / "image.tar", f"{app}:v1")
    crane.is_refused("push", "image.tar", f"{app}:v1")
    crane("auth", "login", berth.address, "-u", "alice", "-p", "wonder")
    crane("push", "image.tar", f"{app}:v1")
    crane("copy", f"{app}:v1", f"{berth.address}/other/app:v1")
    crane("validate", "--remote", f"{berth.address}/other/app:v1")
    check_equal(crane("ls", app).split(), ["v1"], "tags")
    check_equal(crane("catalog", berth.address).split(), ["other/app", "team/app"], "repositories")


def sorted_scope(text):
    """registry:2 shuffles the scopes, and the actions of each."""
    scopes = [scope.rsplit(":", 1) for scope in text.split(" ")]
    return str(sorted((resource, sorted(actions.split(","))) for resource, actions in scopes))


def said_to(address, method, path, token=None, body=None, headers=None):
    """The parts of an answer in which two registries that agree are equal."""
    authorization = {"Authorization": f"Bearer {token}"} if token is not None else {}
    answer = request(address, method, path, body, {**authorization, **(headers or {})})
    challenge = re.sub(r'scope="([^"]*)"', lambda scope: sorted_scope(scope[1]), answer.headers.get("WWW-Authenticate", ""))
    body = json.loads(answer.body or b"null") if answer.status == 401 else answer.error_codes()
    return answer.status, challenge, body, answer.headers.get("Content-Type") if answer.status == 401 else ""


def requests_with_tokens(service, digest, folder):
    """(what, method, path, token)"""
    signer, stranger = service.signer, Signer(folder, "stranger")
    everything = ["pull", "push", "delete", "*"]
    good = signer.token(("told/app", *everything), ("other", *everything))
    blob, manifest = f"/v2/told/app/blobs/{digest}", "/v2/told/app/manifests/v1"
    mount = f"/v2/other/blobs/uploads/?mount={digest}&from=told/app"
    now = 1700000000
    tokens = {
        "none": None, "empty": "", "nonsense": "nonsense", "two parts": "a.b", "good": good,
        "for nothing": signer.token(), "pull only": signer.token(("told/app", "pull")),
        "push only": signer.token(("told/app", "push")), "star": signer.token(("told/app", "*")),
        "star for a name": signer.token(("*", "pull")), "delete only": signer.token(("told/app", "delete")),
        "another issuer": signer.token(("told/app", "pull"), iss="somebody"),
        "another audience": signer.token(("told/app", "pull"), aud="something"),
        "expired": signer.token(("told/app", "pull"), exp=now),
        "not yet": signer.token(("told/app", "pull"), nbf=now * 2),
        "a stranger's": stranger.token(("told/app", "pull")),
        "a stranger's under the service's name": stranger.token(("told/app", "pull"), header={"kid": signer.kid}),
        "without a kid": signer.token(("told/app", "pull"), header={"kid": ""}),
        "with the service's certificate": signer.token(("told/app", "pull"), header={"kid": "", "x5c": signer.chain()}),
        "with a stranger's certificate": stranger.token(("told/app", "pull"), header={"kid": "", "x5c": stranger.chain()}),
        "unsigned": ".".join(good.split(".")[:2]) + ".",
        "called none": signer.token(("told/app", "pull"), header={"alg": "none"}),
        "called HS256": signer.token(("told/app", "pull"), header={"alg": "HS256"}),
    }
    for name, token in tokens.items():
        for method, path in (("GET", "/v2/"), ("GET", blob), ("HEAD", blob), ("GET", manifest)):
            yield f"{method} {path} with the token {name}", method, path, token
    for name in ("none", "good", "pull only", "push only", "star", "delete only"):
        for method, path in (("POST", "/v2/told/app/blobs/uploads/"), ("DELETE", f"/v2/told/app/blobs/sha256:{'0' * 64}"),
                             ("GET", "/v2/_catalog"), ("POST", mount)):
            yield f"{method} {path} with the token {name}", method, path, tokens[name]


@scenario()
def are_judged_as_by_registry2(context):
    service = TokenService(context.folder, USERS)
    blob = b"a blob"
    digest = digest_of(blob)
    addresses = []
    for name, start in (("berth", context.berth), ("registry2", context.registry2)):
        where = Folder(context.folder / name)
        open_to_all = start(where)
        push_blob(open_to_all.address, "told/app", blob)
        open_to_all.process.stop()
        config = configuration(where, extra_storage=DELETE_ENABLED) + service.keys()
        addresses.append(start(where, config=config).address)
    judged = 0
    for what, method, path, token in requests_with_tokens(service, digest, context.folder):
        berth, registry2 = (said_to(address, method, path, token) for address in addresses)
        check_equal(berth, registry2, what)
        judged += berth[0] == 401
    check(judged > 50, f"most of them are refused: {judged}")


@scenario("filesystem")
def warm_fetches_a_token_with_the_user_of_a_file(context):
    service, where = TokenService(context.folder, USERS), context.new_storage()
    berth = context.berth(where, config=with_cache(where, context.folder / "cache") + service.keys())
    images.Image("tokens-warm", layer_kib=(900, 5)).write_dir(context.folder / "sent", images.OCI)
    context.skopeo.copy(f"dir:{context.folder}/sent", f"docker://{berth.address}/team/app:v1", "--dest-creds", "alice:wonder")

    def warm(user, *more):
        file = context.folder / "user"
        file.write_text(user)
        file.chmod(0o600)
        return run(berth_binary(), "warm", "--address", berth.address, "--user-file", file, *more, "team/app:v1", check=False)
    done = warm("alice:wonder", "--pin")
    check("1 of 1 images warm" in done.stdout, f"what berth warm says: {done.stdout}")
    check_equal(warm("alice:wonder", "--unpin").returncode, 0, "how --unpin ends")
    for user, why in (("alice:wrong", f"no token from {service.realm}: it answers 401"), ("bob:builder", "registry:node:*")):
        refused = warm(user)
        check_equal((refused.returncode, why in refused.stdout), (1, True), f"what berth warm says to {user}: {refused.stdout}")
    check("wonder" not in berth.process.said(), "the log holds no password")


@scenario()
def files_of_no_use_keep_it_from_starting_and_check_config_tells(context):
    service = TokenService(context.folder, USERS)
    for old, new, why in ((str(service.signer.certificate), f"{context.folder}/nowhere.pem", "rootcertbundle"),
                          ("    issuer: e2e tokens\n", "", "auth.token.issuer"),
                          (str(service.signer.certificate), str(service.signer.key), "rootcertbundle")):
        file = context.write_config("version: 0.1\nstorage: inmemory\nhttp:\n  addr: 127.0.0.1:0\n" +
                                    service.keys().replace(old, new))
        started = run(berth_binary(), "serve", file, check=False, timeout=20)
        check_equal(started.returncode, 2, f"the exit code: {started.stdout}")
        for said in (started.stdout, run(berth_binary(), "check-config", file, check=False).stdout):
            check(why in said, f"{why} is named: {said}")


@scenario("filesystem")
def a_new_bundle_counts_without_a_restart(context):
    berth, service = guarded_berth(context)
    check_equal(request(berth.address, "GET", "/v2/", headers={"Authorization": f"Bearer {service.signer.token()}"}).status,
                200, "GET /v2/ with a token of the first key")
    renewed = Signer(context.folder, "renewed")
    token = renewed.token()
    check_equal(request(berth.address, "GET", "/v2/", headers={"Authorization": f"Bearer {token}"}).status, 401,
                "with one of another key")
    renewed.certificate.rename(service.signer.certificate)

    def is_let_in():
        return request(berth.address, "GET", "/v2/", headers={"Authorization": f"Bearer {token}"}).status == 200
    wait_until(is_let_in, "the new key counts", 10)
