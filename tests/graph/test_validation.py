"""Validation: what the shapes find, said in the author's words, at the author's line."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Triple

import ontology
from graph import inference, validation, verdicts
from graph.documents import Document, Problem, Severity
from graph.errors import OntologyError
from graph.shapes import compile_shapes, to_rdflib
from graph.vocabulary import Relation, Vocabulary
from graph.vocabulary_reader import load
from graph.workshop import Workshop
from tests.graph.conftest import PREFIXES, Gate, Read, term

FIRST = PREFIXES.count("\n") + 1
INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
Judge = Callable[..., list[Problem]]


@pytest.fixture
def judge(read: Read, workshop: Workshop) -> Judge:
    """Reads texts, each in a file of its own, and returns what the shapes find in them together."""

    def judge_texts(*texts: str, suffix: str = "yaml") -> list[Problem]:
        names = ("note", "other", "third")
        documents = [read(text, f"{name}.{suffix}") for name, text in zip(names, texts, strict=False)]
        return judged(documents, workshop)

    return judge_texts


def judged(documents: Sequence[Document], workshop: Workshop) -> list[Problem]:
    """Return what the shapes find in *documents* and what follows from them, by place."""
    stated = dict.fromkeys(statement.triple for document in documents for statement in document.statements)
    inferred = dict.fromkeys(one.triple for one in inference.infer(stated, workshop.rules))
    findings = validation.find((*stated, *inferred, *workshop.vocabulary.triples), workshop.shapes)
    told = verdicts.verdicts(findings, documents, workshop.vocabulary, workshop.iris)
    return sorted((problem for _, problem in told), key=lambda problem: (problem.place, problem.code))


def told(problems: list[Problem]) -> list[tuple[str, str, str]]:
    """Return the code, the place and the field of each problem."""
    return [(one.code, str(one.place).removeprefix("data/notes/"), one.entry) for one in problems]


KUBESPRAY = """\
entities:
  kubespray:
    type: ClusterInstaller
    name: Kubespray
    relations:
      - {usesTool: bgp}
  bgp: {type: Protocol, name: BGP}
"""


def test_a_target_of_the_wrong_kind_is_told_where_the_relation_stands(judge: Judge) -> None:
    problems = judge(KUBESPRAY)

    assert told(problems) == [("shape-or", "note.yaml:6:20", "relations: usesTool")]


def test_a_target_of_the_wrong_kind_is_named_with_what_fits(judge: Judge) -> None:
    (problem,) = judge(KUBESPRAY)

    assert problem.severity is Severity.VIOLATION
    assert problem.entity == "Kubespray"
    assert problem.message == "“BGP” is a protocol."
    assert problem.fix == "“uses tool” leads to software; check the target, or its type."
    assert problem.shape == "ci:usesToolRangeShape/target"


def test_a_subject_of_the_wrong_kind_is_told_where_the_relation_stands(judge: Judge) -> None:
    problems = judge(
        "entities:\n"
        "  ovh: {type: CloudProvider, name: OVHcloud}\n"
        "  bgp: {type: Protocol, name: BGP, relations: [{offeredBy: ovh}]}\n"
        "  metallb: {type: LoadBalancer, name: MetalLB, relations: [{offeredBy: ovh}]}\n"
    )

    assert told(problems) == [("shape-or", "note.yaml:4:72", "relations: offeredBy")]
    assert problems[0].entity == "MetalLB"
    assert problems[0].message == "“MetalLB” is a load balancer."
    assert problems[0].fix == "“offered by” starts from service, concept; check the relation, or the type."


def test_a_relation_written_from_its_other_end_is_judged_there(judge: Judge) -> None:
    problems = judge(
        "entities:\n"
        "  bgp: {type: Protocol, name: BGP, relations: [{toolOf: kubespray}]}\n"
        "  kubespray: {type: ClusterInstaller, name: Kubespray}\n"
    )

    assert told(problems) == [("shape-or", "note.yaml:2:57", "relations: toolOf")]


def test_one_wrong_edge_is_one_verdict(judge: Judge) -> None:
    """The wider relation and both inverses are wrong as well; the author wrote one of them."""
    problems = judge(
        KUBESPRAY.replace("usesTool: bgp", "hasMember: bgp").replace("bgp: {type: Protocol", "bgp: {type: Client")
    )

    assert len(problems) == 1


def test_a_target_that_nobody_introduces_passes_and_is_a_warning_of_its_own(
    read: Read, gate: Gate, workshop: Workshop
) -> None:
    document = read(KUBESPRAY.replace("  bgp: {type: Protocol, name: BGP}\n", ""))

    assert judged([document], workshop) == []
    assert [(one.severity, one.code) for one in gate(document)] == [(Severity.WARNING, "target-unknown")]


def test_the_type_may_come_from_another_document(judge: Judge) -> None:
    text = KUBESPRAY.replace("  bgp: {type: Protocol, name: BGP}\n", "")

    problems = judge(text, "entities:\n  bgp: {type: Protocol, name: BGP}\n")

    assert told(problems) == [("shape-or", "note.yaml:6:20", "relations: usesTool")]


def test_an_edge_in_two_documents_is_told_in_one_of_them(judge: Judge) -> None:
    problems = judge(KUBESPRAY, "entities:\n  kubespray: {relations: [{usesTool: bgp}]}\n")

    assert {problem.code for problem in problems} == {"shape-or"}


FIELDS = """\
entities:
  kops:
    type: ClusterInstaller
    name: kOps
