"""Blocks of a note: what they are, what governs them, where they stand, and what one reads in them."""

import pytest

from graph.notes.note import Block, Kind, Mark, Note
from graph.notes.reading import read_note


def shown(note: Note) -> list[tuple[str, str, str]]:
    """Each block with its kind and the text of what governs it."""
    return [
        (block.kind.value, block.prose.value, note.blocks[block.parent].prose.value if block.parent >= 0 else "")
        for block in note.blocks
    ]


def only(text: str) -> Block:
    """The one block of a note."""
    (block,) = read_note(text).blocks
    return block


def marked(block: Block) -> list[tuple[str, str]]:
    return [(one.mark.value, block.prose.value[one.start : one.end]) for one in block.prose.stretches]


def test_nested_lists_are_a_tree() -> None:
    note = read_note("- Ceph\n  - Block\n  - Object\n    - S3\n- Longhorn\n")

    assert shown(note) == [
        ("item", "Ceph", ""),
        ("item", "Block", "Ceph"),
        ("item", "Object", "Ceph"),
        ("item", "S3", "Object"),
        ("item", "Longhorn", ""),
    ]


@pytest.mark.parametrize(
    "label",
    [
        "Storage systems:",
        "Systèmes de stockage :",
        "**Avantages :**",
        "Everything that we looked at in spring, before the move to the new data centre, was one of these:",
        "Bare metal",
        "Le chemin facile",
        "CAPI (Cluster API)",
    ],
)
def test_a_line_that_announces_a_list_governs_it(label: str) -> None:
    note = read_note(f"{label}\n\n- Ceph\n- Longhorn\n")

    assert [block.kind for block in note.blocks] == [Kind.LABEL, Kind.ITEM, Kind.ITEM]
    assert [block.parent for block in note.blocks] == [-1, 0, 0]


@pytest.mark.parametrize(
    "paragraph",
    [
        "We moved all of our storage to Ceph before the summer of that year",
        "It works.",
        "Vraiment ?",
        "https://ceph.io/",
        "![](storage.png)",
        "`kubectl get nodes`",
        ":fire:",
    ],
)
def test_a_paragraph_that_announces_nothing_does_not(paragraph: str) -> None:
    note = read_note(f"{paragraph}\n\n- Ceph\n")

    assert [(block.kind, block.parent) for block in note.blocks] == [(Kind.PARAGRAPH, -1), (Kind.ITEM, -1)]


def test_a_colon_announces_only_the_list_right_behind_it() -> None:
    note = read_note("Storage:\n\nCeph is one.\n\n- Ceph\n\nNetworks:\n\n---\n\n- Cilium\n")

    assert [(block.kind, block.parent) for block in note.blocks] == [
        (Kind.PARAGRAPH, -1),
        (Kind.PARAGRAPH, -1),
        (Kind.ITEM, -1),
        (Kind.PARAGRAPH, -1),
        (Kind.ITEM, -1),
    ]


@pytest.mark.parametrize(
    ("text", "paragraph", "label"),
    [
        ("All of them are mature.\nStorage systems:\n- Ceph\n", "All of them are mature.", "Storage systems:"),
        ("On les connaît tous (ou presque)\nSystèmes :\n\n- Ceph\n", "On les connaît tous (ou presque)", "Systèmes :"),
        ("We know them  \nand love them:\n- Ceph\n", "We know them", "and love them:"),
        ("Two lines\nof text.\nStorage that\nwe know:\n- Ceph\n", "Two lines of text.", "Storage that we know:"),
    ],
)
def test_the_last_lines_of_a_paragraph_may_announce_a_list(text: str, paragraph: str, label: str) -> None:
    note = read_note(text)

    assert shown(note) == [("paragraph", paragraph, ""), ("label", label, ""), ("item", "Ceph", label)]
    assert note.blocks[0].end_line < note.blocks[1].line


