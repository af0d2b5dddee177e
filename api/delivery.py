"""An answer on its way to the client: whole with its length, as a stream that may break off, or from a spool."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.types import Receive, Scope, Send

from api import packing
from api.connections import abort
from api.head import IS_HEAD
from api.observation import note_break
from api.origins import HEADERS as OF_OTHER_ORIGINS
from api.ranges import Slice
from api.spool import Spool
from graph.engine.answering import Answering
from graph.errors import GraphError, QueryTimeoutError

WHOLE_BYTES: Final = 1 << 20
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the way back.

    Attributes:
        headers: Those of the request, by their names in lower case.
    """

    scope: Scope
    receive: Receive
    send: Send
    headers: Mapping[bytes, bytes]

    @classmethod
    def of(cls, scope: Scope, receive: Receive, send: Send) -> "Exchange":
        """Return the exchange of an ASGI call; headers that are repeated are joined, as HTTP has it."""
        pairs = scope["headers"]
        headers = dict(pairs)
        if len(headers) < len(pairs):
            headers = {name: b", ".join(value for other, value in pairs if other == name) for name in headers}
        return cls(scope, receive, send, headers)

    @property
    def is_head(self) -> bool:
        """Whether the client wants no body."""
        return bool(self.scope["method"] == "HEAD" or self.scope.get(IS_HEAD))

    async def send_whole(self, content: bytes, headers: Headers, *, status: int = 200) -> None:
        """Send an answer that is here in full."""
        if len(content) >= packing.FEWEST_BYTES and self._takes_gzip():
            content = await packing.packed(content)
            headers = (*headers, packing.HEADER)
        await self._start(status, (*headers, (b"content-length", b"%d" % len(content))))
        await self._send_last(b"" if self.is_head else content)

    async def send_nothing(self, headers: Headers, *, status: int = 200) -> None:
        """Send an answer without a body: to HEAD, or because the client has it already."""
        await self._start(status, headers)
        await self._send_last(b"")

    async def send_stream(self, begun: bytes, answering: Answering, headers: Headers) -> None:
        """Send *begun* and the rest of an answer while it comes; where it cannot go on, break the connection off.

        A client that reads slowly has no more time than the query: the engine has to wait for it.
        """
        pieces = _with(begun, answering)
        if self._takes_gzip():
            pieces, headers = packing.packed_pieces(pieces), (*headers, packing.HEADER)
        await self._start(200, headers)
        try:
            async with asyncio.timeout_at(answering.deadline):
                async for piece in pieces:
                    await self._send_piece(piece)
                await self._send_last(b"")
        except (TimeoutError, GraphError) as error:
            note_break(self.scope, getattr(error, "code", QueryTimeoutError.code))
            await abort(self.scope)

    async def send_spooled(
        self, spool: Spool, headers: Headers, part: Slice | None = None, *, patience_seconds: float
    ) -> None:
        """Send what has been gathered, or *part* of it; a client that takes nothing for so long is left."""
        start, end = (part.start, part.end) if part else (0, spool.size_bytes)
        headers = (*headers, part.header) if part else headers
        await self._start(206 if part else 200, (*headers, (b"content-length", b"%d" % (end - start))))
        if self.is_head:
            return await self._send_last(b"")
        try:
            async for piece in spool.pieces(start, end):
                async with asyncio.timeout(patience_seconds):
                    await self._send_piece(piece)
            async with asyncio.timeout(patience_seconds):
                await self._send_last(b"")
        except (TimeoutError, OSError):
            note_break(self.scope, QueryTimeoutError.code)
            await abort(self.scope)
        return None

    def _takes_gzip(self) -> bool:
        return packing.is_wanted(self.headers.get(b"accept-encoding", b""))

    async def _start(self, status: int, headers: Headers) -> None:
        if b"origin" in self.headers:
            headers = (*headers, *OF_OTHER_ORIGINS)
        await self.send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def _send_piece(self, content: bytes) -> None:
        await self.send({"type": "http.response.body", "body": content, "more_body": True})

    async def _send_last(self, content: bytes) -> None:
        await self.send({"type": "http.response.body", "body": content})


async def _with(begun: bytes, answering: Answering) -> AsyncIterator[bytes]:
    yield begun
    while piece := await answering.read():
        yield piece
