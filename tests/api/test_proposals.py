"""What documents propose: in a graph and a list of their own, and nowhere else, until someone accepts it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyshacl
import pytest
import rdflib

import ontology
from tests.conftest import KNOWLEDGE_TEXT, NOTE_TEXT, running

DESCRIPTION = "http://www.w3.org/ns/sparql-service-description#"
PROPOSING = """\
document:
  name: A reading
  source: {file: reading.md, lines: 9}
  accepted: {by: all of us, on: 2026-11-01}
sections:
  - {slug: tools, title: Tools, line: 1}
entities:
  kubespray:
    relations:
      - {basedOn: ansible, line: 4, words: built on, proposed: {confidence: 0.85, reason: it says so, rule: based-on}}
      - {uses: etcd, line: 2, proposed: 0.4}
      - {requires: ansible, line: 5, proposed: 0.9, accepted: {by: Ada, on: 2026-11-25}}
      - {operates: etcd, line: 6, proposed: 0.9, rejected: true}
    opinions:
      - {con: Trop lourd, lang: fr, line: 7, proposed: 0.6}
    licence: {value: MIT, line: 8, proposed: 0.3}
  etcd: {type: StorageSystem, name: etcd, line: 2, proposed: 0.7}
"""


@pytest.fixture(scope="module")
def proposing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service on documents of which one proposes."""
    folder: Path = tmp_path_factory.mktemp("proposing")
    notes = folder / "data" / "notes"
    notes.mkdir(parents=True)
    for name, text in (("note", NOTE_TEXT), ("knowledge", KNOWLEDGE_TEXT), ("reading", PROPOSING)):
        (notes / f"{name}.yaml").write_text(text, encoding="utf-8")
    with (
        running("--data", "data", "--state", "state", cwd=folder) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def read(client: httpx.Client, path: str, **parameters: str) -> Any:
    return client.get(path, params=parameters).raise_for_status().json()


def select(client: httpx.Client, query: str) -> list[list[str]]:
    found = client.get("/sparql", params={"query": query, "format": "json"}).raise_for_status().json()
    return [[row[name]["value"] for name in found["head"]["vars"]] for row in found["results"]["bindings"]]


def test_proposals_are_listed_by_line_with_why(proposing: httpx.Client) -> None:
    page = read(proposing, "/api/proposals")

    assert page["total"] == 5
    told = [(one["line"], one["relation"], (one["object"] or {}).get("slug") or one["value"]) for one in page["items"]]
    assert told == [
        (2, "uses", "etcd"),
        (2, "type", "StorageSystem"),
        (4, "basedOn", "ansible"),
        (7, "con", "Trop lourd"),
        (8, "licence", "MIT"),
    ]
    based_on = page["items"][2]
    assert (based_on["confidence"], based_on["reason"], based_on["rule"]) == (0.85, "it says so", "based-on")
    assert (based_on["words"], based_on["basis"], based_on["heading"]) == ("built on", "stated", "Tools")
    assert page["items"][0]["object"]["name"] == "etcd"


def test_proposals_come_in_pages(proposing: httpx.Client) -> None:
    whole = read(proposing, "/api/proposals")["items"]

    first = proposing.get("/api/proposals", params={"limit": "2", "document": "reading"})
    second = proposing.get(first.links["next"]["url"])

    assert first.json()["items"] + second.json()["items"] == whole[:4]
    assert read(proposing, "/api/proposals", limit="0") == {"total": 5, "items": []}
    assert read(proposing, "/api/proposals", document="note") == {"total": 0, "items": []}


def test_what_is_proposed_is_nowhere_among_the_facts(proposing: httpx.Client) -> None:
    entity = read(proposing, "/api/entities/kubespray")

    assert entity["attributes"]["licence"][0]["value"] == "Apache-2.0"
    assert [one["words"] for one in entity["opinions"]] == ["Simple"]
    assert {one["relation"] for one in entity["relations"]} >= {"requires"}
    assert not {"basedOn", "operates"} & {one["relation"] for one in entity["relations"]}
    assert proposing.get("/api/entities/etcd").status_code == 404
    assert read(proposing, "/api/search", q="etcd")["items"] == []
    assert select(proposing, "SELECT ?o { id:kubespray ci:basedOn ?o }") == []
    records = "SELECT ?line { GRAPH ?g { ?r rdf:subject id:kubespray ; rdf:predicate ci:basedOn ; ci:line ?line } }"
    assert select(proposing, records) == []


def test_what_was_accepted_keeps_its_confidence(proposing: httpx.Client) -> None:
    query = """SELECT ?by ?confidence { GRAPH <https://w3id.org/cloudindex/document/reading/provenance> {
        ?record rdf:predicate ci:requires ; ci:acceptedBy ?by ; ci:confidence ?confidence } }"""

    assert select(proposing, query) == [["Ada", "0.9"]]


def test_the_graph_of_proposals_fits_its_shape_and_has_its_size(proposing: httpx.Client) -> None:
    graph = "https://w3id.org/cloudindex/document/reading/proposals"
    turtle = proposing.get("/store", params={"graph": graph, "format": "turtle"}).raise_for_status().text
    shapes = rdflib.Graph().parse(data=ontology.read("role_shapes.ttl"))
    proposals = rdflib.Graph().parse(data=turtle).parse(data=ontology.read("roles.ttl"))

    conforms, _, report = pyshacl.validate(proposals, shacl_graph=shapes)

    assert conforms, report
    ((count,),) = select(proposing, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    described = proposing.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert size_of(described, graph) == count
    assert next(one for one in read(proposing, "/api/documents") if one["slug"] == "reading")["proposals"] == 5


def size_of(described: str, graph: str) -> str:
    """Return how many triples the description of the service says that a graph has."""
    found = rdflib.Graph().parse(data=described)
    (place,) = found.subjects(rdflib.URIRef(f"{DESCRIPTION}name"), rdflib.URIRef(graph))
    whole = found.value(place, rdflib.URIRef(f"{DESCRIPTION}graph"))
    return str(found.value(whole, rdflib.URIRef("http://rdfs.org/ns/void#triples")))


@pytest.mark.parametrize("asked", ["document=nothing", "limit=1001", "cursor=x", "lang=xx", "basis=stated"])
def test_a_question_that_does_not_fit_is_a_problem(proposing: httpx.Client, asked: str) -> None:
    answer = proposing.get(f"/api/proposals?{asked}")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
