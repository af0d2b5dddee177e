"""``/api/sparql/check``: what is wrong with a query, before anyone runs it."""

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.any_engine


def checked(client: httpx.Client, query: str) -> Any:
    return client.post("/api/sparql/check", json={"query": query}).raise_for_status().json()


def test_a_good_query_has_no_error_and_no_hint(client: httpx.Client) -> None:
    found = checked(client, "ASK { id:kubespray ci:usesTool id:ansible }")

    assert found == {"form": "ASK", "error": None, "hints": []}


def test_a_mistake_is_told_with_its_place_and_what_may_have_been_meant(client: httpx.Client) -> None:
    found = checked(client, "SELECT ?x WHERE {\n  ?x a ci:Client .\n  FLTER(true)\n}")

    error = found["error"]
    assert (error["line"], error["column"], error["word"]) == (3, 3, "FLTER")
    assert "FILTER" in error["suggestions"]


def test_a_term_that_nobody_knows_is_a_hint_at_its_place(client: httpx.Client) -> None:
    found = checked(client, "SELECT * {\n ?x ci:usesTol ?y }")

    (hint,) = found["hints"]
    assert found["error"] is None
    assert (hint["line"], hint["column"], hint["word"]) == (2, 5, "ci:usesTol")
    assert "ci:usesTool" in hint["suggestions"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("DROP ALL", "changes the graph"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE is not allowed"),
        ("SELECT * " + "{" * 600 + "}" * 600, "nested"),
        ("", "empty"),
    ],
)
def test_what_may_not_be_asked_is_an_error_too(query: str, words: str, client: httpx.Client) -> None:
    assert words in checked(client, query)["error"]["message"]


def test_what_would_take_for_ever_is_checked_at_once_and_not_run(client: httpx.Client) -> None:
    found = checked(client, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i")

    assert found["error"] is None


@pytest.mark.parametrize("body", [b"", b"[]", b'{"query": 1}', b'{"query": "", "q": ""}', b"{\xff}"])
def test_a_body_that_holds_no_query_is_refused(body: bytes, client: httpx.Client) -> None:
    response = client.post("/api/sparql/check", content=body, headers={"Content-Type": "application/json"})

    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")


def test_a_body_of_another_kind_is_refused(client: httpx.Client) -> None:
    assert client.post("/api/sparql/check", content=b"ASK {}").status_code == 415
