"""CSV is read with a mapping, each record with its line, and what is wrong with either is a verdict."""

import codecs as encodings
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from graph import terms
from graph.collections import read_file
from graph.documents import Document, Severity
from graph.folders import File, fingerprint, list_files
from graph.iris import Iris
from graph.sources import csv
from graph.vocabulary import Vocabulary
from tests.conftest import codes
from tests.graph.conftest import Read

MAPPING = """\
type: Software
language: fr
columns:
  Nom: name
  Utilise: {to: uses, separator: ","}
  Site: homepage
  Note: description
"""
ROWS = 'Nom;Utilise;Site;Note\nRook;Ceph, kubernetes;https://rook.io;"deux\nlignes"\n\nCeph;;https://ceph.io;\n'
FRONT = f"---\n{MAPPING}---\n{ROWS}"


ReadPair = Callable[..., Document]


@pytest.fixture
def read_pair(tmp_path: Path, vocabulary: Vocabulary, iris: Iris) -> ReadPair:
    """Reads rows with the mapping beside them."""

    def read(rows: bytes, mapping: str | bytes = MAPPING) -> Document:
        (tmp_path / "tools.csv").write_bytes(rows)
        (tmp_path / "tools.csv.yaml").write_bytes(mapping if isinstance(mapping, bytes) else mapping.encode())
        (file,) = list_files(tmp_path)
        return read_file(file, vocabulary=vocabulary, iris=iris)

    return read


def test_a_record_over_several_lines_moves_those_after_it(read: Read, iris: Iris) -> None:
    document = read(FRONT, "tools.csv")

    wanted = (terms.NAME, terms.DESCRIPTION, terms.HOMEPAGE)
    lines = {
        (iris.reference(subject.value), str(getattr(one.triple.object, "value", ""))): one.written.line
        for one in document.statements
        if isinstance(subject := one.triple.subject, NamedNode) and one.triple.predicate in wanted
        if iris.is_entity(subject.value)
    }
    assert codes(document) == []
    assert lines == {
        ("rook", "Rook"): 11,
        ("rook", "https://rook.io"): 11,
        ("rook", "deux\nlignes"): 11,
        ("ceph", "Ceph"): 14,
        ("ceph", "https://ceph.io"): 14,
    }


def test_names_in_cells_lead_to_the_rows_that_have_them(read: Read, iris: Iris) -> None:
    document = read(FRONT, "tools.csv")

    cells = (one.triple.object for one in document.statements if one.entry.startswith("Utilise"))
    found = [iris.reference(cell.value) for cell in cells if isinstance(cell, NamedNode)]
    assert found == ["ceph", "kubernetes"]


def test_a_mapping_beside_keeps_the_lines_of_both(read_pair: ReadPair) -> None:
    good = read_pair(ROWS.encode())
    bad = read_pair(ROWS.encode(), MAPPING.replace("to: uses", "to: usess"))

    assert {one.written.line for one in good.statements if one.entry == "name"} == {2, 5}
    assert [(one.place.path.rsplit("/", 1)[-1], one.place.line, one.code) for one in bad.problems] == [
        ("tools.csv.yaml", 5, "column-unknown")
    ]
    assert bad.problems[0].suggestions[0] == "uses"


def test_rows_may_be_in_the_encoding_that_the_mapping_names(read_pair: ReadPair) -> None:
    rows = ROWS.replace("Ceph;;", "Céph;;").encode("cp1252")

    named = read_pair(rows, f"encoding: cp1252\n{MAPPING}")
    unnamed = read_pair(rows)

    assert codes(named) == []
    assert any(getattr(one.triple.object, "value", "") == "Céph" for one in named.statements)
    assert [(one.code, one.place.line) for one in unnamed.problems] == [("file-encoding", 5)]
    assert "name its “encoding:”" in unnamed.problems[0].fix


