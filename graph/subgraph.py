"""A part of the graph that is put together piece by piece: entities, the neighbours of some, all edges between them."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode, Triple

from graph.atlas import NOTHING, Atlas
from graph.columns import Mask
from graph.errors import ParameterError
from graph.iris import Iris, edge_id
from graph.nearness import nearest
from graph.neighbours import DIRECTIONS, Beside, Sides
from graph.reach import edges_from
from graph.relations import Direction, find_relation
from graph.vocabulary import Vocabulary

MOST_NODES: Final = 1000
MOST_EDGES: Final = 3000
MOST_EXPANSIONS: Final = 1000
USUAL: Final = 50
# What stands for the class of what no document describes.
UNDESCRIBED: Final = "-"
# The columns of rows of edges.
SOURCE, RELATION, TARGET, FOLLOWS = range(4)


@dataclass(frozen=True, slots=True)
class Expansion:
    """That neighbours of a node are wanted.

    Attributes:
        slug: What stands for it; *node* is its number, `NOTHING` where nothing has that slug.
        relation, type: The keys of a relation and a class; only those are wanted then.  Empty ones stand for all, and
            the class `UNDESCRIBED` for what has none.
        limit: How many at most, the best connected first.
    """

    slug: str
    node: int
    relation: str = ""
    direction: Direction = Direction.BOTH
    type: str = ""
    limit: int = USUAL


@dataclass(frozen=True, slots=True)
class SubgraphQuestion:
    """What is asked.

    Attributes:
        nodes: The numbers of nodes that are wanted as such.
        expansions: Whose neighbours are wanted, in this order.
        without: The keys of classes and relations that are left out of the answer.
        edges: The ids of the edges that are wanted; ``None`` for all.
        inferred: Whether edges that no document states count.
    """

    nodes: tuple[int, ...]
    expansions: tuple[Expansion, ...] = ()
    without: frozenset[str] = frozenset()
    edges: frozenset[str] | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class SubgraphNode:
    """A node of the part.

    Attributes:
        neighbours: How many nodes it is connected with in the whole graph; *omitted* of them are not in the part.
        expansion: Which of the expansions brought it, by its place; ``-1`` where it was wanted as such.
    """

    slug: str
    name: str
    type: str
    neighbours: int
    omitted: int
    expansion: int


@dataclass(frozen=True, slots=True)
class SubgraphEdge:
    """An edge between two nodes of the part, by their slugs, told by the relation that is not an inverse."""

    id: str
    source: str
    target: str
    relation: str
    inferred: bool


@dataclass(frozen=True, slots=True)
class Expanded:
    """What an expansion came to: how many such neighbours there are, and how many of them are in the part."""

    slug: str
    total: int
    shown: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A slug that nothing has, and those that may have been meant."""

    slug: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subgraph:
    """A part of the graph.

    Attributes:
        expansions: In the order in which they were asked for.
        omitted_nodes, omitted_edges: How many were wanted beyond what a part may hold.
        truncated: Whether any were.
    """

    nodes: tuple[SubgraphNode, ...]
    edges: tuple[SubgraphEdge, ...]
    expansions: tuple[Expanded, ...]
    omitted_nodes: int
    omitted_edges: int
    truncated: bool
    unknown: tuple[Unknown, ...] = ()


def subgraph(question: SubgraphQuestion, atlas: Atlas, vocabulary: Vocabulary, iris: Iris) -> Subgraph:
    """Return the part that is asked for; it holds `MOST_NODES` nodes and `MOST_EDGES` edges at most."""
    sides = Sides.of(atlas, vocabulary)
    gathered = _gather(question, sides, vocabulary)
    left_out = [number for number, key in enumerate(atlas.classes) if key in question.without]
    shown = np.array(list(gathered.origins), dtype=np.int64)
    shown = shown[~np.isin(atlas.kinds[shown], left_out)]
    is_shown = np.zeros(atlas.node_count, dtype=bool)
    is_shown[shown] = True
    edges, omitted_edges = _edges(is_shown, gathered, question, _Words(sides, vocabulary, iris))
    return Subgraph(
        nodes=_nodes(shown, is_shown, gathered, sides, inferred=question.inferred),
        edges=edges,
        expansions=tuple(gathered.expanded),
        omitted_nodes=gathered.omitted,
        omitted_edges=omitted_edges,
        truncated=gathered.omitted > 0 or omitted_edges > 0,
    )


