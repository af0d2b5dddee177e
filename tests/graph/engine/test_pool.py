"""The worker processes: each query has its limits, and what happens to one query happens to no other."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

import orjson
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph.engine.embedded import Draft
from graph.engine.jobs import Job, WalkJob
from graph.engine.pool import Pool, Tally
from graph.engine.workers import Nursery
from graph.errors import (
    BusyError,
    EngineError,
    EvaluationError,
    QueryMemoryError,
    QueryRowsError,
    QuerySyntaxError,
    QueryTimeoutError,
)
from graph.formats import GRAPHS, RESULTS
from graph.limits import Limits
from tests.conftest import ROOT

Value = TypeVar("Value")

ALL = "http://example.org/all"
OTHER = "http://example.org/other"
QUICK = "SELECT ?s { ?s <http://example.org/number> 7 }"
# Hours of work, and not a row before the end of it.
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# Every row of a cross product, kept in memory to be sorted.
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"


def write_store(folder: Path, quads: list[Quad]) -> None:
    """Make a store of *quads* in *folder*."""
    with Draft(folder) as draft:
        draft.change(added=quads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 1,000 triples in one graph, and one triple in another."""
    path = tmp_path_factory.mktemp("pool") / "store"
    number = NamedNode("http://example.org/number")
    quads = [
        Quad(NamedNode(f"http://example.org/{count}"), number, Literal(count), NamedNode(ALL)) for count in range(1000)
    ]
    quads.append(Quad(NamedNode("http://example.org/else"), number, Literal(7), NamedNode(OTHER)))
    write_store(path, quads)
    return path


def job(query: str, *, format_name: str = "json", named: tuple[str, ...] | None = None) -> Job:
    """Return a query of the one graph."""
    return Job(query, format_name, {"ex": "http://example.org/"}, (ALL,), named)


async def answer(pool: Pool, asked: Job | WalkJob, *, seconds: float | None = None) -> bytes:
    """Return the whole answer."""
    return b"".join([piece async for piece in pool.answer(asked, seconds=seconds)])


async def subjects(pool: Pool) -> list[str]:
    """Return the answer of the quick query."""
    results = orjson.loads(await answer(pool, job(QUICK)))
    return [row["s"]["value"] for row in results["results"]["bindings"]]


SEVEN = ["http://example.org/7"]


@asynccontextmanager
async def pool_of(folder: Path, limits: Limits) -> AsyncIterator[Pool]:
    """Yield a pool, and end its workers and what has forked them."""
    nursery = Nursery()
    pool = Pool(folder, limits, nursery)
    try:
        yield pool
    finally:
        await pool.close()
        await nursery.close()


def run(folder: Path, ask: Callable[[Pool], Awaitable[Value]], limits: Limits | None = None) -> Value:
    """Return what *ask* gives, in a pool of its own."""

    async def ask_in_a_pool() -> Value:
        async with pool_of(folder, limits or Limits(seconds=20, workers=1)) as pool:
            return await ask(pool)

    return asyncio.run(ask_in_a_pool())


def nurseries() -> list[int]:
    """Return the ids of the processes that this one has started to fork workers."""
    return [pid for pid in children(os.getpid()) if b"graph.engine" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def workers() -> list[int]:
    """Return the ids of the workers of this process that run; a spare one may be among them."""
    return sorted(pid for nursery in nurseries() for pid in children(nursery))


def children(parent: int) -> list[int]:
    """Return the ids of the children of a process that run; one that has ended and waits for its parent does not."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, ppid = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                found.append(int(entry.name))
    return found


def is_alive(pid: int) -> bool:
    """Return whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def gone(pids: list[int]) -> bool:
    """Return whether all of these processes end within ten seconds, which is long, also on a busy machine."""
    for _ in range(500):
        if not any(map(is_alive, pids)):
            return True
        await asyncio.sleep(0.02)
    return False


async def at_work() -> None:
    """Wait until a worker runs and has had time to begin."""
    while not workers():
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)


def test_a_query_is_answered(folder: Path) -> None:
    found = run(folder, subjects)

    assert found == SEVEN


def test_a_query_reaches_the_graphs_it_names_and_no_others(folder: Path) -> None:
    query = "SELECT ?s { GRAPH ?graph { ?s ex:number 7 } }"

    async def ask(pool: Pool) -> list[bytes]:
        return [
            await answer(pool, job(query, format_name="csv", named=named)) for named in (None, (OTHER,), (ALL,), ())
        ]

    every, other, one, none = run(folder, ask)

    assert sorted(every.decode().split()) == ["http://example.org/7", "http://example.org/else", "s"]
    assert other.decode().split() == ["s", "http://example.org/else"]
    assert one.decode().split() == ["s", *SEVEN]
    assert none.decode().split() == ["s"]


