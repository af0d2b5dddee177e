"""Text as files take it: characters that no file can hold, escapes of XML, pieces of a good size."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final
from xml.sax.saxutils import escape

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
# What XML cannot hold, and what other readers stumble over; the gate lets none in, this is the second net.
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SPECIAL: Final = re.compile('[&<>"\t\n\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]')
IN_ATTRIBUTES: Final = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
PIECES_AT_ONCE: Final = 256


def cleaned(text: str) -> str:
    """Return *text* with a replacement for every character that cannot be written."""
    return UNWRITABLE.sub(REPLACEMENT, text) if UNWRITABLE.search(text) else text


def as_xml(text: str) -> str:
    """Return *text* as it stands in XML, between tags or in double quotes.

    >>> as_xml('a < "b" & c')
    'a &lt; &quot;b&quot; &amp; c'
    """
    if not SPECIAL.search(text):
        return text
    return escape(cleaned(text), IN_ATTRIBUTES)


def encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    """Yield *pieces* as UTF-8, many of them at once."""
    iterator = iter(pieces)
    while gathered := "".join(islice(iterator, PIECES_AT_ONCE)):
        yield gathered.encode()
