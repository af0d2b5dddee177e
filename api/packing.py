"""Bodies packed with gzip for clients that want it; long ones in a thread, so that nobody waits for them."""

import gzip
import zlib
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Final

from fastapi.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

LEVEL: Final = 5
FEWEST_BYTES: Final = 1024
MANY_BYTES: Final = 32 * 1024
HEADER: Final = (b"content-encoding", b"gzip")


class WantedPacking(GZipMiddleware):
    """Packs answers for those who take it; that of the web framework does so too for those who refuse it by name."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            asked = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding" or not _is_refused(pair[1])]
            scope = {**scope, "headers": asked}
        await super().__call__(scope, receive, send)


@lru_cache(maxsize=128)
def is_wanted(accept_encoding: bytes, coding: bytes = b"gzip") -> bool:
    """Return whether a client takes a coding.

    >>> is_wanted(b"deflate, gzip;q=0.5"), is_wanted(b"gzip;q=0, *"), is_wanted(b"identity")
    (True, False, False)
    """
    weights = {}
    for one in accept_encoding.lower().split(b","):
        name, _, weight = one.replace(b" ", b"").partition(b";q=")
        weights[name] = weight or b"1"
    return weights.get(coding, weights.get(b"*", b"0")).strip(b"0.") != b""


def _is_refused(accept_encoding: bytes) -> bool:
    return b"gzip" in accept_encoding.lower() and not is_wanted(accept_encoding)


async def packed(content: bytes) -> bytes:
    """Return *content* as gzip."""
    if len(content) < MANY_BYTES:
        return gzip.compress(content, LEVEL, mtime=0)
    return await run_in_threadpool(gzip.compress, content, LEVEL, mtime=0)


async def packed_pieces(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield *pieces* as gzip, in pieces of other sizes."""
    packing = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16)
    async for piece in pieces:
        if content := await run_in_threadpool(packing.compress, piece):
            yield content
    yield packing.flush()
