"""What everything above asks of an engine, asked of a server.

One set of graphs holds one generation, and so what was found may be kept: an answer of REST asks for the same things
again and again, and each question is a way there and back.  Servers give things in any order; every copy of the
service is to tell them in the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize

from graph.engine.embedded import BATCH, Term
from graph.engine.remote.client import Client
from graph.engine.remote.names import Names
from graph.engine.remote.skolem import Skolem

# Answers that are kept, and how many quads the largest of them has: about 100 MB.
MOST_KEPT: Final = 20_000
LARGEST_KEPT: Final = 1000
# Larger graphs are written as they come.
MOST_SORTED: Final = 200_000
LETTERS: Final = ("s", "p", "o", "g")


def trust() -> None:
    """Trust the server."""


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
        """Yield the quads of *graph*, some thousands at a time, those of a subject in a row."""
        if self._is_empty(graph):
            return
        rest = iter(self._found(None, predicate, None, graph))
        while batch := list(islice(rest, BATCH)):
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
        found: Any = self.triples(graph) if graph is not None else self._everything()
        serialize(found, output, rdf_format, prefixes=dict(prefixes) if prefixes else None)

    def _everything(self) -> Iterator[Quad]:
        for iri in self._sizes:
            graph = NamedNode(iri)
            for triple in self.triples(graph):
                yield Quad(triple.subject, triple.predicate, triple.object, graph)

    def _is_empty(self, graph: Any) -> bool:
        return isinstance(graph, DefaultGraph) or graph.value not in self._sizes

    def _kept(self, *terms: Any) -> Sequence[Quad]:
        found = self._answers.get(terms)
        if found is None:
            found = self._found(*terms, seconds=self._client.remote.stall_seconds)
            if len(found) <= LARGEST_KEPT:
                if len(self._answers) >= MOST_KEPT:
                    self._answers.clear()
                self._answers[terms] = found
        return found

    def _found(self, *terms: Any, seconds: float | None = None) -> Sequence[Quad]:
        """Return the quads that match subject, predicate, object and graph."""
        subject, predicate, object_, graph = terms
        named = [None if term is None else self._skolem.named(term) for term in (subject, predicate, object_)]
        named.append(None if graph is None else NamedNode(self._names.physical(graph.value)))
        open_ = [letter for letter, term in zip(LETTERS, named, strict=True) if term is None]
        s, p, o, g = (f"?{letter}" if term is None else str(term) for letter, term in zip(LETTERS, named, strict=True))
        shown = " ".join(f"?{letter}" for letter in open_) or "(1 AS ?one)"
        with self._client.select(f"SELECT {shown} {{ GRAPH {g} {{ {s} {p} {o} }} }}", seconds=seconds) as rows:
            found = list(self._read(rows, open_, terms))
        self._confirm()
        found.sort(key=str)
        return found

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
