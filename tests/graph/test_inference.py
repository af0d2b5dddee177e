"""Inference: what follows from an edge, by which rule, and that nothing follows from itself."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from graph import terms
from graph.errors import OntologyError
from graph.inference import Inference, compile_rules, consequences, infer, records
from graph.iris import Iris
from graph.vocabulary import Vocabulary
from graph.vocabulary_reader import load
from tests.graph.conftest import term

VOCABULARY = load()
TABLE = compile_rules(VOCABULARY)
HEAD = """\
PREFIX ci: <https://w3id.org/cloudindex/ontology#>
PREFIX ex: <https://example.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
SMALL_ONTOLOGY = """\
@prefix ci: <https://w3id.org/cloudindex/ontology#> .
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:Plant a owl:Class ; rdfs:subClassOf ci:Entity ; rdfs:label "plant"@en .
ex:Tree a owl:Class ; rdfs:subClassOf ex:Plant ; rdfs:label "tree"@en .
ex:feeds a ci:Relation ; owl:inverseOf ex:fedBy ; rdfs:label "feeds"@en ; ci:sentence "{subject} feeds {object}"@en .
ex:fedBy a ci:Relation ; rdfs:label "fed by"@en ; ci:sentence "{subject} is fed by {object}"@en .
ex:near a ci:Relation, owl:SymmetricProperty ; rdfs:label "near"@en ; ci:sentence "{subject} is near {object}"@en .
"""


def edge(text: str) -> Triple:
    """Return the edge that *text* writes in three words."""
    subject, predicate, target = text.split()
    if predicate == "a":
        return Triple(Iris().entity(subject), terms.TYPE, term(target))
    return Triple(Iris().entity(subject), term(predicate), Iris().entity(target))


def found(*stated: str) -> dict[Triple, set[str]]:
    """Return what follows from *stated*, each with the rules by which it does."""
    rules: dict[Triple, set[str]] = {}
    for inference in infer([edge(text) for text in stated], TABLE):
        rules.setdefault(inference.triple, set()).add(inference.rule)
    return rules


def test_a_wider_relation_follows() -> None:
    assert found("kops uses go")[edge("kops dependsOn go")] == {"wider-relation"}


def test_an_inverse_follows_from_either_end() -> None:
    assert found("kops uses go")[edge("go usedBy kops")] == {"inverse"}
    assert found("go usedBy kops")[edge("kops uses go")] == {"inverse"}


def test_a_symmetric_relation_holds_in_both_directions() -> None:
    assert found("haproxy equivalentTo metallb") == {edge("metallb equivalentTo haproxy"): {"symmetric"}}


def test_a_wider_class_follows() -> None:
    assert set(found("rook a StorageOperator")) == {
        edge("rook a Operator"),
        edge("rook a Software"),
        edge("rook a Entity"),
    }


def test_conclusions_follow_over_several_rules() -> None:
    assert set(found("kubespray usesTool ansible")) == {
        edge("ansible toolOf kubespray"),
        edge("kubespray uses ansible"),
        edge("ansible usedBy kubespray"),
        edge("kubespray dependsOn ansible"),
        edge("ansible dependencyOf kubespray"),
    }


def test_a_narrower_relation_never_follows() -> None:
    assert edge("kops usesTool go") not in found("kops uses go")


def test_a_transitive_relation_is_not_walked() -> None:
    """Its closure may be larger than any machine: it is walked when somebody asks."""
    assert edge("a dependsOn c") not in found("a dependsOn b", "b dependsOn c")


def test_nothing_that_is_stated_is_inferred_as_well() -> None:
    assert edge("kops dependsOn go") not in found("kops uses go", "kops dependsOn go")


def test_being_filed_is_no_dependency() -> None:
    assert set(found("ironic inEcosystemOf openstack")) == {edge("openstack ecosystemIncludes ironic")}


def test_an_edge_to_itself_gives_edges_to_itself_once() -> None:
    inferences = list(infer([edge("a equivalentTo a")], TABLE))

    assert inferences == []


def test_literals_have_no_consequences() -> None:
    stated = [Triple(Iris().entity("kops"), term("licence"), Literal("MIT"))]

    assert list(infer(stated, TABLE)) == []


def test_a_literal_where_an_entity_should_be_is_never_a_subject() -> None:
    stated = [Triple(Iris().entity("kops"), term("uses"), Literal("go"))]

    subjects = {inference.triple.subject for inference in infer(stated, TABLE)}

    assert subjects == {Iris().entity("kops")}


