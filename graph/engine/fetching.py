"""The one process that asks other services: workers reach it on their loopback, and it alone has a network.

It gets a listening socket, whose number is its argument, and a channel to the service as its standard input.  There
it reads lines of JSON: first how it is to work, then ``open`` and ``close`` for each query that asks others, with a
secret and the addresses for which its numbers stand, and ``tell``, which it answers with what went wrong.  A worker
asks ``/SECRET/N``; it gets the whole answer, or a 502 with the reason.  When the input ends, the process ends.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import h11
import orjson

from graph.engine.fetches import Asked, Fetched, Fetcher, FetchError
from graph.remote_hosts import AllowedHosts

MOST_AT_ONCE: Final = 8
MOST_REQUESTS: Final = 100  # of one query: inside FILTER EXISTS a service is asked once for each row
MOST_ASKED_BYTES: Final = 8 << 20
PIECE_BYTES: Final = 64 * 1024
LARGEST_LINE_BYTES: Final = 1 << 20
METHODS: Final = (b"GET", b"POST")


@dataclass(slots=True)
class Registration:
    """A query that asks other services.

    Attributes:
        iris: The addresses for which its numbers stand.
        failures: What went wrong: the number and the reason.
        request_count: How often it has asked.
        tasks: Those that work for it.
    """

    iris: Sequence[str]
    failures: list[tuple[int, str]] = field(default_factory=list)
    request_count: int = 0
    tasks: set["asyncio.Task[Fetched]"] = field(default_factory=set)


@dataclass(slots=True)
class Gate:
    """What stands between workers and the network."""

    fetcher: Fetcher
    registrations: dict[str, Registration] = field(default_factory=dict)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))

    def obey(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Do what a line of the service says, and return what to answer."""
        secret = message["secret"]
        if message["do"] == "open":
            self.registrations[secret] = Registration(message["iris"])
            return {"secret": secret, "failures": []}
        if message["do"] == "tell":
            return {"secret": secret, "failures": self.registrations[secret].failures}
        registration = self.registrations.pop(secret, None)
        for task in registration.tasks if registration else ():
            task.cancel()
        return None

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the one request of a connection; when the other side leaves, nothing more is fetched for it."""
        connection = h11.Connection(h11.SERVER)
        try:
            request, body = await _read_request(connection, reader)
            status, content_type, content = await self._outcome(request, body, reader)
            headers = [("Content-Type", content_type), ("Content-Length", str(len(content))), ("Connection", "close")]
            writer.write(connection.send(h11.Response(status_code=status, headers=headers)) or b"")
            writer.write(connection.send(h11.Data(data=content)) or b"")
            await writer.drain()
        except (h11.ProtocolError, OSError, asyncio.CancelledError):
            pass  # the worker has left, or is none
        finally:
            writer.close()

    async def _outcome(self, request: h11.Request, body: bytes, reader: asyncio.StreamReader) -> tuple[int, str, bytes]:
        registration, number = self._find(request.target.decode("ascii", "replace"))
        if registration is None or request.method not in METHODS:
            return 404, "text/plain", b"There is nothing here."
        headers = {name: value.decode("latin-1") for name, value in request.headers}
        asked = Asked(request.method.decode(), headers.get(b"accept", ""), headers.get(b"content-type", ""), body)
        try:
            fetched = await _unless_gone(self._fetch(registration, number, asked), registration, reader)
        except FetchError as error:
            registration.failures.append((number, str(error)))
            return 502, "text/plain; charset=utf-8", str(error).encode()
        return 200, fetched.content_type, fetched.body

    async def _fetch(self, registration: Registration, number: int, asked: Asked) -> Fetched:
        registration.request_count += 1
        if registration.request_count > MOST_REQUESTS:
            raise FetchError(f"one query may ask others {MOST_REQUESTS} times, and this one asks more often")
        async with self.turns:
            return await self.fetcher.fetch(registration.iris[number], asked)

    def _find(self, target: str) -> tuple[Registration | None, int]:
        """Return for whom and for which of its addresses a path stands."""
        secret, _, number = target.removeprefix("/").partition("/")
        registration = self.registrations.get(secret)
        if registration is None or not number.isdecimal() or int(number) >= len(registration.iris):
            return None, 0
        return registration, int(number)


async def _read_request(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request, bytes]:
    """Return the head and the body of a request.

    Raises:
        h11.ProtocolError: It is none, or too large.
    """
    request, body = None, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(PIECE_BYTES))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > MOST_ASKED_BYTES:
                raise h11.RemoteProtocolError("the body is too large")
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return request, bytes(body)
        else:
            raise h11.RemoteProtocolError("this is no request")


async def _unless_gone(work: Any, registration: Registration, reader: asyncio.StreamReader) -> Fetched:
    """Return what *work* gives; it is cancelled when the worker leaves, or its query ends.

    Raises:
        asyncio.CancelledError: It was.
    """
    working: asyncio.Task[Fetched] = asyncio.create_task(work)
    leaving = asyncio.create_task(reader.read(1))
    registration.tasks.add(working)
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            working.cancel()
        return await working
    finally:
        registration.tasks.discard(working)
        leaving.cancel()


async def work(listeners: Sequence[socket.socket], control: socket.socket) -> None:
    """Serve on *listeners* until *control* ends."""
    reader, writer = await asyncio.open_connection(sock=control, limit=LARGEST_LINE_BYTES)
    settings = orjson.loads(await reader.readline())
    hosts = AllowedHosts(frozenset((host, port) for host, port in settings["allowed"]))
    gate = Gate(Fetcher(hosts, settings["answer_bytes"], settings["seconds"]))
    for listener in listeners:
        await asyncio.start_server(gate.answer, sock=listener)
    while line := await reader.readline():
        reply = gate.obey(orjson.loads(line))
        if reply is not None:
            writer.write(orjson.dumps(reply) + b"\n")


def main() -> None:
    """Serve until the service is gone; what is still being fetched then is dropped."""
    listeners = [socket.socket(fileno=int(descriptor)) for descriptor in sys.argv[1:]]
    control = socket.socket(fileno=sys.stdin.fileno())
    with suppress(KeyboardInterrupt, OSError):
        asyncio.run(work(listeners, control))
    os._exit(0)  # a name that is being looked up would be waited for


if __name__ == "__main__":
    main()
