"""Worker processes that answer the queries people write: each can be killed, and none waits for another.

Starts and ends processes.  A worker is busy with one query at a time; a spare one is kept ready, so that killing
one costs the next caller nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graph.engine.answering import Answering
from graph.engine.jobs import Job, WalkJob
from graph.engine.nursery import Order
from graph.engine.workers import Nursery, Worker
from graph.errors import BusyError, EngineError
from graph.exports.exporting import ExportJob
from graph.limits import Limits


@dataclass(slots=True)
class Tally:
    """What goes on in a pool, or in several that share it: how much now, and how often so far.

    Attributes:
        waiting: Queries that wait for their turn.
        running: Queries that have a worker.
        alive: Workers, idle ones included.
        ended: Workers that were ended, or ended by themselves, by what ended them: ``deadline``, ``memory``,
            ``client`` (who asked has gone) or ``crash``.
    """

    waiting: int = 0
    running: int = 0
    alive: int = 0
    ended: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("deadline", "memory", "client", "crash"), 0))


@dataclass(slots=True)
class Pool:
    """The workers of one generation; they start when they are first needed.

    Attributes:
        folder: That of the generation's store, or of the generation where the triples are on a server.
        nursery: What forks the workers; pools share it, and it outlives them.
        server: That server as JSON, for workers.
        confirm: Raises where what was answered may not be of this generation; nothing does so without it.
        admit: Raises where the server is known not to answer.
    """

    folder: Path
    limits: Limits
    nursery: Nursery
    tally: Tally = field(default_factory=Tally)
    server: str = ""
    confirm: Callable[[], Awaitable[None]] | None = None
    admit: Callable[[], None] = lambda: None
    _idle: list[Worker] = field(default_factory=list)
    _workers: set[Worker] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _turn: asyncio.Semaphore = field(init=False)
    _waiting: int = 0
    _asked: int = 0
    _at_rest: asyncio.Event = field(default_factory=asyncio.Event)
    _is_retired: bool = False
    _is_closed: bool = False

    def __post_init__(self) -> None:
        self._turn = asyncio.Semaphore(self.limits.workers)
        self._at_rest.set()

    async def ask(self, job: Job | WalkJob | ExportJob, *, seconds: float | None = None) -> Answering:
        """Return the answer to *job* as it comes, to be used in a ``with`` block.

        Raises:
            BusyError: Too many queries wait already.
            EngineError: No worker could be started, or the pool is closed.
            EngineUnavailableError: It is a query, and the server is known not to answer.
        """
        if isinstance(job, Job):
            self.admit()
        self._asked += 1
        self._at_rest.clear()
        try:
            await self._wait_for_turn()
        except BaseException:
            self._go()
            raise
        self.tally.running += 1
        try:
            worker = await self.take()
            return Answering(job, worker, self.limits, min(seconds or self.limits.seconds, self.limits.seconds), self)
        except BaseException:
            self.end_turn()
            raise

    async def answer(self, job: Job | WalkJob | ExportJob, *, seconds: float | None = None) -> AsyncIterator[bytes]:
        """Yield the answer to *job*, piece by piece.

        Raises:
            GraphError: As `ask` and `Answering.read` do.
        """
        with await self.ask(job, seconds=seconds) as answering:
            while piece := await answering.read():
                yield piece

    def retire(self) -> None:
        """Keep no worker any longer: idle ones end now, busy ones with their answer.

        Whoever holds a retired pool may still ask it; a worker is then forked for that one query.
        """
        self._is_retired = True
        for task in self._tasks:
            task.cancel()
        while self._idle:
            self.give_back(self._idle.pop(), is_good=False)

    async def drained(self) -> None:
        """Return once no query runs or waits; a retired pool has no worker then."""
        while self._asked:
            await self._at_rest.wait()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """End every worker of this pool, and what it is doing."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self._workers:
            worker.kill()
        self.tally.alive -= len(self._workers)
        self._workers.clear()
        self._idle.clear()

    async def take(self, *, is_new: bool = False) -> Worker:
        """Return a worker that does nothing, and see to it that there is a spare one.

        Args:
            is_new: Whether none of those at rest is to be trusted: whatever ended one may have ended others.
        """
        while self._idle and (is_new or self._idle[-1].is_gone):
            self.give_back(self._idle.pop(), is_good=False, ended_by="crash")
        worker = self._idle.pop() if self._idle else await self._born()
        if not self._idle and not self._tasks and len(self._workers) <= self.limits.workers:
            self._add_a_spare()
        return worker

    def give_back(self, worker: Worker, *, is_good: bool, ended_by: str = "") -> None:
        """Take *worker* back; end it unless it is good for another query, and note what ended it."""
        if is_good and not self._is_closed and not self._is_retired:
            self._idle.append(worker)
            return
        if worker in self._workers:
            self._workers.discard(worker)
            self.tally.alive -= 1
            if ended_by and not is_good:
                self.tally.ended[ended_by] += 1
        worker.kill()

    def end_turn(self) -> None:
        """Let the next query have its turn."""
        self.tally.running -= 1
        self._turn.release()
        self._go()

    def _go(self) -> None:
        self._asked -= 1
        if self._asked == 0:
            self._at_rest.set()

    async def _wait_for_turn(self) -> None:
        if self._turn.locked() and self._waiting >= self.limits.waiting:
            raise BusyError(self._waiting)
        self._waiting += 1
        self.tally.waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
            self.tally.waiting -= 1

    async def _born(self) -> Worker:
        if self._is_closed:
            raise EngineError("The workers of this generation have ended.")
        worker = await self.nursery.fork(self._order())
        self._workers.add(worker)
        self.tally.alive += 1
        return worker

    def _order(self) -> Order:
        return Order(str(self.folder.resolve()), self.limits.memory_bytes, self.limits.rows, self.server)

    def _add_a_spare(self) -> None:
        """Have a worker born while others work, one at a time."""

        async def bear() -> None:
            with suppress(EngineError):
                self.give_back(await self._born(), is_good=True)

        if not self._is_closed and not self._is_retired:
            task = asyncio.create_task(bear())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
