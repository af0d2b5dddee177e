"""One request to a hostile remote, and the framings, right and wrong, in which its answer can be sent."""

import http.client
import socket
import struct
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from tests.servers.messages import Request, chunk, head


@dataclass(frozen=True, slots=True)
class Options:
    """What some behaviours need.

    Attributes:
        after_bytes: Of the body, what is answered rightly before it goes wrong.
        pause_seconds: Between two bytes of what drips.
        location: Where a redirect leads.
        upstream: The base address of the real server behind, for those that pass on what it says.
        refused: What stands in the requests that are not passed on.
    """

    after_bytes: int = 500
    pause_seconds: float = 0.05
    location: str = "http://elsewhere.invalid/sparql"
    upstream: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, and the connection that waits for its answer: *turn* says the how many-th of it."""

    connection: socket.socket
    request: Request
    options: Options
    turn: int
    over: threading.Event

    def send(self, content: bytes) -> None:
        """Send bytes."""
        self.connection.sendall(content)

    def reset(self) -> NoReturn:
        """Reset the connection in place of closing it."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionResetError

    def wait(self, seconds: float | None = None) -> None:
        """Say nothing for *seconds*, or until the test is over or the client has gone."""
        if seconds is not None:
            self.over.wait(seconds)
            return
        self.connection.settimeout(0.05)
        while not self.over.is_set():
            try:
                if not self.connection.recv(1):
                    return
            except TimeoutError:
                continue


def framed(exchange: Exchange, framing: str, kind: str, parts: Iterable[bytes]) -> bool:
    """Send *parts* as a body of more than them.

    Args:
        framing: ``length`` promises twice as much, ``closed`` promises nothing and closes, ``chunked`` ends properly,
            ``cut`` leaves out the last chunk, ``stall`` waits in its place.
    """
    if framing == "closed":
        exchange.send(head(200, {"Content-Type": kind, "Connection": "close"}))
    elif framing == "length":
        parts = [b"".join(parts)]
        exchange.send(head(200, {"Content-Type": kind, "Content-Length": str(2 * len(parts[0]) + 1)}))
    else:
        exchange.send(head(200, {"Content-Type": kind, "Transfer-Encoding": "chunked"}))
    bare = framing in {"closed", "length"}
    for part in parts:
        exchange.send(part if bare else chunk(part))
    if framing == "chunked":
        exchange.send(chunk(b""))
    elif framing == "stall":
        exchange.wait()
    return framing == "chunked"


@contextmanager
def asked(exchange: Exchange) -> Iterator[http.client.HTTPResponse]:
    """Yield the real server's answer to the same request."""
    upstream = urlsplit(exchange.options.upstream)
    connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=60)
    request = exchange.request
    left_out = {"connection", "transfer-encoding", "content-length", "host"}
    headers = {name: text for name, text in request.headers.items() if name not in left_out}
    with closing(connection):
        connection.request(request.method, request.target, request.body or None, headers)
        yield connection.getresponse()


def pass_all(exchange: Exchange, answered: http.client.HTTPResponse) -> bool:
    """Send the real server's answer as it is."""
    left_out = {"connection", "transfer-encoding", "keep-alive"}
    headers = {name: text for name, text in answered.getheaders() if name.lower() not in left_out}
    bodiless = exchange.request.method == "HEAD" or answered.status in {204, 304}
    chunked = not bodiless and "content-length" not in {name.lower() for name in headers}
    exchange.send(head(answered.status, {**headers, **({"Transfer-Encoding": "chunked"} if chunked else {})}))
    while piece := answered.read1(65536):
        exchange.send(chunk(piece) if chunked else piece)
    if chunked:
        exchange.send(chunk(b""))
    return True


def first(answered: http.client.HTTPResponse, limit: int) -> Iterator[bytes]:
    """Yield the beginning of the body of the real server's answer."""
    while limit > 0 and (piece := answered.read1(min(limit, 65536))):
        limit -= len(piece)
        yield piece


def pieces(body: bytes) -> Iterator[bytes]:
    """Yield the body in pieces."""
    return (body[start : start + 8192] for start in range(0, len(body), 8192))
