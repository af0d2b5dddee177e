"""What a relation leads to from an entity over any number of steps, each target once, nearest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode, Triple

from graph.atlas import Atlas
from graph.catalogue import Catalogue
from graph.engine.embedded import Reader
from graph.errors import ParameterError
from graph.iris import edge_id
from graph.reach import edges_from
from graph.relations import Connection, Direction, Question, find_edges, told_from
from graph.vocabulary import Vocabulary

MOST_REACHED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Reached:
    """Edges by which nodes were reached from others: *here* and *node* are their ends, as they were walked."""

    here: NDArray[np.int64]
    relation: NDArray[np.int16]
    node: NDArray[np.int64]
    is_along: NDArray[np.bool_]


def follow(iri: NamedNode, question: Question, atlas: Atlas, reader: Reader, catalogue: Catalogue) -> list[Connection]:
    """Return what the relation of *question* leads to from *iri*, with the edge that leads to each on a shortest way.

    Raises:
        ParameterError: No relation is named, or it leads to more entities than are told.
    """
    if question.relation is None:
        raise ParameterError("transitive", "true", "say which relation is to be followed, with “relation=…”.")
    start = atlas.number(catalogue.iris.reference(iri.value))
    vias: dict[str, tuple[int, int]] = {}
    for depth, ring in enumerate(_rings(start, question, atlas, catalogue.vocabulary), 1):
        vias |= {edge: (here, depth) for edge, here in _edges(ring, atlas, catalogue)}
        if len(vias) > MOST_REACHED:
            reason = f"this leads to more than {MOST_REACHED} entities; ask for less depth."
            raise ParameterError("relation", question.relation.key, reason)
    found = []
    for edge in find_edges(vias, reader, catalogue).values():
        here, depth = vias[edge.id]
        via = None if here == start else atlas.references[here]
        told = told_from(catalogue.iris.resolve(atlas.references[here]), edge, catalogue, question)
        found += [replace(one, depth=depth, via=via) for one in told]
    return sorted(found, key=lambda one: (one.depth, one.direction != Direction.OUT, one.relation, one.target.name))


def _rings(start: int, question: Question, atlas: Atlas, vocabulary: Vocabulary) -> Iterator[Reached]:
    """Yield what is reached with each step, each node once."""
    along, against = _followed(question, atlas, vocabulary)
    is_seen = np.zeros(atlas.node_count, dtype=bool)
    is_seen[start] = True
    ring = np.array([start])
    for _ in range(question.depth):
        step = _step(ring, along, against, atlas)
        _, first = np.unique(step.node, return_index=True)
        first = first[~is_seen[step.node[first]]]
        if not len(first):
            return
        yield Reached(step.here[first], step.relation[first], step.node[first], step.is_along[first])
        ring = step.node[first]
        is_seen[ring] = True


def _step(ring: NDArray[np.int64], along: NDArray[np.bool_], against: NDArray[np.bool_], atlas: Atlas) -> Reached:
    edges = atlas.adjacency
    out, into = edges_from(edges.out_start, ring), edges_from(edges.in_start, ring)
    from_out = np.repeat(ring, edges.out_start[ring + 1] - edges.out_start[ring])
    from_in = np.repeat(ring, edges.in_start[ring + 1] - edges.in_start[ring])
    is_out = along[edges.out_relation[out]] & edges.out_stated[out]
    is_in = against[edges.in_relation[into]] & edges.in_stated[into]
    return Reached(
        here=np.concatenate((from_out[is_out], from_in[is_in])),
        relation=np.concatenate((edges.out_relation[out[is_out]], edges.in_relation[into[is_in]])),
        node=np.concatenate((edges.out_target[out[is_out]], edges.in_source[into[is_in]])).astype(np.int64),
        is_along=np.concatenate((np.ones(int(is_out.sum()), dtype=bool), np.zeros(int(is_in.sum()), dtype=bool))),
    )


def _followed(question: Question, atlas: Atlas, vocabulary: Vocabulary) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which relations are followed along edges, and against them."""
    assert question.relation is not None
    narrow = [
        one
        for one in vocabulary.narrower_relations(question.relation)
        if question.direction is Direction.BOTH or one.symmetric or one.primary == (question.direction is Direction.OUT)
    ]
    keys = {one.key for one in narrow}, {vocabulary.inverse_of(one).key for one in narrow}
    along, against = (np.array([key in some for key in atlas.relations]) for some in keys)
    return along, against


def _edges(ring: Reached, atlas: Atlas, catalogue: Catalogue) -> Iterator[tuple[str, int]]:
    """Yield the id of each edge, with the node that it was walked from."""
    iris, vocabulary = catalogue.iris, catalogue.vocabulary
    for here, number, node, is_along in zip(
        ring.here.tolist(), ring.relation.tolist(), ring.node.tolist(), ring.is_along.tolist(), strict=True
    ):
        ends = [iris.resolve(atlas.references[one]) for one in ((here, node) if is_along else (node, here))]
        relation = vocabulary.relations[atlas.relations[number]]
        yield edge_id(Triple(ends[0], NamedNode(relation.iri), ends[1])), here
