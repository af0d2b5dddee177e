"""A part of an answer whose length is known, as RFC 9110, section 14 has it: one range of bytes."""

import re
from typing import Final, NamedTuple

RANGE: Final = re.compile(rb"bytes=([0-9]{0,18})-([0-9]{0,18})")


class Slice(NamedTuple):
    """Bytes from *start* to before *end*, of *size* in all."""

    start: int
    end: int
    size: int

    @property
    def header(self) -> tuple[bytes, bytes]:
        """The header that says which part this is."""
        return b"content-range", b"bytes %d-%d/%d" % (self.start, self.end - 1, self.size)


class UnsatisfiableError(Exception):
    """No byte of the answer lies in the range."""


def find_slice(header: bytes | None, size: int) -> Slice | None:
    """Return the part that the header asks for; ``None`` where the whole is to be sent.

    >>> find_slice(b"bytes=2-", 10), find_slice(b"bytes=-3", 10)
    (Slice(start=2, end=10, size=10), Slice(start=7, end=10, size=10))

    Raises:
        UnsatisfiableError: There is no such part.
    """
    found = RANGE.fullmatch(header.strip()) if header else None
    if found is None or not (found[1] or found[2]):
        return None  # several ranges, or another unit: a server may pass over them
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < start:
            return None
    if start >= size or start == end:
        raise UnsatisfiableError
    return Slice(start, end, size)
