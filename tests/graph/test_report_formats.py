"""Every form of a report holds any problem, whatever its texts are made of, and reads back the same."""

import json
import re
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import orjson
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.codes import CODES
from graph.documents import Place, Problem, Severity
from graph.errors import ReportError
from graph.formats import GITHUB_REPORT, GRAPHS, JSON_LD, PLAIN_JSON, REPORTS, SARIF_REPORT, TURTLE, Format
from graph.iris import Iris
from graph.report import Entry, Recurrence, Report, uncompared
from graph.report_formats.github import message_of
from graph.report_formats.plain_json import parse_report
from graph.report_formats.sarif import utf16_column
from graph.report_formats.text import as_lines, as_text, block, line
from graph.report_formats.writers import Names, write_report
from graph.vocabulary import Vocabulary
from tests.conftest import ROOT

SCHEMA = ROOT / ".venv/clients/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
# Its reader of JSON-LD uses what it deprecates itself.
OF_RDFLIB = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
NAMES = Names({"ci": "https://w3id.org/cloudindex/ontology#"}, Iris())

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(("a:b,c%d\r\ne", "::error::x", "%0A%25", "\x1b[2K", "\u202e", "\ud800", "{'\"}</script>", "🙂é")),
)
PROBLEMS = st.builds(
    Problem,
    severity=st.sampled_from(Severity),
    place=st.builds(Place, TEXTS, st.integers(0, 99), st.integers(0, 30)),
    code=st.one_of(st.sampled_from((*CODES, "shape-in", "shape-unknown")), TEXTS),
    message=TEXTS,
    entity=TEXTS,
    entry=TEXTS,
    fix=TEXTS,
    suggestions=st.lists(TEXTS, max_size=2).map(tuple),
    shape=TEXTS,
    focus=st.one_of(TEXTS, st.just("https://w3id.org/cloudindex/id/kops"), st.just("_:b0")),
    length=st.integers(0, 9),
    replacements=st.lists(TEXTS, max_size=2).map(tuple),
    path_iri=st.one_of(TEXTS, st.just("https://schema.org/name")),
    excerpt=TEXTS,
)
REPORTED = st.builds(
    Report,
    st.lists(st.builds(Entry, PROBLEMS, st.sampled_from((None, *list(Recurrence)[:2]))), max_size=3).map(tuple),
    st.lists(PROBLEMS, max_size=1).map(tuple),
    omitted=st.integers(0, 1),
)


def written(report: Report, form: Format) -> bytes:
    return write_report(report, form, NAMES)


@given(REPORTED)
def test_every_form_holds_any_problem(report: Report) -> None:
    for form in REPORTS:
        written(report, form).decode()


@given(st.lists(PROBLEMS, max_size=3).filter(lambda problems: is_text(repr(problems))))
def test_json_reads_back_the_same(problems: list[Problem]) -> None:
    assert parse_report(written(uncompared(problems), PLAIN_JSON), "report.json") == tuple(problems)


def is_text(text: str) -> bool:
    """Return whether nobody has put half of a character into a text."""
    return "\\ud" not in text


@pytest.fixture(scope="module")
def schema() -> Any:
    """What a report must be to be SARIF; a pattern that is no regular expression elsewhere is left out."""
    if not SCHEMA.exists():
        pytest.skip("the schema of SARIF is not installed; `make test` does it where npm is")
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for part in ("run", "toolComponent"):
        del found["definitions"][part]["properties"]["language"]["pattern"]
    return jsonschema_rs.validator_for(found)


@given(report=REPORTED)
def test_sarif_is_as_its_schema_has_it(report: Report, schema: Any) -> None:
    document = orjson.loads(written(report, SARIF_REPORT))

    schema.validate(document)
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [one["ruleId"] for one in run["results"]]
    paths = [
        unquote(location["physicalLocation"]["artifactLocation"]["uri"])
        for result in run["results"]
        for location in result["locations"]
        if "physicalLocation" in location
    ]
    assert all(not path.startswith("//") for path in paths if path)
    assert len(run["results"]) == len(report.entries)


@OF_RDFLIB
@settings(max_examples=30)
@given(report=REPORTED)
def test_rdf_is_a_shacl_report(report: Report) -> None:
    for form, name in ((TURTLE, "turtle"), (JSON_LD, "json-ld")):
        graph = rdflib.Graph().parse(data=written(report, form), format=name)

        (node,) = graph.subjects(rdflib.RDF.type, SH.ValidationReport)
        results = set(graph.subjects(rdflib.RDF.type, SH.ValidationResult))
        assert set(graph.objects(node, SH.result)) == results
        assert len(results) == len(report.entries)
        for result in results:
            for predicate in ("focusNode", "resultSeverity", "sourceConstraintComponent", "resultMessage"):
                assert len(list(graph.objects(result, SH[predicate]))) == 1


