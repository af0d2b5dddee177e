"""A report as annotations of GitHub: commands that a step of a workflow prints.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterator
from typing import Final

from graph.documents import Problem, Severity
from graph.report import Report
from graph.report_formats.text import visible

LEVELS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
IN_TEXTS: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTIES: Final = {**IN_TEXTS, ":": "%3A", ",": "%2C"}


def as_annotations(report: Report) -> str:
    """Return a command for each problem."""
    return "".join((*(f"{annotation(entry.problem)}\n" for entry in report.entries), *_left_out(report)))


def annotation(problem: Problem) -> str:
    """Return the command that shows *problem* at its line."""
    end = problem.place.column + problem.length if problem.length else 0
    properties = {
        "file": problem.place.path,
        "line": str(max(1, problem.place.line)) if problem.place.path else "",
        "col": str(problem.place.column or ""),
        "endColumn": str(end or ""),
        "title": " · ".join(part for part in (problem.entity, problem.entry) if part) or problem.code,
    }
    told = ",".join(f"{name}={escaped(text, IN_PROPERTIES)}" for name, text in properties.items() if text)
    return f"::{LEVELS[problem.severity]} {told}::{escaped(message_of(problem), IN_TEXTS)}"


def message_of(problem: Problem) -> str:
    """Return what is wrong and what would be right, and the code, in one text."""
    near = f" Did you mean {' or '.join(problem.suggestions)}?" if problem.suggestions else ""
    fix = f" {problem.fix}" if problem.fix else ""
    return f"{problem.message}{near}{fix} [{problem.code}]"


def escaped(text: str, marks: dict[str, str]) -> str:
    """Return *text* as a command holds it."""
    return "".join(marks.get(letter) or visible(letter) for letter in text)


def _left_out(report: Report) -> Iterator[str]:
    if report.omitted:
        yield f"::notice title=More problems::{report.omitted} more are not shown here.\n"
