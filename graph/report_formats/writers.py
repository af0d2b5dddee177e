"""Which form of a report is written how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from graph.formats import (
    COMPACT_REPORT,
    GITHUB_REPORT,
    GRAPHS,
    PLAIN_JSON,
    REPORTS,
    SARIF_REPORT,
    TEXT_REPORT,
    Format,
)
from graph.iris import Iris
from graph.report import Report
from graph.report_formats.github import as_annotations
from graph.report_formats.plain_json import as_json
from graph.report_formats.sarif import as_sarif
from graph.report_formats.shacl import as_graph
from graph.report_formats.text import as_lines, as_text


@dataclass(frozen=True, slots=True)
class Names:
    """What a report is written with: prefixes and IRIs."""

    prefixes: Mapping[str, str]
    iris: Iris


Writer = Callable[[Report, Format, Names], bytes]


def _json(report: Report, _form: Format, _names: Names) -> bytes:
    return orjson.dumps(as_json(report), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


WRITERS: Final[dict[Format, Writer]] = {
    PLAIN_JSON: _json,
    TEXT_REPORT: lambda report, _form, _names: _encoded(as_text(report)),
    COMPACT_REPORT: lambda report, _form, _names: _encoded(as_lines(report)),
    GITHUB_REPORT: lambda report, _form, _names: _encoded(as_annotations(report)),
    SARIF_REPORT: lambda report, _form, _names: as_sarif(report),
    **{form: lambda report, form, names: as_graph(report, form, names.prefixes, names.iris) for form in GRAPHS},
}
assert set(WRITERS) == set(REPORTS)


def write_report(report: Report, form: Format, names: Names) -> bytes:
    """Return *report* in the form *form*."""
    return WRITERS[form](report, form, names)


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")
