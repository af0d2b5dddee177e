"""Names that a note gives and nobody knows yet: linked texts and what items begin with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph.iris import SLUG, slugified
from graph.notes.linking import Linked
from graph.notes.names import Known, Names
from graph.notes.note import Kind, Link, Note
from graph.notes.opinions import Judge
from graph.notes.proposals import Mention, Proposal, Reason, Saying
from graph.notes.wording import Wording
from graph.notes.words import Token, key, tokens

LINKED: Final = 0.8
BEGINS: Final = 0.5
MOST_WORDS: Final = 4
BEGINNERS: Final = (Kind.ITEM, Kind.ROW)
# What stands behind the name of a thing at the beginning of an item; between spaces where it is a dash.
BEHIND: Final = frozenset({":", "(", "|", "–", "—", "-", ","})


@dataclass(frozen=True, slots=True)
class New:
    """What is not known yet: the entities, everything known with them, and what is proposed of them."""

    entities: tuple[Known, ...]
    names: Names
    proposals: tuple[Proposal, ...]


def unknown(  # noqa: PLR0913  # what is known, and how it is told
    note: Note, linked: Sequence[Linked], names: Names, wording: Wording, *, near: Iterable[Mention], judge: Judge
) -> New:
    """Return the entities that *note* names and nobody knows.

    Args:
        near: Words near a known name, which are none of them.
        judge: Knows which words judge; neither are these.
    """
    doubtful = {(mention.block, mention.start) for mention in near}
    links = _links_by_block(note)
    titles = {key(heading.title) for heading in note.headings}  # an item called so belongs to a table of contents
    found: dict[str, tuple[Known, Proposal]] = {}
    for one in linked:
        candidate = _candidate(one, links, judge, wording)
        if (
            candidate is None
            or (one.block.index, candidate.start) in doubtful
            or candidate.is_in(one)
            or key(candidate.name) in titles
            or key(candidate.name) in names.kinds
        ):
            continue
        slug = slugified(candidate.name)
        if not SLUG.fullmatch(slug) or slug in names.known or slug in found:
            continue
        kind = _kind_above(one, linked, note, names)
        known = Known(slug, kind, frozenset({kind} - {""}), (candidate.name,))
        found[slug] = known, candidate.proposal(one, slug, kind)
    entities = tuple(known for known, _ in found.values())
    return New(entities, names.with_more(entities), tuple(proposal for _, proposal in found.values()))


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    start: int
    end: int
    confidence: float
    why: str

    def is_in(self, linked: Linked) -> bool:
        """Return whether something known is named there already."""
        spans = ((linked.row[one.first].start, linked.row[one.after - 1].end) for one in linked.named)
        return any(start < self.end and self.start < end for start, end in spans)

    def proposal(self, linked: Linked, slug: str, kind: str) -> Proposal:
        prose = linked.block.prose
        return Proposal(
            saying=Saying.ENTITY,
            subject=slug,
            key=kind,
            value=self.name,
            position=prose.position(self.start),
            end=prose.behind(self.end),
            words=prose.value[self.start : self.end],
            basis="stated",
            confidence=self.confidence,
            reason=Reason("unknown-name", self.why),
        )


def _links_by_block(note: Note) -> Mapping[int, Link]:
    """Return the first link of each block that is told by words."""
    found: dict[int, Link] = {}
    for link in note.links:
        if not link.is_image and link.host and link.text and link.text != link.address:
            found.setdefault(link.block, link)
    return found


def _candidate(linked: Linked, links: Mapping[int, Link], judge: Judge, wording: Wording) -> _Candidate | None:
    block = linked.block
    if block.kind not in BEGINNERS or not linked.row:
        return None
    first = next((number for number, token in enumerate(linked.row) if token.is_word), None)
    if first is None:
        return None
    link = links.get(block.index)
    text = block.prose.value
    if link is not None and link.start <= linked.row[first].start < link.end:
        name = text[link.start : link.end].strip()
        if _is_name(tokens(name), wording, must_be_capital=False):
            return _Candidate(name, link.start, link.end, LINKED, "an item begins with it as a link")
        return None
    after = _end_of_name(linked.row, first, text)
    row = linked.row[first:after]
    has_end = after == len(linked.row) or after - first <= MOST_WORDS
    start, end = linked.row[first].start, linked.row[after - 1].end
    is_hidden = any(begin < end and start < until for begin, until in block.prose.opaque())
    if has_end and not is_hidden and _is_name(row, wording) and not judge.judges(text):
        return _Candidate(text[start:end], start, end, BEGINS, "an item begins with it")
    return None


def _end_of_name(row: Sequence[Token], first: int, text: str) -> int:
    for number in range(first, len(row)):
        token = row[number]
        is_dash = token.written in "-–—" and text[token.start - 1 : token.start] != " "
        if not token.is_word and token.written in BEHIND and not is_dash:
            return number
    return len(row)


def _is_name(row: Sequence[Token], wording: Wording, *, must_be_capital: bool = True) -> bool:
    """Return whether words look like a name: few, none of them everywhere, one with a capital or a digit."""
    words = [token for token in row if token.is_word]
    return (
        0 < len(words) <= MOST_WORDS
        and not any(token.folded in wording.common for token in words)
        and (not must_be_capital or any(not token.written.islower() for token in words))
        and all(token.is_word or token.written in "-.'’+#&/" for token in row)
    )


def _kind_above(one: Linked, linked: Sequence[Linked], note: Note, names: Names) -> str:
    """Return the class that a label or a heading above has the name of; empty where none has."""
    for number in _above(one, linked, note):
        prose = linked[number].block.prose.value
        kind = names.kinds.get(key(prose.split(":", 1)[0]))
        if kind is not None:
            return kind
    return ""


def _above(one: Linked, linked: Sequence[Linked], note: Note) -> Iterator[int]:
    number = one.block.parent
    while number >= 0:
        yield number
        number = linked[number].block.parent
    number = one.block.section
    while number >= 0:
        yield note.headings[number].block
        number = note.headings[number].meant
