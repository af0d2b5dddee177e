"""Which lines before a list announce it: those that end in a colon, and short ones that are no sentences."""

import re
from typing import Final

from graph.notes.languages import is_common
from graph.notes.note import Prose
from graph.notes.prose import Passage

MOST_WORDS: Final = 6
MOST_CHARACTERS: Final = 60
_COLON: Final = re.compile(r"[:：][\s*_]*\Z")
_ENDED: Final = re.compile(r"[.!?…;:)»”\"]\s*\Z")
_NO_LABEL: Final = re.compile(r"[.!?…;,]\s*\Z")
_LAST_WORD: Final = re.compile(r"[^\W_]+\Z")


def announces(prose: Prose) -> bool:
    """Return whether *prose* ends in a colon that is not that of a shortcode or of code."""
    found = _COLON.search(prose.value)
    return found is not None and not any(start <= found.start() < end for start, end in _opaque(prose))


def is_label(prose: Prose) -> bool:
    """Return whether *prose* announces the list behind it, by a colon or by being short and no sentence."""
    if announces(prose):
        return True
    text = prose.value.strip()
    is_short = 0 < len(text) <= MOST_CHARACTERS and len(text.split()) <= MOST_WORDS
    return is_short and not _NO_LABEL.search(text) and any(letter.isalpha() for letter in _read_aloud(prose))


def lead_in(passage: Passage) -> int:
    """Return the offset at which the lead-in of a list begins in the paragraph before it.

    It is 0 where the whole of it announces the list, and its length where nothing does.
    A line that goes on with the sentence of the one before belongs to it.
    """
    prose, start = passage.prose, 0
    has_colon = announces(prose)
    for offset in reversed(passage.breaks):
        if offset in passage.hard or _parts(prose.value, offset, has_colon=has_colon):
            start = offset + 1
            break
    return start if is_label(passage.part(start, len(prose.value)).prose) else len(prose.value)


def _parts(text: str, offset: int, *, has_colon: bool) -> bool:
    """Return whether the line end at *offset* is meant, and not only where the line was full."""
    before, following = text[:offset][-100:].rstrip(), text[offset + 1 : offset + 2]
    if not before or following.islower():
        return False
    if _ENDED.search(before):
        return True
    rest = text[offset + 1 :]
    word = _LAST_WORD.search(before)
    return has_colon and len(rest.split()) <= MOST_WORDS and word is not None and not is_common(word[0])


def _opaque(prose: Prose) -> list[tuple[int, int]]:
    return list(prose.opaque())


def _read_aloud(prose: Prose) -> str:
    """Return *prose* without addresses, code and images."""
    kept, at = [], 0
    for start, end in sorted(_opaque(prose)):
        kept.append(prose.value[at:start])
        at = max(at, end)
    return "".join([*kept, prose.value[at:]])
