"""Proposals in YAML: what is no fact before someone accepts it, and what comes of it then."""

from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode

from graph import terms, triples
from graph.documents import Acceptance, Document, Proposed
from graph.iris import Iris
from tests.conftest import codes
from tests.graph.conftest import Read, about, term

HEAD = "document:\n  source: {file: note.md, lines: 20}\n"
SIGNED = "document:\n  source: {file: note.md, lines: 20}\n  accepted: {by: all of us, on: 2026-11-01}\n"
ACCEPTED = "accepted: {by: Ada, on: 2026-11-25}"


def relation(more: str, *, entity: str = "", head: str = HEAD) -> str:
    """Return a document in which Kubespray uses Ansible, with *more* behind the relation."""
    return f"{head}entities:\n  kubespray:\n{entity}    relations:\n      - {{usesTool: ansible, line: 3{more}}}\n"


def proposed(document: Document) -> list[str]:
    """Return what is proposed, as the local names of the predicates."""
    return [one.triple.predicate.value.rsplit("#", 1)[-1] for one in document.proposals]


def stated(document: Document) -> int:
    return len(about(document, "kubespray", term("usesTool")))


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("0.85", Proposed(0.85)),
        ("1", Proposed(1.0)),
        (".5", Proposed(0.5)),
        ("{confidence: 0.4, reason: it says so, rule: with}", Proposed(0.4, "it says so", "with")),
    ],
)
def test_what_is_proposed_is_no_fact(read: Read, written: str, read_as: Proposed) -> None:
    document = read(relation(f", proposed: {written}"))

    (statement,) = document.proposals
    assert statement.evidence is not None
    assert statement.evidence.proposed == read_as
    assert (document.problems, stated(document)) == ((), 0)


def test_its_own_acceptance_makes_it_a_fact_that_keeps_its_confidence(read: Read) -> None:
    document = read(relation(f", proposed: 0.85, {ACCEPTED}"))

    (statement,) = about(document, "kubespray", term("usesTool"))
    assert statement.evidence is not None
    assert statement.evidence.proposed == Proposed(0.85)
    assert statement.evidence.acceptance == Acceptance("Ada", date(2026, 11, 25))
    assert document.proposals == ()


def test_the_signature_of_the_document_accepts_no_proposal(read: Read) -> None:
    document = read(relation(", proposed: 0.85", head=SIGNED))

    assert (stated(document), proposed(document)) == (0, ["usesTool"])


def test_the_acceptance_of_an_entity_accepts_none_of_its_proposed_relations(read: Read) -> None:
    entity = f"    type: ClusterInstaller\n    name: Kubespray\n    proposed: 0.5\n    {ACCEPTED}\n"

    document = read(relation(", proposed: 0.85", entity=entity))

    assert (stated(document), proposed(document)) == (0, ["usesTool"])
    assert len(about(document, "kubespray", terms.TYPE)) == 1


def test_what_a_proposed_entity_says_without_more_is_proposed_with_it(read: Read) -> None:
    entity = "    type: ClusterInstaller\n    name: Kubespray\n    proposed: 0.5\n"

    document = read(relation("", entity=entity))

    assert stated(document) == 0
    assert "usesTool" in proposed(document)
    assert about(document, "kubespray", terms.NAME) == []


@pytest.mark.parametrize("written", ["true", "{by: Ada, on: 2026-11-25}"])
def test_what_is_rejected_leaves_no_trace(read: Read, written: str) -> None:
    document = read(relation(f", proposed: 0.85, rejected: {written}"))

    assert (document.problems, stated(document), document.proposals) == ((), 0, ())


def test_nothing_is_filed_under_a_section_for_a_proposal(read: Read) -> None:
    sections = "sections:\n  - {slug: tools, title: Tools, line: 1}\n"

    document = read(relation(", proposed: 0.85", head=HEAD + sections))

    assert about(document, "kubespray", terms.IN_SECTION) == []


def test_an_entity_may_be_proposed_without_a_class(read: Read) -> None:
    document = read(f"{HEAD}entities:\n  foo: {{name: Foo, line: 2, proposed: 0.3}}\n")

    assert document.problems == ()
    assert document.statements == tuple(one for one in document.statements if "document/" in str(one.triple.subject))
    assert [one.triple.object for one in document.proposals if one.evidence] == [terms.ENTITY]


def test_an_opinion_a_question_and_an_attribute_may_be_proposed(read: Read) -> None:
    document = read(
        f"{HEAD}entities:\n  foo:\n    homepage: {{value: 'https://example.org/', line: 1, proposed: 0.9}}\n"
        "    opinions: [{pro: good, lang: en, grade: +, line: 2, proposed: 0.6}]\n"
        "    questions: [{ask: {en: GPU?}, would: {uses: gpu}, line: 3, proposed: 0.5}]\n"
    )

    kept = [one for one in document.statements if "document/" not in str(one.triple.subject)]
    assert (document.problems, kept) == ((), [])
    assert sum(1 for one in document.proposals if one.evidence) == 3


def test_a_proposal_in_the_graph_has_its_line_words_confidence_reason_and_basis(read: Read) -> None:
    document = read(relation(", words: by it, basis: nesting, proposed: {confidence: 0.85, reason: near, rule: under}"))

    facts = {triple.predicate: triple.object for triple in triples.proposals(document, Iris())}
    assert facts[terms.PROPOSED_OBJECT] == Iris().entity("ansible")
    assert facts[terms.CONFIDENCE] == Literal("0.85", datatype=terms.XSD_DECIMAL)
    assert [facts[one] for one in (terms.REASON, terms.PROPOSED_BY, terms.WORDS)] == [
        Literal("near"),
        Literal("under"),
        Literal("by it"),
    ]
    assert (facts[terms.LINE], facts[terms.BASIS]) == (terms.integer(3), terms.NESTING)


def test_the_terms_of_records_are_not_those_of_proposals(read: Read) -> None:
    """Else whoever asks for records would meet guesses."""
    document = read(relation(", proposed: 0.85"))

    records: set[NamedNode] = {terms.SUBJECT, terms.PREDICATE, terms.OBJECT, terms.EDGE}
    assert not records & {triple.predicate for triple in triples.proposals(document, Iris())}


@pytest.mark.parametrize(
    ("more", "code", "at"),
    [
        ("proposed: 1.5", "confidence-form", "1.5"),
        ("proposed: maybe", "confidence-form", "maybe"),
        ("proposed: {reason: so}", "key-missing", "{reason"),
        ("proposed: {confidence: .nan}", "confidence-form", ".nan"),
        ("proposed: {confidence: 0.5, why: so}", "key-unknown", "why"),
        ("rejected: no", "rejection-shape", "no"),
        ("rejected: {by: Ada}", "acceptance-shape", "{by"),
        (f"rejected: true, {ACCEPTED}", "decided-twice", "true"),
        ("vanished: x", "number-expected", "x"),
    ],
)
def test_a_wrong_decision_is_told_at_its_place(read: Read, more: str, code: str, at: str) -> None:
    text = relation(f", {more}")

    document = read(text)

    place = document.problems[0].place
    assert codes(document) == [code]
    assert text.splitlines()[place.line - 1][place.column - 1 :].startswith(at)


def test_what_the_source_does_not_say_any_more_is_a_warning(read: Read) -> None:
    document = read(relation(f", {ACCEPTED}").replace("line: 3", "vanished: 3"))

    assert (codes(document), stated(document)) == (["line-vanished"], 1)
    assert not document.is_broken
