"""Markdown files as documents: what they state by themselves, and what is said of their mistakes."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from graph import terms
from graph.documents import Document, Severity
from graph.folders import list_files
from graph.iris import Iris
from graph.notes.addresses import resource_slug
from graph.sources.resources import Forms
from graph.vocabulary import Vocabulary
from tests.conftest import NOTE, SHARED
from tests.graph.conftest import Gate, Read

TEXT = """\
# ☁️ Storage

Ceph is a system for the clusters: see [its site](https://ceph.io/) and https://docs.ceph.com/en/latest/.

## Sources

- https://ceph.io/
- ![logo](https://ceph.io/logo.png)
"""


def told(document: Document, subject: str) -> dict[str, list[str]]:
    """What is stated of a subject, by the end of the property's name."""
    found: dict[str, list[str]] = {}
    for statement in document.statements:
        triple = statement.triple
        if getattr(triple.subject, "value", "").endswith(subject):
            value = getattr(triple.object, "value", "")
            key = triple.predicate.value.replace("#", "/").rpartition("/")[2]
            found.setdefault(key, []).append(value.removeprefix("https://w3id.org/cloudindex/"))
    return found


def test_a_note_states_its_name_language_and_lines(read: Read) -> None:
    document = read(TEXT, "storage.md")

    facts = told(document, "document/storage")
    assert not document.problems
    assert (facts["name"], facts["language"], facts["lineCount"]) == (["Storage"], ["en"], ["8"])


def test_its_headings_are_sections_in_the_outline_that_is_meant(read: Read) -> None:
    document = read(TEXT, "storage.md")

    assert [(one.slug, one.title, one.line, one.level, one.parent) for one in document.sections] == [
        ("storage", "☁️ Storage", 1, 1, ""),
        ("sources", "Sources", 5, 2, "storage"),
    ]
    assert told(document, "section/sources")["isPartOf"] == ["document/storage/section/storage"]


def test_its_links_lead_to_resources(read: Read, iris: Iris) -> None:
    document = read(TEXT, "storage.md")

    assert told(document, "document/storage")["references"] == ["id/ceph.io", "id/docs.ceph.com-en-latest-6771f7"]
    site, docs = told(document, "id/ceph.io"), told(document, "id/docs.ceph.com-en-latest-6771f7")
    assert (site["type"], site["url"], site["name"]) == (["ontology#Website"], ["https://ceph.io/"], ["ceph.io"])
    assert (docs["type"], docs["language"]) == (["ontology#Documentation"], ["en"])
    assert site["inSection"] == ["document/storage/section/storage", "document/storage/section/sources"]
    evidence = {
        one.triple.predicate: one.evidence
        for one in document.statements
        if one.evidence and one.triple.subject in (iris.document("storage"), iris.entity("ceph.io"))
        and one.triple.object in (iris.entity("ceph.io"), NamedNode("https://ceph.io/"))
    }  # fmt: skip
    assert {
        key.value.replace("#", "/").rpartition("/")[2]: (one.lines, one.basis, one.words)
        for key, one in evidence.items()
    } == {
        "url": ((3, 7), terms.ADDRESS, "its site"),
        "references": ((3, 7), terms.STATED, "its site"),
    }


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://ceph.io", "Website"),
        ("https://ceph.io/index.html", "Website"),
        ("https://github.com/ceph/ceph", "SourceRepository"),
        ("https://docs.ceph.com/x", "Documentation"),
        ("https://ceph.io/fr/docs/x/?a=b", "Documentation"),
        ("https://ceph.io/docs/tutorials/x", "Guide"),
        ("https://www.slideshare.net/x/y", "Presentation"),
        ("https://ceph.io/blog/x", "Resource"),
    ],
)
def test_the_class_of_a_resource_is_read_from_the_ontology(vocabulary: Vocabulary, address: str, key: str) -> None:
    known = Forms.of(vocabulary).class_of(address)

    assert known is not None
    assert known.key == key


def test_the_slugs_of_resources_differ_as_their_addresses_do() -> None:
    addresses = [
        "https://a.b/c-d", "https://a.b/c/d", "https://a.b/c", "https://a.b/c/", "http://a.b/c", "https://www.a.b/c",
        "https://a.b/C", "https://a.b/c?d", "https://a.b/c#d", "https://a.b", "https://a.b/", "https://a.b/c.d",
        "https://a-b.c/", "https://a.b/日本", "https://a.b/日", f"https://a.b/{'x' * 500}", f"https://a.b/{'x' * 501}",
    ]  # fmt: skip
    slugs = [resource_slug(address) for address in addresses]

    assert len(set(slugs)) == len(addresses)
    assert slugs[1:3] == ["a.b-c-d", "a.b-c"]


def test_two_notes_with_the_same_links_agree(read: Read, gate: Gate) -> None:
    problems = gate(read(TEXT, "storage.md"), read(TEXT.replace("its site", "here"), "other.md"))

    assert {problem.severity for problem in problems} <= {Severity.WARNING}
    assert {problem.message for problem in problems} == {"“about” is missing."}


