"""The service's side of its workers: one process each, and the nursery that forks them.

Starts and ends processes.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson

from graph.engine.nursery import LISTEN
from graph.engine.worker import END, ERROR, FRAME, Job
from graph.errors import EngineError

Value = TypeVar("Value")
START_SECONDS: Final = 20.0
EXIT_SECONDS: Final = 2.0
LARGEST_FRAME_BYTES: Final = 1 << 18


@dataclass(slots=True)
class Worker:
    """A running worker: the process, and the channel to it.

    Attributes:
        resident_bytes: What it held after opening the store; 0 where the system does not tell.
    """

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    resident_bytes: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether the process is known to have ended."""
        return self.reader.at_eof() or self.writer.is_closing()

    async def ask(self, job: Job, *, deadline: float) -> AsyncIterator[bytes]:
        """Yield the answer to *job*, piece by piece; an empty answer yields nothing.

        Each wait has the rest of the time until *deadline* (of the loop's clock): the pieces of one answer may be
        asked for by different tasks, so no time-out may span a yield.
        """
        self.writer.write(job.to_bytes())
        await _before(deadline, self.writer.drain())
        while True:
            kind, content = await self.frame(deadline)
            if kind == END:
                return
            if kind == ERROR:
                raise QueryFailure(**orjson.loads(content))
            yield content

    async def frame(self, deadline: float) -> tuple[bytes, bytes]:
        """Return the kind and the content of the next frame."""
        head = await _before(deadline, self.reader.readexactly(FRAME.size))
        kind, size_bytes = FRAME.unpack(head)
        return kind, await _before(deadline, self.reader.readexactly(size_bytes)) if size_bytes else b""

    def kill(self) -> None:
        """End the process, wherever it is."""
        self.writer.transport.abort()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class QueryFailure(Exception):  # noqa: N818  # the pool turns it into an error of ours
    """A worker's word on why there is no answer."""

    def __init__(self, kind: str, message: str, facts: Sequence[Any]) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.facts = facts


@dataclass(slots=True)
class Nursery:
    """The process that forks workers; it starts with the first one."""

    folder: Path
    memory_bytes: int
    _process: asyncio.subprocess.Process | None = None
    _control: socket.socket | None = None
    _listening: asyncio.Task[None] | None = None
    _births: list[asyncio.Future[int]] = field(default_factory=list)
    _deaths: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fork(self) -> Worker:
        """Return a new worker that has opened the store.

        Raises:
            EngineError: It could not be started.
        """
        async with self._starting:
            await self._ensure_running()
        ours, theirs = socket.socketpair()
        try:
            pid = await self._birth(theirs)
            reader, writer = await asyncio.open_connection(sock=ours, limit=LARGEST_FRAME_BYTES)
        except BaseException:
            ours.close()  # at the end of its channel a worker ends, too
            raise
        worker = Worker(pid, reader, writer)
        try:
            await worker.frame(asyncio.get_running_loop().time() + START_SECONDS)
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            worker.kill()
            raise EngineError("A worker for queries did not open the store.") from error
        except asyncio.CancelledError:
            worker.kill()
            raise
        worker.resident_bytes = resident_bytes(pid)
        return worker

    async def _birth(self, channel: socket.socket) -> int:
        """Have a worker forked that talks on *channel*, and return its process id."""
        birth: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._births.append(birth)
        try:
            with channel:
                assert self._control is not None
                socket.send_fds(self._control, [b"fork"], [channel.fileno()])
            return await asyncio.wait_for(birth, START_SECONDS)
        except (OSError, TimeoutError) as error:
            raise EngineError("A worker for queries could not be started.") from error

    @property
    def pid(self) -> int | None:
        """The process id, ``None`` while it does not run."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def listener(self) -> socket.socket:
        """Return a socket that listens on the loopback of the network that the workers have.

        Raises:
            EngineError: There can be none.
        """
        async with self._starting:
            await self._ensure_running()
        ours, theirs = socket.socketpair()
        with ours:
            ours.settimeout(START_SECONDS)
            try:
                with theirs:
                    assert self._control is not None
                    socket.send_fds(self._control, [LISTEN + b"\n"], [theirs.fileno()])
                _, descriptors, _, _ = await asyncio.to_thread(socket.recv_fds, ours, len(LISTEN), 1)
            except OSError as error:
                raise EngineError("The workers' network did not answer.") from error
        if not descriptors:
            raise EngineError("The workers have no network in which another service could be asked.")
        return socket.socket(fileno=descriptors[0])

    async def exit_code(self, worker: Worker) -> int | None:
        """Return how *worker* ended, or ``None`` where that is not known in time."""
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._death(worker.pid), EXIT_SECONDS)
        return None

    async def close(self) -> None:
        """End the process, and with it all its workers."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        if self._control is not None:
            self._control.close()
        self._process = self._control = self._listening = None

    def _death(self, pid: int) -> asyncio.Future[int]:
        if pid not in self._deaths:
            self._deaths[pid] = asyncio.get_running_loop().create_future()
        return self._deaths[pid]

    async def _ensure_running(self) -> None:
        if self._process is not None and self._process.returncode is None:
            return
        await self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "graph.engine.nursery",
                str(self.folder.resolve()),
                str(self.memory_bytes),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=self.folder,
                start_new_session=True,
            )
        ours.setblocking(False)  # noqa: FBT003
        self._control = ours
        self._listening = asyncio.create_task(self._listen(ours))

    async def _listen(self, control: socket.socket) -> None:
        """Pass on what the nursery says: who was born, who died and how."""
        rest = b""
        with suppress(OSError):
            while piece := await asyncio.get_running_loop().sock_recv(control, 4096):
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    word, *numbers = line.split()
                    self._note(word, [int(number) for number in numbers])
        for birth in self._births:
            _settle(birth, EngineError("The process that starts workers has ended."))
        self._births.clear()

    def _note(self, word: bytes, numbers: Sequence[int]) -> None:
        if word == b"born" and self._births:
            _settle(self._births.pop(0), numbers[0])
        elif word == b"died":
            _settle(self._death(numbers[0]), numbers[1])


def _settle(future: asyncio.Future[int], outcome: int | EngineError) -> None:
    if future.done():
        return
    if isinstance(outcome, EngineError):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def resident_bytes(pid: int) -> int:
    """Return the resident size of a process, 0 where the system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


async def _before(deadline: float, awaited: Awaitable[Value]) -> Value:
    """Return what *awaited* gives, unless *deadline* comes first.

    Raises:
        TimeoutError: It came first.
    """
    return await asyncio.wait_for(awaited, max(0.0, deadline - asyncio.get_running_loop().time()))
