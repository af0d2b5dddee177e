"""What a draft holds and what a note seems to say now: which is which, what is new, what has vanished."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from graph.nearness import folded
from graph.notes.alignment import Alignment
from graph.notes.entries import Entry
from graph.notes.flow import clean
from graph.notes.proposals import Proposal, Saying
from graph.vocabulary import Vocabulary


@dataclass(slots=True)
class Matches:
    """The statements of a draft beside those that are proposed now.

    Attributes:
        new: What is proposed and not in the draft, in the order of the note.
        lines: Where the lines of each statement are now, by its number in the draft; none where all are gone.
        vanished: The numbers of statements that had lines, of which none is left.
        unproposed: The numbers of open ones whose lines are there, and which are not proposed any more.
    """

    new: list[Proposal] = field(default_factory=list)
    lines: dict[int, dict[int, int]] = field(default_factory=dict)
    vanished: list[int] = field(default_factory=list)
    unproposed: list[int] = field(default_factory=list)


def match(
    entries: Sequence[Entry],
    proposals: Iterable[Proposal],
    alignment: Alignment,
    text_of: Callable[[int], str],
    vocabulary: Vocabulary,
) -> Matches:
    """Return which of *proposals* the draft has already: the same, the inverse, or what someone has made of it.

    Args:
        text_of: Gives the text of a line of the note.
    """
    return _Matching(entries, alignment, text_of, vocabulary).run(list(proposals))


def said(one: Entry | Proposal, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return what a statement says, whoever says so on whatever line; a relation in one of its two directions."""
    value = clean(one.value)
    if one.saying is Saying.ENTITY:
        return one.saying, one.subject
    if one.saying is Saying.QUESTION and one.key and one.target:
        return one.saying, one.subject, one.key, one.target
    known = vocabulary.relations.get(one.key) if one.saying is Saying.RELATION and one.subject else None
    if known is None:
        return one.saying, one.subject, one.key, value
    inverse = vocabulary.inverse_of(known).key
    return one.saying, *min((one.subject, one.key, value), (value, inverse, one.subject), key=itemgetter(1, 0))


