"""What is wrong with an update, however long it is."""

import time
from collections.abc import Mapping

import pytest

from graph.engine.embedded import parse_update
from graph.errors import QuerySyntaxError
from graph.iris import Iris
from graph.sparql_mistakes import MOST_SEARCHED
from graph.updating import explained
from graph.vocabulary import Vocabulary
from graph.writes import RunUpdate

LINE = "id:kops ci:uses id:other .\n"
MANY = LINE * (MOST_SEARCHED // len(LINE) + 1)


def told_of(text: str, prefixes: Mapping[str, str]) -> QuerySyntaxError:
    """Return what a person is told of *text*, which the real engine must have refused."""
    write = RunUpdate(text, "http://example.org/update", dict(prefixes))
    with pytest.raises(SyntaxError) as refused:
        parse_update(text, base_iri=write.base_iri, prefixes=prefixes)
    return explained(write, refused.value)


@pytest.fixture(scope="module")
def prefixes(vocabulary: Vocabulary, iris: Iris) -> Mapping[str, str]:
    """The prefixes that need no declaration."""
    return {**vocabulary.prefixes, "id": f"{iris.base}id/", "document": f"{iris.base}document/"}


@pytest.mark.parametrize("many", ["", MANY], ids=["short", "long"])
@pytest.mark.parametrize(
    ("end", "word", "column"),
    [
        ("id:a ci:uses } }", "}", 14),
        ("id:a ci:uses id:b } } LIMIT 1", "LIMIT", 23),
        ("id:a ci:uses id:b } } ; WITH", "", 29),
    ],
)
def test_a_mistake_is_found_at_its_place(
    many: str, end: str, word: str, column: int, prefixes: Mapping[str, str]
) -> None:
    text = f"INSERT DATA {{ GRAPH document:m {{\n{many}{end}"

    error = told_of(text, prefixes)

    assert (error.word, error.line, error.column) == (word, text.count("\n") + 1, column)


def test_a_long_update_is_not_read_again_and_again(prefixes: Mapping[str, str]) -> None:
    """Others wait for their turn to write meanwhile."""
    text = f"INSERT DATA {{ GRAPH document:m {{ {MANY} id:a ci:uses }} }}"

    def seconds() -> tuple[float, float]:
        start = time.process_time()
        with pytest.raises(SyntaxError) as refused:
            parse_update(text, base_iri=None, prefixes=prefixes)
        read = time.process_time()
        explained(RunUpdate(text, "", dict(prefixes)), refused.value)
        return read - start, time.process_time() - read

    reading, explaining = seconds()

    assert explaining < 20 * reading