def test_every_relation_and_class_has_the_consequences_that_the_vocabulary_knows() -> None:
    """Two readings of the ontology agree: the table made by rules, and `Relation.wider`."""
    for relation in VOCABULARY.relations.values():
        stated = Triple(NamedNode("urn:a"), NamedNode(relation.iri), NamedNode("urn:b"))
        reached = {one.triple.predicate.value for one in infer([stated], TABLE) if one.triple.subject == stated.subject}
        assert reached | {relation.iri} == relation.wider, relation.key
    for one in VOCABULARY.classes.values():
        instance = Triple(NamedNode("urn:a"), terms.TYPE, NamedNode(one.iri))
        assert {str(found.triple.object)[1:-1] for found in infer([instance], TABLE)} == set(one.wider), one.key


# --- laws

NODES = st.sampled_from([f"n{number}" for number in range(5)])
EDGES = st.one_of(
    st.builds(
        lambda one, key, other: edge(f"{one} {key} {other}"), NODES, st.sampled_from(list(VOCABULARY.relations)), NODES
    ),
    st.builds(lambda one, key: edge(f"{one} a {key}"), NODES, st.sampled_from(list(VOCABULARY.classes))),
)
GRAPHS = st.lists(EDGES, max_size=25)
LAW = settings(max_examples=150)


def closure(stated: list[Triple]) -> set[Triple]:
    return {inference.triple for inference in infer(stated, TABLE)}


@LAW
@given(one=GRAPHS, other=GRAPHS)
def test_what_follows_from_two_graphs_follows_from_each_edge_alone(one: list[Triple], other: list[Triple]) -> None:
    together = closure(one + other)

    assert together == (closure(one) | closure(other)) - set(one) - set(other)


@LAW
@given(stated=GRAPHS)
def test_nothing_more_follows_from_what_was_inferred(stated: list[Triple]) -> None:
    inferred = closure(stated)

    assert closure([*stated, *inferred]) == set()


@LAW
@given(stated=GRAPHS)
def test_the_order_of_the_edges_makes_no_difference(stated: list[Triple]) -> None:
    assert set(infer(stated, TABLE)) == set(infer(stated[::-1], TABLE))


@LAW
@given(stated=GRAPHS)
def test_every_derivation_ends_at_stated_edges_and_none_is_circular(stated: list[Triple]) -> None:
    inferences = list(infer(stated, TABLE))
    premises: dict[Triple, set[Triple]] = {}
    for inference in inferences:
        premises.setdefault(inference.triple, set()).add(inference.premise)

    settled = set(stated)
    while fresh := {triple for triple, needed in premises.items() if triple not in settled and needed <= settled}:
        settled |= fresh

    assert settled == set(stated) | premises.keys()


@LAW
@given(stated=GRAPHS)
def test_each_inference_is_told_once_and_is_one_step_of_a_rule(stated: list[Triple]) -> None:
    inferences = list(infer(stated, TABLE))

    assert len(set(inferences)) == len(inferences)
    assert all(inference in set(consequences(inference.premise, TABLE)) for inference in inferences)
    assert not {inference.triple for inference in inferences} & set(stated)


# --- records


def test_a_record_names_the_rule_and_the_premise() -> None:
    iris = Iris()
    inference = Inference(edge("kops dependsOn go"), "wider-relation", edge("kops uses go"))

    found = list(records([inference], iris))

    facts = {triple.predicate: triple.object for triple in found if triple.predicate != terms.TYPE}
    assert facts == {
        terms.SUBJECT: iris.entity("kops"),
        terms.PREDICATE: term("dependsOn"),
        terms.OBJECT: iris.entity("go"),
        terms.EDGE: iris.edge(edge("kops dependsOn go")),
        terms.RULE: Literal("wider-relation"),
        terms.PREMISE: iris.edge(edge("kops uses go")),
    }


@LAW
@given(stated=GRAPHS)
def test_every_inference_has_a_record_of_its_own(stated: list[Triple]) -> None:
    inferences = list(infer(stated, TABLE))

    subjects = {triple.subject for triple in records(inferences, Iris())}

    assert len(subjects) == len(inferences)


# --- rules of one's own


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a small ontology."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "small.ttl").write_text(SMALL_ONTOLOGY, encoding="utf-8")
    return tmp_path


def with_rule(folder: Path, rule: str) -> Vocabulary:
    (folder / "rules" / "own.rq").write_text(HEAD + rule, encoding="utf-8")
    return load(folder)


def follows(vocabulary: Vocabulary, predicate: str, target: str = "urn:b") -> set[Triple]:
    kind = terms.TYPE if predicate == "a" else NamedNode(f"https://example.org/{predicate}")
    stated = Triple(NamedNode("urn:a"), kind, NamedNode(target))
    return {one.triple for one in infer([stated], compile_rules(vocabulary)) if one.rule == "own"}


