"""Each kind of server starts, takes what is written and gives it back, and comes back at the same address."""

from pathlib import Path

import httpx
import pytest

from tests.servers.fixtures import KINDS, require
from tests.servers.running import Server

TABLE = "application/sparql-results+json"


def write(server: Server, update: str) -> None:
    """Run an update."""
    headers = {"Content-Type": "application/sparql-update"}
    httpx.post(server.update, content=update, headers=headers, auth=server.auth, timeout=30).raise_for_status()


def objects(server: Server, graph: str) -> list[str]:
    """Return the objects in *graph*, in their order."""
    query = f"SELECT ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} ORDER BY ?o"
    answer = httpx.get(
        server.query, params={"query": query}, headers={"Accept": TABLE}, auth=reading(server), timeout=30
    )
    return [row["o"]["value"] for row in answer.raise_for_status().json()["results"]["bindings"]]


def reading(server: Server) -> httpx.Auth | None:
    """Return the login that reading needs."""
    return server.auth if server.kind == "fuseki" else None


def test_it_keeps_what_an_update_writes(any_server: Server) -> None:
    write(any_server, "INSERT DATA { GRAPH <urn:kept> { <urn:a> <urn:b> 'é' , 'f' } }")

    assert objects(any_server, "urn:kept") == ["f", "é"]


def test_it_has_a_graph_store(any_server: Server) -> None:
    with httpx.Client(auth=any_server.auth, params={"graph": "urn:stored"}, timeout=30) as client:
        client.put(
            any_server.graph_store, content="<urn:a> <urn:b> 'c' .", headers={"Content-Type": "text/turtle"}
        ).raise_for_status()
        written = objects(any_server, "urn:stored")
        client.delete(any_server.graph_store).raise_for_status()

    assert (written, objects(any_server, "urn:stored")) == (["c"], [])


def test_fuseki_on_disk_comes_back_after_a_crash_at_the_same_address(tmp_path: Path) -> None:
    require("fuseki")
    with KINDS["fuseki"].serving(tmp_path) as server:
        write(server, "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 'c' } }")

        server.kill()
        with pytest.raises(httpx.ConnectError):
            objects(server, "urn:g")
        server.start()

        assert objects(server, "urn:g") == ["c"]


def test_fuseki_with_a_password_answers_nobody_without_it(tmp_path: Path) -> None:
    require("fuseki")
    with KINDS["fuseki"].serving(tmp_path, password="told") as server:
        statuses = [
            httpx.get(server.query, params={"query": "ASK {}"}, auth=auth).status_code for auth in (None, server.auth)
        ]

        assert statuses == [401, 200]


def test_a_server_that_cannot_start_says_what_it_wrote(tmp_path: Path) -> None:
    server = Server(
        "none", 1, ("sh", "-c", "echo no room >&2; exit 3"), tmp_path, query="/", update="/", graph_store="/"
    )

    with pytest.raises(RuntimeError, match="no room"):
        server.start()
