"""A graph that lives on a server: whether the server answers, and what other copies of the service have published.

Every second each of its replicas is asked for nothing, and the pointer for the newest generation.  One that is newer
is fetched by a process of its own, and served once all that answers come from is there.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from fastapi.concurrency import run_in_threadpool

from api.serving import Serving
from graph.errors import GraphError
from graph.plain_elsewhere import PlainElsewhere
from graph.replication import Elsewhere
from graph.writer import Writer
from graph.writes import Author, Follow

LOGGER: Final = logging.getLogger("cloudindex.server")
LOOK_SECONDS: Final = 1.0


@dataclass(slots=True)
class Following:
    """Follows what is on a server until it is closed.

    Attributes:
        writer: Fetches generations.
        trouble: Why the server does not answer now; empty where it does.
        behind: Why what is newest there cannot be fetched; empty where it is served, or on its way.
    """

    home: Elsewhere | PlainElsewhere
    writer: Writer
    serving: Serving
    trouble: str = ""
    behind: str = ""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _fetching: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._probe())]
        if isinstance(self.home, Elsewhere):
            self._tasks.append(asyncio.create_task(self._follow(self.home)))

    async def close(self) -> None:
        """Stop."""
        for task in (*self._tasks, *([self._fetching] if self._fetching else ())):
            task.cancel()
            with suppress(asyncio.CancelledError, GraphError, OSError):
                await task
        await self.writer.close(at_once=True)

    def told(self) -> str:
        """Return how the replicas are, in words."""
        states = self.home.client.replicas.states()
        good = sum(1 for state in states if state.is_open_for_reads)
        return f"{good} of {len(states)} query endpoints answer"

    async def _follow(self, home: Elsewhere) -> None:
        """Look at the pointer all the time, also while a generation is fetched: that is why answers are believed."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                pointer = await run_in_threadpool(home.sight.look)
            except (GraphError, OSError) as error:
                self._complain(str(error))
                self.behind = ""  # nobody knows what is newest
                continue
            is_newer = pointer.generation > self.serving.current.index.generation.id
            if is_newer and (self._fetching is None or self._fetching.done()):
                self._fetching = asyncio.create_task(self._fetch(pointer.generation))
            self._complain("")

    async def _fetch(self, generation: int) -> None:
        try:
            await self.writer.perform(Follow(), Author())
            await self.serving.refresh()
        except (GraphError, OSError) as error:
            behind = f"generation {generation} cannot be fetched: {error}"
            if behind != self.behind:
                LOGGER.error("the server of the graph: %s", behind)
            self.behind = behind
        else:
            self.behind = ""

    async def _probe(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for state in self.home.client.replicas.states():
                with suppress(GraphError):
                    await run_in_threadpool(self.home.client.check, state.url)

    def _complain(self, trouble: str) -> None:
        if trouble and trouble != self.trouble:
            LOGGER.error("the server of the graph: %s", trouble)
        elif self.trouble and not trouble:
            LOGGER.warning("the server of the graph: all is well again")
        self.trouble = trouble
