"""What everything above asks of an engine, asked of a server.  Touches files, where a graph is large.

One set of graphs holds one generation, and so what was found may be kept: an answer of REST asks for the same things
again and again, and each question is a way there and back.  Servers give things in any order; every copy of the
service is to tell them in the same.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from heapq import merge
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, Final, Protocol

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from graph.engine.embedded import BATCH, Term
from graph.engine.remote.client import Client
from graph.engine.remote.names import Names
from graph.engine.remote.skolem import Skolem

# Answers that are kept, how many quads they have in all (about 100 MB), and how many the largest of them has.
MOST_KEPT: Final = 20_000
MOST_QUADS: Final = 200_000
LARGEST_KEPT: Final = 1000
# Larger graphs are written as they come, and sorted in files.
MOST_SORTED: Final = 200_000
PACKING: Final = 1
LETTERS: Final = ("s", "p", "o", "g")


def trust() -> None:
    """Trust the server."""


class Writable(Protocol):
    """What is needed of a reader to write what it reads."""

    def graphs(self) -> list[NamedNode | BlankNode]:
        """Return the named graphs."""
        ...

    def triples(self, graph: NamedNode) -> Iterator[Triple]:
        """Yield the triples of a graph."""
        ...


def write_graphs(
    reader: Writable,
    output: Any,
    rdf_format: RdfFormat,
    graph: NamedNode | None,
    *,
    prefixes: Mapping[str, str] | None,
) -> None:
    """Write *graph*, or all named ones."""
    found: Any = reader.triples(graph) if graph is not None else _everything(reader)
    serialize(found, output, rdf_format, prefixes=dict(prefixes) if prefixes else None)


class RemoteReader:
    """A set of graphs on a server, read as one generation.

    Args:
        graphs: How many triples each graph has, by the name that people know.
        default_graph: What `values` asks.
        confirm: Raises where what was read may not be of this generation.
    """

    def __init__(
        self,
        client: Client,
        names: Names,
        graphs: Mapping[str, int],
        default_graph: NamedNode,
        confirm: Callable[[], None] = trust,
    ) -> None:
        self._client = client
        self._names = names
        self._sizes = {iri: size for iri, size in graphs.items() if size}
        self._default_graph = default_graph
        self._confirm = confirm
        self._skolem = Skolem(names.base)
        self._answers: dict[tuple[Any, ...], Sequence[Quad]] = {}
        self._kept_quads = 0

    def values(self, subject: NamedNode, predicate: NamedNode) -> list[Term]:
        """Return the objects of the triples with that subject and predicate."""
        said = self._kept(subject, None, None, self._default_graph)
        return [quad.object for quad in said if quad.predicate == predicate]

    def quads(
        self,
        subject: Any = None,
        predicate: NamedNode | None = None,
        object: Any = None,  # noqa: A002  # as triples have it
        graph: Any = None,
    ) -> list[Quad]:
        """Return the quads that match; ``None`` stands for anything."""
        if graph is not None and self._is_empty(graph):
            return []
        return list(self._kept(subject, predicate, object, graph))

    def batches(self, graph: NamedNode, predicate: NamedNode | None = None) -> Iterator[list[Quad]]:
        """Yield the quads of *graph*, some thousands at a time, those of a subject in a row.

        Large graphs are read as a whole before the first batch, and wait on the disk.
        """
        if self._is_empty(graph):
            return
        with ExitStack() as files:
            rest: Iterator[Any]
            quads_of: Callable[[Iterable[Any]], list[Quad]]
            if self._sizes[graph.value] <= MOST_SORTED:
                rest, quads_of = iter(self._found(None, predicate, None, graph)), list
            else:
                rest, quads_of = self._lines(predicate, graph, files), _parsed
            while batch := quads_of(islice(rest, BATCH)):
                yield batch

    def graphs(self) -> list[NamedNode | BlankNode]:
        """Return the named graphs that have triples."""
        return [NamedNode(iri) for iri in self._sizes]

    def has_graph(self, graph: NamedNode) -> bool:
        """Return whether there is such a graph."""
        return not self._is_empty(graph)

    def triples(self, graph: NamedNode) -> Iterator[Triple]:
        """Yield the triples of *graph*; those of large ones as they come."""
        if self._is_empty(graph):
            return
        if self._sizes[graph.value] <= MOST_SORTED:
            yield from (quad.triple for quad in self._found(None, None, None, graph))
            return
        physical = self._names.physical(graph.value)
        with self._client.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{physical}> {{ ?s ?p ?o }} }}") as found:
            yield from map(self._skolem.blank_triple, found)
        self._confirm()

    def dump(
        self, output: Any, rdf_format: RdfFormat, graph: NamedNode | None, *, prefixes: Mapping[str, str] | None
    ) -> None:
        """Write *graph*, or all."""
        write_graphs(self, output, rdf_format, graph, prefixes=prefixes)

    def _is_empty(self, graph: Any) -> bool:
        return isinstance(graph, DefaultGraph) or graph.value not in self._sizes

    def _kept(self, *terms: Any) -> Sequence[Quad]:
        found = self._answers.get(terms)
        if found is None:
            found = self._found(*terms, seconds=self._client.remote.stall_seconds)
            if len(found) <= LARGEST_KEPT:
                if len(self._answers) >= MOST_KEPT or self._kept_quads + len(found) > MOST_QUADS:
                    self._kept_quads = 0  # first: other threads keep answers, too, and there may be fewer than counted
                    self._answers.clear()
                self._answers[terms] = found
                self._kept_quads += len(found)
        return found

    def _found(self, *terms: Any, seconds: float | None = None) -> Sequence[Quad]:
        """Return the quads that match subject, predicate, object and graph, by their text."""
        with self._matching(*terms, seconds=seconds) as quads:
            found = sorted(quads, key=str)
        self._confirm()
        return found

    def _lines(self, predicate: NamedNode | None, graph: NamedNode, files: ExitStack) -> Iterator[str]:
        """Yield quads as lines of text, in the same order; all but the last of them wait in *files* for their turn."""
        runs = []
        with self._matching(None, predicate, None, graph) as quads:
            while run := sorted(f"{quad} .\n" for quad in islice(quads, MOST_SORTED)):
                runs.append(_written(run, files) if len(run) == MOST_SORTED else run)
        self._confirm()
        yield from merge(*runs)

    @contextmanager
    def _matching(self, *terms: Any, seconds: float | None = None) -> Iterator[Iterator[Quad]]:
        """Return the quads that match subject, predicate, object and graph, as they come."""
        subject, predicate, object_, graph = terms
        named = [None if term is None else self._skolem.named(term) for term in (subject, predicate, object_)]
        named.append(None if graph is None else NamedNode(self._names.physical(graph.value)))
        open_ = [letter for letter, term in zip(LETTERS, named, strict=True) if term is None]
        s, p, o, g = (f"?{letter}" if term is None else str(term) for letter, term in zip(LETTERS, named, strict=True))
        shown = " ".join(f"?{letter}" for letter in open_) or "(1 AS ?one)"
        with self._client.select(f"SELECT {shown} {{ GRAPH {g} {{ {s} {p} {o} }} }}", seconds=seconds) as rows:
            yield self._read(rows, open_, terms)

    def _read(self, rows: Any, open_: Sequence[str], asked: Sequence[Any]) -> Iterator[Quad]:
        positions = [open_.index(letter) if letter in open_ else None for letter in LETTERS]
        for row in rows:
            subject, predicate, object_, graph = (
                term if position is None else row[position] for term, position in zip(asked, positions, strict=True)
            )
            if positions[3] is not None:
                logical = self._names.logical(graph.value)
                if logical not in self._sizes:
                    continue  # of the other set, or of somebody else
                graph = NamedNode(logical)
            blank = self._skolem.blank
            yield Quad(blank(subject), predicate, blank(object_), graph)


def _everything(reader: Writable) -> Iterator[Quad]:
    for graph in reader.graphs():
        for triple in reader.triples(graph):  # type: ignore[arg-type]
            yield Quad(triple.subject, triple.predicate, triple.object, graph)


def _written(lines: Iterable[str], files: ExitStack) -> Iterator[str]:
    """Write lines to a file that goes with *files*, and return what reads them again."""
    file = files.enter_context(TemporaryFile())  # noqa: SIM115  # *files* closes it
    with gzip.open(file, "wt", PACKING, encoding="utf-8", newline="\n") as packed:
        packed.writelines(lines)
    file.seek(0)
    return files.enter_context(gzip.open(file, "rt", encoding="utf-8", newline="\n"))


def _parsed(lines: Iterable[str]) -> list[Any]:
    return list(parse("".join(lines), RdfFormat.N_QUADS))
