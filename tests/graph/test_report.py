"""Reports: which problems are new, still there or fixed, and the lines that they stand on."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.documents import Place, Problem, Severity
from graph.excerpts import with_excerpts
from graph.report import Entry, Recurrence, compared, fingerprints, uncompared

NEW, STILL_THERE, FIXED = Recurrence.NEW, Recurrence.STILL_THERE, Recurrence.FIXED


def problem(message: str = "wrong.", path: str = "data/a.yaml", line: int = 1) -> Problem:
    return Problem(Severity.VIOLATION, Place(path, line), "key-unknown", message)


def statuses(now: list[Problem], before: list[Problem], *paths: str) -> tuple[list[Recurrence | None], int]:
    report = compared(now, list(map(Entry, before)), paths=paths or ("data/a.yaml",))
    return [entry.status for entry in report.entries], len(report.fixed)


def test_a_problem_on_another_line_is_the_same() -> None:
    assert statuses([problem(line=9)], [problem(line=1)]) == ([STILL_THERE], 0)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("the first is on line 12.", "the first is on line 3."),
        ("data/b.yaml:3:14 introduces it.", "data/b.yaml:7:2 introduces it."),
        ("the source has 30 lines.", "the source has 31 lines."),
    ],
)
def test_a_problem_that_names_another_line_is_the_same(now: str, before: str) -> None:
    assert statuses([problem(now)], [problem(before)]) == ([STILL_THERE], 0)


@pytest.mark.parametrize("change", [{"code": "key-twice"}, {"entity": "kOps"}, {"entry": "name"}, {"message": "bad."}])
def test_another_code_entity_field_or_message_is_another_problem(change: dict[str, Any]) -> None:
    assert statuses([replace(problem(), **change)], [problem()]) == ([NEW], 1)


def test_the_same_problem_twice_is_two() -> None:
    assert statuses([problem(line=1), problem(line=2)], [problem(line=7)]) == ([STILL_THERE, NEW], 0)
    assert statuses([problem(line=1)], [problem(line=7), problem(line=8)]) == ([STILL_THERE], 1)


def test_a_problem_follows_its_file_to_another_name() -> None:
    assert statuses([problem(path="data/b.yaml")], [problem()], "data/b.yaml") == ([STILL_THERE], 0)


def test_a_problem_of_a_file_that_is_there_is_not_one_of_another_file() -> None:
    assert statuses([problem(path="data/b.yaml")], [problem()], "data/a.yaml", "data/b.yaml") == ([NEW], 1)


def test_since_when_a_problem_is_there_is_kept() -> None:
    report = compared([problem(), problem("other.")], [Entry(problem(), since=3)], paths=("data/a.yaml",), number=5)

    assert [entry.since for entry in report.entries] == [3, 5]


PROBLEMS = st.lists(
    st.builds(problem, st.sampled_from("abc"), st.sampled_from(("data/a.yaml", "data/b.yaml")), st.integers(1, 9)),
    max_size=8,
)


@given(now=PROBLEMS, before=PROBLEMS)
def test_every_problem_is_one_of_the_three(now: list[Problem], before: list[Problem]) -> None:
    report = compared(now, list(map(Entry, before)), paths=("data/a.yaml", "data/b.yaml"))

    found = report.statuses()
    assert list(report.problems) == now
    assert found["new"] + found["still-there"] == len(now)
    assert found["still-there"] + found["fixed"] == len(before)


@given(PROBLEMS)
def test_against_itself_nothing_is_new_and_nothing_is_fixed(problems: list[Problem]) -> None:
    report = compared(problems, list(map(Entry, problems)), paths=())

    assert (report.statuses()["new"], report.statuses()["fixed"]) == (0, 0)


@given(PROBLEMS)
def test_fingerprints_are_each_their_own_and_do_not_hang_on_lines(problems: list[Problem]) -> None:
    moved = [problem(one.message, one.place.path, one.place.line + 1) for one in problems]

    assert list(fingerprints(problems)) == list(fingerprints(moved))
    assert len(set(fingerprints(problems))) == len(problems)


def test_what_is_left_out_is_counted() -> None:
    report = uncompared([problem(), problem(), problem()]).first(1)

    assert (len(report.entries), report.omitted) == (1, 2)


# --- lines


@given(
    lines=st.lists(st.text(st.characters(exclude_characters="\n\r", codec="utf-8"), max_size=20)),
    number=st.integers(1, 30),
    end=st.sampled_from(("\n", "\r\n")),
)
def test_the_line_of_a_problem_is_the_one_that_an_editor_shows(
    lines: list[str], number: int, end: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "lines.yaml"
    file.write_bytes(end.join(lines).encode())

    (found,) = with_excerpts([problem(line=number)], lambda _path: file)

    expected = lines[number - 1] if number <= len(lines) else ""
    assert found.excerpt == (expected.removeprefix("\ufeff") if number == 1 else expected)


def test_of_a_long_line_only_a_part_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "long.yaml"
    file.write_text("x" * 1_000_000, encoding="utf-8")
    near, far = Place("data/a.yaml", 1, 1000), Place("data/a.yaml", 1, 900_000)
    problems = [Problem(Severity.INFO, place, "line-ends", "long.", length=3) for place in (near, far)]

    found = list(with_excerpts(problems, lambda _path: file))

    assert [len(one.excerpt) for one in found] == [1043, 0]


@pytest.mark.parametrize("make", [lambda file: file.write_bytes(b""), lambda file: file.mkdir(), Path.exists])
def test_a_file_without_lines_leaves_the_problem_as_it_is(make: object, tmp_path: Path) -> None:
    file = tmp_path / "none.yaml"
    make(file)  # type: ignore[operator]

    assert list(with_excerpts([problem()], lambda _path: file)) == [problem()]
    assert list(with_excerpts([problem()], lambda _path: None)) == [problem()]
