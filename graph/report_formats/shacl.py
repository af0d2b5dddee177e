"""A report as a SHACL validation report.

Source: https://www.w3.org/TR/shacl/#validation-report
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from graph import terms
from graph.characters import cleaned
from graph.documents import Problem, Severity
from graph.formats import Format
from graph.iris import SLUG, Iris, is_iri, slugified
from graph.report import Report
from graph.report_formats.text import line

SHACL: Final = terms.SHACL
SEVERITIES: Final = {Severity.VIOLATION: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}
COMPONENTS: Final = (
    *("And", "Class", "Closed", "Datatype", "Disjoint", "Equals", "HasValue", "In", "LanguageIn", "LessThan"),
    *("LessThanOrEquals", "MaxCount", "MaxExclusive", "MaxInclusive", "MaxLength", "MinCount", "MinExclusive"),
    *("MinInclusive", "MinLength", "Node", "NodeKind", "Not", "Or", "Pattern", "Property", "QualifiedMaxCount"),
    *("QualifiedMinCount", "UniqueLang", "Xone"),
)
COMPONENT_OF: Final = {f"shape-{name.lower()}": f"{SHACL}{name}ConstraintComponent" for name in COMPONENTS}


def as_graph(report: Report, form: Format, prefixes: Mapping[str, str], iris: Iris) -> bytes:
    """Return a SHACL validation report in an RDF format."""
    output = BytesIO()
    known = {**prefixes, "sh": SHACL}
    serialize(as_triples(report, known, iris), output, form.engine, prefixes=known)  # type: ignore[arg-type]
    return output.getvalue()


def as_triples(report: Report, prefixes: Mapping[str, str], iris: Iris) -> Iterator[Triple]:
    """Yield a SHACL validation report; as the standard has it, only one without any result conforms.

    Args:
        prefixes: Those with which the IRIs of shapes are shortened.
    """
    node = BlankNode("the-report")
    yield Triple(node, terms.TYPE, NamedNode(f"{SHACL}ValidationReport"))
    yield Triple(node, NamedNode(f"{SHACL}conforms"), Literal(not report.entries and not report.omitted))
    if report.omitted:
        yield Triple(node, terms.COMMENT, Literal(f"{report.omitted} more results are not told here.", language="en"))
    for number, problem in enumerate(report.problems):
        result = BlankNode(f"result-{number}")  # no name of a thing has a hyphen
        yield Triple(node, NamedNode(f"{SHACL}result"), result)
        yield from _result(result, problem, prefixes, iris)


def _result(result: BlankNode, problem: Problem, prefixes: Mapping[str, str], iris: Iris) -> Iterator[Triple]:
    def shacl(name: str) -> NamedNode:
        return NamedNode(f"{SHACL}{name}")

    yield Triple(result, terms.TYPE, shacl("ValidationResult"))
    yield Triple(result, shacl("focusNode"), _focus(problem, iris))
    yield Triple(result, shacl("resultSeverity"), shacl(SEVERITIES[problem.severity]))
    yield Triple(result, shacl("sourceConstraintComponent"), _component(problem, iris))
    yield Triple(result, shacl("resultMessage"), Literal(cleaned(line(problem)), language="en"))
    if is_iri(problem.path_iri):
        yield Triple(result, shacl("resultPath"), NamedNode(problem.path_iri))
    prefix, _, name = problem.shape.partition(":")
    if prefix in prefixes and is_iri(f"{prefixes[prefix]}{name}"):
        yield Triple(result, shacl("sourceShape"), NamedNode(f"{prefixes[prefix]}{name}"))
    yield Triple(result, NamedNode(f"{terms.CI}path"), Literal(cleaned(problem.place.path)))
    if problem.place.line:
        yield Triple(result, terms.LINE, terms.integer(problem.place.line))
    yield Triple(result, NamedNode(f"{terms.CI}code"), Literal(cleaned(problem.code)))


def _focus(problem: Problem, iris: Iris) -> NamedNode | BlankNode | Literal:
    """Return what a problem is about: a thing, else its document, else the path of that."""
    if problem.focus.startswith("_:") and problem.focus[2:].isalnum():
        return BlankNode(problem.focus[2:])
    if is_iri(problem.focus):
        return NamedNode(problem.focus)
    slug = slugified(PurePosixPath(problem.place.path).stem)
    return iris.document(slug) if SLUG.fullmatch(slug) else Literal(cleaned(problem.place.path))


def _component(problem: Problem, iris: Iris) -> NamedNode:
    known = COMPONENT_OF.get(problem.code, f"{iris.base}verdict/{problem.code}")
    return NamedNode(known if is_iri(known) else f"{iris.base}verdict/other")
