"""What only shows when all documents are read: names given twice, and what nobody introduces."""

from collections.abc import Callable, Iterable

import pytest

from graph.documents import Document, Problem, Severity
from tests.graph.conftest import PREFIXES, Gate, Read

KOPS = "entities:\n  kops: {type: ClusterInstaller, name: kOps}\n"
Check = Callable[..., list[Problem]]


@pytest.fixture
def documents(read: Read) -> Callable[..., list[Document]]:
    """Reads texts, each in a file of its own: `one.yaml`, `two.yaml`, …."""

    def read_all(*texts: str) -> list[Document]:
        return [read(text, f"{name}.yaml") for name, text in zip(("one", "two", "three"), texts, strict=False)]

    return read_all


@pytest.fixture
def contradicting(documents: Callable[..., list[Document]], gate: Gate) -> Check:
    """Returns the contradictions between texts."""
    return lambda *texts: [one for one in gate(*documents(*texts)) if one.code in ("slug-twice", "document-twice")]


@pytest.fixture
def missing(documents: Callable[..., list[Document]], gate: Gate) -> Check:
    """Returns what texts refer to in vain."""
    return lambda *texts: _missing(gate(*documents(*texts)))


def _missing(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.code in ("target-unknown", "entity-not-introduced")]


# --- one slug, two things


def test_a_slug_with_another_type_in_a_later_document_is_a_violation_there(contradicting: Check) -> None:
    (problem,) = contradicting(KOPS, "entities:\n  kops: {type: CloudProvider, name: Kops Inc.}\n")

    assert (problem.severity, problem.code) == (Severity.VIOLATION, "slug-twice")
    assert str(problem.place) == "data/notes/two.yaml:2:16"
    assert problem.message == "data/notes/one.yaml:2:16 introduces “kops” already: kOps, a ClusterInstaller."
    assert problem.entity == "Kops Inc."
    assert problem.entry == "type"
    assert problem.fix


def test_a_slug_with_the_same_type_and_another_name_is_a_violation(contradicting: Check) -> None:
    problems = contradicting(KOPS, "entities:\n  kops: {type: ClusterInstaller, name: Kubernetes Operations}\n")

    assert [problem.code for problem in problems] == ["slug-twice"]


@pytest.mark.parametrize(
    "other",
    [
        "entities:\n  kops: {type: ClusterInstaller, name: kOps}\n",
        "entities:\n  kops: {type: ClusterInstaller, name: KOPS}\n",
        "entities:\n  kops: {type: Software, name: kOps}\n",
        "entities:\n  kops: {licence: Apache-2.0}\n",
        "entities:\n  other: {type: Client, name: kOps}\n",
    ],
)
def test_documents_that_agree_or_add_do_not_contradict(contradicting: Check, other: str) -> None:
    assert contradicting(KOPS, other) == []


def test_of_three_documents_each_later_one_is_told(contradicting: Check) -> None:
    provider = "entities:\n  kops: {type: CloudProvider, name: Kops}\n"

    problems = contradicting(KOPS, provider, provider)

    assert [problem.place.path for problem in problems] == ["data/notes/three.yaml", "data/notes/two.yaml"]


def test_two_files_that_make_the_same_document_are_a_violation(read: Read, gate: Gate) -> None:
    found = [read(KOPS, "note.yaml"), read(f"{PREFIXES}id:a ci:uses id:b .\n", "note.ttl")]

    (problem,) = [problem for problem in gate(*found) if problem.severity is Severity.VIOLATION]

    assert problem.code == "document-twice"
    assert str(problem.place) == "data/notes/note.ttl:1"
    assert problem.message == "there is another document “note”: data/notes/note.yaml."


def test_two_types_in_one_rdf_document_are_its_own_affair(read: Read, gate: Gate) -> None:
    document = read(f"{PREFIXES}id:kops a ci:Client, ci:AddOn ; schema:name 'kOps' .\n", "note.ttl")

    assert gate(document) == ()


# --- what is not there


def test_a_target_that_nobody_introduces_is_a_warning_at_its_place(missing: Check) -> None:
    (problem,) = missing(KOPS.replace("name: kOps", "name: kOps, relations: [{usesTool: ansibel}]"))

    assert (problem.severity, problem.code) == (Severity.WARNING, "target-unknown")
    assert str(problem.place) == "data/notes/one.yaml:2:69"
    assert (problem.entity, problem.entry) == ("kOps", "relations: usesTool")
    assert problem.message == "no published document introduces “ansibel”."
    assert problem.suggestions == ()
    assert problem.fix == "Introduce “ansibel” with a type and a name, here or in another document."


@pytest.mark.parametrize("written", ["ansibel", "ansibl", "red-hat-ansible", "anisble"])
def test_a_misspelt_target_is_understood_by_slug_name_or_spelling(missing: Check, written: str) -> None:
    problems = missing(
        KOPS.replace("name: kOps", f"name: kOps, relations: [{{usesTool: {written}}}]"),
        "entities:\n  ansible: {type: ConfigurationManagementTool, name: Ansible, also: Red Hat Ansible}\n",
    )

    assert [problem.suggestions for problem in problems] == [("ansible",)]


def test_a_target_that_another_document_introduces_is_there(missing: Check) -> None:
    problems = missing(
        KOPS.replace("name: kOps", "name: kOps, relations: [{usesTool: ansible}, {about: document/two}]"),
        "entities:\n  ansible: {type: ConfigurationManagementTool, name: Ansible}\n",
    )

    assert problems == []


def test_an_address_of_elsewhere_is_not_missing(read: Read, gate: Gate) -> None:
    text = f"{PREFIXES}id:kops a ci:Client ; ci:uses <https://www.wikidata.org/entity/Q1> .\n"

    assert _missing(gate(read(text, "note.ttl"))) == []


def test_a_term_of_the_ontology_is_not_missing(read: Read, gate: Gate) -> None:
    """The ontology lives below the same base as the entities."""
    text = f"{PREFIXES}id:kops a ci:Client ; ci:about ci:Kubernetes, ci:Software .\nci:Software rdfs:label 'x' .\n"

    found = [problem.message for problem in _missing(gate(read(text, "note.ttl")))]

    assert [message for message in found if "Software" in message] == []


def test_an_entity_that_nobody_introduces_is_told_once(missing: Check) -> None:
    problems = missing("entities:\n  kops:\n    licence: MIT\n    homepage: https://kops.sigs.k8s.io/\n")

    assert [(one.severity, one.code, str(one.place)) for one in problems] == [
        (Severity.WARNING, "entity-not-introduced", "data/notes/one.yaml:3:14")
    ]
    assert problems[0].message == "no published document says what “kops” is."


def test_a_misspelt_entity_is_understood(missing: Check) -> None:
    problems = missing(KOPS, "entities:\n  kopss: {licence: MIT}\n")

    assert [(problem.code, problem.suggestions) for problem in problems] == [("entity-not-introduced", ("kops",))]


def test_sections_opinions_and_questions_are_introduced_by_their_document(missing: Check) -> None:
    problems = missing(
        "document: {source: {file: a.md, lines: 9}}\n"
        "sections: [{slug: a, title: A, line: 1}]\n"
        "entities:\n"
        "  kops: {type: Client, name: kOps, line: 2, opinions: [{pro: a}], questions: [{ask: b, would: {uses: c}}]}\n"
    )

    assert problems == []


def test_the_documents_that_nothing_is_wrong_with_are_silent(contradicting: Check, missing: Check) -> None:
    assert contradicting() == missing() == []
    assert contradicting(KOPS) == missing(KOPS) == []
