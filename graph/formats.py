"""The one table of formats: name, media type, extension, and what the engine calls it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import QueryResultsFormat, RdfFormat

from graph.errors import UnknownFormatError
from graph.nearness import nearest


@dataclass(frozen=True, slots=True)
class Format:
    """A way of writing a graph or a result.

    Attributes:
        aliases: Other names and media types that mean the same.
        engine: The engine's own writer; ``None`` where the writer is ours.
    """

    name: str
    media_type: str
    extension: str
    aliases: tuple[str, ...] = ()
    engine: RdfFormat | QueryResultsFormat | None = None


TURTLE: Final = Format("turtle", "text/turtle", "ttl", ("ttl", "n3", "application/x-turtle"), RdfFormat.TURTLE)
NTRIPLES: Final = Format(
    "n-triples", "application/n-triples", "nt", ("nt", "ntriples", "text/plain"), RdfFormat.N_TRIPLES
)
RDF_XML: Final = Format(
    "rdf-xml",
    "application/rdf+xml",
    "rdf",
    ("rdfxml", "rdf+xml", "rdf", "xml", "application/xml", "text/xml"),
    RdfFormat.RDF_XML,
)
JSON_LD: Final = Format(
    "json-ld",
    "application/ld+json",
    "jsonld",
    ("jsonld", "json", "application/json", "application/x-json+ld"),
    RdfFormat.JSON_LD,
)
NQUADS: Final = Format("n-quads", "application/n-quads", "nq", ("nq", "nquads"), RdfFormat.N_QUADS)
TRIG: Final = Format("trig", "application/trig", "trig", (), RdfFormat.TRIG)

JSON: Final = Format(
    "json",
    "application/sparql-results+json",
    "srj",
    ("srj", "application/json", "text/json"),
    QueryResultsFormat.JSON,
)
XML: Final = Format(
    "xml",
    "application/sparql-results+xml",
    "srx",
    ("srx", "application/xml", "text/xml"),
    QueryResultsFormat.XML,
)
CSV: Final = Format("csv", "text/csv", "csv", (), QueryResultsFormat.CSV)
TSV: Final = Format("tsv", "text/tab-separated-values", "tsv", (), QueryResultsFormat.TSV)

PLAIN_JSON: Final = Format("json", "application/json", "json")

GRAPHML: Final = Format("graphml", "application/graphml+xml", "graphml")

# Each in the order of preference: the first is sent when the client has none.
GRAPHS: Final = (TURTLE, NTRIPLES, RDF_XML, JSON_LD)
RESULTS: Final = (JSON, XML, CSV, TSV)
DATASETS: Final = (TURTLE, NTRIPLES, NQUADS, TRIG, JSON_LD, RDF_XML)
EXPORTS: Final = (TURTLE, NTRIPLES, JSON_LD, GRAPHML)


def find_format(wanted: str, formats: Sequence[Format]) -> Format:
    """Return the format among *formats* that has the name, extension or media type *wanted*.

    Raises:
        UnknownFormatError: None has.
    """
    word = wanted.strip().lower()
    for known in formats:
        if word in (known.name, known.media_type, known.extension):
            return known
    for known in formats:
        if word in known.aliases:
            return known
    names = [known.name for known in formats]
    raise UnknownFormatError(wanted, names, nearest(word, names))
