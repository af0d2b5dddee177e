"""What the service says of itself: the dataset, its numbers and its addresses are those of the graph."""

import httpx
import pytest
import rdflib
from pyoxigraph import Store
from rdflib.namespace import DCTERMS, RDF, VOID

from graph.limits import Limits
from graph.service_description import FUNCTIONS, SD
from tests.conftest import DATA, running

pytestmark = pytest.mark.any_engine

CI = rdflib.Namespace("https://w3id.org/cloudindex/ontology#")
SERVICE = rdflib.Namespace(SD)


def described(client: httpx.Client, path: str) -> rdflib.Graph:
    """Return a description as triples."""
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8"
    return rdflib.Graph().parse(data=response.text)


def number(client: httpx.Client, query: str) -> int:
    """Return the one number that a query gives."""
    return int(client.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1])


@pytest.mark.parametrize("path", ["/.well-known/void", "/sparql"])
@pytest.mark.parametrize(
    ("term", "query"),
    [
        (VOID.triples, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        (VOID.classes, "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }"),
        (VOID.properties, "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
    ],
)
def test_the_numbers_are_those_of_the_graph(path: str, term: rdflib.URIRef, query: str, client: httpx.Client) -> None:
    graph = described(client, path)

    (dataset,) = graph.subjects(RDF.type, VOID.Dataset)
    assert int(str(graph.value(dataset, term))) == number(client, query)


def test_the_dataset_says_where_it_is_and_how_to_ask_it(client: httpx.Client) -> None:
    graph = described(client, "/.well-known/void")

    (dataset,) = graph.subjects(RDF.type, VOID.Dataset)
    examples = list(graph.objects(dataset, VOID.exampleResource))
    assert str(graph.value(dataset, VOID.sparqlEndpoint)) == str(client.base_url.join("/sparql"))
    assert str(dataset).partition("#")[0].endswith("/.well-known/void")
    assert str(graph.value(dataset, DCTERMS.title)) == "Cloud Index"
    assert graph.value(dataset, DCTERMS.license) is None
    assert len(examples) == 3
    assert all(str(example).startswith(str(graph.value(dataset, VOID.uriSpace))) for example in examples)
    assert rdflib.URIRef(str(CI)) in set(graph.objects(dataset, VOID.vocabulary))


def test_the_parts_say_how_often_each_property_is_used(client: httpx.Client) -> None:
    graph = described(client, "/.well-known/void")

    (part,) = graph.subjects(VOID.property, CI.operates)
    assert int(str(graph.value(part, VOID.triples))) == number(client, "SELECT (COUNT(*) AS ?n) { ?s ci:operates ?o }")


@pytest.mark.parametrize("accept", ["application/n-triples", "application/rdf+xml", "application/ld+json"])
def test_it_comes_in_every_format_of_a_graph(accept: str, client: httpx.Client) -> None:
    assert client.get("/.well-known/void", headers={"Accept": accept}).headers["Content-Type"] == accept


def test_the_service_names_its_limits_and_asks_no_other(client: httpx.Client) -> None:
    graph = described(client, "/sparql")
    limits = Limits()

    (service,) = graph.subjects(RDF.type, SERVICE.Service)
    found = [float(str(graph.value(service, CI[name]))) for name in
             ("querySeconds", "queryMemoryBytes", "queriesAtOnce", "queriesWaiting")]  # fmt: skip
    assert found == [limits.seconds, limits.memory_bytes, limits.workers, limits.waiting]
    assert (service, SERVICE.feature, SERVICE.BasicFederatedQuery) not in graph


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_that_is_named_is_known_to_the_engine(function: str) -> None:
    assert list(Store().query(f"SELECT (<{function}>(1, 2) AS ?x) {{}}"))  # type: ignore[arg-type]


@pytest.mark.embedded_only("it says nothing about the engine, and starts a service of its own")
def test_title_and_licence_are_what_is_set(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("titled")
    licence = "https://creativecommons.org/licenses/by/4.0/"
    environment = {"CLOUDINDEX_TITLE": "Our notes", "CLOUDINDEX_LICENCE": licence}
    with (
        running("--data", str(DATA), "--state", str(folder / "state"), cwd=folder, environment=environment) as address,
        httpx.Client(base_url=address) as client,
    ):
        graph = described(client, "/.well-known/void")

    (dataset,) = graph.subjects(RDF.type, VOID.Dataset)
    assert str(graph.value(dataset, DCTERMS.title)) == "Our notes"
    assert str(graph.value(dataset, DCTERMS.license)) == licence
