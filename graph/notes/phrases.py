"""Where a phrase of the wording stands in a clause, and what fills its holes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph.notes.clauses import Clause, Piece, listed
from graph.notes.openings import Openings
from graph.notes.wording import SUBJECT, Hole, Part, Rule, Word, Wording

# So many other words may stand between a word of a phrase and the name it speaks of.
MOST_BETWEEN: Final = 3
# A sentence is turned round by a word that stands so near before the phrase.
NEGATION_REACH: Final = 4
QUIET: Final = frozenset({":", "'", "’", '"', "“", "”", "«", "»", "*", "(", "-"})

Fits = Callable[[Rule, str, str], bool]
Phrasebook = Openings[tuple[Rule, tuple[Part, ...]]]


@dataclass(frozen=True, slots=True)
class Filler:
    """A name in a hole: the number of its piece, and the entity that is meant there."""

    number: int
    slug: str


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: where it begins and what is behind it, and the pieces that fill its holes.

    Attributes:
        filled: What fills the holes, by their roles; a list of names fills one hole.
    """

    rule: Rule
    first: int
    after: int
    filled: Mapping[str, tuple[Filler, ...]]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The pieces that fill its holes."""
        return tuple(filler.number for fillers in self.filled.values() for filler in fillers)


IsTold = Callable[[Match], bool]


def phrasebook(rules: Iterable[Rule]) -> Phrasebook:
    """Return the phrases of *rules* by their first words."""
    return Openings(
        (next(part for part in phrase if isinstance(part, Word)), (rule, phrase))
        for rule in rules
        for phrase in rule.phrases
    )


def find(clause: Clause, book: Phrasebook, wording: Wording, fits: Fits, *, has_subject: IsTold) -> Iterator[Match]:
    """Yield the phrases in *clause* from left to right; none that is denied, none within another.

    Args:
        fits: Says whether an entity, by its slug, can play a role of a rule.
        has_subject: Says whether there is anything that a phrase may speak of; where not the next one is tried.
    """
    position = 0
    while position < len(clause.pieces):
        matches = _at(clause.pieces, position, book, wording, fits, has_subject)
        for match in matches:
            if not _is_denied(clause.pieces, match, wording):
                yield match
        # Names that fill a hole may begin the next phrase; the words of this one may not.
        position = max((position + 1, *(match.after for match in matches)))


def _at(  # noqa: PLR0913, PLR0917  # the same
    pieces: Sequence[Piece], anchor: int, book: Phrasebook, wording: Wording, fits: Fits, has_subject: IsTold
) -> list[Match]:
    """Return the phrases that begin at a piece: of a list of names each goes to the first rule that it fits."""
    found: list[Match] = []
    if pieces[anchor].named is not None:
        return found
    for rule, phrase in book.at(pieces[anchor]):
        if any(match.rule is rule for match in found):
            continue
        match = _match(rule, phrase, pieces, anchor, wording, fits)
        if match is None or {*match.numbers} <= {number for one in found for number in one.numbers}:
            continue
        if has_subject(match):
            found.append(match)
    return found


def _match(  # noqa: PLR0913, PLR0917  # a phrase, where it may stand, and what may fill it
    rule: Rule, phrase: Sequence[Part], pieces: Sequence[Piece], anchor: int, wording: Wording, fits: Fits
) -> Match | None:
    """Return *phrase* where its first word is the piece *anchor*."""
    leading = phrase[0] if isinstance(phrase[0], Hole) else None
    rest = phrase[1:] if leading else phrase
    assert isinstance(rest[0], Word)
    if not _is(pieces[anchor], rest[0]):
        return None
    filled: dict[str, tuple[Filler, ...]] = {}
    if leading is not None:
        before = _before(pieces, anchor)
        filler = None if before is None else _filler(pieces, before, rule, leading.role, fits)
        if filler is None:
            return None
        filled[leading.role] = (filler,)
    position = anchor + 1
    words_end = position
    for part in rest[1:]:
        if isinstance(part, Word):
            position = _skip_marks(pieces, position)
            if position >= len(pieces) or not _is(pieces[position], part):
                return None
            position += 1
            words_end = position
            continue
        at = _next_name(pieces, _skip_marks(pieces, position))
        if at is None:
            return None
        together = (_filler(pieces, one, rule, part.role, fits) for one in listed(pieces, at, wording))
        filled[part.role] = tuple(filler for filler in together if filler is not None)
        if not filled[part.role]:
            return None
        position = at + 1
    return Match(rule, anchor, words_end, filled)


def _filler(pieces: Sequence[Piece], number: int, rule: Rule, role: str, fits: Fits) -> Filler | None:
    """Return what a name is in a hole: what it stands for, else what is named in it (kubeadm in “kubeadm join”)."""
    named = pieces[number].named
    for slug in (pieces[number].slug, *(named.inner if named else ())):
        if fits(rule, role, slug):
            return Filler(number, slug)
    return None


def _is(piece: Piece, word: Word) -> bool:
    return piece.named is None and word.fits(piece.folded, piece.written)


def _before(pieces: Sequence[Piece], anchor: int) -> int | None:
    """Return the name before *anchor*, with few words between."""
    for number in range(anchor - 1, max(anchor - 2 - MOST_BETWEEN, -1), -1):
        if pieces[number].named is not None:
            return number
        if pieces[number].is_mark and pieces[number].written != "-":
            return None
    return None


def _next_name(pieces: Sequence[Piece], position: int) -> int | None:
    """Return the next name, with few words between."""
    words = 0
    for number in range(position, len(pieces)):
        piece = pieces[number]
        if piece.named is not None:
            return number
        if piece.is_mark:
            if piece.written not in QUIET:
                return None
        else:
            words += 1
        if words > MOST_BETWEEN:
            return None
    return None


def _skip_marks(pieces: Sequence[Piece], position: int) -> int:
    """Return the next piece that is no apostrophe or hyphen: “s’appuie”, “auto-peuple”, “e.g.”."""
    while position < len(pieces) and pieces[position].is_mark and pieces[position].written in "'’-.":
        position += 1
    return position


def _is_denied(pieces: Sequence[Piece], match: Match, wording: Wording) -> bool:
    start = max(0, match.first - NEGATION_REACH)
    near = [piece for piece in pieces[start : match.first] if piece.named is None]
    denied = False
    for piece in near:
        if piece.is_mark and piece.written not in QUIET:
            denied = False
        elif piece.folded in wording.negations:
            denied = True
    ends = [fillers[0].number for role, fillers in match.filled.items() if role != SUBJECT]
    behind = pieces[match.first : max(ends, default=match.after)]
    return denied or any(piece.folded in wording.negations for piece in behind if piece.named is None)
