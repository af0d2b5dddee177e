"""Wordings by their first words, so that few of them are tried at each word of a text."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, Generic, TypeVar

from graph.notes.clauses import Piece
from graph.notes.wording import Word

Entry = TypeVar("Entry")
# Beginnings of words are looked up by so many letters.
STEM: Final = 3


class Openings(Generic[Entry]):
    """What begins with a word, in the order in which it was given."""

    def __init__(self, entries: Iterable[tuple[Word, Entry]]) -> None:
        self._entries: list[Entry] = []
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._beginning: dict[str, list[int]] = defaultdict(list)
        for number, (first, entry) in enumerate(entries):
            self._entries.append(entry)
            for word in first.whole:
                self._whole[word].append(number)
            for beginning in {beginning[:STEM] for beginning in first.beginnings}:
                self._beginning[beginning].append(number)

    def at(self, piece: Piece) -> list[Entry]:
        """Return what may begin with *piece*; where only a beginning is given the word is yet to be compared."""
        numbers = set(self._whole.get(piece.folded or piece.written, ()))
        for length in range(1, STEM + 1):
            numbers.update(self._beginning.get(piece.folded[:length], ()) if piece.folded else ())
        return [self._entries[number] for number in sorted(numbers)]
