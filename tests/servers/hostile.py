"""A remote that misbehaves: a small HTTP server on bare sockets, which can say anything, and stand before a real one.

What it does is a row of a table, ``BEHAVIOURS``.  It is chosen for all requests (``behaves``), for the next ones in
their order (``then``), or by the first segment of the path of a single one.
"""

import itertools
import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import trustme

from tests.servers.behaviours import BEHAVIOURS
from tests.servers.exchanges import Exchange, Options
from tests.servers.messages import Request, read_request

UNKNOWN_HOST: Final = "http://nowhere.invalid/sparql"
PAST: Final = datetime(2001, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class HostileRemote:
    """A remote under the control of a test; a context manager.

    Args:
        behaviour: The name of what it does until told otherwise.
        options: What that needs: see ``Options``.
        context: What it presents over TLS; plain HTTP without it.

    Attributes:
        requests: What it was asked so far, in order.
        connection_count: How many connections were opened.
    """

    behaviour: str = "whole"
    options: Options = field(default_factory=Options)
    context: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connection_count: int = 0
    _next: deque[str] = field(default_factory=deque)
    _open: set[socket.socket] = field(default_factory=set)
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=128))

    @property
    def address(self) -> str:
        """Where it listens."""
        scheme = "http" if self.context is None else "https"
        return f"{scheme}://localhost:{self._listener.getsockname()[1]}"

    def behaves(self, behaviour: str, options: Options | None = None) -> None:
        """Do as *behaviour* says from now on."""
        assert behaviour in BEHAVIOURS, behaviour
        with self._lock:
            self.behaviour, self.options = behaviour, options or Options()
            self._next.clear()

    def then(self, *behaviours: str) -> None:
        """Answer the next requests as these say, one each, and those behind them as before."""
        assert set(behaviours) <= BEHAVIOURS.keys(), behaviours
        with self._lock:
            self._next.extend(behaviours)

    def __enter__(self) -> "HostileRemote":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, accepted: socket.socket) -> None:
        # A client may go away at any moment, and is meant to.
        with suppress(OSError), self._secured(accepted) as connection:
            with self._lock:
                self.connection_count += 1
                self._open.add(connection)
            try:
                self._talk(connection)
            finally:
                with self._lock:
                    self._open.discard(connection)

    def _secured(self, accepted: socket.socket) -> socket.socket:
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return accepted if self.context is None else self.context.wrap_socket(accepted, server_side=True)

    def _talk(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as reader:
            for turn in itertools.count(1):
                request = None if self._over.is_set() else read_request(reader)
                if request is None:
                    return
                behaviour, options = self._choose(request)
                if not BEHAVIOURS[behaviour](Exchange(connection, request, options, turn, self._over)):
                    return

    def _choose(self, request: Request) -> tuple[str, Options]:
        named = request.target.split("?")[0].split("/")[1]
        with self._lock:
            self.requests.append(request)
            if named in BEHAVIOURS:
                return named, self.options
            return (self._next.popleft() if self._next else self.behaviour), self.options


def certificate(kind: str, authority: trustme.CA | None = None) -> ssl.SSLContext:
    """Return what a server presents: ``good``, if *authority* is trusted, ``expired``, or for another ``name``."""
    authority = authority or trustme.CA()
    issued = {
        "good": lambda: authority.issue_cert("localhost", "127.0.0.1"),
        "expired": lambda: authority.issue_cert("localhost", "127.0.0.1", not_before=PAST, not_after=PAST),
        "name": lambda: authority.issue_cert("another.example"),
    }[kind]()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    return context


@contextmanager
def refusing() -> Iterator[str]:
    """Yield an address at which connections are refused, and keep anyone else from listening there."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
