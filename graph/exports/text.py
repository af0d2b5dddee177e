"""Text as files take it: escapes of XML, pieces of a good size.

Readers of documents clean texts when they come in; writers do it again, as a second net.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final
from xml.sax.saxutils import escape

from graph.characters import cleaned

SPECIAL: Final = re.compile('[&<>"\t\n\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]')
IN_ATTRIBUTES: Final = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
PIECES_AT_ONCE: Final = 256


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
