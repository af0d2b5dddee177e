"""``/id/…``, ``/document/…`` and ``/ontology``: what an IRI stands for, as RDF, or a page for a browser."""

import httpx
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS

pytestmark = pytest.mark.any_engine

FORMATS = [
    ("turtle", "text/turtle", "turtle"),
    ("n-triples", "application/n-triples", "nt"),
    ("rdf-xml", "application/rdf+xml", "xml"),
    ("json-ld", "application/ld+json", "json-ld"),
]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
BASE = "https://w3id.org/cloudindex/"
PATHS = ["/id/rook", "/document/cloud-index", "/document/cloud-index/section/docker", "/ontology"]

# rdflib reads JSON-LD with a class of its own that it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")


def read(response: httpx.Response, rdflib_name: str) -> rdflib.Graph:
    """Return the graph of an answer."""
    return rdflib.Graph().parse(data=response.raise_for_status().content, format=rdflib_name)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", FORMATS, ids=[row[0] for row in FORMATS])
@pytest.mark.parametrize("by", ["Accept", "format"])
def test_an_iri_is_described_in_every_format(
    path: str, form: tuple[str, str, str], by: str, client: httpx.Client
) -> None:
    name, media_type, rdflib_name = form
    expected = read(client.get(path, params={"format": "n-triples"}), "nt")

    response = (
        client.get(path, headers={"Accept": media_type})
        if by == "Accept"
        else client.get(path, params={"format": name}, headers={"Accept": "image/png"})
    )

    assert response.headers["Content-Type"].partition(";")[0] == media_type
    assert "Accept" in response.headers["Vary"]
    assert response.headers["Cloudindex-Generation"] == "1"
    assert isomorphic(read(response, rdflib_name), expected)


def test_an_entity_is_described_by_what_sparql_knows_of_it(client: httpx.Client) -> None:
    query = "CONSTRUCT { id:rook ?p ?o } WHERE { id:rook ?p ?o }"
    expected = read(client.get("/sparql", params={"query": query, "format": "nt"}), "nt")

    found = read(client.get("/id/rook"), "turtle")

    assert isomorphic(found, expected)
    assert (rdflib.URIRef(f"{BASE}id/rook"), RDF.type, rdflib.URIRef(f"{BASE}ontology#StorageOperator")) in found


def test_a_document_says_what_it_is(client: httpx.Client) -> None:
    found = read(client.get("/document/cloud-index"), "turtle")

    document = rdflib.URIRef(f"{BASE}document/cloud-index")
    assert (document, RDF.type, rdflib.URIRef(f"{BASE}ontology#Document")) in found


def test_the_ontology_has_every_relation_that_is_listed(client: httpx.Client) -> None:
    found = read(client.get("/ontology"), "turtle")

    relations = {str(one) for one in found.subjects(RDF.type, rdflib.URIRef(f"{BASE}ontology#Relation"))}
    assert relations == {one["iri"] for one in client.get("/api/relations").json()}
    assert all(found.value(rdflib.URIRef(one), RDFS.label) for one in relations)


def test_a_browser_is_sent_to_the_page_of_an_entity(client: httpx.Client) -> None:
    response = client.get("/id/rook", headers={"Accept": BROWSER})

    assert (response.status_code, response.headers["Location"]) == (303, "/#/entity/rook")


@pytest.mark.parametrize("accept", [None, "*/*", "text/*", "text/turtle, text/html;q=0.9"])
def test_who_does_not_ask_for_a_page_gets_rdf(accept: str | None, client: httpx.Client) -> None:
    response = client.get("/id/rook", headers={"Accept": accept} if accept else {})

    assert response.headers["Content-Type"].partition(";")[0] == "text/turtle"


@pytest.mark.parametrize("path", ["/document/cloud-index", "/ontology"])
def test_a_browser_gets_rdf_where_there_is_no_page(path: str, client: httpx.Client) -> None:
    response = client.get(path, headers={"Accept": BROWSER})

    assert response.status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_what_the_client_accepts_and_there_is_not_is_told(path: str, client: httpx.Client) -> None:
    response = client.get(path, headers={"Accept": "image/png"})

    assert (response.status_code, response.json()["code"]) == (406, "not-acceptable")
    assert set(response.json()["allowed"]) >= {row[1] for row in FORMATS}


@pytest.mark.parametrize(
    ("path", "suggestion"),
    [
        ("/id/rok", "rook"),
        ("/id/zqxjkv", None),
        ("/document/claud-index", "document/cloud-index"),
        ("/document/zqxjkv", None),
        ("/document/cloud-index/section/dokcer", "document/cloud-index/section/docker"),
    ],
)
def test_what_there_is_not_is_not_found_and_the_nearest_is_named(
    path: str, suggestion: str | None, client: httpx.Client
) -> None:
    response = client.get(path, headers={"Accept": "text/turtle"})

    problem = response.json()
    assert (response.status_code, problem["code"]) == (404, "entity-unknown")
    assert suggestion is None or suggestion in problem.get("suggestions", [])


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_format_is_told_with_those_there_are(path: str, client: httpx.Client) -> None:
    response = client.get(path, params={"format": "tutle"})

    problem = response.json()
    assert (response.status_code, problem["code"]) == (400, "format-unknown")
    assert problem["suggestions"] == ["turtle"]


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_parameter_is_told(path: str, client: httpx.Client) -> None:
    """A misspelt “format” must not answer as if it were none."""
    response = client.get(path, params={"fromat": "nt"})

    assert response.status_code == 400
    assert response.json()["suggestions"] == ["format"]
