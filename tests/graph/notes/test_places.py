"""Whatever a note holds, it is read, and every character is where it is said to be."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.notes.lines import lines_of
from graph.notes.note import Note
from graph.notes.reading import read_note

PIECES = (
    "# ",
    "## ",
    "- ",
    "* ",
    "1. ",
    "> ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    " ",
    "a",
    "Été",
    "☁️",
    "word ",
    "**",
    "*",
    "_",
    "~~",
    "`",
    "``",
    "```\n",
    "[",
    "]",
    "(",
    ")",
    "](http://a.b/c)",
    "![",
    "[x]: http://y.z\n",
    "[x]",
    "<b>",
    "</b>",
    "<!-- ",
    " -->",
    "<a href='http://q.r'>",
    "</a>",
    "<div>",
    "<script>",
    "&amp;",
    "&eacute;",
    "\\",
    "\\*",
    "|",
    "|-|-|\n",
    "---\n",
    "===\n",
    ":",
    "https://e.f/g_h",
    "www.i.j",
    "k.com/l",
    "\x00",
    "\x0c",
    "\u2028",
    "\xa0",
    ":fire:",
    "[^1]",
    "- [ ] ",
    "<br>",
    "<img alt='pic' src=x>",
    "<img alt='a&amp;b\nc'>",
    "![a\nb](u)",
    "  \n",
    " #",
    "title: x\n",
    "\x85",
    "|a|b\\|c|\n",
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
JOINTS = " |"


def assert_places(text: str, note: Note) -> None:
    """Every character that one sees stands at its place, or is written there as an entity or an escape."""
    lines = lines_of(text)
    for block in note.blocks:
        assert 1 <= block.line <= block.end_line <= max(len(lines), 1)
        for offset, letter in enumerate(block.prose.value):
            position = block.prose.position(offset)
            there = lines[position.line - 1][position.column - 1 : position.column]
            assert letter.isspace() or letter in JOINTS or there == letter or there in ("&", "\\", "<"), (block, offset)
            assert position.column <= len(lines[position.line - 1]) + 1


@settings(max_examples=400)
@given(TEXTS)
@example("- \tfoo\n\n\t\tbar\n")
@example(">\t\tcode\n")
@example("a`b\n\t c`d")
@example("~~~*~~~~ ~x~~")
@example("# a # b ##\n")
@example("1. | a | 1 |\n   |---|---|\n   | 1 | a\\|1 |")
@example("<p>\n\ta &lt; b\n")
@example("***a** b*** _")
def test_any_text_is_read_and_every_place_points_at_what_it_names(text: str) -> None:
    note = read_note(text)

    assert_places(text, note)
    assert note.line_count == len(lines_of(text))


@settings(max_examples=200)
@given(TEXTS)
def test_whatever_is_read_refers_to_what_is_there(text: str) -> None:
    note = read_note(text)

    for number, block in enumerate(note.blocks):
        assert block.index == number
        assert -1 <= block.parent < number
        assert -1 <= block.section < len(note.headings)
        for one in block.prose.stretches:
            assert 0 <= one.start <= one.end <= len(block.prose.value)
        assert [run.start for run in block.prose.runs] == sorted(run.start for run in block.prose.runs)
    for number, heading in enumerate(note.headings):
        assert note.blocks[heading.block].section == number
        assert -1 <= heading.strict < number
        assert -1 <= heading.meant < number
    assert len({heading.slug for heading in note.headings}) == len(note.headings)
    for link in note.links:
        value = note.blocks[link.block].prose.value
        assert value[link.start : link.end].strip() == link.text
        assert link.host
