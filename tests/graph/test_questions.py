"""Questions that come with documents: what a file of them may hold, and what is said of one that is broken."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import QuestionsError
from graph.questions import FILE, MOST_BYTES, Example, read_questions
from tests.conftest import DATA

WHOLE = """\
- id: first
  question: {en: What, fr: Quoi}
  sparql: ASK {}
  rest: {get: /api/x}
  answer: [[a, 1], [b, 2]]
- question: {en: And then}
  sparql: SELECT * {}
"""


def written(folder: Path, content: str | bytes) -> Path:
    """Return *folder*, with a file of questions."""
    (folder / FILE).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_questions_keep_their_order_and_get_a_number_where_they_have_no_id(tmp_path: Path) -> None:
    found = read_questions(written(tmp_path, WHOLE))

    assert found == (
        Example("first", {"en": "What", "fr": "Quoi"}, "ASK {}", "/api/x", (("a", "1"), ("b", "2"))),
        Example("2", {"en": "And then"}, "SELECT * {}", "", ()),
    )


def test_a_folder_may_have_none(tmp_path: Path) -> None:
    assert read_questions(tmp_path) == ()


def test_the_ones_of_this_project_are_read() -> None:
    assert read_questions(DATA)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a: b", "no list of questions"),
        ("- a", "number 1 lacks"),
        ("- {question: What, sparql: ASK {}}", "while parsing"),
        ("- {question: What, sparql: 'ASK {}'}", "number 1 lacks"),
        ("- {question: {}, sparql: 'ASK {}'}", "number 1 lacks"),
        ("- {question: {en: a}, sparql: [1]}", "number 1 lacks"),
        ("- {question: {en: a}, sparql: 'ASK {}', answer: 7}", "answer of number 1"),
        ("- {question: {en: a}, sparql: 'ASK {}', answer: [7]}", "answer of number 1"),
        (b"\xff\xfe\xfa", "can't decode"),
        ("[" * 5000, ""),
        (b"#" * (MOST_BYTES + 1), f"more than {MOST_BYTES} bytes"),
    ],
)
def test_what_is_broken_is_told(content: str | bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(QuestionsError) as caught:
        read_questions(written(tmp_path, content))

    assert reason in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()

    with pytest.raises(QuestionsError):
        read_questions(tmp_path)


@given(
    content=st.one_of(
        st.binary(max_size=200), st.text(alphabet="-{}[]:,'\"&*!|>\n ab?#%@0", max_size=80).map(str.encode)
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_makes_it_crash(content: bytes, tmp_path: Path) -> None:
    with suppress(QuestionsError):
        read_questions(written(tmp_path, content))
