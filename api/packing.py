"""Bodies packed with gzip for clients that want it; long ones in a thread, so that nobody waits for them."""

import gzip
import re
import zlib
from collections.abc import AsyncIterator
from typing import Final

from fastapi.concurrency import run_in_threadpool

LEVEL: Final = 5
FEWEST_BYTES: Final = 1024
MANY_BYTES: Final = 32 * 1024
HEADER: Final = (b"content-encoding", b"gzip")
WANTED: Final = re.compile(rb"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)", re.IGNORECASE)


def is_wanted(accept_encoding: bytes) -> bool:
    """Return whether a client takes gzip.

    >>> is_wanted(b"deflate, gzip;q=0.5"), is_wanted(b"gzip;q=0"), is_wanted(b"identity")
    (True, False, False)
    """
    return bool(accept_encoding) and WANTED.search(accept_encoding) is not None


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