WINDOWS = MAPPING.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("rows", "mapping", "told"),
    [
        (ROWS, WINDOWS, "tools.csv.yaml:1 line-ends"),
        (ROWS.replace("\n", "\r\n"), MAPPING, "tools.csv:1 line-ends"),
        (f"{ROWS}Ti\rdb;;;\n", MAPPING, "tools.csv:6 line-ends"),
        (ROWS, f"\ufeff{MAPPING}", "tools.csv.yaml:1 byte-order-mark"),
        (f"\ufeff{ROWS}", MAPPING, "tools.csv:1 byte-order-mark"),
        (ROWS, f"type: Software\n# réglage\n{MAPPING}".encode("cp1252"), "tools.csv.yaml:2 file-encoding"),
        (ROWS.encode() + b"T\x81;;;\n", f"encoding: cp1252\n{MAPPING}", "tools.csv:6 file-encoding"),
    ],
)
def test_what_is_unusual_is_told_of_the_file_that_has_it(
    read_pair: ReadPair, rows: str | bytes, mapping: str | bytes, told: str
) -> None:
    document = read_pair(rows if isinstance(rows, bytes) else rows.encode(), mapping)

    first = document.problems[0]
    assert f"{first.place.path.rsplit('/', 1)[-1]}:{first.place.line} {first.code}" == told
    assert document.origin.path.endswith("/tools.csv")


def test_what_to_do_about_an_encoding_fits_the_file(read_pair: ReadPair, read: Read) -> None:
    named = read_pair(b"\x81", f"encoding: cp1252\n{MAPPING}").problems[0]
    mapping = read_pair(ROWS.encode(), MAPPING.encode() + b"# \xe9").problems[0]
    alone = read(FRONT.encode() + b"\xe9", "tools.csv").problems[0]

    assert "is not CP1252: byte 0x81" in named.message
    assert named.fix.startswith("Save it so, or correct “encoding:” in ")
    assert mapping.fix == "Save it as UTF-8."
    assert alone.fix == "Save it as UTF-8, or name its “encoding:” in a mapping in a file beside it."


def test_a_mapping_after_a_byte_order_mark_names_the_encoding_too(read_pair: ReadPair) -> None:
    document = read_pair(ROWS.replace("Ceph;;", "Céph;;").encode("cp1252"), f"\ufeffencoding: cp1252\n{MAPPING}")

    assert codes(document) == ["byte-order-mark"]


@pytest.mark.parametrize("encoding", ["idna", "punycode", "unicode_escape", "utf-7"])
def test_an_encoding_that_no_file_has_is_a_verdict(read_pair: ReadPair, encoding: str) -> None:
    document = read_pair(f"{ROWS}xn--a..b\\ud800+2AA-;;;\n".encode(), f"encoding: {encoding}\n{MAPPING}")

    assert codes(document) == ["encoding-unknown"]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_windows_line_ends_change_nothing_else(read: Read, read_pair: ReadPair, mark: str) -> None:
    rows = ROWS.replace("\n", "\r\n")

    front = read(f"{mark}{FRONT}".replace("\n", "\r\n"), "tools.csv")
    pair = read_pair(f"{mark}{rows}".encode(), WINDOWS)

    for document, plain in ((front, read(FRONT, "tools.csv")), (pair, read_pair(ROWS.encode()))):
        assert {one.severity for one in document.problems} == {Severity.INFO}
        assert [(one.triple, one.written) for one in document.statements] == [
            (one.triple, one.written) for one in plain.statements
        ]


@pytest.mark.parametrize("mapping", [MAPPING.encode(), WINDOWS, encodings.BOM_UTF8 + MAPPING.encode()])
@pytest.mark.parametrize("rows", [ROWS, ROWS.replace("\n", "\r\n"), f"\ufeff{ROWS}", ""])
def test_a_table_and_its_mapping_come_back_as_they_were(rows: str, mapping: bytes) -> None:
    bundle = csv.bundled(mapping, rows.encode())

    assert csv.unbundled("tools.csv", bundle) == {"tools.csv.yaml": mapping, "tools.csv": rows.encode()}


