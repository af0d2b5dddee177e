"""Exports when something goes wrong: a worker is killed, a query wants too much, RDF/XML cannot write a name."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.test_large_answers import is_gone, read_to_the_end, workers
from tests.conftest import DATA, running

ENVIRONMENT = {"CLOUDINDEX_QUERY_MEMORY_MIB": "96", "CLOUDINDEX_QUERY_WORKERS": "1"}
UNWRITABLE = """\
@prefix ci: <https://w3id.org/cloudindex/ontology#> .
@prefix id: <https://w3id.org/cloudindex/id/> .
@prefix schema: <https://schema.org/> .
id:odd a ci:Vendor ; schema:name "Odd" ; <https://example.org/7> "a predicate that ends in no name" .
id:even a ci:Vendor ; schema:name "Even" ; ci:maintains id:kubespray .
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the service stands and keeps its state."""
    return tmp_path_factory.mktemp("trouble")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[httpx.Client]:
    """A client of a service with little memory for queries, and a document with an odd predicate."""
    shutil.copytree(DATA, folder / "data")
    (folder / "data/odd").mkdir()
    (folder / "data/odd/odd.ttl").write_text(UNWRITABLE, encoding="utf-8")
    options = ("--data", str(folder / "data"), "--state", str(folder / "state"))
    with (
        running(*options, cwd=folder, environment=ENVIRONMENT) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def test_an_export_whose_worker_is_killed_midway_is_visibly_broken(folder: Path, service: httpx.Client) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(30)
        connection.connect((service.base_url.host, service.base_url.port or 80))
        connection.sendall(b"GET /api/export/n-quads HTTP/1.1\r\nHost: x\r\n\r\n")
        begun = connection.recv(4096)
        killed = workers(folder)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        rest = read_to_the_end(connection)

    whole = service.get("/api/export/n-quads")
    assert begun.startswith(b"HTTP/1.1 200")
    assert not rest.endswith(b"0\r\n\r\n")
    assert len(begun) + len(rest) < len(whole.content)
    assert whole.is_success
    assert all(is_gone(pid) for pid in killed)


@pytest.mark.parametrize("form", ["graphml", "obsidian"])
def test_a_graph_of_a_query_that_is_too_large_points_to_exports(form: str, service: httpx.Client) -> None:
    everything = "{ SELECT ?a ?c { ?a ?p ?b . ?c ?q ?d } ORDER BY ?b ?d }"
    query = f"CONSTRUCT {{ ?a <https://example.org/next-to> ?c }} WHERE {{ {everything} }}"

    response = service.get("/sparql", params={"query": query, "format": form})

    assert (response.status_code, response.json()["code"]) == (503, "query-memory")
    assert "/api/export" in response.json()["detail"]


def test_a_graph_that_rdf_xml_cannot_write_is_refused_as_a_whole_and_in_part(service: httpx.Client) -> None:
    whole = service.get("/api/export/rdf-xml")
    part = service.get("/api/export/rdf-xml", params={"document": "odd"})
    other = service.get("/api/export/rdf-xml", params={"type": "ClusterInstaller"})

    for response in (whole, part):
        assert (response.status_code, response.json()["code"]) == (406, "format-unfit")
        assert "https://example.org/7" in response.json()["detail"]
    assert other.is_success
    assert service.get("/api/export/turtle", params={"document": "odd"}).is_success
