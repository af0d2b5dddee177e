"""The RDF reader: every syntax, the lines of its statements, and what keeps the place of a mistake."""

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from graph import terms
from graph.documents import Document, Evidence, Severity
from graph.inference import infer
from graph.iris import Iris
from graph.triples import records
from graph.validation import find
from graph.workshop import Workshop
from tests.conftest import codes
from tests.graph.conftest import PREFIXES, Read, about, term, values

FIRST = PREFIXES.count("\n") + 1
USES = "<https://w3id.org/cloudindex/ontology#uses>"
ID = "https://w3id.org/cloudindex/id/"
KOPS, GO = f"<{ID}kops>", f"<{ID}go>"
RDF_XML = f"""\
<rdf:RDF xmlns:rdf="{terms.RDF}" xmlns:ci="{terms.CI}">
  <rdf:Description rdf:about="https://w3id.org/cloudindex/id/kops">
    <ci:uses rdf:resource="https://w3id.org/cloudindex/id/go"/>
  </rdf:Description>
</rdf:RDF>
"""
JSON_LD = f'{{"@id": "{KOPS[1:-1]}",\n "{USES[1:-1]}": {{"@id": "{GO[1:-1]}"}}}}\n'
TEXTS = {
    "note.ttl": f"{PREFIXES}id:kops ci:uses id:go .\n",
    "note.nt": f"{KOPS} {USES} {GO} .\n",
    "note.nq": f"{KOPS} {USES} {GO} <https://example.org/graph> .\n",
    "note.trig": f"{PREFIXES}id:graph {{ id:kops ci:uses id:go }}\n",
    "note.jsonld": JSON_LD,
    "note.rdf": RDF_XML,
}


def lines(document: Document, predicate: NamedNode) -> list[int]:
    """Return the lines on which the statements with *predicate* stand."""
    return [one.written.line for one in document.statements if one.triple.predicate == predicate]


@pytest.mark.parametrize("name", TEXTS)
def test_every_syntax_becomes_statements(read: Read, name: str) -> None:
    document = read(TEXTS[name], name)

    assert values(document, "kops", term("uses")) == ["go"]
    assert document.problems == ()


@pytest.mark.parametrize(
    ("name", "line"), [("note.ttl", FIRST), ("note.nt", 1), ("note.nq", 1), ("note.trig", FIRST), ("note.rdf", 3)]
)
def test_a_relation_has_its_line_as_evidence(read: Read, name: str, line: int) -> None:
    document = read(TEXTS[name], name)

    (statement,) = about(document, "kops", term("uses"))

    assert statement.evidence == Evidence((line,), terms.WRITTEN)
    assert statement.written.line == line
    assert statement.entry == "ci:uses"


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_is_a_document_with_a_name_and_a_number_of_lines(read: Read, name: str) -> None:
    document = read(TEXTS[name], name)

    assert {triple.predicate: triple.object for triple in document.described} == {
        terms.TYPE: terms.DOCUMENT,
        terms.NAME: Literal("note"),
        terms.LINE_COUNT: terms.integer(TEXTS[name].count("\n")),
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("id:a ci:uses id:b .\nid:a ci:uses id:c .", [0, 1]),
        ("id:a ci:uses id:b ,\n id:c ;\n\n ci:uses id:d .", [0, 1, 3]),
        ("# a remark\n\n# ci:uses id:z\nid:a ci:uses id:b . # more", [3]),
        ("id:a\nci:uses\nid:b\n.", [2]),
        ('id:a rdfs:comment """one\n# two\n\nfour""" .\nid:a ci:uses id:b .', [4]),
        ("id:a rdfs:comment 'a\\nb' .\nid:a ci:uses id:b .", [1]),
        ('id:a rdfs:comment "a\u2028b\u0085c\x0bd" .\nid:a ci:uses id:b .', [1]),
        ("id:a ci:uses [ ci:uses id:b ;\n ci:uses id:c ] .", [0, 1, 1]),
        ("id:a ci:uses id:b .\r\nid:a ci:uses id:c .\r\n", [0, 1]),
    ],
)
def test_a_statement_of_turtle_stands_on_the_line_of_its_object(read: Read, body: str, expected: list[int]) -> None:
    document = read(f"{PREFIXES}{body}\n", "note.ttl")

    assert sorted(lines(document, term("uses"))) == [FIRST + line for line in expected]