class _Matching:
    def __init__(
        self,
        entries: Sequence[Entry],
        alignment: Alignment,
        text_of: Callable[[int], str],
        vocabulary: Vocabulary,
    ) -> None:
        self._vocabulary = vocabulary
        self._text_of = text_of
        self._entries = entries
        self._alignment = alignment
        self._matched: set[int] = set()
        self._found = Matches(lines={number: self._kept(one) for number, one in enumerate(entries)})

    def run(self, proposals: list[Proposal]) -> Matches:
        proposals = self._renamed(sorted(proposals, key=lambda one: one.position))
        left = self._match_same(proposals)
        self._found.new = self._match_mended(left)
        for number, entry in enumerate(self._entries):
            if number in self._matched or entry.where is None:
                continue
            if not self._found.lines[number]:
                self._follow_changed(number, entry)
            if not self._found.lines[number]:
                self._found.vanished.append(number)
            elif entry.is_open:
                self._found.unproposed.append(number)
        return self._found

    def _kept(self, entry: Entry) -> dict[int, int]:
        """Return where those lines of *entry* are that read the same."""
        if entry.where is None or entry.where.is_vanished:
            return {}
        same = self._alignment.same
        return {line: same[line] for line in entry.where.lines if line in same}

    # --- entities that were given another slug

    def _renamed(self, proposals: list[Proposal]) -> list[Proposal]:
        """Return *proposals* with the slugs that people gave to the entities they speak of."""
        known = {one.subject for one in self._entries}
        own = [number for number, one in enumerate(self._entries) if one.saying is Saying.ENTITY and one.is_own]
        proposed = {one.subject for one in proposals}
        names: dict[str, str] = {}
        for one in proposals:
            if one.saying is not Saying.ENTITY or one.subject in known:
                continue
            for number in own:
                entry = self._entries[number]
                if entry.subject not in proposed and number not in self._matched and self._is_mended(number, one):
                    names[one.subject] = entry.subject
                    self._take(number, one)
                    break
        taken = [one for one in proposals if one.saying is not Saying.ENTITY or one.subject not in names]
        return [
            replace(
                one,
                subject=names.get(one.subject, one.subject),
                value=names.get(one.value, one.value) if one.saying is Saying.RELATION else one.value,
                target=names.get(one.target, one.target),
            )
            for one in taken
        ]

    # --- the same statement

    def _match_same(self, proposals: Sequence[Proposal]) -> list[Proposal]:
        """Return those of *proposals* that the draft does not have on that line, nor had on one that is gone."""
        numbers: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            numbers[said(entry, self._vocabulary)].append(number)
        waiting = []
        for one in proposals:
            there = [number for number in numbers[said(one, self._vocabulary)] if self._is_on(number, one.line)]
            self._matched.update(there)
            if not there:
                waiting.append(one)
        left = []
        for one in waiting:
            gone = [number for number in numbers[said(one, self._vocabulary)] if number not in self._matched]
            gone = [number for number in gone if not self._found.lines[number]]
            if gone:
                self._take(min(gone, key=lambda number: self._distance(number, one.line)), one)
            elif one.saying is not Saying.ENTITY or self._may_be_introduced(one.subject):
                left.append(one)
        introduced = {one.subject: one for one in reversed(left) if one.saying is Saying.ENTITY}
        return [one for one in left if one.saying is not Saying.ENTITY or introduced[one.subject] is one]

    def _may_be_introduced(self, slug: str) -> bool:
        """Return whether nobody says what an entity is, nor what would turn into a proposal with that."""
        return all(one.is_own and one.saying is not Saying.ENTITY for one in self._entries if one.subject == slug)

    def _is_on(self, number: int, line: int) -> bool:
        """Return whether a statement is on *line*, or speaks of no line at all."""
        return self._entries[number].where is None or line in self._found.lines[number].values()

    def _take(self, number: int, one: Proposal) -> None:
        """Note that a statement, whose own lines are gone, is what is proposed now."""
        self._matched.add(number)
        where = self._entries[number].where
        if where is not None and not self._found.lines[number]:
            nearest = min(where.lines, key=lambda line: abs(self._guess(line) - one.line), default=0)
            self._found.lines[number] = {nearest: one.line}

    def _distance(self, number: int, line: int) -> int:
        where = self._entries[number].where
        return min((abs(self._guess(old) - line) for old in where.lines), default=0) if where else 0

    def _guess(self, line: int) -> int:
        return self._alignment.changed.get(line, line)

    # --- what was mended by hand, and lines that were

    def _match_mended(self, proposals: Iterable[Proposal]) -> list[Proposal]:
        """Return those that are no statement of the draft which someone has mended: same line, words and rule."""
        left = []
        for one in proposals:
            numbers = (number for number in range(len(self._entries)) if number not in self._matched)
            mended = next((number for number in numbers if self._is_mended(number, one)), None)
            if mended is None:
                left.append(one)
            else:
                self._take(mended, one)
        return left

    def _is_mended(self, number: int, one: Proposal) -> bool:
        entry = self._entries[number]
        return (
            entry.is_own
            and entry.saying is one.saying
            and entry.rule == clean(one.reason.rule)
            and (entry.words == clean(one.words) or _is_reworded(entry, one))
            and self._is_on(number, one.line)
        )

    def _follow_changed(self, number: int, entry: Entry) -> None:
        """Follow what is decided to a line that stands in place of its own, if that still has its words."""
        if entry.where is None or entry.is_open or entry.where.is_vanished:
            return
        words = folded(entry.words)
        places = ((line, self._alignment.changed.get(line, 0)) for line in entry.where.lines)
        self._found.lines[number] = {
            line: place for line, place in places if place and words in folded(self._text_of(place))
        }


def _is_reworded(entry: Entry, one: Proposal) -> bool:
    """Return whether *entry* says in other words what *one* does: those of opinions and questions are their value."""
    return entry.saying in (Saying.OPINION, Saying.QUESTION) and (entry.subject, entry.key) == (one.subject, one.key)
