"""The service's side of its workers: one process each, and the nursery that forks them.

Starts and ends processes.
"""

import asyncio
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graph.engine.channel import Channel, Lost
from graph.engine.nursery import LISTEN, NETWORKED, Order
from graph.errors import EngineError

Death = asyncio.Future[int | None]
START_SECONDS: Final = 20.0
EXIT_SECONDS: Final = 2.0
# Arrays bring a library that starts a thread for each core when it is loaded; a process that forks must have none.
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1"}


@dataclass(slots=True, eq=False)
class Worker:
    """A running worker: the process, and the channel to it.

    Attributes:
        death: How it has ended, once it has; ``None`` where that is not known.
        resident_bytes: What it held after opening the store; 0 where the system does not tell.
    """

    pid: int
    channel: Channel
    death: Death
    resident_bytes: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether the process is known to have ended."""
        return self.channel.is_lost

    async def exit_code(self) -> int | None:
        """Return how the process ended, or ``None`` where that is not known in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(EXIT_SECONDS):
                return await asyncio.shield(self.death)
        return None

    def kill(self) -> None:
        """End the process, wherever it is."""
        self.channel.abort()
        if self.death.done():
            return  # its number may be that of another process by now
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


@dataclass(slots=True)
class Nursery:
    """The process that forks the workers of every generation; it starts with the first one.

    Attributes:
        is_networked: Whether the workers keep the network, because they ask a server.
    """

    is_networked: bool = False
    _process: asyncio.subprocess.Process | None = None
    _control: socket.socket | None = None
    _listening: asyncio.Task[None] | None = None
    _births: deque[asyncio.Future[tuple[int, Death]]] = field(default_factory=deque)
    _deaths: dict[int, Death] = field(default_factory=dict)
    _starting: asyncio.Task[None] | None = None

    async def fork(self, order: Order) -> Worker:
        """Return a new worker that has opened its store.

        Raises:
            EngineError: It could not be started.
        """
        await self._ensure_running()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)  # noqa: FBT003
        try:
            pid, death = await self._birth(order, theirs)
            _, channel = await asyncio.get_running_loop().create_connection(Channel, sock=ours)
        except BaseException:
            ours.close()  # at the end of its channel a worker ends, too
            raise
        worker = Worker(pid, channel, death)
        try:
            async with asyncio.timeout(START_SECONDS):
                await channel.frame()
        except (TimeoutError, Lost) as error:
            worker.kill()
            raise EngineError("A worker for queries did not open the store.") from error
        except asyncio.CancelledError:
            worker.kill()
            raise
        worker.resident_bytes = resident_bytes(pid)
        return worker

    @property
    def pid(self) -> int | None:
        """The process id, ``None`` while it does not run."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def listener(self) -> socket.socket:
        """Return a socket that listens on the loopback of the network that the workers have.

        Raises:
            EngineError: There can be none.
        """
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

    async def close(self) -> None:
        """End the process, and with it all its workers, of whatever pool they are."""
        if self._starting is not None:
            await asyncio.wait([self._starting])
        await self._end()

    async def _end(self) -> None:
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
        self._forget()

    async def _birth(self, order: Order, channel: socket.socket) -> tuple[int, Death]:
        """Have a worker forked that talks on *channel*; return its process id, and how it will have ended."""
        birth: asyncio.Future[tuple[int, Death]] = asyncio.get_running_loop().create_future()
        message = order.to_bytes()
        try:
            with channel:
                assert self._control is not None
                if socket.send_fds(self._control, [message], [channel.fileno()]) < len(message):
                    await self._end()  # half an order has gone out, and nobody could tell where the next begins
                    raise EngineError("A worker for queries could not be ordered.")
            self._births.append(birth)
            async with asyncio.timeout(START_SECONDS):  # `wait_for` may swallow it when the caller gives up
                return await birth
        except (OSError, TimeoutError) as error:
            raise EngineError("A worker for queries could not be started.") from error

    async def _ensure_running(self) -> None:
        is_running = self._process is not None and self._process.returncode is None
        if self._starting is None or (self._starting.done() and not is_running):
            self._starting = asyncio.create_task(self._start())
        try:
            await asyncio.shield(self._starting)  # who gives up waiting leaves it to the others
        except OSError as error:
            raise EngineError("The process that starts workers could not be started.") from error

    async def _start(self) -> None:
        await self._end()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # the folder it stands in is no place to import from
                "-m",
                "graph.engine.nursery",
                *([NETWORKED] if self.is_networked else ()),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                cwd="/",
                env={**os.environ, **ONE_THREAD},
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
        self._forget()

    def _note(self, word: bytes, numbers: Sequence[int]) -> None:
        if word == b"born" and self._births:
            birth, death = self._births.popleft(), asyncio.get_running_loop().create_future()
            self._deaths[numbers[0]] = death
            if not birth.done():  # else who asked for it has gone, and with it the worker's channel
                birth.set_result((numbers[0], death))
        elif word == b"died" and numbers[0] in self._deaths:
            self._deaths.pop(numbers[0]).set_result(numbers[1])

    def _forget(self) -> None:
        """Let nobody wait for news of a nursery that has ended."""
        for birth in self._births:
            if not birth.done():
                birth.set_exception(EngineError("The process that starts workers has ended."))
        for death in self._deaths.values():
            death.set_result(None)
        self._births.clear()
        self._deaths.clear()


def resident_bytes(pid: int) -> int:
    """Return the resident size of a process, 0 where the system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
