"""What everything above asks of an engine, asked of a server that holds a plain dataset."""

from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple

from graph.engine.embedded import Term
from graph.engine.remote.client import Client
from graph.engine.remote.reader import LETTERS, write_graphs


class PlainServerReader:
    """A dataset on a server, read as it is at any moment."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def values(self, subject: NamedNode, predicate: NamedNode) -> list[Term]:
        """Return the objects of the triples of the default graph with that subject and predicate."""
        with self._client.select(f"SELECT ?o {{ {subject} {predicate} ?o }}") as rows:
            return [row[0] for row in rows if row[0] is not None]

    def quads(
        self,
        subject: Any = None,
        predicate: NamedNode | None = None,
        object: Any = None,  # noqa: A002  # as triples have it
        graph: Any = None,
    ) -> list[Quad]:
        """Return the quads of named graphs that match; ``None`` stands for anything."""
        terms = (subject, predicate, object, graph)
        s, p, o, g = (f"?{name}" if term is None else str(term) for name, term in zip(LETTERS, terms, strict=True))
        shown = " ".join(f"({term} AS ?_{name})" for name, term in zip(LETTERS, (s, p, o, g), strict=True))
        with self._client.select(f"SELECT {shown} {{ GRAPH {g} {{ {s} {p} {o} }} }}") as rows:
            found: Any = rows
            return [Quad(*row) for row in found]

    def batches(self, graph: NamedNode, predicate: NamedNode | None = None) -> Iterator[list[Quad]]:
        """Yield the quads of *graph*, all at a time."""
        yield sorted(self.quads(None, predicate, None, graph), key=lambda quad: str(quad.subject))

    def graphs(self) -> list[NamedNode | BlankNode]:
        """Return the named graphs that have triples."""
        with self._client.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }") as rows:
            return [row[0] for row in rows if isinstance(row[0], NamedNode | BlankNode)]

    def holds(self, graph: str) -> bool:
        """Return whether there is a graph of that name."""
        return self._client.ask(f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")

    def has_graph(self, graph: NamedNode) -> bool:
        """Return whether there is such a graph."""
        return self.holds(graph.value)

    def triples(self, graph: NamedNode | None) -> Iterator[Triple]:
        """Yield the triples of *graph*, or of the default graph, as they come."""
        pattern = "?s ?p ?o" if graph is None else f"GRAPH {graph} {{ ?s ?p ?o }}"
        with self._client.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}") as found:
            yield from found

    def dump(
        self, output: Any, rdf_format: RdfFormat, graph: NamedNode | None, *, prefixes: Mapping[str, str] | None
    ) -> None:
        """Write *graph*, or all named ones."""
        write_graphs(self, output, rdf_format, graph, prefixes=prefixes)
