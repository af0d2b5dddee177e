"""A draft and its note, read again → the same draft with what is new: what people wrote in it stays as it is.

Only places in the text are changed: the numbers of lines that have moved, statements that are new, open ones whose
lines are gone.  What was decided and is gone keeps its words, with ``vanished`` in the place of ``line``.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import yaml

from graph.notes import alignment, draft
from graph.notes.adding import Adding
from graph.notes.alignment import Alignment
from graph.notes.draft import PARTS, Words
from graph.notes.dropping import Dropping
from graph.notes.edits import Page
from graph.notes.endings import read_lines, with_comments
from graph.notes.entries import Entry, Where, compose, entries, fields, wheres
from graph.notes.headings import Headings
from graph.notes.matching import Matches, match
from graph.notes.proposals import Proposal, Reading
from graph.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Review:
    """A draft brought up to its note.

    Attributes:
        new: Statements that are added.
        moved: How many statements have other lines than before.
        vanished: Statements whose lines are gone: *dropped* ones had waited for a decision, the others are marked.
        unproposed: Open statements that are not proposed any more although their lines are there; they stay.
    """

    text: str
    new: tuple[Proposal, ...] = ()
    moved: int = 0
    vanished: tuple[Entry, ...] = ()
    dropped: tuple[Entry, ...] = ()
    unproposed: tuple[Entry, ...] = ()


def review(text: str, reading: Reading, words: Words, vocabulary: Vocabulary) -> Review:
    """Return the draft *text* brought up to what is read in its note now.

    Args:
        text: A draft that reads without a violation.
    """
    if "\r\n" in text and text.count("\r\n") == text.count("\n"):
        found = review(text.replace("\r\n", "\n"), reading, words, vocabulary)
        return replace(found, text=found.text.replace("\n", "\r\n"))
    root = compose(text)
    if root is None:
        return Review(draft.draft(reading, words), reading.proposals)
    return _Reviewing(Page(text), root, reading, words, vocabulary).run()


@dataclass(frozen=True, slots=True)
class _Reviewing:
    page: Page
    root: yaml.MappingNode
    reading: Reading
    words: Words
    vocabulary: Vocabulary

    def run(self) -> Review:
        found = list(entries(self.root, self.vocabulary))
        aligned = self._alignment()
        lines = dict(enumerate(alignment.split(self.words.text), start=1))
        matches = match(found, self.reading.proposals, aligned, lambda line: lines.get(line, ""), self.vocabulary)
        gone = set(matches.vanished)
        undecided = [found[number] for number in gone if found[number].is_open and found[number].is_own]
        adding = frozenset((one.subject, PARTS.get(one.saying, one.key)) for one in matches.new)
        dropped = Dropping(self.page, self.root, self.vocabulary, adding).drop(undecided, found)
        moved = self._renumber(found, matches, aligned)
        Adding(self.page, self.root, self.words).add(matches.new, found, dropped)
        headings = Headings(self.page, self.root, self.words)
        headings.follow(aligned)
        headings.count_lines()
        reviewed = with_comments(self.page.changed(), self.reading, self.words)
        marked = [found[number] for number in gone if id(found[number].node) not in dropped]
        return Review(
            reviewed,
            new=tuple(matches.new),
            moved=moved,
            vanished=tuple(one for one in marked if one.where and not one.where.is_vanished),
            dropped=tuple(one for one in found if id(one.node) in dropped),
            unproposed=tuple(found[number] for number in matches.unproposed),
        )

    def _alignment(self) -> Alignment:
        """Return where the lines are that the draft speaks of; where it does not tell them, they have not moved."""
        old = read_lines(self.page.text)
        new = alignment.fingerprints(self.words.text)
        return alignment.align(old, new) if old else alignment.identity(len(new))

    # --- the numbers of lines

    def _renumber(self, found: Sequence[Entry], matches: Matches, aligned: Alignment) -> int:
        """Write where lines are now; return how many statements have moved."""
        told: dict[int, dict[int, int]] = defaultdict(dict)
        gone: dict[int, bool] = {}
        moved = set()
        for number, entry in enumerate(found):
            if entry.where is None:
                continue
            lines = matches.lines[number]
            told[id(entry.where.value)].update(lines)
            is_there = bool(lines)
            gone[id(entry.where.value)] = gone.get(id(entry.where.value), True) and not is_there
            if any(old != new for old, new in lines.items()):
                moved.add(number)
        elsewhere = {id(where.value) for key in ("sections", "unread") for where in wheres(fields(self.root).get(key))}
        for where in wheres(self.root):
            if id(where.value) in elsewhere:
                continue
            places = told.get(id(where.value))
            if places is None:
                places = {line: aligned.same[line] for line in where.lines if line in aligned.same}
            self._write_lines(where, places, is_gone=gone.get(id(where.value), False))
        return len(moved)

    def _write_lines(self, where: Where, places: dict[int, int], *, is_gone: bool) -> None:
        if is_gone or not places:
            if not where.is_vanished:
                self.page.replace(where.key, "vanished")
            return
        new = list(dict.fromkeys(places[line] for line in where.lines if line in places))
        if where.is_vanished:
            self.page.replace(where.key, "line")
        if new != list(where.lines):
            is_list = isinstance(where.value, yaml.SequenceNode)
            self.page.replace(where.value, str(new) if is_list or len(new) > 1 else str(new[0]))
