"""Walks in worker processes: what holds for queries holds for them; a search without end tells what it has found."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import numpy as np
import orjson
import pytest

from graph.adjacency import Adjacency
from graph.engine.jobs import WalkJob
from graph.engine.pool import Pool
from graph.errors import EngineError, EvaluationError, QueryMemoryError, QueryTimeoutError
from graph.limits import Limits
from graph.walks import SEVERAL, SHORTEST, Walk
from tests.graph.engine.test_pool import answer, at_work, gone, run, workers, write_store

NODES = 300
DIRECT = [[0, 1]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without a triple."""
    path = tmp_path_factory.mktemp("walks") / "store"
    write_store(path, [])
    return path


def written(folder: Path, count: int) -> str:
    """Return a folder with the arrays of a graph in which each of *count* nodes leads to each other one."""
    sources, targets = np.nonzero(~np.eye(count, dtype=bool))
    adjacency = Adjacency.of(
        count,
        sources.astype(np.int32),
        np.zeros(len(sources), dtype=np.int16),
        targets.astype(np.int32),
        np.ones(len(sources), dtype=bool),
    )
    adjacency.save(folder)
    return str(folder)


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The arrays of a graph with more ways than anybody can wait for."""
    return written(tmp_path_factory.mktemp("arrays"), NODES)


def shortest(folder: str) -> WalkJob:
    """Return a walk that takes no time."""
    return WalkJob(folder, Walk(0, 1, SHORTEST, (0,), (), True, (), 12, 1, 10.0))


def endless(folder: str, *, seconds: float) -> WalkJob:
    """Return a walk that goes on until its time is over."""
    return WalkJob(folder, Walk(0, 1, SEVERAL, (0,), (), True, (), 12, 1_000_000_000, seconds))


async def ways(pool: Pool, job: WalkJob) -> list[list[int]]:
    """Return the ways that a worker finds."""
    found: list[list[int]] = orjson.loads(await answer(pool, job))["ways"]
    return found


def test_a_worker_finds_ways(folder: Path, arrays: str) -> None:
    found = run(folder, lambda pool: ways(pool, shortest(arrays)))

    assert found == DIRECT


def test_a_search_ends_at_its_time_with_what_it_has_found_and_costs_no_worker(folder: Path, arrays: str) -> None:
    async def ask(pool: Pool) -> tuple[dict[str, object], set[int], set[int]]:
        await ways(pool, shortest(arrays))
        before = set(workers())
        found = orjson.loads(await answer(pool, endless(arrays, seconds=1.0)))
        return found, before, set(workers())

    found, before, after = run(folder, ask)

    assert found["reached"] == "time"
    assert found["ways"]
    assert before
    assert before <= after


def test_a_walk_that_does_not_end_in_time_is_stopped_and_the_next_is_answered(folder: Path, arrays: str) -> None:
    async def ask(pool: Pool) -> tuple[QueryTimeoutError, list[list[int]]]:
        with pytest.raises(QueryTimeoutError) as raised:
            await answer(pool, endless(arrays, seconds=60.0), seconds=0.5)
        return raised.value, await ways(pool, shortest(arrays))

    error, found = run(folder, ask)

    assert error.limit_seconds == 0.5
    assert found == DIRECT


def test_a_walk_whose_client_has_gone_is_stopped(folder: Path, arrays: str) -> None:
    async def ask(pool: Pool) -> tuple[bool, list[list[int]]]:
        walking = asyncio.create_task(answer(pool, endless(arrays, seconds=60.0)))
        await at_work()
        (busy,) = [worker.pid for worker in pool._workers if worker not in pool._idle]
        walking.cancel()
        with suppress(asyncio.CancelledError):
            await walking
        return await gone([busy]), await ways(pool, shortest(arrays))  # there is room for one at a time

    has_ended, found = run(folder, ask)

    assert has_ended
    assert found == DIRECT


def test_a_worker_that_is_killed_on_its_walk_gives_an_error_and_the_next_is_answered(folder: Path, arrays: str) -> None:
    async def ask(pool: Pool) -> list[list[int]]:
        walking = asyncio.create_task(answer(pool, endless(arrays, seconds=60.0)))
        await at_work()
        for pid in workers():
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(EngineError):
            await walking
        return await ways(pool, shortest(arrays))

    assert run(folder, ask) == DIRECT


def test_a_walk_that_wants_too_much_memory_is_stopped_and_the_next_is_answered(
    folder: Path, arrays: str, tmp_path: Path
) -> None:
    """The files of a large graph, and what a search has in hand of it, have no room."""
    large = written(tmp_path, 3_000)

    async def ask(pool: Pool) -> list[list[int]]:
        with pytest.raises(QueryMemoryError):
            await answer(pool, shortest(large))
        return await ways(pool, shortest(arrays))

    assert run(folder, ask, Limits(seconds=60, memory_bytes=64 << 20, workers=1)) == DIRECT


def test_arrays_that_are_not_there_are_an_error_that_costs_no_worker(folder: Path, arrays: str, tmp_path: Path) -> None:
    async def ask(pool: Pool) -> tuple[set[int], set[int]]:
        await ways(pool, shortest(arrays))
        before = set(workers())
        with pytest.raises(EvaluationError):
            await answer(pool, shortest(str(tmp_path)))
        await ways(pool, shortest(arrays))
        return before, set(workers())

    before, after = run(folder, ask)

    assert before
    assert before <= after


def test_workers_are_forked_from_a_process_of_one_thread(folder: Path, arrays: str) -> None:
    async def ask(pool: Pool) -> list[int]:
        await ways(pool, shortest(arrays))
        pid = pool.nursery.pid
        return [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]

    assert len(run(folder, ask)) == 1
