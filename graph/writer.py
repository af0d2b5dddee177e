"""The service's side of its scribe: the queue of writes, and the limits of each.  Starts and ends a process.

Writers wait for one another; readers never wait for them.
"""

import asyncio
import pickle
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from graph.desk import Desk
from graph.engine.workers import resident_bytes
from graph.errors import BusyError, EngineError
from graph.limits import WriteLimits
from graph.messages import LENGTH, Failure, packed
from graph.writes import Author, Judged, Trial, Write, Written

WATCH_SECONDS: Final = 0.1
EXIT_SECONDS: Final = 2.0


@dataclass(slots=True)
class Writer:
    """Has writes done by a scribe, which starts with the first of them."""

    desk: Desk
    limits: WriteLimits
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: int = 0
    _process: asyncio.subprocess.Process | None = None
    _reader: asyncio.StreamReader | None = None
    _channel: asyncio.StreamWriter | None = None

    @property
    def waiting(self) -> int:
        """How many writes wait or are being done."""
        return self._waiting

    async def perform(self, write: Write, author: Author) -> Written:
        """Have *write* done.

        Raises:
            BusyError: Too many wait already.
            WriteLimitError: It took more time or memory than it may.
            GraphError: It cannot be done; nothing has changed.
        """
        if self._waiting > self.limits.waiting:
            raise BusyError(self._waiting)
        # Once asked for, it is brought to its end, also for a client that has gone.
        written = await asyncio.shield(asyncio.create_task(self._in_turn(write, author)))
        assert isinstance(written, Written)
        return written

    async def try_out(self, asked: Trial) -> Judged:
        """Have a text judged, which publishes nothing; a client that has gone does not end it.

        Raises:
            BusyError: Too many wait already.
            GraphError: It took more than it may, or cannot be done.
        """
        if self._waiting > self.limits.waiting:
            raise BusyError(self._waiting)
        judged = await asyncio.shield(asyncio.create_task(self._in_turn(asked, Author())))
        assert isinstance(judged, Judged)
        return judged

    async def close(self, *, at_once: bool = False) -> None:
        """End the process; unless it has to be *at_once*, it may end by itself."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(0 if at_once else EXIT_SECONDS):
                    await self._process.wait()
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self._process = self._reader = self._channel = None

    async def _in_turn(self, write: Write | Trial, author: Author) -> Written | Judged:
        self._waiting += 1
        try:
            async with self._turn:
                return await self._done(write, author)
        finally:
            self._waiting -= 1

    async def _done(self, write: Write | Trial, author: Author) -> Written | Judged:
        await self._ensure_running()
        assert self._process is not None
        working = asyncio.create_task(self._exchange(write, author))
        try:
            await self._watched(working)
        except BaseException:
            working.cancel()
            await self.close(at_once=True)
            raise
        try:
            outcome = working.result()
        except (asyncio.IncompleteReadError, OSError) as error:
            await self.close()
            raise EngineError(
                "The process that writes has ended; whether it had published shows at /healthz."
            ) from error
        if isinstance(outcome, Failure):
            raise outcome.revived()
        return outcome

    async def _watched(self, working: "asyncio.Task[Written | Judged | Failure]") -> None:
        """Return when *working* is done, or raise when it takes too much."""
        assert self._process is not None
        clock = asyncio.get_running_loop().time
        deadline = clock() + self.limits.seconds
        while not working.done():
            await asyncio.wait((working,), timeout=WATCH_SECONDS)
            if working.done():
                return
            if clock() > deadline:
                raise self.limits.error(f"{self.limits.seconds:g} seconds")
            if resident_bytes(self._process.pid) > self.limits.memory_bytes:
                raise self.limits.error(f"{self.limits.memory_bytes >> 20} MiB of memory")

    async def _exchange(self, write: Write | Trial, author: Author) -> Written | Judged | Failure:
        assert self._channel is not None
        assert self._reader is not None
        self._channel.write(packed((write, author)))
        await self._channel.drain()
        (size_bytes,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
        content = await self._reader.readexactly(size_bytes)
        outcome: Written | Judged | Failure = pickle.loads(content)  # noqa: S301  # from a process of ours
        return outcome

    async def _ensure_running(self) -> None:
        if self._process is not None and self._process.returncode is None:
            return
        await self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "graph.scribe",
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        self._reader, self._channel = await asyncio.open_connection(sock=ours)
        self._channel.write(packed(self.desk))
