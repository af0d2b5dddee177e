"""A server on loopback that reads requests and answers them byte for byte as a test says, well or ill."""

import socket
import ssl
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread
from time import sleep
from typing import Final

# Steps of an answer besides bytes and seconds.
KEEP: Final = "the connection is kept"
RESET: Final = "the connection is reset"
Step = bytes | float | str
Script = Sequence[Step]


class Peer:
    """Answers each request by the next script; the last one is used again and again.

    Attributes:
        address: Where it is asked.
        requests: What came, heads and bodies.
        connections: How many were made.
    """

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> None:
        self._scripts = list(scripts)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        scheme, port = "https" if tls else "http", self._listener.getsockname()[1]
        self.address = f"{scheme}://127.0.0.1:{port}/sparql"
        self.name = f"127.0.0.1:{port}"
        self.requests: list[bytes] = []
        self.connections = 0
        self._open: list[socket.socket] = []
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End it, and all its connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                while request := _read(connection):
                    self.requests.append(request)
                    script = self._scripts[0] if len(self._scripts) == 1 else self._scripts.pop(0)
                    if not _play(connection, script):
                        return


@contextmanager
def peer(*scripts: Script, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """Run a server that answers by *scripts*."""
    server = Peer(*scripts, tls=tls)
    try:
        yield server
    finally:
        server.close()


def whole(
    body: bytes, *headers: str, status: str = "200 OK", kind: str = "application/sparql-results+json"
) -> tuple[Step, ...]:
    """Return an answer that keeps to the rules."""
    return (head(status, f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers) + body, KEEP)


def endless(body: bytes, *headers: str, kind: str = "application/sparql-results+json") -> tuple[Step, ...]:
    """Return an answer that ends with its connection."""
    return (head("200 OK", f"Content-Type: {kind}", "Connection: close", *headers) + body,)


def head(status: str, *headers: str) -> bytes:
    """Return a status line and headers."""
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode("latin-1")


def _read(connection: socket.socket) -> bytes:
    """Return the next request; nothing where there is none."""
    found = b""
    while b"\r\n\r\n" not in found:
        piece = connection.recv(65536)
        if not piece:
            return b""
        found += piece
    start, _, body = found.partition(b"\r\n\r\n")
    length = int(start.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length:
        body += connection.recv(65536)
    return start + b"\r\n\r\n" + body


def _play(connection: socket.socket, script: Script) -> bool:
    """Answer; return whether the connection is kept."""
    for step in script:
        if isinstance(step, bytes):
            connection.sendall(step)
        elif isinstance(step, float):
            sleep(step)
        elif step == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            return True
    return False