UNESCAPED = (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


def unescaped(text: str) -> str:
    for mark, letter in UNESCAPED:
        text = text.replace(mark, letter)
    return text


@given(PROBLEMS)
def test_an_annotation_reads_back_the_same(problem: Problem) -> None:
    text = written(uncompared([problem]), GITHUB_REPORT).decode()

    assert text.count("\n") == 1
    found = re.fullmatch(r"::(error|warning|notice) ([^\n]*?)::(.*)\n", text)
    assert found is not None
    properties = dict(pair.split("=", 1) for pair in found[2].split(","))
    expected = message_of(problem)
    if expected.replace("\r", "").replace("\n", "").isprintable():
        assert unescaped(found[3]) == expected
    if problem.place.path.isprintable() and problem.place.path:
        assert unescaped(properties["file"]) == problem.place.path
    assert set(properties) <= {"file", "line", "col", "endColumn", "title"}


@given(PROBLEMS)
def test_a_line_is_one_line_and_holds_nothing_that_a_terminal_obeys(problem: Problem) -> None:
    text = line(problem)

    assert len(text.splitlines()) == 1
    assert "\x1b" not in text
    assert all(not re.search("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", one) for one in block(problem).split("\n"))


def shown(excerpt: str, column: int, length: int) -> list[str]:
    problem = Problem(
        Severity.WARNING, Place("a.yaml", 12, column), "line-ends", "wrong.", excerpt=excerpt, length=length
    )
    return block(problem).splitlines()[1:]


@pytest.mark.parametrize(
    ("excerpt", "column", "length", "expected"),
    [
        ("  - {usesTol: a}", 6, 7, ["  12 |   - {usesTol: a}", "     |      ^^^^^^^"]),
        ("ab", 1, 0, ["  12 | ab", "     | ^"]),
        ("云 a", 3, 1, ["  12 | 云 a", "     |    ^"]),
        ("\ta", 2, 1, ["  12 |  a", "     |  ^"]),
        ("ab", 0, 0, ["  12 | ab"]),
        ("", 1, 1, []),
        ("ab", 9, 2, ["  12 | ab", "     |   ^"]),
    ],
)
def test_the_mark_stands_below_what_is_meant(excerpt: str, column: int, length: int, expected: list[str]) -> None:
    assert shown(excerpt, column, length) == expected


def test_of_a_long_line_the_part_around_the_mark_is_shown() -> None:
    text, mark = shown("x" * 300 + "MEANT" + "y" * 300, 301, 5)

    assert text.startswith("  12 | …x")
    assert text.endswith("y…")
    assert text[mark.index("^") : mark.index("^") + 5] == "MEANT"


def test_a_report_ends_with_its_numbers() -> None:
    problem = Problem(Severity.WARNING, Place("a.yaml", 1), "line-ends", "wrong.")
    report = Report((Entry(problem, Recurrence.NEW),), (problem,), omitted=2)

    assert as_text(report).splitlines() == [
        "a.yaml:1: new warning: wrong. [line-ends]",
        "a.yaml:1: fixed warning: wrong. [line-ends]",
        "… and 2 more, which are not shown here.",
        "1 warning: 1 new, 1 fixed.",
    ]
    assert as_lines(report).splitlines()[0] == "a.yaml:1: warning: wrong. [line-ends]"
    assert as_text(Report()) == ""


def test_columns_of_sarif_count_as_utf16_does() -> None:
    assert [utf16_column("a🙂b", column) for column in (1, 2, 3, 4)] == [1, 2, 4, 5]


def test_a_bare_word_that_is_near_can_be_put_in_place(schema: Any) -> None:
    problem = Problem(
        Severity.VIOLATION,
        Place("data/été.yaml", 3, 5),
        "relation-unknown",
        "there is no such relation.",
        suggestions=("uses",),
        replacements=("uses",),
        length=3,
        excerpt="🙂 {use: a}",
    )
    report = Report((Entry(problem, Recurrence.STILL_THERE),))

    document = orjson.loads(written(report, SARIF_REPORT))

    schema.validate(document)
    (result,) = document["runs"][0]["results"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "data/%C3%A9t%C3%A9.yaml", "uriBaseId": "SRCROOT"}
    assert change["replacements"][0]["deletedRegion"] == {"startLine": 3, "startColumn": 6, "endColumn": 9}
    assert result["baselineState"] == "unchanged"


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"problems": 3}', b"\xff", b"null"])
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(ReportError, match=r"report\.json is no report"):
        parse_report(content, "report.json")


def test_every_kind_of_problem_is_told_what_to_do() -> None:
    assert all(code.summary.endswith(".") and code.help.endswith(".") for code in CODES.values())
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", name) for name in CODES)


@OF_RDFLIB
def test_only_a_report_without_results_conforms_in_rdf(vocabulary: Vocabulary, iris: Iris) -> None:
    names = Names(dict(vocabulary.prefixes), iris)
    problem = Problem(Severity.INFO, Place("a.yaml", 1), "line-ends", "wrong.", shape="ci:SoftwareShape")

    for report, expected in ((uncompared([problem]), False), (Report(), True)):
        for form in GRAPHS:
            content = write_report(report, form, names)
            graph = rdflib.Graph().parse(data=content, format=form.media_type)
            assert [value.toPython() for value in graph.objects(None, SH.conforms)] == [expected]  # type: ignore[attr-defined]
