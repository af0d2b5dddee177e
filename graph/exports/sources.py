"""Who states the edges of an atlas, many edges at a time: from the records in files, else from the store."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode

from graph import terms
from graph.arrays import mapped
from graph.columns import Mask
from graph.engine.embedded import Reader
from graph.exports.legend import Legend
from graph.iris import Iris
from graph.records import EDGES, FIELDS, OBJECT, ROWS, SUBJECT
from graph.texts_file import NONE, Rearranged, TextsFile
from graph.vocabulary import local_name

PREDICATE: Final = FIELDS.index(terms.PREDICATE.value)
DOCUMENT: Final = FIELDS.index(terms.SOURCE.value)
BASIS: Final = FIELDS.index(terms.BASIS.value)
LINE: Final = FIELDS.index(terms.LINE.value)
# A statement of an edge: the slug of the document, the line there, and how it was read.
Place = tuple[str, int, str]
Numbers = NDArray[np.integer]


class Sources:
    """Finds the places where edges are stated.

    Args:
        records: The folder of the records; ``None`` where only the store knows them.
        records_of: For each node where its records are.
        are_restated: The nodes whose records only the store knows.
    """

    def __init__(
        self, records: Path | None, records_of: NDArray[np.int32], are_restated: Mask, reader: Reader, legend: Legend
    ) -> None:
        self._reader = reader
        self._relations = {one.iri: number for number, one in enumerate(legend.relations)}
        self._iris = Iris(legend.base)
        self._are_restated = are_restated
        self._files = None if records is None else _Files(records, records_of, self._relations)

    def of(
        self, sources: Numbers, relations: Numbers, targets: Numbers, references: TextsFile | Rearranged
    ) -> Iterator[tuple[str, list[Place]]]:
        """Yield for each edge its id, empty where it must be computed, and the places where it is stated."""
        stored = self._stored(sources, references)
        if self._files is None:
            starts = ends = np.zeros(len(sources), dtype=np.int64)
            known: _Rows = _Rows([], [], [], b"")
        else:
            starts, ends, known = self._files.find(sources, relations, targets)
        from_store = self._are_restated[sources] if self._files is not None else np.ones(len(sources), dtype=bool)
        for source, relation, target, first, last, is_stored in zip(
            sources.tolist(),
            relations.tolist(),
            targets.tolist(),
            starts.tolist(),
            ends.tolist(),
            from_store.tolist(),
            strict=True,
        ):
            if is_stored:
                iri = self._iris.resolve(references.text(target)).value
                yield "", sorted(set(stored[source].get((relation, iri), ())))
            elif last - first == 1:
                yield known.edges[32 * first : 32 * last], [known.place(first)]
            elif first < last:
                yield (
                    known.edges[32 * first : 32 * first + 32],
                    sorted({known.place(row) for row in range(first, last)}),
                )
            else:
                yield "", []

    def _stored(
        self, sources: Numbers, references: TextsFile | Rearranged
    ) -> Mapping[int, Mapping[tuple[int, str], list[Place]]]:
        """Return what the store knows of those sources whose records are only there."""
        nodes = np.unique(sources)
        if self._files is not None:
            nodes = nodes[self._are_restated[nodes]]
        return {node: self._read(self._iris.resolve(references.text(node))) for node in nodes.tolist()}

    def _read(self, subject: NamedNode) -> Mapping[tuple[int, str], list[Place]]:
        places: dict[tuple[int, str], list[Place]] = defaultdict(list)
        for found in self._reader.quads(None, terms.SUBJECT, subject):
            quads = self._reader.quads(found.subject, None, None, found.graph_name)
            facts = {one.predicate: one.object.value for one in quads if isinstance(one.object, NamedNode | Literal)}
            relation = self._relations.get(facts.get(terms.PREDICATE, ""))
            if relation is not None and terms.BASIS in facts:
                place = local_name(facts[terms.SOURCE]), int(facts[terms.LINE]), local_name(facts[terms.BASIS])
                places[relation, facts[terms.OBJECT]].append(place)
        return places


class _Rows:
    """The records of a block of edges: *edges* are their ids, one after the other."""

    __slots__ = ("bases", "documents", "edges", "lines")

    def __init__(self, documents: list[str], lines: list[int], bases: list[str], edges: bytes) -> None:
        self.documents, self.lines, self.bases, self.edges = documents, lines, bases, edges.hex()

    def place(self, row: int) -> Place:
        return self.documents[row], self.lines[row], self.bases[row]


class _Files:
    """The records in files, found for many edges at once."""

    def __init__(self, folder: Path, records_of: NDArray[np.int32], relations: Mapping[str, int]) -> None:
        self._texts = TextsFile(folder)
        self._rows: NDArray[np.int32] = mapped(folder / ROWS)
        self._edges: NDArray[np.uint8] = mapped(folder / EDGES)
        self._records_of = records_of
        self._node_count, self._relation_count = len(records_of), len(relations)
        self._node_of = np.full(len(self._texts) + 1, NONE, dtype=np.int32)
        known = np.flatnonzero(records_of != NONE)
        self._node_of[records_of[known]] = known
        self._relation_of = np.full(len(self._texts) + 1, NONE, dtype=np.int16)
        for iri, number in relations.items():
            self._relation_of[self._texts.number(iri)] = number
        self._relation_of[NONE] = NONE  # the last one is that of what is not among the texts
        self._names: dict[int, str] = {NONE: ""}

    def find(
        self, sources: Numbers, relations: Numbers, targets: Numbers
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], _Rows]:
        """Return for each edge where its records start and end among the rows, and the rows."""
        nodes = np.unique(sources)
        texts = self._records_of[nodes]
        nodes, texts = nodes[texts != NONE], texts[texts != NONE]
        subjects = self._rows[SUBJECT]
        first, last = np.searchsorted(subjects, texts), np.searchsorted(subjects, texts, side="right")
        counts = last - first
        rows = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts) + np.arange(counts.sum())
        kinds, ends = self._relation_of[self._rows[PREDICATE, rows]], self._node_of[self._rows[OBJECT, rows]]
        keys = self._keys(np.repeat(nodes, counts), kinds, ends)
        are_edges = (kinds != NONE) & (ends != NONE)
        rows, keys = rows[are_edges], keys[are_edges]
        order = np.argsort(keys, kind="stable")
        rows, keys = rows[order], keys[order]
        wanted = self._keys(sources, relations, targets)
        found = _Rows(
            [self._name(number) for number in self._rows[DOCUMENT, rows].tolist()],
            self._rows[LINE, rows].tolist(),
            [self._name(number) for number in self._rows[BASIS, rows].tolist()],
            self._edges[rows].tobytes(),
        )
        return np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, side="right"), found

    def _keys(self, sources: Numbers, relations: Numbers, targets: Numbers) -> NDArray[np.int64]:
        return (sources.astype(np.int64) * self._relation_count + relations) * self._node_count + targets

    def _name(self, number: int) -> str:
        """Return the local name of a document or of a basis; there are few."""
        name = self._names.get(number)
        if name is None:
            name = self._names[number] = local_name(self._texts.text(number))
        return name
