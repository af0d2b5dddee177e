"""A report of problems, in the forms that people and programs read."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph import terms
from graph.documents import Problem, Severity
from graph.iris import is_iri

SHACL: Final = terms.SHACL
SEVERITIES: Final = {Severity.VIOLATION: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}


def as_text(problems: Iterable[Problem]) -> str:
    """Return a line for each problem."""
    return "".join(f"{line(problem)}\n" for problem in problems)


def line(problem: Problem) -> str:
    """Return a problem on one line: place, severity, what it is about, what is wrong, what would be right."""
    about = " · ".join(part for part in (problem.entity, problem.entry) if part)
    near = f" Did you mean {' or '.join(problem.suggestions)}?" if problem.suggestions else ""
    fix = f" {problem.fix}" if problem.fix else ""
    what = f"{about}: {problem.message}" if about else problem.message
    return f"{problem.place}: {problem.severity}: {what}{near}{fix} [{problem.code}]"


def as_triples(problems: Sequence[Problem], expand: dict[str, str]) -> Iterator[Triple]:
    """Yield a SHACL validation report.

    Args:
        expand: The prefixes with which the IRIs of shapes are shortened.

    Source: https://www.w3.org/TR/shacl/#validation-report
    """
    report = BlankNode("report")
    conforms = not any(problem.severity is Severity.VIOLATION for problem in problems)
    yield Triple(report, terms.TYPE, NamedNode(f"{SHACL}ValidationReport"))
    yield Triple(report, NamedNode(f"{SHACL}conforms"), Literal(conforms))
    for number, problem in enumerate(problems):
        result = BlankNode(f"result{number}")
        yield Triple(report, NamedNode(f"{SHACL}result"), result)
        yield from _result(result, problem, expand)


def _result(result: BlankNode, problem: Problem, expand: dict[str, str]) -> Iterator[Triple]:
    def shacl(name: str) -> NamedNode:
        return NamedNode(f"{SHACL}{name}")

    yield Triple(result, terms.TYPE, shacl("ValidationResult"))
    yield Triple(result, shacl("resultSeverity"), shacl(SEVERITIES[problem.severity]))
    yield Triple(result, shacl("resultMessage"), Literal(line(problem), language="en"))
    if problem.focus and is_iri(problem.focus):
        yield Triple(result, shacl("focusNode"), NamedNode(problem.focus))
    prefix, _, name = problem.shape.partition(":")
    if prefix in expand and is_iri(f"{expand[prefix]}{name}"):
        yield Triple(result, shacl("sourceShape"), NamedNode(f"{expand[prefix]}{name}"))
    yield Triple(result, NamedNode(f"{terms.CI}path"), Literal(problem.place.path))
    if problem.place.line:
        yield Triple(result, terms.LINE, terms.integer(problem.place.line))
    yield Triple(result, NamedNode(f"{terms.CI}code"), Literal(problem.code))
