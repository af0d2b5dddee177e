"""What the page asks before it shows anything."""

from pathlib import Path

import httpx
import pytest
import yaml

from tests.api.test_cli import place
from tests.api.test_problems import assert_is_problem
from tests.conftest import DATA, running

pytestmark = pytest.mark.any_engine


def test_the_service_tells_its_name_limits_prefixes_and_words(client: httpx.Client) -> None:
    about = client.get("/api/about").json()

    assert (about["title"], about["writes"], about["limits"]["memory_mib"] > 0) == ("Cloud Index", False, True)
    assert about["prefixes"]["id"] == about["base_iri"] + "id/"
    assert about["words"]["languages"][:2] == ["en", "fr"]
    assert {"pro", "con"} <= {one["key"] for one in about["words"]["polarities"]}
    assert all(one["labels"]["fr"] for kind in ("attributes", "polarities", "bases") for one in about["words"][kind])


def test_what_is_known_already_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/api/about")

    again = client.get("/api/about", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304


def test_the_questions_are_those_of_the_folder_in_their_order(client: httpx.Client) -> None:
    told = client.get("/api/questions").json()

    expected = yaml.safe_load((DATA / "questions.yaml").read_text(encoding="utf-8"))
    assert [one["sparql"] for one in told] == [one["sparql"] for one in expected]


@pytest.mark.embedded_only("it says nothing about the engine, and starts a service of its own")
def test_questions_are_read_as_they_are_now_and_a_broken_file_is_a_problem(tmp_path: Path) -> None:
    folder = place(tmp_path).folder
    questions = folder / "data" / "questions.yaml"
    with (
        running("--data", "data", "--state", "state", cwd=folder) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        questions.unlink(missing_ok=True)
        none = client.get("/api/questions")
        questions.write_text("- {question: {en: a}, sparql: 'ASK {}'}", encoding="utf-8")
        one = client.get("/api/questions")
        questions.write_text("a: b", encoding="utf-8")
        broken = client.get("/api/questions")

    assert (none.json(), [found["id"] for found in one.json()]) == ([], ["1"])
    assert_is_problem(broken, 500, "questions-invalid")
