"""A plain dataset on a server: graphs and updates go there through the service as they come."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.test_problems import assert_is_problem
from tests.conftest import running
from tests.servers.fixtures import ServerOf
from tests.servers.tested import leading_to
from tests.tokens import create_token

GRAPH = {"graph": "https://plain.example/graph"}
UPDATE = {"Content-Type": "application/sparql-update"}


@pytest.fixture(scope="module")
def plain(server_of: ServerOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that serves what is on Oxigraph's server."""
    folder = tmp_path_factory.mktemp("plain")
    settings = leading_to(server_of("oxigraph")) | {"CLOUDINDEX_WRITES": "true"}
    with running("--strict", "--state", str(folder / "state"), cwd=folder, environment=settings) as address:
        token = create_token(folder / "state", role="admin", name="a-test")
        with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
            yield client


def objects(client: httpx.Client) -> list[str]:
    """Return the objects of the graph."""
    query = f"SELECT ?o {{ GRAPH <{GRAPH['graph']}> {{ ?s ?p ?o }} }} ORDER BY ?o"
    return [row["o"]["value"] for row in client.get("/sparql", params={"query": query}).json()["results"]["bindings"]]


def test_a_graph_is_put_added_to_changed_read_and_deleted(plain: httpx.Client) -> None:
    turtle = {"Content-Type": "text/turtle"}
    assert plain.put("/store", params=GRAPH, content='<urn:a> <urn:b> "1" .', headers=turtle).status_code == 201
    assert plain.post("/store", params=GRAPH, content='<urn:a> <urn:b> "2" .', headers=turtle).status_code == 200
    assert objects(plain) == ["1", "2"]

    update = f'WITH <{GRAPH["graph"]}> DELETE {{ ?s ?p "1" }} INSERT {{ ?s ?p "3" }} WHERE {{ ?s ?p "1" }}'
    assert plain.post("/update", content=update, headers=UPDATE).status_code == 200
    assert objects(plain) == ["2", "3"]
    assert plain.get("/store", params=GRAPH, headers={"Accept": "application/n-triples"}).text.count("urn:a") == 2

    assert plain.delete("/store", params=GRAPH).status_code == 200
    assert_is_problem(plain.delete("/store", params=GRAPH), 404, "graph-unknown")
    assert objects(plain) == []


def test_an_update_that_does_not_parse_is_explained_and_never_sent(plain: httpx.Client) -> None:
    problem = assert_is_problem(plain.post("/update", content="INSERT DATE { }", headers=UPDATE), 400, "query-syntax")

    assert problem["line"] == 1


def test_an_update_that_loads_from_elsewhere_is_refused(plain: httpx.Client) -> None:
    response = plain.post("/update", content="LOAD <http://localhost/x>", headers=UPDATE)

    assert response.status_code == 501
