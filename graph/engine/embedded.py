"""The embedded engine: a store of triples on disk.  Touches files.

No cursor leaves this file: out come lists of plain values, or bytes.  Only queries that we write ourselves and
whose cost is bounded are asked here; those that people write go to worker processes.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from graph.errors import EngineError, StateFolderError, WriteConflictError
from graph.terms import XSD

Term = NamedNode | BlankNode | Literal | Triple
# From here on it is cheaper to write files of their own than to go through the log.
MANY_QUADS: Final = 10_000
BATCH: Final = 10_000


class Reader(Protocol):
    """What everything above asks of an engine."""

    def values(self, subject: NamedNode, predicate: NamedNode) -> list[Term]:
        """Return the objects of the triples of the default graph with that subject and predicate."""
        ...

    def quads(
        self,
        subject: Any = None,
        predicate: NamedNode | None = None,
        object: Any = None,  # noqa: A002  # as triples have it
        graph: Any = None,
    ) -> list[Quad]:
        """Return the quads that match; ``None`` stands for anything."""
        ...

    def batches(self, graph: NamedNode, predicate: NamedNode | None = None) -> Iterator[list[Quad]]:
        """Yield the quads of *graph*, some thousands at a time; the thread that begins must go on."""
        ...

    def graphs(self) -> list[NamedNode | BlankNode]:
        """Return the named graphs, empty ones too."""
        ...

    def has_graph(self, graph: NamedNode) -> bool:
        """Return whether there is such a graph, if only an empty one."""
        ...

    def dump(
        self, output: Any, rdf_format: RdfFormat, graph: NamedNode | None, *, prefixes: Mapping[str, str] | None
    ) -> None:
        """Write a graph in an RDF format, or all graphs in one that knows graphs."""
        ...


class EmbeddedReader:
    """A generation's store, opened for reading; its default graph is *default_graph*."""

    def __init__(self, store: Path | Store, default_graph: NamedNode) -> None:
        """Open the store, where it is given by its folder.

        Raises:
            StateFolderError: There is no store in the folder.
        """
        self._store = store if isinstance(store, Store) else _opened(store)
        self._default_graph = default_graph

    def values(self, subject: NamedNode, predicate: NamedNode) -> list[Term]:
        """Return the objects of the triples with that subject and predicate."""
        with engine_errors():
            return [
                quad.object for quad in self._store.quads_for_pattern(subject, predicate, None, self._default_graph)
            ]

    def quads(
        self,
        subject: Any = None,
        predicate: NamedNode | None = None,
        object: Any = None,  # noqa: A002  # as triples have it
        graph: Any = None,
    ) -> list[Quad]:
        """Return the quads that match; ``None`` stands for anything."""
        with engine_errors():
            return list(self._store.quads_for_pattern(subject, predicate, object, graph))

    def batches(self, graph: NamedNode, predicate: NamedNode | None = None) -> Iterator[list[Quad]]:
        """Yield the quads of *graph*, some thousands at a time; the thread that begins must go on."""
        with engine_errors():
            found = self._store.quads_for_pattern(None, predicate, None, graph)
            while batch := list(islice(found, BATCH)):
                yield batch

    def graphs(self) -> list[NamedNode | BlankNode]:
        """Return the named graphs, empty ones too."""
        with engine_errors():
            return list(self._store.named_graphs())

    def has_graph(self, graph: NamedNode) -> bool:
        """Return whether there is such a graph, if only an empty one."""
        with engine_errors():
            return self._store.contains_named_graph(graph)

    def dump(
        self, output: Any, rdf_format: RdfFormat, graph: NamedNode | None, *, prefixes: Mapping[str, str] | None
    ) -> None:
        """Write *graph*, or all, as the engine serializes it."""
        with engine_errors():
            self._store.dump(output, rdf_format, from_graph=graph, prefixes=dict(prefixes) if prefixes else None)


def _opened(folder: Path) -> Store:
    try:
        return Store.read_only(str(folder))
    except OSError as error:
        raise StateFolderError(folder, f"cannot be opened: {error}") from error


@dataclass(slots=True)
class Difference:
    """In what a store differs from the one that it was copied from."""

    removed: set[Quad] = field(default_factory=set)
    added: set[Quad] = field(default_factory=set)

    def note(self, removed: Collection[Quad], added: Collection[Quad]) -> None:
        """Note that quads went out, and then others came."""
        gone, came = set(removed), set(added)
        self.removed |= gone - self.added
        self.added -= gone
        self.added |= came - self.removed
        self.removed -= came


