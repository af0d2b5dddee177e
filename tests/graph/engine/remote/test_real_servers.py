"""The client and real servers: what is written is read back, limits are kept, and what they refuse is told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, Triple

from graph.engine.remote.client import Client
from graph.engine.remote.configuration import Remote
from graph.errors import (
    EngineAccessError,
    EngineAnswerError,
    EngineUnavailableError,
    EvaluationError,
    QueryTimeoutError,
    ReadOnlyError,
)
from tests.graph.engine.remote.peers import peer, whole
from tests.servers.fixtures import KINDS, require
from tests.servers.running import Server

PREDICATE = NamedNode("http://example.org/p")
NUMBERS = count()
# Seconds of work, and no more: not every server stops when nobody waits any longer.
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y FILTER(CONCAT(STR(?x), STR(?y)) = 'none') }"


def remote_of(server: Server, **settings: object) -> Remote:
    """Return how a server is talked to."""
    login = server.login
    fields: dict[str, object] = {
        "queries": (server.query,),
        "update": server.update,
        "store": server.graph_store,
        "kind": server.kind,
        "user": login.user if login else "",
        "password": login.password if login else "",
        "authentication": login.scheme if login else "basic",
    }
    return Remote(**(fields | settings))  # type: ignore[arg-type]


@pytest.fixture
def client(any_server: Server) -> Iterator[Client]:
    """What asks each kind of server."""
    with closing(Client(remote_of(any_server))) as asking:
        yield asking


@pytest.fixture
def graph() -> str:
    """A graph that no other test has written."""
    return f"http://example.org/graph/{next(NUMBERS)}"


def triples(number: int) -> list[Triple]:
    """Return as many triples, with texts that need care."""
    return [
        Triple(NamedNode(f"http://example.org/é/{place}"), PREDICATE, Literal(f'“{place}”\n\\ "', language="en"))
        for place in range(number)
    ]


def rows_of(client: Client, query: str, **options: object) -> list[tuple[object, ...]]:
    with client.select(query, **options) as rows:  # type: ignore[arg-type]
        return list(rows)


def test_what_is_loaded_is_read_back_as_table_and_as_graph(client: Client, graph: str) -> None:
    written = triples(3000)

    client.load(graph, written)

    with client.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", default=(graph,)) as found:
        assert set(found) == set(written)
    with client.select(f"SELECT ?s ?o ?none {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}") as rows:
        assert rows.names == ("s", "o", "none")
        assert set(rows) == {(triple.subject, triple.object, None) for triple in written}


def test_without_a_graph_store_triples_are_loaded_by_updates(any_server: Server, graph: str) -> None:
    written = triples(2500)
    with closing(Client(remote_of(any_server, store=""))) as client:
        client.load(graph, written)

        assert set(rows_of(client, f"SELECT ?s ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")) == {
            (triple.subject, triple.object) for triple in written
        }


def test_updates_change_what_is_asked(client: Client, graph: str) -> None:
    client.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:b> 'é' }} }}")
    before = client.ask("ASK { <urn:a> <urn:b> 'é' }", default=(graph,))
    client.update(f"DELETE WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")

    assert (before, client.ask("ASK { ?s ?p ?o }", default=(graph,))) == (True, False)


def test_the_form_of_a_query_decides_what_it_gives(client: Client, graph: str) -> None:
    client.load(graph, triples(5))

    with client.result("SELECT ?s { ?s ?p ?o }", default=(graph,)) as found:
        assert isinstance(found, QuerySolutions)
        assert len(list(found)) == 5
        del found
    with client.result("ASK { ?s ?p ?o }", default=(graph,)) as found:
        assert isinstance(found, QueryBoolean)
        assert bool(found)
    with client.result("PREFIX select: <urn:> CONSTRUCT WHERE { ?s ?p ?o }", default=(graph,)) as found:
        assert set(found) == set(triples(5))  # type: ignore[arg-type]


def test_named_graphs_are_those_that_are_named(client: Client, graph: str) -> None:
    client.load(graph, triples(1))

    found = rows_of(client, "SELECT ?g { GRAPH ?g { ?s ?p ?o } }", named=(graph,))

    assert found == [(NamedNode(graph),)]


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_query_is_over_when_its_time_is(kind: str, tmp_path: Path, graph: str) -> None:
    """On a server of its own: some work on, and other tests would wait for them."""
    require(kind)
    with KINDS[kind].serving(tmp_path) as server, closing(Client(remote_of(server))) as client:
        client.load(graph, triples(2000))

        with pytest.raises(QueryTimeoutError, match=r"limit of 0\.2 seconds"):
            rows_of(client, HEAVY, default=(graph,), seconds=0.2)


def test_what_a_server_does_not_understand_is_told_in_its_words(client: Client) -> None:
    with pytest.raises(EvaluationError, match=r"refuses what it was asked: “.+”"):
        client.ask("ASK { nonsense }")
    with pytest.raises(EvaluationError, match=r"refuses what it was asked: “.+”"):
        client.update("nonsense")


def test_whoever_has_no_password_may_not_write(any_server: Server, graph: str) -> None:
    if any_server.login is None:
        pytest.skip("anybody may write there")
    for password in ("", "wrong"):
        user = any_server.login.user if password else ""
        with (
            closing(Client(remote_of(any_server, user=user, password=password))) as client,
            pytest.raises(EngineAccessError, match="password"),
        ):
            client.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:b> 1 }} }}")


def test_threads_share_a_client(client: Client, graph: str) -> None:
    client.load(graph, triples(50))

    def look(number: int) -> int:
        return len(rows_of(client, f"SELECT ?s {{ ?s ?p ?o }} LIMIT {number % 50 + 1}", default=(graph,)))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(look, range(100))) == [number % 50 + 1 for number in range(100)]


def test_virtuoso_passes_no_graph_that_it_may_have_cut(tmp_path: Path, graph: str) -> None:
    """It cuts graphs after a number of rows, and nothing in its answer tells."""
    require("virtuoso")
    with KINDS["virtuoso"].serving(tmp_path, max_rows=100) as server, closing(Client(remote_of(server))) as client:
        client.load(graph, triples(150))
        query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"

        with pytest.raises(EngineAnswerError, match="after 100 rows"), client.construct(query, default=(graph,)):
            pass
        with pytest.raises(EngineAnswerError, match="only a part"):
            rows_of(client, "SELECT * { ?s ?p ?o }", default=(graph,))
        with client.construct(f"{query} LIMIT 60", default=(graph,)) as found:
            assert len(list(found)) == 60


def test_of_two_replicas_one_may_die_and_come_back(tmp_path: Path) -> None:
    require("oxigraph")
    kind = KINDS["oxigraph"]
    with (
        kind.serving(tmp_path / "a") as one,
        kind.serving(tmp_path / "b") as other,
        closing(Client(remote_of(one, queries=(one.query, other.query)))) as client,
    ):
        one.kill()
        assert all(client.ask("ASK { }") for _ in range(10))
        other.kill()
        with pytest.raises(EngineUnavailableError, match="takes no connection"):
            client.ask("ASK { }")
        one.start()
        client.check(one.query)
        assert client.ask("ASK { }")


def test_without_an_update_endpoint_nothing_is_written() -> None:
    with closing(Client(Remote(("http://127.0.0.1:1/",), ""))) as client, pytest.raises(ReadOnlyError):
        client.update("INSERT DATA { }")


def test_triples_go_in_bodies_of_bounded_size() -> None:
    large = [Triple(NamedNode(f"urn:{place}"), PREDICATE, Literal("x" * 1_000_000)) for place in range(10)]
    with peer(whole(b"")) as server:
        remote = Remote((server.address,), server.address, store=f"{server.address}?key=1")
        with closing(Client(remote)) as client:
            client.load("urn:g&h", large)

    bodies = [request.partition(b"\r\n\r\n")[2] for request in server.requests]
    assert all(b"POST /sparql?key=1&graph=urn%3Ag%26h HTTP/1.1" in request for request in server.requests)
    assert [body.count(b"\n") for body in bodies] == [4, 4, 2]


def test_whether_an_unwilling_server_cuts_graphs_cannot_be_known() -> None:
    graph = whole(b"", kind="application/n-triples")
    refusal = whole(b"no bif:", status="400 Bad Request", kind="text/plain")
    with (
        peer(graph, refusal) as server,
        closing(Client(Remote((server.address,), "", kind="virtuoso"))) as client,
        pytest.raises(EngineAnswerError, match="cannot be known"),
        client.construct("CONSTRUCT WHERE { ?s ?p ?o }"),
    ):
        pass
