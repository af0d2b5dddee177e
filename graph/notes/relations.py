"""What the wording, the signs and the order of a block say about how things are connected."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Final

from graph.notes import phrases
from graph.notes.clauses import Piece, listed
from graph.notes.linking import Named
from graph.notes.names import Names
from graph.notes.note import Kind
from graph.notes.phrases import Filler, Match
from graph.notes.proposals import Proposal, Reason, Saying
from graph.notes.topics import Thought, Topic
from graph.notes.wording import OBJECT, SUBJECT, Rule, Wording
from graph.vocabulary import Vocabulary

# How sure one can be, by the way a relation is said.
IN_WORDS: Final = 0.9
OF_THE_TOPIC: Final = 0.85
IN_A_LIST: Final = 0.8
IN_A_HEADING: Final = 0.8
IN_A_NAME: Final = 0.75
BY_A_SIGN: Final = 0.7
BY_PLACE: Final = 0.6
FROM_AFAR: Final = 0.2  # less, where it stands under a heading only
# What a phrase speaks of stands at most so many words before it.
FARTHEST: Final = 100
STATED: Final = "stated"
NESTING: Final = "nesting"


@dataclass(frozen=True, slots=True)
class Ends:
    """The classes between which each relation may stand, by its key: those of its start, and of its end."""

    starts: dict[str, frozenset[str]] = field(default_factory=dict)
    ends: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "Ends":
        """Return what the ontology says of them."""

        def keys(iris: Iterable[str]) -> frozenset[str]:
            return frozenset(known.key for iri in iris if (known := vocabulary.class_of(iri)))

        relations = vocabulary.relations.items()
        return cls(
            {name: keys(one.domain) for name, one in relations}, {name: keys(one.range) for name, one in relations}
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What a block says: the statements, and the pieces that phrases of it are made of, by the number of the clause."""

    proposals: tuple[Proposal, ...]
    taken: dict[int, set[int]]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is said: a block, from one piece to another, and whether it is doubted there."""

    topic: Topic
    first: Piece
    last: Piece
    is_doubted: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two entities; the note itself is an empty slug."""

    subject: str
    relation: str
    value: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is said: its basis, how sure one can be, and why in a few words."""

    basis: str
    confidence: float
    why: str


class Connections:
    """Reads the relations of one note, block by block."""

    def __init__(self, names: Names, wording: Wording, ends: Ends) -> None:
        self.names = names
        self.wording = wording
        self.ends = ends
        self._book = phrases.phrasebook(wording.phrases)

    def fits(self, rule: Rule, role: str, slug: str) -> bool:
        """Return whether an entity can play *role* in what *rule* says."""
        known = self.names.known.get(slug)
        if known is None or not known.is_one_of(rule.kinds.get(role, ())):
            return False
        return all(
            known.is_one_of(some.get(claim.relation, frozenset()))
            for claim in rule.says
            for end, some in ((claim.start, self.ends.starts), (claim.end, self.ends.ends))
            if end == role
        )

    def of_heading(self, topic: Topic, level: int) -> Iterator[Proposal]:
        """Yield what a note is about, as a heading of it says."""
        if level > self.wording.heading_levels:
            return
        for thought in topic.thoughts:
            for piece in thought.clause.pieces:
                known = self.names.known.get(piece.slug)
                if known is not None and not (self.wording.unheaded and known.is_one_of(self.wording.unheaded)):
                    spot = Spot(topic, piece, piece)
                    manner = Manner(STATED, IN_A_HEADING, "a heading names it")
                    yield _proposal(spot, Edge("", "about", known.slug), manner, "heading")

    def read(self, topic: Topic) -> Said:
        """Return what one block says of how things are connected."""
        matches = [
            list(
                phrases.find(
                    thought.clause,
                    self._book,
                    self.wording,
                    self.fits,
                    has_subject=partial(self._has_subject, topic, thought),
                )
            )
            for thought in topic.thoughts
        ]
        proposals: list[Proposal] = []
        taken: dict[int, set[int]] = {}
        for thought, some in zip(topic.thoughts, matches, strict=True):
            proposals += self._in_words(topic, thought, some)
            proposals += self._in_lists(topic, thought)
            proposals += self._in_names(topic, thought)
            taken[thought.clause.number] = {
                number for match in some for number in (*range(match.first, match.after), *match.numbers)
            }
        proposals += self._by_signs(topic)
        proposals += self._by_nesting(topic, matches[0] if matches else ())
        return Said(tuple(proposals), taken)

    def is_told_by_name(self, named: Named, part: str) -> bool:
        """Return whether it says something that the name of *part* is in that of what is named."""
        return any(
            self.fits(rule, SUBJECT, named.slug) and self.fits(rule, OBJECT, part) for rule in self.wording.compounds
        )

    # --- in words

    def _in_words(self, topic: Topic, thought: Thought, matches: Iterable[Match]) -> Iterator[Proposal]:
        pieces = thought.clause.pieces
        taken: set[int] = set()
        for match in matches:
            subjects, confidence = self._subjects(match, topic, thought, taken)
            filled = {SUBJECT: tuple(Filler(match.first, slug) for slug in subjects), **match.filled}
            taken.update(filler.number for role, some in match.filled.items() if role != SUBJECT for filler in some)
            first = pieces[min((match.first, *match.numbers))]
            manner = Manner(STATED, confidence, f"“{_written(pieces, match)}” says so")
            for claim in match.rule.says:
                for start in filled.get(claim.start, ()):
                    for end in filled.get(claim.end, ()):
                        until = max(match.after - 1, start.number, end.number)
                        spot = Spot(topic, first, pieces[until], is_doubted=thought.clause.doubts[until])
                        if start.slug != end.slug:
                            edge = Edge(start.slug, claim.relation, end.slug)
                            yield _proposal(spot, edge, manner, match.rule.name)

    def _has_subject(self, topic: Topic, thought: Thought, match: Match) -> bool:
        return SUBJECT in match.filled or bool(self._subjects(match, topic, thought, set())[0])

    def _subjects(self, match: Match, topic: Topic, thought: Thought, taken: set[int]) -> tuple[tuple[str, ...], float]:
        """Return what a phrase speaks of where it does not say it, and how sure one can be."""
        if SUBJECT in match.filled:
            return (), IN_WORDS
        pieces = thought.clause.pieces

        def is_used(number: int) -> bool:
            return number in taken or number in match.numbers

        def fitting(slugs: Iterable[str]) -> tuple[str, ...]:
            return tuple(slug for slug in slugs if self.fits(match.rule, SUBJECT, slug))

        if found := fitting(thought.told):
            return found, OF_THE_TOPIC
        for number in range(max(0, match.first - FARTHEST), match.first):
            if not is_used(number) and _is_subject(pieces, number) and (found := fitting([pieces[number].slug])):
                together = [one for one in listed(pieces, number, self.wording) if one < match.first]
                return fitting(pieces[one].slug for one in together) or found, IN_WORDS
        own = 1 if topic.head else 0
        for distance, slugs in enumerate(topic.subjects):
            named_here = distance < own
            if named_here and topic.heads and all(map(is_used, topic.heads)):
                continue
            if found := fitting(slugs):
                is_far = not named_here and not topic.has_parent
                return found, OF_THE_TOPIC - (FROM_AFAR if is_far or distance > own else 0)
        return (), 0.0

    # --- in lists, names, signs, and by place

    def _in_lists(self, topic: Topic, thought: Thought) -> Iterator[Proposal]:
        """Yield what names behind a colon or in brackets are to what stands before."""
        pieces = thought.clause.pieces
        manner = Manner(STATED, IN_A_LIST, "it is named in a list behind it")
        for number, piece in enumerate(pieces):
            first = self._name_right_behind(pieces, number) if piece.is_mark and piece.written in (":", "(") else None
            if first is None:
                continue
            subjects = self._listing(pieces, number, topic, thought)
            for one in listed(pieces, first, self.wording):
                spot = Spot(topic, pieces[one], pieces[one], is_doubted=thought.clause.doubts[one])
                yield from self._first_fitting(self.wording.lists, spot, subjects, pieces[one].slug, manner)
        if thought.told and topic.head and thought.told != topic.head:
            spot = Spot(topic, pieces[0], pieces[min(2, len(pieces) - 1)])
            for slug in thought.told:
                yield from self._first_fitting(self.wording.lists, spot, topic.head, slug, manner)

    def _listing(self, pieces: Sequence[Piece], at: int, topic: Topic, thought: Thought) -> tuple[str, ...]:
        """Return what a list belongs to: the name right before its bracket, else what the clause is about."""
        if pieces[at].written == "(" and at and pieces[at - 1].slug and not thought.told:
            return (pieces[at - 1].slug,)
        return thought.told or topic.head

    def _name_right_behind(self, pieces: Sequence[Piece], number: int) -> int | None:
        for at in range(number + 1, len(pieces)):
            if pieces[at].named is not None:
                return at
            if pieces[at].is_mark or pieces[at].folded not in self.wording.common:
                return None
        return None

    def _in_names(self, topic: Topic, thought: Thought) -> Iterator[Proposal]:
        """Yield what it says that one name is a part of another."""
        manner = Manner(STATED, IN_A_NAME, "its name has that name in it")
        for piece in thought.clause.pieces:
            if piece.named is not None and piece.slug:
                for part in piece.named.inner:
                    spot = Spot(topic, piece, piece)
                    yield from self._first_fitting(self.wording.compounds, spot, (piece.slug,), part, manner)

    def _by_signs(self, topic: Topic) -> Iterator[Proposal]:
        """Yield what a sign between the names at the beginning of a block says."""
        pieces = topic.thoughts[0].clause.pieces if topic.heads else ()
        manner = Manner(STATED, BY_A_SIGN, "a sign joins them")
        for start, end in pairwise(topic.heads):
            between = {piece.written for piece in pieces[start + 1 : end]}
            rules = [rule for rule in self.wording.signs if between <= set(rule.signs)]
            spot = Spot(topic, pieces[start], pieces[end])
            yield from self._first_fitting(rules, spot, (pieces[start].slug,), pieces[end].slug, manner)

    def _by_nesting(self, topic: Topic, matches: Iterable[Match]) -> Iterator[Proposal]:
        """Yield what it says that a block which begins with a name stands below another one."""
        if not topic.above or not topic.has_parent or not topic.thoughts:
            return
        pieces = topic.thoughts[0].clause.pieces
        # A name behind “on” or “for” is said in words to be something else.
        used = {
            number
            for match in matches
            for role in match.filled
            for number in (filler.number for filler in match.filled[role])
            if role == "platform" or (role != SUBJECT and number > match.first)
        }
        is_far = topic.linked.block.kind is Kind.HEADING or topic.linked.block.parent < 0
        manner = Manner(NESTING, BY_PLACE - (FROM_AFAR if is_far else 0), "it stands below it")
        for number in topic.heads:
            if number not in used:
                spot = Spot(topic, pieces[number], pieces[number])
                yield from self._first_fitting(self.wording.nesting, spot, topic.above[0], pieces[number].slug, manner)

    def _first_fitting(
        self, rules: Sequence[Rule], spot: Spot, subjects: Iterable[str], other: str, manner: Manner
    ) -> Iterator[Proposal]:
        """Yield what the first of *rules* says that fits a subject and another entity."""
        for subject in subjects:
            for rule in rules:
                if subject != other and self.fits(rule, SUBJECT, subject) and self.fits(rule, OBJECT, other):
                    for claim in rule.says:
                        start, end = (subject, other) if claim.start == SUBJECT else (other, subject)
                        yield _proposal(spot, Edge(start, claim.relation, end), manner, rule.name)
                    break


def _proposal(spot: Spot, edge: Edge, manner: Manner, rule: str) -> Proposal:
    prose = spot.topic.linked.block.prose
    words = prose.value[spot.first.start : spot.last.end]
    return Proposal(
        saying=Saying.QUESTION if spot.is_doubted else Saying.RELATION,
        subject=edge.subject,
        key=edge.relation,
        value=words if spot.is_doubted else edge.value,
        position=prose.position(spot.first.start),
        end=prose.behind(spot.last.end),
        words=words,
        basis=manner.basis,
        confidence=round(manner.confidence, 2),
        reason=Reason(rule, manner.why),
        target=edge.value if spot.is_doubted else "",
    )


def _is_subject(pieces: Sequence[Piece], number: int) -> bool:
    """Return whether the name *number* may be what its sentence speaks of: it begins it, or follows a mark."""
    return bool(pieces[number].slug) and all(
        piece.is_mark or len(piece.folded) <= 4 for piece in pieces[max(0, number - 1) : number] if piece.named is None
    )


def _written(pieces: Sequence[Piece], match: Match) -> str:
    return " ".join(piece.written for piece in pieces[match.first : match.after])
