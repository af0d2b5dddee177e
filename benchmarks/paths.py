"""Paths through made-up graphs of growing size, found by a worker process, against networkx on the same graph."""

import asyncio
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any, Final

import networkx
import numpy as np
from pyoxigraph import Store

from benchmarks.table import Row
from graph.adjacency import Adjacency
from graph.engine.jobs import WalkJob
from graph.engine.pool import Pool
from graph.engine.workers import Nursery
from graph.limits import Limits
from graph.walks import ALL, SEVERAL, SHORTEST, Walk

SIZES: Final = (1_000, 10_000, 100_000)
EDGES_PER_NODE: Final = 5
RELATIONS: Final = 10
# What a stated edge brings along: itself read from its other end, and the same two in wider words.
READINGS: Final = 4
EVERY: Final = tuple(range(READINGS * RELATIONS))
QUESTIONS: Final = 1_000
QUESTIONS_TO_NETWORKX: Final = 100
MOST_STEPS: Final = 6
MOST_WAYS: Final = {SHORTEST: 1, ALL: 50, SEVERAL: 5}
WORDS: Final = {SHORTEST: "one shortest", ALL: "all shortest, 50 at most", SEVERAL: "the 5 shortest"}
Pairs = Sequence[tuple[int, int]]


def measure(*sizes: int) -> list[Row]:
    """Return a row for each size of the graph, in nodes, and kind of question."""
    return [row for size in sizes or SIZES for row in _rows(size)]


def _rows(size: int) -> Iterator[Row]:
    sources, relations, targets = _edges(size)
    chance = random.Random(1)  # noqa: S311  # no secret depends on it
    pairs = [(one, other) for one, other in (chance.sample(range(size), 2) for _ in range(QUESTIONS))]
    with tempfile.TemporaryDirectory() as folder:
        _adjacency(size, sources, relations, targets).save(Path(folder))
        found = asyncio.run(_asked(Path(folder), pairs))
    graph = networkx.Graph(zip(sources.tolist(), targets.tolist(), strict=True))
    graph.add_nodes_from(range(size))
    for find, milliseconds in found.items():
        ours = quantiles(milliseconds, n=100)
        theirs = quantiles(_by_networkx(graph, find, pairs[:QUESTIONS_TO_NETWORKX]), n=100)
        percentiles = f"p50 {ours[49]:.2f} ms, p95 {ours[94]:.2f} ms, p99 {ours[98]:.2f} ms"
        yardstick = f"networkx p50 {theirs[49]:.2f} ms, p95 {theirs[94]:.2f} ms"
        what = f"{WORDS[find]}, {size:,} nodes, {len(sources):,} stated edges ({percentiles}; {yardstick})"
        promised = "≤ 30 ms" if find == SHORTEST and size == SIZES[-1] else ""
        yield Row(what, ours[94], ours[94] / theirs[94], "ms at p95", promised)


def _edges(size: int) -> tuple[Any, Any, Any]:
    """Return edges between nodes of which few have very many, as in a real graph: from, relation, to."""
    chance = np.random.default_rng(7)
    weights = np.arange(1, size + 1) ** -0.6
    nodes = chance.permutation(size).astype(np.int32)
    ends = nodes[chance.choice(size, (2, EDGES_PER_NODE * size), p=weights / weights.sum())]
    return ends[0], (READINGS * chance.integers(0, RELATIONS, ends.shape[1])).astype(np.int16), ends[1]


def _adjacency(size: int, sources: Any, relations: Any, targets: Any) -> Adjacency:
    """Return the edges with what follows from them."""
    return Adjacency.of(
        size,
        np.concatenate((sources, targets, sources, targets)),
        np.concatenate([relations + reading for reading in range(READINGS)]).astype(np.int16),
        np.concatenate((targets, sources, targets, sources)),
        np.arange(READINGS * len(sources)) < len(sources),
    )


async def _asked(folder: Path, pairs: Pairs) -> dict[str, list[float]]:
    """Return how many milliseconds each answer took, from the question to the last byte of what the worker found."""
    Store(str(folder / "store"))
    nursery = Nursery()
    pool = Pool(folder / "store", Limits(workers=1), nursery)
    found: dict[str, list[float]] = {}
    try:
        for find, most in MOST_WAYS.items():
            await _milliseconds(pool, folder, find, most, pairs[:20])  # what is loaded once is not measured
            found[find] = await _milliseconds(pool, folder, find, most, pairs)
    finally:
        await pool.close()
        await nursery.close()
    return found


async def _milliseconds(pool: Pool, folder: Path, find: str, most: int, pairs: Pairs) -> list[float]:
    taken = []
    for source, target in pairs:
        walk = Walk(source, target, find, EVERY, EVERY, True, (), MOST_STEPS, most, 20.0)  # noqa: FBT003
        started = perf_counter()
        with await pool.ask(WalkJob(str(folder), walk)) as answering:
            while await answering.read():
                pass
        taken.append((perf_counter() - started) * 1000)
    return taken


def _by_networkx(graph: networkx.Graph, find: str, pairs: Pairs) -> list[float]:
    """Return how many milliseconds networkx takes for each, with the graph in its memory."""
    ask: Callable[[int, int], Any] = {
        SHORTEST: lambda one, other: networkx.bidirectional_shortest_path(graph, one, other),
        ALL: lambda one, other: list(islice(networkx.all_shortest_paths(graph, one, other), MOST_WAYS[ALL])),
        SEVERAL: lambda one, other: list(islice(networkx.shortest_simple_paths(graph, one, other), MOST_WAYS[SEVERAL])),
    }[find]
    taken = []
    for source, target in pairs:
        started = perf_counter()
        with suppress(networkx.NetworkXNoPath):
            ask(source, target)
        taken.append((perf_counter() - started) * 1000)
    return taken
