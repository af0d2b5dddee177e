"""The service's end of the socket to a worker: frames in, jobs out, and nothing lost to wrappers on the way."""

import asyncio
from typing import Final, cast

from graph.engine.worker import FRAME, PIECE_BYTES

# A worker that writes faster than its answer is read has to wait: reading stops here.
MOST_UNREAD_BYTES: Final = 4 * PIECE_BYTES


class Lost(Exception):  # noqa: N818  # the pool turns it into an error of ours
    """The other end has gone."""


class Expired(Exception):  # noqa: N818  # the pool turns it into an error of ours
    """The time for the answer is over."""


class Channel(asyncio.Protocol):
    """The frames of one worker, in their order."""

    def __init__(self) -> None:
        self.is_lost = False
        self._has_expired = False
        self._is_paused = False
        self._unread = bytearray()
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport = cast(asyncio.Transport, transport)  # that of uvloop is one without saying so

    def data_received(self, data: bytes) -> None:
        """Take the next bytes."""
        self._unread += data
        if len(self._unread) > MOST_UNREAD_BYTES and not self._is_paused and self._transport is not None:
            self._is_paused = True
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # the protocol's signature
        """Take note that nothing will come any more."""
        self.is_lost = True
        self._wake()

    def write(self, content: bytes) -> None:
        """Send *content*, now or as soon as the other end takes it."""
        if self._transport is not None:
            self._transport.write(content)

    async def frame(self) -> tuple[bytes, bytes]:
        """Return the kind and the content of the next frame.

        Raises:
            Lost: The worker has gone.
            Expired: `expire` was called.
        """
        while True:
            if self._has_expired:
                raise Expired
            found = self._next()
            if found is not None:
                return found
            if self.is_lost:
                raise Lost
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def expire(self) -> None:
        """Let who waits for a frame, and who will, hear that the time is over."""
        self._has_expired = True
        self._wake()

    def abort(self) -> None:
        """Close this end, whatever is under way."""
        self.is_lost = True
        if self._transport is not None:
            self._transport.abort()

    def _next(self) -> tuple[bytes, bytes] | None:
        """Take a frame out of what is unread, if it is there in full."""
        unread = self._unread
        if len(unread) < FRAME.size:
            return None
        kind, size_bytes = FRAME.unpack_from(unread)
        end = FRAME.size + size_bytes
        if len(unread) < end:
            return None
        content = bytes(unread[FRAME.size : end])
        del unread[:end]
        if self._is_paused and len(unread) <= MOST_UNREAD_BYTES and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()
        return kind, content

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
