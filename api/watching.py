"""``serve --watch``: what changes in the folder of documents is published within about a second.

The folder is looked at by the system, publication happens in the process that writes, and requests wait for neither.
What a document says wrong is told in the log, in its author's words.
"""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fastapi.concurrency import run_in_threadpool
from watchfiles import Change, awatch

from api.serving import Serving
from graph.errors import GraphError
from graph.kinds import KINDS
from graph.report import Recurrence, Report
from graph.report_formats.text import line
from graph.writer import Writer
from graph.writes import Author, Refresh

LOGGER: Final = logging.getLogger("cloudindex.watch")
# Changes that come one after another are published together: after so much silence, and not later than that.
SILENCE_MS: Final = 60
TOGETHER_MS: Final = 600
# A file that is still being written is waited for: so often, and for so long at most.
LOOK_SECONDS: Final = 0.05
MOST_LOOKS: Final = 10
GUARD_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
# From that many failures in a row on, files are looked at again and again, in place of waiting for word of them.
POLLING_AFTER: Final = 3
MOST_TOLD: Final = 20

Touched = tuple[str, ...] | None


@dataclass(slots=True)
class Watching:
    """Watches the folder *data* until it is cancelled.

    Attributes:
        state: The folder of what is built, which may lie within the other.
        trouble: Why changes are not seen, or not published, now; empty where they are.
    """

    data: Path
    state: Path
    writer: Writer
    serving: Serving
    trouble: str = ""
    _failures: int = 0
    _task: asyncio.Task[None] | None = field(default=None)

    def start(self) -> None:
        """Begin; should it end by itself, the service ends too, rather than pretend."""
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(_end_service)

    async def close(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.remove_done_callback(_end_service)
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._watch()
            except (GraphError, OSError, RuntimeError) as error:
                await self._recover(error)

    async def _recover(self, error: Exception) -> None:
        """Say what is wrong, once, and wait: longer each time, but for a folder that may come back at any moment."""
        if not self.data.is_dir():
            self._complain("the folder is not there; what was published is still served until it is.")
            return await asyncio.sleep(GUARD_SECONDS)
        self._failures += 1
        reason = f"{error.strerror}." if isinstance(error, OSError) and error.strerror else str(error)
        self._complain(f"{reason} It is tried again; what was published is still served.")
        return await asyncio.sleep(min(2.0 ** (self._failures - 1), LONGEST_PAUSE_SECONDS))

    def _complain(self, trouble: str) -> None:
        if trouble != self.trouble:
            LOGGER.error("watching %s: %s", self.data, trouble)
        self.trouble = trouble

    async def _watch(self) -> None:
        """Publish what changes, until the folder is another one.

        Raises:
            GraphError: It could not be published.
            OSError, RuntimeError: The folder is not there, or cannot be watched.
        """
        stop, identity = asyncio.Event(), _identity(self.data)
        guard = asyncio.create_task(self._guard(identity, stop))
        try:
            async for touched in self._changes(stop):
                await self._publish(touched)
                if self.trouble:
                    LOGGER.warning("watching %s: all is well again", self.data)
                self.trouble, self._failures = "", 0
        finally:
            stop.set()
            guard.cancel()

    async def _guard(self, identity: tuple[int, int], stop: asyncio.Event) -> None:
        """Set *stop* when another folder has taken the place of the one that is watched."""
        while not stop.is_set():
            await asyncio.sleep(GUARD_SECONDS)
            with suppress(OSError):
                if _identity(self.data) == identity:
                    continue
            stop.set()

    async def _changes(self, stop: asyncio.Event) -> AsyncIterator[Touched]:
        """Yield what may have changed; first everything, for nobody has looked until now."""
        changes = awatch(
            self.data.absolute(),
            watch_filter=self._matters,
            debounce=TOGETHER_MS,
            step=SILENCE_MS,
            stop_event=stop,
            rust_timeout=1000,
            yield_on_timeout=True,  # so that what changed while the watch began is seen after a second
            force_polling=self._failures >= POLLING_AFTER or None,
            ignore_permission_denied=True,
        )
        is_first = True
        async for found in changes:
            if is_first or found:
                paths = [path for _, path in found]
                await _settled(paths)
                yield None if is_first else self._touched(paths)
            is_first = False

    def _touched(self, paths: Collection[str]) -> Touched:
        """Return *paths*; nothing where one leads elsewhere, so that more may have changed than they say."""
        above = f"{self.data.absolute()}{os.sep}"
        is_plain = all(path.startswith(above) and not Path(path).is_symlink() for path in paths)
        return tuple(paths) if is_plain else None

    def _matters(self, _change: Change, name: str) -> bool:
        """Return whether a change of *name* may be one of a document; editors leave other files beside them."""
        path = Path(name)
        if path.is_relative_to(self.state.absolute()):
            return False
        if path.is_symlink():
            return True
        with suppress(ValueError):
            if any(part.startswith(".") for part in path.relative_to(self.data.absolute()).parts):
                return False
        return path.suffix.lower() in KINDS or not (path.is_file() or name.endswith("~"))

    async def _publish(self, touched: Touched) -> None:
        before = self.serving.current.index.generation.id
        written = await self.writer.perform(Refresh(self.data, touched), Author())
        if written.generation <= before:
            return
        await self.serving.refresh(written.generation)
        generation = self.serving.current.index.generation
        if generation.id == written.generation:
            names = ", ".join(generation.manifest.cause.documents[:MOST_TOLD]) or "nothing"
            LOGGER.info("generation %d is published: %s changed", generation.id, names)
            _tell(await run_in_threadpool(generation.full_report))


def _tell(report: Report) -> None:
    """Say in the log what is new, and what was fixed."""
    new = [entry.problem for entry in report.entries if entry.status is Recurrence.NEW]
    for problem in new[:MOST_TOLD]:
        LOGGER.warning("%s", line(problem), extra={"verdict": problem})
    for problem in report.fixed[:MOST_TOLD]:
        LOGGER.info("%s", line(problem, "fixed "))
    more = max(0, len(new) - MOST_TOLD) + max(0, len(report.fixed) - MOST_TOLD)
    if more:
        LOGGER.info("and %d more, at /api/validation", more)


async def _settled(paths: Collection[str]) -> None:
    """Return when the files at *paths* have stopped growing; one that is empty may be about to be filled."""
    looked = _sizes(paths)
    for _ in range(MOST_LOOKS):
        await asyncio.sleep(LOOK_SECONDS)
        again = _sizes(paths)
        if again == looked and all(size for size, _ in again.values()):
            return
        looked = again


def _sizes(paths: Collection[str]) -> dict[str, tuple[int, int]]:
    found = {}
    for path in paths:
        with suppress(OSError):
            status = Path(path).stat()
            found[path] = status.st_size, status.st_mtime_ns
    return found


def _identity(folder: Path) -> tuple[int, int]:
    """Return what tells a folder from others of its name.

    Raises:
        OSError: There is none.
    """
    status = folder.stat()
    return status.st_dev, status.st_ino


def _end_service(task: "asyncio.Task[None]") -> None:
    if not task.cancelled():
        LOGGER.critical("watching has failed, and the service ends", exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)
