"""A report as JSON, and JSON read as the report before."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from graph.codes import CODES
from graph.documents import Problem
from graph.errors import ReportError
from graph.report import Entry, Report

_PROBLEMS: Final = TypeAdapter(list[Problem])


def as_json(report: Report, document_of: Callable[[str], str] | None = None) -> dict[str, Any]:
    """Return *report* as values of JSON.

    Args:
        document_of: Returns the slug of the document at a path, as the service knows it.
    """
    return {
        "conforms": report.conforms,
        "severities": report.severities(),
        "statuses": report.statuses() if report.is_compared else None,
        "problems": [shown(entry, document_of) for entry in report.entries],
        "fixed": [shown(Entry(problem), document_of) for problem in report.fixed],
        "omitted": report.omitted,
    }


def shown(entry: Entry, document_of: Callable[[str], str] | None = None) -> dict[str, Any]:
    """Return one entry: the problem, its document, how it stands to the report before, and what its kind is.

    Summary and help are empty for kinds that are told by their code alone.
    """
    told: dict[str, Any] = asdict(entry.problem)
    if document_of is not None:
        told["document"] = document_of(entry.problem.place.path)
    told["status"] = entry.status
    told["since"] = entry.since or None
    kind = CODES.get(entry.problem.code)
    told["summary"], told["help"] = (kind.summary, kind.help) if kind else ("", "")
    clean: dict[str, Any] = _clean(told)
    return clean


def parse_report(content: bytes, source: str) -> tuple[Problem, ...]:
    """Return the problems of a report that was written as JSON: a whole one, or the list of its problems.

    Raises:
        ReportError: It is none.
    """
    try:
        found = orjson.loads(content)
        listed = found["problems"] if isinstance(found, Mapping) else found
        return tuple(_PROBLEMS.validate_python(listed))
    except (ValueError, KeyError, ValidationError) as error:
        reason = "it has no problems" if isinstance(error, KeyError) else str(error).splitlines()[0]
        raise ReportError(source, reason) from error


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return {name: _clean(one) for name, one in value.items()} if isinstance(value, dict) else value
