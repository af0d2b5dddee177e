"""Changes to a text, each at its place, that leave everything else as it is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import yaml

# A line of the note, quoted above the statements that it makes.
QUOTED: Final = re.compile(r" *# (?!---|Less sure:).*\n?")


@dataclass(frozen=True, slots=True)
class Edit:
    """Put *text* in place of what stands from *start* up to *end*."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return *text* with *edits* made; of two that overlap, the one that begins first is made."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if edit.start >= at:
            parts += (text[at : edit.start], edit.text)
            at = edit.end
    return "".join((*parts, text[at:]))


def start_of(node: yaml.Node) -> int:
    """Return where *node* begins."""
    return node.start_mark.index if node.start_mark else 0


def end_of(node: yaml.Node, text: str) -> int:
    """Return where the last character of *node* ends; the parser counts what follows a block to it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        if not isinstance(last, tuple):
            return end_of(last, text)
        return end_of(last[1], text) if last[1].start_mark != last[1].end_mark else end_of(last[0], text)
    start, end = start_of(node), node.end_mark.index if node.end_mark else 0
    return start + len(text[start:end].rstrip())


def is_flow(node: yaml.Node) -> bool:
    """Return whether *node* is written between brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def column(node: yaml.Node) -> int:
    """Return how many characters stand before *node* on its line."""
    return int(node.start_mark.column) if node.start_mark else 0


def line_start(at: int, text: str) -> int:
    """Return where the line begins in which the character *at* stands."""
    return text.rfind("\n", 0, at) + 1


def line_end(at: int, text: str) -> int:
    """Return where the line after the one begins in which the character *at* stands."""
    found = text.find("\n", at)
    return found + 1 if found >= 0 else len(text)


def fills_lines(start: int, end: int, text: str) -> bool:
    """Return whether nothing but a dash stands before *start* on its line, and nothing but a comment after *end*."""
    before = text[line_start(start, text) : start].strip()
    after = text[end : line_end(end, text)].strip()
    return before in ("", "-") and (not after or after.startswith("#"))


def insertion(at: int, lines: Iterable[str], text: str) -> Edit:
    """Return the edit that puts *lines* behind the line in which the character *at* stands."""
    place = line_end(at, text)
    before = "" if text[:place].endswith("\n") or not place else "\n"
    return Edit(place, place, before + "".join(f"{line}\n" for line in lines))


@dataclass(slots=True)
class Page:
    """A text with the changes that are to be made to it."""

    text: str
    edits: list[Edit] = field(default_factory=list)

    def changed(self) -> str:
        """Return the text with all changes made."""
        return apply(self.text, self.edits)

    def replace(self, node: yaml.Node, text: str) -> None:
        """Write *text* in place of *node*."""
        self.edits.append(Edit(start_of(node), self.end(node), text))

    def insert(self, at: int, text: str) -> None:
        """Write *text* in front of the character *at*."""
        self.edits.append(Edit(at, at, text))

    def append(self, node: yaml.Node, text: str) -> None:
        """Write *text* behind the last of what stands between the brackets of *node*."""
        at = self.end(node) - 1
        is_next = self.text[:at].rstrip().endswith((",", "[", "{"))
        self.insert(at, text if is_next else f", {text}")

    def insert_lines(self, at: int, lines: Iterable[str]) -> None:
        """Write *lines* behind the line in which the character *at* stands."""
        self.edits.append(insertion(at, lines, self.text))

    def insert_above(self, node: yaml.Node, lines: Iterable[str]) -> None:
        """Write *lines* above the line on which *node* begins."""
        self.insert(line_start(start_of(node), self.text), "".join(f"{line}\n" for line in lines))

    def put(self, key: yaml.Node, node: yaml.Node, text: str) -> None:
        """Write *text* as the value *node* of *key*, which has said nothing until now."""
        if self.end(node) > start_of(node):
            self.replace(node, text)
        else:
            self.insert(self.text.index(":", self.end(key)) + 1, f" {text}")

    def end(self, node: yaml.Node) -> int:
        """Return where the last character of *node* ends."""
        return end_of(node, self.text)

    def has_own_lines(self, node: yaml.Node) -> bool:
        """Return whether *node* can be cut by lines."""
        return fills_lines(start_of(node), self.end(node), self.text)

    def cut(self, start: int, end: int, *, with_blank: bool = False) -> None:
        """Cut whole lines, with the words of the note above them where nothing else is said of these."""
        start, end = line_start(start, self.text), line_end(end, self.text)
        following = self.text[end : line_end(end, self.text)]
        while with_blank and end < len(self.text) and not following.strip():
            end = line_end(end, self.text)
            following = self.text[end : line_end(end, self.text)]
        above = line_start(max(start - 1, 0), self.text)
        quote = self.text[above:start]
        if not with_blank and QUOTED.fullmatch(quote) and not following.strip().startswith("- "):
            start = above
        self.edits.append(Edit(start, end, ""))
