"""Which known words are near a misspelt one."""

import unicodedata
from collections import defaultdict
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
        self._lengths = Lengths(self._by_folded)

    def nearest(self, word: str, *, most: int = 3) -> tuple[str, ...]:
        """Return the known words that *word* may have been meant to be, nearest first."""
        target = folded(word)
        allowed = min(max(1, len(target) // 4), max(0, len(target) - 1))
        return tuple(self._by_folded[near] for near in self._lengths.nearest(target, slips=allowed, most=most))


class Lengths:
    """Folded words by their lengths: only those that are about as long as a word can be near to it."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in words:
            self._by_length[len(word)].append(word)

    def nearest(self, word: str, *, slips: int, most: int = 3) -> tuple[str, ...]:
        """Return the words that are at most so many *slips* from *word*, nearest first."""
        matches = [
            match
            for length in range(len(word) - slips, len(word) + slips + 1)
            for match in process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=slips, limit=most * 4
            )
        ]
        ranked = sorted(matches, key=lambda match: (match[1], abs(len(match[0]) - len(word)), match[0]))
        return tuple(match[0] for match in ranked[:most])
