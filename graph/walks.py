"""Ways through a graph, on arrays: the shortest, all shortest ones, and the k shortest without a node twice.

A pure part of paths: nodes and relations are numbers.  Workers run it, so it may take long and be killed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.adjacency import MOST_RELATIONS, Adjacency
from graph.reach import edges_from

SHORTEST: Final = "shortest"
ALL: Final = "all"
SEVERAL: Final = "k"
UNSEEN: Final = -1
OPENED: Final = 4

Nodes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Walk:
    """What ways are wanted.

    Attributes:
        find: `SHORTEST`, `ALL` (of the shortest), or `SEVERAL`: the shortest, the next ones, and so on.
        forwards, backwards: The relations that may be followed along edges, and against them.
        stated: Whether only edges that a document states may be followed.
        avoided: Nodes that no way leads through.
        most_steps: How many edges a way may have; *most_ways* how many ways are wanted.
        seconds: After which time what has been found is all.
        faint: Relations that say little: of ways of one length, those that can do without them come first.
    """

    source: int
    target: int
    find: str
    forwards: tuple[int, ...]
    backwards: tuple[int, ...]
    stated: bool
    avoided: tuple[int, ...]
    most_steps: int
    most_ways: int
    seconds: float
    faint: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Ways:
    """What was found: each way as its nodes, the shortest first.

    Attributes:
        reached: The limit that cut the search short: ``time``, ``length``, ``count``, or nothing.
    """

    ways: tuple[tuple[int, ...], ...]
    reached: str = ""


class TimeOverError(Exception):
    """The search took longer than it may; it never leaves this module."""


def walk(adjacency: Adjacency, wanted: Walk) -> Ways:
    """Return the ways that are *wanted*, in an order that is always the same."""
    ground = Ground.of(adjacency, wanted)
    found: list[tuple[int, ...]] = []
    try:
        levels = _levels(ground, wanted)
        if not levels:
            is_cut = ground.is_cut_by_length
            return Ways((), "length" if is_cut else "")
        ways = _most_telling_first(ground, levels, wanted.faint)
        if wanted.find == SEVERAL:
            ways = chain(ways, (way for way in _several(ground, wanted) if len(way) > len(levels)))
        most = 1 if wanted.find == SHORTEST else wanted.most_ways
        for way in ways:
            if len(way) - 1 > wanted.most_steps:
                return Ways(tuple(found), "length")
            if len(found) == most:
                return Ways(tuple(found), "" if wanted.find == SHORTEST else "count")
            found.append(way)
            if wanted.find == SHORTEST:
                break
    except TimeOverError:
        return Ways(tuple(found), "time")
    return Ways(tuple(found))


@dataclass(slots=True)
class Ground:
    """The part of a graph that a walk may step on."""

    adjacency: Adjacency
    forwards: NDArray[np.bool_]
    backwards: NDArray[np.bool_]
    stated: bool
    is_free: NDArray[np.bool_]
    deadline: float
    is_cut_by_length: bool = False
    _known: dict[tuple[int, bool], list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, adjacency: Adjacency, wanted: Walk) -> "Ground":
        """Return the ground of a walk."""
        is_free = np.ones(adjacency.node_count, dtype=bool)
        is_free[list(wanted.avoided)] = False
        return cls(
            adjacency=adjacency,
            forwards=_flags(wanted.forwards),
            backwards=_flags(wanted.backwards),
            stated=wanted.stated,
            is_free=is_free,
            deadline=monotonic() + wanted.seconds,
        )

    def without(self, relations: Sequence[int]) -> "Ground":
        """Return the same ground, on which these relations are not followed."""
        others = ~_flags(relations)
        return replace(self, forwards=self.forwards & others, backwards=self.backwards & others, _known={})

    def step(self, nodes: Nodes, *, back: bool = False) -> Nodes:
        """Return where one step leads from *nodes*, each node once and in order; *back* is the step before.

        Raises:
            TimeOverError: The time is over.
        """
        if monotonic() > self.deadline:
            raise TimeOverError
        edges = self.adjacency
        along, against = (self.backwards, self.forwards) if back else (self.forwards, self.backwards)
        out = edges_from(edges.out_start, nodes)
        out = out[self._allowed(along[edges.out_relation[out]], edges.out_stated[out])]
        into = edges_from(edges.in_start, nodes)
        into = into[self._allowed(against[edges.in_relation[into]], edges.in_stated[into])]
        reached = np.unique(np.concatenate((edges.out_target[out], edges.in_source[into])))
        return reached[self.is_free[reached]].astype(np.int64)

    def steps(self, node: int, *, back: bool = False) -> list[int]:
        """Return where one step leads from *node*; it is remembered."""
        known = self._known.get((node, back))
        if known is None:
            known = self._known[node, back] = self.step(np.array([node]), back=back).tolist()
        elif monotonic() > self.deadline:
            raise TimeOverError
        return known

    def _allowed(self, is_allowed: NDArray[np.bool_], stated: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return is_allowed & stated if self.stated else is_allowed


def _levels(ground: Ground, wanted: Walk) -> list[Nodes]:
    """Return the nodes on shortest ways by their distance from the source; nothing where there is no way.

    The search goes on from whichever end has fewer nodes to go on from.
    """
    count = ground.adjacency.node_count
    ends = {False: wanted.source, True: wanted.target}
    distance = {back: np.full(count, UNSEEN, dtype=np.int32) for back in ends}
    rings = {back: [np.array([node])] for back, node in ends.items()}
    for back, node in ends.items():
        distance[back][node] = 0
    while len(rings[False]) + len(rings[True]) - 2 < wanted.most_steps:
        back = len(rings[True][-1]) < len(rings[False][-1])
        ring = ground.step(rings[back][-1], back=back)
        ring = ring[distance[back][ring] == UNSEEN]
        if not len(ring):
            return []
        distance[back][ring] = len(rings[back])
        rings[back].append(ring)
        met = ring[distance[not back][ring] != UNSEEN]
        if len(met):
            return _between(ground, rings, met, distance)
    ground.is_cut_by_length = True
    return []


def _between(
    ground: Ground, rings: dict[bool, list[Nodes]], met: Nodes, distance: dict[bool, NDArray[np.int32]]
) -> list[Nodes]:
    """Return the nodes between both ends by their distance from the source, where the ends' rings *met*."""
    before, after = [met], [met]
    for number in range(len(rings[False]) - 2, -1, -1):
        ring = ground.step(before[0], back=True)
        before.insert(0, ring[distance[False][ring] == number])
    for number in range(len(rings[True]) - 2, -1, -1):
        ring = ground.step(after[-1])
        after.append(ring[distance[True][ring] == number])
    return before + after[1:]


