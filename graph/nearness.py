"""Which known words are near a misspelt one."""

import unicodedata
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA


def folded(word: str) -> str:
    """Return *word* without case, accents, and the marks that separate its parts.

    >>> folded("Équilibreur de charge"), folded("kata-containers")
    ('equilibreurdecharge', 'katacontainers')
    """
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())


def nearest(word: str, candidates: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """Return the candidates that *word* may have been meant to be, nearest first.

    One slip (a letter added, left out, changed, or two swapped) is forgiven in words of any length,
    one more for every four letters.

    >>> nearest("kubspray", ["kubespray", "kubernetes"])
    ('kubespray',)
    """
    return Words(candidates).nearest(word, most=most)


class Words:
    """Known words, folded once for many questions."""

    def __init__(self, candidates: Iterable[str]) -> None:
        self._by_folded: dict[str, str] = {}
        for candidate in candidates:
            self._by_folded.setdefault(folded(candidate), candidate)

    def nearest(self, word: str, *, most: int = 3) -> tuple[str, ...]:
        """Return the known words that *word* may have been meant to be, nearest first."""
        target = folded(word)
        allowed = min(max(1, len(target) // 4), max(0, len(target) - 1))
        matches = process.extract(
            target, self._by_folded.keys(), scorer=OSA.distance, score_cutoff=allowed, limit=most * 4
        )
        ranked = sorted(matches, key=lambda match: (match[1], abs(len(match[0]) - len(target)), match[0]))
        return tuple(self._by_folded[match[0]] for match in ranked[:most])
