"""The YAML reader: what each construct of `data/README.md` becomes."""

from datetime import date

import pytest
from pyoxigraph import NamedNode

from graph import terms
from graph.documents import Acceptance, Document, Evidence, Section, Unread, section_at
from tests.graph.conftest import Read, about, term, values

SOURCE = "document:\n  source: {file: note.md, lines: 20, language: fr}\n"
STATED, WRITTEN, NESTING = terms.STATED, terms.WRITTEN, terms.NESTING


def entity(fields: str, *, head: str = "") -> str:
    """Return a document that speaks of Kubespray in *fields*, each on a line of its own."""
    return f"{head}entities:\n  kubespray:\n" + "".join(f"    {line}\n" for line in fields.splitlines())


def evidence(document: Document, predicate: NamedNode, *, reference: str = "kubespray") -> list[Evidence | None]:
    return [statement.evidence for statement in about(document, reference, predicate)]


# --- what an entity is


def test_a_type_is_a_class_of_the_ontology(read: Read) -> None:
    document = read(entity("type: ClusterInstaller\nname: Kubespray"))

    assert values(document, "kubespray", terms.TYPE) == ["ClusterInstaller"]
    assert document.problems == ()


def test_a_name_without_a_language_is_a_label_in_every_language(read: Read) -> None:
    document = read(entity("name: Kubespray"))

    assert values(document, "kubespray", terms.NAME) == ['"Kubespray"']
    assert values(document, "kubespray", terms.LABEL) == ['"Kubespray"@en', '"Kubespray"@fr']


def test_a_name_in_two_languages_is_named_by_the_first_language_of_the_ontology(read: Read) -> None:
    document = read(entity("name: {fr: Groupe de nœuds, en: Node pool}"))

    assert values(document, "kubespray", terms.NAME) == ['"Node pool"']
    assert values(document, "kubespray", terms.LABEL) == ['"Groupe de nœuds"@fr', '"Node pool"@en']


def test_a_name_in_one_other_language_is_the_name(read: Read) -> None:
    document = read(entity("name: {de: Knotengruppe}"))

    assert values(document, "kubespray", terms.NAME) == ['"Knotengruppe"']


@pytest.mark.parametrize(
    ("written", "spellings"),
    [
        ("KubeSpray", ['"KubeSpray"']),
        ("[KubeSpray, Kargo]", ['"KubeSpray"', '"Kargo"']),
        ("[{fr: Kargo}, {en: Cargo}]", ['"Kargo"@fr', '"Cargo"@en']),
    ],
)
def test_other_spellings_are_one_or_many(read: Read, written: str, spellings: list[str]) -> None:
    document = read(entity(f"also: {written}"))

    assert values(document, "kubespray", terms.SPELLING) == spellings


def test_a_description_is_a_text_for_each_language(read: Read) -> None:
    document = read(entity("description: {en: Installs clusters., fr: Installe des grappes.}"))

    assert values(document, "kubespray", terms.DESCRIPTION) == ['"Installs clusters."@en', '"Installe des grappes."@fr']


def test_names_and_descriptions_need_no_record(read: Read) -> None:
    document = read(entity("name: Kubespray\ndescription: Installs.\nalso: Kargo"))

    found = {statement.entry: statement.evidence for statement in document.statements}

    assert found == {"": None, "name": None, "description": None, "also": None}


@pytest.mark.parametrize("written", ["2024", "on", "1.10", "2026-11-23", "yes", "0x1F", "1_000", ".inf"])
def test_a_name_is_a_text_as_it_was_typed(read: Read, written: str) -> None:
    """YAML would see numbers, dates and truths; a name is none of these."""
    document = read(entity(f"name: {written}"))

    assert values(document, "kubespray", terms.NAME) == [f'"{written}"']


@pytest.mark.parametrize("empty", ["", "~", "null"])
@pytest.mark.parametrize("field", ["relations", "opinions", "questions"])
def test_a_field_that_is_left_empty_says_nothing(read: Read, field: str, empty: str) -> None:
    document = read(entity(f"name: Kubespray\n{field}: {empty}"))

    assert document.problems == ()


def test_an_entity_without_fields_says_nothing(read: Read) -> None:
    document = read("entities:\n  kubespray:\n")

    assert document.problems == ()


# --- attributes


