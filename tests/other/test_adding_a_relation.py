"""Adding a relation to the ontology is enough: documents, SPARQL, REST and exports know it at once."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import networkx
import pytest

from graph.formats import GRAPHML
from graph.index import open_index
from graph.iris import Iris
from graph.vocabulary_reader import load
from tests.conftest import ROOT, running
from tests.graph.exports.made import exported

RELATION = """
ci:monitors a ci:Relation, owl:ObjectProperty ; owl:inverseOf ci:monitoredBy ;
    rdfs:isDefinedBy <https://w3id.org/cloudindex/ontology> ;
    rdfs:label "monitors"@en, "surveille"@fr ;
    rdfs:comment "Watches over it."@en, "Veille sur lui."@fr ;
    schema:domainIncludes ci:Software ; schema:rangeIncludes ci:Software ;
    ci:sentence "{subject} monitors {object}"@en, "{subject} surveille {object}"@fr .

ci:monitoredBy a ci:Relation, owl:ObjectProperty ;
    rdfs:isDefinedBy <https://w3id.org/cloudindex/ontology> ;
    rdfs:label "monitored by"@en, "surveillé par"@fr ;
    rdfs:comment "The inverse of ci:monitors."@en, "L’inverse de ci:monitors."@fr ;
    ci:sentence "{subject} is monitored by {object}"@en, "{subject} est surveillé par {object}"@fr .
"""
DOCUMENT = """\
entities:
  prometheus: {type: Software, name: Prometheus, relations: [{monitors: kubernetes}]}
  kubernetes: {type: Orchestrator, name: Kubernetes}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the ontology and one relation more, and a document that uses it."""
    folder = tmp_path_factory.mktemp("relation")
    (folder / "ontology").mkdir()
    shutil.copyfile(ROOT / "ontology/shapes.ttl", folder / "ontology/shapes.ttl")
    text = (ROOT / "ontology/cloudindex.ttl").read_text(encoding="utf-8")
    (folder / "ontology/cloudindex.ttl").write_text(text + RELATION, encoding="utf-8")
    (folder / "data/notes").mkdir(parents=True)
    (folder / "data/notes/monitoring.yaml").write_text(DOCUMENT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def client(place: Path) -> Iterator[httpx.Client]:
    """A client of a real service with that ontology."""
    options = ("--ontology", "ontology", "--data", "data", "--state", "state")
    with running(*options, cwd=place) as address, httpx.Client(base_url=address, timeout=60) as session:
        yield session


def get(client: httpx.Client, path: str, **parameters: str) -> Any:
    """Return the JSON at *path*."""
    return client.get(path, params=parameters).raise_for_status().json()


@pytest.mark.parametrize(
    "query", ["ASK { id:prometheus ci:monitors id:kubernetes }", "ASK { id:kubernetes ci:monitoredBy id:prometheus }"]
)
def test_it_is_asked_in_sparql_from_both_ends(query: str, client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": query})

    assert response.json()["boolean"] is True
    assert "Cloudindex-Hint" not in response.headers


def test_it_is_listed_with_its_inverse_and_its_count(client: httpx.Client) -> None:
    found = {one["key"]: one for one in get(client, "/api/relations")}

    assert (found["monitors"]["inverse"], found["monitors"]["stated"]) == ("monitoredBy", 1)
    assert found["monitoredBy"]["count"] == 1


@pytest.mark.parametrize(
    ("slug", "relation", "direction", "label"),
    [("prometheus", "monitors", "out", "surveille"), ("kubernetes", "monitoredBy", "in", "surveillé par")],
)
def test_it_is_told_from_both_ends_in_a_sentence(
    slug: str, relation: str, direction: str, label: str, client: httpx.Client
) -> None:
    (edge,) = get(client, f"/api/entities/{slug}/relations", relation=relation, lang="fr")

    assert (edge["direction"], edge["label"], edge["sentence"]) == (direction, label, "Prometheus surveille Kubernetes")
    assert (edge["sources"][0]["document"], edge["sources"][0]["line"]) == ("monitoring", 2)


def test_it_is_a_filter_and_a_misspelling_of_it_is_understood(client: httpx.Client) -> None:
    found = get(client, "/api/entities", **{"with": "monitors:kubernetes"})
    misspelt = client.get("/api/entities", params={"with": "monitor"})

    assert [item["slug"] for item in found["items"]] == ["prometheus"]
    assert "monitors" in misspelt.json()["suggestions"]


def test_it_is_exported(place: Path, client: httpx.Client) -> None:
    """The service has built the graph."""
    index = open_index(place / "state", load(place / "ontology"), Iris())

    graph = networkx.read_graphml(io.BytesIO(exported(index, GRAPHML)), force_multigraph=True)

    assert [(source, target, data["sentence"]) for source, target, data in graph.edges(data=True)] == [
        ("prometheus", "kubernetes", "Prometheus monitors Kubernetes")
    ]
