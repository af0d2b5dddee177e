"""What a note holds of things: words of praise and blame, and the marks beside them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graph.notes.clauses import Piece
from graph.notes.note import Kind, Position, Prose
from graph.notes.proposals import Proposal, Reason, Saying
from graph.notes.topics import Thought, Topic
from graph.notes.words import tokens
from graph.notes.wording import Judging, Word, Wording

STATED: Final = "stated"
CONSTRAINT: Final = "constraint"
OPPOSITE: Final = {"pro": "con", "con": "pro"}
CUTS: Final = frozenset({",", "/", "(", ")", ":", "&"})
# A grade stands before what it grades or behind it, apart from it.
GRADE: Final = re.compile(r"^\s*([+\-]{1,4})(?=\s|$)|(?<=\s)([+\-]{1,4})\s*$")
BY_MARK: Final = 0.9
BY_WORD: Final = 0.75
IN_PROSE: Final = 0.4
# Beyond so many words it is running prose, where a word of praise is often no judgement of the topic.
FEW_WORDS: Final = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a clause that may be one judgement: its pieces, and the grade that stands over it."""

    pieces: tuple[Piece, ...]
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a part says: for, against, a condition, a claim; with its mark."""

    polarity: str
    grade: str
    is_marked: bool


def opinions(topic: Topic, wording: Wording, *, taken: dict[int, set[int]]) -> Iterator[Proposal]:
    """Yield the opinions that a block holds of what it is about.

    Args:
        taken: The pieces that say how things are connected, by the number of their clause; conditions may use them again.
    """
    if topic.linked.block.kind in (Kind.HEADING, Kind.CODE, Kind.HTML):
        return
    for thought in topic.thoughts:
        subjects = thought.told or _subjects(topic)
        if not subjects:
            continue
        used = taken.get(thought.clause.number, set())
        told = False
        for part in _parts(thought):
            verdict = _verdict(part, wording)
            if verdict is None:
                continue
            if verdict.polarity == CONSTRAINT:
                if not told:
                    whole = Part(_without_head(thought, topic))
                    yield from _proposals(topic, whole, verdict, subjects)
                told = True
            elif not any(thought.clause.pieces.index(piece) in used for piece in part.pieces):
                yield from _proposals(topic, part, verdict, subjects)


def is_judgement(text: str, wording: Wording) -> bool:
    """Return whether a few words judge something."""
    row = tuple(Piece(token.written, token.folded, token.start, token.end) for token in tokens(text))
    return _verdict(Part(row), wording) is not None


def _subjects(topic: Topic) -> tuple[str, ...]:
    if topic.head:
        return topic.head
    return topic.above[0] if topic.above and topic.has_parent else ()


def _parts(thought: Thought) -> Iterator[Part]:
    """Yield the parts of a clause between its marks; “(+++ : a & b)” grades both a and b."""
    row: list[Piece] = []
    grade = ""
    for piece in thought.clause.pieces:
        if not (piece.is_mark and piece.written in CUTS):
            row.append(piece)
            continue
        if piece.written == ":":  # what stands before a colon says what is judged, or the grade of what comes
            grade = row[0].written if row and all(one.is_mark and _is_grade(one.written) for one in row) else grade
        elif row:
            yield Part(tuple(row), grade)
        grade = "" if piece.written == ")" else grade
        row = []
    if row:
        yield Part(tuple(row), grade)


def _verdict(part: Part, wording: Wording) -> Verdict | None:
    mark = part.grade or _mark(part.pieces)
    has_words = any(piece.folded for piece in part.pieces)
    if mark and has_words:
        for judging in wording.judging:
            if mark in judging.marks:
                return Verdict(judging.polarity, mark if _is_grade(mark) else "", is_marked=True)
    for judging in wording.judging:
        at = _where(part.pieces, judging)
        if at is not None:
            is_denied = any(piece.folded in wording.negations for piece in part.pieces[max(0, at - 3) : at])
            polarity = OPPOSITE.get(judging.polarity, judging.polarity) if is_denied else judging.polarity
            return Verdict(polarity, "", is_marked=False)
    return None


def _mark(pieces: Sequence[Piece]) -> str:
    """Return the grade or the sign with which a part begins or ends."""
    if len(pieces) < 2:
        return ""
    for piece in (pieces[0], pieces[-1]):
        if piece.is_mark and not piece.folded and (_is_grade(piece.written) or ord(piece.written[0]) > 0x2000):
            return piece.written
    return ""


def _is_grade(written: str) -> bool:
    return bool(written) and set(written) in ({"+"}, {"-"})


def _where(pieces: Sequence[Piece], judging: Judging) -> int | None:
    """Return where words of *judging* begin."""
    plain = [(number, piece) for number, piece in enumerate(pieces) if not piece.is_mark]
    for begin in range(len(plain)):
        for words in judging.words:
            row = plain[begin : begin + len(words)]
            if len(row) == len(words) and all(_fits(piece, word) for (_, piece), word in zip(row, words, strict=True)):
                return row[0][0]
    return None


def _fits(piece: Piece, word: Word) -> bool:
    return piece.named is None and word.fits(piece.folded, piece.written)


def _without_head(thought: Thought, topic: Topic) -> tuple[Piece, ...]:
    """Return the pieces of a clause behind the colon after its head."""
    pieces = thought.clause.pieces
    colons = [number for number, piece in enumerate(pieces) if piece.is_mark and piece.written == ":"]
    behind = pieces[colons[0] + 1 :] if colons and topic.heads and colons[0] > topic.heads[0] else pieces
    return behind or pieces


def _proposals(topic: Topic, part: Part, verdict: Verdict, subjects: Sequence[str]) -> Iterator[Proposal]:
    pieces = [piece for piece in part.pieces if not (piece.is_mark and piece.written == verdict.grade)]
    while pieces and pieces[0].is_mark:
        pieces.pop(0)
    while pieces and pieces[-1].is_mark:
        pieces.pop()
    if not pieces:
        return
    prose = topic.linked.block.prose
    start, end = pieces[0].start, pieces[-1].end
    words = prose.value[start:end]
    confidence = BY_MARK if verdict.is_marked else BY_WORD if len(pieces) <= FEW_WORDS else IN_PROSE
    why = f"“{verdict.grade}” stands beside it" if verdict.grade else "its words judge"
    for subject in subjects:
        yield Proposal(
            saying=Saying.OPINION,
            subject=subject,
            key=verdict.polarity,
            value=words,
            position=prose.position(start),
            end=_behind(prose, end),
            words=words,
            basis=STATED,
            confidence=confidence,
            reason=Reason("grade" if verdict.is_marked else "judging-word", why),
            grade=verdict.grade,
        )


def _behind(prose: Prose, end: int) -> Position:
    last = prose.position(max(end - 1, 0))
    return Position(last.line, last.column + 1)