"""


@pytest.mark.parametrize(
    ("field", "code", "message", "suggestions"),
    [
        (
            "maturity: gradated",
            "shape-in",
            "“gradated” is not one of sandbox, incubating, graduated, archived.",
            ("graduated",),
        ),
        ("licence: Apache 2.0", "shape-pattern", "“Apache 2.0” does not have the right form.", ()),
        ("language: français", "shape-pattern", "“français” does not have the right form.", ()),
    ],
)
def test_a_field_that_does_not_fit_is_told_at_its_value(
    judge: Judge, field: str, code: str, message: str, suggestions: tuple[str, ...]
) -> None:
    problems = judge(f"{FIELDS}    {field}\n")

    assert [(one.code, one.message, one.suggestions) for one in problems] == [(code, message, suggestions)]
    assert problems[0].place.line == 5
    assert problems[0].entity == "kOps"
    assert problems[0].entry == field.partition(":")[0]
    assert problems[0].fix.endswith(".")


@pytest.mark.parametrize(
    ("text", "severity", "code", "message"),
    [
        ("site: {type: Website, name: Site}", Severity.VIOLATION, "shape-mincount", "“url” is missing."),
        (
            "site: {type: Website, name: Site, url: https://example.org/}",
            Severity.WARNING,
            "shape-mincount",
            "“about” is missing.",
        ),
        ("rook: {type: StorageOperator, name: Rook}", Severity.WARNING, "shape-mincount", "“operates” is missing."),
        ("eks: {type: ManagedKubernetes, name: EKS}", Severity.WARNING, "shape-mincount", "“offeredBy” is missing."),
        ("group: {type: Group, name: Group}", Severity.WARNING, "shape-mincount", "“hasMember” is missing."),
    ],
)
def test_what_is_missing_is_told_where_the_type_stands(
    judge: Judge, text: str, severity: Severity, code: str, message: str
) -> None:
    problems = judge(f"entities:\n  {text}\n")

    assert (severity, code, message) in [(one.severity, one.code, one.message) for one in problems]
    assert {str(one.place) for one in problems} == {f"data/notes/note.yaml:2:{3 + text.index('type: ') + 6}"}


def test_a_member_that_names_its_group_is_enough(judge: Judge) -> None:
    """`hasMember` follows from `inGroup`: shapes see what was inferred."""
    problems = judge(
        "entities:\n"
        "  group: {type: Group, name: Group}\n"
        "  kops: {type: Client, name: kOps, relations: [{inGroup: group}]}\n"
    )

    assert problems == []


def test_a_shape_of_a_wide_class_holds_for_narrow_ones(judge: Judge) -> None:
    problems = judge("entities:\n  metallb: {type: LoadBalancer, name: MetalLB, licence: a b}\n")

    assert [problem.shape for problem in problems] == ["ci:SoftwareShape"]


def test_an_opinion_is_told_under_the_name_of_its_entity(judge: Judge) -> None:
    problems = judge(f"{FIELDS}    opinions:\n      - {{pro: {'long ' * 61}, grade: fine}}\n")

    assert [(one.entity, one.code, one.place.line) for one in problems] == [
        ("kOps", "shape-maxlength", 6),
        ("kOps", "shape-pattern", 6),
    ]
    assert [one.severity for one in problems] == [Severity.VIOLATION, Severity.WARNING]
    assert problems[1].entry == "opinions: grade"


@pytest.mark.parametrize("grade", ["+", "++", "---", "4", "4/5"])
def test_grades_are_marks(judge: Judge, grade: str) -> None:
    assert judge(f"{FIELDS}    opinions:\n      - {{pro: good, grade: '{grade}'}}\n") == []


def test_two_names_from_two_documents_are_a_warning(judge: Judge) -> None:
    problems = judge(FIELDS, "entities:\n  kops: {name: KOPS}\n")

    assert {(one.severity, one.code) for one in problems} == {
        (Severity.WARNING, "shape-maxcount"),
        (Severity.WARNING, "shape-uniquelang"),
    }
    assert {one.message for one in problems} == {
        "“name” is there more than once.",
        "“label” is there twice in one language.",
    }


def test_a_long_description_is_a_warning(judge: Judge) -> None:
    problems = judge(f"{FIELDS}    description: {'x' * 2001}\n")

    assert [(one.severity, one.code, str(one.place)) for one in problems] == [
        (Severity.WARNING, "shape-maxlength", "data/notes/note.yaml:5:18")
    ]


# --- RDF documents


def test_an_rdf_document_is_judged_at_its_lines(judge: Judge) -> None:
    problems = judge(
        f"{PREFIXES}id:kops a ci:Client ;\n  schema:name 'kOps' ;\n  ci:licence 'a b' ;\n  ci:usesTool id:bgp .\n"
        "id:bgp a ci:Protocol ; schema:name 'BGP' .\n",
        suffix="ttl",
    )

    assert told(problems) == [
        ("shape-pattern", f"note.ttl:{FIRST + 2}", "ci:licence"),
        ("shape-or", f"note.ttl:{FIRST + 3}", "ci:usesTool"),
    ]


def test_an_entity_without_a_name_is_told(judge: Judge) -> None:
    problems = judge(f"{PREFIXES}id:kops a ci:Client .\n", suffix="ttl")

    assert [(one.code, one.message, one.entity) for one in problems] == [
        ("shape-mincount", "“name” is missing.", "kops")
    ]


STRICT_SHAPE = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:shape> a sh:NodeShape ; sh:targetNode <urn:a> ; sh:property <urn:property> .
<urn:property> sh:path <urn:p> ; """


