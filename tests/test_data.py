"""The documents of this project: they are good, they read the whole note, and they answer the questions."""

import csv
import io
import re
from collections import Counter
from typing import Any

import httpx
import pytest
import yaml

from graph import terms
from graph.collections import read_file
from graph.documents import Document
from graph.folders import list_files
from graph.index import Index
from graph.publishing import check
from graph.workshop import Workshop
from tests.conftest import DATA, NOTE, rows_of

NOTE_LINES = 127
MOST_EXCUSED = 25
# What a mention alone is worth: these say where an entity stands, not what it is or does.
FILING = {terms.IN_SECTION}

QUESTIONS: list[dict[str, Any]] = yaml.safe_load((DATA / "questions.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reading(workshop: Workshop) -> Document:
    """The reading of the note."""
    file = next(file for file in list_files(DATA) if file.slug == "cloud-index")
    return read_file(file, vocabulary=workshop.vocabulary, iris=workshop.iris)


@pytest.fixture(scope="module")
def note() -> list[str]:
    """The lines of the note itself."""
    if not NOTE.is_file():
        pytest.skip("the user's note is not beside this checkout")
    return NOTE.read_text(encoding="utf-8").splitlines()


def _sources(document: Document) -> Counter[int]:
    """Return how many statements about an entity each line is the source of."""
    found: Counter[int] = Counter()
    for statement in document.statements:
        if statement.evidence is not None and statement.triple.predicate not in FILING:
            found.update(statement.evidence.lines)
    return found


def test_every_document_is_good_and_none_has_a_warning(workshop: Workshop) -> None:
    judgement = check(DATA, workshop)

    assert judgement.problems == ()


def test_every_line_of_the_note_is_read_or_excused(reading: Document, note: list[str]) -> None:
    written = {number for number, line in enumerate(note, start=1) if line.strip()}
    excused = {unread.line for unread in reading.unread}

    silent = written - set(_sources(reading)) - excused

    assert len(written) == 91
    assert silent == set()
    assert len(excused) <= MOST_EXCUSED


def test_no_statement_names_an_empty_line(reading: Document, note: list[str]) -> None:
    empty = [line for line in _sources(reading) if not note[line - 1].strip()]

    assert empty == []


def test_the_source_has_as_many_lines_as_the_document_says(note: list[str]) -> None:
    assert len(note) == NOTE_LINES


def test_every_address_of_the_note_is_a_link_of_its_line(reading: Document, note: list[str]) -> None:
    addresses = {
        (number, found.rstrip(").,"))
        for number, line in enumerate(note, start=1)
        for found in re.findall(r"https?://[^\s<>\")]+", line)
    }

    links = {
        (line, str(statement.triple.object)[1:-1])
        for statement in reading.statements
        if statement.entry == "url" and statement.evidence is not None
        for line in statement.evidence.lines
    }

    assert len(addresses) == 12
    assert links == addresses


def test_every_heading_of_the_note_is_a_section(reading: Document, note: list[str]) -> None:
    headings = [
        (number, len(line) - len(line.lstrip("#")), line.lstrip("#").strip())
        for number, line in enumerate(note, start=1)
        if line.startswith("#")
    ]

    sections = [(section.line, section.level, section.title) for section in reading.sections]

    assert sections == headings


def test_the_words_of_every_opinion_stand_on_its_line(reading: Document, note: list[str]) -> None:
    quoted = [
        (line, statement.evidence.words)
        for statement in reading.statements
        if statement.triple.predicate in (terms.HAS_OPINION, terms.HAS_QUESTION) and statement.evidence
        for line in statement.evidence.lines
    ]

    wrong = [(line, words) for line, words in quoted if words not in note[line - 1]]

    assert quoted
    assert wrong == []


def test_filing_under_openstack_is_no_dependency(index: Index) -> None:
    """OVHcloud is based on OpenStack and must not inherit Ironic, which is only filed near it."""
    rows = rows_of(index, "SELECT ?other { id:openstack ci:dependsOn ?other }")

    assert rows == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question["id"]))
def test_a_question_has_its_answer_in_sparql(question: dict[str, Any], client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": question["sparql"]}, headers={"Accept": "text/csv"})

    rows = list(csv.reader(io.StringIO(response.raise_for_status().text)))[1:]

    assert sorted(rows) == sorted([str(value) for value in row] for row in question["answer"])


@pytest.mark.parametrize(
    "question", [one for one in QUESTIONS if "rest" in one], ids=lambda question: str(question["id"])
)
def test_a_question_has_its_answer_over_rest(question: dict[str, Any], client: httpx.Client) -> None:
    asked = question["rest"]

    found = _found(client.get(asked["get"]).raise_for_status().json(), asked["find"].split("."))

    assert sorted(found, key=str) == sorted(asked["answer"], key=str)


def test_every_question_is_asked_in_every_language(workshop: Workshop) -> None:
    missing = [
        question["id"]
        for question in QUESTIONS
        for language in workshop.vocabulary.languages
        if not question["question"].get(language)
    ]

    assert missing == []


def _found(value: Any, path: list[str]) -> list[Any]:
    """Return the values at *path*; a list on the way is gone through."""
    if isinstance(value, list):
        return [found for item in value for found in _found(item, path)]
    return _found(value[path[0]], path[1:]) if path else [value]
