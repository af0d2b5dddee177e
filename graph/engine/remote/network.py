"""Requests to a SPARQL server, none of which waits longer than it may.  Touches the network.

The clock of a request is kept by the thread that makes it: whatever is read or written meanwhile, byte by byte even,
ends when its time is over.
"""

import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from threading import local
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore

from graph.engine.remote.configuration import Remote
from graph.engine.remote.passwords import Passwords

Headers = Sequence[tuple[str, str]]
PIECE_BYTES: Final = 64 * 1024
MOST_CONNECTIONS: Final = 100
MOST_IDLE: Final = 20
# Shorter than servers keep an idle connection, so that few are found closed.
IDLE_SECONDS: Final = 4.0
AGENT: Final = f"cloudindex/{version('cloudindex')}"


class OutOfTimeError(Exception):
    """The time of a request is over."""


@dataclass(slots=True)
class Patience:
    """How long a request may take, and what became of it.

    Attributes:
        stall_seconds: How long nothing may come.
        seconds: How long all of it may take; ``None`` sets no limit.
        has_connected: Whether a connection was made for it, and not one used that there was.
    """

    stall_seconds: float
    seconds: float | None = None
    has_connected: bool = False
    _began: float = field(default_factory=monotonic)

    def rest(self) -> float:
        """Return how many seconds are left.

        Raises:
            OutOfTimeError: None are.
        """
        if self.seconds is None:
            return float("inf")
        rest = self._began + self.seconds - monotonic()
        if rest <= 0:
            raise OutOfTimeError
        return rest

    def wait(self) -> float:
        """Return how long the next byte may take.

        Raises:
            OutOfTimeError: The time is over.
        """
        return min(self.stall_seconds, self.rest())

    def is_over(self) -> bool:
        """Return whether the time is over."""
        return self.seconds is not None and monotonic() >= self._began + self.seconds


class Network:
    """Connections to a server, kept for the next request.  Threads may share it."""

    def __init__(self, remote: Remote) -> None:
        """Open nothing yet.

        Raises:
            OSError: The file of certificates cannot be read.
        """
        self._passwords = Passwords(remote.user, remote.password, remote.authentication)
        self._current = _Current()
        self._kept = self._pool(remote, idle=MOST_IDLE)
        self._fresh = self._pool(remote, idle=0)

    def post(
        self, url: str, headers: Headers, body: bytes, patience: Patience, *, is_fresh: bool = False
    ) -> httpcore.Response:
        """Send a request and return its answer, of which the headers are read; it must be closed.

        Args:
            is_fresh: Whether a connection is to be made for it alone.
        """
        for known in (True, False):
            answer = self._send(url, headers, body, patience, is_fresh=is_fresh)
            challenge = _challenges(answer)
            if answer.status != 401 or not known or not self._passwords.learn(url, challenge):
                return answer
            with self.waiting(patience):
                answer.close()
        return answer

    def secrets(self) -> Sequence[str]:
        """Return what must stand in no message."""
        return self._passwords.secrets()

    @contextmanager
    def waiting(self, patience: Patience) -> Iterator[None]:
        """Let whatever this thread reads or writes meanwhile keep to *patience*."""
        before, self._current.patience = self._current.patience, patience
        try:
            yield
        finally:
            self._current.patience = before

    def close(self) -> None:
        """Close all connections."""
        self._kept.close()
        self._fresh.close()

    def _send(
        self, url: str, headers: Headers, body: bytes, patience: Patience, *, is_fresh: bool
    ) -> httpcore.Response:
        parts = urlsplit(url)
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        said = [
            ("Host", parts.netloc),
            ("User-Agent", AGENT),
            ("Accept-Encoding", "identity"),
            ("Content-Length", str(len(body))),
            *headers,
            *self._passwords.headers(url, target),
        ]
        encoded = [(name.encode(), value.encode()) for name, value in said]
        request = httpcore.Request("POST", url, headers=encoded, content=_pieces(body))
        pool = self._fresh if is_fresh else self._kept
        with self.waiting(patience):
            request.extensions["timeout"] = {"pool": patience.wait()}
            return pool.handle_request(request)

    def _pool(self, remote: Remote, *, idle: int) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=_tls(remote),
            max_connections=MOST_CONNECTIONS,
            max_keepalive_connections=idle,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=_Backend(self._current, remote.connect_seconds),
        )


class _Current(local):
    """What the thread that asks waits by."""

    patience: Patience = Patience(30.0)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, current: _Current, connect_seconds: float) -> None:
        self._current = current
        self._connect_seconds = connect_seconds
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # the clock of the thread says it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        patience = self._current.patience
        patience.has_connected = True
        seconds = min(self._connect_seconds, patience.rest())
        inner = self._inner.connect_tcp(host, port, seconds, local_address, socket_options)
        return _Stream(inner, self._current, self._connect_seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, current: _Current, connect_seconds: float) -> None:
        self._inner = inner
        self._current = current
        self._connect_seconds = connect_seconds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._inner.read(max_bytes, self._current.patience.wait())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        for piece in _pieces(buffer):
            self._inner.write(piece, self._current.patience.wait())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        seconds = min(self._connect_seconds, self._current.patience.rest())
        inner = self._inner.start_tls(ssl_context, server_hostname, seconds)
        return _Stream(inner, self._current, self._connect_seconds)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _pieces(body: bytes) -> list[bytes]:
    return [body[start : start + PIECE_BYTES] for start in range(0, len(body), PIECE_BYTES)]


def _challenges(answer: httpcore.Response) -> list[str]:
    return [value.decode("latin-1") for name, value in answer.headers if name.lower() == b"www-authenticate"]


def _tls(remote: Remote) -> ssl.SSLContext | None:
    addresses = (*remote.queries, remote.update, remote.store)
    if not any(address.startswith("https:") for address in addresses):
        return None
    return ssl.create_default_context(cafile=remote.ca_file or None)