def test_a_statement_of_n_triples_stands_on_its_line(read: Read) -> None:
    document = read(f"# a remark\n\n{KOPS} {USES} {GO} .\n\n{GO} {USES} {KOPS} .", "note.nt")

    assert lines(document, term("uses")) == [3, 5]


def test_a_long_file_keeps_its_lines(read: Read) -> None:
    """The parser reads ahead; the line is where the statement stands all the same."""
    document = read("".join(f"<urn:a:{number}> {USES} {GO} .\n" for number in range(1, 5001)), "note.nt")

    assert lines(document, term("uses")) == list(range(1, 5001))


@pytest.mark.parametrize(
    ("statement", "has_record"),
    [
        ("id:kops ci:uses id:go", True),
        ("id:kops a ci:ClusterInstaller", True),
        ('id:kops ci:licence "MIT"', True),
        ("id:kops ci:hasOpinion id:opinion", True),
        ("id:kops ci:hasQuestion id:question", True),
        ('id:kops schema:name "kOps"', False),
        ('id:kops rdfs:label "kOps"@en', False),
        ('id:kops <https://example.org/other> "1"', False),
    ],
)
def test_relations_types_and_attributes_have_records_and_names_have_none(
    read: Read, statement: str, has_record: bool
) -> None:
    document = read(f"{PREFIXES}{statement} .\n", "note.ttl")

    assert (document.statements[-1].evidence is not None) is has_record


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("note.ttl", f"{PREFIXES}id:a ci:uses id:b ;;\n ci:uses id:c\nid:d ci:uses id:e .\n", FIRST + 2),
        ("note.ttl", f"{PREFIXES}id:a ci:uses foo:b .\n", FIRST),
        ("note.ttl", f"{PREFIXES}id:a ci:uses 'b .\n", FIRST),
        ("note.nt", f"{KOPS} {USES} {GO} .\n\nid:kops {USES} {GO} .\n", 3),
        ("note.nq", f"{KOPS} {USES} {GO} .\n{KOPS} {USES} .\n", 2),
        ("note.trig", f"{PREFIXES}id:g {{\n id:a ci:uses }}\n", FIRST + 1),
        ("note.jsonld", '{"@id": "urn:a",\n "urn:p": "x"\n ,, }', 3),
        ("note.rdf", RDF_XML.replace("</rdf:Description>", "</rdf:Descr>"), 4),
    ],
)
def test_a_mistake_is_a_problem_on_its_line(read: Read, name: str, text: str, line: int) -> None:
    document = read(text, name)

    assert codes(document) == ["rdf-syntax"]
    assert document.problems[0].severity is Severity.VIOLATION
    assert document.problems[0].place.line == line
    assert document.problems[0].message.endswith(".")


def test_what_stands_before_a_mistake_is_read(read: Read) -> None:
    document = read(f"{KOPS} {USES} {GO} .\nnothing\n", "note.nt")

    assert values(document, "kops", term("uses")) == ["go"]


@pytest.mark.parametrize(
    ("name", "text"), [("note.ttl", "# nothing yet\n"), ("note.jsonld", '{"entities": {"kops": {"type": "Client"}}}')]
)
def test_a_text_without_a_triple_says_so(read: Read, name: str, text: str) -> None:
    document = read(text, name)

    assert codes(document) == ["rdf-empty"]
    assert ("@context" in document.problems[0].fix) == name.endswith(".jsonld")


