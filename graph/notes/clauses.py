"""A linked block as clauses: words, marks and names in a row, cut where a thought ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graph.notes.linking import Linked, Named
from graph.notes.wording import Wording
from graph.notes.words import Token

# A thought ends at these; a dot does where a space or nothing follows it.
ENDS: Final = frozenset({";", "//", "///", "////", "!", "…", "—", "–", "•", "|"})
SEPARATORS: Final = frozenset({",", "/", "+", "&"})
QUESTION: Final = "?"


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a mark of a clause, or a name.

    Attributes:
        named: The name that the words are; ``None`` for a word or a mark.
        slugs: What the name stands for.
    """

    written: str
    folded: str
    start: int
    end: int
    named: Named | None = None

    @property
    def slug(self) -> str:
        """The entity that it names; empty where it names none, or where several may be meant."""
        return self.named.slug if self.named else ""

    @property
    def is_mark(self) -> bool:
        """Whether it is neither a word nor a name."""
        return self.named is None and not self.folded


@dataclass(frozen=True, slots=True)
class Clause:
    """A thought: its pieces in a row; *number* counts the clauses of its block.

    Attributes:
        doubts: For each piece, whether a question mark ends what it belongs to.
    """

    number: int
    pieces: tuple[Piece, ...]
    doubts: tuple[bool, ...]

    @classmethod
    def of(cls, number: int, pieces: Sequence[Piece]) -> "Clause":
        """Return the clause of *pieces*."""
        doubts, is_doubted = [], False
        for piece in reversed(pieces):
            if piece.written.startswith(QUESTION):
                is_doubted = True
            elif piece.is_mark and piece.written in SEPARATORS:
                is_doubted = False
            doubts.append(is_doubted)
        return cls(number, tuple(pieces), tuple(reversed(doubts)))


def clauses(linked: Linked, wording: Wording) -> tuple[Clause, ...]:
    """Return the clauses of *linked*, in their order."""
    rows: list[list[Piece]] = [[]]
    pieces = list(_pieces(linked, wording))
    text = linked.block.prose.value
    for piece in pieces:
        if piece.is_mark and _is_dash(piece, text):
            rows.append([])
            continue
        rows[-1].append(piece)
        if piece.is_mark and (piece.written in ENDS or _is_full_stop(piece, text)):
            rows.append([])
    return tuple(Clause.of(number, row) for number, row in enumerate(rows) if row)


def _is_full_stop(piece: Piece, text: str) -> bool:
    """Return whether a dot ends a sentence; behind a single letter it shortens a word, as in “e.g.”."""
    before = text[max(piece.start - 2, 0) : piece.start]
    is_short = before[-1:].isalpha() and not before[:-1].isalnum() and len(before) > 1
    return piece.written == "." and not is_short and not text[piece.end : piece.end + 1].strip()


def _is_dash(piece: Piece, text: str) -> bool:
    """Return whether a hyphen stands between words as a dash does, and not behind the last one as a grade."""
    if piece.written not in ("-", "--") or text[piece.start - 1 : piece.start] != " ":
        return False
    behind = map(text.__getitem__, range(piece.end + 1, len(text)))
    return text[piece.end : piece.end + 1] == " " and any(map(str.isalnum, behind))


def _pieces(linked: Linked, wording: Wording) -> Iterator[Piece]:
    """Yield the pieces; a name that begins with a preposition (“on premises”) is that word and the name."""
    named = {one.first: one for one in linked.named}
    number = 0
    while number < len(linked.row):
        one = named.get(number)
        if one is None:
            yield _word(linked.row[number])
            number += 1
            continue
        first = linked.row[one.first]
        start = one.first
        if one.after - one.first > 1 and first.folded in wording.common:
            yield _word(first)
            start += 1
        yield Piece(
            linked.block.prose.value[linked.row[start].start : linked.row[one.after - 1].end],
            "",
            linked.row[start].start,
            linked.row[one.after - 1].end,
            one,
        )
        number = one.after


def _word(token: Token) -> Piece:
    return Piece(token.written, token.folded, token.start, token.end)


def listed(pieces: Sequence[Piece], at: int, wording: Wording) -> list[int]:
    """Return where the names are that stand together with the one *at*: “A, B and C”, “A / B”."""
    found = [at]
    position = at + 1
    while position < len(pieces):
        start = position
        while position < len(pieces) and _is_between(pieces[position], wording):
            position += 1
        is_joined = any(_is_joint(piece, wording) for piece in pieces[start:position])
        if not is_joined or position >= len(pieces) or pieces[position].named is None:
            break
        found.append(position)
        position += 1
    return found


def _is_joint(piece: Piece, wording: Wording) -> bool:
    return piece.folded in wording.joins or (piece.is_mark and piece.written in SEPARATORS)


def _is_between(piece: Piece, wording: Wording) -> bool:
    """Return whether *piece* may stand between names that are told together."""
    return piece.named is None and (
        _is_joint(piece, wording) or piece.folded in wording.common or piece.written in "'’"
    )
