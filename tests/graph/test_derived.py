"""What is derived of a generation: shared while little changes, made anew when much has, and never in the way."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from graph import derived
from graph.catalogue import Catalogue
from graph.engine.generations import Generation
from graph.entities import find_entity
from graph.index import Index, open_generation
from graph.relations import list_edges
from graph.workshop import Workshop
from tests.conftest import Write

Build = Callable[[], Generation]
MANY_TEXTS = """
@prefix ci: <https://w3id.org/cloudindex/ontology#> .
@prefix id: <https://w3id.org/cloudindex/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
id:alpha a ci:Service ; schema:name "Alpha" ; rdfs:label "Beta"@en, "Alpha"@en, "Alfa"@fr ;
    dcterms:description "Two"@en, "One"@en ; skos:altLabel "alf", "alph" .
"""
NAMELESS = """
@prefix ci: <https://w3id.org/cloudindex/ontology#> .
@prefix id: <https://w3id.org/cloudindex/id/> .
@prefix schema: <https://schema.org/> .
id:helm a ci:ReleaseTool ; schema:name "Helm" ; ci:vendor [ a ci:Vendor ; schema:name "Deis" ] .
"""
ACCEPTED = """
document:
  accepted: {by: Ada, on: 2026-01-01}
sections:
  - {slug: first, title: First, line: 1, level: 1}
entities:
  alpha: {type: Service, name: Alpha, line: 2, relations: [{uses: beta, line: 3}]}
  beta: {type: Service, name: Beta, line: 4}
