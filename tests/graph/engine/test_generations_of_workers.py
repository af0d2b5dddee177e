"""Workers of several generations at once: one nursery forks them all, and each query ends where it began."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.engine.pool import Pool
from graph.engine.workers import Nursery
from graph.errors import EngineError
from graph.limits import Limits
from tests.graph.engine.test_pool import (
    RUNAWAY,
    SEVEN,
    answer,
    at_work,
    gone,
    job,
    nurseries,
    subjects,
    workers,
    write_store,
)

Value = TypeVar("Value")
MakePool = Callable[..., Pool]
ALL = NamedNode("http://example.org/all")
LIMITS = Limits(seconds=20, workers=2)
# About a second of work; one row.
LONG = "SELECT (COUNT(*) AS ?n) { ?a ex:number ?b . ?c ex:number ?d FILTER(?b + ?d = 7) }"


def store(folder: Path, count: int) -> Path:
    """Make a store of *count* numbers."""
    number = NamedNode("http://example.org/number")
    subjects = (NamedNode(f"http://example.org/{value}") for value in range(count))
    write_store(folder, [Quad(subject, number, Literal(value), ALL) for value, subject in enumerate(subjects)])
    return folder


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a generation with 1,000 numbers."""
    return store(tmp_path_factory.mktemp("old") / "store", 1000)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a generation with no 7."""
    return store(tmp_path_factory.mktemp("new") / "store", 7)


def run(ask: Callable[[MakePool], Awaitable[Value]]) -> Value:
    """Return what *ask* gives; all the pools that it makes share a nursery."""

    async def ask_with_a_nursery() -> Value:
        nursery = Nursery()
        pools: list[Pool] = []

        def make(folder: Path, limits: Limits = LIMITS) -> Pool:
            pools.append(Pool(folder, limits, nursery))
            return pools[-1]

        try:
            return await ask(make)
        finally:
            await asyncio.gather(*(pool.close() for pool in pools))
            await nursery.close()

    return asyncio.run(ask_with_a_nursery())


def test_one_process_forks_the_workers_of_every_generation(old: Path, new: Path) -> None:
    async def ask(make: MakePool) -> tuple[list[str], list[str], int]:
        found = await subjects(make(old)), await subjects(make(new))
        return *found, len(nurseries())

    of_the_old, of_the_new, nursery_count = run(ask)

    assert (of_the_old, of_the_new, nursery_count) == (SEVEN, [], 1)


def test_closing_a_pool_ends_its_workers_and_no_others(old: Path, new: Path) -> None:
    async def ask(make: MakePool) -> tuple[bool, list[int], list[int]]:
        first, second = make(old), make(new)
        await subjects(first)
        await first.drained()
        of_first = workers()
        await subjects(second)
        await second.drained()
        of_second = sorted(set(workers()) - set(of_first))
        await first.close()
        return await gone(of_first), of_second, workers()

    are_gone, of_second, left = run(ask)

    assert are_gone
    assert left == of_second


def test_a_query_that_runs_when_its_pool_retires_is_answered_from_it(old: Path) -> None:
    async def ask(make: MakePool) -> tuple[bytes, bool, list[int]]:
        pool = make(old)
        asked = asyncio.create_task(answer(pool, job(LONG, format_name="csv")))
        await at_work()
        started = workers()
        pool.retire()
        await pool.drained()
        is_answered = asked.done()
        found = await asked
        await gone(started)
        return found, is_answered, workers()

    found, is_answered_when_drained, left = run(ask)

    assert found.split() == [b"n", b"8"]
    assert is_answered_when_drained
    assert left == []


def test_a_retired_pool_keeps_no_idle_worker(old: Path) -> None:
    async def ask(make: MakePool) -> tuple[list[int], bool]:
        pool = make(old)
        await subjects(pool)
        await at_work()
        started = workers()
        pool.retire()
        return started, await gone(started)

    started, are_gone = run(ask)

    assert started
    assert are_gone


def test_a_retired_pool_answers_who_took_it_before(old: Path) -> None:
    async def ask(make: MakePool) -> tuple[list[str], bool]:
        pool = make(old)
        await subjects(pool)
        pool.retire()
        await pool.drained()
        found = await subjects(pool)
        await pool.drained()
        return found, await gone(workers())

    found, are_gone = run(ask)

    assert found == SEVEN
    assert are_gone


def test_who_waits_in_a_retired_pool_gets_a_turn(old: Path) -> None:
    async def ask(make: MakePool) -> list[list[str]]:
        pool = make(old, Limits(seconds=20, workers=1))
        waiting = [asyncio.create_task(subjects(pool)) for _ in range(5)]
        await asyncio.sleep(0)
        pool.retire()
        return await asyncio.gather(*waiting)

    assert run(ask) == [SEVEN] * 5


def test_a_closed_pool_says_so(old: Path) -> None:
    async def ask(make: MakePool) -> EngineError:
        pool = make(old)
        await pool.close()
        with pytest.raises(EngineError) as raised:
            await subjects(pool)
        return raised.value

    assert "ended" in str(run(ask))


def test_a_killed_nursery_is_replaced_for_every_pool(old: Path, new: Path) -> None:
    async def ask(make: MakePool) -> tuple[list[str], list[str], int]:
        first, second = make(old), make(new)
        await subjects(first)
        await subjects(second)
        killed, orphans = nurseries(), workers()
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        assert await gone(killed + orphans)  # one that is left for a moment might still answer
        await asyncio.sleep(0.1)
        found = await subjects(first), await subjects(second)
        return *found, len(nurseries())

    assert run(ask) == (SEVEN, [], 1)


def test_a_query_that_is_given_up_while_its_worker_is_born_leaves_no_worker(old: Path) -> None:
    async def ask(make: MakePool) -> tuple[list[str], bool]:
        pool = make(old)
        for delay in range(6):
            asked = asyncio.create_task(answer(pool, job(RUNAWAY)))
            await asyncio.sleep(delay * 0.003)
            asked.cancel()
            with suppress(asyncio.CancelledError):
                await asked
        found = await subjects(pool)
        pool.retire()
        await pool.drained()
        return found, await gone(workers())

    assert run(ask) == (SEVEN, True)


def test_a_pool_that_retires_while_a_spare_worker_is_born_leaves_no_worker(old: Path) -> None:
    async def ask(make: MakePool) -> bool:
        for delay in range(25):
            pool = make(old)
            await subjects(pool)  # a spare one is ordered now
            await asyncio.sleep(delay * 0.0005)
            pool.retire()
            await pool.drained()
        return await gone(workers())

    assert run(ask)
