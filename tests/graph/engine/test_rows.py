"""Counting the rows of an answer in its bytes: exact for every format, whatever the values hold."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, Store, Variable

from graph.engine.rows import COUNTERS, RowsExceeded, limited
from graph.engine.rows import LONGEST_REST_BYTES as LONG
from graph.formats import RESULTS, find_format

# Texts made of the marks that the formats use themselves.
MARKS = st.sampled_from(['"', "\\", "}", "{", ",", ":", "\n", "\r", "\t", "<result>", "},{", '},{"', "}},{}", "é", "a"])
TEXTS = st.lists(MARKS, max_size=8).map("".join)
CELLS = st.none() | TEXTS
NAMES = ("x", "n7")


def written(rows: list[tuple[str | None, ...]], name: str) -> bytes:
    """Return a table of texts as the engine writes it."""
    values = " ".join(f"({' '.join('UNDEF' if cell is None else str(Literal(cell)) for cell in row)})" for row in rows)
    query = f"SELECT ?{' ?'.join(NAMES)} {{ VALUES (?{' ?'.join(NAMES)}) {{ {values} }} }}"
    return answered(query, name)


def answered(query: str, name: str) -> bytes:
    """Return the table that answers *query* over nothing."""
    engine: Any = find_format(name, RESULTS).engine
    content = Store().query(query).serialize(format=engine)
    assert content is not None
    return content


def counted(content: bytes, name: str, cuts: list[int]) -> int:
    """Return what a counter says at the end of *content*, which it gets in pieces."""
    counter = COUNTERS[name]()
    places = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    return [counter.count(content[start:end]) for start, end in pairwise(places)][-1]


@pytest.mark.parametrize("name", sorted(COUNTERS))
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12), cuts=st.lists(st.integers(0, 5000), max_size=6))
def test_as_many_rows_are_counted_as_there_are(name: str, rows: list[tuple[str | None, ...]], cuts: list[int]) -> None:
    content = written(rows, name)

    assert counted(content, name, cuts) == len(rows)


@pytest.mark.parametrize("name", sorted(COUNTERS))
@pytest.mark.parametrize("cell", ["},{" * LONG, "\\" * LONG, None], ids=["marks", "escapes", "none"])
def test_rows_are_counted_around_values_longer_than_a_piece(name: str, cell: str | None) -> None:
    rows: list[tuple[str | None, ...]] = [(cell, None)] * 5 if cell else [(None, None)] * LONG
    content = written(rows, name)

    assert counted(content, name, list(range(0, len(content), 1000))) == len(rows)


@pytest.mark.parametrize("name", sorted(COUNTERS))
def test_an_empty_table_has_no_more_than_one(name: str) -> None:
    content = answered("SELECT ?x { ?x ?y ?z }", name)

    assert counted(content, name, []) <= 1


@given(st.lists(st.integers(), max_size=10), st.integers(1, 10))
def test_values_pass_up_to_their_limit_and_not_beyond(values: list[int], most: int) -> None:
    passed = limited(iter(values), most)

    if len(values) <= most:
        assert list(passed) == values
    else:
        with pytest.raises(RowsExceeded):
            list(passed)


def test_names_of_columns_begin_with_a_letter_a_digit_or_a_line() -> None:
    """What the counting of JSON relies on: no name begins with a bracket or a comma."""
    for mark in "},":
        with pytest.raises(ValueError, match="name"):
            Variable(f"{mark}a")
