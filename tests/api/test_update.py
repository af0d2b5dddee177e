"""What is told of an update that is none, and of one that names its graph by a relative address."""

from collections.abc import Iterator

import pytest

from tests.api.writers import Desk, desk, prepare


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A service that the tests of this file share; each writes documents of its own."""
    with desk(prepare(tmp_path_factory.mktemp("updates"))) as one:
        yield one


@pytest.mark.parametrize(
    ("text", "place", "word", "words"),
    [
        ("INSERT DATA { GRAPH document:m { id:kops ci:uses } }", (1, 50), "}", "a name or an IRI"),
        ("INSERT DATA { GRAPH document:m { id:kops ci:uses id:a } }\nLIMIT 1", (2, 1), "LIMIT", "“;”"),
        ("INSERT { GRAPH document:m { ?a ci:uses ?b } }", (1, 46), None, "update ends too early; WHERE would"),
        ("INSERT DATA {\n GRAPH document:m { id:kops ci:uses id:a }", (1, 13), "{", "never closed"),
        ("COPY document:m document:n", (1, 17), "document:n", "TO would"),
        ("CREATE GRAPH <http://[x>", (1, 14), "<http://[x>", "does not fit here"),
        ("SELECT * { ?s ?p ?o }", (1, 1), "SELECT", "the update should begin with one of INSERT, DELETE"),
        ("INSRT DATA { GRAPH document:m { id:kops ci:uses id:a } }", (1, 1), "INSRT", "“INSERT”"),
    ],
)
def test_a_mistake_is_told_where_it_was_made(
    shared: Desk, text: str, place: tuple[int, int], word: str | None, words: str
) -> None:
    problem = shared.update(text).json()

    assert (problem["code"], problem["line"], problem["column"]) == ("query-syntax", *place)
    assert problem.get("word") == word
    assert words in problem["detail"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("LOAD <http://example.org/x> INTO GRAPH document:m", (1, 1)),
        (
            "INSERT { GRAPH document:m { ?s ?p 1 } }\nWHERE { SERVICE SILENT <http://example.org/> { ?s ?p ?o } }",
            (2, 9),
        ),
    ],
)
def test_where_another_service_is_asked_is_told(shared: Desk, text: str, place: tuple[int, int]) -> None:
    problem = shared.update(text).json()

    assert (problem["code"], problem["line"], problem["column"]) == ("remote-refused", *place)
    assert problem["detail"].startswith(f"Line {place[0]}, column {place[1]}: ")


@pytest.mark.parametrize("name", ["<document/mine>", "mine:", "<//example.org/document/mine>"])
def test_a_relative_name_of_a_graph_is_one_of_this_address(shared: Desk, name: str) -> None:
    """The address is not where the documents of this service are, so nothing of it can be written."""
    before = shared.generation

    answer = shared.update(
        f'PREFIX mine: <document/mine> INSERT DATA {{ GRAPH {name} {{ id:kops rdfs:label "Mine" }} }}'
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "graph-read-only")
    assert shared.generation == before


def test_a_relative_name_is_resolved_against_the_base_of_an_update(shared: Desk) -> None:
    base = "BASE <https://w3id.org/cloudindex/> "

    answer = shared.update(base + 'INSERT DATA { GRAPH <document/based> { id:kops rdfs:label "Based" } }')

    assert answer.status_code == 201
    assert shared.ask('GRAPH document:based { id:kops rdfs:label "Based" }')
    assert shared.update(base + "DROP GRAPH <document/based>").is_success
    assert not shared.ask("GRAPH document:based { ?s ?p ?o }")


def test_a_graph_of_a_relative_name_that_is_not_there_cannot_be_dropped(shared: Desk) -> None:
    answer = shared.update("DROP GRAPH <document/nothing>")

    assert answer.status_code < 500
    assert shared.update("DROP SILENT GRAPH <document/nothing>").is_success
    assert shared.update("CREATE GRAPH <document/nothing>").is_success
