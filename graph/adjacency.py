"""The relations of a generation as arrays of numbers, for walks: which nodes an edge leads to, and comes from.

Nodes and relations are numbers; `graph.atlas` knows what they stand for.  The arrays are read only, and may be files
that several processes share.  Touches files.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.arrays import mapped

Numbers = NDArray[np.int32]
MOST_RELATIONS: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class Adjacency:
    """Every edge twice, from both its ends.

    Attributes:
        out_start: One more than there are nodes: the edges out of node *n* are those from ``out_start[n]`` to
            ``out_start[n + 1]``.
        out_target, out_relation, out_stated: Of each edge where it leads to, its relation, and whether a document
            states it; else it is inferred.
        in_start, in_source, in_relation, in_stated: The same, seen from where the edges lead to.
    """

    out_start: NDArray[np.int64]
    out_target: Numbers
    out_relation: NDArray[np.int16]
    out_stated: NDArray[np.bool_]
    in_start: NDArray[np.int64]
    in_source: Numbers
    in_relation: NDArray[np.int16]
    in_stated: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        node_count: int,
        sources: Numbers,
        relations: NDArray[np.int16],
        targets: Numbers,
        stated: NDArray[np.bool_],
    ) -> "Adjacency":
        """Return the adjacency of edges that are given as four arrays of the same length, in any order.

        An edge that is given twice is there once, and stated if it is once.  What is nearly in order already takes
        time in proportion to its length.
        """
        order, key = _order(node_count, sources, relations, targets)
        first = np.flatnonzero(np.diff(key, prepend=-1))
        if len(first):
            stated = np.logical_or.reduceat(stated[order], first)
            kept = order[first]
            sources, relations, targets = sources[kept], relations[kept], targets[kept]
        in_order, _ = _order(node_count, targets, relations, sources)
        return cls(
            out_start=_starts(sources, node_count),
            out_target=targets,
            out_relation=relations,
            out_stated=stated,
            in_start=_starts(targets, node_count),
            in_source=sources[in_order],
            in_relation=relations[in_order],
            in_stated=stated[in_order],
        )

    @classmethod
    def load(cls, folder: Path) -> "Adjacency":
        """Return what `save` wrote to *folder*; it is read from the disk when it is needed.

        Raises:
            OSError, ValueError: It is not there, or no such files.
        """
        return cls(**{one.name: mapped(_file(folder, one.name)) for one in fields(cls)})

    def save(self, folder: Path) -> None:
        """Write the arrays to *folder*, a file each."""
        for one in fields(self):
            np.save(_file(folder, one.name), getattr(self, one.name), allow_pickle=False)

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return len(self.out_start) - 1

    @property
    def edge_count(self) -> int:
        """How many edges there are."""
        return len(self.out_target)

    @property
    def out_source(self) -> Numbers:
        """Where each edge comes from, in the order of the edges out."""
        return np.repeat(np.arange(self.node_count, dtype=np.int32), np.diff(self.out_start))

    def position(self, source: int, relation: int, target: int) -> int:
        """Return where an edge is among the edges out, -1 where there is no such edge."""
        start, end = self.out_start[source : source + 2].tolist()
        found = np.flatnonzero((self.out_relation[start:end] == relation) & (self.out_target[start:end] == target))
        return start + int(found[0]) if len(found) else -1


def _order(
    node_count: int, first: Numbers, second: NDArray[np.int16], third: Numbers
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the order by *first*, then *second*, then *third*, and the three as one number, in that order."""
    key = (first.astype(np.int64) * MOST_RELATIONS + second) * node_count + third
    order = np.argsort(key, kind="stable")
    return order, key[order]


def _starts(ends: Numbers, node_count: int) -> NDArray[np.int64]:
    counts = np.bincount(ends, minlength=node_count)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.npy"