class Draft:
    """A store that is being written, and that nobody else sees: a copy of a generation's, or a new one.

    Attributes:
        difference: What `change` did to a copy, where that is wanted.

    To be used in a ``with`` block: at its end everything is on the disk, and the store is closed, so that its folder
    can be moved or removed.
    """

    def __init__(self, folder: Path, *, copied_from: Path | None = None, notes_difference: bool = False) -> None:
        """Open it in *folder*, which must not exist; a copy shares its files with the store it is made from.

        Raises:
            EngineError: The disk is full, or the store to copy cannot be read.
        """
        with engine_errors():
            if copied_from is not None:
                Store.read_only(str(copied_from)).backup(str(folder))
            self._store = Store(str(folder))
        self.difference = Difference() if notes_difference and copied_from is not None else None

    def __enter__(self) -> "Draft":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_exception: object) -> None:
        try:
            if kind is None:
                with engine_errors():
                    self._store.flush()
        finally:
            del self._store  # nobody else holds it, and so the engine closes it, and what it does in the background

    def quads(
        self,
        subject: Any = None,
        predicate: NamedNode | None = None,
        object: Any = None,  # noqa: A002  # as triples have it
        graph: NamedNode | DefaultGraph | None = None,
    ) -> list[Quad]:
        """Return the quads that match; ``None`` stands for anything."""
        with engine_errors():
            return list(self._store.quads_for_pattern(subject, predicate, object, graph))

    def holds(self, triple: Triple, graph: NamedNode) -> bool:
        """Return whether *graph* holds *triple*."""
        return Quad(triple.subject, triple.predicate, triple.object, graph) in self._store

    def graphs(self) -> list[NamedNode | BlankNode]:
        """Return the named graphs, empty ones too."""
        with engine_errors():
            return list(self._store.named_graphs())

    def change(self, *, removed: Collection[Quad] = (), added: Collection[Quad] = ()) -> None:
        """Take quads out, then put quads in; those were there, and these were not."""
        if self.difference is not None:
            self.difference.note(removed, added)
        with engine_errors():
            for quad in removed:
                self._store.remove(quad)
            if len(added) > MANY_QUADS:
                self._store.bulk_extend(added)
            elif added:
                self._store.extend(added)

    def load(self, path: Path, rdf_format: RdfFormat) -> None:
        """Put in what a file holds, without holding it in memory; its graphs are created, too.

        Raises:
            SyntaxError: It does not parse; what stood before the mistake may be in.
        """
        with engine_errors():
            self._store.bulk_load(path=str(path), format=rdf_format, base_iri=path.absolute().as_uri())

    def update(self, text: str, *, base_iri: str | None, prefixes: Mapping[str, str]) -> None:
        """Run a SPARQL update, whole or not at all.

        Raises:
            SyntaxError: It does not parse.
            WriteConflictError: It cannot be done, for example because there is no such graph; nothing of it was.
        """
        with engine_errors():
            try:
                self._store.update(text, base_iri=base_iri, prefixes=dict(prefixes))
            except RuntimeError as error:
                raise WriteConflictError(f"{error}.") from error

    def clear(self, graph: NamedNode | DefaultGraph, *, drop: bool = False) -> None:
        """Empty *graph*; with *drop*, as if it had never been."""
        with engine_errors():
            self._store.clear_graph(graph)
            if drop and isinstance(graph, NamedNode):
                self._store.remove_graph(graph)

    def create(self, graph: NamedNode) -> None:
        """Make sure that there is *graph*, if only an empty one."""
        with engine_errors():
            self._store.add_graph(graph)

    def optimize(self) -> None:
        """Rewrite the files, so that they hold nothing that was taken out."""
        with engine_errors():
            self._store.optimize()

    def count(self) -> int:
        """Return how many quads there are."""
        return len(self._store)


def parse_update(text: str, *, base_iri: str | None, prefixes: Mapping[str, str]) -> None:
    """Do nothing if *text* is a SPARQL update; it must ask nobody else, for it is tried on an empty store.

    Raises:
        SyntaxError: It is none.
    """
    with suppress(RuntimeError):
        Store().update(text, base_iri=base_iri, prefixes=dict(prefixes))


_SCRATCH: Final = Store()
PLAIN_INTEGER: Final = re.compile("0|[1-9][0-9]{0,17}")


@lru_cache(maxsize=100_000)
def as_stored(literal: Literal) -> Literal:
    """Return *literal* as the store gives it back: it writes numbers and times in one way."""
    if literal.language or literal.datatype.value == f"{XSD}string":
        return literal
    if literal.datatype.value == f"{XSD}integer" and PLAIN_INTEGER.fullmatch(literal.value):
        return literal  # lines, of which there may be a million
    quad = Quad(BlankNode("a"), NamedNode(f"{XSD}a"), literal)
    _SCRATCH.add(quad)
    stored: Any = next(iter(_SCRATCH)).object
    _SCRATCH.clear()
    found: Literal = stored
    return found


def stored_triple(triple: Triple) -> Triple:
    """Return *triple* as the store gives it back."""
    if isinstance(triple.object, Literal):
        return Triple(triple.subject, triple.predicate, as_stored(triple.object))
    return triple


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn what the engine raises into what we promise."""
    try:
        yield
    except OSError as error:
        raise EngineError(f"The store failed: {error}.") from error
