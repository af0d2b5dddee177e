"""Who states what, and where, as arrays: the records of all documents, found by their subject or their object.

It is made when everything is published anew, and holds for what was not touched since.  Touches files.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode, Quad

from graph import terms
from graph.arrays import mapped, span_of
from graph.engine.embedded import Reader
from graph.iris import Iris
from graph.texts_file import NONE, TextsFile, write_texts
from graph.vocabulary import local_name

ROWS: Final = "records.npy"
EDGES: Final = "records_edges.npy"
BY_OBJECT: Final = "records_by_object.npy"
BY_EDGE: Final = "records_by_edge.npy"
# What a record has, by its place in a row; the numbers of lines stand for themselves, the others for texts.
FIELDS: Final = (
    terms.SUBJECT.value,
    terms.PREDICATE.value,
    terms.OBJECT.value,
    terms.SOURCE.value,
    terms.STATED_IN_SECTION.value,
    terms.BASIS.value,
    terms.WORDS.value,
    terms.ACCEPTED_BY.value,
    terms.ACCEPTED_ON.value,
    terms.WRITTEN_BY.value,
    terms.REQUEST.value,
    terms.CREATED.value,
    terms.LINE.value,
    terms.WRITTEN_LINE.value,
)
LINES: Final = frozenset({terms.LINE.value, terms.WRITTEN_LINE.value})
SUBJECT, OBJECT = 0, 2
EDGE_BYTES: Final = 16
MOST_REMEMBERED: Final = 10_000
EDGE_ID: Final = re.compile(f"[0-9a-f]{{{2 * EDGE_BYTES}}}")
Facts = dict[str, str]


class Records:
    """The records in a folder."""

    def __init__(self, folder: Path) -> None:
        """Open them.

        Raises:
            OSError, ValueError: They are not there.
        """
        self._texts = TextsFile(folder)
        # Most records name the same few relations, documents and sections.
        self._text = lru_cache(maxsize=MOST_REMEMBERED)(self._texts.text)
        self._rows: NDArray[np.int32] = mapped(folder / ROWS)
        self._edges: NDArray[np.uint8] = mapped(folder / EDGES)
        self._by_object: NDArray[np.int32] = mapped(folder / BY_OBJECT)
        self._by_edge: NDArray[np.int32] = mapped(folder / BY_EDGE)
        self._subjects = self._rows[SUBJECT]
        self._objects = self._rows[OBJECT]

    def of(self, iri: str) -> list[tuple[str, Facts]]:
        """Return the records whose subject or object is *iri*: the id of each one's edge, and its facts."""
        number = self._texts.number(iri)
        if number == NONE:
            return []
        start, end = span_of(number, self._subjects)
        by_object = self._by_object
        first, last = (bisect_left(by_object, one, key=lambda row: self._objects[row]) for one in (number, number + 1))
        found = [*range(start, end), *self._by_object[first:last].tolist()]
        return [(self._edges[row].tobytes().hex(), self._facts(row)) for row in sorted(set(found))]

    def of_edge(self, edge: str) -> list[Facts]:
        """Return the facts of the records of the edge with that id; none where it is no such id."""
        if not EDGE_ID.fullmatch(edge):
            return []
        wanted = bytes.fromhex(edge)
        first = bisect_left(self._by_edge, wanted, key=lambda row: self._edges[row].tobytes())
        found = []
        for place in range(first, len(self._by_edge)):
            row = int(self._by_edge[place])
            if self._edges[row].tobytes() != wanted:
                break
            found.append(self._facts(row))
        return found

    def _facts(self, row: int) -> Facts:
        text = self._text
        return {
            field: str(value) if field in LINES else text(value)
            for field, value in zip(FIELDS, self._rows[:, row].tolist(), strict=True)
            if value != NONE
        }


def write_records(reader: Reader, iris: Iris, folder: Path) -> None:
    """Write the records of all documents of a store to *folder*."""
    texts: dict[str, int] = {}
    rows: list[list[int]] = []
    edges = bytearray()
    for edge, facts in _read(reader, iris):
        edges += bytes.fromhex(edge)
        rows.append([_number(field, facts, texts) for field in FIELDS])
    renumbered = write_texts(texts, folder)
    numbers = np.array([renumbered[text] for text in texts] + [NONE], dtype=np.int32)  # the last one is that of `NONE`
    table = np.array(rows, dtype=np.int32).reshape(len(rows), len(FIELDS)).T
    are_texts = np.array([field not in LINES for field in FIELDS])
    table[are_texts] = numbers[table[are_texts]]
    order = np.argsort(table[SUBJECT], kind="stable")
    table = np.ascontiguousarray(table[:, order])
    np.save(folder / ROWS, table, allow_pickle=False)
    ids = np.frombuffer(bytes(edges), dtype=np.uint8).reshape(len(rows), EDGE_BYTES)
    ids = ids[order]
    np.save(folder / EDGES, ids, allow_pickle=False)
    np.save(folder / BY_EDGE, np.lexsort(ids.T[::-1]).astype(np.int32), allow_pickle=False)
    np.save(folder / BY_OBJECT, np.argsort(table[OBJECT], kind="stable").astype(np.int32), allow_pickle=False)


def _read(reader: Reader, iris: Iris) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the records of a store, each with the id of its edge; a store gives the quads of a subject in a row."""
    for graph in reader.graphs():
        slug = iris.document_of(graph)
        if slug:
            quads: Iterable[Quad] = chain.from_iterable(reader.batches(iris.provenance(slug)))
            for _, own in groupby(quads, key=attrgetter("subject")):
                facts = {
                    quad.predicate.value: quad.object.value
                    for quad in own
                    if isinstance(quad.object, NamedNode | Literal)
                }
                if terms.EDGE.value in facts:  # else it is a join
                    yield local_name(facts[terms.EDGE.value]), facts


def _number(field: str, facts: Mapping[str, str], texts: dict[str, int]) -> int:
    value = facts.get(field)
    if value is None:
        return NONE
    return int(value) if field in LINES else texts.setdefault(value, len(texts))
