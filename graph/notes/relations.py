"""What the wording, the signs and the order of a block say about how things are connected."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from graph.notes import phrases
from graph.notes.clauses import Piece, listed
from graph.notes.linking import Named
from graph.notes.names import Names
from graph.notes.note import Kind
from graph.notes.phrases import Filler, Match, Phrasebook
from graph.notes.proposals import Proposal, Reason, Saying
from graph.notes.topics import Thought, Topic
from graph.notes.wording import OBJECT, SUBJECT, Claim, Rule, Wording
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
        return cls({name: keys(one.domain) for name, one in relations}, {name: keys(one.range) for name, one in relations})


@dataclass(frozen=True, slots=True)
class Said:
    """What a block says: the statements, and the pieces that phrases of it are made of, by the number of the clause."""

    proposals: tuple[Proposal, ...]
    taken: dict[int, set[int]]


class Connections:
    """Reads the relations of one note, block by block."""

    def __init__(self, names: Names, wording: Wording, ends: Ends) -> None:
        self.names = names
        self.wording = wording
        self.ends = ends
        self._book = Phrasebook(wording.phrases)

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
                if known is not None and not known.is_one_of(self.wording.unheaded or ("",)):
                    reason = Reason("heading", "a heading names it")
                    yield self._proposal(topic, piece, piece, "", "about", known.slug, STATED, IN_A_HEADING, reason)

    def read(self, topic: Topic) -> Said:
        """Return what one block says of how things are connected."""
        matches = [list(phrases.find(thought.clause, self._book, self.wording, self.fits)) for thought in topic.thoughts]
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
        return any(self.fits(rule, SUBJECT, named.slug) and self.fits(rule, OBJECT, part) for rule in self.wording.compounds)

    # --- in words

    def _in_words(self, topic: Topic, thought: Thought, matches: Iterable[Match]) -> Iterator[Proposal]:
        pieces = thought.clause.pieces
        taken: set[int] = set()
        for match in matches:
            subjects, confidence = self._subjects(match, topic, thought, taken)
            filled = {SUBJECT: tuple(Filler(match.first, slug) for slug in subjects), **match.filled}
            taken.update(filler.number for role, some in match.filled.items() if role != SUBJECT for filler in some)
            first = min((match.first, *match.numbers))
            reason = Reason(match.rule.name, f"“{_written(pieces, match)}” says so")
            for claim in match.rule.says:
                for start in filled.get(claim.start, ()):
                    for end in filled.get(claim.end, ()):
                        if start.slug != end.slug:
                            until = max(match.after - 1, start.number, end.number)
                            yield self._proposal(
                                topic, pieces[first], pieces[until], start.slug, claim.relation, end.slug, STATED,
                                confidence, reason, is_doubted=thought.clause.is_doubted(until),
                            )

    def _subjects(
        self, match: Match, topic: Topic, thought: Thought, taken: set[int]
    ) -> tuple[tuple[str, ...], float]:
        """Return what a phrase speaks of where it does not say it, and how sure one can be."""
        if SUBJECT in match.filled:
            return (), IN_WORDS
        pieces = thought.clause.pieces
        used = {*match.numbers} | taken

        def fitting(slugs: Iterable[str]) -> tuple[str, ...]:
            return tuple(slug for slug in slugs if self.fits(match.rule, SUBJECT, slug))

        if found := fitting(thought.told):
            return found, OF_THE_TOPIC
        for number in range(match.first):
            if number not in used and _is_subject(pieces, number) and (found := fitting([pieces[number].slug])):
                together = [one for one in listed(pieces, number, self.wording) if one < match.first]
                return fitting(pieces[one].slug for one in together) or found, IN_WORDS
        own = 1 if topic.head else 0
        for distance, slugs in enumerate(topic.subjects):
            named_here = distance < own
            if named_here and topic.heads and all(number in used for number in topic.heads):
                continue
            if found := fitting(slugs):
                is_far = not named_here and not topic.has_parent
                return found, OF_THE_TOPIC - (FROM_AFAR if is_far or distance > own else 0)
        return (), 0.0

    # --- in lists, names, signs, and by place

    def _in_lists(self, topic: Topic, thought: Thought) -> Iterator[Proposal]:
        """Yield what names behind a colon or in brackets are to what stands before."""
        pieces = thought.clause.pieces
        for number, piece in enumerate(pieces):
            if not (piece.is_mark and piece.written in (":", "(")):
                continue
            first = self._name_right_behind(pieces, number)
            if first is None:
                continue
            subjects = thought.told or topic.head
            before = [one for one in range(number) if pieces[one].slug]
            if piece.written == "(" and before and not thought.told and before[-1] == number - 1:
                subjects = (pieces[before[-1]].slug,)
            for one in listed(pieces, first, self.wording):
                yield from self._first_fitting(
                    self.wording.lists, topic, pieces[one], pieces[one], subjects, STATED,
                    IN_A_LIST, "named in a list behind it", is_doubted=thought.clause.is_doubted(one),
                )
        if thought.told and topic.head and thought.told != topic.head:
            first_piece, last_piece = pieces[0], pieces[min(2, len(pieces) - 1)]
            for slug in thought.told:
                yield from self._first_fitting(
                    self.wording.lists, topic, first_piece, last_piece, topic.head, STATED, IN_A_LIST,
                    "named in a list behind it", slug=slug,
                )

    def _name_right_behind(self, pieces: Sequence[Piece], number: int) -> int | None:
        for at in range(number + 1, len(pieces)):
            if pieces[at].named is not None:
                return at
            if pieces[at].is_mark or pieces[at].folded not in self.wording.common:
                return None
        return None

    def _in_names(self, topic: Topic, thought: Thought) -> Iterator[Proposal]:
        """Yield what it says that one name is a part of another."""
        for piece in thought.clause.pieces:
            if piece.named is not None and piece.slug:
                for part in piece.named.inner:
                    yield from self._first_fitting(
                        self.wording.compounds, topic, piece, piece, (piece.slug,), STATED, IN_A_NAME,
                        "its name has that name in it", slug=part,
                    )

    def _by_signs(self, topic: Topic) -> Iterator[Proposal]:
        """Yield what a sign between the names at the beginning of a block says."""
        if len(topic.heads) < 2:
            return
        pieces = topic.thoughts[0].clause.pieces
        for start, end in zip(topic.heads, topic.heads[1:], strict=False):
            between = {piece.written for piece in pieces[start + 1 : end]}
            rules = [rule for rule in self.wording.signs if between <= set(rule.signs)]
            yield from self._first_fitting(
                rules, topic, pieces[start], pieces[end], (pieces[start].slug,), STATED, BY_A_SIGN, "a sign joins them"
            )

    def _by_nesting(self, topic: Topic, matches: Iterable[Match]) -> Iterator[Proposal]:
        """Yield what it says that a block which begins with a name stands below another one."""
        if not topic.above or not topic.has_parent or not topic.thoughts:
            return
        pieces = topic.thoughts[0].clause.pieces
        used = {filler.number for match in matches for filler in match.filled.get("platform", ())}
        is_title = topic.linked.block.kind is Kind.HEADING or topic.linked.block.parent < 0
        confidence = BY_PLACE - (FROM_AFAR if is_title else 0)
        for number in topic.heads:
            if number not in used:
                yield from self._first_fitting(
                    self.wording.nesting, topic, pieces[number], pieces[number], topic.above[0], NESTING, confidence,
                    "it stands below it",
                )

    def _first_fitting(  # noqa: PLR0913  # what a proposal is made of
        self, rules: Iterable[Rule], topic: Topic, first: Piece, last: Piece, subjects: Iterable[str], basis: str,
        confidence: float, why: str, *, slug: str = "", is_doubted: bool = False,
    ) -> Iterator[Proposal]:
        """Yield what the first of *rules* says that fits a subject and the entity that *last* names."""
        rules = tuple(rules)
        other = slug or last.slug
        for subject in subjects:
            if subject == other:
                continue
            for rule in rules:
                if self.fits(rule, SUBJECT, subject) and self.fits(rule, OBJECT, other):
                    for claim in rule.says:
                        start, end = _ends(claim, subject, other)
                        reason = Reason(rule.name, why)
                        yield self._proposal(
                            topic, first, last, start, claim.relation, end, basis, confidence, reason,
                            is_doubted=is_doubted,
                        )
                    break

    def _proposal(  # noqa: PLR0913  # what a proposal is made of
        self, topic: Topic, first: Piece, last: Piece, subject: str, relation: str, value: str, basis: str,
        confidence: float, reason: Reason, *, is_doubted: bool = False,
    ) -> Proposal:
        prose = topic.linked.block.prose
        words = prose.value[first.start : last.end]
        start, end = prose.position(first.start), prose.position(max(last.end - 1, 0))
        return Proposal(
            saying=Saying.QUESTION if is_doubted else Saying.RELATION,
            subject=subject,
            key=relation,
            value=words if is_doubted else value,
            position=start,
            end=type(end)(end.line, end.column + 1),
            words=words,
            basis=basis,
            confidence=round(confidence, 2),
            reason=reason,
            target=value if is_doubted else "",
        )


def _ends(claim: Claim, subject: str, other: str) -> tuple[str, str]:
    return (subject, other) if claim.start == SUBJECT else (other, subject)


def _is_subject(pieces: Sequence[Piece], number: int) -> bool:
    """Return whether the name *number* may be what its sentence speaks of: it begins it, or follows a mark."""
    return bool(pieces[number].slug) and all(
        piece.is_mark or len(piece.folded) <= 4 for piece in pieces[max(0, number - 1) : number] if piece.named is None
    )


def _written(pieces: Sequence[Piece], match: Match) -> str:
    return " ".join(piece.written for piece in pieces[match.first : match.after])

