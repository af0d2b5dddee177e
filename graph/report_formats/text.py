"""A report as text: a line for each problem, with the line it stands on and a mark below what is meant."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len

from graph.documents import Problem
from graph.report import Entry, Recurrence, Report

MARKS: Final = {Recurrence.NEW: "new ", Recurrence.STILL_THERE: "", None: ""}
# How many columns of a line are shown at most, and how many of them before what is meant.
MOST_COLUMNS: Final = 100
BEFORE: Final = 60
JOINERS: Final = "\u200c\u200d"


def as_text(report: Report) -> str:
    """Return a line for each problem with the line that it stands on; last, what was fixed, and how many are what."""
    return "".join((*_blocks(report), *_fixed(report), *_left_out(report), _summary(report)))


def as_lines(report: Report) -> str:
    """Return a line for each problem, and nothing else but how many were left out."""
    return "".join((*(f"{line(entry.problem)}\n" for entry in report.entries), *_left_out(report)))


def line(problem: Problem, mark: str = "") -> str:
    """Return a problem on one line: place, severity, what it is about, what is wrong, what would be right."""
    about = " · ".join(part for part in (problem.entity, problem.entry) if part)
    near = f" Did you mean {' or '.join(problem.suggestions)}?" if problem.suggestions else ""
    fix = f" {problem.fix}" if problem.fix else ""
    what = f"{about}: {problem.message}" if about else problem.message
    place = f"{problem.place}: " if problem.place.path else ""
    return visible(f"{place}{mark}{problem.severity}: {what}{near}{fix} [{problem.code}]")


def block(problem: Problem, mark: str = "") -> str:
    """Return a problem with the line that it stands on, where that is known, and a mark below what is meant."""
    return "".join(f"{one}\n" for one in (line(problem, mark), *excerpt(problem)))


def excerpt(problem: Problem) -> Iterator[str]:
    """Yield the line on which *problem* stands, and one with a mark below what is meant."""
    if not problem.excerpt.strip():
        return
    column = max(0, problem.place.column - 1)
    start = max(0, column - BEFORE) if len(problem.excerpt) > MOST_COLUMNS else 0
    end = start + MOST_COLUMNS
    before, meant, after = (
        visible(part.expandtabs(1), keep_spaces=True)
        for part in (
            problem.excerpt[start:column],
            problem.excerpt[column : min(column + problem.length, end)],
            problem.excerpt[max(start, min(column + problem.length, end)) : end],
        )
    )
    cut = "…" if start else ""
    more = "…" if len(problem.excerpt) > end else ""
    number = str(problem.place.line)
    yield f"  {number} | {cut}{before}{meant}{after}{more}".rstrip()
    if problem.place.column:
        yield f"  {' ' * len(number)} | {' ' * cell_len(cut + before)}{'^' * max(1, cell_len(meant))}"


def visible(text: str, *, keep_spaces: bool = False) -> str:
    r"""Return *text* on one line, with everything escaped that is no letter for a reader.

    >>> print(visible("a\n\x1b[2Kb\u202ec é"))
    a\x0a\x1b[2Kb\u202ec é
    """
    if text.isprintable():
        return text
    return "".join(
        letter
        if letter.isprintable() or letter in JOINERS or (keep_spaces and unicodedata.category(letter) == "Zs")
        else _escaped(letter)
        for letter in text
    )


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def _blocks(report: Report) -> Iterator[str]:
    for entry in report.entries:
        yield block(entry.problem, _mark(entry))


def _mark(entry: Entry) -> str:
    return MARKS[entry.status]


def _fixed(report: Report) -> Iterator[str]:
    for problem in report.fixed:
        yield f"{line(problem, 'fixed ')}\n"


def _left_out(report: Report) -> Iterator[str]:
    if report.omitted:
        yield f"… and {report.omitted} more, which are not shown here.\n"


def _summary(report: Report) -> str:
    """Return how many problems there are of each severity, and what has changed; nothing where there are none."""
    words = [f"{count} {_plural(name, count)}" for name, count in report.severities().items() if count]
    changed = [f"{count} {name}" for name, count in report.statuses().items() if count] if report.is_compared else []
    if not words and not changed:
        return ""
    told = ", ".join(words) or "nothing is wrong"
    return f"{told}: {', '.join(changed).replace('-', ' ')}.\n" if changed else f"{told}.\n"


def _plural(name: str, count: int) -> str:
    return name if count == 1 or name == "info" else f"{name}s"
