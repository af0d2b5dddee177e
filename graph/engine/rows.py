"""How many rows of an answer have gone by, counted in its bytes: the engine writes them without asking us.

Each counter takes the bytes of one format in pieces, cut anywhere, and says how many rows have begun or ended in
them so far; it reads what the engine writes, without spaces between the marks, not everything that a format allows.
"""

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Final, Protocol, TypeVar

Value = TypeVar("Value")
QUOTE: Final = b'"'
NEXT_ROW: Final = b"},{"
LONGEST_REST_BYTES: Final = 1 << 16


class RowsExceeded(Exception):  # noqa: N818  # the worker turns it into its word on why there is no answer
    """An answer has more rows than it may."""


class Counter(Protocol):
    """Counts the rows of one answer."""

    def count(self, piece: bytes) -> int:
        """Take the next bytes; return how many rows there have been."""
        ...


class LineCounter:
    """Rows of TSV: breaks within a value are escaped.  The first line has the names."""

    def __init__(self) -> None:
        self._lines = 0

    def count(self, piece: bytes) -> int:
        """Take the next bytes; return how many rows have ended."""
        self._lines += piece.count(b"\n")
        return self._lines - 1


class CsvCounter:
    """Rows of CSV: breaks count outside quotes; a doubled quote leaves and enters again."""

    def __init__(self) -> None:
        self._lines = 0
        self._is_inside = False

    def count(self, piece: bytes) -> int:
        """Take the next bytes; return how many rows have ended."""
        self._lines += _outside(piece, is_inside=self._is_inside).count(b"\n")
        self._is_inside ^= piece.count(QUOTE) % 2 == 1
        return self._lines - 1


class XmlCounter:
    """Rows of XML: a value has no angle bracket, so each tag is one."""

    TAG: Final = b"<result>"

    def __init__(self) -> None:
        self._rows = 0
        self._rest = b""

    def count(self, piece: bytes) -> int:
        """Take the next bytes; return how many rows have begun."""
        text = self._rest + piece
        self._rows += text.count(self.TAG)
        self._rest = text[1 - len(self.TAG) :]
        return self._rows


class JsonCounter:
    """Rows of JSON: the only place, outside strings, where an object follows an object."""

    def __init__(self) -> None:
        self._followers = 0
        self._is_inside = False
        self._rest = b""

    def count(self, piece: bytes) -> int:
        """Take the next bytes; return how many rows have begun, or 1 where there may be none."""
        cut = piece.rfind(QUOTE) + 1
        if cut:
            self._take(self._rest + piece[:cut])
            self._rest = piece[cut:]
        else:
            self._rest += piece
        if len(self._rest) > LONGEST_REST_BYTES:
            self._shorten()
        return self._followers + 1 + (0 if self._is_inside else self._rest.count(NEXT_ROW))

    def _take(self, text: bytes) -> None:
        """Count in *text*, which ends with a quote, so that it cuts neither a mark nor an escape."""
        if b"\\" in text:
            text = text.replace(rb"\\", b"").replace(rb"\"", b"")
        if text.count(NEXT_ROW) == _certain(text):
            self._followers += text.count(NEXT_ROW)
        else:
            self._followers += _outside(text, is_inside=self._is_inside).count(NEXT_ROW)
        self._is_inside ^= text.count(QUOTE) % 2 == 1

    def _shorten(self) -> None:
        """Keep of a rest without quotes, which is long, only what can matter to what comes next."""
        if self._is_inside:
            escapes = len(self._rest) - len(self._rest.rstrip(b"\\"))
            self._rest = b"\\" * (escapes % 2)
        else:
            self._followers += self._rest.count(NEXT_ROW)
            self._rest = self._rest[1 - len(NEXT_ROW) :]


COUNTERS: Final[dict[str, Callable[[], Counter]]] = {
    "json": JsonCounter,
    "xml": XmlCounter,
    "csv": CsvCounter,
    "tsv": LineCounter,
}


def limited(values: Iterator[Value], most: int) -> Iterator[Value]:
    """Return *values*, which must not be more than *most*.

    Raises:
        RowsExceeded: There is one more; it is raised when that one is asked for.
    """
    return chain(islice(values, most), _none_of(values))


def _none_of(values: Iterator[Value]) -> Iterator[Value]:
    for _ in values:
        raise RowsExceeded
    yield from ()


def _certain(text: bytes) -> int:
    """Return how often an object with a name in it follows an object, beyond doubt.

    Behind a string that ends as such a mark begins comes a bracket or a comma; a name begins with neither.
    """
    doubtful = text.count(b'},{"}') + text.count(b'},{",') + text.endswith(b'},{"')
    return text.count(b'},{"') - doubtful


def _outside(text: bytes, *, is_inside: bool) -> bytes:
    """Return *text* without what stands between quotes; it begins between quotes where *is_inside*."""
    return QUOTE.join(text.split(QUOTE)[is_inside::2])
