"""A service whose graph lives on a server, as its users see it: what is other than on one machine."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.api.test_problems import assert_is_problem
from tests.conftest import DATA, running
from tests.servers.fixtures import ServerOf
from tests.servers.running import Server
from tests.servers.tested import leading_to
from tests.tokens import create_token

DOCUMENT = "entities:\n  zeppelin: {type: Client, name: Zeppelin}\n"
FOREIGN = "https://others.example/graph"


@dataclass(frozen=True, slots=True)
class Copies:
    """Two copies of the service on one server, and what lets somebody write; their state folders are in *folder*."""

    one: httpx.Client
    other: httpx.Client
    server: Server
    folder: Path

    def until_it_follows(self, generation: int) -> None:
        """Wait until the other copy serves a generation."""
        for _ in range(200):
            if int(self.other.get("/api/entities?limit=1").headers["Cloudindex-Generation"]) >= generation:
                return
            time.sleep(0.1)
        raise AssertionError(f"generation {generation} is not served: {self.other.get('/readyz').text}")


@pytest.fixture(scope="module")
def copies(server_of: ServerOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """Both with a base of their own, so that nobody else's graphs are in the way."""
    folder, server = tmp_path_factory.mktemp("copies"), server_of("oxigraph")
    tokens = folder / "tokens.json"
    token = create_token(folder, role="admin", name="a-test")
    settings = {
        **leading_to(server),
        "CLOUDINDEX_BASE_IRI": "https://copies.example/",
        "CLOUDINDEX_WRITES": "true",
        "CLOUDINDEX_TOKENS": str(tokens),
    }

    def options(name: str) -> tuple[str, ...]:
        return "--data", str(DATA), "--state", str(folder / name)

    with (
        running(*options("one"), cwd=folder, environment=settings) as one,
        running(*options("other"), cwd=folder, environment=settings | {"CLOUDINDEX_SHARED_WRITERS": "true"}) as other,
        httpx.Client(base_url=one, headers={"Authorization": f"Bearer {token}"}, timeout=60) as first,
        httpx.Client(base_url=other, headers={"Authorization": f"Bearer {token}"}, timeout=60) as second,
    ):
        yield Copies(first, second, server, folder)


def names(response: httpx.Response) -> list[str]:
    """Return the values of the first column of a table."""
    found = response.json()
    column = found["head"]["vars"][0]
    return [row[column]["value"] for row in found["results"]["bindings"]]


def test_what_one_copy_publishes_the_other_tells_by_rest_search_and_sparql(copies: Copies) -> None:
    written = copies.one.put("/api/documents/fleet", content=DOCUMENT, headers={"Content-Type": "application/yaml"})
    assert written.status_code == 201, written.text
    copies.until_it_follows(written.json()["generation"])

    entity = copies.other.get("/api/entities/zeppelin").json()
    assert entity["sources"][0]["document"] == "fleet"
    assert copies.other.get("/api/search", params={"q": "zepelin"}).json()["items"][0]["slug"] == "zeppelin"
    query = "SELECT DISTINCT ?g { GRAPH ?g { id:zeppelin a ?class } } ORDER BY ?g"
    assert names(copies.other.get("/sparql", params={"query": query})) == [
        "https://copies.example/document/fleet",
        "https://copies.example/graph/all",
        "https://copies.example/graph/inferred",
    ]
    gone = copies.other.delete("/api/documents/fleet")
    assert gone.status_code == 200, gone.text


def test_no_query_sees_how_the_graphs_are_kept(copies: Copies) -> None:
    response = copies.one.get("/sparql", params={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"})

    assert len(names(response)) > 5
    assert not [name for name in names(response) if "/sets/" in name]


def test_an_earlier_generation_cannot_be_asked(copies: Copies) -> None:
    assert_is_problem(copies.one.get("/api/entities/kubespray?at=99999"), 501, "no-history")


def test_where_others_write_to_the_server_nothing_is_kept_and_their_graphs_can_be_asked(copies: Copies) -> None:
    update = f"INSERT DATA {{ GRAPH <{FOREIGN}> {{ <urn:a> <urn:b> <urn:c> }} }}"
    httpx.post(copies.server.update, content=update, headers={"Content-Type": "application/sparql-update"})
    query = {"query": f"SELECT ?s {{ GRAPH <{FOREIGN}> {{ ?s ?p ?o }} }}"}

    shared, alone = copies.other.get("/sparql", params=query), copies.one.get("/sparql", params=query)

    assert names(shared) == ["urn:a"]
    assert names(alone) == []
    assert "ETag" in alone.headers
    for response in (shared, copies.other.get("/api/entities/kubespray", headers={"If-None-Match": "*"})):
        assert response.status_code == 200
        assert "ETag" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"


def test_the_service_says_how_its_server_is(copies: Copies) -> None:
    ready = copies.one.get("/readyz").json()
    assert {"name": "server", "ok": True, "detail": "1 of 1 query endpoints answer"} in ready["checks"]
    assert 'cloudindex_server_endpoint_up{endpoint="127.0.0.1:' in copies.one.get("/metrics").text


def test_a_copy_that_cannot_fetch_what_is_newest_is_not_ready_and_says_why(copies: Copies) -> None:
    probe = "/readyz?exclude=workers&exclude=server"
    generations = copies.folder / "other" / "generations"
    generations.rename(kept := generations.with_name("kept"))
    generations.write_bytes(b"")
    written = copies.one.put("/api/documents/late", content=DOCUMENT, headers={"Content-Type": "application/yaml"})
    number = written.json()["generation"]

    for _ in range(200):
        if (late := copies.other.get(probe)).status_code == 503 and "cannot be fetched" in late.text:
            break
        time.sleep(0.1)
    generations.unlink()
    kept.rename(generations)

    assert_is_problem(late, 503, "not-ready")
    assert f"generation {number} cannot be fetched" in late.json()["detail"]
    copies.until_it_follows(number)
    for _ in range(200):
        if (again := copies.other.get(probe)).status_code == 200:
            break
        time.sleep(0.1)
    assert again.status_code == 200, again.text
