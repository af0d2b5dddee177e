"""A draft and its note, read again → the same draft with what is new: what people wrote in it stays as it is.

Only places in the text are changed: the numbers of lines that have moved, statements that are new, open ones whose
lines are gone.  What was decided and is gone keeps its words, with ``vanished`` in the place of ``line``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

import yaml

from graph.notes import alignment, draft
from graph.notes.alignment import Alignment
from graph.notes.draft import LINES, REMARKS, Words
from graph.notes.edits import Edit, apply, end_of, fills_lines, insertion, is_flow, line_end, line_start, start_of
from graph.notes.entries import Entry, Where, compose, described, entries, fields, wheres
from graph.notes.flow import Value, flow, scalar
from graph.notes.matching import Matches, match
from graph.notes.proposals import Proposal, Reading, Saying
from graph.vocabulary import Vocabulary

FINGERPRINTS: Final = re.compile(r"# ?([0-9a-f]{4}|-)?( ([0-9a-f]{4}|-))*")
REMARK: Final = re.compile(r"# Line [0-9]+, “")
QUOTED: Final = re.compile(r" *# .*\n?")
PARTS: Final = {**draft.PARTS}


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
    root = compose(text)
    if root is None:
        return Review(draft.draft(reading, words), reading.proposals)
    return _Reviewing(text, root, reading, words, vocabulary).run()


@dataclass(slots=True)
class _Reviewing:
    text: str
    root: yaml.MappingNode
    reading: Reading
    words: Words
    vocabulary: Vocabulary
    edits: list[Edit] = field(default_factory=list)
    adding: set[tuple[str, str]] = field(default_factory=set)

    def run(self) -> Review:
        found = list(entries(self.root, self.vocabulary))
        aligned = self._alignment()
        raw = alignment.split(self.words.text)
        matches = match(found, self.reading.proposals, aligned, lambda line: raw[line - 1] if line <= len(raw) else "")
        gone = set(matches.vanished)
        self.adding = {(one.subject, PARTS.get(one.saying, one.key)) for one in matches.new}
        dropped = self._drop(
            [found[number] for number in gone if found[number].is_open and found[number].is_own], found
        )
        moved = self._renumber(found, matches, aligned)
        self._add(matches.new, found, dropped)
        self._sections(aligned)
        self._head()
        reviewed = with_comments(apply(self.text, self.edits), self.reading, self.words)
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
        old = read_lines(self.text)
        new = alignment.fingerprints(self.words.text)
        return alignment.align(old, new) if old else alignment.identity(len(new))

    # --- statements that are gone

    def _drop(self, gone: Sequence[Entry], found: Sequence[Entry]) -> set[int]:
        """Take open statements away where each stands on lines of its own; return the ids of their nodes."""
        inner = [one for one in gone if one.saying is not Saying.ENTITY and self._fills(one.node)]
        shared = {id(one.node) for one in found if one not in gone}
        dropped = {id(one.node) for one in inner} - shared
        for entity in (one for one in gone if one.saying is Saying.ENTITY):
            below = [one for one in found if one.subject == entity.subject and one is not entity]
            if (
                entity.subject not in {subject for subject, _ in self.adding}
                and all(id(one.node) in dropped for one in below)
                and self._is_made(entity)
            ):
                dropped |= {id(entity.node)}
        self._cut_entities(dropped)
        return dropped

    def _is_made(self, entity: Entry) -> bool:
        """Return whether an entity holds nothing but what a draft writes."""
        own = fields(entity.node).keys()
        made = {"type", "name", "line", "basis", "words", "proposed", *PARTS.values(), *self.vocabulary.attributes}
        return own <= made

    def _fills(self, node: yaml.Node) -> bool:
        return fills_lines(start_of(node), end_of(node, self.text), self.text)

    def _cut_entities(self, dropped: set[int]) -> None:
        top = fields(self.root)
        head = fields(top.get("document"))
        own = None if ("", "relations") in self.adding else self._key_of(top.get("document"), "relations")
        self._cut_list(own, head.get("relations"), dropped)
        for key, node in _pairs(top.get("entities")):
            below = [(one, value) for one, value in _pairs(node) if one.value not in ("line", "proposed")]
            parts = [(one, value) for one, value in below if isinstance(value, yaml.SequenceNode)]
            is_added_to = key.value in {subject for subject, _ in self.adding}
            if id(node) in dropped or (self._is_emptied(node, dropped) and not is_added_to):
                dropped.add(id(node))
                self._cut(start_of(key), end_of(node, self.text), with_blank=True)
                continue
            for one, part in parts:
                self._cut_list(None if (key.value, one.value) in self.adding else one, part, dropped)
            for one, value in below:
                if id(value) in dropped:
                    self._cut(start_of(one), end_of(value, self.text))

    def _is_emptied(self, node: yaml.Node, dropped: set[int]) -> bool:
        """Return whether all that stands below an entity goes."""
        items = [one for _, value in _pairs(node) for one in (_items(value) or [value])]
        return bool(items) and all(id(one) in dropped for one in items)

    def _cut_list(self, key: yaml.Node | None, node: yaml.Node | None, dropped: set[int]) -> None:
        items = _items(node)
        if node is None or not items or is_flow(node):
            return
        if key is not None and all(id(one) in dropped for one in items):
            self._cut(start_of(key), end_of(node, self.text))
            return
        for one in items:
            if id(one) in dropped:
                self._cut(start_of(one), end_of(one, self.text))

    def _cut(self, start: int, end: int, *, with_blank: bool = False) -> None:
        """Cut whole lines, with the words of the note above them where nothing else is said of these."""
        start, end = line_start(start, self.text), line_end(end, self.text)
        following = self.text[end : line_end(end, self.text)]
        while with_blank and end < len(self.text) and not following.strip():
            end = line_end(end, self.text)
            following = self.text[end : line_end(end, self.text)]
        above = line_start(max(start - 1, 0), self.text)
        quote = self.text[above:start]
        is_quote = QUOTED.fullmatch(quote) and not quote.strip().startswith("# ---")
        if not with_blank and is_quote and draft.LESS_SURE not in quote and not following.strip().startswith("- "):
            start = above
        self.edits.append(Edit(start, end, ""))

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
                self._replace(where.key, "vanished")
            return
        new = list(dict.fromkeys(places[line] for line in where.lines if line in places))
        if where.is_vanished:
            self._replace(where.key, "line")
        if new != list(where.lines):
            is_list = isinstance(where.value, yaml.SequenceNode)
            self._replace(where.value, str(new) if is_list or len(new) > 1 else str(new[0]))

    def _replace(self, node: yaml.Node, text: str) -> None:
        self.edits.append(Edit(start_of(node), end_of(node, self.text), text))

    # --- what is new

    def _add(self, new: Sequence[Proposal], found: Sequence[Entry], dropped: set[int]) -> None:
        top = fields(self.root)
        by_subject: dict[str, list[Proposal]] = defaultdict(list)
        for one in new:
            by_subject[one.subject].append(one)
        self._add_to_document(by_subject.pop("", []))
        known = fields(top.get("entities"))
        fresh = {slug: some for slug, some in by_subject.items() if slug not in known}
        for slug in by_subject.keys() - fresh.keys():
            self._add_to_entity(self._key_of(top.get("entities"), slug), known[slug], by_subject[slug])
        self._add_entities(fresh, found, dropped)

    def _add_to_document(self, new: Sequence[Proposal]) -> None:
        if not new:
            return
        key = self._key_of(self.root, "document")
        if key is None:
            lines = ["document:", "  relations:", *self._items(new, "    ")]
            self.edits.append(Edit(start_of(self.root), start_of(self.root), "".join(f"{one}\n" for one in lines)))
        else:
            self._add_items(key, fields(self.root)["document"], "relations", new)

    def _add_to_entity(self, key: yaml.Node | None, node: yaml.Node, new: Sequence[Proposal]) -> None:
        if key is None:
            return
        if not fields(node):
            self._put(key, node, flow(draft.entity_value(new)))
            return
        parts: dict[str, list[Proposal]] = defaultdict(list)
        for one in sorted(new, key=lambda one: one.saying is not Saying.ATTRIBUTE):
            if one.saying is Saying.ENTITY:
                self._introduce(node, one)
            else:
                parts[PARTS.get(one.saying, one.key)].append(one)
        own = fields(node)
        for part, some in sorted(parts.items(), key=lambda pair: pair[0] not in own):  # what is there is added to first
            if part in PARTS.values():
                self._add_items(key, node, part, some)
            else:
                self._add_values(node, part, some)

    def _introduce(self, node: yaml.Node, itself: Proposal) -> None:
        """Propose what an entity is of which the draft says something already."""
        said = [f"{name}: {flow(value)}" for name, value in draft.entity_value([itself]).items()]
        if is_flow(node):
            self._insert(start_of(node) + 1, ", ".join((*said, "")))
        else:
            indent = " " * _column(node)
            self._insert(line_start(start_of(node), self.text), "".join(f"{indent}{one}\n" for one in said))

    def _add_items(self, key: yaml.Node, node: yaml.Node, part: str, new: Sequence[Proposal]) -> None:
        """Add items to a list of an entity or the document, in the style in which it is written."""
        own = fields(node)
        there = own.get(part)
        if there is not None and is_flow(there) and _items(there):
            self._insert(end_of(there, self.text) - 1, "".join(f", {_flow(one)}" for one in new))
        elif there is not None and _items(there):
            last = _items(there)[-1]
            indent = " " * _column(there)
            self._insert_lines(end_of(last, self.text), self._items(new, indent))
        elif there is not None:
            self._put(self._key_of(node, part) or key, there, _flow_list(new))
        elif is_flow(node) and own:
            self._insert(end_of(node, self.text) - 1, f", {part}: {_flow_list(new)}")
        elif own:
            indent = " " * _column(node)
            self._insert_lines(end_of(node, self.text), [f"{indent}{part}:", *self._items(new, f"{indent}  ")])
        else:
            self._put(key, node, f"{{{part}: {_flow_list(new)}}}")

    def _add_values(self, node: yaml.Node, name: str, new: Sequence[Proposal]) -> None:
        """Add values to an attribute, in the style in which it is written."""
        own = fields(node)
        there = own.get(name)
        values = ", ".join(map(_flow, new))
        said = f"{name}: {values if len(new) == 1 else f'[{values}]'}"
        if there is not None and isinstance(there, yaml.SequenceNode) and not is_flow(there):
            self._insert_lines(end_of(there, self.text), _listed(new, _column(there)))
        elif there is not None and isinstance(there, yaml.SequenceNode):
            self._insert(end_of(there, self.text) - 1, f"{', ' if there.value else ''}{values}")
        elif there is not None and isinstance(there, yaml.MappingNode) and not is_flow(there):
            self._make_list(there, new)
        elif there is not None:
            self._insert(start_of(there), "[")
            self._insert(end_of(there, self.text), f", {values}]")
        elif is_flow(node):
            self._insert(end_of(node, self.text) - 1, f", {said}")
        else:
            lines = draft.attribute_lines(name, new, " " * _column(node))
            self._insert_lines(end_of(node, self.text), lines)

    def _make_list(self, there: yaml.Node, new: Sequence[Proposal]) -> None:
        """Make the mapping *there*, written over several lines, the first item of a list."""
        start, end = start_of(there), end_of(there, self.text)
        self._insert(start, "- ")
        at = self.text.find("\n", start, end)
        while at >= 0:
            self._insert(at + 1, "  ")
            at = self.text.find("\n", at + 1, end)
        self._insert_lines(end, _listed(new, _column(there)))

    def _put(self, key: yaml.Node, node: yaml.Node, text: str) -> None:
        """Write *text* as the value of *key*, which has said nothing until now."""
        if end_of(node, self.text) > start_of(node):
            self._replace(node, text)
        else:
            self._insert(self.text.index(":", end_of(key, self.text)) + 1, f" {text}")

    def _add_entities(self, fresh: dict[str, list[Proposal]], found: Sequence[Entry], dropped: set[int]) -> None:
        """Add entities, each behind the last one that the note speaks of before it."""
        if not fresh:
            return
        node = fields(self.root).get("entities")
        pairs = [pair for pair in _pairs(node) if id(pair[1]) not in dropped]
        if node is None or is_flow(node) or not _pairs(node):
            self._add_first_entities(node, fresh)
            return
        first: dict[str, int] = {}
        for entry in found:
            if entry.where and entry.where.lines and entry.subject:
                first[entry.subject] = min(first.get(entry.subject, entry.where.lines[0]), entry.where.lines[0])
        indent = " " * max(_column(node) - 2, 0)
        for slug, some in sorted(fresh.items(), key=lambda pair: pair[1][0].position):
            before = [pair for pair in pairs if first.get(pair[0].value, 0) <= some[0].line]
            own = [f"{indent}{line}".rstrip() for line in draft.entity_lines(slug, some, self.words)]
            if before:
                self._insert_lines(self._end_of_entity(before[-1]), ["", *own[:-1]])
            else:
                at = line_start(start_of(node), self.text)
                self._insert(at, "".join(f"{line}\n" for line in own))

    def _end_of_entity(self, pair: tuple[yaml.ScalarNode, yaml.Node]) -> int:
        key, node = pair
        return max(end_of(key, self.text), end_of(node, self.text))

    def _add_first_entities(self, node: yaml.Node | None, fresh: dict[str, list[Proposal]]) -> None:
        lines = [line for slug, some in fresh.items() for line in draft.entity_lines(slug, some, self.words)][:-1]
        if node is None:
            self._insert_lines(end_of(self.root, self.text), ["", "entities:", *lines])
        elif _pairs(node):
            values = ", ".join(f"{scalar(slug)}: {flow(draft.entity_value(some))}" for slug, some in fresh.items())
            self._insert(end_of(node, self.text) - 1, f", {values}")
        else:
            block = "\n" + "\n".join(lines)
            key = self._key_of(self.root, "entities")
            if end_of(node, self.text) > start_of(node):
                self._replace(node, block.rstrip())
            elif key is not None:
                self._insert(self.text.index(":", end_of(key, self.text)) + 1, block)

    def _items(self, new: Iterable[Proposal], indent: str) -> list[str]:
        return [line for one in new for line in draft.item_lines(one, self.words, indent, is_quoted=False)]

    def _insert(self, at: int, text: str) -> None:
        self.edits.append(Edit(at, at, text))

    def _insert_lines(self, at: int, lines: Iterable[str]) -> None:
        self.edits.append(insertion(at, lines, self.text))

    def _key_of(self, node: yaml.Node | None, name: str) -> yaml.ScalarNode | None:
        return next((key for key, _ in _pairs(node) if key.value == name), None)

    # --- sections, the head, and comments

    def _sections(self, aligned: Alignment) -> None:
        """Bring the headings up to the note, and drop the remarks on lines that are gone."""
        for one in _items(fields(self.root).get("unread")):
            self._follow(one, aligned, {})
        node = fields(self.root).get("sections")
        if not _items(node) or node is None:
            return
        headings = draft.sections(self.words.note)
        lines = {str(one["slug"]): int(str(one["line"])) for one in headings}
        kept: dict[int, tuple[str, yaml.Node]] = {}
        parents: dict[str, str] = {}
        for one in _items(node):
            own = fields(one)
            slug, under = described(own.get("slug")), described(own.get("under"))
            line = self._follow(one, aligned, lines)
            if line:
                kept[line] = slug, one
            else:
                parents[slug] = under
        for _, one in kept.values():
            self._mend_parent(fields(one).get("under"), parents)
        self._add_sections(headings, kept, node)

    def _follow(self, node: yaml.Node, aligned: Alignment, lines: Mapping[str, int]) -> int:
        """Write where a heading, or a line that is not read, is now, and return it; cut it where it is gone."""
        own = fields(node)
        where = next(iter(wheres(node)), None)
        old = where.lines[0] if where and where.lines else 0
        line = aligned.same.get(old) or lines.get(described(own.get("slug")), 0)
        if where is None or (not line and not self._fills(node)):
            return old
        if not line:
            self._cut(start_of(node), end_of(node, self.text))
        elif line != old:
            self._replace(where.value, str(line))
        return line

    def _mend_parent(self, node: yaml.Node | None, gone: Mapping[str, str]) -> None:
        """Put the section above in place of one that is gone, or nothing."""
        parent = described(node)
        if node is None or parent not in gone:
            return
        while parent in gone:
            parent = gone[parent]
        if parent:
            self._replace(node, parent)
        else:
            before = self.text.rfind(",", 0, start_of(node))
            self.edits.append(Edit(before, end_of(node, self.text), ""))

    def _add_sections(
        self, headings: Iterable[Mapping[str, Value]], kept: Mapping[int, tuple[str, yaml.Node]], node: yaml.Node
    ) -> None:
        names = {str(one["slug"]): kept[int(str(one["line"]))][0] for one in headings if one["line"] in kept}
        above = {slug for slug, _ in kept.values()}
        for one in headings:
            line, slug = int(str(one["line"])), str(one["slug"])
            if line in kept or slug in above:
                continue
            parent = names.get(str(one.get("under", "")), str(one.get("under", "")))
            told = {key: value for key, value in one.items() if key != "under"}
            before = max((other for other in kept if other < line), default=0)
            is_above = any(kept[other][0] == parent for other in kept if other <= before)
            section = {**told, "under": parent} if is_above else told
            if is_flow(node):
                self._insert(end_of(node, self.text) - 1, f", {flow(section)}")
            elif before:
                self._insert_lines(end_of(kept[before][1], self.text), [f"{' ' * _column(node)}- {flow(section)}"])
            else:
                at = line_start(start_of(node), self.text)
                self._insert(at, f"{' ' * _column(node)}- {flow(section)}\n")

    def _head(self) -> None:
        """Write how many lines the note has now."""
        source = fields(fields(fields(self.root).get("document")).get("source"))
        count = max(self.words.note.line_count, 1)
        if "lines" in source and described(source["lines"]) != str(count):
            self._replace(source["lines"], str(count))


# --- comments at the end


def read_lines(text: str) -> list[str]:
    """Return the fingerprints of the lines that a draft was made from; none where it does not tell them."""
    _, found, after = text.rpartition(f"{LINES}\n")
    rows = takewhile(FINGERPRINTS.fullmatch, after.splitlines()) if found else ()
    return [one for row in rows for one in row.removeprefix("#").split()]


def with_comments(text: str, reading: Reading, words: Words) -> str:
    """Return *text* with what only a person can decide, and the lines of the note, as comments at its end."""
    before, found, after = text.rpartition(f"{LINES}\n")
    if found:
        rest = after.splitlines(keepends=True)
        count = len(list(takewhile(lambda row: FINGERPRINTS.fullmatch(row.rstrip()), rest)))
        after = "".join(rest[count:])
    else:
        before, after = (text if text.endswith("\n") else f"{text}\n") + "\n", ""
    lines = "".join(f"{line}\n" for line in draft.line_comments(words.text))
    return _with_remarks(before, draft.remarks(reading)) + lines + after


def _with_remarks(text: str, remarks: Sequence[str]) -> str:
    rows = text.splitlines(keepends=True)
    if f"{REMARKS}\n" not in rows:
        return text + "".join(f"{one}\n" for one in (REMARKS, *remarks, "")) if remarks else text
    at = rows.index(f"{REMARKS}\n")
    kept = [row for row in rows[at + 1 :] if not REMARK.match(row)]
    if remarks:
        return "".join((*rows[: at + 1], *(f"{one}\n" for one in remarks), *kept))
    blank = 1 if kept and not kept[0].strip() else 0
    return "".join((*rows[:at], *kept[blank:]))


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _column(node: yaml.Node) -> int:
    return int(node.start_mark.column) if node.start_mark else 0


def _flow(one: Proposal) -> str:
    return flow(draft.statement(one))


def _flow_list(some: Iterable[Proposal]) -> str:
    return f"[{', '.join(map(_flow, some))}]"


def _listed(some: Iterable[Proposal], column: int) -> list[str]:
    return [f"{' ' * column}- {_flow(one)}" for one in some]
