"""The service's side of the fetching process: it starts when a query first asks another service.

Starts and ends processes.
"""

import asyncio
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from graph.engine.jobs import Job
from graph.engine.nursery import LOOPBACK
from graph.engine.workers import Nursery
from graph.errors import EngineError, EvaluationError, GraphError, RemoteServiceError
from graph.federation import Call, in_place, rewrite
from graph.remote_hosts import Federation

REPLY_SECONDS: Final = 20.0
EXIT_SECONDS: Final = 2.0
LARGEST_LINE_BYTES: Final = 1 << 20


@dataclass(slots=True)
class Gateway:
    """The fetching process of a nursery; workers reach it, and nobody else knows for whom it fetches."""

    nursery: Nursery
    federation: Federation
    seconds: float
    _process: asyncio.subprocess.Process | None = None
    _nursery_pid: int | None = None
    _port: int = 0
    _own_port: int = 0
    _writer: asyncio.StreamWriter | None = None
    _listening: asyncio.Task[None] | None = None
    _replies: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def open(self, calls: Sequence[Call]) -> AsyncIterator["Passage"]:
        """Yield a passage to the services that a text calls; it is closed at the end, with all that is under way.

        Raises:
            EngineError: The fetching process could not be started.
        """
        async with self._starting:
            await self._ensure_running()
        secret = secrets.token_hex(16)
        try:
            await self._ask({"do": "open", "secret": secret, "iris": [call.iri for call in calls]})
            address, own = (f"http://{LOOPBACK}:{port}/{secret}/" for port in (self._port, self._own_port))
            yield Passage(self, secret, address, own, tuple(calls))
        finally:
            self._say({"do": "close", "secret": secret})

    async def failures(self, secret: str) -> list[tuple[int, str]]:
        """Return what went wrong: the numbers of the calls, and the reasons."""
        try:
            found: list[tuple[int, str]] = await self._ask({"do": "tell", "secret": secret})
        except EngineError:
            return []
        return found

    async def close(self) -> None:
        """End the process."""
        if self._writer is not None:
            self._writer.close()  # at the end of its input the process ends
        if self._process is not None:
            try:
                async with asyncio.timeout(EXIT_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        self._process = self._listening = self._writer = None

    async def _ensure_running(self) -> None:
        is_running = self._process is not None and self._process.returncode is None
        if is_running and self._nursery_pid is not None and self._nursery_pid == self.nursery.pid:
            return
        await self.close()
        ours, theirs = socket.socketpair()
        with theirs, await self.nursery.listener() as listener, _own_listener() as own:
            self._nursery_pid, self._port = self.nursery.pid, listener.getsockname()[1]
            self._own_port = own.getsockname()[1]
            descriptors = (listener.fileno(), own.fileno())
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "graph.engine.fetching", *map(str, descriptors)),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                cwd="/",
                pass_fds=descriptors,
                start_new_session=True,
            )
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=LARGEST_LINE_BYTES)
        self._listening = asyncio.create_task(self._listen(reader))
        self._say(
            {
                "allowed": sorted(self.federation.hosts.entries, key=str),
                "answer_bytes": self.federation.answer_bytes,
                "seconds": self.seconds,
            }
        )

    async def _ask(self, message: dict[str, Any]) -> Any:
        """Return the reply to *message*."""
        reply = self._replies[message["secret"]] = asyncio.get_running_loop().create_future()
        self._say(message)
        try:
            async with asyncio.timeout(REPLY_SECONDS):
                return await reply
        except TimeoutError as error:
            raise EngineError("The process that asks other services did not answer.") from error
        finally:
            self._replies.pop(message["secret"], None)

    def _say(self, message: dict[str, Any]) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(orjson.dumps(message) + b"\n")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Pass on what the process replies."""
        with suppress(OSError):
            while line := await reader.readline():
                reply = orjson.loads(line)
                waiting = self._replies.get(reply["secret"])
                if waiting is not None and not waiting.done():
                    waiting.set_result(reply["failures"])
        for waiting in self._replies.values():
            if not waiting.done():
                waiting.set_exception(EngineError("The process that asks other services has ended."))


def _own_listener() -> socket.socket:
    listener = socket.socket()
    listener.bind((LOOPBACK, 0))
    listener.listen()
    return listener


@dataclass(frozen=True, slots=True)
class Passage:
    """What one query may ask of other services.

    Attributes:
        address: What the local addresses begin with that stand for them, in the network of the workers.
        own_address: The same in the network of the service, for processes that are not among the workers.
    """

    gateway: Gateway
    secret: str
    address: str
    own_address: str
    calls: tuple[Call, ...]

    def lead(self, job: Job) -> Job:
        """Return *job* asking the local addresses."""
        return replace(
            job,
            query=rewrite(job.query, self.calls, self.address),
            gateway=self.address,
            written=job.query,
            harmless=in_place(job.query, self.calls),
        )

    async def failure(self) -> RemoteServiceError | None:
        """Return which service that may not fail gave no answer, ``None`` when all went well."""
        for number, reason in await self.gateway.failures(self.secret):
            call = self.calls[number]
            if not call.is_silent:
                return RemoteServiceError(call.shown, reason, line=call.line, column=call.column)
        return None

    async def explained(self, error: GraphError) -> GraphError:
        """Return what a failure of the engine was about: a service that gave no answer, or one that cannot be read."""
        failure = await self.failure()
        if failure is not None or not isinstance(error, EvaluationError):
            return failure or error
        first = self.calls[0]
        hosts = " or ".join(dict.fromkeys(call.shown for call in self.calls))
        reason = f"what it sent cannot be read ({self._without_secret(str(error))})"
        return RemoteServiceError(hosts, reason, line=first.line, column=first.column)

    def _without_secret(self, text: str) -> str:
        for number, call in reversed(list(enumerate(self.calls))):
            text = text.replace(f"{self.address}{number}", call.iri)
        return text.replace(self.address, "")
