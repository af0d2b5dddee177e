"""Landscape files are read with every line, and their defects are verdicts."""

from dataclasses import replace
from pathlib import Path

import pytest

from graph import terms
from graph.collections import read_file
from graph.documents import Origin, Severity
from graph.folders import list_files
from graph.iris import Iris
from graph.sources import backstage, landscape
from graph.vocabulary import Vocabulary
from tests.conftest import codes
from tests.graph.conftest import Read
from tests.landscape import LANDSCAPE, items, write_landscape

SMALL = """\
landscape:
  - category:
    name: Runtime
    subcategories:
      - subcategory:
        name: Storage
        items:
          - item:
            name: Rook (ROOK)
            homepage_url: https://rook.io
            project: graduated
            crunchbase: https://www.crunchbase.com/organization/acme-works
            second_path:
              - "Runtime / Tools"
            extra:
              accepted: '2018-01-29'
              summary_integrations: >-
                Ceph, something else,
                Longhorn etc.
          - item:
            name: Ceph
      - subcategory:
        name: Tools
        items:
          - item:
            name: Longhorn
            crunchbase: https://www.crunchbase.com/organization/longhorn
  - category:
    name: CNCF Members
    subcategories:
      - subcategory:
        name: Gold
        items:
          - item:
            name: Acme Works Ltd (member)
            crunchbase: https://www.crunchbase.com/organization/acme-works
            joined: '2020-02-29'
"""


def edges(read: Read, iris: Iris, text: str = SMALL) -> dict[tuple[str, str, str], tuple[int, str]]:
    """Return what is stated with a record, with its line and how it was read."""
    found = {}
    for one in read(text, "landscape.yml").statements:
        if one.evidence is not None and one.triple.predicate != terms.TYPE:
            subject = iris.reference(one.triple.subject.value)  # type: ignore[union-attr]
            value = iris.reference(one.triple.object.value)  # type: ignore[union-attr]
            predicate = one.triple.predicate.value.replace("#", "/").rsplit("/", 1)[-1]
            found[subject, predicate, value] = (one.written.line, one.evidence.basis.value.rsplit("#", 1)[-1])
    return found


def test_every_statement_has_its_line_and_its_basis(read: Read, iris: Iris) -> None:
    found = edges(read, iris)

    assert found == {
        ("landscape-runtime-storage", "inGroup", "landscape-runtime"): (6, "nesting"),
        ("landscape-runtime-tools", "inGroup", "landscape-runtime"): (23, "nesting"),
        ("landscape-cncf-members-gold", "inGroup", "landscape-cncf-members"): (32, "nesting"),
        ("rook-rook", "inGroup", "landscape-runtime-storage"): (9, "nesting"),
        ("rook-rook", "inGroup", "landscape-runtime-tools"): (14, "stated"),
        ("rook-rook", "homepage", "https://rook.io"): (10, "stated"),
        ("rook-rook", "maturity", "graduated"): (11, "stated"),
        ("rook-rook", "maintainedBy", "acme-works"): (12, "address"),
        ("acme-works", "directoryEntry", "https://www.crunchbase.com/organization/acme-works"): (36, "stated"),
        ("rook-rook", "acceptedSince", "2018-01-29"): (16, "stated"),
        ("rook-rook", "integratesWith", "ceph"): (18, "stated"),
        ("rook-rook", "integratesWith", "longhorn"): (19, "stated"),
        ("ceph", "inGroup", "landscape-runtime-storage"): (21, "nesting"),
        ("longhorn", "inGroup", "landscape-runtime-tools"): (26, "nesting"),
        ("longhorn", "maintainedBy", "longhorn-organisation"): (27, "address"),
        ("longhorn-organisation", "directoryEntry", "https://www.crunchbase.com/organization/longhorn"): (27, "stated"),
        ("acme-works", "inGroup", "landscape-cncf-members-gold"): (35, "nesting"),
        ("acme-works", "memberSince", "2020-02-29"): (37, "stated"),
    }


def test_an_organisation_is_called_as_its_own_entry_says(read: Read, iris: Iris) -> None:
    document = read(SMALL, "landscape.yml")

    names = {
        one.triple.object.value  # type: ignore[union-attr]
        for one in document.statements
        if one.triple.subject == iris.entity("acme-works") and one.triple.predicate == terms.NAME
    }

    assert names == {"Acme Works Ltd"}