"""


@pytest.fixture
def opened(workshop: Workshop) -> Callable[[Generation], Index]:
    return lambda generation: open_generation(generation, workshop.vocabulary, workshop.iris)


def note(*names: str) -> str:
    entities = ", ".join(f"{name}: {{type: Service, name: {name}}}" for name in names)
    return f"entities: {{{entities}}}"


def test_a_change_shares_the_files_and_is_found_all_the_same(
    write: Write, build: Build, opened: Callable[[Generation], Index]
) -> None:
    write("one.yaml", note("alpha"))
    first = build()
    write("two.yaml", note("beta"))

    second = build()

    shared = (derived.DERIVED, "out_target.npy")
    assert first.folder.joinpath(*shared).samefile(second.folder.joinpath(*shared))
    index = opened(second)
    assert {"alpha", "beta"} <= set(index.atlas.references)
    assert index.search.find("beta").items[0].slug == "beta"
    assert opened(first).search.spelt("beta") == []


def test_a_node_is_introduced_from_arrays_as_the_store_has_it(
    write: Write, build: Build, opened: Callable[[Generation], Index], index: Index
) -> None:
    write("one.yaml", note("alpha"))
    build()
    write("two.yaml", note("beta"))
    changed = opened(build())

    for one in (index, changed):
        references = one.atlas.references
        from_arrays = Catalogue(one.reader, one.vocabulary, one.iris, derived=one.derived)
        from_store = Catalogue(one.reader, one.vocabulary, one.iris)
        for iri in (one.iris.resolve(reference).value for reference in references):
            assert from_arrays.summary(iri) == from_store.summary(iri)


def test_an_entity_is_told_from_files_as_the_store_has_it(
    write: Write, build: Build, opened: Callable[[Generation], Index], index: Index
) -> None:
    write("one.ttl", MANY_TEXTS)
    several = opened(build())
    write("two.yaml", note("beta"))
    changed = opened(build())

    for one in (index, several, changed):
        references = one.atlas.references
        from_files = Catalogue(one.reader, one.vocabulary, one.iris, derived=one.derived)
        from_store = Catalogue(one.reader, one.vocabulary, one.iris)
        told = [reference for reference in references if from_store.holds(one.iris.resolve(reference).value)]
        assert told
        for reference in told:
            assert find_entity(reference, one.reader, from_files) == find_entity(reference, one.reader, from_store)
    assert index.derived.description_of("kubespray") is not None
    assert several.derived.description_of("alpha") is not None
    assert changed.derived.description_of("alpha") is None


def test_what_has_gone_is_not_found_any_more(write: Write, build: Build, opened: Callable[[Generation], Index]) -> None:
    path = write("one.yaml", note("alpha"))
    write("two.yaml", note("beta"))
    build()
    path.unlink()

    index = opened(build())

    assert "alpha" not in index.atlas.references
    assert index.search.spelt("alpha") == []


def test_the_base_is_made_anew_when_much_has_changed(
    write: Write, build: Build, opened: Callable[[Generation], Index]
) -> None:
    write("one.yaml", note("alpha"))
    build()
    names = [f"name-{number}" for number in range(derived.FEW_TOUCHED + 10)]
    write("two.yaml", note(*names))

    index = opened(build())

    touched = index.derived.touched
    assert touched is not None
    assert list(touched.iris) == []
    assert set(names) <= set(index.atlas.references)


def test_arrays_for_walks_are_files_while_they_are_needed(
    write: Write, build: Build, opened: Callable[[Generation], Index]
) -> None:
    write("one.yaml", note("alpha"))
    build()
    write("two.yaml", note("beta"))
    index = opened(build())

    folder = index.derived.arrays
    was_there = (folder / "out_target.npy").exists()
    derived.sweep(index.generation.folder.parent.parent)
    is_kept = folder.exists()
    index.derived.close()

    assert (was_there, is_kept, folder.exists()) == (True, True, False)


def test_arrays_that_a_killed_service_has_left_are_swept_away(tmp_path: Path) -> None:
    left = tmp_path / "tmp/arrays-left"
    left.mkdir(parents=True)
    (left / "held").touch()

    derived.sweep(tmp_path)

    assert not left.exists()


@pytest.mark.parametrize("broken", ["nodes.json", "out_target.npy", "texts.sqlite", "records.npy", "touched.json"])
@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_broken_is_derived_anew_from_the_store(
    broken: str, is_there: bool, write: Write, build: Build, opened: Callable[[Generation], Index]
) -> None:
    write("one.yaml", note("alpha"))
    write("two.yaml", "entities: {beta: {type: Client, name: Beta, relations: [{uses: alpha}]}}")
    generation = build()
    whole = opened(generation)
    file = generation.folder / derived.DERIVED / broken
    content = file.read_bytes()
    file.unlink()
    if is_there:
        file.write_bytes(content[: len(content) // 2])

    index = opened(generation)

    beta = index.iris.entity("beta")
    assert index.atlas.references == whole.atlas.references
    assert list_edges(beta, index.reader, index.catalogue) == list_edges(beta, whole.reader, whole.catalogue)
    assert index.search.find("bta").items[0].slug == "beta"
    write("three.yaml", note("gamma"))
    assert "gamma" in opened(build()).atlas.references


def test_a_thing_without_a_name_that_comes_with_a_change_is_in_nobodys_way(
    write: Write, build: Build, opened: Callable[[Generation], Index]
) -> None:
    write("one.yaml", note("alpha"))
    build()
    write("two.ttl", NAMELESS)

    index = opened(build())

    touched = index.derived.touched
    assert touched is not None
    assert "" not in {*touched.iris, *touched.restated}
    assert "helm" in index.atlas.references
    assert index.search.find("helm").items[0].slug == "helm"


def test_what_an_earlier_version_noted_without_a_name_is_passed_over(
    write: Write, build: Build, opened: Callable[[Generation], Index]
) -> None:
    write("one.yaml", note("alpha"))
    generation = build()
    write("two.yaml", note("beta"))
    noted = generation.folder / derived.DERIVED / derived.TOUCHED
    noted.write_bytes(orjson.dumps({**orjson.loads(noted.read_bytes()), "iris": [""]}))

    few = opened(build())
    write("three.yaml", note(*(f"name-{number}" for number in range(derived.FEW_TOUCHED + 10))))
    many = opened(build())

    assert few.derived.touched is not None
    assert "" in few.derived.touched.iris
    assert {"alpha", "beta"} <= set(few.atlas.references) <= set(many.atlas.references)
    assert many.derived.touched is not None
    assert list(many.derived.touched.iris) == []


@pytest.mark.parametrize(
    ("before", "after"), [("by: Ada", "by: Bob"), ("2026-01-01", "2026-02-02"), ("slug: first", "slug: head")]
)
def test_who_accepted_a_statement_when_and_in_which_section_is_told_as_it_is_now(
    before: str, after: str, write: Write, build: Build, opened: Callable[[Generation], Index]
) -> None:
    write("one.yaml", ACCEPTED)
    first = opened(build())
    write("one.yaml", ACCEPTED.replace(before, after))

    index = opened(build())

    for slug in ("alpha", "beta"):
        iri = index.iris.entity(slug)
        told = list_edges(iri, index.reader, index.catalogue)
        assert told == list_edges(iri, index.reader, Catalogue(index.reader, index.vocabulary, index.iris))
        assert told != list_edges(iri, first.reader, first.catalogue)
