"""The comments at the end of a draft: what only a person can decide, and the lines of the note."""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from graph.notes import draft
from graph.notes.draft import LINES, REMARKS, Words
from graph.notes.proposals import Reading

FINGERPRINTS: Final = re.compile(r"# ?([0-9a-f]{4}|-)?( ([0-9a-f]{4}|-))*")
REMARK: Final = re.compile(r"# Line [0-9]+, “")


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
