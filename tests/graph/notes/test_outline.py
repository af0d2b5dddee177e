"""The outline of a note: as it is typed, and as it is meant where levels went wrong."""

import pytest

from graph.notes.reading import read_note


def outline(text: str, *, meant: bool) -> dict[str, str]:
    """The title above each heading, by its title."""
    headings = read_note(text).headings
    above = [heading.meant if meant else heading.strict for heading in headings]
    return {
        heading.title: headings[number].title if number >= 0 else ""
        for heading, number in zip(headings, above, strict=True)
    }


def test_levels_alone_make_the_strict_outline() -> None:
    text = "# Storage\n\n## Block\n\n### Ceph\n\n## Object\n\n# Networks\n\n## Cilium\n"

    assert outline(text, meant=False) == {
        "Storage": "",
        "Block": "Storage",
        "Ceph": "Block",
        "Object": "Storage",
        "Networks": "",
        "Cilium": "Networks",
    }


@pytest.mark.parametrize(
    "text",
    [
        "# Réseau\n\n## Cilium\n\n## Calico\n\n# Grappes à la maison\n\nUn texte.\n\n## Outils\n\n## Liens\n",
        "# Databases\n\nA few.\n\n## Postgres\n\n# Backups\n\n- restic\n\n### How often\n\n## Tools\n",
        "Databases\n=========\n\n## Postgres\n\n# Backups\n\nDaily.\n\n## Tools\n",
    ],
)
def test_one_stray_heading_of_the_titles_level_swallows_nothing(text: str) -> None:
    strict, meant = outline(text, meant=False), outline(text, meant=True)
    title, stray = [name for name, above in meant.items() if not above]

    behind = list(meant)[list(meant).index(stray) + 1 :]
    sections = [name for name in behind if name != "How often"]
    assert [strict[name] for name in sections] == [stray] * len(sections)
    assert [meant[name] for name in sections] == [title] * len(sections)
    assert meant.get("How often", stray) == stray


@pytest.mark.parametrize(
    "text",
    [
        # several chapters
        "# Storage\n\n## Ceph\n\n# Networks\n\ntext\n\n## Cilium\n\n# Compute\n\ntext\n\n## KVM\n",
        # two that begin with a section
        "# Storage\n\n## Ceph\n\n# Networks\n\n## Cilium\n",
        # two that are numbered
        "# 1. Storage\n\n## Ceph\n\n# 2. Networks\n\ntext\n\n## Cilium\n",
        "# Part one\n\n## Ceph\n\n# Part two\n\ntext\n\n## Cilium\n",
        "# Chapitre I : Stockage\n\n## Ceph\n\n# Chapitre II : Réseaux\n\ntexte\n\n## Cilium\n",
        # nothing below the first one
        "# Storage\n\ntext\n\n# Networks\n\ntext\n\n## Cilium\n",
        # the first one is no title
        "text\n\n# Storage\n\n## Ceph\n\n# Networks\n\ntext\n\n## Cilium\n",
        "## Storage\n\n### Ceph\n\n# Networks\n\ntext\n\n## Cilium\n",
        # levels left out
        "# Storage\n\n### Ceph\n\n## Block\n\n#### RBD\n\n### More\n",
        # the same title again and again, as slides have it
        "# Talk\n\n## Ceph\n\n### One\n\n## Ceph\n\n### Two\n",
    ],
)
def test_what_is_meant_is_what_is_typed_where_nothing_is_wrong(text: str) -> None:
    assert outline(text, meant=True) == outline(text, meant=False)


@pytest.mark.parametrize(
    ("text", "swallowed", "above"),
    [
        ("# Notes\n\n## Helm chart\n\n# Helm charts\n\n## Repositories\n\n# Else\n\n## x\n", "Repositories", "Notes"),
        ("# Notes\n\n## Lists\n\n### Les opérateurs\n\n## Opérateurs, les\n\n### OLM\n", "OLM", "Opérateurs, les"),
        ("# Notes\n\n## Lists\n\n### Opérateurs\n\n## Operateurs\n\ntext\n\n### OLM\n", "OLM", "Lists"),
        ("# Notes\n\n## Charts (1/2)\n\n# Charts (2/2)\n\n## OLM\n\n# Else\n\n## x\n", "OLM", "Charts (2/2)"),
        ("# Notes\n\n## Helm chart\n\nA text.\n\n# Helm charts\n\n## OLM\n\n# Else\n\n## x\n", "OLM", "Helm charts"),
    ],
)
def test_an_empty_heading_said_again_keeps_its_level_for_what_follows(text: str, swallowed: str, above: str) -> None:
    assert outline(text, meant=True)[swallowed] == above


def test_slugs_are_words_without_accents_and_emoji_and_are_unique() -> None:
    note = read_note("# ☁️ Cloud :fire:\n\n## L’été, à Œuvre\n\n## L'ete a oeuvre\n\n## 🔥\n\n## 日本\n\n## C++\n")

    assert [heading.slug for heading in note.headings] == [
        "cloud",
        "l-ete-a-oeuvre",
        "l-ete-a-oeuvre-2",
        "section",
        "section-2",
        "c",
    ]


def test_titles_are_without_images_and_empty_ones_are_none() -> None:
    note = read_note("# Notes [![badge](http://a.b/c.svg)](http://d.e) `x` #\n\n##\n\n## ![](x.png)\n\ntext\n")

    assert [heading.title for heading in note.headings] == ["Notes x"]
