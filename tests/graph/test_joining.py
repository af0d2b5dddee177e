"""What other people's data speaks of is joined to what is known, by the strongest clue; what is unclear stays open."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from graph.documents import Severity
from graph.engine.generations import Generation
from graph.index import open_generation
from graph.workshop import Workshop
from tests.conftest import Write, running

DATA = """\
landscape:
  - category:
    name: Runtime
    subcategories:
      - subcategory:
        name: Cloud Native Storage
        items:
"""


def landscape(*items: str) -> str:
    return DATA + "".join(f"          - {{item: , {item}}}\n" for item in items)


def joins(generation: Generation) -> dict[str, tuple[str, str]]:
    """Return what each thing is joined to, and by what."""
    return {one.own: (one.known, one.by) for entry in generation.manifest.documents for one in entry.joins}


ROOK = "entities:\n  rook-operator: {type: StorageOperator, name: Rook Operator, also: [Rook.io], %s}\n"


@pytest.mark.parametrize(
    ("item", "more", "by"),
    [
        ("name: rook operator", "line: 1", "name"),
        ("name: Rook (Rook.io)", "line: 1", "spelling"),
        ("name: rook.io", "line: 1", "spelling"),
        ("name: R, homepage_url: 'http://www.ROOK.io'", "homepage: 'https://rook.io/'", "homepage"),
        (
            "name: R, repo_url: 'https://gh.com/Rook/rook.git'",
            "repository: 'https://gh.com/rook/rook'",
            "repository",
        ),
        ("name: R", "same: [cncf/r]", "decision"),
    ],
)
def test_each_clue_joins(write: Write, build: Callable[[], Generation], item: str, more: str, by: str) -> None:
    write("note.yaml", ROOK % more)
    write("cncf.yml", landscape(f"{item}, project: graduated"))

    generation = build()

    (join,) = joins(generation).values()
    assert join == ("rook-operator", by)
    assert {entry.status for entry in generation.manifest.documents} == {"current"}
    told = [one.severity for one in generation.report() if one.code == "joined"]
    assert told == ([] if by in ("name", "decision") else [Severity.INFO])


def test_what_is_joined_is_one_thing_with_both_sources(
    write: Write, build: Callable[[], Generation], workshop: Workshop
) -> None:
    write("note.yaml", ROOK % "homepage: 'https://rook.io'")
    write("cncf.yml", landscape("name: Rook, homepage_url: 'https://rook.io', project: graduated"))

    index = open_generation(build(), workshop.vocabulary, workshop.iris)

    names = dict(zip(index.atlas.references, index.atlas.names, strict=True))
    assert names["rook-operator"] == "Rook Operator"
    assert "rook" not in names


@pytest.mark.parametrize(
    ("item", "more"),
    [("name: R", "homepage: 'https://rook.io'"), ("name: Rook Operator", "apart: [cncf/rook-operator]")],
)
def test_nothing_is_joined_without_a_clue_or_against_a_decision(
    write: Write, build: Callable[[], Generation], item: str, more: str
) -> None:
    write("note.yaml", ROOK % more)
    write("cncf.yml", landscape(item))

    assert all(by == "apart" and known.endswith(".cncf") for known, by in joins(build()).values())


def test_things_of_another_kind_are_kept_apart(write: Write, build: Callable[[], Generation]) -> None:
    write("note.yaml", "entities:\n  rook: {type: Vendor, name: Rook}\n")
    write("cncf.yml", landscape("name: Rook"))

    generation = build()

    assert joins(generation) == {"rook": ("rook.cncf", "apart")}
    assert {entry.status for entry in generation.manifest.documents} == {"current"}


TWO = """\
entities:
  one: {type: StorageSystem, name: One, homepage: 'https://a.b'%s}
  two: {type: StorageSystem, name: Two, homepage: 'https://a.b/'}
"""


def test_what_is_unclear_is_left_open_until_somebody_decides(write: Write, build: Callable[[], Generation]) -> None:
    write("note.yaml", TWO % "")
    write("cncf.yml", landscape("name: Three, homepage_url: 'http://a.b'"))

    before = build()
    write("note.yaml", TWO % ", same: [cncf/three]")
    after = build()

    (problem,) = [one for one in before.report() if one.code == "join-open"]
    assert (problem.severity, problem.place.line, problem.suggestions) == (Severity.WARNING, 8, ("one", "two"))
    assert "same: [cncf/three]" in problem.fix
    assert joins(before) == {}
    assert joins(after) == {"three": ("one", "decision")}
    assert [one.code for one in after.report()] == []


def test_two_things_that_may_be_one_are_both_left_open(write: Write, build: Callable[[], Generation]) -> None:
    write("note.yaml", ROOK % "homepage: 'https://rook.io'")
    write("cncf.yml", landscape("name: A, homepage_url: 'https://rook.io'", "name: B, homepage_url: 'https://rook.io'"))

    generation = build()

    assert [one.code for one in generation.report()].count("join-open") == 2
    assert joins(generation) == {}


def test_a_name_is_stronger_than_an_address(write: Write, build: Callable[[], Generation]) -> None:
    write("note.yaml", ROOK % "homepage: 'https://rook.io'")
    write("cncf.yml", landscape("name: Rook Operator", "name: B, homepage_url: 'https://rook.io'"))

    assert joins(build()) == {"rook-operator": ("rook-operator", "name")}


def test_joins_are_undone_when_what_they_led_to_goes(write: Write, build: Callable[[], Generation]) -> None:
    path = write("note.yaml", ROOK % "homepage: 'https://rook.io'")
    write("cncf.yml", landscape("name: Rook, homepage_url: 'https://rook.io'"))
    build()

    path.unlink()
    generation = build()

    assert joins(generation) == {}
    assert [one.code for one in generation.report()] == []


def test_a_document_that_fails_takes_no_other_data_down(write: Write, build: Callable[[], Generation]) -> None:
    write("note.yaml", ROOK % "homepage: 'https://rook.io', licence: not one at all")
    write("cncf.yml", landscape("name: Rook, homepage_url: 'https://rook.io'"))

    generation = build()

    assert {entry.slug: entry.status for entry in generation.manifest.documents} == {
        "note": "absent",
        "cncf": "current",
    }
    assert joins(generation) == {}


def test_joins_are_listed(write: Write, data: Path, tmp_path: Path) -> None:
    write("note.yaml", ROOK % "homepage: 'https://rook.io'")
    write("cncf.yml", landscape("name: Rook, homepage_url: 'http://rook.io'"))
    query = """SELECT ?entity ?by { GRAPH ?graph {
        ?item a ci:Join ; ci:joined ?entity ; ci:joinedBy ?by ; dcterms:source ?document } }"""

    with running("--data", str(data), "--state", str(tmp_path / "served"), cwd=tmp_path) as address:
        listed = httpx.get(f"{address}/api/documents/cncf/joins").raise_for_status().json()
        missing = httpx.get(f"{address}/api/documents/none/joins")
        answer = httpx.get(f"{address}/sparql", params={"query": query, "format": "json"}).raise_for_status().json()

    assert listed == [
        {
            "own": "rook",
            "known": "rook-operator",
            "name": "Rook",
            "by": "homepage",
            "value": "https://rook.io",
            "line": 8,
        }
    ]
    assert missing.status_code == 404
    (row,) = answer["results"]["bindings"]
    assert (row["entity"]["value"].rsplit("/", 1)[-1], row["by"]["value"]) == ("rook-operator", "homepage")
