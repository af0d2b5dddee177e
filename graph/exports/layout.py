"""Where the nodes of a small view stand, so that none lies on another."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.exports.network import Edge, Node

Places = NDArray[np.float64]
# The space that a node wants, in pixels; nodes are wider than high, so everything is.
SPACE: Final = 105.0
WIDENING: Final = 1.5
ITERATIONS: Final = 150
PUSHES: Final = 200
GAP: Final = 14.0


def placed(nodes: Sequence[Node], edges: Sequence[Edge], sizes: Places, *, gap: float = GAP) -> Places:
    """Return the middle of each node, in pixels from the upper left corner.

    Args:
        sizes: The width and height of each node, in pixels.
        gap: How far nodes stay apart, in pixels.
    """
    if not nodes:
        return np.zeros((0, 2))
    import networkx  # noqa: PLC0415  # slow to import, and only pictures need it

    picture = networkx.Graph()
    picture.add_nodes_from(node.id for node in nodes)
    picture.add_edges_from((edge.source, edge.target) for edge in edges)
    places = networkx.forceatlas2_layout(picture, max_iter=ITERATIONS, seed=1, strong_gravity=True, scaling_ratio=4.0)
    found = np.array([places[node.id] for node in nodes], dtype=np.float64).reshape(len(nodes), 2)
    spread = np.ptp(found, axis=0)
    scale = SPACE * np.sqrt(len(nodes)) / np.where(spread > 0, spread, 1.0)
    found = found * scale * np.array([WIDENING, 1.0])
    found = _apart(found, sizes, gap)
    return np.asarray(found - (found - sizes / 2).min(axis=0, initial=np.inf), dtype=np.float64)


def _apart(places: Places, sizes: Places, gap: float) -> Places:
    """Return *places* with nodes that lie on each other pushed apart, along the shorter way."""
    places = places.copy()
    wanted = (sizes[:, None, :] + sizes[None, :, :]) / 2 + gap
    for _ in range(PUSHES):
        between = places[:, None, :] - places[None, :, :]
        over = wanted - np.abs(between)
        touching: NDArray[np.bool_] = np.asarray((over > 0).all(axis=2))
        np.fill_diagonal(touching, val=False)
        if not touching.any():
            break
        along_x = np.asarray(over[:, :, 0] < over[:, :, 1])[:, :, None]
        axis = np.concatenate((along_x, ~along_x), axis=2)
        # Two that stand on the same spot are told apart by their numbers.
        order = np.sign(np.arange(len(places))[:, None] - np.arange(len(places))[None, :])[:, :, None]
        direction = np.where(between == 0, order, np.sign(between))
        pushes = np.where(touching[:, :, None] & axis, direction * over * 0.3, 0.0)
        places += pushes.sum(axis=1)
    return places