def check_expansion(expansion: Expansion, vocabulary: Vocabulary) -> None:
    """Refuse an expansion whose relation or class the ontology lacks.

    Raises:
        ParameterError: It is such a one.
    """
    if expansion.relation:
        find_relation(expansion.relation, vocabulary)
    if expansion.type not in ("", UNDESCRIBED) and expansion.type not in vocabulary.classes:
        known = vocabulary.classes
        raise ParameterError(
            "type", expansion.type, "there is no such class.", suggestions=nearest(expansion.type, known)
        )


@dataclass(frozen=True, slots=True)
class _Words:
    """What edges are told with."""

    sides: Sides
    vocabulary: Vocabulary
    iris: Iris


@dataclass(slots=True)
class _Gathered:
    """Which nodes are in the part, by which expansion; and what each expansion came to."""

    is_in: Mask
    origins: dict[int, int] = field(default_factory=dict)
    expanded: list[Expanded] = field(default_factory=list)
    omitted: int = 0

    def add(self, node: int, origin: int) -> None:
        if node in self.origins:
            return
        if len(self.origins) < MOST_NODES:
            self.origins[node] = origin
            self.is_in[node] = True
        else:
            self.omitted += 1


def _gather(question: SubgraphQuestion, sides: Sides, vocabulary: Vocabulary) -> _Gathered:
    atlas = sides.atlas
    gathered = _Gathered(np.zeros(atlas.node_count, dtype=bool))
    for node in question.nodes:
        gathered.add(node, NOTHING)
    for place, expansion in enumerate(question.expansions):
        if expansion.node == NOTHING:
            gathered.expanded.append(Expanded(expansion.slug, 0, 0))
            continue
        gathered.add(expansion.node, NOTHING)
        others = np.unique(_fitting(expansion, question, sides, vocabulary).others)
        ranked = others[np.lexsort((others, -atlas.degrees[others]))]
        for node in ranked[: expansion.limit].tolist():
            gathered.add(node, place)
        shown = int(gathered.is_in[others].sum())
        gathered.expanded.append(Expanded(atlas.references[expansion.node], len(others), shown))
    return gathered


def _fitting(expansion: Expansion, question: SubgraphQuestion, sides: Sides, vocabulary: Vocabulary) -> Beside:
    """Return the edges that an expansion follows."""
    atlas = sides.atlas
    found = sides.beside(expansion.node, inferred=question.inferred)
    wanted = np.ones(len(found.others), dtype=bool)
    direction = DIRECTIONS.index(expansion.direction)
    if expansion.relation:
        relation = vocabulary.relations[expansion.relation]
        number = atlas.relations.index(relation.key)
        wanted &= found.relations == sides.primaries[number]
        if sides.are_turned[number] and expansion.direction is not Direction.BOTH:
            direction = 1 - direction
    if expansion.direction is not Direction.BOTH:
        wanted &= (found.directions == direction) | (found.directions == DIRECTIONS.index(Direction.BOTH))
    if expansion.type:
        kind = NOTHING if expansion.type == UNDESCRIBED else atlas.classes.index(expansion.type)
        wanted &= atlas.kinds[found.others] == kind
    return found.only(wanted)


def _nodes(
    shown: NDArray[np.int64], is_shown: Mask, gathered: _Gathered, sides: Sides, *, inferred: bool
) -> tuple[SubgraphNode, ...]:
    """Return the shown nodes with how many neighbours each has, all at once: some may have many thousands."""
    atlas = sides.atlas
    places, others = sides.around(shown, inferred=inferred)
    neighbours = np.bincount(places, minlength=len(shown))
    omitted = np.bincount(places[~is_shown[others]], minlength=len(shown))
    return tuple(
        SubgraphNode(
            atlas.references[node], atlas.names[node], atlas.kind(node), count, left_out, gathered.origins[node]
        )
        for node, count, left_out in zip(shown.tolist(), neighbours.tolist(), omitted.tolist(), strict=True)
    )


