"""What was found, for whoever called a command: beside an earlier report, with paths to follow, as an exit code."""

import os
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from api.settings import Settings
from graph.documents import Problem, Severity
from graph.engine.generations import find_current
from graph.errors import ReportError
from graph.formats import GITHUB_REPORT, PLAIN_JSON, SARIF_REPORT, Format
from graph.report import Entry, Recurrence, Report, compared, uncompared
from graph.report_formats.plain_json import parse_report

if TYPE_CHECKING:
    from graph.gate import Judgement


class Failing(StrEnum):
    """From which severity on a problem makes the check fail."""

    VIOLATION = "violation"
    WARNING = "warning"
    NEVER = "never"


FAILING = {
    Failing.VIOLATION: (Severity.VIOLATION,),
    Failing.WARNING: (Severity.VIOLATION, Severity.WARNING),
    Failing.NEVER: (),
}


def compare(judgement: "Judgement", settings: Settings, against: Path | None) -> Report:
    """Return what was found beside an earlier report: a file, else that of what was published last, if anything was.

    Raises:
        ReportError: The file is none.
    """
    before = _earlier(settings, against)
    if before is None:
        return uncompared(judgement.problems)
    paths = {version.path for version in (*judgement.published, *judgement.absent)}
    return compared(judgement.problems, before, paths=paths)


def fails(report: Report, failing: Failing, *, only_new: bool) -> bool:
    """Return whether a check that found *report* fails."""
    entries = (one for one in report.entries if one.status is not Recurrence.STILL_THERE or not only_new)
    return any(entry.problem.severity in FAILING[failing] for entry in entries)


def relocated(report: Report, data: Path, form: Format) -> Report:
    """Return *report* with paths that whoever reads it can follow.

    For people and editors they begin where the command was called; for hosts of code, in the root of the repository;
    in JSON and RDF they stay those of the graph.
    """
    if form is PLAIN_JSON or form.engine is not None:
        return report
    start = _root(data) if form in (SARIF_REPORT, GITHUB_REPORT) else Path.cwd()
    prefix = os.path.relpath(data.absolute().parent, start)
    if prefix == os.curdir:
        return report
    return replace(
        report,
        entries=tuple(replace(entry, problem=_moved(entry.problem, prefix)) for entry in report.entries),
        fixed=tuple(_moved(problem, prefix) for problem in report.fixed),
    )


def _earlier(settings: Settings, against: Path | None) -> Sequence[Entry] | None:
    if against is not None:
        try:
            content = against.read_bytes()
        except OSError as error:
            raise ReportError(str(against), error.strerror or "it cannot be read") from error
        return tuple(map(Entry, parse_report(content, str(against))))
    current = find_current(settings.state)
    if current is None or current.manifest.is_plain:
        return None
    own = {one.path for one in current.manifest.documents if one.is_own}
    return tuple(entry for entry in current.full_report().entries if entry.problem.place.path not in own)


def _root(data: Path) -> Path:
    """Return the root of the repository that *data* lies in; without one, where the command was called."""
    above = data.absolute().parents
    return next((folder for folder in above if (folder / ".git").exists()), Path.cwd())


def _moved(problem: Problem, prefix: str) -> Problem:
    path = problem.place.path
    return replace(problem, place=replace(problem.place, path=f"{Path(prefix, path)}")) if path else problem
