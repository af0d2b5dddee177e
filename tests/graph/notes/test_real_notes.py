"""Notes that people wrote for themselves, read and held against what a person read in them."""

from pathlib import Path

import pytest
import yaml

from graph.notes.lines import lines_of
from graph.notes.note import Kind, Note
from graph.notes.reading import read_note
from tests.conftest import DATA, NOTE, SHARED
from tests.graph.notes.test_places import assert_places

NOTES = SHARED / "datasets" / "notes"
pytestmark = pytest.mark.skipif(not NOTE.is_file(), reason="the notes lie beside the project, not in it")


@pytest.fixture(scope="module")
def note() -> Note:
    return read_note(NOTE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reading() -> dict[str, list[dict[str, object]]]:
    content = yaml.safe_load((DATA / "notes" / "cloud-index.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def test_the_sections_are_those_that_a_person_read(note: Note, reading: dict[str, list[dict[str, object]]]) -> None:
    found = [
        {
            "slug": one.slug,
            "title": one.title,
            "line": one.line,
            "level": one.level,
            **({"under": note.headings[one.meant].slug} if one.meant >= 0 else {}),
        }
        for one in note.headings
    ]

    assert found == reading["sections"]


def test_the_links_are_those_that_a_person_read(note: Note, reading: dict[str, dict[str, dict[str, object]]]) -> None:
    urls = [entity["url"] for entity in reading["entities"].values() if "url" in entity]

    assert len(note.links) == 12
    assert {(link.address, link.position.line) for link in note.links} == {
        (url["value"], url["line"]) for url in urls if isinstance(url, dict)
    }
    assert {link.position.line: link.language for link in note.links if link.language} == {3: "fr", 7: "fr", 107: "fr"}
    assert {link.position.line: link.text for link in note.links if "://" not in link.text} == {
        105: "Clever Cloud",
        107: "Azure",
    }


def test_every_line_that_says_something_is_in_a_block(note: Note) -> None:
    lines = lines_of(NOTE.read_text(encoding="utf-8"))

    read = {line for block in note.blocks for line in range(block.line, block.end_line + 1)}

    assert read == {number for number, line in enumerate(lines, 1) if line.strip()}
    assert (note.line_count, note.language) == (127, "fr")


def test_what_announces_lists_is_a_label(note: Note) -> None:
    labels = [block.line for block in note.blocks if block.kind is Kind.LABEL]

    assert labels == [24, 33, 37, 43, 49, 58, 68, 73, 77, 92, 117]
    assert {note.blocks[block.parent].line for block in note.blocks if block.line in range(119, 124)} == {117}
    assert [block.kind for block in note.blocks if block.line == 116] == [Kind.PARAGRAPH]


@pytest.mark.parametrize(
    ("name", "language", "headings", "links", "has_front"),
    [
        ("mborne_cours-devops_conteneurs.md", "fr", 46, 63, True),
        ("mborne_cours-devops_kubernetes.md", "fr", 73, 69, True),
        ("tomhuang12_awesome-k8s-resources_readme.md", "en", 27, 253, False),
    ],
)
def test_notes_of_others_are_read(name: str, language: str, headings: int, links: int, has_front: bool) -> None:
    path: Path = NOTES / name
    text = path.read_text(encoding="utf-8")

    note = read_note(text)

    assert_places(text, note)
    assert (note.language, bool(note.front)) == (language, has_front)
    assert (len(note.headings), sum(not link.is_image for link in note.links)) == (headings, links)
