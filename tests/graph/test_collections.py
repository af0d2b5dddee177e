"""Folders of documents: what is found, what is left out, and what cannot be read."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from graph.collections import parse_bytes, read_file
from graph.documents import Document, Origin
from graph.engine.generations import Generation
from graph.errors import DataFolderError
from graph.folders import File, list_files
from graph.iris import Iris
from graph.kinds import KINDS
from graph.vocabulary import Vocabulary
from tests.conftest import KNOWLEDGE_TEXT, Write, codes
from tests.graph.conftest import values

ENTITIES = "entities: {}\n"


def names(folder: Path) -> list[str]:
    return [file.path.name for file in list_files(folder)]


def read_one(folder: Path, vocabulary: Vocabulary, iris: Iris) -> Document:
    (file,) = list_files(folder)
    return read_file(file, vocabulary=vocabulary, iris=iris)


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="nowhere is not a folder of documents"):
        list_files(tmp_path / "nowhere")


def test_a_file_is_no_folder(write: Write) -> None:
    path = write("note.yaml", ENTITIES)

    with pytest.raises(DataFolderError):
        list_files(path)


def test_an_empty_folder_holds_nothing(data: Path) -> None:
    assert list_files(data) == ()


def test_files_come_in_the_order_of_their_paths(data: Path, write: Write) -> None:
    (data / "a").mkdir()
    (data / "a" / "z.yaml").write_text(ENTITIES)
    write("b.yaml", ENTITIES)
    write("a.ttl", "")

    assert names(data) == ["z.yaml", "a.ttl", "b.yaml"]


@pytest.mark.parametrize("suffix", [*KINDS, ".YAML", ".Ttl"])
def test_every_known_suffix_is_found_in_any_case(data: Path, write: Write, suffix: str) -> None:
    write(f"note{suffix}", ENTITIES)

    assert names(data) == [f"note{suffix}"]


@pytest.mark.parametrize(
    "name",
    ["README.md", "note.txt", "note", "note.yaml~", "note.yaml.swp", ".note.yaml", ".yaml", "questions.yaml"],
)
def test_other_files_are_left_out(data: Path, write: Write, name: str) -> None:
    write(name, ENTITIES)

    assert names(data) == []


def test_what_lies_in_a_hidden_folder_is_left_out(data: Path) -> None:
    (data / ".git" / "deep").mkdir(parents=True)
    (data / ".git" / "deep" / "note.yaml").write_text(ENTITIES)

    assert names(data) == []


def test_a_hidden_folder_above_the_data_hides_nothing(tmp_path: Path) -> None:
    folder = tmp_path / ".local" / "data"
    folder.mkdir(parents=True)
    (folder / "note.yaml").write_text(ENTITIES)

    assert names(folder) == ["note.yaml"]


def test_a_folder_named_like_a_document_is_none(data: Path) -> None:
    (data / "notes" / "note.yaml").mkdir()

    assert names(data) == []


def test_a_pipe_is_no_document(data: Path) -> None:
    """Reading it would wait for ever."""
    os.mkfifo(data / "notes" / "note.yaml")

    assert names(data) == []


def test_a_link_to_a_file_is_read_and_a_broken_one_is_not(data: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(ENTITIES)
    (data / "notes" / "linked.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (data / "notes" / "broken.yaml").symlink_to(tmp_path / "nothing.yaml")

    assert names(data) == ["linked.yaml"]


def test_a_circle_of_links_ends(data: Path, write: Write) -> None:
    write("note.yaml", ENTITIES)
    (data / "notes" / "again").symlink_to(data)
    (data / "notes" / "self.yaml").symlink_to(data / "notes" / "self.yaml")

    assert names(data) == ["note.yaml"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("note.yaml", "note"),
        ("Mes Notes.yaml", "mes-notes"),
        ("v1.2.yaml", "v1.2"),
        ("Été.yaml", "t"),
        ("a__b.ttl", "a-b"),
    ],
)
def test_the_name_of_a_file_makes_the_slug_of_its_document(name: str, slug: str) -> None:
    assert File(Path("data"), Path("data/notes") / name).slug == slug


def test_an_author_knows_a_file_by_the_path_from_the_data_folder_on(data: Path, write: Write) -> None:
    write("note.yaml", ENTITIES)

    assert [file.shown for file in list_files(data)] == ["data/notes/note.yaml"]


def test_a_document_knows_its_collection_path_and_digest(
    data: Path, write: Write, vocabulary: Vocabulary, iris: Iris
) -> None:
    write("note.yaml", ENTITIES)

    document = read_one(data, vocabulary, iris)

    digest = sha256(ENTITIES.encode()).hexdigest()
    assert document.origin == Origin("note", "notes", "data/notes/note.yaml", digest)


@pytest.mark.parametrize("name", ["---.yaml", "云.yaml", f"{'a' * 121}.yaml"])
def test_a_name_that_makes_no_slug_is_told(
    data: Path, write: Write, vocabulary: Vocabulary, iris: Iris, name: str
) -> None:
    write(name, ENTITIES)

    assert codes(read_one(data, vocabulary, iris)) == ["file-name"]


def test_a_name_that_is_not_utf8_hides_nothing(data: Path, write: Write, build: Callable[[], Generation]) -> None:
    write("good.yaml", KNOWLEDGE_TEXT)
    Path(os.fsdecode(os.fsencode(data / "notes") + b"/caf\xe9.yaml")).write_text(ENTITIES, encoding="utf-8")

    generation = build()

    statuses = {document.slug: document.status for document in generation.manifest.documents}
    assert statuses["good"] == "current"
    assert len(statuses) == 2


def test_a_file_that_vanishes_is_a_document_with_a_problem(
    data: Path, write: Write, vocabulary: Vocabulary, iris: Iris
) -> None:
    path = write("note.yaml", ENTITIES)
    (file,) = list_files(data)
    path.unlink()

    document = read_file(file, vocabulary=vocabulary, iris=iris)

    assert codes(document) == ["file-unreadable"]
    assert document.problems[0].message == "the file cannot be read: No such file or directory."


def test_a_file_that_may_not_be_read_is_a_document_with_a_problem(
    data: Path, write: Write, vocabulary: Vocabulary, iris: Iris
) -> None:
    path = write("note.yaml", ENTITIES)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")

    assert codes(read_one(data, vocabulary, iris)) == ["file-unreadable"]


def test_bytes_are_read_as_a_file_is(vocabulary: Vocabulary, iris: Iris) -> None:
    origin = Origin("note", "notes", "note.yaml", "")

    document = parse_bytes(
        b"\xef\xbb\xbfdocument: {name: Caf\xc3\xa9}\n", origin, ".yaml", vocabulary=vocabulary, iris=iris
    )

    assert values(document, "document/note", document.statements[1].triple.predicate) == ['"Café"']
    assert codes(document) == ["byte-order-mark"]


def test_a_document_lives_directly_in_the_data_folder_too(data: Path, vocabulary: Vocabulary, iris: Iris) -> None:
    (data / "note.yaml").write_text(ENTITIES)

    document = read_one(data, vocabulary, iris)

    assert (document.origin.collection, document.origin.path) == ("data", "data/note.yaml")
