"""What a note holds of things: words of praise and blame, and the marks beside them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph.notes.clauses import Piece
from graph.notes.note import Kind
from graph.notes.openings import Openings
from graph.notes.proposals import Proposal, Reason, Saying
from graph.notes.topics import Thought, Topic
from graph.notes.wording import Word, Wording
from graph.notes.words import tokens

STATED: Final = "stated"
# Conditions and claims are told by the whole clause: “the same (once you know one)” is one.
WHOLE: Final = frozenset({"constraint", "claim"})
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


class Judge:
    """Knows by which words and marks an opinion is known."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._marks = {mark: judging.polarity for judging in reversed(wording.judging) for mark in judging.marks}
        self._words = Openings(
            (words[0], (judging.polarity, words)) for judging in wording.judging for words in judging.words
        )

    def opinions(self, topic: Topic, *, taken: Mapping[int, Collection[int]]) -> Iterator[Proposal]:
        """Yield the opinions that a block holds of what it is about.

        Args:
            taken: The pieces that say how things are connected, by the number of their clause; conditions may use them
                again.
        """
        if topic.linked.block.kind in (Kind.HEADING, Kind.CODE, Kind.HTML):
            return
        for thought in topic.thoughts:
            subjects = thought.told or _subjects(topic)
            if subjects:
                yield from self._of_thought(topic, thought, subjects, taken.get(thought.clause.number, ()))

    def judges(self, text: str) -> bool:
        """Return whether a few words judge something."""
        row = tuple(Piece(token.written, token.folded, token.start, token.end) for token in tokens(text))
        return self._verdict(Part(row)) is not None

    def _of_thought(
        self, topic: Topic, thought: Thought, subjects: Sequence[str], taken: Collection[int]
    ) -> Iterator[Proposal]:
        spoken_for = {thought.clause.pieces[number].start for number in taken}
        doubted = {
            piece.start
            for piece, is_doubted in zip(thought.clause.pieces, thought.clause.doubts, strict=True)
            if is_doubted
        }
        told: set[str] = set()
        for part in _parts(thought):
            verdict = self._verdict(part)
            if verdict is None or part.pieces[0].start in doubted:
                continue
            if verdict.polarity in WHOLE:
                if verdict.polarity not in told:
                    yield from _proposals(topic, Part(_without_head(thought, topic)), verdict, subjects)
                told.add(verdict.polarity)
            elif not any(piece.start in spoken_for for piece in part.pieces):
                yield from _proposals(topic, part, verdict, subjects)

    def _verdict(self, part: Part) -> Verdict | None:
        mark = part.grade or _mark(part.pieces)
        if mark in self._marks and any(piece.folded for piece in part.pieces):
            return Verdict(self._marks[mark], mark if _is_grade(mark) else "", is_marked=True)
        found = self._where(part.pieces)
        if found is None:
            return None
        at, polarity = found
        is_denied = any(piece.folded in self._wording.negations for piece in part.pieces[max(0, at - 3) : at])
        return Verdict(OPPOSITE.get(polarity, polarity) if is_denied else polarity, "", is_marked=False)

    def _where(self, pieces: Sequence[Piece]) -> tuple[int, str] | None:
        """Return where the first words of judgement begin, and what they say."""
        plain = [(number, piece) for number, piece in enumerate(pieces) if not piece.is_mark]
        for begin, (number, piece) in enumerate(plain):
            for polarity, words in self._words.at(piece) if piece.named is None else ():
                row = plain[begin : begin + len(words)]
                if len(row) == len(words) and all(_fits(one, word) for (_, one), word in zip(row, words, strict=True)):
                    return number, polarity
        return None


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


def _mark(pieces: Sequence[Piece]) -> str:
    """Return the grade or the sign with which a part begins or ends."""
    if len(pieces) < 2:
        return ""
    for piece in (pieces[0], pieces[-1]):
        if piece.written == "-" and piece is pieces[0] and piece.end == pieces[1].start:
            continue  # the dash of an item or of an aside whose space was left out
        if piece.is_mark and not piece.folded and (_is_grade(piece.written) or ord(piece.written[0]) > 0x2000):
            return piece.written
    return ""


def _is_grade(written: str) -> bool:
    return bool(written) and set(written) in ({"+"}, {"-"})


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
            end=prose.behind(end),
            words=words,
            basis=STATED,
            confidence=confidence,
            reason=Reason("grade" if verdict.is_marked else "judging-word", why),
            grade=verdict.grade,
        )