@pytest.mark.parametrize(
    ("written", "licences"),
    [
        ("Apache-2.0", ['"Apache-2.0"']),
        ("[Apache-2.0, MIT]", ['"Apache-2.0"', '"MIT"']),
        ("{value: Apache-2.0, line: 3}", ['"Apache-2.0"']),
        ("[{value: Apache-2.0, line: 3}, MIT]", ['"Apache-2.0"', '"MIT"']),
    ],
)
def test_an_attribute_is_a_value_a_list_or_a_mapping(read: Read, written: str, licences: list[str]) -> None:
    document = read(entity(f"licence: {written}"))

    assert values(document, "kubespray", term("licence")) == licences
    assert document.problems == ()


def test_an_attribute_in_a_mapping_has_evidence_of_its_own(read: Read) -> None:
    document = read(entity("line: 3\nlicence: [{value: MIT, line: 5, basis: address}, ISC]", head=SOURCE))

    assert evidence(document, term("licence")) == [Evidence((5,), term("address")), Evidence((3,), STATED)]


def test_a_web_address_is_a_link(read: Read) -> None:
    document = read(entity("homepage: https://kubespray.io/é?a=b#c"))

    assert values(document, "kubespray", terms.HOMEPAGE) == ["https://kubespray.io/é?a=b#c"]


# --- relations


def test_a_relation_is_a_statement_at_its_target(read: Read) -> None:
    document = read(entity("relations:\n  - {usesTool: ansible}"))

    (statement,) = about(document, "kubespray", term("usesTool"))

    assert str(statement.written) == "data/notes/note.yaml:4:20"
    assert statement.entry == "relations: usesTool"
    assert statement.evidence == Evidence((), WRITTEN)


def test_a_list_of_targets_is_one_statement_for_each(read: Read) -> None:
    document = read(entity("relations:\n  - {usesTool: [ansible, terraform], line: 3}"))

    assert values(document, "kubespray", term("usesTool")) == ["ansible", "terraform"]
    assert evidence(document, term("usesTool")) == [Evidence((3,), WRITTEN)] * 2


def test_a_relation_may_lead_to_a_document(read: Read) -> None:
    document = read(entity("relations: [{about: document/cloud-index}]"))

    assert values(document, "kubespray", term("about")) == ["document/cloud-index"]


def test_a_list_of_lines_says_it_more_than_once(read: Read) -> None:
    document = read(entity("relations: [{usesTool: ansible, line: [3, 7]}]", head=SOURCE))

    assert evidence(document, term("usesTool")) == [Evidence((3, 7), STATED)]


def test_the_line_of_the_entity_holds_where_no_other_is_named(read: Read) -> None:
    document = read(entity("line: 3\ntype: ClusterInstaller\nname: K\nrelations: [{usesTool: ansible}]", head=SOURCE))

    assert evidence(document, terms.TYPE) == [Evidence((3,), STATED)]
    assert evidence(document, term("usesTool")) == [Evidence((3,), STATED)]


def test_the_fields_may_stand_in_any_order(read: Read) -> None:
    document = read(entity("relations: [{usesTool: ansible}]\nbasis: nesting\nline: 3", head=SOURCE))

    assert evidence(document, term("usesTool")) == [Evidence((3,), NESTING)]


@pytest.mark.parametrize("basis", ["stated", "nesting", "address", "interpretation", "written"])
def test_a_basis_says_how_it_was_read(read: Read, basis: str) -> None:
    document = read(entity(f"relations: [{{usesTool: ansible, basis: {basis}}}]"))

    assert evidence(document, term("usesTool")) == [Evidence((), term(basis))]


@pytest.mark.parametrize(("head", "basis"), [("", WRITTEN), (SOURCE, STATED)])
def test_without_a_basis_a_source_states_and_an_author_writes(read: Read, head: str, basis: NamedNode) -> None:
    document = read(entity("relations: [{usesTool: ansible}]", head=head))

    assert evidence(document, term("usesTool")) == [Evidence((), basis)]


def test_a_line_of_its_own_is_stated_there_unless_it_says_otherwise(read: Read) -> None:
    document = read(entity("line: 3\nbasis: nesting\nwords: a\nrelations: [{usesTool: ansible, line: 4}]", head=SOURCE))

    assert evidence(document, term("usesTool")) == [Evidence((4,), STATED)]


def test_words_are_quoted_with_the_statement(read: Read) -> None:
    document = read(entity("relations: [{usesTool: ansible, line: 3, words: via Ansible}]", head=SOURCE))

    assert evidence(document, term("usesTool")) == [Evidence((3,), STATED, "via Ansible")]