def test_a_large_answer_comes_in_pieces_and_whole(folder: Path) -> None:
    query = "SELECT ?a ?b { ?a ex:number ?m . ?b ex:number ?n FILTER(?m < 100) }"

    async def ask(pool: Pool) -> list[bytes]:
        return [piece async for piece in pool.answer(job(query, format_name="csv"))]

    pieces = run(folder, ask)

    assert len(pieces) > 1
    assert b"".join(pieces).count(b"\n") == 100 * 1000 + 1


def test_a_mistake_in_a_query_is_explained_and_costs_no_worker(folder: Path) -> None:
    async def ask(pool: Pool) -> tuple[QuerySyntaxError, list[int], list[int]]:
        await subjects(pool)
        before = workers()
        with pytest.raises(QuerySyntaxError) as raised:
            await answer(pool, job("SELECT ?x\nWHER { ?x ?y ?z }"))
        await subjects(pool)
        return raised.value, before, workers()

    error, before, after = run(folder, ask)

    assert (error.line, error.column, error.suggestions) == (2, 1, ("WHERE",))
    assert before
    assert set(before) <= set(after)


def test_a_runaway_query_is_stopped_at_its_limit_and_the_next_is_answered(folder: Path) -> None:
    async def ask(pool: Pool) -> tuple[QueryTimeoutError, float, list[str]]:
        await subjects(pool)  # the worker has started
        began = time.monotonic()
        with pytest.raises(QueryTimeoutError) as raised:
            await answer(pool, job(RUNAWAY), seconds=0.5)
        return raised.value, time.monotonic() - began, await subjects(pool)

    error, seconds, next_answer = run(folder, ask)

    assert error.limit_seconds == 0.5
    assert 0.5 <= seconds < 3
    assert "0.5 seconds" in str(error)
    assert next_answer == SEVEN


def test_nobody_gets_more_time_than_the_pool_gives(folder: Path) -> None:
    async def ask(pool: Pool) -> QueryTimeoutError:
        with pytest.raises(QueryTimeoutError) as raised:
            await answer(pool, job(RUNAWAY), seconds=3600)
        return raised.value

    error = run(folder, ask, Limits(seconds=0.6, workers=1))

    assert error.limit_seconds == 0.6


def test_a_runaway_query_holds_up_no_other(folder: Path) -> None:
    async def ask(pool: Pool) -> tuple[list[list[str]], bool]:
        runaway = asyncio.create_task(answer(pool, job(RUNAWAY), seconds=30))
        answers = [await subjects(pool) for _ in range(3)]
        is_running = not runaway.done()
        runaway.cancel()
        with suppress(asyncio.CancelledError):
            await runaway
        return answers, is_running

    answers, is_running = run(folder, ask, Limits(seconds=30, workers=2))

    assert answers == [SEVEN, SEVEN, SEVEN]
    assert is_running


def test_a_query_whose_client_has_gone_is_stopped(folder: Path) -> None:
    async def ask(pool: Pool) -> tuple[float, list[str]]:
        runaway = asyncio.create_task(answer(pool, job(RUNAWAY)))
        await at_work()
        began = time.monotonic()
        runaway.cancel()
        with suppress(asyncio.CancelledError):
            await runaway
        found = await subjects(pool)  # there is room for one query at a time
        return time.monotonic() - began, found

    seconds, next_answer = run(folder, ask)

    assert seconds < 5
    assert next_answer == SEVEN


