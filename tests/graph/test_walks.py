"""Ways through random graphs: the same that networkx finds."""

from dataclasses import replace
from itertools import islice
from sys import getrecursionlimit

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.adjacency import Adjacency
from graph.walks import ALL, SEVERAL, SHORTEST, Walk, Ways, walk

NODES = 8
RELATIONS = 3
# From, relation, to, and whether it is stated.
EDGES = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, RELATIONS - 1), st.integers(0, NODES - 1), st.booleans()),
    max_size=24,
)
SOME = st.sets(st.integers(0, RELATIONS - 1)).map(lambda found: tuple(sorted(found)))
AVOIDED = st.sets(st.integers(2, NODES - 1), max_size=2).map(lambda found: tuple(sorted(found)))
# Ways of two steps from one end to the other.
BRIDGES = st.lists(st.tuples(*[st.integers(0, RELATIONS - 1)] * 2), min_size=2, max_size=4).map(
    lambda pairs: [
        edge
        for middle, (one, other) in enumerate(pairs, start=2)
        for edge in ((0, one, middle, True), (middle, other, 1, True))
    ]
)
Edges = list[tuple[int, int, int, bool]]


def adjacency(edges: Edges) -> Adjacency:
    sources, relations, targets, stated = zip(*edges, strict=True) if edges else ((), (), (), ())
    return Adjacency.of(
        NODES,
        np.array(sources, dtype=np.int32),
        np.array(relations, dtype=np.int16),
        np.array(targets, dtype=np.int32),
        np.array(stated, dtype=bool),
    )


def as_networkx(edges: Edges, wanted: Walk) -> networkx.DiGraph:
    """Return the graph that *wanted* may walk through."""
    graph = networkx.DiGraph()
    graph.add_nodes_from(node for node in range(NODES) if node not in wanted.avoided)
    is_stated = {edge[:3] for edge in edges if edge[3]}
    for source, relation, target, _ in edges:
        if (not wanted.stated or (source, relation, target) in is_stated) and {source, target} <= set(graph):
            if relation in wanted.forwards:
                graph.add_edge(source, target)
            if relation in wanted.backwards:
                graph.add_edge(target, source)
    return graph


def asked(find: str, forwards: tuple[int, ...], backwards: tuple[int, ...], **more: object) -> Walk:
    usual: dict[str, object] = {"stated": False, "avoided": (), "most_steps": 12, "most_ways": 10_000, "seconds": 60.0}
    return Walk(0, 1, find, forwards, backwards, **(usual | more))  # type: ignore[arg-type]


@settings(max_examples=300)
@given(edges=EDGES, forwards=SOME, backwards=SOME, stated=st.booleans(), avoided=AVOIDED, steps=st.integers(1, 6))
def test_ways_are_those_of_networkx(  # noqa: PLR0917  # each is something that a way depends on
    edges: Edges,
    forwards: tuple[int, ...],
    backwards: tuple[int, ...],
    stated: bool,
    avoided: tuple[int, ...],
    steps: int,
) -> None:
    def found(find: str, **more: int) -> Ways:
        return walk(adjacency(edges), asked(find, forwards, backwards, stated=stated, avoided=avoided, **more))

    graph = as_networkx(edges, asked(ALL, forwards, backwards, stated=stated, avoided=avoided))
    simple = sorted(networkx.all_simple_paths(graph, 0, 1), key=len)
    shortest = {tuple(way) for way in simple if len(way) == len(simple[0])}

    assert set(found(ALL).ways) == shortest
    assert set(found(SHORTEST).ways) <= shortest
    assert bool(found(SHORTEST).ways) == bool(shortest)
    several = found(SEVERAL).ways
    assert set(several) == set(map(tuple, simple))
    assert [len(way) for way in several] == [len(way) for way in simple]
    within = found(SEVERAL, most_steps=steps)
    assert set(within.ways) == {tuple(way) for way in simple if len(way) - 1 <= steps}
    assert within.reached == "length" or len(within.ways) == len(simple)