def test_a_context_is_never_fetched(read: Read) -> None:
    document = read('{"@context": "https://schema.org", "@id": "urn:a", "name": "b"}', "note.jsonld")

    assert codes(document) == ["rdf-syntax"]


def test_an_external_entity_of_xml_is_never_read(read: Read) -> None:
    attack = RDF_XML.replace("<ci:uses ", "<ci:words>&file;</ci:words><ci:uses ")

    document = read(f'<!DOCTYPE x [<!ENTITY file SYSTEM "/etc/hostname">]>\n{attack}', "note.rdf")

    assert codes(document) == ["rdf-syntax"]


@pytest.mark.parametrize("before", ["", "'", ">", ">'"])
def test_a_bomb_of_xml_entities_is_refused(read: Read, before: str) -> None:
    """Six layers are a million letters and take a moment; each further one takes ten times as much."""
    layers = "".join(f'<!ENTITY e{number} "{before}{f"&e{number - 1};" * 10}">' for number in range(1, 7))
    attack = RDF_XML.replace("<ci:uses ", "<ci:words>&e6;</ci:words><ci:uses ")

    document = read(f'<!DOCTYPE x [<!ENTITY e0 "x">{layers}]>\n{attack}', "note.rdf")

    assert codes(document) == ["rdf-syntax"]


def test_an_entity_that_stands_for_a_namespace_is_read(read: Read) -> None:
    """Ontology editors write them."""
    text = RDF_XML.replace("https://w3id.org/cloudindex/id/", "&id;")

    document = read(f'<!DOCTYPE x [<!ENTITY id "https://w3id.org/cloudindex/id/">]>\n{text}', "note.rdf")

    assert values(document, "kops", term("uses")) == ["go"]


def test_a_long_entity_that_is_named_often_is_refused(read: Read) -> None:
    """Without layers: 20 kB of text, 40 MB once it is written out."""
    attack = RDF_XML.replace("<ci:uses ", f"<ci:words>{'&long;' * 2000}</ci:words><ci:uses ")

    document = read(f'<!DOCTYPE x [<!ENTITY long "{"x" * 20_000}">]>\n{attack}', "note.rdf")

    assert codes(document) == ["rdf-syntax"]


BLANKS = f"{PREFIXES}_:one ci:uses _:two . id:a ci:uses [ ci:uses _:one ] .\n"


def blanks(document: Document) -> list[BlankNode]:
    return [
        end
        for statement in document.statements
        for end in (statement.triple.subject, statement.triple.object)
        if isinstance(end, BlankNode)
    ]


def test_blank_nodes_have_the_same_names_each_time(read: Read) -> None:
    first, second = read(BLANKS, "note.ttl"), read(BLANKS, "note.ttl")

    assert blanks(first) == blanks(second)
    assert len(set(blanks(first))) == 3


def test_blank_nodes_of_two_documents_have_different_names(read: Read) -> None:
    one, other = read(BLANKS, "one.ttl"), read(BLANKS, "other.ttl")

    assert set(blanks(one)).isdisjoint(blanks(other))


@pytest.mark.parametrize(
    "written",
    [
        '"01"^^xsd:integer',
        '"1"^^xsd:int',
        '"1.50"^^xsd:decimal',
        '"TRUE"^^xsd:boolean',
        '"many"^^xsd:integer',
        '"2026-11-23+01:00"^^xsd:date',
        '"  spaces  "',
        '"a"@en',
    ],
)
def test_a_literal_stays_as_it_was_written(read: Read, written: str) -> None:
    document = read(f"{PREFIXES}id:a rdfs:comment {written} .\n", "note.ttl")

    assert values(document, "a", terms.COMMENT) == [
        written.replace("xsd:", f"<{terms.XSD}", 1) + ">" * ("^^" in written)
    ]


def test_a_relative_address_is_resolved_below_the_document(read: Read) -> None:
    document = read("<> <#p> <#q> .\n", "note.ttl")

    triple = document.statements[-1].triple
    assert triple.subject == NamedNode("https://w3id.org/cloudindex/document/note")
    assert triple.object == NamedNode("https://w3id.org/cloudindex/document/note#q")


