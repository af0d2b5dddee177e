"""What is served: the newest generation, opened, and earlier ones while someone asks for them.

A question begun on one generation ends on it.  The service looks every second whether another process has published.
"""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import IO, Final

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import State

from api.cache import Cache
from api.settings import Settings
from graph.engine.gateway import Gateway
from graph.engine.generations import find_generation, newest_id
from graph.engine.pool import Pool
from graph.engine.workers import Nursery
from graph.errors import GenerationGoneError, GraphError, NoHistoryError, ParameterError
from graph.home import Home
from graph.index import Index, open_generation
from graph.iris import Iris
from graph.limits import Limits
from graph.report import Report
from graph.vocabulary import Vocabulary

LOOK_SECONDS: Final = 1.0
# Earlier generations that are held open at a time, each with one worker at most and a small cache.
MOST_EARLIER: Final = 2
EARLIER_CACHE_BYTES: Final = 4 << 20
# How long a generation is kept from deletion after cursors into its lists were given, and how many at a time.
CURSOR_SECONDS: Final = 600.0
MOST_PROMISED: Final = 200


@dataclass(slots=True)
class Served:
    """A generation with all that answers from it.

    Attributes:
        held: Keeps the generation from being deleted.
        has_given_cursors: Whether someone was told where to go on in one of its lists.
    """

    index: Index
    pool: Pool
    cache: Cache
    held: IO[bytes]
    has_given_cursors: bool = False
    _report: Report | None = None

    def report(self) -> Report:
        """Return what was found when the generation was made; it is read when it is first asked for."""
        if self._report is None:
            self._report = self.index.generation.full_report()
        return self._report

    async def release(self) -> None:
        """Let questions that have begun come to their end, and then let go of the generation."""
        self.pool.retire()
        await self.pool.drained()
        await self.pool.close()
        self.close()

    def close(self) -> None:
        """Let go of the generation."""
        self.index.derived.close()
        self.held.close()


@dataclass(slots=True)
class Serving:
    """Keeps the generations that are served; belongs to one service."""

    app: FastAPI
    settings: Settings
    first: Index
    home: Home
    nursery: Nursery = field(init=False)
    gateway: Gateway = field(init=False)
    current: Served = field(init=False)
    _earlier: OrderedDict[int, Served] = field(default_factory=OrderedDict)
    _promised: OrderedDict[int, tuple[IO[bytes], float]] = field(default_factory=OrderedDict)
    _switching: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _watching: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.nursery = Nursery(is_networked=self.settings.engine != "embedded")
        self.gateway = Gateway(self.nursery, self.settings.federation(), self.settings.query_seconds)

    def start(self) -> None:
        """Begin to serve, and to look for newer generations."""
        self._serve(self._served(self.first, self.settings.limits(), self.settings.cache_bytes))
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """End every worker."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for served in (self.current, *self._earlier.values()):
            await served.pool.close()
            served.close()
        for number in list(self._promised):
            self._break_promise(number)
        await self.gateway.close()
        await self.nursery.close()

    async def refresh(self, number: int | None = None) -> None:
        """Serve the newest generation, if that is not what is served; *number* is one that must be."""
        newest = number if number is not None else await run_in_threadpool(newest_id, self.settings.state)
        async with self._switching:
            if newest <= self.current.index.generation.id:
                return
            index = await run_in_threadpool(self._open, newest)
            old = self.current
            self._serve(self._served(index, self.settings.limits(), self.settings.cache_bytes))
            self._later(old)

    async def at(self, number: int) -> Served:
        """Return the generation *number*, opened.

        Raises:
            GenerationGoneError, UnknownGenerationError: It is not there.
        NoHistoryError: Only the newest one answers here.
        """
        if number == self.current.index.generation.id:
            return self.current
        if self.settings.engine != "embedded":
            raise NoHistoryError(number)
        async with self._switching:
            known = self._earlier.get(number)
            if known is not None and not known.index.generation.folder.is_dir():  # purged: nobody is to see it again
                self._later(self._earlier.pop(number))
            if number not in self._earlier:
                index = await run_in_threadpool(self._open, number)
                limits = replace(self.settings.limits(), workers=1)
                self._earlier[number] = self._served(index, limits, EARLIER_CACHE_BYTES)
            self._earlier.move_to_end(number)
            while len(self._earlier) > MOST_EARLIER:
                self._later(self._earlier.popitem(last=False)[1])
            return self._earlier[number]

    def _open(self, number: int) -> Index:
        vocabulary: Vocabulary = self.first.vocabulary
        iris: Iris = self.first.iris
        generation = find_generation(Path(self.settings.state), number)
        return open_generation(generation, vocabulary, iris, self.home.reader(generation))

    def _served(self, index: Index, limits: Limits, cache_bytes: int) -> Served:
        held = index.generation.hold()
        budget_bytes = 0 if self.settings.shared_writers else cache_bytes  # others change what was answered
        return Served(index, self._pool(index, limits), Cache(budget_bytes), held)

    def _pool(self, index: Index, limits: Limits) -> Pool:
        at = self.home.quarters(index.generation)
        return Pool(at.folder, limits, self.nursery, self.app.state.tally, at.server, at.confirm, at.admit)

    def _serve(self, served: Served) -> None:
        self.current = served
        state = self.app.state
        state.index, state.pool, state.cache = served.index, served.pool, served.cache

    def _promise(self, served: Served) -> None:
        """Keep a generation on disk for those who have cursors into its lists."""
        number = served.index.generation.id
        self._break_promise(number)
        with suppress(GenerationGoneError):
            self._promised[number] = served.index.generation.hold(), monotonic() + CURSOR_SECONDS

    def _break_promise(self, number: int) -> None:
        promise = self._promised.pop(number, None)
        if promise is not None:
            promise[0].close()

    def _forget_promises(self) -> None:
        """Let go of the generations whose time is over, and of the oldest where there are too many."""
        over = [number for number, (_, until) in self._promised.items() if until < monotonic()]
        many = list(self._promised)[: max(0, len(self._promised) - MOST_PROMISED)]
        for number in (*over, *many):
            self._break_promise(number)

    def _later(self, served: Served) -> None:
        if served.has_given_cursors:
            self._promise(served)
        task = asyncio.create_task(served.release())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._forget_promises()
            with suppress(GraphError, OSError):
                await self.refresh()


async def served_for(state: State, number: int | None) -> Served:
    """Return the generation that a request asks for; without a number the newest."""
    serving: Serving = state.serving
    return serving.current if number is None else await serving.at(number)


def generation_number(text: str) -> int:
    """Return the number of a generation, as a parameter has it.

    Raises:
        ParameterError: It is none.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ParameterError("at", text, "the number of a generation is expected; /api/generations lists them.")
    return int(text)