@pytest.mark.parametrize(
    ("text", "name", "language"),
    [
        ("---\ntitle: Mes notes\nlang: fr-CH\ntags: [a]\n---\n# Other\n", "Mes notes", "fr-ch"),
        ("## Small\n\n# Large\n\nla le les\n", "Large", "fr"),
        ("Only words for the reader.\n", "note", "en"),
        ("---\nlang: french\ntitle: [a]\n---\n# Ceph\n", "Ceph", ""),
    ],
)
def test_a_note_is_called_what_it_calls_itself(read: Read, text: str, name: str, language: str) -> None:
    facts = told(read(text, "note.md"), "document/note")

    assert (facts["name"], facts.get("language", [""])) == ([name], [language])


HEAD = """\
---
document:
  name: Stockage
entities:
  ceph:
    type: StorageSystem
    name: Ceph
    line: 12
    relations: [{usesTol: ansible, line: 99}]
---

# Ceph :fire:

See https://ceph.io/.
"""


def test_a_front_matter_may_be_a_whole_document(read: Read) -> None:
    document = read(HEAD, "note.md")

    assert told(document, "document/note")["name"] == ["Stockage"]
    assert told(document, "document/note")["references"] == ["id/ceph.io"]
    assert told(document, "id/ceph")["inSection"] == ["document/note/section/ceph"]
    assert [(one.code, one.place.line, one.place.column) for one in document.problems] == [
        ("line-beyond-end", 9, 42),
        ("relation-unknown", 9, 18),
    ]


def test_a_front_matter_may_tell_its_own_sections(read: Read) -> None:
    head = "---\ndocument: {name: N}\nsections:\n  - {slug: mine, title: Mine, line: 6, level: 1}\n---\n# Other\n"

    assert [one.slug for one in read(head, "note.md").sections] == ["mine"]


def test_a_front_matter_that_is_no_yaml_is_passed_over_and_said(read: Read) -> None:
    document = read("---\ntitle: a: b\n---\n# Ceph\n", "note.md")

    (problem,) = document.problems
    assert (problem.code, problem.severity, problem.place.line) == ("front-matter", Severity.WARNING, 2)
    assert told(document, "document/note")["name"] == ["Ceph"]


@pytest.mark.parametrize(
    ("text", "code", "where", "suggestions"),
    [
        ("# A\n\n[Ceph][cep]\n\n[ceph]: https://ceph.io/\n", "reference-missing", (3, 1), ("ceph",)),
        ("# Storage\n\n[x](#storag)\n", "anchor-missing", (3, 2), ("#storage",)),
        ("[x]([y](https://a.b/))\n", "link-form", (1, 2), ("https://a.b/",)),
        ("a\r\nb\x00c\r\n", "note-characters", (2, 2), ()),
        ("> " * 200 + "deep\n", "nesting-depth", (1, 1), ()),
        ("[ " * 300, "brackets-open", (1, 1), ()),
    ],
)
def test_a_mistake_is_said_where_it_is(
    read: Read, text: str, code: str, where: tuple[int, int], suggestions: tuple[str, ...]
) -> None:
    document = read(text, "note.md")

    problem = next(one for one in document.problems if one.code == code)
    assert ((problem.place.line, problem.place.column), problem.suggestions) == (where, suggestions)
    assert problem.severity is Severity.WARNING
    assert problem.fix or problem.suggestions
    assert not document.is_broken


def test_of_very_many_mistakes_the_first_are_told_and_that_there_are_more(read: Read) -> None:
    problems = read("[x](#y)\n\n" * 150, "note.md").problems

    assert [one.code for one in problems] == ["anchor-missing"] * 100 + ["verdicts-omitted"]
    assert problems[-1].place.line == 199


def test_a_note_beside_its_reading_is_no_document(tmp_path: Path) -> None:
    for name in ("a.md", "a.yaml", "b.md", "c.markdown", "c.yml", "README.md", "Readme.fr.md", "D.MD", "e.markdown"):
        (tmp_path / name).write_text("# A\n")

    assert [file.path.name for file in list_files(tmp_path)] == ["D.MD", "a.yaml", "b.md", "c.yml", "e.markdown"]


@pytest.mark.skipif(not NOTE.is_file(), reason="the notes lie beside the project, not in it")
def test_real_notes_conform(read: Read, gate: Gate) -> None:
    paths = [NOTE, *sorted((SHARED / "datasets" / "notes").glob("*.md"))]
    documents = [read(path.read_bytes(), f"note-{number}.md") for number, path in enumerate(paths)]

    problems = gate(*documents)

    assert {problem.message for problem in problems} == {
        "“about” is missing.",
        "“[https://karpenter.sh](https://github.com/aws/karpenter-provider-aws)” is a link where an address"
        " should stand.",
    }
    assert sum(statement.triple.predicate == terms.REFERENCES for statement in documents[0].statements) == 12
