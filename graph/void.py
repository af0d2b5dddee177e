"""What the dataset is, as triples: its name, its size, its vocabularies, where to ask it.

Source: https://www.w3.org/TR/void/
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph import terms
from graph.counts import Counts
from graph.formats import GRAPHS
from graph.index import Index

VOID: Final = "http://rdfs.org/ns/void#"
DCTERMS: Final = "http://purl.org/dc/terms/"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
FORMATS: Final = "http://www.w3.org/ns/formats/"
EXAMPLES: Final = 3
# How the W3C names the formats.
FORMAT_IRIS: Final = {
    "turtle": f"{FORMATS}Turtle",
    "n-triples": f"{FORMATS}N-Triples",
    "rdf-xml": f"{FORMATS}RDF_XML",
    "json-ld": f"{FORMATS}JSON-LD",
    "json": f"{FORMATS}SPARQL_Results_JSON",
    "xml": f"{FORMATS}SPARQL_Results_XML",
    "csv": f"{FORMATS}SPARQL_Results_CSV",
    "tsv": f"{FORMATS}SPARQL_Results_TSV",
}
Value = NamedNode | Literal | BlankNode


@dataclass(frozen=True, slots=True)
class Publication:
    """Where and as what the dataset is published.

    Attributes:
        address: The public address of the service, with a slash at its end.
        licence_iri: The licence of the data; empty where none is known.
        dumps: Addresses of the whole dataset as a file.
        takes_updates: Whether writers may send updates.
    """

    address: str
    title: str
    licence_iri: str = ""
    dumps: tuple[str, ...] = ()
    takes_updates: bool = False

    @property
    def dataset(self) -> NamedNode:
        """The IRI of the dataset, whose description is found there."""
        return NamedNode(f"{self.address}.well-known/void#dataset")

    @property
    def endpoint(self) -> NamedNode:
        """The address that queries are sent to."""
        return NamedNode(f"{self.address}sparql")


def dataset_triples(publication: Publication, index: Index, counts: Counts) -> Iterator[Triple]:
    """Yield the description of the dataset."""
    dataset = publication.dataset
    yield Triple(dataset, terms.TYPE, NamedNode(f"{VOID}Dataset"))
    for predicate, value in (*_names(publication, index), *_sizes(index, counts), *_places(publication, index)):
        yield Triple(dataset, NamedNode(predicate), value)
    yield from _parts(dataset, "class", "entities", counts.classes.items())
    yield from _parts(dataset, "property", "triples", counts.properties.items())


def _names(publication: Publication, index: Index) -> Iterator[tuple[str, Value]]:
    yield f"{DCTERMS}title", Literal(publication.title)
    if publication.licence_iri:
        yield f"{DCTERMS}license", NamedNode(publication.licence_iri)
    published = index.generation.manifest.published.isoformat()
    yield f"{DCTERMS}modified", Literal(published, datatype=NamedNode(f"{terms.XSD}dateTime"))


def _sizes(index: Index, counts: Counts) -> Iterator[tuple[str, Value]]:
    yield f"{VOID}triples", Literal(counts.graphs.get(index.iris.graph("all").value, 0))
    yield f"{VOID}entities", Literal(counts.entity_count)
    yield f"{VOID}classes", Literal(len(counts.classes))
    yield f"{VOID}properties", Literal(len(counts.properties))


def _places(publication: Publication, index: Index) -> Iterator[tuple[str, Value]]:
    yield f"{VOID}sparqlEndpoint", publication.endpoint
    yield f"{VOID}uriSpace", Literal(f"{index.iris.base}id/")
    yield f"{FOAF}page", NamedNode(f"{publication.address}docs")
    for dump in publication.dumps:
        yield f"{VOID}dataDump", NamedNode(dump)
    for form in GRAPHS:
        yield f"{VOID}feature", NamedNode(FORMAT_IRIS[form.name])
    for namespace in sorted(set(index.vocabulary.prefixes.values())):
        yield f"{VOID}vocabulary", NamedNode(namespace)
    for node in np.flatnonzero(index.atlas.are_entities)[:EXAMPLES].tolist():
        yield f"{VOID}exampleResource", index.iris.resolve(index.atlas.references[node])


def _parts(dataset: NamedNode, kind: str, unit: str, numbers: Iterable[tuple[str, int]]) -> Iterator[Triple]:
    for number, (iri, size) in enumerate(numbers):
        part = BlankNode(f"{kind}{number}")
        yield Triple(dataset, NamedNode(f"{VOID}{kind}Partition"), part)
        yield Triple(part, NamedNode(f"{VOID}{kind}"), NamedNode(iri))
        yield Triple(part, NamedNode(f"{VOID}{unit}"), Literal(size))
