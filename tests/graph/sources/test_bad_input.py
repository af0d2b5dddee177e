"""Bad documents: each gets one clear verdict, at its place, with what may have been meant; nothing crashes."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.collections import read_file
from graph.documents import Document, Problem, Severity
from graph.folders import list_files
from graph.iris import Iris
from graph.vocabulary import Vocabulary
from tests.conftest import Write, codes
from tests.graph.conftest import Read, values

HEAD = "document:\n  source: {file: note.md, lines: 20}\n"
# The message of these says what would be right.
SAYS_IT_ITSELF = {"text-expected", "number-expected", "mapping-expected", "key-missing", "key-form", "slug-form"}
KOPS = "entities:\n  kops:\n    type: ClusterInstaller\n    name: kOps\n"


@dataclass(frozen=True, slots=True)
class Case:
    """A text and the one verdict on it."""

    says: str
    text: str | bytes
    code: str
    place: str
    suggestions: tuple[str, ...] = ()


def field(line: str) -> str:
    """Return a document whose fifth line is *line*, a field of kOps."""
    return f"{KOPS}    {line}\n"


CASES = (
    # YAML itself
    Case("an open bracket", "entities: [\n", "yaml-syntax", "2:1"),
    Case("an open quote", 'entities:\n  kops: {name: "kOps}\n', "yaml-syntax", "3:1"),
    Case("a colon in a text", "entities:\n  kops:\n    name: kOps: the tool\n", "yaml-syntax", "3:15"),
    Case("a wrong indentation", "entities:\n  kops:\n    name: kOps\n   also: K\n", "yaml-syntax", "4:4"),
    Case("a tab", "entities:\n\tkops: {}\n", "yaml-syntax", "2:1"),
    Case("two documents in one file", "entities: {}\n---\nentities: {}\n", "yaml-syntax", "2:1"),
    Case("another version of YAML", "%YAML 9.9\n---\nentities: {}\n", "yaml-syntax", "1:1"),
    Case("an anchor", "entities: &all {}\n", "yaml-alias", "1:11"),
    Case("an alias of nothing", "entities: *all\n", "yaml-alias", "1:11"),
    Case("deep nesting", f"entities: {'[' * 100_000}", "yaml-depth", "1:42"),
    Case("a control character", "entities:\n  kops: {name: k\x07Ops}\n", "yaml-syntax", "2"),
    Case("a control character after accents", "é: " + "é" * 40 + "\nb: \x07\nc:\nd:\ne:\n", "yaml-syntax", "2"),
    Case("a null byte", "entities: {}\n\x00\n", "yaml-syntax", "2"),
    Case("an escaped control character", field('also: "k\\0Ops"'), "text-characters", "5:11"),
    Case("half a character", field('also: "\\uD800"'), "yaml-syntax", "5:14"),
    Case("a list for a key", "entities:\n  ? [kops]\n  : {}\n", "key-form", "2:5"),
    # the file
    Case("an empty file", "", "file-empty", "1"),
    Case("blank lines only", " \n\n\ufeff\n", "file-empty", "1"),
    Case("remarks only", "# nothing yet\n", "document-empty", "1"),
    Case("nothing but null", "null\n", "document-empty", "1:1"),
    Case("not UTF-8", b"entities:\n  caf\xe9: {}\n", "file-encoding", "2"),
    Case("UTF-16", "entities: {}\n".encode("utf-16"), "file-encoding", "1"),
    # the shape of a document
    Case("a text", "hello\n", "mapping-expected", "1:1"),
    Case("a list", "- kops\n", "mapping-expected", "1:1"),
    Case("an unknown part", "entites: {}\n", "key-unknown", "1:1", ("entities",)),
    Case("a part with no place", "prices: {}\n", "key-unknown", "1:1"),
    Case("a list where entities are expected", "entities: [kops]\n", "mapping-expected", "1:11"),
    Case("a text where an entity is expected", "entities:\n  kops: installer\n", "mapping-expected", "2:9"),
    Case("a mapping where a list is expected", field("relations: {uses: go}"), "list-expected", "5:16"),
    Case("a mapping where opinions are expected", field("opinions: {pro: good}"), "list-expected", "5:15"),
    Case("a text where sections are expected", "sections: all\nentities: {}\n", "list-expected", "1:11"),
    Case("sections and nothing else", "sections: []\n", "document-empty", "1:1"),
    # entities
    Case("a slug with capitals", "entities:\n  Kata Containers: {}\n", "slug-form", "2:3", ("kata-containers",)),
    Case("a slug without letters", "entities:\n  '---': {}\n", "slug-form", "2:3"),
    Case("a slug of another script", "entities:\n  云: {}\n", "slug-form", "2:3"),
    Case("an endless slug", f"entities:\n  {'a' * 121}: {{}}\n", "slug-form", "2:3", ("a" * 120,)),
    Case("a slug that climbs", field("relations: [{uses: ../../etc}]"), "slug-form", "5:24", ("etc",)),
    Case("an entity twice", f"{KOPS}  kops: {{also: K}}\n", "key-twice", "5:3"),
    Case("a field twice", field("name: KOPS"), "key-twice", "5:5"),
    Case("an unknown type", KOPS.replace("ClusterI", "ClusteI"), "type-unknown", "3:11", ("ClusterInstaller",)),
    Case("a type like no other", KOPS.replace("ClusterInstaller", "Zebra"), "type-unknown", "3:11"),
    Case("two types", KOPS.replace("ClusterInstaller", "[Client, AddOn]"), "text-expected", "3:11"),
    Case("no name", KOPS.replace("    name: kOps\n", ""), "name-missing", "2:3"),
    Case("an empty name", KOPS.replace("kOps", ""), "text-expected", "4:10"),
    Case("a list for a name", KOPS.replace("kOps", "[kOps]"), "text-expected", "4:11"),
    Case("a language that is none", KOPS.replace("kOps", "{english: kOps}"), "language-tag", "4:12"),
    Case("a comma in a text in braces", field("description: {en: Installs, upgrades: all}"), "language-tag", "5:33"),
    Case("a language that only looks like one", field("description: {abc-1: a}"), "language-tag", "5:19"),
    Case("an unknown attribute", field("homepag: https://kops.sigs.k8s.io/"), "key-unknown", "5:5", ("homepage",)),
    Case("a relation in the wrong place", field("usesTool: ansible"), "key-unknown", "5:5"),
    Case("an attribute without its value", field("licence: {line: 3}"), "key-missing", "5:14"),
    Case("a misspelt value", field("licence: {valu: MIT}"), "key-unknown", "5:15", ("value",)),
    Case("a list in a value", field("licence: {value: [MIT]}"), "text-expected", "5:22"),
    Case("an address without a scheme", field("homepage: kops.sigs.k8s.io"), "address-form", "5:15"),
    Case("an address with a space", field("homepage: https://a b"), "address-form", "5:15"),
    Case("an address with a broken host", field("homepage: 'https://['"), "address-form", "5:15"),
    Case("an address with a broken port", field("homepage: https://a:b/"), "address-form", "5:15"),
    Case("an address with a broken escape", field("homepage: https://a.b/%zz"), "address-form", "5:15"),
    Case("an address with brackets", field("homepage: 'https://a.b/[c]'"), "address-form", "5:15"),
    # relations and their evidence
    Case("an unknown relation", field("relations: [{useTool: go}]"), "relation-unknown", "5:18", ("usesTool",)),
    Case("a relation like no other", field("relations: [{frobnicates: go}]"), "relation-unknown", "5:18"),
    Case("two relations in one item", field("relations: [{uses: go, manages: etcd}]"), "relation-shape", "5:17"),
    Case("no relation in an item", field("relations: [{line: 3}]"), "relation-shape", "5:17"),
    Case("a text for a relation", field("relations: [ansible]"), "mapping-expected", "5:17"),
    Case("a target that is a mapping", field("relations: [{uses: {slug: go}}]"), "text-expected", "5:24"),
    Case("a target that is empty", field("relations: [{uses: }]"), "text-expected", "5:24"),
    Case("a target with capitals", field("relations: [{uses: Go Lang}]"), "slug-form", "5:24", ("go-lang",)),
    Case("a line beyond the end", HEAD + field("line: 21"), "line-beyond-end", "7:11"),
    Case("a line beyond the end in a list", HEAD + field("line: [3, 21]"), "line-beyond-end", "7:15"),
    Case("line zero", field("line: 0"), "number-expected", "5:11"),
    Case("a line in words", field("line: three"), "number-expected", "5:11"),
    Case("a line of many digits", field(f"line: {'9' * 5000}"), "number-expected", "5:11"),
    Case("an unknown basis", field("basis: statd"), "basis-unknown", "5:12", ("stated",)),
    Case("an acceptance without a day", field("accepted: {by: me}"), "acceptance-shape", "5:15"),
    Case("an acceptance on no day", field("accepted: {by: me, on: soon}"), "acceptance-shape", "5:15"),
    Case(
        "an acceptance on a day that is none", field("accepted: {by: me, on: 2026-02-30}"), "acceptance-shape", "5:15"
    ),
    Case("an acceptance that is a text", field("accepted: me"), "mapping-expected", "5:15"),
    # opinions and questions
    Case("an unknown polarity", field("opinions: [{constrain: good}]"), "key-unknown", "5:17", ("constraint",)),
    Case("two polarities", field("opinions: [{pro: a, con: b}]"), "opinion-shape", "5:16"),
    Case("no polarity", field("opinions: [{grade: ++}]"), "opinion-shape", "5:16"),
    Case("an opinion without words", field("opinions: [{pro: ''}]"), "text-expected", "5:22"),
    Case("an opinion in no language", field("opinions: [{pro: a, lang: French it is}]"), "language-tag", "5:31"),
    Case("a question that asks a list", field("questions: [{ask: [a]}]"), "text-expected", "5:23"),
    Case("a question that asks nothing", field("questions: [{would: {uses: go}}]"), "key-missing", "5:17"),
    Case(
        "a question about an unknown relation",
        field("questions: [{ask: a, would: {usess: go}}]"),
        "relation-unknown",
        "5:34",
        ("uses",),
    ),
    # the document and its sections
    Case("an unknown field of the head", "document: {nam: a}\n", "key-unknown", "1:12", ("name",)),
    Case("an unknown field of the source", "document: {source: {fil: a}}\n", "key-unknown", "1:21", ("file",)),
    Case("a text for the source", "document: {source: note.md}\n", "mapping-expected", "1:20"),
    Case("a number of lines in words", "document: {source: {lines: many}}\n", "number-expected", "1:28"),
    Case("a section without a line", "sections: [{slug: a, title: A}]\nentities: {}\n", "key-missing", "1:12"),
    Case(
        "a section line beyond the end",
        f"{HEAD}sections: [{{slug: a, title: A, line: 21}}]\n",
        "line-beyond-end",
        "3:38",
    ),
    Case(
        "a section twice",
        "entities: {}\nsections:\n- {slug: a, title: A, line: 1}\n- {slug: a, title: B, line: 2}\n",
        "section-twice",
        "4:3",
    ),
    Case(
        "a section under an unknown one",
        "entities: {}\nsections:\n- {slug: tools, title: A, line: 1}\n- {slug: b, title: B, line: 2, under: tool}\n",
        "section-unknown",
        "4:3",
        ("tools",),
    ),
    Case("an unread line without a reason", "entities: {}\nunread: [{line: 3}]\n", "key-missing", "2:10"),
    Case("an unread line that is a text", "entities: {}\nunread: [3]\n", "mapping-expected", "2:10"),
)


def place(problem: Problem) -> str:
    return str(problem.place).removeprefix("data/notes/note.yaml:")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_a_bad_document_gets_one_verdict_at_its_place(read: Read, case: Case) -> None:
    document = read(case.text)

    found = [(problem.code, place(problem), problem.suggestions) for problem in document.problems]
    assert found == [(case.code, case.place, case.suggestions)]
    assert document.is_broken


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_a_verdict_is_a_sentence_that_fits_on_a_screen(read: Read, case: Case) -> None:
    document = read(case.text)

    for problem in document.problems:
        assert problem.message.endswith(".")
        assert len(problem.message) < 240


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_a_verdict_says_what_would_be_right(read: Read, case: Case) -> None:
    """Either with words that may have been meant, or with a sentence, or because the message itself says it."""
    document = read(case.text)

    silent = [one for one in document.problems if not (one.fix or one.suggestions or one.code in SAYS_IT_ITSELF)]
    assert silent == []


def test_a_comma_in_a_text_in_braces_is_explained(read: Read) -> None:
    document = read(field("description: {en: Installs, upgrades, and mends}"))

    fixes = {problem.fix for problem in document.problems}
    assert fixes == {"Use a tag such as en or fr; within { }, a text that holds a comma stands between quotes."}


def test_a_tab_is_called_a_tab(read: Read) -> None:
    document = read("entities:\n\tkops: {}\n")

    assert [problem.message for problem in document.problems] == ["a tab stands where YAML wants spaces."]
    assert [problem.fix for problem in document.problems] == ["Indent with spaces, two for each level."]


def test_every_problem_of_a_document_is_told(read: Read) -> None:
    document = read(
        "entities:\n"
        "  kops:\n"
        "    type: ClusterInstall\n"
        "    homepage: nowhere\n"
        "    relations:\n"
        "      - {usesTol: ansible}\n"
        "      - {uses: Go Lang, line: none}\n"
        "    opinions:\n"
        "      - {pro: [simple]}\n"
        "  Kube Spray: {}\n"
    )

    assert sorted(codes(document)) == sorted(
        (
            "name-missing",
            "type-unknown",
            "address-form",
            "relation-unknown",
            "slug-form",
            "number-expected",
            "text-expected",
            "slug-form",
        )
    )


def test_what_is_right_beside_a_problem_is_still_read(read: Read) -> None:
    document = read(field("relations: [{usesTol: ansible}, {uses: go}]"))

    assert [statement.entry for statement in document.statements if statement.evidence] == ["type", "relations: uses"]


def test_a_problem_names_the_entity_as_a_person_does(read: Read) -> None:
    document = read(field("relations: [{usesTol: ansible}]"))

    assert [(problem.entity, problem.entry) for problem in document.problems] == [("kOps", "relations")]


def test_a_relation_in_the_wrong_place_is_told_where_it_belongs(read: Read) -> None:
    document = read(field("usesTool: ansible"))

    (problem,) = document.problems
    assert problem.message == "“usesTool” stands in the wrong place."
    assert problem.fix == "It is a relation: write “- {usesTool: …}” under “relations:”."


def test_a_yaml_bomb_is_refused_at_its_first_anchor(read: Read) -> None:
    layers = [
        f"{name}: &{name} [{', '.join([f'*{inner}'] * 9)}]" for inner, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]

    document = read("a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(layers))

    assert [(problem.code, place(problem)) for problem in document.problems] == [("yaml-alias", "1:4")]


def test_a_tag_of_yaml_runs_nothing(read: Read, tmp_path: Path) -> None:
    target = tmp_path / "made"

    read(f"entities: !!python/object/apply:os.mkdir ['{target}']\n")

    assert not target.exists()


def test_a_byte_order_mark_is_passed_over_and_told(read: Read) -> None:
    document = read(f"\ufeff{KOPS}")

    assert [(one.severity, one.code, place(one)) for one in document.problems] == [
        (Severity.INFO, "byte-order-mark", "1:1")
    ]
    assert not document.is_broken
    assert [statement.triple for statement in document.statements] == [one.triple for one in read(KOPS).statements]


def test_windows_line_ends_are_read_as_plain_ones_and_told(read: Read) -> None:
    document = read(KOPS.replace("\n", "\r\n"))

    assert [(one.severity, one.code, place(one)) for one in document.problems] == [(Severity.INFO, "line-ends", "1")]
    assert document.statements == read(KOPS).statements


def test_a_problem_has_the_same_line_with_windows_line_ends(read: Read) -> None:
    text = field("relations: [{usesTol: ansible}]")

    document = read(text.replace("\n", "\r\n"))

    assert [place(problem) for problem in document.problems if problem.severity is Severity.VIOLATION] == ["5:18"]


def _read_first(folder: Path, vocabulary: Vocabulary, iris: Iris) -> Document:
    (file,) = list_files(folder)
    return read_file(file, vocabulary=vocabulary, iris=iris)


def test_a_huge_file_is_refused_without_being_read(
    write: Write, data: Path, vocabulary: Vocabulary, iris: Iris
) -> None:
    """It is a sparse file of more bytes than the machine has memory: reading it would end the test."""
    path = write("note.yaml", "entities: {}\n")
    with path.open("r+b") as file:
        file.truncate(1 << 40)

    document = _read_first(data, vocabulary, iris)

    assert [(problem.code, str(problem.place)) for problem in document.problems] == [
        ("file-too-large", "data/notes/note.yaml:1")
    ]


def test_a_file_of_100_megabytes_is_told_its_size_and_the_limit(
    write: Write, data: Path, vocabulary: Vocabulary, iris: Iris
) -> None:
    path = write("note.yaml", "")
    with path.open("r+b") as file:
        file.truncate(100 << 20)

    document = _read_first(data, vocabulary, iris)

    assert [problem.message for problem in document.problems] == [
        "the file has 100 MiB; this kind of document may have 8 MiB."
    ]
    assert document.origin.digest == ""


def test_a_name_in_two_spellings_of_one_language_is_told(read: Read) -> None:
    """Language tags have no case: en and EN are one, and one of the two names would be lost."""
    document = read(KOPS.replace("kOps", "{en: kOps, EN: KOPS}"))

    assert codes(document) == ["key-twice"]


@pytest.mark.parametrize("empty", ["[]", "{}"])
def test_an_empty_list_or_mapping_of_entities_is_no_problem(read: Read, empty: str) -> None:
    document = read(f"entities:\n  kops:\n    relations: []\n    also: []\nsections: []\nunread: {empty}\n")

    assert codes(document) == ([] if empty == "[]" else ["list-expected"])


def test_a_violation_states_nothing_under_a_wrong_slug(read: Read) -> None:
    document = read("entities:\n  Kata Containers: {also: Kata}\n")

    assert values(document, "kata-containers", document.statements[0].triple.predicate) == []
