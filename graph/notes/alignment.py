"""Which line of a text is which line of a later version of it."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from hashlib import blake2b
from itertools import pairwise
from typing import Final

LINE_END: Final = re.compile(r"\r\n|\n|\r")
BLANK: Final = "-"
# Stretches with more pairs of lines than this are left alone where nothing in them is unique.
MOST_PAIRS: Final = 250_000


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where lines are in the later version, by their old numbers; both from 1.

    Attributes:
        same: Those that read the same.
        changed: A single line that stands in place of a single other one between lines that read the same.
    """

    same: dict[int, int] = field(default_factory=dict)
    changed: dict[int, int] = field(default_factory=dict)


def fingerprints(text: str) -> list[str]:
    """Return four letters for each line of *text*, the same for lines that differ in white space alone."""
    return [_fingerprint(" ".join(line.split())) for line in split(text)]


def split(text: str) -> list[str]:
    """Return the lines of *text*, which may end as on any system; what follows the last end counts if it is there."""
    lines = LINE_END.split(text)
    return lines[:-1] if lines[-1] == "" and len(lines) > 1 else lines


def align(old: Sequence[str], new: Sequence[str]) -> Alignment:
    """Return where the lines *old* are among the lines *new*: in order first, and then those that were moved."""
    same = _in_order(old, new)
    left = [number for number in range(1, len(old) + 1) if number not in same]
    free = set(range(1, len(new) + 1)) - set(same.values())
    same |= _moved(left, old, sorted(free), new)
    anchors = [(0, 0), *sorted(same.items()), (len(old) + 1, len(new) + 1)]
    changed = {
        one + 1: other + 1
        for (one, other), (next_one, next_other) in pairwise(anchors)
        if next_one - one == next_other - other == 2 and old[one] != BLANK != new[other]
    }
    return Alignment(same, changed)


def identity(line_count: int) -> Alignment:
    """Return that every line is where it was."""
    return Alignment({number: number for number in range(1, line_count + 1)})


def _fingerprint(line: str) -> str:
    return blake2b(line.encode(errors="replace"), digest_size=2).hexdigest() if line else BLANK


def _in_order(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return the lines that kept their order: between lines that are unique in both, what matches."""
    same: dict[int, int] = {}
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        start, end, first, last = waiting.pop()
        while start < end and first < last and old[start] == new[first]:
            same[start + 1] = first + 1
            start, first = start + 1, first + 1
        while start < end and first < last and old[end - 1] == new[last - 1]:
            same[end] = last
            end, last = end - 1, last - 1
        anchors = _unique_in_order(old[start:end], new[first:last])
        if anchors:
            cuts = [(start, first), *((start + one, first + other) for one, other in anchors), (end, last)]
            waiting += [(one, next_one, other, next_other) for (one, other), (next_one, next_other) in pairwise(cuts)]
        elif (end - start) * (last - first) <= MOST_PAIRS:
            matcher = SequenceMatcher(None, old[start:end], new[first:last], autojunk=False)
            for one, other, size in matcher.get_matching_blocks():
                same |= {start + one + step + 1: first + other + step + 1 for step in range(size)}
    return same


def _unique_in_order(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest rising row of pairs of lines that stand once in each."""
    counts = Counter(old), Counter(new)
    places = {line: number for number, line in enumerate(new) if counts[1][line] == 1}
    pairs = [(one, places[line]) for one, line in enumerate(old) if counts[0][line] == 1 and line in places]
    ends: list[int] = []
    rows: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        at = bisect_left(ends, other)
        before.append(rows[at - 1] if at else -1)
        ends[at : at + 1] = [other]
        rows[at : at + 1] = [number]
    row, number = [], rows[-1] if rows else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]


def _moved(left: Iterable[int], old: Sequence[str], free: Iterable[int], new: Sequence[str]) -> dict[int, int]:
    """Return the lines that stand elsewhere: the first of those that read the same for the first."""
    places: dict[str, list[int]] = defaultdict(list)
    for number in free:
        places[new[number - 1]].append(number)
    found = {}
    for number in left:
        line = old[number - 1]
        if line != BLANK and places[line]:
            found[number] = places[line].pop(0)
    return found