def test_an_answer_that_is_not_read_to_its_end_harms_no_other(folder: Path) -> None:
    async def ask(pool: Pool) -> list[str]:
        pieces = pool.answer(job("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
        await anext(pieces)
        await pieces.aclose()  # type: ignore[attr-defined]
        return await subjects(pool)

    found = run(folder, ask)

    assert found == SEVEN


def test_a_hungry_query_is_stopped_at_its_memory_and_the_next_is_answered(folder: Path) -> None:
    limits = Limits(seconds=60, memory_bytes=256 << 20, workers=1)

    async def ask(pool: Pool) -> tuple[QueryMemoryError, list[str]]:
        with pytest.raises(QueryMemoryError) as raised:
            await answer(pool, job(HUNGRY))
        return raised.value, await subjects(pool)

    error, next_answer = run(folder, ask, limits)

    assert error.limit_bytes == 256 << 20
    assert "256 MiB" in str(error)
    assert next_answer == SEVEN


FEW = "SELECT ?s ?n { ?s ex:number ?n }"
GRAPH = "CONSTRUCT { ?s ex:number ?n } WHERE { ?s ex:number ?n }"
FORMATS = [(FEW, form.name) for form in RESULTS] + [(GRAPH, form.name) for form in GRAPHS]


@pytest.mark.parametrize(("query", "format_name"), FORMATS, ids=[name for _, name in FORMATS])
def test_as_many_rows_are_given_as_there_may_be_and_no_more(query: str, format_name: str, folder: Path) -> None:
    async def ask(pool: Pool) -> tuple[bytes, QueryRowsError, list[str]]:
        within = await answer(pool, job(f"{query} LIMIT 50", format_name=format_name))
        with pytest.raises(QueryRowsError) as raised:
            await answer(pool, job(f"{query} LIMIT 51", format_name=format_name))
        return within, raised.value, await subjects(pool)

    within, error, next_answer = run(folder, ask, Limits(seconds=20, workers=1, rows=50))

    assert within.count(b"http://example.org/") + within.count(b"ex:number") >= 50
    assert error.limit_rows == 50
    assert "50 rows" in str(error)
    assert next_answer == SEVEN


async def _gather(answered: AsyncIterator[bytes], pieces: list[bytes]) -> None:
    async for piece in answered:
        pieces += [piece]


def test_an_answer_with_too_many_rows_stops_on_its_way(folder: Path) -> None:
    query = "SELECT ?a ?b { ?a ex:number ?m . ?b ex:number ?n }"

    async def ask(pool: Pool) -> int:
        pieces: list[bytes] = []
        with pytest.raises(QueryRowsError):
            await _gather(pool.answer(job(query, format_name="tsv")), pieces)
        return b"".join(pieces).count(b"\n")

    rows = run(folder, ask, Limits(seconds=20, workers=1, rows=20_000))

    assert 10_000 < rows <= 20_000 + 1


def test_who_reads_slowly_holds_no_worker_beyond_the_time(folder: Path) -> None:
    """The engine waits for the reader, whose time goes on; then the worker is another's, and the reader is told."""

    async def ask(pool: Pool) -> tuple[list[str], QueryTimeoutError]:
        with await pool.ask(job("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"), seconds=0.5) as answering:
            await answering.read()
            found = await subjects(pool)  # there is room for one query at a time
            with pytest.raises(QueryTimeoutError) as raised:
                await answering.read()
        return found, raised.value

    found, error = run(folder, ask)

    assert found == SEVEN
    assert error.limit_seconds == 0.5


def test_a_worker_is_free_as_soon_as_its_answer_is_read(folder: Path) -> None:
    async def ask(pool: Pool) -> list[str]:
        with await pool.ask(job(QUICK)) as answering:
            await answering.gather(1 << 20)
            return await subjects(pool)

    assert run(folder, ask) == SEVEN


def test_a_worker_that_is_killed_at_work_gives_an_error_and_the_next_query_is_answered(folder: Path) -> None:
    async def ask(pool: Pool) -> tuple[EngineError, list[str]]:
        runaway = asyncio.create_task(answer(pool, job(RUNAWAY)))
        await at_work()
        for pid in workers():
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(EngineError) as raised:
            await runaway
        return raised.value, await subjects(pool)

    error, next_answer = run(folder, ask)

    assert "worker" in str(error)
    assert next_answer == SEVEN


def test_workers_that_are_killed_at_rest_are_replaced(folder: Path) -> None:
    async def ask(pool: Pool) -> tuple[list[int], list[str], list[int]]:
        await subjects(pool)
        await at_work()
        before = workers()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        await gone(before)
        return before, await subjects(pool), workers()

    before, found, after = run(folder, ask)

    assert found == SEVEN
    assert before
    assert not set(before) & set(after)


def test_the_process_that_forks_workers_is_replaced_when_it_is_killed(folder: Path) -> None:
    async def ask(pool: Pool) -> list[str]:
        await subjects(pool)
        before = nurseries()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        await gone(before)
        await asyncio.sleep(0.1)
        return await subjects(pool)

    found = run(folder, ask)

    assert found == SEVEN


def test_no_more_queries_wait_than_may(folder: Path) -> None:
    limits = Limits(seconds=30, workers=1, waiting=2)

    async def ask(pool: Pool) -> tuple[BusyError, list[list[str]]]:
        runaway = asyncio.create_task(answer(pool, job(RUNAWAY), seconds=1))
        await asyncio.sleep(0.1)
        waiting = [asyncio.create_task(subjects(pool)) for _ in range(2)]
        await asyncio.sleep(0.1)
        with pytest.raises(BusyError) as raised:
            await subjects(pool)
        with pytest.raises(QueryTimeoutError):
            await runaway
        return raised.value, await asyncio.gather(*waiting)

    error, answers = run(folder, ask, limits)

    assert error.waiting == 2
    assert answers == [SEVEN, SEVEN]


def test_a_query_that_need_not_wait_is_answered_where_none_may_wait(folder: Path) -> None:
    found = run(folder, subjects, Limits(seconds=20, workers=1, waiting=0))

    assert found == SEVEN


def test_a_query_that_gave_up_waiting_is_not_counted_as_waiting(folder: Path) -> None:
    limits = Limits(seconds=30, workers=1, waiting=1)

    async def ask(pool: Pool) -> list[str]:
        runaway = asyncio.create_task(answer(pool, job(RUNAWAY), seconds=1))
        await asyncio.sleep(0.1)
        gone = asyncio.create_task(subjects(pool))
        await asyncio.sleep(0.1)
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone
        patient = asyncio.create_task(subjects(pool))
        with pytest.raises(QueryTimeoutError):
            await runaway
        return await patient

    found = run(folder, ask, limits)

    assert found == SEVEN


def test_several_queries_at_once_each_get_their_own_answer(folder: Path) -> None:
    async def ask(pool: Pool) -> tuple[list[bytes], int]:
        asked = [job(f"SELECT ?s {{ ?s ex:number {number} }}", format_name="csv") for number in range(30)]
        answers = await asyncio.gather(*(answer(pool, one) for one in asked))
        return answers, len(workers())

    answers, worker_count = run(folder, ask, Limits(seconds=20, workers=3))

    assert [one.decode().split()[1] for one in answers] == [f"http://example.org/{number}" for number in range(30)]
    assert worker_count <= 3 + 1  # a spare one


def test_closing_leaves_no_process_behind(folder: Path) -> None:
    async def ask() -> tuple[list[int], bool]:
        nursery = Nursery()
        pool = Pool(folder, Limits(seconds=30, workers=3), nursery)
        await asyncio.gather(*(subjects(pool) for _ in range(3)))
        started = workers() + nurseries()
        await pool.close()
        await nursery.close()
        return started, await gone(started)

    started, are_gone = asyncio.run(ask())

    assert len(started) > 1
    assert are_gone


def test_closing_ends_a_query_that_runs(folder: Path) -> None:
    async def ask() -> tuple[list[int], bool]:
        nursery = Nursery()
        pool = Pool(folder, Limits(seconds=30, workers=1), nursery)
        runaway = asyncio.create_task(answer(pool, job(RUNAWAY)))
        await at_work()
        started = workers() + nurseries()
        await pool.close()
        with pytest.raises(EngineError):
            await runaway
        await nursery.close()
        return started, await gone(started)

    started, are_gone = asyncio.run(ask())

    assert len(started) > 1
    assert are_gone


def test_workers_end_with_the_process_that_started_them(folder: Path) -> None:
    """Also when that one is killed and can clean up nothing."""
    code = (
        "import asyncio, sys; from pathlib import Path; from graph.engine.pool import Pool\n"
        "from graph.limits import Limits\n"
        "from graph.engine.workers import Nursery\n"
        "from tests.graph.engine.test_pool import subjects, workers, nurseries\n"
        "async def ask():\n"
        "    await subjects(Pool(Path(sys.argv[1]), Limits(), Nursery()))\n"
        "    print(*workers(), *nurseries(), flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(ask())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    with process:
        assert process.stdout is not None
        started = [int(pid) for pid in process.stdout.readline().split()]
        process.kill()
        process.wait()

        are_gone = asyncio.run(gone(started))

    assert len(started) > 1
    assert are_gone


def test_a_folder_without_a_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        run(tmp_path, subjects)


def test_a_graph_that_is_no_iri_is_an_error_and_costs_no_worker(folder: Path) -> None:
    async def ask(pool: Pool) -> tuple[list[int], list[int]]:
        await subjects(pool)
        before = workers()
        with pytest.raises(EvaluationError):
            await answer(pool, Job(QUICK, "json", {}, ("not an iri",)))
        await subjects(pool)
        return before, workers()

    before, after = run(folder, ask)

    assert set(before) <= set(after)


def test_the_tally_tells_what_runs_and_what_waits(folder: Path) -> None:
    async def watch(pool: Pool) -> tuple[int, int]:
        tasks = [asyncio.create_task(answer(pool, job(text))) for text in (RUNAWAY, QUICK)]
        await at_work()
        seen = pool.tally.running, pool.tally.waiting
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return seen

    assert run(folder, watch) == (1, 1)


def test_the_tally_tells_what_ended_workers_and_pools_may_share_it(folder: Path) -> None:
    tally = Tally()

    async def end_some() -> None:
        nursery = Nursery()
        for text, limits in ((RUNAWAY, Limits(seconds=0.3)), (HUNGRY, Limits(memory_bytes=64 << 20))):
            pool = Pool(folder, limits, nursery, tally)
            with suppress(QueryTimeoutError, QueryMemoryError):
                await answer(pool, job(text))
            await pool.close()
        pool = Pool(folder, Limits(), nursery, tally)
        task = asyncio.create_task(answer(pool, job(RUNAWAY)))
        await at_work()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await pool.close()
        await nursery.close()

    asyncio.run(end_some())

    assert tally == Tally(ended={"deadline": 1, "memory": 1, "client": 1, "crash": 0})
