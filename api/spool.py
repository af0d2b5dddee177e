"""Answers gathered on disk before they are sent, for clients that want all or an error.  Touches files."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from fastapi.concurrency import run_in_threadpool

from api.errors import AnswerTooLargeError, SpoolBusyError, SpoolError

AT_ONCE: Final = 4
PIECE_BYTES: Final = 256 * 1024


@dataclass(slots=True)
class Spool:
    """A file without a name: it is gone when it is closed, or when the process is."""

    file: IO[bytes]
    most_bytes: int
    size_bytes: int = 0

    async def write(self, content: bytes) -> None:
        """Add *content*.

        Raises:
            AnswerTooLargeError: That would be more than there may be.
            SpoolError: The disk does not take it.
        """
        self.size_bytes += len(content)
        if self.size_bytes > self.most_bytes:
            raise AnswerTooLargeError(self.most_bytes)
        try:
            await run_in_threadpool(write_all, self.file, content)
        except OSError as error:
            raise SpoolError(error.strerror or "it cannot be written") from error

    async def pieces(self, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield what has been added, from the byte at *start* to before that at *end*."""
        self.file.seek(start)
        while start < end and (piece := await run_in_threadpool(self.file.read, min(PIECE_BYTES, end - start))):
            start += len(piece)
            yield piece


def write_all(file: IO[bytes], content: bytes) -> None:
    """Write *content* to a file without a buffer, which may take it in parts."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


@dataclass(slots=True)
class Spools:
    """The spools of a service: so many at once, each of so many bytes."""

    folder: Path
    most_bytes: int
    at_once: int = AT_ONCE
    _open_count: int = 0

    @contextmanager
    def open(self) -> Iterator[Spool]:
        """Yield an empty spool.

        Raises:
            SpoolBusyError: There are as many as there may be.
            SpoolError: There is no place for it.
        """
        if self._open_count >= self.at_once:
            raise SpoolBusyError(self.at_once)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = tempfile.TemporaryFile(dir=self.folder, buffering=0)  # noqa: SIM115  # closed below
        except OSError as error:
            raise SpoolError(error.strerror or "no file can be made") from error
        self._open_count += 1
        try:
            with file:
                yield Spool(file, self.most_bytes)
        finally:
            self._open_count -= 1
