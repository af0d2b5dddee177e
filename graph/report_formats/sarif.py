"""A report as SARIF 2.1.0, which code hosts and editors show at the lines.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import quote

import orjson

from graph.codes import CODES
from graph.documents import Problem, Severity
from graph.report import Entry, Recurrence, Report, fingerprints
from graph.report_formats.github import message_of

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT: Final = "SRCROOT"
FINGERPRINT: Final = "cloudindex/v1"
LEVELS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
BASELINE: Final = {Recurrence.NEW: "new", Recurrence.STILL_THERE: "unchanged"}


def as_sarif(report: Report) -> bytes:
    """Return *report*; what was fixed is not told, for hosts would take it for what is there."""
    codes = sorted({problem.code for problem in report.problems})
    numbers = {code: number for number, code in enumerate(codes)}
    texts = list(map(message_of, report.problems))
    marks = fingerprints(report.problems)
    run = {
        "tool": {"driver": _driver(codes, report.problems)},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that paths begin in."}}},
        "automationDetails": {"id": "cloudindex/"},
        "results": [
            _result(entry, text, mark, numbers) for entry, text, mark in zip(report.entries, texts, marks, strict=True)
        ],
    }
    if report.omitted:
        run["properties"] = {"omitted": report.omitted}
    return orjson.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_clean(run)]}, option=orjson.OPT_INDENT_2)


def _driver(codes: Iterable[str], problems: Iterable[Problem]) -> dict[str, Any]:
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.code, problem)
    own = version("cloudindex")
    return {
        "name": "Cloud Index",
        "version": own,
        "semanticVersion": own,
        "rules": [_rule(code, first[code]) for code in codes],
    }


def _rule(code: str, example: Problem) -> dict[str, Any]:
    known = CODES.get(code)
    summary = known.summary if known else f"{code.replace('-', ' ').capitalize()}."
    mend = known.help if known else example.fix or "The verdict says what would be right."
    return {
        "id": code,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": f"{summary} {mend}"},
        "help": {"text": mend, "markdown": mend},
        "defaultConfiguration": {"level": LEVELS[known.severity if known else example.severity]},
    }


def _result(entry: Entry, text: str, fingerprint: str, numbers: dict[str, int]) -> dict[str, Any]:
    problem = entry.problem
    about = f"{' · '.join(part for part in (problem.entity, problem.entry) if part)}: "
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": numbers[problem.code],
        "level": LEVELS[problem.severity],
        "message": {"text": f"{about}{text}" if len(about) > 2 else text},
        "locations": [_location(problem)] if problem.place.path or problem.entity else [],
        "partialFingerprints": {FINGERPRINT: fingerprint},
        "properties": {name: value for name in ("entity", "entry", "shape") if (value := getattr(problem, name))},
    }
    if entry.status in BASELINE:
        result["baselineState"] = BASELINE[entry.status]
    if problem.replacements and problem.length and problem.excerpt and problem.place.path:
        result["fixes"] = [_fix(problem, replacement) for replacement in dict.fromkeys(problem.replacements)]
    return result


def _location(problem: Problem) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if problem.place.path:
        location["physicalLocation"] = {"artifactLocation": _artifact(problem), "region": _region(problem)}
    if problem.entity:
        location["logicalLocations"] = [{"name": problem.entity, "kind": "resource"}]
    return location


def _artifact(problem: Problem) -> dict[str, Any]:
    return {"uri": as_uri(problem.place.path), "uriBaseId": ROOT}


def _region(problem: Problem) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": max(1, problem.place.line)}
    if problem.place.column:
        region["startColumn"] = utf16_column(problem.excerpt, problem.place.column)
        if problem.length:
            region["endColumn"] = utf16_column(problem.excerpt, problem.place.column + problem.length)
    if problem.excerpt:
        region["snippet"] = {"text": problem.excerpt}
    return region


def _fix(problem: Problem, replacement: str) -> dict[str, Any]:
    region = {name: value for name, value in _region(problem).items() if name != "snippet"}
    change = {"deletedRegion": region, "insertedContent": {"text": replacement}}
    return {
        "description": {"text": f"Write “{replacement}”."},
        "artifactChanges": [{"artifactLocation": _artifact(problem), "replacements": [change]}],
    }


def utf16_column(line: str, column: int) -> int:
    """Return the column, counted in units of UTF-16, of the character at *column*.

    >>> utf16_column("🙂 a", 3)
    4
    """
    return column + sum(ord(letter) > 0xFFFF for letter in line[: column - 1])


def as_uri(path: str) -> str:
    """Return *path* as a relative address."""
    quoted = quote(path.encode(errors="replace"), safe="/!$&'()*+,;=@~.-_")
    return quoted if not quoted.startswith("//") else f"/%2F{quoted[2:]}"


def _clean(value: Any) -> Any:
    """Return *value* without halves of characters, which no JSON may hold."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return {name: _clean(one) for name, one in value.items()} if isinstance(value, dict) else value
