"""Texts that differ from another one by a few slips, found among very many."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

# Letters are bits of a number of 64; two that share one only make the first sieve coarser.
BITS: Final = 64


@dataclass(frozen=True, slots=True)
class _SameLength:
    """Texts of one length, each with the set of its letters as bits."""

    texts: list[str]
    letters: NDArray[np.uint64]


class NearTexts:
    """Texts, to be asked which of them are near another one."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Sort them by their lengths; of two that are as near, the one that comes first here is told first."""
        by_length: dict[int, list[str]] = {}
        for text in filter(None, texts):
            by_length.setdefault(len(text), []).append(text)
        self._by_length = {length: _SameLength(same, _letters(same)) for length, same in by_length.items()}

    def within(self, text: str, slips: int, *, most: int) -> list[tuple[int, str]]:
        """Return texts that differ from *text* by so many slips, each with how many; *most* of each length at most.

        A slip is a letter too many, too few or another one, or two that have changed places (optimal string alignment).
        """
        if not text:
            return []
        near = []
        for length in range(max(1, len(text) - slips), len(text) + slips + 1):
            same = self._by_length.get(length)
            found = process.extract(
                text, _sieved(same, text, slips) if same else (), scorer=OSA.distance, score_cutoff=slips, limit=most
            )
            near += [(int(distance), other) for other, distance, _ in found]
        return near


def _letters(texts: list[str]) -> NDArray[np.uint64]:
    """Return the sets of letters of *texts*, which are all of one length."""
    codes = np.array(texts).view(np.uint32).reshape(len(texts), -1)
    bits = np.left_shift(np.uint64(1), (codes % BITS).astype(np.uint64))
    return np.asarray(np.bitwise_or.reduce(bits, axis=1))


def _sieved(same: _SameLength, text: str, slips: int) -> list[str]:
    """Return those that have nearly the same letters: each slip brings one letter at most, and takes away one."""
    wanted = _letters([text])
    missing = np.bitwise_count(wanted & ~same.letters)
    besides = np.bitwise_count(same.letters & ~wanted)
    return [same.texts[place] for place in np.flatnonzero((missing <= slips) & (besides <= slips)).tolist()]