@pytest.mark.parametrize("head", ["--- beside 999\n", "--- beside 999999999\n", f"--- beside {'9' * 5000}\n"])
def test_a_text_that_only_seems_to_hold_its_mapping_is_no_crash(read: Read, head: str) -> None:
    assert read(f"{head}{FRONT}", "tools.csv").is_broken


def test_a_changed_mapping_is_another_version(tmp_path: Path) -> None:
    file = File(tmp_path, tmp_path / "tools.csv")
    file.path.write_text(ROWS, encoding="utf-8")
    before = fingerprint(file)
    (tmp_path / "tools.csv.yaml").write_text(MAPPING, encoding="utf-8")

    assert fingerprint(file) != before
    assert [one.path.name for one in list_files(tmp_path)] == ["tools.csv"]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("columns:", "colums:", "key-unknown", 4),
        ("type: Software", "type: Softwar", "type-unknown", 2),
        ("type: Software\n", "", "key-missing", 2),
        ("  Nom: name\n", "", "key-missing", 2),
        ("{to: uses, ", "{", "key-missing", 6),
        ("  Site: homepage", "  Sit: homepage", "column-missing", 7),
        ("Nom;Utilise;Site", "Nom;Site;Site", "column-missing", 6),
        ("language: fr", "language: french", "language-tag", 3),
        ("language: fr", "delimiter: ab", "delimiter-form", 3),
        ("language: fr", "encoding: nothing-known", "encoding-unknown", 3),
        ("language: fr", "skip: x", "number-expected", 3),
        ("columns:", "columns: 7\nname:", "mapping-expected", 4),
        ('"deux', '"de"ux', "csv-syntax", 11),
        (MAPPING, "", "mapping-missing", 1),
        (MAPPING, "a: [b\n", "yaml-syntax", 3),
        (ROWS, "", "rows-missing", 10),
    ],
)
def test_what_spoils_everything_keeps_the_document_out(read: Read, old: str, new: str, code: str, line: int) -> None:
    assert old in FRONT

    document = read(FRONT.replace(old, new, 1), "tools.csv")

    assert code in codes(document)
    assert code == "rows-missing" or document.is_broken
    assert (line, code) in {(one.place.line, one.code) for one in document.problems}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("Ceph;;;", "row-twice"),
        ("Ceph;x", "row-ragged"),
        (";x;;", "row-nameless"),
        ("Other;;no address;", "value-form"),
        ("Other;;https://x.org;a\x01b", ""),
    ],
)
def test_a_bad_row_harms_no_other(read: Read, row: str, code: str) -> None:
    document = read(f"{FRONT}{row}\n", "tools.csv")

    assert not document.is_broken
    assert not code or [(one.code, one.place.line) for one in document.problems] == [(code, 15)]
    assert len(document.statements) > 10


def test_slugs_and_types_may_come_from_columns(read: Read, iris: Iris) -> None:
    mapping = "columns: {Id: slug, Is: type, Also: {to: also, separator: '|', language: en}}\ndelimiter: tab\nskip: 1\n"
    rows = "a title\nId\tIs\tAlso\nmy-tool\tSoftware\tone|two\nNo Slug\tSoftware\t\nthird\tSoftwar\t\n"

    document = read(f"---\n{mapping}---\n{rows}", "tools.csv")

    spelt = {
        getattr(one.triple.object, "value", "") for one in document.statements if one.triple.predicate == terms.SPELLING
    }
    assert spelt == {"one", "two"}
    assert [(one.code, one.place.line) for one in document.problems] == [("slug-form", 9), ("type-unknown", 10)]


def test_rows_without_a_mapping_say_what_one_looks_like(read: Read) -> None:
    (problem,) = read(ROWS, "tools.csv").problems

    assert problem.code == "mapping-missing"
    assert "columns:" in problem.fix