def test_acceptance_of_the_document_holds_for_its_statements(read: Read) -> None:
    head = f"{SOURCE}  accepted: {{by: the team, on: 2026-11-23}}\n"
    fields = "relations:\n  - {usesTool: ansible}\n  - {uses: go, accepted: {by: me, on: 2026-11-24}}"

    document = read(entity(fields, head=head))

    accepted = Acceptance("the team", date(2026, 11, 23))
    assert evidence(document, term("usesTool")) == [Evidence((), STATED, acceptance=accepted)]
    assert evidence(document, term("uses")) == [Evidence((), STATED, acceptance=Acceptance("me", date(2026, 11, 24)))]


# --- opinions and questions


def test_an_opinion_has_a_polarity_its_words_a_language_and_a_grade(read: Read) -> None:
    document = read(entity("opinions: [{pro: Simple à poser, lang: fr, grade: ++, line: 4}]", head=SOURCE))

    (statement,) = about(document, "kubespray", terms.HAS_OPINION)
    opinion = values(document, "kubespray", terms.HAS_OPINION)[0]
    assert statement.evidence == Evidence((4,), STATED, "Simple à poser")
    assert values(document, opinion, terms.TYPE) == ["Opinion"]
    assert values(document, opinion, terms.POLARITY) == ["pro"]
    assert values(document, opinion, terms.WORDS) == ['"Simple à poser"@fr']
    assert values(document, opinion, terms.GRADE) == ['"++"']


@pytest.mark.parametrize("polarity", ["pro", "con", "constraint", "claim"])
def test_each_polarity_is_a_key(read: Read, polarity: str) -> None:
    document = read(entity(f"opinions: [{{{polarity}: Simple}}]"))

    assert values(document, values(document, "kubespray", terms.HAS_OPINION)[0], terms.POLARITY) == [polarity]


def test_the_same_words_on_two_entities_are_two_opinions(read: Read) -> None:
    document = read("entities:\n  a: {opinions: [{pro: Simple}]}\n  b: {opinions: [{pro: Simple}]}\n")

    found = values(document, "a", terms.HAS_OPINION) + values(document, "b", terms.HAS_OPINION)

    assert len(set(found)) == 2


QUESTION = """\
questions:
  - ask: {en: Does it support IPv6?, fr: Gère-t-il IPv6 ?}
    words: IPv6 ?
    would: {supportsOption: ipv6}
    line: 15"""


def test_a_question_is_asked_in_its_languages(read: Read) -> None:
    document = read(entity(QUESTION, head=SOURCE))

    (statement,) = about(document, "kubespray", terms.HAS_QUESTION)
    question = values(document, "kubespray", terms.HAS_QUESTION)[0]
    assert statement.evidence == Evidence((15,), STATED, "IPv6 ?")
    assert values(document, question, terms.TYPE) == ["Question"]
    assert values(document, question, terms.LABEL) == ['"Does it support IPv6?"@en', '"Gère-t-il IPv6 ?"@fr']


def test_what_a_question_asks_about_is_described_and_never_stated(read: Read) -> None:
    document = read(entity(QUESTION, head=SOURCE))

    question = values(document, "kubespray", terms.HAS_QUESTION)[0]
    assert values(document, question, terms.ASKS_RELATION) == ["supportsOption"]
    assert values(document, question, terms.ASKS_TARGET) == ["ipv6"]
    assert about(document, "kubespray", term("supportsOption")) == []


# --- the document and its sections


def test_a_document_without_a_head_is_called_by_its_slug(read: Read) -> None:
    document = read("entities: {}\n")

    assert values(document, "document/note", terms.TYPE) == ["Document"]
    assert values(document, "document/note", terms.NAME) == ['"note"']


def test_the_head_names_the_document_and_its_source(read: Read) -> None:
    document = read(
        "document:\n"
        "  name: {en: A note, fr: Une note}\n"
        "  description: On clouds.\n"
        "  source: {file: note.md, lines: 40, language: fr, homepage: https://example.org/note}\n"
    )

    found = {
        statement.triple.predicate: values(document, "document/note", statement.triple.predicate)
        for statement in document.statements
    }
    assert found == {
        terms.TYPE: ["Document"],
        terms.NAME: ['"A note"'],
        terms.LABEL: ['"A note"@en', '"Une note"@fr'],
        terms.DESCRIPTION: ['"On clouds."'],
        terms.SOURCE: ['"note.md"'],
        terms.LINE_COUNT: ['"40"^^<http://www.w3.org/2001/XMLSchema#integer>'],
        terms.LANGUAGE: ['"fr"'],
        terms.HOMEPAGE: ["https://example.org/note"],
    }


