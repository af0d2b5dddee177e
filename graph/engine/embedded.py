"""The embedded engine: a store of triples on disk.  Touches files.

No cursor leaves this file: out come lists of plain values, or bytes.  Only queries that we write ourselves and
whose cost is bounded are asked here; those that people write go to worker processes.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, Variable

from graph.errors import EngineError, StateFolderError

Term = NamedNode | BlankNode | Literal | Triple
Row = dict[str, Term]


class Reader(Protocol):
    """What everything above asks of an engine."""

    def rows(self, query: str, **bindings: Term) -> list[Row]:
        """Return the rows of a SELECT; a variable that is not bound is absent from its row."""
        ...

    def dump(self, output: BinaryIO, rdf_format: RdfFormat, graph: NamedNode, *, prefixes: Mapping[str, str]) -> None:
        """Write a graph in an RDF format."""
        ...


class EmbeddedReader:
    """A generation's store, opened for reading; its default graph is *default_graph*."""

    def __init__(self, folder: Path, default_graph: NamedNode) -> None:
        """Open the store.

        Raises:
            StateFolderError: There is no store in *folder*.
        """
        try:
            self._store = Store.read_only(str(folder))
        except OSError as error:
            raise StateFolderError(folder, f"cannot be opened: {error}") from error
        self._default_graph = default_graph

    def rows(self, query: str, **bindings: Term) -> list[Row]:
        """Return the rows of a SELECT, as plain values."""
        substitutions: dict[Variable, Any] = {Variable(name): value for name, value in bindings.items()}
        with engine_errors():
            solutions: Any = self._store.query(query, default_graph=[self._default_graph], substitutions=substitutions)
            names = [variable.value for variable in solutions.variables]
            return [
                {name: value for name, value in zip(names, solution, strict=True) if value is not None}
                for solution in solutions
            ]

    def dump(self, output: BinaryIO, rdf_format: RdfFormat, graph: NamedNode, *, prefixes: Mapping[str, str]) -> None:
        """Write *graph*, as the engine serializes it."""
        with engine_errors():
            self._store.dump(output, rdf_format, from_graph=graph, prefixes=dict(prefixes))


def write_store(folder: Path, quads: Iterable[Quad]) -> int:
    """Make a store of *quads* in *folder*, and return how many it holds."""
    with engine_errors():
        store = Store(str(folder))
        store.bulk_extend(quads)
        store.flush()
        return len(store)


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn what the engine raises into what we promise."""
    try:
        yield
    except OSError as error:
        raise EngineError(f"The store failed: {error}.") from error
