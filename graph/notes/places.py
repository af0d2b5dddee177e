"""The text of one block ↔ the lines of the note: where each of its characters stands."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it.common.utils import MD_TRIM_CHARS

# What may stand before the text of a line: quotes and the marks of items.
_CONTAINERS: Final = re.compile(r"[ \t]*(?:(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]*)*")
_CLOSING_HASHES: Final = re.compile(r"[ \t]#+\Z")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the characters of a text stand.

    Attributes:
        starts: Offsets in the text at which a new part begins that stands in one piece on one line.
        lines: For each part its line, from 1.
        columns: For each part the column of its first character, from 1; below 1 where tabs were taken for spaces.
    """

    starts: tuple[int, ...]
    lines: tuple[int, ...]
    columns: tuple[int, ...]

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield the parts of the text from *start* to *end*: from where, to where, line, column."""
        number = max(bisect_right(self.starts, start) - 1, 0)
        while start < end:
            following = self.starts[number + 1] if number + 1 < len(self.starts) else end
            column = self.columns[number] + start - self.starts[number]
            # Spaces that stand for a tab have no places of their own.
            stop = min(following, end) if column > 0 else min(following, end, start + 1 - column)
            yield start, stop, self.lines[number], max(column, 1)
            start, number = stop, number + (stop >= following)


def of_paragraph(text: str, lines: Sequence[str], first: int) -> Places:
    """Return the places of a *text* whose lines are the ends of those of the note from *first* (from 1) on."""
    parts = text.split("\n")
    starts, offset = [], 0
    for part in parts:
        starts.append(offset)
        offset += len(part) + 1
    numbers = range(first, first + len(parts))
    columns = (_column(part, _line(lines, number)) for part, number in zip(parts, numbers, strict=True))
    return Places(tuple(starts), tuple(numbers), tuple(columns))


def of_trimmed(text: str, lines: Sequence[str], first: int, last: int) -> Places:
    """Return the same for a *text* that lost its white beginning, of lines as well, and stands up to line *last*."""
    begins = text.partition("\n")[0].rstrip(MD_TRIM_CHARS)
    while first < last and not _line(lines, first).rstrip(MD_TRIM_CHARS).endswith(begins):
        first += 1
    return of_paragraph(text, lines, first)


def of_heading(text: str, lines: Sequence[str], number: int) -> Places:
    """Return the places of the *text* of a heading that begins with ``#``, on line *number*."""
    line = _line(lines, number).rstrip(MD_TRIM_CHARS)
    column = _column(text, line)
    if not line.endswith(text) or _CLOSING_HASHES.search(line):
        bare = _CLOSING_HASHES.sub("", line).rstrip(MD_TRIM_CHARS)
        column = _column(text, bare if bare.endswith(text) else line)
    return Places((0,), (number,), (column,))


def of_cells(cells: Sequence[str], lines: Sequence[str], number: int) -> tuple[Places, ...]:
    r"""Return the places of the *cells* of a row; ``\|`` in the note is ``|`` in a cell."""
    line = _line(lines, number)
    at = _start_of_row(cells[0] if cells else "", line)
    found = []
    for cell in cells:
        raw = cell.replace("|", r"\|")
        start = line.find(raw, at) if raw else at
        start = start if start >= 0 else at
        pipes = [offset for offset, letter in enumerate(cell) if letter == "|"]
        starts = [0, *(pipe + 1 for pipe in pipes)]
        columns = (start + offset + count + 1 for count, offset in enumerate(starts))
        found.append(Places(tuple(starts), (number,) * len(starts), tuple(columns)))
        at = line.find("|", start + len(raw)) + 1 or len(line)
    return tuple(found)


def _start_of_row(first: str, line: str) -> int:
    """Return where the first cell may begin: the marks before it may look like a cell."""
    raw = first.replace("|", r"\|")
    at = len(line) - len(line.lstrip(" \t>"))
    containers = _CONTAINERS.match(line)
    behind = containers.end() if containers else at
    for start in (at, behind):
        inner = line[start:].removeprefix("|").lstrip(" \t")
        if inner.startswith(raw):
            return len(line) - len(inner)
    return at


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number - 1] if number <= len(lines) else ""


def _column(part: str, line: str) -> int:
    """Return the column at which *part* begins, which *line* ends with."""
    bare = part.lstrip(" \t")
    text = bare.rstrip(MD_TRIM_CHARS)
    whole = line.rstrip(MD_TRIM_CHARS)
    start = len(whole) - len(text) if whole.endswith(text) else max(line.find(text), 0)
    return start - (len(part) - len(bare)) + 1