@pytest.mark.parametrize(
    ("value", "constraint", "fits"),
    [
        ('"01"^^xsd:integer', 'sh:pattern "^01$"', True),
        ('"1"^^xsd:integer', 'sh:pattern "^01$"', False),
        ('"01"^^xsd:integer', 'sh:hasValue "01"^^xsd:integer', True),
        ('"1"^^xsd:int', "sh:datatype xsd:integer", False),
        ('"many"^^xsd:integer', "sh:datatype xsd:integer", False),
        ('"+1"^^xsd:integer', "sh:datatype xsd:integer", True),
        ('"TRUE"^^xsd:boolean', "sh:datatype xsd:boolean", False),
        ('"a"@en', 'sh:languageIn ( "fr" )', False),
    ],
)
def test_a_literal_is_judged_as_it_was_written(
    read: Read, tmp_path: Path, value: str, constraint: str, fits: bool
) -> None:
    document = read(f"{PREFIXES}<urn:a> <urn:p> {value} .\n", "note.ttl")
    (tmp_path / "terms.ttl").write_text("", encoding="utf-8")
    (tmp_path / "shapes.ttl").write_text(f"{STRICT_SHAPE}{constraint} .", encoding="utf-8")
    shapes = compile_shapes(load(tmp_path))

    findings = validation.find((statement.triple for statement in document.statements), shapes)

    assert (findings == ()) is fits


def test_a_literal_that_rdflib_would_rewrite_is_told_at_its_own_line(judge: Judge) -> None:
    problems = judge(
        f"{PREFIXES}id:kops a ci:Client ; schema:name 'kOps' ;\n"
        "  ci:maturity '01'^^xsd:integer ;\n"
        "  ci:maturity 'sandbox' .\n",
        suffix="ttl",
    )

    assert [one.place.line for one in problems if one.code == "shape-in"] == [FIRST + 1]


def test_validation_leaves_no_switch_of_rdflib_flipped(judge: Judge) -> None:
    before = rdflib.NORMALIZE_LITERALS

    judge(KUBESPRAY)

    assert before is rdflib.NORMALIZE_LITERALS


def test_the_same_graph_has_the_same_verdicts(judge: Judge) -> None:
    assert judge(KUBESPRAY) == judge(KUBESPRAY)


