"""What lies around an entity: the nearest nodes, all edges between those shown, and how many were left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode, Triple

from graph.atlas import Atlas
from graph.catalogue import Catalogue
from graph.columns import Mask
from graph.engine.embedded import Reader
from graph.iris import edge_id
from graph.reach import edges_from
from graph.relations import Direction, Edge, Source, find_edges, sentence_of
from graph.vocabulary import Relation, Vocabulary

DEEPEST: Final = 6
MOST_NODES: Final = 1000


@dataclass(frozen=True, slots=True)
class AroundQuestion:
    """What is asked.

    Attributes:
        relations: Only these and narrower ones; without any, all.
        direction: Whether the way there reads from the entity on (``out``), towards it (``in``), or either.
        inferred: Whether edges that no document states count.
        depth: How many steps away nodes may be; *limit* how many nodes are shown at most.
    """

    relations: tuple[Relation, ...] = ()
    direction: Direction = Direction.BOTH
    inferred: bool = False
    depth: int = 1
    limit: int = 50
    language: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node that is shown.

    Attributes:
        depth: How many steps it is away.
        neighbours: How many nodes it is connected with; *omitted* of them are not shown.
    """

    slug: str
    name: str
    type: str
    depth: int
    neighbours: int
    omitted: int


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two nodes that are shown, as it is stated, by their slugs."""

    id: str
    source: str
    target: str
    relation: str
    label: str
    sentence: str
    inferred: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What lies around an entity, the nearest and best connected first.

    Attributes:
        total: How many nodes there are within the depth, with the entity itself.
        omitted: How many of them are not shown.
        truncated: Whether any are not.
    """

    nodes: tuple[Neighbour, ...]
    edges: tuple[Link, ...]
    total: int
    omitted: int
    truncated: bool


def neighbourhood(
    node: int, question: AroundQuestion, atlas: Atlas, reader: Reader, catalogue: Catalogue
) -> Neighbourhood:
    """Return what lies around the node with that number."""
    scope = _Scope.of(question, atlas, catalogue.vocabulary)
    depths = scope.depths(node, question.depth)
    within = np.flatnonzero(depths >= 0)
    ranked = within[np.lexsort((within, -atlas.degrees[within], depths[within]))]
    shown = ranked[: question.limit]
    is_shown = np.zeros(atlas.node_count, dtype=bool)
    is_shown[shown] = True
    nodes = tuple(_neighbour(one, int(depths[one]), is_shown, scope) for one in shown.tolist())
    edges = tuple(_links(scope.between(is_shown), question, atlas, reader, catalogue))
    left_out = len(within) - len(shown)
    return Neighbourhood(nodes, edges, len(within), left_out, truncated=left_out > 0)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The edges that count."""

    atlas: Atlas
    along: NDArray[np.bool_]
    against: NDArray[np.bool_]
    inferred: bool

    @classmethod
    def of(cls, question: AroundQuestion, atlas: Atlas, vocabulary: Vocabulary) -> "_Scope":
        wanted = question.relations or tuple(one for one in vocabulary.relations.values() if one.primary)
        narrow = [one for wide in wanted for one in vocabulary.narrower_relations(wide)]
        keys = {one.key for one in narrow}, {vocabulary.inverse_of(one).key for one in narrow}
        along, against = (np.array([key in some for key in atlas.relations]) for some in keys)
        if question.direction is Direction.IN:
            along, against = against, along
        elif question.direction is Direction.BOTH:
            along = against = along | against
        return cls(atlas, along, against, question.inferred)

    def step(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where one step leads from *nodes*."""
        edges = self.atlas.adjacency
        out, into = edges_from(edges.out_start, nodes), edges_from(edges.in_start, nodes)
        out = out[self.along[edges.out_relation[out]] & (edges.out_stated[out] | self.inferred)]
        into = into[self.against[edges.in_relation[into]] & (edges.in_stated[into] | self.inferred)]
        return np.unique(np.concatenate((edges.out_target[out], edges.in_source[into])))

    def depths(self, node: int, deepest: int) -> NDArray[np.int16]:
        """Return how many steps away each node is, -1 where it is farther than *deepest*."""
        depths = np.full(self.atlas.node_count, -1, dtype=np.int16)
        depths[node] = 0
        ring = np.array([node])
        for depth in range(1, deepest + 1):
            ring = self.step(ring)
            ring = ring[depths[ring] < 0]
            depths[ring] = depth
        return depths

    def between(self, is_shown: Mask) -> list[tuple[int, int, int]]:
        """Return the edges between nodes that are shown: source, relation, target.

        Where inferred ones count, those are left out that say the same from the other side.
        """
        edges = self.atlas.adjacency
        shown = np.flatnonzero(is_shown)
        out = edges_from(edges.out_start, shown)
        sources = np.repeat(shown, edges.out_start[shown + 1] - edges.out_start[shown])
        either = self.along | self.against
        wanted = is_shown[edges.out_target[out]] & either[edges.out_relation[out]]
        wanted &= edges.out_stated[out] | self.inferred
        found = (sources[wanted], edges.out_relation[out][wanted], edges.out_target[out][wanted])
        return list(zip(*(part.tolist() for part in found), strict=True))


def _neighbour(node: int, depth: int, is_shown: Mask, scope: _Scope) -> Neighbour:
    around = scope.step(np.array([node]))
    around = around[around != node]
    atlas = scope.atlas
    omitted = int((~is_shown[around]).sum())
    return Neighbour(atlas.references[node], atlas.names[node], atlas.kind(node), depth, len(around), omitted)


def _links(
    found: Sequence[tuple[int, int, int]],
    question: AroundQuestion,
    atlas: Atlas,
    reader: Reader,
    catalogue: Catalogue,
) -> Iterable[Link]:
    vocabulary, iris = catalogue.vocabulary, catalogue.iris
    ends: dict[str, tuple[str, Relation, str]] = {}
    for source, number, target in found:
        relation = vocabulary.relations[atlas.relations[number]]
        subject, object_ = (iris.resolve(atlas.references[node]) for node in (source, target))
        triple = Triple(subject, NamedNode(relation.iri), object_)
        ends[edge_id(triple)] = atlas.references[source], relation, atlas.references[target]
    edges = find_edges(ends, reader, catalogue)
    for edge in edges.values():
        if edge.is_stated or not _is_other_side(edge, edges, ends[edge.id][1], vocabulary):
            source_, relation, target_ = ends[edge.id]
            yield Link(
                id=edge.id,
                source=source_,
                target=target_,
                relation=relation.key,
                label=vocabulary.text(relation.labels, question.language),
                sentence=sentence_of(edge, relation, catalogue, question.language),
                inferred=not edge.is_stated,
                sources=edge.sources,
            )


def _is_other_side(edge: Edge, edges: Mapping[str, Edge], relation: Relation, vocabulary: Vocabulary) -> bool:
    """Return whether another of *edges* says the same from the other side, and better."""
    subject, object_ = NamedNode(edge.subject), NamedNode(edge.object)
    other = edges.get(edge_id(Triple(object_, NamedNode(vocabulary.inverse_of(relation).iri), subject)))
    if other is None or other.id == edge.id:
        return False
    return other.is_stated or (edge.subject > edge.object if relation.symmetric else not relation.primary)
