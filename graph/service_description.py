"""What the SPARQL service offers, as triples: its formats, its limits, its dataset and the graphs in it.

It asks no other service, so it does not say that it would.

Source: https://www.w3.org/TR/sparql11-service-description/
"""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph import terms
from graph.counts import Counts
from graph.formats import GRAPHS, RESULTS
from graph.index import Index
from graph.limits import Limits
from graph.remote_hosts import Federation
from graph.void import FORMAT_IRIS, VOID, Publication, dataset_triples

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
# What the engine knows beyond SPARQL 1.1.
GEO: Final = "http://www.opengis.net/def/function/geosparql/"
RELATIONS: Final = {
    "sf": ("Equals", "Disjoint", "Intersects", "Touches", "Crosses", "Within", "Contains", "Overlaps"),
    "eh": ("Equals", "Disjoint", "Meet", "Overlap", "Covers", "CoveredBy", "Inside", "Contains"),
    "rcc8": ("eq", "dc", "ec", "po", "tppi", "tpp", "ntpp", "ntppi"),
}
FUNCTIONS: Final = (
    *(f"{GEO}{family}{name}" for family, names in RELATIONS.items() for name in names),
    f"{GEO}distance",
)


def service_triples(
    publication: Publication, index: Index, counts: Counts, limits: Limits, federation: Federation | None = None
) -> Iterator[Triple]:
    """Yield the description of the service, with its graphs and how many triples each has."""
    service, dataset = publication.endpoint, publication.dataset
    yield Triple(service, terms.TYPE, NamedNode(f"{SD}Service"))
    yield Triple(service, NamedNode(f"{SD}endpoint"), service)
    yield Triple(service, NamedNode(f"{SD}supportedLanguage"), NamedNode(f"{SD}SPARQL11Query"))
    if publication.takes_updates:
        yield Triple(service, NamedNode(f"{SD}supportedLanguage"), NamedNode(f"{SD}SPARQL11Update"))
    if federation is not None and federation.hosts:
        yield Triple(service, NamedNode(f"{SD}feature"), NamedNode(f"{SD}BasicFederatedQuery"))
    for form in (*RESULTS, *GRAPHS):
        yield Triple(service, NamedNode(f"{SD}resultFormat"), NamedNode(FORMAT_IRIS[form.name]))
    for key, value in (
        ("querySeconds", limits.seconds),
        ("queryMemoryBytes", limits.memory_bytes),
        ("queryRows", limits.rows),
        ("queriesAtOnce", limits.workers),
        ("queriesWaiting", limits.waiting),
    ):
        yield Triple(service, NamedNode(f"{terms.CI}{key}"), Literal(value))
    for function in FUNCTIONS:
        yield Triple(service, NamedNode(f"{SD}extensionFunction"), NamedNode(function))
        yield Triple(NamedNode(function), terms.TYPE, NamedNode(f"{SD}Function"))
    yield Triple(service, NamedNode(f"{SD}defaultDataset"), dataset)
    yield Triple(dataset, terms.TYPE, NamedNode(f"{SD}Dataset"))
    yield from _graphs(dataset, index, counts)
    yield from dataset_triples(publication, index, counts)


def _graphs(dataset: NamedNode, index: Index, counts: Counts) -> Iterator[Triple]:
    everything = index.iris.graph("all").value
    for number, (graph, size) in enumerate(counts.graphs.items()):
        description, named = BlankNode(f"graph{number}"), BlankNode(f"named{number}")
        yield Triple(description, terms.TYPE, NamedNode(f"{SD}Graph"))
        yield Triple(description, NamedNode(f"{VOID}triples"), Literal(size))
        if graph == everything:
            yield Triple(dataset, NamedNode(f"{SD}defaultGraph"), description)
            continue
        yield Triple(dataset, NamedNode(f"{SD}namedGraph"), named)
        yield Triple(named, terms.TYPE, NamedNode(f"{SD}NamedGraph"))
        yield Triple(named, NamedNode(f"{SD}name"), NamedNode(graph))
        yield Triple(named, NamedNode(f"{SD}graph"), description)
