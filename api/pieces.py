"""An answer of a worker → a response: whole with its length where it is small, else as it comes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from api.disconnection import unless_gone
from graph.engine.pool import Pool
from graph.engine.worker import Job
from graph.formats import Format

WHOLE_BYTES: Final = 1 << 20


async def deliver(request: Request, job: Job, form: Format, headers: Mapping[str, str], pool: Pool) -> Response:
    """Return the answer to *job*; one that is larger streams, and breaks off where it fails."""
    media_type = f"{form.media_type}; charset=utf-8" if form.media_type.startswith("text/") else form.media_type
    pieces = pool.answer(job)
    begun, is_whole = await unless_gone(request, _begin(pieces))
    if is_whole:
        return Response(begun, headers=dict(headers), media_type=media_type)
    return StreamingResponse(_continued(begun, pieces), headers=dict(headers), media_type=media_type)


async def _begin(pieces: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """Return what comes first, up to a bound, and whether that is all; errors come before the first byte is sent."""
    begun = bytearray()
    try:
        async for piece in pieces:
            begun += piece
            if len(begun) > WHOLE_BYTES:
                return bytes(begun), False
    except BaseException:
        await _close(pieces)
        raise
    return bytes(begun), True


async def _continued(begun: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the rest of an answer; an error on the way aborts the connection, so that nobody takes it for whole."""
    async with aclosing(pieces):  # type: ignore[type-var]
        yield begun
        async for piece in pieces:
            yield piece


async def _close(pieces: Any) -> None:
    await pieces.aclose()