@pytest.mark.parametrize(
    "text",
    [
        "Among what we tried for the\nKubernetes clusters:\n- Ceph\n",
        "Parmi les outils essayés, un par un, pour\nla nouvelle grappe :\n- Ceph\n",
        "Among storage systems,\nCeph and others:\n- Ceph\n",
    ],
)
def test_a_sentence_that_goes_over_two_lines_stays_whole(text: str) -> None:
    note = read_note(text)

    assert [block.kind for block in note.blocks] == [Kind.LABEL, Kind.ITEM]
    assert note.blocks[0].line == 1
    assert note.blocks[0].end_line == 2


def test_a_label_within_an_item_governs_the_list_after_it() -> None:
    note = read_note("- Hetzner\n\n  Cheap machines, few services.\n  Offers:\n\n  - Servers\n  - Volumes\n")

    assert shown(note) == [
        ("item", "Hetzner", ""),
        ("paragraph", "Cheap machines, few services.", "Hetzner"),
        ("label", "Offers:", "Hetzner"),
        ("item", "Servers", "Offers:"),
        ("item", "Volumes", "Offers:"),
    ]


def test_items_that_end_in_a_colon_govern_lists_that_were_not_indented() -> None:
    note = read_note("1. Storage:\n- Ceph\n- Longhorn\n2. Networks:\n- Cilium\n")

    assert shown(note) == [
        ("item", "Storage:", ""),
        ("item", "Ceph", "Storage:"),
        ("item", "Longhorn", "Storage:"),
        ("item", "Networks:", ""),
        ("item", "Cilium", "Networks:"),
    ]


def test_a_list_of_other_marks_stays_under_the_same_label() -> None:
    note = read_note("Storage:\n- Ceph\n* Longhorn\n")

    assert [block.parent for block in note.blocks] == [-1, 0, 0]


def test_lines_are_joined_and_marks_are_left_out() -> None:
    block = only("> **Ceph** and\n> _Rook_ &amp; \\*more\\* `a  b` ~~old~~ :fire:\n")

    assert block.prose.value == "Ceph and Rook & *more* a  b old :fire:"
    assert marked(block) == [
        ("strong", "Ceph"),
        ("emphasis", "Rook"),
        ("code", "a  b"),
        ("struck", "old"),
        ("emoji", ":fire:"),
    ]
    assert [block.prose.position(block.prose.value.index(part)).column for part in ("Ceph", "Rook", "&", "old")] == [
        5,
        4,
        10,
        34,
    ]


def test_names_are_not_looked_for_in_what_is_opaque() -> None:
    block = only("Ceph `Rook` ~~Zun~~ https://kops.dev/ ![Kops](http://a.b/c.png) :docker:")

    texts = [block.prose.value[start:end] for start, end in block.prose.opaque()]

    assert texts == ["Rook", "Zun", "https://kops.dev/", "Kops", ":docker:"]


def test_a_row_of_a_table_is_a_block() -> None:
    note = read_note("| Name | Kind |\n|---|:-:|\n| **Ceph** | block \\| object |\n| | |\n")

    assert shown(note) == [("row", "Name | Kind", ""), ("row", "Ceph | block | object", "")]
    row = note.blocks[1].prose
    assert [row.position(row.value.index(word)).column for word in ("Ceph", "block", "object")] == [5, 14, 23]


def test_code_keeps_its_lines() -> None:
    note = read_note("```yaml\nkind: Pod\n\nname: a\n```\n\n    indented\n")

    assert [(block.kind, block.prose.value, block.line, block.end_line) for block in note.blocks] == [
        (Kind.CODE, "kind: Pod\n\nname: a", 1, 5),
        (Kind.CODE, "indented", 7, 7),
    ]
    assert note.blocks[0].prose.position(11).line == 4


def test_html_is_read_as_text_and_never_as_a_program() -> None:
    text = (
        "<div class='x'>\n<p>Ceph is\n  <b>good</b><!-- Zun -->.</p><script>Kops</script>\n</div>\n\n"
        "A <span>word</span><br>more <!-- Zun --> <script>Kops</script> caf&eacute;\n"
    )
    html, paragraph = read_note(text).blocks

    assert html.kind is Kind.HTML
    assert html.prose.value == "Ceph is good."
    assert html.prose.position(8).line == 3
    assert marked(html) == [("strong", "good")]
    assert paragraph.prose.value.split() == ["A", "word", "more", "café"]


