"""What is written for containers, Kubernetes and Prometheus agrees with the service, and keeps its promises."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from kubernetes_validate import validate

from api.settings import Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
OVERLAYS = ("embedded", "remote")
# What a service needs besides what it allows to queries and writes, with a graph of a million triples.
OWN_MIB = 512
Manifest = dict[str, Any]


@cache
def built(overlay: str) -> tuple[Manifest, ...]:
    """Return the resources of an overlay, as Kubernetes is given them."""
    folder = str(DEPLOY / "kubernetes" / overlay)
    if shutil.which("kubectl"):
        command = ["kubectl", "kustomize", folder]
    elif shutil.which("kustomize"):
        command = ["kustomize", "build", folder]
    else:
        pytest.skip("neither kubectl nor kustomize is installed, which build the manifests")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(yaml.safe_load_all(done.stdout))


def of_kind(overlay: str, kind: str) -> Manifest:
    (found,) = [one for one in built(overlay) if one["kind"] == kind]
    return found


def workload(overlay: str) -> Manifest:
    return of_kind(overlay, {"embedded": "StatefulSet", "remote": "Deployment"}[overlay])


def pod(overlay: str) -> Manifest:
    spec: Manifest = workload(overlay)["spec"]["template"]["spec"]
    return spec


def container(overlay: str) -> Manifest:
    (found,) = pod(overlay)["containers"]
    return dict(found)


def settings_of(environment: dict[str, str]) -> Settings:
    """Return the settings that an environment makes, each known and good."""
    prefix = "CLOUDINDEX_"
    assert {name for name in environment if not name.startswith(prefix)} == set()
    given: Any = {name.removeprefix(prefix).lower(): value for name, value in environment.items()}
    return Settings(**given)


def allowed_mib(settings: Settings) -> int:
    """Return how much memory the service and all that it allows at the same time may take."""
    queries = settings.query_workers * settings.query_memory_mib
    return OWN_MIB + queries + settings.write_memory_mib + settings.validation_memory_mib


def compose() -> Manifest:
    read: Manifest = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_manifests_are_what_kubernetes_takes(overlay: str) -> None:
    for resource in built(overlay):
        validate(resource, "1.33", strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_may_do_nothing_that_they_need_not(overlay: str) -> None:
    one = container(overlay)["securityContext"]
    everyone = pod(overlay)["securityContext"]

    assert one == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert (everyone["runAsNonRoot"], everyone["seccompProfile"]) == (True, {"type": "RuntimeDefault"})
    assert f"USER {everyone['runAsUser']}:{everyone['runAsGroup']}\n" in containerfile()
    assert pod(overlay)["automountServiceAccountToken"] is False


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_probes_ask_what_the_service_answers_without_a_token(overlay: str, client: httpx.Client) -> None:
    probes = {name: container(overlay)[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}

    assert {name: probe["path"] for name, probe in probes.items()} == {
        "startup": "/healthz",
        "liveness": "/healthz",
        "readiness": "/readyz?exclude=workers&exclude=server",
    }
    assert {probe["port"] for probe in probes.values()} == {"http"}
    assert [client.get(probe["path"]).status_code for probe in probes.values()] == [200] * 3


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_settings_of_pods_are_known_and_fit_their_limits(overlay: str) -> None:
    settings = settings_of(of_kind(overlay, "ConfigMap")["data"])

    assert settings.engine == {"embedded": "embedded", "remote": "sparql"}[overlay]
    assert allowed_mib(settings) <= 1024 * int(container(overlay)["resources"]["limits"]["memory"].removesuffix("Gi"))
    assert pod(overlay)["terminationGracePeriodSeconds"] > settings.write_seconds + 5
    assert settings.write_seconds > settings.query_seconds


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_ports_and_labels_agree(overlay: str) -> None:
    labels = workload(overlay)["spec"]["template"]["metadata"]["labels"].items()
    service = of_kind(overlay, "Service")["spec"]
    policy = of_kind(overlay, "NetworkPolicy")["spec"]

    assert container(overlay)["ports"] == [{"name": "http", "containerPort": 8000}]
    assert "CLOUDINDEX_PORT=8000" in containerfile()
    assert [port["targetPort"] for port in service["ports"]] == ["http"]
    assert [port["port"] for port in policy["ingress"][0]["ports"]] == ["http"]
    for selector in (
        service["selector"],
        policy["podSelector"]["matchLabels"],
        workload(overlay)["spec"]["selector"]["matchLabels"],
        of_kind(overlay, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
    ):
        assert selector
        assert selector.items() <= labels


def test_an_embedded_pod_reaches_nobody_and_a_remote_one_its_server_and_names() -> None:
    policies = {overlay: of_kind(overlay, "NetworkPolicy")["spec"] for overlay in OVERLAYS}
    endpoint = of_kind("remote", "ConfigMap")["data"]["CLOUDINDEX_QUERY_ENDPOINTS"]

    assert [policy["policyTypes"] for policy in policies.values()] == [["Ingress", "Egress"]] * 2
    assert "egress" not in policies["embedded"]
    server, names = policies["remote"]["egress"]
    assert server["to"][0]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "fuseki"}
    assert f":{server['ports'][0]['port']}/" in endpoint
    assert {port["port"] for port in names["ports"]} == {53}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_is_written_has_a_volume(overlay: str) -> None:
    volumes = {volume["name"] for volume in pod(overlay)["volumes"]}
    volumes |= {claim["metadata"]["name"] for claim in workload(overlay)["spec"].get("volumeClaimTemplates", ())}
    mounts = {mount["mountPath"]: mount["name"] for mount in container(overlay)["volumeMounts"]}

    assert {"/var/lib/cloudindex", "/tmp"} <= mounts.keys()  # noqa: S108  # of the pod
    assert set(mounts.values()) == volumes
    assert "CLOUDINDEX_STATE=/var/lib/cloudindex" in containerfile()


def test_a_password_comes_to_a_pod_as_a_file() -> None:
    path = of_kind("remote", "ConfigMap")["data"]["CLOUDINDEX_ENGINE_PASSWORD_FILE"]
    mounts = {mount["mountPath"] for mount in container("remote")["volumeMounts"] if mount.get("readOnly")}

    assert str(Path(path).parent) in mounts


def test_tokens_come_to_all_copies_as_one_file() -> None:
    path = of_kind("remote", "ConfigMap")["data"]["CLOUDINDEX_TOKENS"]
    mounts = {mount["mountPath"]: mount["name"] for mount in container("remote")["volumeMounts"]}
    (volume,) = [one for one in pod("remote")["volumes"] if one["name"] == mounts[str(Path(path).parent)]]

    assert (Path(path).name, volume["secret"]["optional"]) == ("tokens.json", True)


def containerfile() -> str:
    return (ROOT / "Containerfile").read_text(encoding="utf-8")


def instruction(name: str) -> list[str]:
    """Return the words of an instruction of the Containerfile that is given as a list."""
    found = re.findall(rf"^{name}[^\[]*(\[.*\])$", containerfile().replace("\\\n", ""), re.MULTILINE)
    words: list[str] = json.loads(found[-1])
    return words


def test_the_health_check_of_the_image_says_whether_the_service_answers(client: httpx.Client) -> None:
    command = instruction("HEALTHCHECK")

    def run(port: str) -> int:
        proxy = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"}  # as Docker may hand it on
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "CLOUDINDEX_PORT": port, **proxy}
        return subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, check=False).returncode

    assert run(str(client.base_url.port)) == 0
    assert run("1") == 1


def test_the_image_holds_what_the_package_is_made_of_and_nothing_else() -> None:
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", containerfile(), re.MULTILINE)
    copied = {word for names in copies for word in names.split()}
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert {line[1:] for line in lines if line.startswith("!")} == copied
    assert lines[1] == "*"
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_version_of_the_image_is_that_of_the_package() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version is not None

    assert f"ARG VERSION={version[1]}\n" in containerfile()
    images = {container(overlay)["image"] for overlay in OVERLAYS} | {compose()["services"]["cloudindex"]["image"]}
    assert images == {f"cloudindex:{version[1]}"}


def test_compose_sets_what_is_known_within_limits_and_listens_on_loopback() -> None:
    services = compose()["services"]
    settings = settings_of(services["cloudindex"]["environment"])

    assert allowed_mib(settings) <= 1024 * int(services["cloudindex"]["mem_limit"].removesuffix("g"))
    assert int(services["cloudindex"]["stop_grace_period"].removesuffix("s")) > settings.write_seconds
    assert str(settings.engine_password_file) == "/run/secrets/engine_password"
    for service in services.values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["secrets"] == ["engine_password"]
        context = (DEPLOY / service["build"]["context"]).resolve()
        assert (context / service["build"]["dockerfile"]).is_file()


def test_fuseki_of_compose_is_the_release_that_is_tested() -> None:
    release = re.search(
        r"<version>([\d.]+)</version>\s*<exclusions>", (ROOT / "tests/servers/pom.xml").read_text("utf-8")
    )
    assert release is not None

    assert compose()["services"]["fuseki"]["image"] == f"cloudindex-fuseki:{release[1]}"


def rules() -> Iterator[Manifest]:
    read = yaml.safe_load((DEPLOY / "prometheus-rules.yaml").read_text(encoding="utf-8"))
    for group in read["groups"]:
        yield from group["rules"]


def test_alerts_look_at_what_the_service_tells(client: httpx.Client) -> None:
    client.get("/api/entities/kubespray")
    told = set(re.findall(r"^# TYPE (\S+) (?:counter|gauge|histogram)$", client.get("/metrics").text, re.MULTILINE))
    told.add("cloudindex_server_endpoint_up")  # where the graph lives on a server
    labels = {"reason": ("deadline", "memory", "crash", "client")}

    for rule in rules():
        for name in re.findall(r"\bcloudindex_\w+", rule["expr"]):
            assert name.removesuffix("_bucket") in told
        for label, value in re.findall(r'(\w+)=~?"([^"]+)"', rule["expr"]):
            assert set(value.split("|")) <= set(labels.get(label, value.split("|")))
    assert "/api/entities/{slug}" in client.get("/openapi.json").json()["paths"]


def test_what_to_do_about_an_alert_is_written() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8").lower()
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", title).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }

    assert {rule["annotations"]["runbook"].partition("#")[2] for rule in rules()} <= anchors


def test_alerts_are_what_prometheus_takes() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed, which reads the rules as Prometheus does")

    done = subprocess.run(
        ("promtool", "check", "rules", DEPLOY / "prometheus-rules.yaml"), capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
