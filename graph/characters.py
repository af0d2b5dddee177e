"""Characters that no text of a graph should hold: XML has no way to write them, and visualizers stumble over them."""

import re
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def cleaned(text: str) -> str:
    """Return *text* with U+FFFD in the place of each of them."""
    return CONTROL.sub(REPLACEMENT, text) if CONTROL.search(text) else text
