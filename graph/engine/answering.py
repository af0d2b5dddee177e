"""One query on one worker, from the job to the last piece of its answer, within its limits of time and memory."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import orjson

from graph.engine.channel import Expired, Lost
from graph.engine.jobs import Job, WalkJob
from graph.engine.worker import END, PIECE
from graph.engine.workers import Worker, resident_bytes
from graph.errors import (
    EngineError,
    EvaluationError,
    FormatLimitError,
    GraphError,
    QueryMemoryError,
    QueryRefusedError,
    QueryRowsError,
    QuerySyntaxError,
    QueryTimeoutError,
    UnwritableError,
    revived,
)
from graph.exports.exporting import ExportJob
from graph.limits import Limits

MEMORY_WATCH_SECONDS: Final = 0.1
# A worker that is gone as soon as it is asked had died before; its query is asked of another.
AT_REST_SECONDS: Final = 0.1


class Home(Protocol):
    """Where workers come from and go back to."""

    async def take(self, *, is_new: bool = False) -> Worker:
        """Return a worker that does nothing; a new one, where those at rest may be gone."""
        ...

    def give_back(self, worker: Worker, *, is_good: bool, ended_by: str = "") -> None:
        """Take *worker* back; end it unless it is good for another query, and note what ended it."""
        ...

    def end_turn(self) -> None:
        """Let the next query have its turn."""
        ...

    @property
    def confirm(self) -> Callable[[], Awaitable[None]] | None:
        """What raises where what was answered may not be of this generation."""
        ...


@dataclass(slots=True)
class Answering:
    """The answer to a query while it comes: read it to its end, or leave the ``with`` block.

    It holds its worker until then, and no longer than its time, however slowly it is read.

    Attributes:
        seconds: How long it may take.
        deadline: When that time is over, by the clock of the loop.
    """

    job: Job | WalkJob | ExportJob
    worker: Worker
    limits: Limits
    seconds: float
    home: Home
    deadline: float = 0.0
    _has_begun: bool = False
    _is_over: bool = False
    _has_wanted_too_much: bool = False
    _watch: asyncio.TimerHandle | None = None

    def __post_init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.deadline = loop.time() + self.seconds
        if isinstance(self.job, Job):
            self.job = replace(self.job, seconds=self.seconds)
        self.worker.channel.write(self.job.to_bytes())
        self._watch_on(loop)

    def __enter__(self) -> "Answering":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._end(is_good=False, ended_by="client")  # whatever else ends it has said so before

    async def read(self) -> bytes:
        """Return the next piece; an empty one is the end.

        Raises:
            QuerySyntaxError: The query does not parse.
            QueryRefusedError: It asks another service, or is too deeply nested.
            QueryTimeoutError, QueryMemoryError, QueryRowsError: It wanted more than it may have.
            EngineError: The worker failed.
        """
        while True:
            try:
                kind, content = await self.worker.channel.frame()
            except Expired as error:
                raise QueryTimeoutError(self.seconds) from error
            except Lost as error:
                await self._replace(error)
                continue
            if kind == PIECE:
                self._has_begun = True
                return content
            if kind == END:
                self._end(is_good=True)
                if self.home.confirm is not None:
                    await self.home.confirm()
                return b""
            raise self._failed(**orjson.loads(content))

    async def gather(self, most_bytes: int) -> tuple[bytes, bool]:
        """Return what comes first, and whether that is all; it goes beyond *most_bytes* by less than a piece."""
        gathered = await self.read()
        if not gathered:
            return b"", True
        pieces, size_bytes = [gathered], len(gathered)
        while size_bytes <= most_bytes:
            piece = await self.read()
            if not piece:
                return b"".join(pieces), True
            pieces.append(piece)
            size_bytes += len(piece)
        return b"".join(pieces), False

    def _end(self, *, is_good: bool, ended_by: str = "") -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._watch is not None:
            self._watch.cancel()
        self.home.give_back(self.worker, is_good=is_good, ended_by=ended_by)
        self.home.end_turn()

    def _watch_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look again in a moment, or at the deadline where that comes first; most queries are over before."""
        self._watch = loop.call_at(min(self.deadline, loop.time() + MEMORY_WATCH_SECONDS), self._look)

    def _look(self) -> None:
        """End the worker where the time is over, or where it has grown too much."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self.deadline:
            self.worker.channel.expire()  # who reads the answer may be waiting for something else
            self._end(is_good=False, ended_by="deadline")
            return
        grown_bytes = resident_bytes(self.worker.pid) - self.worker.resident_bytes
        if grown_bytes > self.limits.memory_bytes:  # the limit where no other is enforced
            self._has_wanted_too_much = True
            self.worker.kill()
            return
        self._watch_on(loop)

    async def _replace(self, error: Exception) -> None:
        """Ask another worker, if the one that is gone had died at rest.

        Raises:
            GraphError: It had not: what it died of.
        """
        gone, began = self.worker, self.deadline - self.seconds
        is_at_rest = not self._has_begun and asyncio.get_running_loop().time() - began < AT_REST_SECONDS
        code = await gone.exit_code()
        if self._has_wanted_too_much or code == -signal.SIGABRT:  # the engine aborts when it gets no more memory
            self._end(is_good=False, ended_by="memory")
            raise QueryMemoryError(self.limits.memory_bytes) from error
        if code == -signal.SIGSEGV:  # its stack has an end, too
            self._end(is_good=False, ended_by="crash")
            raise QueryRefusedError("The query is too deeply nested for the engine.") from error
        if not is_at_rest:
            self._end(is_good=False, ended_by="crash")
            raise EngineError(f"The worker of this query ended (code {code}).") from error
        self.home.give_back(gone, is_good=False, ended_by="crash")
        another = await self.home.take(is_new=True)
        if self._is_over:
            self.home.give_back(another, is_good=True)
            raise QueryTimeoutError(self.seconds) from error
        self.worker, self._has_begun = another, True  # there is no third time
        another.channel.write(self.job.to_bytes())

    def _failed(self, kind: str, message: str, facts: Any) -> GraphError:
        """Return a worker's word on why there is no answer as an error; the worker has lived through most of them."""
        self._end(is_good=kind != "memory", ended_by="memory")
        return FAILURES[kind](message, facts, self.limits)


def _syntax(message: str, facts: Any, _limits: Limits) -> GraphError:
    line, column, word, suggestions = facts
    return QuerySyntaxError(message, line=line, column=column, word=word, suggestions=suggestions)


# What a worker says, and what is raised for it.
FAILURES: Final[Mapping[str, Callable[[str, Any, Limits], GraphError]]] = {
    "syntax": _syntax,
    "refused": lambda message, _facts, _limits: QueryRefusedError(message),
    "memory": lambda _message, _facts, limits: QueryMemoryError(limits.memory_bytes),
    "rows": lambda _message, _facts, limits: QueryRowsError(limits.rows),
    "unwritable": lambda message, _facts, _limits: UnwritableError(message),
    "format": lambda message, facts, _limits: FormatLimitError(message, *facts),
    "engine": lambda message, _facts, _limits: EvaluationError(f"The query failed: {message}."),
    "server": lambda message, facts, _limits: revived(facts[0], message, facts[1]),
}