@pytest.mark.parametrize(
    "text",
    [
        "id:a ci:uses <<( id:b ci:uses id:c )>> .",
        "id:a ci:uses <<( _:b ci:uses _:c )>> .",
        "<< id:a ci:uses id:b >> ci:line 3 .",
        "id:a ci:uses id:b {| ci:line 3 |} .",
        "id:a rdfs:label 'a'@en--ltr .",
    ],
)
def test_statements_about_statements_are_told_and_stop_nothing(
    read: Read, workshop: Workshop, iris: Iris, text: str
) -> None:
    """RDF 1.2 has terms that SHACL and rdflib do not know: the document is refused, or the rest goes on."""
    document = read(f"{PREFIXES}{text}\n", "note.ttl")

    triples = [statement.triple for statement in document.statements]
    assert (
        document.is_broken
        or find((*triples, *(one.triple for one in infer(triples, workshop.rules))), workshop.shapes) == ()
    )
    assert document.described
    list(records(document, iris))


def test_a_type_that_is_a_text_is_kept_and_is_no_class(read: Read) -> None:
    document = read(f"{PREFIXES}id:a a 'orchestrator' .\n", "note.ttl")

    (statement,) = about(document, "a", terms.TYPE)
    assert statement.triple.object == Literal("orchestrator")
    assert statement.evidence is None


@pytest.mark.parametrize("name", ["note.ttl", "note.nt"])
def test_a_control_character_is_taken_out_and_told(read: Read, name: str) -> None:
    label = f"<{terms.LABEL.value}>"
    document = read(f'{KOPS} {label} "k\\u000BOps"@en .\n{KOPS} {label} "fine"@fr .\n', name)

    assert values(document, "kops", terms.LABEL) == ['"k\ufffdOps"@en', '"fine"@fr']
    (problem,) = document.problems
    assert (problem.code, problem.severity, problem.place.line) == ("rdf-characters", Severity.WARNING, 1)
    assert "U+000B" in problem.message


@pytest.mark.parametrize(
    ("body", "line", "slug", "near"),
    [
        ('id:helm:v3 a ci:ReleaseTool ; schema:name "Helm" .', 0, "helm:v3", "helm-v3"),
        (f"<{ID}helm/v2>\n a ci:ReleaseTool .", 1, "helm/v2", "helm-v2"),
        (f"id:kops ci:uses\n <{ID}Go%20lang> .", 1, "Go%20lang", "go-20lang"),
        ("id:Kops ci:uses id:go .\nid:Kops ci:uses id:helm .", 0, "Kops", "kops"),
    ],
)
def test_an_entity_whose_iri_ends_in_no_slug_is_told_once(
    read: Read, body: str, line: int, slug: str, near: str
) -> None:
    (problem,) = read(f"{PREFIXES}{body}\n", "note.ttl").problems

    assert (problem.code, problem.severity, problem.place.line) == ("rdf-entity", Severity.WARNING, FIRST + line)
    assert (problem.entity, problem.suggestions) == (slug, (near,))
    assert f"<{ID}{near}>" in problem.fix


def test_of_very_many_entities_without_a_slug_the_first_are_told(read: Read) -> None:
    document = read("".join(f"<{ID}A{number}> {USES} {GO} .\n" for number in range(500)), "note.nt")

    assert len(document.statements) == 500
    assert [one.entity for one in document.problems] == [f"A{number}" for number in range(100)]


def test_slugs_and_the_iris_of_documents_and_of_elsewhere_are_no_strange_entities(read: Read) -> None:
    body = f"id:a.b-c ci:uses id:0 ; ci:about <{Iris().base}document/a/section/b>, <http://e/id/A:b>, [] ."

    assert codes(read(f"{PREFIXES}{body}", "note.ttl")) == []
