"""How well the note that the index began with is read, held against the reading of a person."""

import pytest

from benchmarks.notes import DATA, SLUG, Measured, compare
from graph.notes.reading import read_note
from tests.conftest import NOTE, ROOT

pytestmark = pytest.mark.skipif(not NOTE.exists(), reason="the note lies beside the repository")

# A little under what was measured: what is found of what is true, and what is true of what is said.
FLOORS = [
    ("mentions", 0.95, 0.97),
    ("relations: stated", 0.92, 0.98),
    ("relations: nesting", 0.6, 0.88),
    ("relations: address", 0.55, 0.83),
    ("opinions", 0.9, 0.9),
]


@pytest.fixture(scope="module")
def measured() -> Measured:
    """The note, read in both ways."""
    return compare(NOTE, ROOT / DATA, SLUG)


@pytest.mark.parametrize(("name", "recall", "precision"), FLOORS)
def test_reading_the_note_does_not_get_worse(measured: Measured, name: str, recall: float, precision: float) -> None:
    """What is stated is found in words; the figures are those of the proposals."""
    figure = measured.figure(name)

    assert figure.recall >= recall, measured.missed
    assert figure.precision >= precision, measured.wrong


def test_all_links_of_the_note_are_read() -> None:
    """Inline ones and bare ones."""
    note = read_note(NOTE.read_text(encoding="utf-8"))

    assert len([link for link in note.links if link.host and not link.is_image]) == 12
