"""``curl``, as people use it in a shell."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.questions import BROKEN, CONSTRUCT, LONG, NAMES, NO, SELECT, TRIPLE, YES

CURL = shutil.which("curl")
pytestmark = [pytest.mark.any_engine, pytest.mark.skipif(CURL is None, reason="curl is not installed")]


def curl(*arguments: str, sent: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Run curl without a word besides what it got."""
    return subprocess.run(
        ("curl", "--silent", *arguments), capture_output=True, text=True, input=sent, check=False, timeout=60
    )


def names(text: str) -> list[str]:
    """Return the column of a CSV table without its title."""
    return text.split()[1:]


def test_it_asks_by_get(service: str) -> None:
    answer = curl("--get", f"{service}/sparql", "--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv")

    assert names(answer.stdout) == NAMES


def test_it_asks_by_a_form(service: str) -> None:
    answer = curl(f"{service}/sparql", "--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv")

    assert names(answer.stdout) == NAMES


def test_it_sends_a_long_query_from_a_file(service: str, tmp_path: Path) -> None:
    path = tmp_path / "question.rq"
    path.write_text(LONG, encoding="utf-8")

    answer = curl(
        f"{service}/sparql?format=csv", "--data-binary", f"@{path}", "-H", "Content-Type: application/sparql-query"
    )

    assert names(answer.stdout) == NAMES


@pytest.mark.parametrize(("query", "expected"), [(YES, True), (NO, False)], ids=["yes", "no"])
def test_it_gets_yes_and_no(query: str, expected: bool, service: str) -> None:
    answer = curl("--get", f"{service}/sparql", "--data-urlencode", f"query={query}")

    assert json.loads(answer.stdout)["boolean"] is expected


def test_it_gets_triples(service: str) -> None:
    answer = curl(f"{service}/sparql", "--data-urlencode", f"query={CONSTRUCT}", "-H", "Accept: application/n-triples")

    assert answer.stdout == "{} .\n".format(" ".join(f"<{iri}>" for iri in TRIPLE))


def test_it_unpacks_what_it_asks_to_be_packed(service: str) -> None:
    arguments = ("--get", f"{service}/sparql", "--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv")

    answer = curl("--compressed", *arguments)

    assert names(answer.stdout) == NAMES


def test_it_shows_the_head_alone(service: str) -> None:
    answer = curl("--head", "--get", f"{service}/sparql", "--data-urlencode", f"query={SELECT}")

    status, *lines = answer.stdout.splitlines()
    assert status.split()[1] == "200"
    assert "content-type: application/sparql-results+json" in [line.lower() for line in lines]


def test_it_shows_where_a_query_is_wrong(service: str) -> None:
    answer = curl(f"{service}/sparql", "--data-urlencode", f"query={BROKEN}")

    problem = json.loads(answer.stdout)
    assert (problem["code"], problem["line"]) == ("query-syntax", 2)


def test_a_script_sees_that_a_query_failed(service: str) -> None:
    """22 is the exit code of curl for an HTTP status of 400 and above."""
    answer = curl("--fail-with-body", f"{service}/sparql", "--data-urlencode", f"query={BROKEN}")

    assert answer.returncode == 22