def _edges(
    is_shown: Mask, gathered: _Gathered, question: SubgraphQuestion, words: _Words
) -> tuple[tuple[SubgraphEdge, ...], int]:
    """Return the edges between shown nodes, and how many there are beyond what a part may hold.

    Those by which a node came into the part come first, then those that documents state, in the order in which their
    nodes came: what is expanded next changes nothing of what was there.
    """
    sides, vocabulary, iris = words.sides, words.vocabulary, words.iris
    atlas = sides.atlas
    rows = _told_once(_between(is_shown, sides, inferred=question.inferred), sides)
    left_out = [number for number, key in enumerate(atlas.relations) if key in question.without]
    rows = rows[~np.isin(sides.primaries[rows[:, RELATION]], left_out)]
    order = _by_arrival(rows, gathered, question)
    # Which ones are wanted by their ids shows only when all are told.
    kept = rows[order[: MOST_EDGES if question.edges is None else None]].tolist()
    ends = {node: iris.resolve(atlas.references[node]) for row in kept for node in (row[SOURCE], row[TARGET])}
    predicates = [NamedNode(vocabulary.relations[key].iri) for key in atlas.relations]

    def told(row: list[int]) -> SubgraphEdge:
        source, relation, target, follows = row
        triple = Triple(ends[source], predicates[relation], ends[target])
        if sides.are_turned[relation]:
            source, target = target, source
        return SubgraphEdge(
            id=edge_id(triple),
            source=atlas.references[source],
            target=atlas.references[target],
            relation=atlas.relations[sides.primaries[relation]],
            inferred=bool(follows),
        )

    found = tuple(map(told, kept))
    if question.edges is None:
        return found, len(rows) - len(kept)
    chosen = tuple(edge for edge in found if edge.id in question.edges)
    return chosen[:MOST_EDGES], max(0, len(chosen) - MOST_EDGES)


def _by_arrival(rows: NDArray[np.int64], gathered: _Gathered, question: SubgraphQuestion) -> NDArray[np.int64]:
    arrivals, bringers = (np.full(len(gathered.is_in), NOTHING, dtype=np.int64) for _ in range(2))
    came = list(gathered.origins)
    arrivals[came] = np.arange(len(came))
    bringers[came] = [question.expansions[one].node if one != NOTHING else NOTHING for one in gathered.origins.values()]
    sources, targets = rows[:, SOURCE], rows[:, TARGET]
    has_brought = (bringers[sources] == targets) | (bringers[targets] == sources)
    first, last = np.sort(np.stack((arrivals[sources], arrivals[targets])), axis=0)
    return np.lexsort((sources, rows[:, RELATION], first, last, rows[:, FOLLOWS], ~has_brought))


def _between(is_shown: Mask, sides: Sides, *, inferred: bool) -> NDArray[np.int64]:
    """Return the edges between shown nodes as they are in the arrays, a row each."""
    edges = sides.atlas.adjacency
    shown = np.flatnonzero(is_shown)
    out = edges_from(edges.out_start, shown)
    sources = np.repeat(shown, edges.out_start[shown + 1] - edges.out_start[shown])
    targets = edges.out_target[out].astype(np.int64)
    stated = edges.out_stated[out]
    kept = is_shown[targets] & (stated | inferred) & (sources != targets)
    columns = (sources, edges.out_relation[out].astype(np.int64), targets, (~stated).astype(np.int64))
    return np.stack([column[kept] for column in columns], axis=1)


def _told_once(rows: NDArray[np.int64], sides: Sides) -> NDArray[np.int64]:
    """Return one row of those that say the same from both ends: what is stated, else what is no inverse."""
    relations = rows[:, RELATION]
    is_turned = sides.are_turned[relations]
    one = np.where(is_turned, rows[:, TARGET], rows[:, SOURCE])
    other = np.where(is_turned, rows[:, SOURCE], rows[:, TARGET])
    swapped = sides.are_symmetric[relations] & (one > other)
    one, other = np.where(swapped, other, one), np.where(swapped, one, other)
    order = np.lexsort((swapped, is_turned, rows[:, FOLLOWS], other, sides.primaries[relations], one))
    key = np.stack((one, sides.primaries[relations], other), axis=1)[order]
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = (np.diff(key, axis=0) != 0).any(axis=1)
    return rows[order[is_first]]
