"""Clients that write: a statement sent to ``/update`` with a writer's token is found at ``/sparql``."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

import httpx
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from SPARQLWrapper import POST, POSTDIRECTLY, URLENCODED, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import Unauthorized

from tests.clients.questions import CI, DOCUMENT, ID, PREFIXES
from tests.conftest import DATA, running
from tests.tokens import create_token

Triple = tuple[rdflib.URIRef, rdflib.URIRef, rdflib.URIRef]


@dataclass(frozen=True, slots=True)
class Writable:
    """A service that takes updates, and the token of a writer."""

    query: str
    update: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What a writer sends along."""
        return {"Authorization": f"Bearer {self.token}"}

    def holds(self, triple: Triple, document: rdflib.URIRef) -> bool:
        """Return whether the service has *triple*, in *document* and among all."""
        pattern = " ".join(term.n3() for term in triple)
        query = f"ASK {{ {pattern} GRAPH {document.n3()} {{ {pattern} }} }}"
        return bool(httpx.get(self.query, params={"query": query}).raise_for_status().json()["boolean"])


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A service of its own that may be written to."""
    folder = tmp_path_factory.mktemp("writable")
    state = folder / "state"
    options = ("--data", str(DATA), "--state", str(state))
    with running(*options, cwd=folder, environment={"CLOUDINDEX_WRITES": "true"}) as address:
        if httpx.options(f"{address}/update").status_code in (404, 405):
            pytest.skip("no /update in this version")
        token = create_token(state, role="write", name="clients")
        yield Writable(f"{address}/sparql", f"{address}/update", token)


@pytest.fixture
def document(request: pytest.FixtureRequest) -> rdflib.URIRef:
    """A document that nobody has written yet, one for each test."""
    words = "".join(character if character.isalnum() else "-" for character in request.node.name.lower())
    return rdflib.URIRef(f"{DOCUMENT}{words.strip('-')}")


@pytest.fixture
def triple() -> Triple:
    """What is written: no other document says so."""
    return rdflib.URIRef(f"{ID}kops"), rdflib.URIRef(f"{CI}usesTool"), rdflib.URIRef(f"{ID}puppet")


def insertion(triple: Triple, document: rdflib.URIRef) -> str:
    """Return an update that adds *triple* to *document*."""
    return f"{PREFIXES} INSERT DATA {{ GRAPH {document.n3()} {{ {' '.join(term.n3() for term in triple)} }} }}"


def wrapper(writable: Writable, update: str, request_method: str = URLENCODED) -> SPARQLWrapper:
    """Return a SPARQLWrapper that is about to send *update*."""
    found = SPARQLWrapper(writable.query, writable.update)
    found.setMethod(POST)
    found.setRequestMethod(request_method)
    found.addCustomHttpHeader("Authorization", writable.headers["Authorization"])
    found.setQuery(update)
    return found


def remote(writable: Writable) -> SPARQLUpdateStore:
    """Return rdflib's store of the service."""
    return SPARQLUpdateStore(writable.query, writable.update, headers=writable.headers)


@pytest.mark.parametrize("request_method", [URLENCODED, POSTDIRECTLY], ids=["form", "direct"])
def test_sparqlwrapper_writes(request_method: str, triple: Triple, document: rdflib.URIRef, writable: Writable) -> None:
    assert not writable.holds(triple, document)

    wrapper(writable, insertion(triple, document), request_method).query()

    assert writable.holds(triple, document)


def test_sparqlwrapper_says_who_may_not_write(triple: Triple, document: rdflib.URIRef, writable: Writable) -> None:
    stranger = wrapper(writable, insertion(triple, document))
    stranger.addCustomHttpHeader("Authorization", "Bearer nobody")

    with pytest.raises(Unauthorized):
        stranger.query()

    assert not writable.holds(triple, document)


def test_rdflib_sends_an_update(triple: Triple, document: rdflib.URIRef, writable: Writable) -> None:
    remote(writable).update(insertion(triple, document))

    assert writable.holds(triple, document)


def test_rdflib_adds_and_removes_triples_as_in_a_graph_of_its_own(
    triple: Triple, document: rdflib.URIRef, writable: Writable
) -> None:
    graph = rdflib.Graph(remote(writable), identifier=document)

    graph.add(triple)
    is_there = writable.holds(triple, document)
    graph.remove(triple)

    assert is_there
    assert not writable.holds(triple, document)


def test_rdflib_says_who_may_not_write(triple: Triple, document: rdflib.URIRef, writable: Writable) -> None:
    store = SPARQLUpdateStore(writable.query, writable.update, headers={"Authorization": "Bearer nobody"})

    with pytest.raises(HTTPError) as caught:
        store.update(insertion(triple, document))

    caught.value.close()
    assert caught.value.code == 401


def test_curl_writes(triple: Triple, document: rdflib.URIRef, writable: Writable, tmp_path: Path) -> None:
    path = tmp_path / "change.ru"
    path.write_text(insertion(triple, document), encoding="utf-8")
    headers = ("-H", f"Authorization: {writable.headers['Authorization']}")
    kind = ("-H", "Content-Type: application/sparql-update")

    command = ("curl", "--silent", "--fail-with-body", *headers, *kind, "--data-binary", f"@{path}", writable.update)
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert ended.returncode == 0, ended.stdout
    assert writable.holds(triple, document)


def test_curl_shows_what_is_wrong_with_an_update(writable: Writable) -> None:
    headers = ("-H", f"Authorization: {writable.headers['Authorization']}")

    command = ("curl", "--silent", *headers, "--data-urlencode", "update=INSERT DATA {", writable.update)
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert json.loads(ended.stdout)["status"] == 400
