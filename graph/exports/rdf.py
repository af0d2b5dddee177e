"""Graphs as RDF: written by the engine, and kept to what its formats can hold."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from graph import terms
from graph.engine.embedded import Reader
from graph.errors import UnwritableError
from graph.exports.reading import Reading
from graph.formats import QUADS, RDF_XML, Format
from graph.iris import Iris, edge_id

# The end of an IRI that RDF/XML can write as the name of an element.
NAME: Final = re.compile(r"[^\W\d][\w.\-\u00b7]*\Z")
UNWRITABLE: Final = re.compile(b"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}".encode()
# The engine knows no prefixes of its own; these formats are read by people.
PREFIXED: Final = frozenset({RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML})


class Output(Protocol):
    """What can be written to."""

    def write(self, content: bytes, /) -> int:
        """Take a piece."""
        ...


class CleanXml:
    """Passes XML on, without the characters that it cannot hold."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def write(self, content: bytes) -> int:
        """Pass on a piece, which the engine never ends within a character."""
        self._output.write(UNWRITABLE.sub(REPLACEMENT, content) if UNWRITABLE.search(content) else content)
        return len(content)

    def flush(self) -> None:
        """Do nothing: whoever writes ends it."""


def output_for(form: Format, output: Output) -> Any:
    """Return what the engine is to write *form* to."""
    return CleanXml(output) if form is RDF_XML else output


def check_predicate(iri: str) -> None:
    """Do nothing if RDF/XML can write the predicate.

    Raises:
        UnwritableError: It cannot.
    """
    if not NAME.search(iri):
        raise UnwritableError(iri)


def writable(triples: Iterable[Any]) -> Iterator[Any]:
    """Yield *triples*, or quads, as long as RDF/XML can write them.

    Raises:
        UnwritableError: It cannot write one.
    """
    known: set[NamedNode] = set()
    for triple in triples:
        if triple.predicate not in known:
            check_predicate(triple.predicate.value)
            known.add(triple.predicate)
        yield triple


def write_triples(triples: Iterable[Any], form: Format, prefixes: dict[str, str], output: Output) -> None:
    """Write *triples*, or quads where the format knows graphs.

    Raises:
        UnwritableError: RDF/XML cannot write one.
    """
    engine = form.engine
    assert isinstance(engine, RdfFormat)
    some = writable(triples) if form is RDF_XML else triples
    serialize(some, output_for(form, output), engine, prefixes=prefixes if engine in PREFIXED else None)


def write_whole(reader: Reader, form: Format, prefixes: dict[str, str], iris: Iris, output: Output) -> None:
    """Write the merged graph, or all graphs with their records where the format knows graphs."""
    engine = form.engine
    assert isinstance(engine, RdfFormat)
    graph = None if form in QUADS else iris.graph("all")
    reader.dump(output_for(form, output), engine, graph, prefixes=prefixes if engine in PREFIXED else None)


def triples_of(reading: Reading, nodes: Iterable[int]) -> Iterator[Triple]:
    """Yield what is said of *nodes*, but for relations, and the edges of the part."""
    graph = Iris(reading.legend.base).graph("all")
    for quad in _said(reading, nodes, graph):
        yield quad.triple
    for source, kind, target in reading.triples():
        yield Triple(reading.iri(source), NamedNode(reading.legend.relations[kind].iri), reading.iri(target))


def quads_of(reading: Reading, nodes: Iterable[int]) -> Iterator[Quad]:
    """Yield the same in the graphs of the documents that state it, and with the records of the edges."""
    reader, iris = reading.reader, Iris(reading.legend.base)
    for quad in _said(reading, nodes, None):
        if iris.document_of(quad.graph_name):
            yield quad
    for source, kind, target in reading.triples():
        triple = Triple(reading.iri(source), NamedNode(reading.legend.relations[kind].iri), reading.iri(target))
        for quad in reader.quads(triple.subject, triple.predicate, triple.object):
            if iris.document_of(quad.graph_name) or quad.graph_name == iris.graph("inferred"):
                yield quad
        for record in reader.quads(None, terms.EDGE, iris.edge_of_id(edge_id(triple))):
            yield from reader.quads(record.subject, None, None, record.graph_name)


def _said(reading: Reading, nodes: Iterable[int], graph: NamedNode | None) -> Iterator[Quad]:
    relations = {one.iri for one in reading.legend.relations}
    for node in nodes:
        for quad in reading.reader.quads(reading.iri(node), None, None, graph):
            if isinstance(quad.object, Literal) or quad.predicate.value not in relations:
                yield quad