def _most_telling_first(ground: Ground, levels: Sequence[Nodes], faint: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every way through *levels*, those first that do without *faint* relations."""
    told: set[tuple[int, ...]] = set()
    if faint:
        telling = ground.without(faint)
        passed = _passed(telling, levels)
        for way in _shortest(telling, passed) if passed else ():
            told.add(way)
            yield way
    yield from (way for way in _shortest(ground, levels) if way not in told)


def _passed(ground: Ground, levels: Sequence[Nodes]) -> list[Nodes]:
    """Return of *levels* the nodes on ways that lead all through them on *ground*; nothing where there is no way."""
    passed = [levels[0]]
    for level in levels[1:]:
        passed.append(np.intersect1d(ground.step(passed[-1]), level))
        if not len(passed[-1]):
            return []
    for number in range(len(levels) - 2, -1, -1):
        passed[number] = np.intersect1d(ground.step(passed[number + 1], back=True), passed[number])
    return passed


def _shortest(ground: Ground, levels: Sequence[Nodes]) -> Iterator[tuple[int, ...]]:
    """Yield every way through *levels*, by the numbers of their nodes; one may have more than calls can be nested."""
    members = [frozenset(level.tolist()) for level in levels]
    way: list[int] = []
    choices = [iter(levels[0].tolist())]
    while choices:
        place = len(choices) - 1
        node = next((one for one in choices[place] if one in members[place]), UNSEEN)
        way[place:] = [node]
        if node == UNSEEN:
            choices.pop()
        elif len(way) == len(levels):
            yield tuple(way)
        else:
            choices.append(iter(ground.steps(node)))


def _several(ground: Ground, wanted: Walk) -> Iterator[tuple[int, ...]]:
    """Yield simple ways, the shortest first, as Yen's algorithm finds them."""
    from networkx import shortest_simple_paths  # noqa: PLC0415  # it takes long to import, and few ask for this

    return map(tuple, shortest_simple_paths(View(ground), wanted.source, wanted.target))


@dataclass(frozen=True, slots=True)
class View:
    """A ground as networkx asks graphs."""

    ground: Ground

    def __contains__(self, node: int) -> bool:
        return bool(self.ground.is_free[node])

    def is_directed(self) -> bool:
        """Return that edges lead from one end to the other."""
        return True

    def is_multigraph(self) -> bool:
        """Return that two edges between two nodes count as one."""
        return False

    def successors(self, node: int) -> Iterator[int]:
        """Return where one step leads from *node*."""
        return iter(self.ground.steps(node))

    def predecessors(self, node: int) -> Iterator[int]:
        """Return from where one step leads to *node*."""
        return iter(self.ground.steps(node, back=True))


@lru_cache(OPENED)
def opened(folder: str) -> Adjacency:
    """Return the arrays in *folder*; those opened last are remembered."""
    return Adjacency.load(Path(folder))


def _flags(numbers: Sequence[int]) -> NDArray[np.bool_]:
    """Return for each number that a relation can have whether it is one of *numbers*."""
    flags = np.zeros(MOST_RELATIONS, dtype=bool)
    flags[list(numbers)] = True
    return flags