def test_a_rule_of_ones_own_is_followed(small: Path) -> None:
    vocabulary = with_rule(small, "CONSTRUCT { ?b ex:near ?a } WHERE { ?a ex:feeds ?b }")

    near = NamedNode("https://example.org/near")
    assert follows(vocabulary, "feeds") == {Triple(NamedNode("urn:b"), near, NamedNode("urn:a"))}


def test_a_rule_may_give_a_type(small: Path) -> None:
    vocabulary = with_rule(small, "CONSTRUCT { ?b a ex:Plant } WHERE { ?a ex:feeds ?b }")

    plant = NamedNode("https://example.org/Plant")
    assert follows(vocabulary, "feeds") == {Triple(NamedNode("urn:b"), terms.TYPE, plant)}


def test_a_rule_may_start_from_a_type(small: Path) -> None:
    vocabulary = with_rule(small, "CONSTRUCT { ?a ex:near ?a } WHERE { ?a a ex:Tree }")

    own = Triple(NamedNode("urn:a"), NamedNode("https://example.org/near"), NamedNode("urn:a"))
    assert follows(vocabulary, "a", "https://example.org/Tree") == {own}


@pytest.mark.parametrize(
    "rule",
    [
        "CONSTRUCT { ?a ex:near ?b } WHERE { ?a ex:eats ?b }",
        "CONSTRUCT { ?a ex:near ?c } WHERE { ?a ex:feeds ?b . ?b ex:feeds ?c }",
        "CONSTRUCT { ex:Sun ex:feeds ex:Plant } WHERE { }",
        "CONSTRUCT { } WHERE { ?a ex:feeds ?b }",
    ],
)
def test_a_rule_from_which_nothing_follows_stops_at_start(small: Path, rule: str) -> None:
    vocabulary = with_rule(small, rule)

    with pytest.raises(OntologyError, match=r"rules/own\.rq: nothing follows"):
        compile_rules(vocabulary)


@pytest.mark.parametrize(
    "rule",
    [
        "CONSTRUCT { ?a ex:near ?b } WHERE { ?a ex:feeds ?b",
        "CONSTRUCT { ?a no:prefix ?b } WHERE { ?a ex:feeds ?b }",
        "ASK { ?a ex:feeds ?b }",
        "SELECT ?a ?b { ?a ex:feeds ?b }",
        "INSERT { ?a ex:near ?b } WHERE { ?a ex:feeds ?b }",
    ],
)
def test_what_is_no_rule_stops_at_start(small: Path, rule: str) -> None:
    vocabulary = with_rule(small, rule)

    with pytest.raises(OntologyError, match=r"rules/own\.rq"):
        compile_rules(vocabulary)


@pytest.mark.parametrize(
    ("rule", "predicate", "expected"),
    [
        ("CONSTRUCT { ?a ex:near ex:Sun } WHERE { ?a ex:feeds ?b }", "feeds", "urn:a near https://example.org/Sun"),
        ("CONSTRUCT { ex:Sun ex:feeds ?b } WHERE { ?a ex:feeds ?b }", "feeds", "https://example.org/Sun feeds urn:b"),
    ],
)
def test_a_rule_that_names_an_entity_is_followed_to_the_letter_or_refused(
    small: Path, rule: str, predicate: str, expected: str
) -> None:
    """It must never conclude something else than it says."""
    vocabulary = with_rule(small, rule)
    subject, relation, target = expected.split()

    try:
        concluded = follows(vocabulary, predicate)
    except OntologyError:
        concluded = set()

    said = Triple(NamedNode(subject), NamedNode(f"https://example.org/{relation}"), NamedNode(target))
    assert concluded <= {said}


def test_a_rule_that_joins_two_edges_is_refused_and_never_misread(small: Path) -> None:
    vocabulary = with_rule(small, "CONSTRUCT { ?a ex:near ?c } WHERE { ?a ex:feeds ?b . ?c a ex:Tree }")

    with pytest.raises(OntologyError, match=r"rules/own\.rq"):
        compile_rules(vocabulary)


def test_the_rules_that_come_with_the_roles_hold_for_any_ontology(small: Path) -> None:
    table = compile_rules(load(small))

    stated = Triple(NamedNode("urn:a"), terms.TYPE, NamedNode("https://example.org/Tree"))
    assert {one.triple.object for one in infer([stated], table)} == {
        NamedNode("https://example.org/Plant"),
        terms.ENTITY,
    }
