"""Texts made to hurt: each is read whole, or is said not to have been."""

import pytest

from graph.notes.note import Kind, Oddity
from graph.notes.reading import read_note
from tests.graph.notes.test_places import assert_places

MANY = 10_000


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![",
        "](",
        "[a](",
        "[a][",
        "*",
        "*a",
        "_a_",
        "**a",
        "`",
        "`a``",
        "<",
        "<a ",
        "<!--",
        "<?",
        "<![CDATA[",
        '<a "',
        "~~a",
        "> ",
        "1. ",
        "|a",
        "http://",
        "www.",
        "https://a.b/(",
        "a.com/",
        ":a:",
        "<b>",
        "<script>",
        "&",
        "[a\n",
        "\\",
        "![a](b)",
        "<div>\n\n",
        "a:\n\n- b\n\n",
        "1. a:\n- b\n",
        "# a\n",
        "\x00",
        "\r",
    ],
)
def test_repetitions_are_read(piece: str) -> None:
    text = piece * (MANY // len(piece))

    note = read_note(text)

    assert_places(text, note)


def test_a_line_of_a_million_characters_is_read() -> None:
    note = read_note(f"- {'Ceph is good now ' * 58_800 + '*good*'}")

    (block,) = note.blocks
    assert len(block.prose.value) == 999_604
    assert block.prose.position(999_600).line == 1


@pytest.mark.parametrize("mark", ["- ", "> ", "1. ", "> - "])
def test_ten_thousand_levels_are_read_to_a_depth_and_then_as_text(mark: str) -> None:
    text = mark * 10_000 + "Ceph"

    note = read_note(text)

    assert note.blocks[-1].prose.value.endswith("Ceph")
    assert sum(len(block.prose.value) for block in note.blocks) > 9_000 * len(mark) - 1_000
    assert [remark.oddity for remark in note.remarks] == [Oddity.NESTING]


def test_deep_lists_over_many_lines_keep_every_line() -> None:
    text = "".join(f"{'  ' * depth}- item {depth}\n" for depth in range(400))

    note = read_note(text)

    assert all(f"item {depth}" in " ".join(block.prose.value for block in note.blocks) for depth in range(400))
    assert [block.parent for block in note.blocks[:50]] == [*range(-1, 49)]
    assert note.remarks[0].oddity is Oddity.NESTING
    assert_places(text, note)


@pytest.mark.parametrize("depth", [40, 90])
def test_images_within_images_are_read(depth: int) -> None:
    note = read_note("![" * depth + "x" + "](http://a.b)" * depth)

    assert [link.is_image for link in note.links] == [True]


def test_brackets_without_end_are_said() -> None:
    note = read_note("[ " * 500 + "[Ceph](https://ceph.io)")

    assert [remark.oddity for remark in note.remarks] == [Oddity.BRACKETS]


def test_a_large_note_is_read_whole() -> None:
    chapter = "## Storage {0}\n\nSystems:\n\n- [Ceph {0}](https://ceph.io/{0}): built on *RADOS*\n  - good ++\n\n"
    text = "# Notes\n\n" + "".join(chapter.format(number) for number in range(2_400))
    assert len(text) > 200_000

    note = read_note(text)

    assert (len(note.headings), len(note.links)) == (2_401, 2_400)
    assert sum(block.kind is Kind.LABEL for block in note.blocks) == 2_400
    assert note.headings[-1].slug == "storage-2399"
