"""An export into a file, which appears when it is whole, and says how far it is.  Touches files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from api.spool import write_all
from graph.errors import EngineError
from graph.exports.exporting import Counts
from graph.exports.orders import Exporter, Order

MEBIBYTE_BITS = 20


@dataclass(slots=True)
class Watched:
    """A file that tells how much was written to it, a mebibyte at a time.

    Attributes:
        failure: Why it took no more; whoever writes may tell that in other words.
    """

    file: IO[bytes]
    tell: Callable[[int], None]
    size_bytes: int = 0
    failure: OSError | None = None

    def write(self, content: bytes) -> int:
        """Write a piece."""
        before = self.size_bytes >> MEBIBYTE_BITS
        self.size_bytes += len(content)
        if self.size_bytes >> MEBIBYTE_BITS != before:
            self.tell(self.size_bytes >> MEBIBYTE_BITS)
        try:
            write_all(self.file, content)
        except OSError as error:
            self.failure = error
            raise
        return len(content)

    def flush(self) -> None:
        """Do nothing: closing the file does."""


def write_file(path: Path, exporter: Exporter, order: Order, tell: Callable[[str], None]) -> Counts:
    """Write an export to *path*, and return how much it has.

    Raises:
        GraphError: It cannot be written in that format; there is no file then.
        OSError: The disk does not take it.
    """
    unfinished = path.with_name(f"{path.name}.part")
    amount = "everything"

    def begin(counts: Counts) -> None:
        nonlocal amount
        amount = f"{counts.nodes:,} nodes and {counts.edges:,} edges"
        tell(f"writing {path}: {amount}")

    try:
        with unfinished.open("wb", buffering=0) as file:
            watched = Watched(file, lambda mebibytes: tell(f"writing {path}: {amount}, {mebibytes} MiB so far"))
            try:
                counts = exporter.write(order, watched, begin=begin)
            except (OSError, EngineError) as error:
                failure = watched.failure
                raise OSError(failure.errno, failure.strerror, str(path)) if failure else error from error
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return counts
