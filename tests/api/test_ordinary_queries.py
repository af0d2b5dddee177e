"""Twenty questions as analysts ask them, of a small landscape; ``python -m benchmarks ordinary`` has a large one."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks.landscape import write_landscape
from benchmarks.questions import QUESTIONS
from tests.conftest import running

ENTITIES = 2000


@pytest.fixture(scope="module")
def landscape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service on a made-up landscape, at the limits that the service has by itself."""
    folder: Path = tmp_path_factory.mktemp("landscape")
    write_landscape(folder / "data", entities=ENTITIES)
    with (
        running("--data", str(folder / "data"), "--state", str(folder / "state"), cwd=folder) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def test_there_are_twenty_of_them() -> None:
    assert len(QUESTIONS) == 20


@pytest.mark.parametrize("words", QUESTIONS)
def test_an_ordinary_question_has_an_answer(words: str, landscape: httpx.Client) -> None:
    headers = {"Accept": "text/csv, application/n-triples;q=0.5"}

    response = landscape.post("/sparql", data={"query": QUESTIONS[words]}, headers=headers)

    assert response.status_code == 200, response.text
    lines = response.text.splitlines()
    assert len(lines) > 1 or " " in lines[0]


@pytest.mark.parametrize("words", QUESTIONS)
def test_no_ordinary_question_names_what_there_is_not(words: str, landscape: httpx.Client) -> None:
    response = landscape.post("/sparql", data={"query": QUESTIONS[words]})

    assert "Cloudindex-Hint" not in response.headers


def test_a_landscape_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_landscape(tmp_path / name, entities=1500)

    one, other = (sorted((tmp_path / name).rglob("*.ttl")) for name in ("one", "other"))

    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    assert len(one) == 2