def test_a_box_to_tick_is_no_text() -> None:
    note = read_note("- [ ] install Ceph\n- [x] remove Zun\n- [link] stays\n")

    assert [block.prose.value for block in note.blocks] == ["install Ceph", "remove Zun", "[link] stays"]
    assert note.blocks[0].prose.position(0).column == 7


def test_footnotes_are_texts() -> None:
    note = read_note("Ceph[^1] is good.\n\n[^1]: Somebody\n")

    assert [block.prose.value for block in note.blocks] == ["Ceph[^1] is good.", "[^1]: Somebody"]
    assert not note.links


def test_a_heading_within_a_quote_or_an_item_opens_no_section() -> None:
    note = read_note("# Title\n\n> ## Quoted\n\n- ## Item\n\ntext\n")

    assert [heading.title for heading in note.headings] == ["Title"]
    assert shown(note)[1:] == [("paragraph", "Quoted", ""), ("item", "Item", ""), ("paragraph", "text", "")]
    assert {block.section for block in note.blocks} == {0}


def test_front_matter_is_kept_apart_and_lines_go_on_counting() -> None:
    note = read_note("---\ntitle: Storage\ntags: [a]\n---\n# Ceph\n")

    assert note.front == "title: Storage\ntags: [a]"
    assert (note.headings[0].title, note.headings[0].line, note.line_count) == ("Ceph", 5, 5)


@pytest.mark.parametrize("text", ["---\n\n# Ceph\n\n---\n", "---\nCeph is good.\n---\n", "---\ntitle: no end\n"])
def test_a_rule_at_the_top_is_no_front_matter(text: str) -> None:
    assert read_note(text).front == ""


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_an_editor(ends: str) -> None:
    note = read_note(ends.join(["# Ceph", "", "- Block", "  - RBD", "Form\x0cfeed\u2028and more", ""]))

    assert [block.line for block in note.blocks] == [1, 3, 4]
    assert note.blocks[-1].end_line == note.line_count == 5


def test_control_characters_are_read_as_replacements_in_their_places() -> None:
    block = only("Ce\x00ph")

    assert block.prose.value == "Ce\N{REPLACEMENT CHARACTER}ph"
    assert block.prose.position(3).column == 4


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("# Stockage\n\nCeph est un système de stockage pour les grappes\n", "fr"),
        ("# Storage\n\nCeph is a storage system for the clusters\n\n```\nle la les des\n```\n", "en"),
        ("- Ceph\n- Rook\n", ""),
        ("", ""),
    ],
)
def test_the_language_is_that_of_most_words(text: str, language: str) -> None:
    assert read_note(text).language == language


def test_what_is_odd_is_said_with_its_place() -> None:
    text = "[a][ceph] and x[1][2], [b](#storag), [c](#storage) [d](#here)<a id=here></a>"

    note = read_note(f"# Storage\n\n{text}\n\n[cephs]: http://a.b\n")

    assert [(one.oddity.value, one.position.column, one.words, one.near) for one in note.remarks] == [
        ("reference-missing", 1, "[a][ceph]", ("cephs",)),
        ("anchor-missing", 25, "#storag", ("#storage",)),
    ]


def test_anchors_are_compared_without_the_signs_that_writers_differ_in() -> None:
    headings = "# L'été & nous\n\n## A\n\n## A\n\n## ☁️ Cloud\n"
    links = "[a](#lété--nous) [b](#a-1) [c](#️-cloud) [d](#cloud) [e](#l%C3%A9t%C3%A9--nous) [f](#top) [g](other.md#x)\n"

    assert not read_note(headings + links).remarks


def test_opaque_marks_are_those_that_hold_no_names() -> None:
    block = only("*Ceph* **Rook** [Zun](http://a.b)")

    assert not list(block.prose.opaque())
    assert {one.mark for one in block.prose.stretches} == {Mark.EMPHASIS, Mark.STRONG, Mark.LINK}
