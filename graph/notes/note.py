"""A note as it was read: its blocks in their order, its headings, its links, and the place of every character."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter


class Kind(StrEnum):
    """What a block is.

    A label is a paragraph that announces the list after it, with a colon or by its shortness.
    """

    HEADING = "heading"
    LABEL = "label"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    HTML = "html"


class Mark(StrEnum):
    """How a stretch of text is set off from the rest."""

    LINK = "link"
    ADDRESS = "address"
    IMAGE = "image"
    CODE = "code"
    HTML = "html"
    EMPHASIS = "emphasis"
    STRONG = "strong"
    STRUCK = "struck"
    EMOJI = "emoji"


# No names are looked for in these.
OPAQUE = frozenset({Mark.ADDRESS, Mark.IMAGE, Mark.CODE, Mark.HTML, Mark.STRUCK, Mark.EMOJI})


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A character of the note: line and column from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that stand in the note as they stand in the text, one after the other on one line.

    Attributes:
        start: The offset in the text at which the run begins; it reaches to the next one.
    """

    start: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text, from one offset up to another, that is set off."""

    start: int
    end: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Prose:
    """The running text of a block as one reads it: without marks, a link as its text, lines joined by a space.

    Attributes:
        runs: By their starts; the first begins at 0, unless the text is empty.
    """

    value: str
    runs: tuple[Run, ...]
    stretches: tuple[Stretch, ...] = ()

    def position(self, offset: int) -> Position:
        """Return where the character at *offset* stands in the note."""
        run = self.runs[max(bisect_right(self.runs, offset, key=attrgetter("start")) - 1, 0)]
        return Position(run.line, run.column + offset - run.start)

    def behind(self, offset: int) -> Position:
        """Return the place just behind the character before *offset*."""
        last = self.position(max(offset - 1, 0))
        return Position(last.line, last.column + 1)

    def opaque(self) -> Iterator[tuple[int, int]]:
        """Yield the parts in which no names are looked for: addresses, code, images."""
        return ((one.start, one.end) for one in self.stretches if one.mark in OPAQUE)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, an item of a list, a row of a table, code, or HTML.

    Attributes:
        index: Its number in the note.
        parent: The number of the block that governs it: the item around it, or the label before its list; -1 for none.
        section: The number of the heading it stands under; that of a heading is its own; -1 above the first.
        line: Its first line; *end_line* the last one of its own text, without what is nested in it.
    """

    index: int
    kind: Kind
    prose: Prose
    line: int
    end_line: int
    parent: int = -1
    section: int = -1


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, with the place it has in the outline as written and as it is meant.

    Attributes:
        block: The number of its block.
        strict: The number of the heading above it, going by levels alone; -1 for none.
        meant: The same as the author meant it.
    """

    block: int
    slug: str
    title: str
    line: int
    level: int
    strict: int = -1
    meant: int = -1


@dataclass(frozen=True, slots=True)
class Link:
    """An address in the note, and what it is told as.

    Attributes:
        block: The number of its block.
        start: The offset in the block's text at which its text begins; *end* at which it ends.
        text: What one reads: the address itself where it stands bare.
        language: As the address shows it, such as ``fr`` in ``/fr-fr/``; empty where it shows none.
    """

    block: int
    start: int
    end: int
    position: Position
    text: str
    address: str
    host: str
    language: str = ""
    is_image: bool = False


class Oddity(StrEnum):
    """What in a note cannot be as its author meant it."""

    REFERENCE = "reference-missing"
    ANCHOR = "anchor-missing"
    ADDRESS = "link-form"
    NESTING = "nesting-depth"
    BRACKETS = "brackets-open"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd in a note, and the words where it is.

    Attributes:
        near: What may have been meant, nearest first.
    """

    oddity: Oddity
    position: Position
    words: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A Markdown text, read.

    Attributes:
        front: The front matter, without its fences; it begins on line 2 where there is any.
        language: Of most of its words: a key of the ontology's languages; empty where nothing tells.
        remarks: What is odd in it, by place.
    """

    line_count: int
    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    links: tuple[Link, ...]
    front: str = ""
    language: str = ""
    remarks: tuple[Remark, ...] = ()
