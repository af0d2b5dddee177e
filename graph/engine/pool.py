"""Worker processes that answer the queries people write: each can be killed, and none waits for another.

Starts and ends processes.  A worker is busy with one query at a time; a spare one is kept ready, so that killing
one costs the next caller nothing.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graph.engine.gateway import Federation, Gateway
from graph.engine.worker import Job
from graph.engine.workers import Nursery, QueryFailure, Worker, resident_bytes
from graph.errors import (
    BusyError,
    EngineError,
    GraphError,
    QueryMemoryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
)
from graph.federation import Call

MEMORY_WATCH_SECONDS: Final = 0.1
# A worker that is gone as soon as it is asked had died before; its query is asked of another.
AT_REST_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may take.

    Attributes:
        seconds: From the moment a worker has it to the end of its answer.
        memory_bytes: Above what a worker has after opening the store.
        workers: How many queries run at the same time.
        waiting: How many more may wait for their turn.
    """

    seconds: float = 30.0
    memory_bytes: int = 1 << 30
    workers: int = 2
    waiting: int = 64


@dataclass(slots=True)
class Pool:
    """The workers of one generation; they start when they are first needed."""

    folder: Path
    limits: Limits
    federation: Federation = field(default_factory=Federation)
    _nursery: Nursery = field(init=False)
    _gateway: Gateway = field(init=False)
    _idle: list[Worker] = field(default_factory=list)
    _workers: dict[int, Worker] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _turn: asyncio.Semaphore = field(init=False)
    _waiting: int = 0
    _is_closed: bool = False

    def __post_init__(self) -> None:
        self._turn = asyncio.Semaphore(self.limits.workers)
        self._nursery = Nursery(self.folder, self.limits.memory_bytes)
        self._gateway = Gateway(self._nursery, self.federation, self.limits.seconds)

    async def answer(
        self, job: Job, calls: Sequence[Call] = (), *, seconds: float | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the answer to *job*, piece by piece.

        Args:
            calls: The other services that it asks, as `find_calls` has found them.

        Raises:
            BusyError: Too many queries wait already.
            QuerySyntaxError: The query does not parse.
            QueryRefusedError: It asks a service that is not among *calls*.
            RemoteServiceError: A service gave no answer.
            QueryTimeoutError, QueryMemoryError: It wanted more than it may have.
            EngineError: The worker failed.
        """
        seconds = min(seconds or self.limits.seconds, self.limits.seconds)
        await self._wait_for_turn()
        try:
            pieces = self._asking_others(job, calls, seconds) if calls else self._on_a_worker(job, seconds)
            async with aclosing(pieces):  # type: ignore[type-var]
                async for piece in pieces:
                    yield piece
        finally:
            self._turn.release()

    async def close(self) -> None:
        """End every worker."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self._workers.values():
            worker.kill()
        self._workers.clear()
        self._idle.clear()
        await self._gateway.close()
        await self._nursery.close()

    async def _wait_for_turn(self) -> None:
        if self._turn.locked() and self._waiting >= self.limits.waiting:
            raise BusyError(self._waiting)
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1

    async def _asking_others(self, job: Job, calls: Sequence[Call], seconds: float) -> AsyncIterator[bytes]:
        async with self._gateway.open(calls) as passage:
            try:
                async for piece in self._on_a_worker(passage.lead(job), seconds):
                    yield piece
            except EngineError as error:
                raise await passage.explained(error) from error
            failure = await passage.failure()
            if failure is not None:  # the engine passes over one inside FILTER EXISTS
                raise failure

    async def _on_a_worker(self, job: Job, seconds: float, *, again: bool = True) -> AsyncIterator[bytes]:
        now = asyncio.get_running_loop().time
        worker, began, is_done = await self._take(), now(), False
        watch = _MemoryWatch(worker, self.limits.memory_bytes)
        has_begun = False
        try:
            with watch:
                async for piece in worker.ask(job, deadline=began + seconds):
                    has_begun = True
                    yield piece
            is_done = True
        except TimeoutError as error:
            raise QueryTimeoutError(seconds) from error
        except QueryFailure as failure:
            is_done = failure.kind != "memory"
            raise self._translated(failure) from failure
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError) as error:
            died_at_rest = again and not has_begun and now() - began < AT_REST_SECONDS
            code = await self._nursery.exit_code(worker)
            if watch.has_tripped or code == -signal.SIGABRT:  # the engine aborts when it gets no more memory
                raise QueryMemoryError(self.limits.memory_bytes) from error
            if code == -signal.SIGSEGV:  # its stack has an end, too
                raise QueryRefusedError("The query is too deeply nested for the engine.") from error
            if not died_at_rest:
                raise EngineError(f"The worker of this query ended (code {code}).") from error
        finally:
            self._give_back(worker, is_done=is_done)
        if not is_done:
            async for piece in self._on_a_worker(job, seconds, again=False):
                yield piece

    async def _take(self) -> Worker:
        while self._idle and self._idle[-1].is_gone:
            self._give_back(self._idle.pop(), is_done=False)
        worker = self._idle.pop() if self._idle else await self._born()
        if not self._idle and not self._tasks and len(self._workers) <= self.limits.workers:
            self._add_a_spare()
        return worker

    async def _born(self) -> Worker:
        worker = await self._nursery.fork()
        self._workers[worker.pid] = worker
        return worker

    def _add_a_spare(self) -> None:
        """Have a worker born while others work, one at a time."""

        async def bear() -> None:
            with suppress(EngineError):
                self._idle.insert(0, await self._born())

        if not self._is_closed:
            task = asyncio.create_task(bear())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _give_back(self, worker: Worker, *, is_done: bool) -> None:
        if is_done and not self._is_closed:
            self._idle.append(worker)
        else:
            self._workers.pop(worker.pid, None)
            worker.kill()

    def _translated(self, failure: QueryFailure) -> GraphError:
        if failure.kind == "syntax":
            line, column, word, suggestions = failure.facts
            return QuerySyntaxError(failure.message, line=line, column=column, word=word, suggestions=suggestions)
        if failure.kind == "refused":
            return QueryRefusedError(failure.message)
        if failure.kind == "memory":
            return QueryMemoryError(self.limits.memory_bytes)
        return EngineError(f"The query failed: {failure.message}.")


@dataclass(slots=True)
class _MemoryWatch:
    """Kills a worker whose resident size grows beyond the allowance: the limit where no other is enforced."""

    worker: Worker
    allowance_bytes: int
    has_tripped: bool = False
    _timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> "_MemoryWatch":
        self._look_later()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(MEMORY_WATCH_SECONDS, self._look)

    def _look(self) -> None:
        if resident_bytes(self.worker.pid) > self.worker.resident_bytes + self.allowance_bytes:
            self.has_tripped = True
            self.worker.kill()
        else:
            self._look_later()
