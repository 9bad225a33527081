"""HTTPS, with an authority of the scenario's own."""
from harness import images
from harness.checks import check, check_equal, wait_until
from harness.process import run
from harness.scenario import berth_binary, scenario
from harness.storage import configuration


class Authority:
    """Its certificate is `folder`/ca.crt, where skopeo and docker look for one."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.file = folder / "ca.crt"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=e2e", "-keyout", folder / "authority.pem", "-out", self.file)

    def sign(self, name, folder, names):
        """A key and a certificate for it: `folder`/NAME.key and NAME.cert, as skopeo and docker look for a client's."""
        folder.mkdir(exist_ok=True)
        key, asked, certificate = folder / f"{name}.key", folder / f"{name}.csr", folder / f"{name}.cert"
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={name}", "-addext", f"subjectAltName={names}", "-keyout", key, "-out", asked)
        # Renewed ones take their places at once, as certbot's do.
        run("openssl", "x509", "-req", "-in", asked, "-days", "2", "-copy_extensions", "copyall", "-CA", self.file,
            "-CAkey", self.folder / "authority.pem", "-CAcreateserial", "-out", certificate)
        return certificate, key


def tls_node(context, authority, more=""):
    certificate, key = authority.sign("server", context.folder / "server", "IP:127.0.0.1,DNS:localhost")
    where = context.new_storage()
    keys = f"  tls:\n    certificate: {certificate}\n    key: {key}\n{more}"
    return context.berth(where, configuration(where, extra_http=keys))


def copy(source, target, certificates):
    run("skopeo", "copy", "--preserve-digests", "--src-cert-dir", certificates, "--dest-cert-dir", certificates, source,
        target)


def curl(*arguments, check=True):
    return run("curl", "-sS", *arguments, check=check)


@scenario("filesystem")
def skopeo_trusts_the_authority_and_copies_there_and_back(context):
    authority = Authority(context.folder / "authority")
    berth = tls_node(context, authority)
    check(", tls" in berth.process.said(), f"the first lines say that it is TLS: {berth.process.said()}")
    images.Image("tls", layer_kib=(9000, 5)).write_dir(context.folder / "sent", images.OCI)
    copy(f"dir:{context.folder}/sent", f"docker://{berth.address}/tls/app:v1", authority.folder)
    copy(f"docker://{berth.address}/tls/app:v1", f"dir:{context.folder}/received", authority.folder)
    images.check_same_dir(context.folder / "sent", context.folder / "received")
    stranger = Authority(context.folder / "stranger")
    refused = run("skopeo", "inspect", "--cert-dir", stranger.folder, f"docker://{berth.address}/tls/app:v1", check=False)
    check(refused.returncode != 0 and "certificate" in refused.stdout, f"another authority's is refused: {refused.stdout}")


@scenario("filesystem")
def docker_pushes_and_pulls(context):
    berth = tls_node(context, Authority(context.folder / "authority"))
    docker = context.docker()
    reference = f"{berth.address}/tls/app:1"
    image = images.Image("docker-tls", layer_kib=(3000, 1))
    image.write_docker_archive(context.folder / "image.tar", reference)
    docker("load", "-i", context.folder / "image.tar")
    docker("push", reference)
    docker("rmi", reference)
    docker("pull", reference)
    check_equal(docker.image_id(reference), image.docker_id, "id of the pulled image")


@scenario("filesystem")
def curl_gets_http_1_1_over_tls_and_a_word_over_plain_http(context):
    authority = Authority(context.folder / "authority")
    berth = tls_node(context, authority)
    seen = curl("--cacert", authority.file, "--http2", "-w", " %{http_version} %{ssl_verify_result}",
                f"https://localhost:{berth.port}/v2/").stdout
    check_equal(seen, "{} 1.1 0", "body, version and verification")
    check_equal(curl("-w", " %{http_code}", f"http://{berth.address}/v2/").stdout,
                "Client sent an HTTP request to an HTTPS server.\n 400", "plain HTTP")
    old = curl("--cacert", authority.file, "--tls-max", "1.1", f"https://{berth.address}/v2/", check=False)
    check(old.returncode != 0, f"TLS 1.1 is refused: {old.stdout}")


@scenario("filesystem")
def clients_are_known_by_their_certificates(context):
    authority = Authority(context.folder / "authority")
    berth = tls_node(context, authority, f"    clientcas:\n      - {authority.file}\n")
    refused = curl("--cacert", authority.file, f"https://{berth.address}/v2/", check=False)
    check(refused.returncode != 0, f"a client without a certificate is refused: {refused.stdout}")
    certificate, key = authority.sign("node-7", context.folder / "client", "DNS:node-7")
    check_equal(curl("--cacert", authority.file, "--cert", certificate, "--key", key,
                     f"https://{berth.address}/v2/").stdout, "{}", "what curl gets with one")
    wait_until(lambda: "127.0.0.1 - node-7 [" in berth.process.said(), "the access log names the client")
    (context.folder / "client" / "ca.crt").write_text(authority.file.read_text())
    images.Image("mutual", layer_kib=(30,)).write_dir(context.folder / "sent", images.OCI)
    copy(f"dir:{context.folder}/sent", f"docker://{berth.address}/tls/app:v1", context.folder / "client")


@scenario("filesystem")
def a_renewed_certificate_counts_without_a_restart(context):
    authority = Authority(context.folder / "authority")
    berth = tls_node(context, authority)

    def shown():
        return run("openssl", "s_client", "-connect", berth.address, "-CAfile", authority.file, check=False).stdout

    first = shown()
    check("Verify return code: 0" in first, f"the first certificate is verified: {first}")
    first_one = first.split("-----BEGIN CERTIFICATE-----")[1].split("-----END")[0]
    key = context.folder / "server" / "server.key"
    key.write_text("torn")
    berth.process.wait_for_line("those before stay in use", 10)
    check(first_one in shown(), "the first certificate stays in use")
    authority.sign("server", context.folder / "server", "IP:127.0.0.1")
    berth.process.wait_for_line("the new ones are in use", 15)
    last = shown()
    check("Verify return code: 0" in last and first_one not in last, f"the new certificate is in use: {last}")


@scenario()
def files_of_no_use_keep_it_from_starting_and_check_config_tells(context):
    authority = Authority(context.folder / "authority")
    certificate, _ = authority.sign("server", context.folder / "server", "IP:127.0.0.1")
    _, key = authority.sign("other", context.folder / "server", "IP:127.0.0.1")
    file = context.write_config(f"version: 0.1\nstorage: inmemory\nhttp:\n  addr: 127.0.0.1:0\n  tls:\n"
                                f"    certificate: {certificate}\n    key: {key}\n")
    why = f"http.tls.key: {key} does not belong to the certificate in {certificate}"
    started = run(berth_binary(), "serve", file, check=False, timeout=20)
    check_equal((started.returncode, f"berth: {why}" in started.stdout), (2, True), f"how it ends: {started.stdout}")
    checked = run(berth_binary(), "check-config", file, check=False).stdout
    check(f"{file}:7: would not start on this machine: {why}" in checked, f"what check-config says: {checked}")
