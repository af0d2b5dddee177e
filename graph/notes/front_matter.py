"""The front matter of a note: what stands between two fences at its very beginning."""

import re
from collections.abc import Sequence
from typing import Final

MOST_LINES: Final = 2_000
_FENCE: Final = re.compile(r"---[ \t]*")
_END: Final = re.compile(r"(?:---|\.\.\.)[ \t]*")
_KEY: Final = re.compile(r"[\"']?[\w.-][\w. -]*[\"']?[ \t]*:(?:\s|\Z)|#|\{")


def end_of_front(lines: Sequence[str]) -> int:
    """Return how many of *lines* are front matter, its fences among them; 0 where there is none.

    A line of dashes at the top may as well be a rule: what follows at once must look like a key.

    >>> end_of_front(["---", "title: Notes", "---", "", "# Notes"]), end_of_front(["---", "", "# Notes", "---"])
    (3, 0)
    """
    if len(lines) < 2 or not _FENCE.fullmatch(lines[0]):
        return 0
    if not _KEY.match(lines[1]) and not _END.fullmatch(lines[1]):
        return 0
    for number, line in enumerate(lines[1:MOST_LINES], 2):
        if _END.fullmatch(line):
            return number
    return 0
