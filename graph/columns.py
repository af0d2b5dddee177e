"""What nodes may have several of, as two arrays: which node has which value.  Touches files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.arrays import mapped, span_of

Numbers = NDArray[np.int32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """Pairs of a node and a value, each once, by node.

    Attributes:
        values: What the numbers of *value* stand for.
    """

    node: Numbers
    value: Numbers
    values: tuple[str, ...]

    @classmethod
    def of(cls, node: Numbers, value: Numbers, values: tuple[str, ...]) -> "Column":
        """Return the column of pairs that are given in any order, and may be given twice."""
        key = np.unique(node.astype(np.int64) * max(1, len(values)) + value)
        return cls((key // max(1, len(values))).astype(np.int32), (key % max(1, len(values))).astype(np.int32), values)

    @classmethod
    def load(cls, folder: Path, name: str, values: tuple[str, ...]) -> "Column":
        """Return what `save` wrote.

        Raises:
            OSError, ValueError: It is not there, or no such file.
        """
        node, value = mapped(folder / f"{name}.npy")
        return cls(node, value, values)

    def save(self, folder: Path, name: str) -> None:
        """Write the pairs to a file."""
        np.save(folder / f"{name}.npy", np.stack((self.node, self.value)), allow_pickle=False)

    def having(self, values: frozenset[str] | set[str], node_count: int) -> Mask:
        """Return which nodes have one of *values*."""
        wanted = np.array([value in values for value in self.values], dtype=bool)
        mask = np.zeros(node_count, dtype=bool)
        if wanted.any():
            mask[self.node[wanted[self.value]]] = True
        return mask

    def having_any(self, node_count: int) -> Mask:
        """Return which nodes have a value at all."""
        mask = np.zeros(node_count, dtype=bool)
        mask[self.node] = True
        return mask

    def counts(self, mask: Mask) -> NDArray[np.int64]:
        """Return for each value how many nodes of *mask* have it."""
        return np.bincount(self.value[mask[self.node]], minlength=len(self.values))

    def of_node(self, node: int) -> list[str]:
        """Return the values of a node."""
        start, end = span_of(node, self.node)
        return [self.values[number] for number in self.value[start:end]]