def test_a_good_file_has_no_problem(read: Read) -> None:
    assert codes(read(SMALL, "landscape.yml")) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("name: Ceph\n", "nome: Ceph\n", "key-missing", 20),
        ("project: graduated", "project: gradated", "value-unknown", 11),
        ("project: graduated", "project: [a: b]", "text-expected", 11),
        ("homepage_url: https://rook.io", "homepage_url: rook", "value-form", 10),
        ("accepted: '2018-01-29'", "accepted: 2018-13-29", "value-form", 16),
        ("accepted: '2018-01-29'", "acepted: '2018-01-29'", "key-unknown", 16),
        ("accepted: '2018-01-29'", "zzzzzzzz: 1", "key-unread", 16),
        ("accepted: '2018-01-29'", "parent_project: Cephh", "name-unknown", 16),
        ("accepted: '2018-01-29'", "accepted:", "value-empty", 16),
        ("            extra:\n", "            extra: no\n            more:\n", "mapping-expected", 15),
        ("            second_path:\n", "            homepage_url: x\n            second_path:\n", "key-twice", 13),
        ("crunchbase: https://www.crunchbase.com/organization/longhorn", "crunchbase: x", "value-form", 27),
        ("crunchbase: https://www.crunchbase.com/organization/longhorn", "logo: 'http://['", "", 0),
        ("name: Longhorn", "name: Ceph", "name-twice", 26),
        ("name: Longhorn", "name: CEPH", "name-alike", 26),
        ("name: Tools", "name: Storage", "group-twice", 23),
        ("          - item:\n            name: Ceph\n", "          -\n", "value-empty", 20),
        ("          - item:\n            name: Ceph\n", "          - 7\n", "mapping-expected", 20),
    ],
)
def test_a_defect_costs_no_more_than_what_it_spoils(read: Read, old: str, new: str, code: str, line: int) -> None:
    assert old in SMALL

    document = read(SMALL.replace(old, new, 1), "landscape.yml")

    assert not document.is_broken
    assert len(document.statements) > 30
    assert not code or code in codes(document)
    assert not code or (line, code) in {(one.place.line, one.code) for one in document.problems}


@pytest.mark.parametrize(
    "text", ["landscape:", "landscape: 7", "landscape: []", "categories: {a: b}", "landscape: [[["]
)
def test_a_file_without_categories_is_refused(read: Read, text: str) -> None:
    document = read(text + "\n", "landscape.yml")

    assert document.problems


def test_an_ontology_without_a_table_says_so(iris: Iris, vocabulary: Vocabulary) -> None:
    bare = replace(vocabulary, sources={})
    origin = Origin("x", "notes", "data/x.yml", "")

    for parse in (landscape.parse, backstage.parse):
        assert codes(parse(SMALL, origin, vocabulary=bare, iris=iris)) == ["source-untold"]


# --- the real one ----------------------------------------------------------------------------

DEFECTS = [
    (1730, "path-unknown", "Kyverno", ("AI Native Infra / Governance, Policy and Security",)),
    (1864, "path-unknown", "Open Policy Agent (OPA)", ("Wasm / Embedded Functions",)),
    (4765, "path-unknown", "OpenFunction", ("Serverless / Installable Platform",)),
    (9017, "name-twice", "k0rdent", ()),
    (10689, "name-twice", "MockServer", ()),
    (11177, "key-unknown", "DX O2 by Broadcom", ("blog_url",)),
    (11616, "marker-missing", "KubeReport", ()),
    (11875, "key-unknown", "Okahu", ("documentation_url",)),
    (12390, "marker-missing", "Volcano Engine APMPlus", ()),
    (17720, "name-twice", "Upbound (member)", ()),
    (19861, "value-empty", "Volcano Kthena", ()),
    (20277, "items-empty", "Storage", ()),
    (20280, "items-empty", "Network", ()),
    (20300, "name-twice", "Kgateway", ()),
    (20362, "name-twice", "DeepFlow", ()),
    (20383, "name-twice", "Okahu", ()),
    (20391, "key-unknown", "Okahu", ("documentation_url",)),
]


@pytest.mark.skipif(not LANDSCAPE.is_file(), reason="the CNCF landscape is not there")
def test_the_landscape_has_these_defects_and_no_others(tmp_path: Path, vocabulary: Vocabulary, iris: Iris) -> None:
    write_landscape(tmp_path)
    (file,) = list_files(tmp_path)

    document = read_file(file, vocabulary=vocabulary, iris=iris)

    told = (one for one in document.problems if one.severity is not Severity.INFO)
    defects = sorted(told, key=lambda one: one.place)
    assert [(one.place.line, one.code, one.entity) for one in defects] == [defect[:3] for defect in DEFECTS]
    found = {one.place.line: one.suggestions[:1] for one in defects}
    assert all(found[line] == near for line, _, _, near in DEFECTS)
    assert all(one.place.column and one.message for one in defects)
    assert {one.code for one in document.problems if one.severity is Severity.INFO} == {"key-elsewhere", "name-alike"}


@pytest.mark.skipif(not LANDSCAPE.is_file(), reason="the CNCF landscape is not there")
def test_every_name_and_address_stands_on_the_line_that_is_told(
    tmp_path: Path, vocabulary: Vocabulary, iris: Iris
) -> None:
    write_landscape(tmp_path)
    (file,) = list_files(tmp_path)
    lines = LANDSCAPE.read_text(encoding="utf-8").split("\n")

    document = read_file(file, vocabulary=vocabulary, iris=iris)

    checked = 0
    for one in document.statements:
        words = one.evidence.words if one.evidence else ""
        text = words or str(getattr(one.triple.object, "value", ""))
        if one.evidence is not None and one.evidence.basis == terms.STATED and one.triple.predicate != terms.TYPE:
            if one.entry in ("second_path", "name"):
                continue
            place = lines[one.written.line - 1][one.written.column - 1 :].lstrip("'\"")
            assert place.startswith((text, ">", "|")) or " ".join(place.split()).startswith(text), one
            checked += 1
    assert checked > 5_000
    assert sum(1 for _ in items()) == 2_413
