"""Publishing: what is built, what is kept, and what a bad document does to the others."""

from collections.abc import Callable
from pathlib import Path

from graph.engine.generations import Generation
from graph.index import Index, open_index
from graph.workshop import Workshop
from tests.conftest import KNOWLEDGE_TEXT, NOTE_TEXT, Write, codes, rows_of

Build = Callable[[], Generation]


def test_nothing_is_built_when_nothing_has_changed(write: Write, build: Build) -> None:
    write("note.yaml", NOTE_TEXT)
    first = build()

    second = build()

    assert second == first


def test_a_changed_document_makes_a_new_generation(write: Write, build: Build) -> None:
    write("note.yaml", NOTE_TEXT)
    first = build()
    write("note.yaml", NOTE_TEXT.replace("Kubespray", "Kube Spray"))

    second = build()

    assert second.id == first.id + 1


def test_an_edge_in_two_documents_is_one_row(small_index: Index) -> None:
    rows = rows_of(small_index, "SELECT ?tool { ?entity ci:usesTool ?tool }")

    assert len(rows) == 1


def test_no_record_appears_where_no_graph_is_named(small_index: Index) -> None:
    rows = rows_of(small_index, "SELECT ?record { ?record a rdf:Statement }")

    assert rows == []


def test_a_document_that_turns_bad_keeps_its_last_good_version(
    write: Write, build: Build, tmp_path: Path, workshop: Workshop
) -> None:
    write("note.yaml", NOTE_TEXT)
    write("knowledge.yaml", KNOWLEDGE_TEXT)
    build()
    write("note.yaml", NOTE_TEXT.replace("usesTool", "usesTol"))

    generation = build()

    statuses = {document.slug: document.status for document in generation.manifest.documents}
    assert statuses == {"note": "stale", "knowledge": "current"}
    assert codes(generation.report()) == ["relation-unknown"]
    index = open_index(tmp_path / "state", workshop.vocabulary, workshop.iris)
    assert index.catalogue.holds(index.iris.entity("kops").value)


def test_a_document_that_never_was_good_is_absent_and_the_others_are_published(write: Write, build: Build) -> None:
    write("note.yaml", NOTE_TEXT)
    write("broken.yaml", "entities: [")

    generation = build()

    statuses = {document.slug: document.status for document in generation.manifest.documents}
    assert statuses == {"note": "current", "broken": "absent"}


def test_a_stale_document_is_current_again_when_it_is_mended(write: Write, build: Build) -> None:
    write("note.yaml", NOTE_TEXT)
    build()
    write("note.yaml", "entities: [")
    build()
    write("note.yaml", NOTE_TEXT)

    generation = build()

    assert [document.status for document in generation.manifest.documents] == ["current"]
    assert generation.report() == ()


def test_a_new_document_that_contradicts_an_old_one_is_the_one_that_fails(write: Write, build: Build) -> None:
    """The new one comes first by name, and still has no right to another's slug."""
    write("note.yaml", NOTE_TEXT)
    build()
    write("another.yaml", "entities: {kops: {type: CloudProvider, name: Kops}}")

    generation = build()

    statuses = {document.slug: document.status for document in generation.manifest.documents}
    assert statuses == {"note": "current", "another": "absent"}
    assert "slug-twice" in codes(generation.report())


def test_a_candidate_left_by_a_crash_is_swept_away(write: Write, build: Build, tmp_path: Path) -> None:
    write("note.yaml", NOTE_TEXT)
    build()
    left = tmp_path / "state" / "generations" / ".candidate-left"
    left.mkdir()
    write("note.yaml", NOTE_TEXT.replace("kOps", "KOps"))

    build()

    assert not left.exists()


def test_the_last_five_generations_are_kept(write: Write, build: Build, tmp_path: Path) -> None:
    for number in range(7):
        write("note.yaml", NOTE_TEXT.replace("kOps", f"kOps {number}"))
        build()

    kept = sorted(path.name for path in (tmp_path / "state" / "generations").iterdir())

    assert kept == [f"{number:08d}" for number in range(3, 8)]
