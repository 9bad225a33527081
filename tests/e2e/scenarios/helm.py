"""helm: a chart as an OCI artifact."""
from harness.checks import check, check_equal
from harness.http import digest_of, get_blob
from harness.scenario import scenario

CHART = "apiVersion: v2\nname: hello\nversion: {version}\nappVersion: '1'\ndescription: a chart of one map\n"
TEMPLATE = ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n"
            "data:\n  word: {{ .Values.word }}\n")


def package(helm, version):
    """The file name of a chart packaged by helm."""
    chart = helm.folder / "hello"
    (chart / "templates").mkdir(parents=True, exist_ok=True)
    (chart / "Chart.yaml").write_text(CHART.format(version=version))
    (chart / "values.yaml").write_text("word: aloha\n")
    (chart / "templates" / "map.yaml").write_text(TEMPLATE)
    helm("package", "hello")
    return f"hello-{version}.tgz"


@scenario("filesystem", "s3")
def a_pushed_chart_is_pulled_byte_for_byte(context):
    berth = context.berth(context.new_storage())
    helm = context.go_program("helm")
    (helm.folder / "pulled").mkdir()
    reference = f"oci://{berth.address}/charts/hello"
    for version in ("0.1.0", "0.2.0-rc.1+build.7"):
        file = package(helm, version)
        said = helm.run("push", "--plain-http", file, f"oci://{berth.address}/charts")
        check("Digest: sha256:" in said.stdout + said.stderr, f"helm push names a digest: {said.stderr}")
        helm("pull", "--plain-http", reference, "--version", version, "--destination", "pulled")
        sent = (helm.folder / file).read_bytes()
        check_equal((helm.folder / "pulled" / file).read_bytes(), sent, f"chart {version}")
        check_equal(get_blob(berth.address, "charts/hello", digest_of(sent)), sent, f"layer of chart {version}")

    check("version: 0.1.0" in helm("show", "chart", "--plain-http", reference), "the newest release is found by tags")
    rendered = helm("template", "greeting", reference, "--plain-http", "--version", "0.1.0")
    check("name: greeting" in rendered and "word: aloha" in rendered, f"rendered from the registry: {rendered}")
    said = helm.is_refused("pull", "--plain-http", reference, "--version", "9.9.9")
    check("not found" in said, f"helm says that there is no such version: {said}")
