"""What each block of a note is about: the names it begins with, else what governs it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graph.notes.clauses import Clause, Piece, clauses, listed
from graph.notes.linking import Linked
from graph.notes.names import Names
from graph.notes.note import Kind, Note
from graph.notes.wording import Wording
from graph.notes.words import key

TITLES: Final = (Kind.HEADING, Kind.LABEL)
OPENERS: Final = frozenset("([:")
# A name that is left out in part (“integrated:” below “Ingress”) has at most so many words.
MOST_LEFT: Final = 3


@dataclass(frozen=True, slots=True)
class Thought:
    """A clause, and what it is about where that differs from its block.

    Attributes:
        told: The entities that a part before a colon names by leaving words out (“integrated: …” below “Ingress”).
    """

    clause: Clause
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A block with what it is about.

    Attributes:
        head: The entities whose names it begins with.
        heads: Where these stand in the first clause.
        above: The entities that what governs it is about, nearest first: item or label, then headings.
        has_parent: Whether the first of these are what the block is nested in, and not those of a heading.
    """

    linked: Linked
    thoughts: tuple[Thought, ...]
    head: tuple[str, ...]
    heads: tuple[int, ...]
    above: tuple[tuple[str, ...], ...]
    has_parent: bool

    @property
    def subjects(self) -> tuple[tuple[str, ...], ...]:
        """What its clauses may speak of where they do not say it, likeliest first."""
        return (self.head, *self.above) if self.head else self.above


def topics(note: Note, linked: Sequence[Linked], names: Names, wording: Wording) -> tuple[Topic, ...]:
    """Return every block with what it is about."""
    found: list[Topic] = []
    number_of = {heading.block: number for number, heading in enumerate(note.headings)}
    titles: list[tuple[str, ...]] = [()] * len(note.headings)

    def of_headings(number: int) -> Iterator[tuple[str, ...]]:
        while number >= 0:
            if titles[number]:
                yield titles[number]
            number = note.headings[number].meant

    for one in linked:
        block = one.block
        parent = found[block.parent] if block.parent >= 0 else None
        heading = number_of.get(block.index)
        if heading is not None:
            above = tuple(of_headings(note.headings[heading].meant))
        elif parent is not None:
            above = parent.subjects
        else:
            above = tuple(of_headings(block.section))
        row = clauses(one, wording)
        head, heads = _head(row, block.kind, wording)
        if _is_open(row, wording):
            above = ()
        if not head and above:
            head = _left_out(_words(row), above, names)
        if heading is not None and _is_whole(row, heads, wording):
            titles[heading] = head
        thoughts = tuple(Thought(clause, _told(clause, (head, *above), names)) for clause in row)
        has_parent = bool(parent and parent.head) or (parent is None and bool(above))
        found.append(Topic(one, thoughts, head, heads, above, has_parent))
    return tuple(found)


def _head(row: Sequence[Clause], kind: Kind, wording: Wording) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the entities that a block begins with; a title is about the only one that it names outside brackets."""
    if not row:
        return (), ()
    pieces = row[0].pieces
    first = _first_name(pieces, wording)
    if first is None and kind in TITLES:
        named = [number for number, piece in enumerate(_before_brackets(pieces)) if piece.named is not None]
        first = named[0] if len(named) == 1 else None
    if first is None or not pieces[first].slug:
        return (), ()
    heads = [first]
    for number in listed(pieces, first, wording)[1:]:
        between = pieces[heads[-1] + 1 : number]
        if not pieces[number].slug or any(piece.written == "," for piece in between):
            break
        heads.append(number)
    return tuple(pieces[number].slug for number in heads), tuple(heads)


def _is_open(row: Sequence[Clause], wording: Wording) -> bool:
    """Return whether a block begins with a name that may mean several: then it is about none of what governs it."""
    first = _first_name(row[0].pieces, wording) if row else None
    return first is not None and not row[0].pieces[first].slug


def _first_name(pieces: Sequence[Piece], wording: Wording) -> int | None:
    for number, piece in enumerate(pieces):
        if piece.named is not None:
            return number
        if not piece.is_mark and piece.folded not in wording.common:
            return None
    return None


def _before_brackets(pieces: Sequence[Piece]) -> Sequence[Piece]:
    for number, piece in enumerate(pieces):
        if piece.written in OPENERS:
            return pieces[:number]
    return pieces


def _is_whole(row: Sequence[Clause], heads: Sequence[int], wording: Wording) -> bool:
    """Return whether a heading says nothing but the names that it begins with."""
    if len(row) != 1 or not heads:
        return False
    rest = (piece for number, piece in enumerate(row[0].pieces) if number not in heads)
    return all(piece.is_mark or piece.folded in wording.common for piece in rest)


def _words(row: Sequence[Clause]) -> str:
    """Return a block that is nothing but a few words without a name, else an empty text."""
    if len(row) != 1:
        return ""
    pieces = [piece for piece in row[0].pieces if not (piece.is_mark and piece.written == ":")]
    is_short = 0 < len(pieces) <= MOST_LEFT and all(piece.named is None and not piece.is_mark for piece in pieces)
    return " ".join(piece.folded for piece in pieces) if is_short else ""


def _told(clause: Clause, above: Sequence[tuple[str, ...]], names: Names) -> tuple[str, ...]:
    """Return what the words before the last colon of *clause* name, if they leave out what is plain from above."""
    row: list[str] = []
    told: tuple[str, ...] = ()
    for piece in clause.pieces:
        if piece.is_mark and piece.written == ":":
            told = (_left_out(" ".join(row), above, names) if 0 < len(row) <= MOST_LEFT else ()) or told
            row = []
        elif piece.named is not None or piece.is_mark:
            row = []
        else:
            row.append(piece.folded)
    return told


def _left_out(words: str, above: Sequence[tuple[str, ...]], names: Names) -> tuple[str, ...]:
    """Return the entity that is called by *words* together with a name from above."""
    if not words:
        return ()
    for slugs in above[:2]:
        for slug in slugs:
            for name in names.known[slug].names:
                for whole in (f"{name} {words}", f"{words} {name}"):
                    found = names.by_key.get(key(whole), ())
                    if len(found) == 1 and found[0] != slug:
                        return found
    return ()
