"""A plain dataset on a server: graphs and updates go there through the service as they come."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal

from graph.engine.remote.client import Client
from graph.engine.remote.configuration import Remote
from graph.errors import EvaluationError, GraphError, WriteRefusedError
from graph.iris import DEFAULT_BASE
from graph.plain_elsewhere import PlainOfficeElsewhere, open_plain_elsewhere
from graph.writes import Author, PutGraph
from tests.api.test_problems import assert_is_problem
from tests.conftest import running
from tests.graph.engine.remote.peers import peer, whole
from tests.graph.engine.remote.test_real_servers import remote_of
from tests.servers.fixtures import ServerOf
from tests.servers.running import Server
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


# --- Graphs that are put, on each kind of server ----------------------------------------------

AUTHOR = Author("a-test", "r1")
NUMBERS = count()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A graph of a plain dataset on a server, and the office that writes it."""

    office: PlainOfficeElsewhere
    graph: str

    def put(self, text: str, *, is_added: bool = False) -> None:
        self.office.perform(PutGraph(self.graph, ((text, "turtle"),), "", is_added=is_added), AUTHOR)

    def counts(self) -> tuple[int, int]:
        """Return how many triples the graph has, and how many subjects."""
        asked = f"SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) {{ GRAPH <{self.graph}> {{ ?s ?p ?o }} }}"
        with self.office.client.select(asked) as rows:
            ((triples, subjects),) = rows
        assert isinstance(triples, Literal)
        assert isinstance(subjects, Literal)
        return int(triples.value), int(subjects.value)


@pytest.fixture
def shelf_on(tmp_path: Path) -> Iterator[Callable[..., Shelf]]:
    """What makes a graph that nobody has written on the server at a `Remote`."""
    with ExitStack() as open_clients:

        def make(server: Server | Remote, **settings: object) -> Shelf:
            remote = server if isinstance(server, Remote) else remote_of(server, **settings)
            client = open_clients.enter_context(closing(Client(remote)))
            open_plain_elsewhere(tmp_path / "state", DEFAULT_BASE)
            office = PlainOfficeElsewhere(tmp_path / "state", DEFAULT_BASE, client)
            return Shelf(office, f"https://plain.example/put/{next(NUMBERS)}")

        yield make


def of_one_node(number: int, *, padding: int = 0) -> str:
    """Return as many triples that speak of one blank node."""
    return "".join(f'_:it <urn:p> "{place}{"x" * padding}" .\n' for place in range(number))


@pytest.mark.parametrize("is_added", [False, True])
@pytest.mark.parametrize("number", [3, 6000])
def test_a_blank_node_stays_one_on_every_server(
    any_server: Server, shelf_on: Callable[..., Shelf], number: int, is_added: bool
) -> None:
    shelf = shelf_on(any_server)
    shelf.put("<urn:before> <urn:p> 1 .")

    shelf.put(of_one_node(number), is_added=is_added)

    assert shelf.counts() == (number + is_added, 1 + is_added)


@pytest.mark.parametrize("is_added", [False, True])
@pytest.mark.parametrize(
    ("settings", "text"),
    [({"store": ""}, of_one_node(5001)), ({}, of_one_node(30, padding=200_000))],
    ids=["updates", "graph-store"],
)
def test_blank_nodes_that_would_be_torn_apart_are_refused_and_the_graph_is_as_it_was(
    server_of: ServerOf, shelf_on: Callable[..., Shelf], settings: dict[str, str], text: str, is_added: bool
) -> None:
    shelf = shelf_on(server_of("oxigraph"), **settings)
    shelf.put("<urn:before> <urn:p> 1 .")

    with pytest.raises(WriteRefusedError, match="tear blank nodes apart"):
        shelf.put(text, is_added=is_added)

    assert shelf.counts() == (1, 1)


def test_virtuoso_is_sent_no_blank_nodes_where_its_graph_store_is_not_named(
    server_of: ServerOf, shelf_on: Callable[..., Shelf]
) -> None:
    shelf = shelf_on(server_of("virtuoso"), store="")
    shelf.put("<urn:before> <urn:p> 1 .")

    with pytest.raises(WriteRefusedError, match="through its graph store alone"):
        shelf.put(of_one_node(1))

    assert shelf.counts() == (1, 1)


@pytest.mark.parametrize("settings", [{}, {"store": ""}], ids=["graph-store", "updates"])
def test_many_triples_replace_few_and_none_replace_many(
    any_server: Server, shelf_on: Callable[..., Shelf], settings: dict[str, str]
) -> None:
    shelf = shelf_on(any_server, **settings)
    shelf.put("<urn:before> <urn:p> 1 .")

    shelf.put("".join(f"<urn:s{place}> <urn:p> <urn:o> .\n" for place in range(6000)))
    many = shelf.counts()
    shelf.put("")

    assert (many, shelf.counts()) == ((6000, 6000), (0, 0))


def test_a_graph_that_virtuoso_refuses_leaves_what_there_was(
    server_of: ServerOf, shelf_on: Callable[..., Shelf]
) -> None:
    shelf = shelf_on(server_of("virtuoso"))
    shelf.put("<urn:before> <urn:p> 1 .")

    with pytest.raises(EvaluationError, match="refuses"):
        shelf.put('<urn:s> <urn:p> "abc"^^<http://www.w3.org/2001/XMLSchema#integer> .')

    assert shelf.counts() == (1, 1)


def test_a_server_that_fails_has_been_sent_no_request_that_only_empties(shelf_on: Callable[..., Shelf]) -> None:
    holds, fails = whole(b'{"head": {}, "boolean": true}'), whole(b"", status="500 Internal Server Error")
    with peer(holds, fails) as server:
        shelf = shelf_on(Remote((server.address,), server.address, store=server.address))

        with pytest.raises(GraphError):
            shelf.put("<urn:s> <urn:p> _:o .")

    (update,) = (body for request in server.requests if b"CLEAR" in (body := request.partition(b"\r\n\r\n")[2]))
    assert update.startswith(f"CLEAR SILENT GRAPH <{shelf.graph}>;\nINSERT DATA {{ GRAPH <{shelf.graph}>".encode())
    assert server.requests[-1].endswith(update)