@pytest.mark.parametrize("find", [ALL, SEVERAL])
def test_no_more_ways_are_given_than_are_wanted_and_that_is_said(find: str) -> None:
    edges: Edges = [(0, 0, middle, True) for middle in range(2, NODES)]
    edges += [(middle, 0, 1, True) for middle in range(2, NODES)]

    some, just = (walk(adjacency(edges), asked(find, (0,), (), most_ways=most)) for most in (4, NODES - 2))

    assert (len(some.ways), some.reached) == (4, "count")
    assert (len(just.ways), just.reached) == (NODES - 2, "")


def test_the_same_ways_come_each_time_in_the_same_order() -> None:
    edges: Edges = [(one, 0, other, True) for one in range(NODES) for other in range(NODES)]

    first, second = (walk(adjacency(edges), asked(SEVERAL, (0,), (), most_ways=50)) for _ in range(2))

    assert first == second


@settings(max_examples=300)
@given(bridges=BRIDGES, edges=EDGES, backwards=SOME, faint=SOME, find=st.sampled_from([SHORTEST, ALL, SEVERAL]))
def test_ways_that_do_without_faint_relations_come_first(
    bridges: Edges, edges: Edges, backwards: tuple[int, ...], faint: tuple[int, ...], find: str
) -> None:
    edges, forwards = bridges + edges, tuple(range(RELATIONS))
    plain = asked(find, forwards, backwards)
    telling = as_networkx(edges, asked(find, tuple({*forwards} - {*faint}), tuple({*backwards} - {*faint})))

    found = walk(adjacency(edges), replace(plain, faint=faint))

    before = walk(adjacency(edges), plain)
    assert found.reached == before.reached
    assert [len(way) for way in found.ways] == [len(way) for way in before.ways]
    if find != SHORTEST:
        assert set(found.ways) == set(before.ways)
    elif found.ways:
        shortest = walk(adjacency(edges), replace(plain, find=ALL)).ways
        are_telling = [networkx.is_path(telling, way) for way in shortest]
        assert networkx.is_path(telling, found.ways[0]) is any(are_telling)
    least = min(map(len, found.ways), default=0)
    order = [networkx.is_path(telling, way) for way in found.ways if len(way) == least]
    assert order == sorted(order, reverse=True)


def test_what_takes_too_long_ends_with_what_was_found() -> None:
    edges: Edges = [(one, 0, other, True) for one in range(NODES) for other in range(NODES)]

    found = walk(adjacency(edges), asked(SEVERAL, (0,), (), seconds=-1.0))

    assert found == Ways((), "time")


def test_ways_of_a_large_graph_are_as_long_as_those_of_networkx() -> None:
    chance = np.random.default_rng(7)
    count = 2_000
    sources, targets = (chance.zipf(1.5, 6_000) % count for _ in range(2))
    edges = Adjacency.of(
        count,
        sources.astype(np.int32),
        np.zeros(len(sources), dtype=np.int16),
        targets.astype(np.int32),
        np.ones(len(sources), dtype=bool),
    )
    graph = networkx.Graph(zip(sources.tolist(), targets.tolist(), strict=True))
    graph.add_nodes_from(range(count))
    for source, target in islice(zip(*chance.integers(0, count, (2, 40)).tolist(), strict=True), 40):
        if source == target:
            continue
        way = Walk(source, target, SHORTEST, (0,), (0,), False, (), 12, 1, 60.0)

        found = walk(edges, way).ways

        length = (
            networkx.shortest_path_length(graph, source, target) if networkx.has_path(graph, source, target) else None
        )
        assert [len(one) - 1 for one in found] == ([] if length is None else [length])


def test_a_way_may_have_more_steps_than_calls_can_be_nested() -> None:
    count = 3 * getrecursionlimit()
    chain = np.arange(count, dtype=np.int32)
    zeros = np.zeros(count - 1, dtype=np.int16)
    edges = Adjacency.of(count, chain[:-1], zeros, chain[1:], zeros == 0)

    found = walk(edges, Walk(0, count - 1, SHORTEST, (0,), (), False, (), count, 1, 60.0))

    assert found == Ways((tuple(range(count)),))
