"""The server of the graph misbehaves: whoever asks hears a clear problem, and nothing half comes as whole."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest
import trustme

from tests.conftest import DATA, running
from tests.servers.exchanges import Options
from tests.servers.fixtures import KINDS, require
from tests.servers.hostile import HostileRemote, certificate
from tests.servers.running import Server
from tests.servers.tested import leading_to

ALL = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
HALF_A_MEGABYTE, MEGABYTES = 500_000, 3_000_000
LARGE = Options(after_bytes=MEGABYTES)
PATIENCE_SECONDS = 25.0
UNAVAILABLE = (503, "engine-unavailable")
BROKEN = (502, "engine-answer")
REFUSED = (502, "engine-access")
SLOW = (503, "query-timeout")
# What the server does: how a query fails, and what its problem says.
FAILURES = {
    "html": (BROKEN, "page for people"),
    "html-as-json": (BROKEN, "no table of results"),
    "wrong-type": (BROKEN, "image/png"),
    "redirect-302": (BROKEN, "sends us on to http://elsewhere.invalid"),
    "redirect-307": (BROKEN, "sends us on to http://elsewhere.invalid"),
    "unauthorized": (REFUSED, "another name or password"),
    "forbidden": (REFUSED, "does not allow"),
    "failing": (BROKEN, "status 500"),
    "unavailable": (UNAVAILABLE, "status 503"),
    "reset": (UNAVAILABLE, "broke"),
    "pass-cut": (UNAVAILABLE, "broke off"),
    "pass-cut-clean": (BROKEN, "no table of results"),
    "silent": (SLOW, "limit of 5 seconds"),
    "drip": (SLOW, "limit of 5 seconds"),
    "pass-stall": (SLOW, "limit of 5 seconds"),
}


@dataclass(slots=True)
class Behind:
    """A service whose server is asked through a remote that misbehaves when told so."""

    client: httpx.Client
    remote: HostileRemote
    upstream: str
    slugs: list[str]
    asked: int = 0

    def behaves(self, behaviour: str, after_bytes: int = 20) -> None:
        self.remote.behaves(behaviour, Options(after_bytes=after_bytes, upstream=self.upstream))

    def mended(self) -> None:
        """Behave, and return when the service has seen it; /readyz remembers for a moment what it found."""
        self.behaves("pass")
        deadline = monotonic() + PATIENCE_SECONDS
        while (answer := self.sparql("ASK {}")).status_code != 200:
            assert monotonic() < deadline, answer.text
            sleep(0.1)

    def sparql(self, query: str = ALL, **parameters: str) -> httpx.Response:
        """Ask, and let no answer that is kept be one."""
        self.asked += 1
        return self.client.get("/sparql", params={"query": f"{query} #{self.asked}", **parameters})


@pytest.fixture(scope="module")
def fuseki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    require("fuseki")
    with KINDS["fuseki"].serving(tmp_path_factory.mktemp("fuseki")) as server:
        yield server


@pytest.fixture(scope="module")
def service_behind(fuseki: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    folder = tmp_path_factory.mktemp("behind")
    with HostileRemote("pass", Options(upstream=fuseki.base)) as remote:
        settings = {
            **leading_to(fuseki),
            "CLOUDINDEX_QUERY_ENDPOINTS": f"{remote.address}/ds/query",
            "CLOUDINDEX_QUERY_SECONDS": "5",
        }
        options = ("--data", str(DATA), "--state", str(folder / "state"))
        with (
            running(*options, cwd=folder, environment=settings) as address,
            httpx.Client(base_url=address, timeout=60) as client,
        ):
            listed = client.get("/api/entities", params={"limit": 200}).raise_for_status().json()
            yield Behind(client, remote, fuseki.base, [one["slug"] for one in listed["items"]])


@pytest.fixture
def behind(service_behind: Behind) -> Behind:
    """The service while all is well."""
    service_behind.mended()
    return service_behind


@pytest.mark.parametrize("behaviour", FAILURES)
def test_a_query_has_a_clear_problem(behaviour: str, behind: Behind) -> None:
    expected, words = FAILURES[behaviour]
    behind.behaves(behaviour)

    answer = behind.sparql()

    assert (answer.status_code, answer.json()["code"]) == expected, answer.text
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("behaviour", [name for name in FAILURES if name not in ("drip", "forbidden", "reset")])
def test_rest_has_a_clear_problem(behaviour: str, behind: Behind) -> None:
    """Of nothing that was looked up before; the endpoint may be left alone by then, and the problem says why."""
    expected, _ = FAILURES[behaviour]
    behind.behaves(behaviour)

    answer = behind.client.get(f"/id/{behind.slugs.pop()}", headers={"Accept": "text/turtle"}, follow_redirects=True)

    assert (answer.status_code, answer.json()["code"]) in (expected, UNAVAILABLE), answer.text
    if answer.json()["code"] == "engine-unavailable":
        assert int(answer.headers["Retry-After"]) >= 1


def test_what_every_copy_knows_is_told_all_the_same(behind: Behind) -> None:
    """All of an entity of which no opinion is held: the words of opinions are on the server alone."""
    behind.behaves("silent")

    answer = behind.client.get("/api/entities/ansible").raise_for_status().json()

    assert (answer["name"], answer["type"]) == ("Ansible", "ConfigurationManagementTool")
    assert "kubespray" in [one["target"]["slug"] for one in answer["relations"]]


@pytest.mark.parametrize("behaviour", ["pass-cut", "pass-cut-clean"])
def test_a_large_answer_that_is_cut_is_visibly_broken(behaviour: str, behind: Behind) -> None:
    behind.behaves(behaviour, MEGABYTES)

    with pytest.raises(httpx.RemoteProtocolError):
        behind.sparql()


@pytest.mark.parametrize("behaviour", ["pass-cut", "pass-cut-clean"])
def test_an_answer_that_was_wanted_whole_is_a_problem_when_it_is_cut(behaviour: str, behind: Behind) -> None:
    behind.behaves(behaviour, MEGABYTES)

    answer = behind.sparql(complete="true")

    assert (answer.status_code, answer.json()["code"]) == BROKEN, answer.text
    assert "was cut" in answer.json()["detail"] or "is broken" in answer.json()["detail"]


@pytest.mark.parametrize("form", ["turtle", "ntriples"])
def test_an_export_that_is_cut_is_a_problem_or_visibly_broken(form: str, behind: Behind) -> None:
    behind.behaves("pass-cut", HALF_A_MEGABYTE)

    try:
        answer = behind.client.get(f"/api/export/{form}")
    except httpx.RemoteProtocolError:
        return

    assert (answer.status_code, answer.json()["code"]) in (BROKEN, UNAVAILABLE), answer.text[:200]


def test_the_service_says_that_its_server_is_not_well_and_stays_up(behind: Behind) -> None:
    behind.behaves("html")

    deadline = monotonic() + PATIENCE_SECONDS
    while "server" not in (failed := _failed_checks(behind)):
        assert monotonic() < deadline, failed
        sleep(0.1)

    assert behind.client.get("/readyz").status_code == 503
    assert behind.client.get("/readyz?exclude=workers&exclude=server").status_code == 200
    assert behind.client.get("/healthz").status_code == 200


def _failed_checks(behind: Behind) -> list[str]:
    return [check["name"] for check in behind.client.get("/readyz").json()["checks"] if not check["ok"]]


@pytest.mark.parametrize(("kind", "words"), [("expired", "expired"), ("name", "ostname mismatch")])
def test_a_service_does_not_start_where_the_certificate_is_wrong(
    kind: str, words: str, fuseki: Server, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    options = Options(upstream=fuseki.base)
    with HostileRemote("pass", options, context=certificate(kind, authority)) as remote:
        settings = {
            **leading_to(fuseki),
            "CLOUDINDEX_QUERY_ENDPOINTS": f"{remote.address}/ds/query",
            "CLOUDINDEX_ENGINE_CA_FILE": str(tmp_path / "ca.pem"),
        }
        command = (sys.executable, "-m", "api.cli", "serve", "--port", "0", "--data", str(DATA), "--state", "state")
        ended = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, **settings}, capture_output=True, text=True, check=False
        )

    assert ended.returncode != 0
    assert "certificate" in ended.stderr
    assert words in ended.stderr
