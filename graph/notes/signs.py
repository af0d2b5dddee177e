"""What is found in a text once it is read: shortcodes such as ``:fire:``, and addresses without a scheme."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from graph.notes.addresses import plain_addresses
from graph.notes.note import Mark, Stretch
from graph.notes.prose import Passage, Target

SHORTCODE: Final = re.compile(
    r"(?<![A-Za-z0-9]):[a-z+\-][a-z0-9_+\-]{0,40}:(?![A-Za-z0-9])|:[a-z0-9_]*[a-z][a-z0-9_]{0,40}:"
)
_STYLES: Final = (Mark.EMPHASIS, Mark.STRONG)


def with_signs(passage: Passage) -> Passage:
    """Return *passage* with its shortcodes and plain addresses set off, where nothing else is."""
    prose = passage.prose
    taken = _Taken.of(one for one in prose.stretches if one.mark not in _STYLES)
    emoji = [found.span() for found in SHORTCODE.finditer(prose.value) if not taken.overlaps(*found.span())]
    addresses = [span for span in plain_addresses(prose.value) if not taken.overlaps(*span)]
    if not emoji and not addresses:
        return passage
    added = [Stretch(start, end, Mark.EMOJI) for start, end in emoji]
    added += [Stretch(start, end, mark) for start, end in addresses for mark in (Mark.LINK, Mark.ADDRESS)]
    targets = [
        Target(start, end, prose.position(start), prose.value[start:end], is_bare=True) for start, end in addresses
    ]
    return replace(
        passage,
        prose=replace(
            prose, stretches=tuple(sorted((*prose.stretches, *added), key=lambda one: (one.start, -one.end)))
        ),
        targets=tuple(sorted((*passage.targets, *targets), key=lambda one: (one.start, -one.end))),
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """Parts of a text that are set off already, none of which touches another."""

    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, stretches: Iterable[Stretch]) -> "_Taken":
        taken = cls([], [])
        for one in stretches:  # by their starts
            if taken.ends and one.start <= taken.ends[-1]:
                taken.ends[-1] = max(taken.ends[-1], one.end)
            else:
                taken.starts.append(one.start)
                taken.ends.append(one.end)
        return taken

    def overlaps(self, start: int, end: int) -> bool:
        """Return whether something in it holds one of the characters from *start* to *end*."""
        number = bisect_right(self.starts, end - 1) - 1
        return number >= 0 and self.ends[number] > start
