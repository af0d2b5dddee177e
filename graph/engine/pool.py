"""Worker processes that answer the queries people write: each can be killed, and none waits for another.

Starts and ends processes.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson

from graph.engine.worker import BEGIN, END, ERROR, FRAME, Job
from graph.errors import BusyError, EngineError, QueryMemoryError, QuerySyntaxError, QueryTimeoutError
from graph.sparql import explain

Value = TypeVar("Value")


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
class Worker:
    """A running worker process."""

    process: asyncio.subprocess.Process

    async def ask(self, job: Job, *, deadline: float) -> AsyncIterator[bytes]:
        """Yield the answer to *job*, piece by piece; an empty answer yields nothing.

        Each wait has the rest of the time until *deadline* (of the loop's clock): the pieces of one answer may be
        asked for by different tasks, so no time-out may span a yield.
        """
        assert self.process.stdin is not None
        self.process.stdin.write(job.to_bytes())
        await _before(deadline, self.process.stdin.drain())
        while True:
            kind, size_bytes = FRAME.unpack(await self._read(FRAME.size, deadline))
            content = await self._read(size_bytes, deadline)
            if kind == END:
                return
            if kind == ERROR:
                raise _Failed(orjson.loads(content))
            if kind != BEGIN:
                yield content

    async def _read(self, size_bytes: int, deadline: float) -> bytes:
        assert self.process.stdout is not None
        return await _before(deadline, self.process.stdout.readexactly(size_bytes))

    async def end(self) -> None:
        """Kill the process, wherever it is, and wait until it is gone."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


async def _before(deadline: float, awaited: Awaitable[Value]) -> Value:
    """Return what *awaited* gives, unless *deadline* comes first.

    Raises:
        TimeoutError: It came first.
    """
    return await asyncio.wait_for(awaited, max(0.0, deadline - asyncio.get_running_loop().time()))


class _Failed(Exception):  # noqa: N818  # it never leaves this file
    """A worker's word on why there is no answer."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(facts["message"])
        self.kind: str = facts["kind"]
        self.message: str = facts["message"]


@dataclass(slots=True)
class Pool:
    """The workers of one generation; they start when they are first needed."""

    folder: Path
    limits: Limits
    _idle: list[Worker] = field(default_factory=list)
    _workers: dict[int, Worker] = field(default_factory=dict)
    _turn: asyncio.Semaphore = field(init=False)
    _waiting: int = 0

    def __post_init__(self) -> None:
        self._turn = asyncio.Semaphore(self.limits.workers)

    async def answer(self, job: Job, *, seconds: float | None = None) -> AsyncIterator[bytes]:
        """Yield the answer to *job*, piece by piece.

        Raises:
            BusyError: Too many queries wait already.
            QuerySyntaxError: The query does not parse.
            QueryTimeoutError, QueryMemoryError: It wanted more than it may have.
            EngineError: The worker failed.
        """
        if self._waiting >= self.limits.waiting:
            raise BusyError(self._waiting)
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        try:
            async for piece in self._on_a_worker(job, min(seconds or self.limits.seconds, self.limits.seconds)):
                yield piece
        finally:
            self._turn.release()

    async def close(self) -> None:
        """End every worker."""
        for worker in list(self._workers.values()):
            await worker.end()
        self._workers.clear()
        self._idle.clear()

    async def _on_a_worker(self, job: Job, seconds: float) -> AsyncIterator[bytes]:
        worker = await self._take()
        is_done = False
        try:
            async for piece in worker.ask(job, deadline=asyncio.get_running_loop().time() + seconds):
                yield piece
            is_done = True
        except TimeoutError as error:
            raise QueryTimeoutError(seconds) from error
        except _Failed as failure:
            is_done = failure.kind != "memory"
            raise self._translated(failure, job) from failure
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError) as error:
            raise await self._why_it_died(worker) from error
        finally:
            await self._give_back(worker, is_done=is_done)

    async def _take(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
            self._workers.pop(worker.process.pid, None)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "graph.engine.worker",
            str(self.folder.resolve()),
            str(self.limits.memory_bytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=self.folder,
            start_new_session=True,  # a Ctrl-C ends the service, which then ends its workers
        )
        worker = Worker(process)
        self._workers[process.pid] = worker
        return worker

    async def _give_back(self, worker: Worker, *, is_done: bool) -> None:
        if is_done and worker.process.returncode is None:
            self._idle.append(worker)
        else:
            self._workers.pop(worker.process.pid, None)
            await worker.end()

    def _translated(self, failure: _Failed, job: Job) -> QuerySyntaxError | QueryMemoryError | EngineError:
        if failure.kind == "syntax":
            return explain(job.query, failure.message, job.prefixes)
        if failure.kind == "memory":
            return QueryMemoryError(self.limits.memory_bytes)
        return EngineError(f"The query failed: {failure.message}.")

    async def _why_it_died(self, worker: Worker) -> QueryMemoryError | EngineError:
        """Return the error for a worker that ended in the middle: it aborts when it gets no more memory."""
        code = await worker.process.wait()
        if code == -6:  # SIGABRT
            return QueryMemoryError(self.limits.memory_bytes)
        return EngineError(f"The worker of this query ended (code {code}).")
