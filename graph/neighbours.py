"""The neighbours of a node as arrays, and how many there are by relation, direction and class.

An edge counts under the relation that is not the inverse of another, whichever of the two a document states; and as
itself alone, not as the wider relations that follow from it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.atlas import NOTHING, Atlas
from graph.columns import Mask
from graph.reach import edges_from
from graph.relations import Direction
from graph.vocabulary import Vocabulary

# Directions as numbers, in which edges are sorted; a symmetric relation has none.
OUT, INTO, EITHER = 0, 1, 2
DIRECTIONS: Final = (Direction.OUT, Direction.IN, Direction.BOTH)


@dataclass(frozen=True, slots=True)
class NeighbourCount:
    """How many neighbours there are of one kind.

    Attributes:
        relation: The key of the relation; *label* is how it reads from the entity.
        direction: ``out`` reads from the entity on, ``in`` towards it; ``both`` where the relation is symmetric.
        type: The key of the neighbours' class; empty where no document says what they are, for which an expansion
            has ``-``.
        count: How many different ones; as many are shown where just these are asked for.
        stated: How many of them a document names.
    """

    relation: str
    label: str
    direction: Direction
    type: str
    count: int
    stated: int


@dataclass(frozen=True, slots=True)
class NeighbourCounts:
    """How many neighbours an entity has in all, and of each kind, the most frequent first.

    One that is connected in several ways counts in each of them, but once in *total*.
    """

    slug: str
    total: int
    counts: tuple[NeighbourCount, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The edges of a node, in no order: the relation and direction as numbers, the other end, whether it is stated."""

    relations: NDArray[np.int64]
    directions: NDArray[np.int64]
    others: NDArray[np.int64]
    are_stated: Mask

    def only(self, wanted: Mask) -> "Beside":
        """Return those that are wanted."""
        return Beside(self.relations[wanted], self.directions[wanted], self.others[wanted], self.are_stated[wanted])


@dataclass(frozen=True, slots=True)
class Sides:
    """How relations are told: which other one says the same of an edge from its source, and whether it is turned."""

    atlas: Atlas
    primaries: NDArray[np.int64]
    are_turned: Mask
    are_symmetric: Mask

    @classmethod
    def of(cls, atlas: Atlas, vocabulary: Vocabulary) -> "Sides":
        """Return those of an ontology."""
        numbers = {key: number for number, key in enumerate(atlas.relations)}
        words = [vocabulary.relations[key] for key in atlas.relations]
        told = [one if one.primary else vocabulary.inverse_of(one) for one in words]
        return cls(
            atlas,
            np.array([numbers[one.key] for one in told], dtype=np.int64),
            np.array([one.key != key for one, key in zip(told, atlas.relations, strict=True)], dtype=bool),
            np.array([one.symmetric for one in told], dtype=bool),
        )

    def beside(self, node: int, *, inferred: bool) -> Beside:
        """Return the edges of *node* to other nodes; where inferred ones count, those that say the same come twice."""
        edges = self.atlas.adjacency
        out = slice(*edges.out_start[node : node + 2].tolist())
        into = slice(*edges.in_start[node : node + 2].tolist())
        words = np.concatenate((edges.out_relation[out], edges.in_relation[into])).astype(np.int64)
        comes = np.zeros(len(words), dtype=bool)
        comes[out.stop - out.start :] = True
        directions = np.where(self.are_symmetric[words], EITHER, (comes ^ self.are_turned[words]).astype(np.int64))
        others = np.concatenate((edges.out_target[out], edges.in_source[into])).astype(np.int64)
        stated = np.concatenate((edges.out_stated[out], edges.in_stated[into]))
        return Beside(self.primaries[words], directions, others, stated).only((stated | inferred) & (others != node))

    def around(self, nodes: NDArray[np.int64], *, inferred: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return each node beside one of *nodes* once for it: the place of the one, and the number of the other."""
        edges = self.atlas.adjacency
        found = []
        for starts, ends, are_stated in (
            (edges.out_start, edges.out_target, edges.out_stated),
            (edges.in_start, edges.in_source, edges.in_stated),
        ):
            rows = edges_from(starts, nodes)
            places = np.repeat(np.arange(len(nodes)), starts[nodes + 1] - starts[nodes])
            others = ends[rows].astype(np.int64)
            kept = (others != nodes[places]) & (are_stated[rows] | inferred)
            found.append(places[kept] * self.atlas.node_count + others[kept])
        pairs = np.sort(np.concatenate(found))  # several times quicker than numpy's own search for different ones
        return np.divmod(pairs[np.diff(pairs, prepend=-1) != 0], max(1, self.atlas.node_count))


def count_neighbours(
    node: int, atlas: Atlas, vocabulary: Vocabulary, *, inferred: bool = False, language: str = ""
) -> NeighbourCounts:
    """Return how many neighbours the node with that number has, by relation, direction and class."""
    found = Sides.of(atlas, vocabulary).beside(node, inferred=inferred)
    kinds = atlas.kinds[found.others].astype(np.int64)
    rows = np.stack((found.relations, found.directions, kinds, found.others), axis=1)
    different = np.unique(rows, axis=0)
    stated = np.unique(rows[found.are_stated], axis=0)
    groups, counts = np.unique(different[:, :3], axis=0, return_counts=True)
    of_stated, stated_counts = np.unique(stated[:, :3], axis=0, return_counts=True)
    named = dict(zip(map(tuple, of_stated.tolist()), stated_counts.tolist(), strict=True))

    def told(group: list[int], count: int) -> NeighbourCount:
        number, direction, kind = group
        relation = vocabulary.relations[atlas.relations[number]]
        read = vocabulary.inverse_of(relation) if direction == INTO else relation
        return NeighbourCount(
            relation=relation.key,
            label=vocabulary.text(read.labels, language),
            direction=DIRECTIONS[direction],
            type=atlas.classes[kind] if kind != NOTHING else "",
            count=count,
            stated=named.get(tuple(group), 0),
        )

    all_told = [told(group, count) for group, count in zip(groups.tolist(), counts.tolist(), strict=True)]
    ranked = sorted(all_told, key=lambda one: (-one.count, one.relation, one.direction, one.type))
    return NeighbourCounts(atlas.references[node], len(np.unique(found.others)), tuple(ranked))