def test_a_document_has_relations_of_its_own(read: Read) -> None:
    document = read(f"{SOURCE}  relations:\n    - {{about: kubernetes, line: [2, 5]}}\n")

    assert values(document, "document/note", term("about")) == ["kubernetes"]
    assert evidence(document, term("about"), reference="document/note") == [Evidence((2, 5), STATED)]


SECTIONS = """\
sections:
  - {slug: tools, title: Outils, line: 2, level: 1}
  - {slug: installers, title: Installeurs, line: 6, level: 2, under: tools}
  - {slug: rest, title: Reste, line: 12}
"""


def test_a_section_is_a_part_of_the_document_or_of_the_one_it_is_under(read: Read) -> None:
    document = read(f"{SOURCE}{SECTIONS}")

    assert document.sections == (
        Section("tools", "Outils", 2, 1),
        Section("installers", "Installeurs", 6, 2, "tools"),
        Section("rest", "Reste", 12, 1),
    )
    part_of = [values(document, f"document/note/section/{one.slug}", terms.PART_OF) for one in document.sections]
    assert part_of == [["document/note"], ["document/note/section/tools"], ["document/note"]]


def test_a_section_is_described(read: Read) -> None:
    document = read(f"{SOURCE}{SECTIONS}")

    installers = "document/note/section/installers"
    assert values(document, installers, terms.TYPE) == ["Section"]
    assert values(document, installers, terms.NAME) == ['"Installeurs"']
    assert values(document, installers, terms.LINE) == ['"6"^^<http://www.w3.org/2001/XMLSchema#integer>']
    assert values(document, installers, terms.LEVEL) == ['"2"^^<http://www.w3.org/2001/XMLSchema#integer>']


@pytest.mark.parametrize(("line", "slug"), [(1, None), (2, "tools"), (5, "tools"), (6, "installers"), (20, "rest")])
def test_a_line_stands_in_the_section_of_the_last_heading_above_it(read: Read, line: int, slug: str | None) -> None:
    document = read(f"{SOURCE}{SECTIONS}")

    section = section_at(document.sections, line)

    assert (section.slug if section else None) == slug


def test_an_entity_is_filed_once_in_each_section_that_speaks_of_it(read: Read) -> None:
    fields = "line: 3\ntype: ClusterInstaller\nname: Kubespray\nrelations: [{usesTool: ansible, line: [4, 7, 8]}]"

    document = read(entity(fields, head=SOURCE + SECTIONS))

    sections = ["document/note/section/tools", "document/note/section/installers"]
    assert values(document, "kubespray", terms.IN_SECTION) == sections
    assert evidence(document, terms.IN_SECTION) == [Evidence((3,), NESTING), Evidence((7,), NESTING)]


def test_what_stands_above_the_first_heading_is_in_no_section(read: Read) -> None:
    document = read(entity("line: 1\ntype: ClusterInstaller\nname: Kubespray", head=SOURCE + SECTIONS))

    assert about(document, "kubespray", terms.IN_SECTION) == []


def test_the_document_is_in_none_of_its_sections(read: Read) -> None:
    document = read(f"{SOURCE}  relations: [{{about: kubernetes, line: 7}}]\n{SECTIONS}")

    assert about(document, "document/note", terms.IN_SECTION) == []


def test_a_line_that_is_not_read_has_its_reasons(read: Read) -> None:
    document = read(f"{SOURCE}unread:\n  - {{line: 9, why: {{en: An empty remark., fr: Une remarque vide.}}}}\n")

    assert document.unread == (Unread(9, (("en", "An empty remark."), ("fr", "Une remarque vide."))),)
    assert document.problems == ()


def test_each_statement_knows_where_it_was_written(read: Read) -> None:
    document = read(entity("type: ClusterInstaller\nname: Kubespray\nrelations:\n  - usesTool:\n      - ansible"))

    places = {statement.entry: (statement.written.line, statement.written.column) for statement in document.statements}

    assert places == {"": (1, 1), "type": (3, 11), "name": (4, 11), "relations: usesTool": (7, 13)}
