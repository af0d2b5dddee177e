"""What the SPARQL service offers, as triples: its formats, its dataset, its limits.

Source: https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/
"""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph import queries, terms
from graph.engine.gateway import Federation
from graph.engine.pool import Limits
from graph.formats import GRAPHS, RESULTS
from graph.index import Index

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
VOID: Final = "http://rdfs.org/ns/void#"
# How the W3C names the formats: https://www.w3.org/ns/formats/
FORMAT_IRIS: Final = {
    "turtle": "Turtle",
    "n-triples": "N-Triples",
    "rdf-xml": "RDF_XML",
    "json-ld": "JSON-LD",
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
}


def service_triples(
    endpoint: str, index: Index, limits: Limits, federation: Federation | None = None
) -> Iterator[Triple]:
    """Yield the description of the service at *endpoint*, with its graphs and how many triples each has."""
    service, dataset = NamedNode(endpoint), BlankNode("dataset")
    yield Triple(service, terms.TYPE, NamedNode(f"{SD}Service"))
    yield Triple(service, NamedNode(f"{SD}endpoint"), service)
    yield Triple(service, NamedNode(f"{SD}supportedLanguage"), NamedNode(f"{SD}SPARQL11Query"))
    if federation is not None and federation.hosts:
        yield Triple(service, NamedNode(f"{SD}feature"), NamedNode(f"{SD}BasicFederatedQuery"))
    for form in (*RESULTS, *GRAPHS):
        name = NamedNode(f"http://www.w3.org/ns/formats/{FORMAT_IRIS[form.name]}")
        yield Triple(service, NamedNode(f"{SD}resultFormat"), name)
    for key, value in (("querySeconds", limits.seconds), ("queryMemoryBytes", limits.memory_bytes)):
        yield Triple(service, NamedNode(f"{terms.CI}{key}"), Literal(value))
    yield Triple(service, NamedNode(f"{SD}defaultDataset"), dataset)
    yield Triple(dataset, terms.TYPE, NamedNode(f"{SD}Dataset"))
    yield from _graphs(dataset, index)


def _graphs(dataset: BlankNode, index: Index) -> Iterator[Triple]:
    everything = index.iris.graph("all")
    for number, row in enumerate(index.reader.rows(queries.read("graph_sizes"))):
        graph, count = row["graph"], row["count"]
        description, named = BlankNode(f"graph{number}"), BlankNode(f"named{number}")
        yield Triple(description, terms.TYPE, NamedNode(f"{SD}Graph"))
        yield Triple(description, NamedNode(f"{VOID}triples"), count)
        if graph == everything:
            yield Triple(dataset, NamedNode(f"{SD}defaultGraph"), description)
            continue
        yield Triple(dataset, NamedNode(f"{SD}namedGraph"), named)
        yield Triple(named, terms.TYPE, NamedNode(f"{SD}NamedGraph"))
        yield Triple(named, NamedNode(f"{SD}name"), graph)
        yield Triple(named, NamedNode(f"{SD}graph"), description)
