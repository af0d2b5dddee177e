"""Which nodes are reached from others along edges, all edges of many nodes at once."""

import numpy as np
from numpy.typing import NDArray

from graph.adjacency import Adjacency
from graph.columns import Mask


def edges_from(starts: NDArray[np.int64], nodes: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the positions of all edges of *nodes*; those of node *n* lie from ``starts[n]`` to ``starts[n + 1]``.

    >>> edges_from(np.array([0, 2, 2, 5]), np.array([0, 2])).tolist()
    [0, 1, 2, 3, 4]
    """
    first = starts[nodes]
    counts = starts[nodes + 1] - first
    skipped = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    return skipped + np.arange(counts.sum())


def sources_of(adjacency: Adjacency, relation: int, targets: NDArray[np.integer]) -> Mask:
    """Return which nodes have *relation* to one of *targets*."""
    edges = edges_from(adjacency.in_start, targets)
    mask = np.zeros(adjacency.node_count, dtype=bool)
    mask[adjacency.in_source[edges[adjacency.in_relation[edges] == relation]]] = True
    return mask


def all_sources_of(adjacency: Adjacency, relation: int, targets: NDArray[np.integer]) -> Mask:
    """Return which nodes have *relation* to one of *targets* over any number of steps."""
    found = np.zeros(adjacency.node_count, dtype=bool)
    frontier = targets
    while len(frontier):
        reached = sources_of(adjacency, relation, frontier) & ~found
        found |= reached
        frontier = np.flatnonzero(reached)
    return found