# --- the shapes themselves


def shape_graph() -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in ("shapes.ttl", "role_shapes.ttl"):
        graph.parse(data=ontology.read(name), format="turtle")
    return graph


def test_every_shape_has_a_message_in_every_language(vocabulary: Vocabulary) -> None:
    graph = shape_graph()
    shapes = {*graph.subjects(SH.path, None)}

    missing = [
        (graph.value(shape, SH.path), language)
        for shape in shapes
        for language in vocabulary.languages
        if language not in {getattr(message, "language", None) for message in graph.objects(shape, SH.message)}
    ]

    assert len(shapes) > 10
    assert missing == []


def test_every_message_is_a_sentence_that_tells_the_author_what_to_do() -> None:
    messages = [str(message) for message in shape_graph().objects(None, SH.message)]

    assert [message for message in messages if not (message[0].isupper() and message.endswith("."))] == []


def test_every_class_and_path_of_the_shapes_is_known(vocabulary: Vocabulary) -> None:
    """A misspelt path would make a shape that finds nothing, or everything."""
    graph = shape_graph()
    own = {*graph.objects(None, SH.targetClass), *graph.objects(None, SH.path), *graph.objects(None, SH["class"])}

    unknown = {str(one) for one in own if str(one).startswith("https://w3id.org/cloudindex/")} - vocabulary.names

    assert unknown == set()


def test_every_relation_with_a_domain_or_range_has_shapes(workshop: Workshop) -> None:
    missing = [
        (relation.key, role)
        for relation in workshop.vocabulary.relations.values()
        for role, classes in (("Domain", relation.domain), ("Range", relation.range))
        if classes and (rdflib.URIRef(f"{relation.iri}{role}Shape"), None, None) not in workshop.shapes.relations
    ]

    assert missing == []


@pytest.mark.parametrize("role", ["domain", "range"])
def test_a_relation_that_fits_fits_its_wider_relations_too(vocabulary: Vocabulary, role: str) -> None:
    """Else an author is told of a relation that they did not write, or of none."""

    def fits(narrow: str, wide: Relation) -> bool:
        known = vocabulary.class_of(narrow)
        allowed = set(getattr(wide, role))
        return not allowed or (known is not None and bool(allowed & {known.iri, *known.wider}))

    wrong = [
        (relation.key, wider.key)
        for relation in vocabulary.relations.values()
        for iri in relation.wider
        if (wider := vocabulary.relation_of(iri))
        if not all(
            fits(one, wider) for one in getattr(relation, role) or ("https://w3id.org/cloudindex/ontology#Entity",)
        )
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "text", ["<urn:a> <urn:b>", "<urn:a> <urn:b> .", "no:prefix a no:shape .", "<urn:a> a 'open .", "["]
)
def test_shapes_that_do_not_parse_stop_at_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "small.ttl").write_text("", encoding="utf-8")
    (tmp_path / "shapes.ttl").write_text(text, encoding="utf-8")

    with pytest.raises(OntologyError, match=r"shapes\.ttl"):
        compile_shapes(load(tmp_path))


@pytest.mark.parametrize(
    "value", [Literal("a"), Literal(""), Literal("a", language="en"), Literal("1", datatype=INTEGER)]
)
def test_a_literal_goes_over_to_rdflib_unchanged(value: Literal) -> None:
    found = to_rdflib(value)

    assert isinstance(found, rdflib.Literal)
    assert (str(found), found.language or None) == (value.value, value.language)


def test_problems_are_grouped_by_document_in_the_order_of_their_places(judge: Judge) -> None:
    problems = judge(
        f"{FIELDS}    licence: a b\n    maturity: old\n", "entities:\n  go: {type: AddOn, name: Go, licence: a b}\n"
    )

    grouped = verdicts.by_document(reversed(problems))

    assert {path: [one.place.line for one in some] for path, some in grouped.items()} == {
        "data/notes/note.yaml": [5, 6],
        "data/notes/other.yaml": [2],
    }


def test_nothing_is_found_in_nothing(workshop: Workshop) -> None:
    assert validation.find((), workshop.shapes) == ()


def test_a_triple_of_no_class_is_no_concern_of_the_shapes(workshop: Workshop) -> None:
    stated = [Triple(NamedNode("urn:a"), term("licence"), Literal("not checked: it has no type"))]

    assert validation.find(stated, workshop.shapes) == ()
