"""Filling a set of graphs: whole from a store, or by what has changed.  Asks the server."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pyoxigraph import NamedNode, Quad, Triple

from graph.engine.embedded import Difference, Reader
from graph.engine.remote.client import Client
from graph.engine.remote.names import Names
from graph.engine.remote.skolem import Skolem
from graph.errors import EngineAnswerError

# How many triples one update takes out.
AT_ONCE: Final = 1000
# Larger graphs are counted only when they were filled as a whole: counting takes servers long.
COUNTED: Final = 100_000


@dataclass(frozen=True, slots=True)
class GraphSet:
    """One set of graphs, to be written.

    Attributes:
        check: Raises where the right to write it may be lost; it is asked before every request.
    """

    client: Client
    names: Names
    check: Callable[[], None]

    def fill(self, reader: Reader, sizes: Mapping[str, int]) -> None:
        """Put all that *reader* has in place of what there is.

        Raises:
            EngineAnswerError: The server does not hold afterwards what it was given.
        """
        self.clear()
        for iri, size in sizes.items():
            if size:
                batches = reader.batches(NamedNode(iri))
                for batch in batches:
                    self._load(iri, (quad.triple for quad in batch))
        self._verify(sizes)

    def apply(self, difference: Difference, sizes: Mapping[str, int]) -> None:
        """Take out and put in what has changed, which may be there already.

        Raises:
            EngineAnswerError: As `fill`.
        """
        removed, added = _by_graph(difference.removed), _by_graph(difference.added)
        for iri, triples in removed.items():
            for some in _some(triples, AT_ONCE):
                self.check()
                told = "".join(f"{self._skolem.named_triple(triple)} .\n" for triple in some)
                self.client.update(f"DELETE DATA {{ GRAPH <{self.names.physical(iri)}> {{ {told} }} }}")
        for iri, triples in added.items():
            self._load(iri, triples)
        changed = removed.keys() | added.keys()
        self._verify({iri: sizes.get(iri, 0) for iri in changed if sizes.get(iri, 0) < COUNTED})

    def clear(self) -> None:
        """Take everything out."""
        for iri in self._found():
            self.check()
            self.client.update(f"DROP SILENT GRAPH <{iri}>")

    @property
    def _skolem(self) -> Skolem:
        return Skolem(self.names.base)

    def _load(self, iri: str, triples: Iterable[Triple]) -> None:
        self.client.load(self.names.physical(iri), self._checked(triples))

    def _checked(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Yield triples as they are sent; which of them begins a request is known to the client alone."""
        skolem = self._skolem
        for triple in triples:
            self.check()
            yield skolem.named_triple(triple)

    def _found(self) -> list[str]:
        """Return the graphs of this set that there are, whoever has left them."""
        with self.client.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }") as rows:
            names = [str(getattr(row[0], "value", "")) for row in rows]
        return [name for name in names if name.startswith(self.names.prefix)]

    def _verify(self, sizes: Mapping[str, int]) -> None:
        for iri, size in sizes.items():
            self.check()
            query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{self.names.physical(iri)}> {{ ?s ?p ?o }} }}"
            with self.client.select(query) as rows:
                count = int(getattr(next(iter(rows))[0], "value", -1))
            if count != size:
                raise EngineAnswerError(f"The server holds {count} triples of <{iri}> after it was given {size}.")


def _by_graph(quads: Iterable[Quad]) -> dict[str, list[Triple]]:
    found: dict[str, list[Triple]] = defaultdict(list)
    for quad in quads:
        found[quad.graph_name.value].append(quad.triple)  # type: ignore[union-attr]
    return found


def _some(triples: Iterable[Triple], most: int) -> Iterator[list[Triple]]:
    rest = iter(triples)
    while some := list(islice(rest, most)):
        yield some
