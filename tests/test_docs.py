"""The documentation is true: nothing that can be met is missing from it, and what it shows is so."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from api.problems import STATUS
from api.settings import Settings
from graph.collections import read_file
from graph.documents import Severity
from graph.entities import find_entity
from graph.errors import GraphError
from graph.folders import File
from graph.index import Index
from tests.conftest import DATA, ROOT
from tests.problem_examples import SAMPLES, page

README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
QUESTIONS: list[dict[str, Any]] = yaml.safe_load((DATA / "questions.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_a_setting_is_documented(name: str) -> None:
    assert f"CLOUDINDEX_{name.upper()}" in REFERENCE


@pytest.mark.parametrize("error", [*GraphError.__subclasses__(), *STATUS], ids=lambda error: error.__name__)
def test_an_error_code_is_documented(error: type[GraphError]) -> None:
    assert f"`{error.code}`" in REFERENCE


def test_every_problem_has_an_example_as_the_service_writes_it() -> None:
    """Else write them down anew, as `tests.problem_examples` says."""
    assert {type(sample) for sample in SAMPLES} == set(STATUS)
    assert (ROOT / "docs/problems.md").read_text(encoding="utf-8") == page()


def test_every_path_and_parameter_of_the_service_is_documented(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()

    names = set(described["paths"]) | {
        parameter["name"]
        for operations in described["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
    }

    assert {name for name in names if f"`{name}`" not in REFERENCE and f"{{{name}}}" not in REFERENCE} == set()


def test_every_code_of_a_verdict_is_documented() -> None:
    """Codes are words with a hyphen that stand beside a message in the modules that complain; notes only propose."""
    modules = (path for path in (ROOT / "graph").rglob("*.py") if path.parent.name != "notes")
    texts = [path.read_text(encoding="utf-8") for path in modules]
    prefixes = ("file|yaml|rdf|document|mapping|list|text|number|key|name|type|relation|opinion|basis|acceptance|slug"
                "|address|language|line|section|target|entity|byte|confidence|rejection|decided")  # fmt: skip

    codes = {code for text in texts for code in re.findall(rf'"((?:{prefixes})(?:-[a-z]+)+)"', text)}

    assert {code for code in codes if f"`{code}`" not in REFERENCE} == set()


def test_every_module_of_the_map_exists_and_none_is_missing() -> None:
    mapped = set(re.findall(r"`(?:graph/)?([a-z_]+)\.py`", ARCHITECTURE))
    modules = {path.stem for path in (ROOT / "graph").glob("*.py")} - {"__init__"}

    assert modules - mapped == set()


def test_the_picture_shows_edges_of_the_graph(index: Index) -> None:
    names = dict(re.findall(r"([a-z0-9-]+)\[\"([^\"]+)\"\]", README))
    edges = re.findall(r"^ {4}([a-z0-9-]+)(?:\[[^\]]*\])? -->\|([^|]+)\| ([a-z0-9-]+)", README, re.MULTILINE)

    told = {
        (slug, connection.label, connection.target.slug)
        for slug in {source for source, _, _ in edges}
        for connection in find_entity(slug, index.reader, index.catalogue, language="en").relations
    }

    assert edges
    assert [edge for edge in edges if edge not in told] == []
    assert {slug: index.catalogue.summary(index.iris.entity(slug).value).name for slug in names} == names


def test_the_readme_asks_questions_of_the_collection_and_gives_their_answers() -> None:
    shown = re.findall(r"^\*\*(.+?)\*\* → (.+)$", README, re.MULTILINE)

    known = {question["question"]["en"]: question["answer"] for question in QUESTIONS}

    assert len(shown) == 5
    for text, answer in shown:
        values = {str(value) for row in known[text] for value in row}
        assert set(re.split(r"[,;] ", answer)) == values


def test_the_queries_of_the_readme_are_those_of_the_collection() -> None:
    shown = re.findall(r"```sparql\n(.*?)```", README, re.DOTALL)

    assert [query for query in shown if query not in {question["sparql"] for question in QUESTIONS}] == []


def test_the_example_of_a_document_is_good(tmp_path: Path, index: Index) -> None:
    """What `data/README.md` shows can be copied."""
    text = re.search(r"```yaml\n(.*?)```", (DATA / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert text is not None
    path = tmp_path / "notes" / "example.yaml"
    path.parent.mkdir()
    path.write_text(text[1], encoding="utf-8")

    document = read_file(File(tmp_path, path), vocabulary=index.vocabulary, iris=index.iris)

    assert [problem for problem in document.problems if problem.severity is Severity.VIOLATION] == []
