"""The ontology: it is complete in every language, its relations can be read both ways, and a broken one is refused."""

from pathlib import Path
from string import Formatter

import pytest

from graph import terms
from graph.errors import OntologyError
from graph.vocabulary import Attribute, Class, Relation, Vocabulary, local_name
from graph.vocabulary_reader import load

# What the design promises to be there.
CLASSES = (
    *("ContainerRuntime", "ContainerPlatform", "Orchestrator", "Client", "ConfigurationManagementTool"),
    *("ClusterInstaller", "ClusterManager", "ClusterManagementApi", "KubernetesDistribution"),
    *("KubernetesAsAServiceSoftware", "CloudPlatform", "VirtualizationPlatform", "BareMetalProvisioner"),
    *("ReleaseTool", "LoadBalancer", "HighAvailabilityDaemon", "StorageOperator", "StorageSystem", "StorageType"),
    *("ServiceMesh", "CloudProvider", "ManagedKubernetes", "ServerlessContainers", "Vendor", "Primitive"),
    *("PrimitiveVariant", "AddOn", "Component", "Protocol", "ServiceModel", "Infrastructure", "InstallApproach"),
    *("Resource", "Document", "Section"),
)
RELATIONS = (
    *("uses", "usedBy", "usesTool", "provisionedWith", "basedOn", "requires", "dependsOn", "operates", "deploys"),
    *("manages", "integratesWith", "equivalentTo", "provides", "offeredBy", "offers", "vendor", "partOf", "hasPart"),
    *("hosts", "runsOn", "targets", "usesProtocol", "worksAtLayer", "implementsPattern", "hasVariant", "hasExample"),
    *("supportsOption", "populates", "derivesFrom", "pairedWith", "inEcosystemOf", "primitiveOf", "inGroup"),
    *("inSection", "about", "references", "replacedBy"),
)
DEPENDENCIES = ("uses", "usesTool", "provisionedWith", "basedOn", "requires")

Term = Class | Relation | Attribute
TERMS: tuple[Term, ...] = tuple(load().by_iri.values())
RELATION_TERMS = tuple(load().relations.values())


@pytest.mark.parametrize("key", CLASSES)
def test_a_class_of_the_design_exists(vocabulary: Vocabulary, key: str) -> None:
    assert key in vocabulary.classes


@pytest.mark.parametrize("key", RELATIONS)
def test_a_relation_of_the_design_exists(vocabulary: Vocabulary, key: str) -> None:
    assert key in vocabulary.relations


def test_the_languages_are_english_and_french(vocabulary: Vocabulary) -> None:
    assert vocabulary.languages == ("en", "fr")


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.key)
def test_a_term_has_a_label_and_a_comment_in_every_language(vocabulary: Vocabulary, term: Term) -> None:
    assert set(term.labels) == set(vocabulary.languages)
    assert set(term.comments) == set(vocabulary.languages)
    assert all(text.strip() for text in (*term.labels.values(), *term.comments.values()))
    assert [comment for comment in term.comments.values() if not comment.endswith(".")] == []


def test_every_term_says_which_ontology_defines_it(vocabulary: Vocabulary) -> None:
    defined = {triple.subject for triple in vocabulary.triples if triple.predicate.value == f"{terms.RDFS}isDefinedBy"}

    own = {triple.subject for triple in vocabulary.triples if str(triple.subject).startswith(f"<{terms.CI}")}
    assert len(own) > 100
    assert own - defined == set()


def test_every_own_term_is_labelled_once_in_every_language(vocabulary: Vocabulary) -> None:
    """Also those that are no class, relation or attribute: bases, polarities, parts of records."""
    own = {triple.subject for triple in vocabulary.triples if str(triple.subject).startswith(f"<{terms.CI}")}

    wrong = [
        (str(subject), predicate.value)
        for subject in own
        for predicate in (terms.LABEL, terms.COMMENT)
        if sorted(
            str(getattr(triple.object, "language", ""))
            for triple in vocabulary.triples
            if triple.subject == subject and triple.predicate == predicate
        )
        != ["en", "fr"]
    ]

    assert wrong == []


@pytest.mark.parametrize("relation", RELATION_TERMS, ids=lambda relation: relation.key)
def test_a_relation_has_an_inverse_that_leads_back(vocabulary: Vocabulary, relation: Relation) -> None:
    inverse = vocabulary.inverse_of(relation)

    assert vocabulary.inverse_of(inverse) == relation
    assert (inverse == relation) is relation.symmetric
    assert (inverse.domain, inverse.range) == (relation.range, relation.domain)
    assert inverse.transitive is relation.transitive


@pytest.mark.parametrize("relation", RELATION_TERMS, ids=lambda relation: relation.key)
def test_a_relation_has_a_sentence_in_every_language(vocabulary: Vocabulary, relation: Relation) -> None:
    assert set(relation.sentences) == set(vocabulary.languages)
    for sentence in relation.sentences.values():
        assert sorted(slot for _, slot, _, _ in Formatter().parse(sentence) if slot) == ["object", "subject"]


def test_of_a_relation_and_its_inverse_one_is_primary(vocabulary: Vocabulary) -> None:
    both = [
        one.key for one in RELATION_TERMS if one.primary == vocabulary.inverse_of(one).primary and not one.symmetric
    ]

    assert both == []


def test_no_two_relations_are_told_in_the_same_words(vocabulary: Vocabulary) -> None:
    """A narrower relation may sound like its wider one; no two others may."""
    clashes = [
        (one.key, other.key)
        for one in RELATION_TERMS
        for other in RELATION_TERMS
        if one.key < other.key and one.labels["en"] == other.labels["en"]
    ]

    assert clashes == []


@pytest.mark.parametrize("key", DEPENDENCIES)
def test_kinds_of_dependency_are_dependencies(vocabulary: Vocabulary, key: str) -> None:
    assert vocabulary.relations["dependsOn"].iri in vocabulary.relations[key].wider
    assert vocabulary.relations["dependencyOf"].iri in vocabulary.inverse_of(vocabulary.relations[key]).wider
    assert vocabulary.relations["dependsOn"].transitive


def test_being_filed_under_something_is_no_dependency(vocabulary: Vocabulary) -> None:
    assert vocabulary.relations["inEcosystemOf"].wider == {vocabulary.relations["inEcosystemOf"].iri}


def test_every_class_is_an_entity_and_has_a_colour(vocabulary: Vocabulary) -> None:
    wrong = [
        one.key
        for one in vocabulary.classes.values()
        if (one.key != "Entity" and terms.ENTITY.value not in one.wider) or not one.colour.startswith("#")
    ]

    assert wrong == []


def test_no_class_is_wider_than_itself(vocabulary: Vocabulary) -> None:
    assert [one.key for one in vocabulary.classes.values() if one.iri in one.wider] == []


def test_every_domain_and_range_is_a_class(vocabulary: Vocabulary) -> None:
    unknown = [
        (one.key, iri)
        for one in RELATION_TERMS
        for iri in (*one.domain, *one.range)
        if vocabulary.class_of(iri) is None
    ]

    assert unknown == []


def test_the_keys_of_documents_do_not_clash(vocabulary: Vocabulary) -> None:
    """One word in a document stands for one thing."""
    assert not set(vocabulary.relations) & set(vocabulary.attributes)
    assert not set(vocabulary.attributes) & {
        "type",
        "name",
        "also",
        "description",
        "relations",
        "line",
        "basis",
        "words",
    }
    assert not set(vocabulary.relations) & {"line", "basis", "words", "accepted"}


def test_the_most_specific_class_is_the_one_that_no_other_is_narrower_than(vocabulary: Vocabulary) -> None:
    classes = vocabulary.classes
    types = [classes[key].iri for key in ("Software", "StorageOperator", "Entity", "Operator")]

    found = vocabulary.most_specific([*types, "urn:unknown"])

    assert found is classes["StorageOperator"]
    assert vocabulary.most_specific(["urn:unknown"]) is None


def test_narrower_classes_and_relations_include_the_wide_one(vocabulary: Vocabulary) -> None:
    operators = vocabulary.narrower_classes(vocabulary.classes["Operator"])
    uses = vocabulary.narrower_relations(vocabulary.relations["uses"])

    assert [one.key for one in operators] == ["Operator", "StorageOperator"]
    assert [one.key for one in uses] == ["provisionedWith", "uses", "usesTool"]


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ({"en": "a", "fr": "b"}, "fr", "b"),
        ({"en": "a", "fr": "b"}, "", "a"),
        ({"fr": "b", "de": "c"}, "es", "b"),
        ({"de": "c"}, "fr", "c"),
        ({}, "fr", ""),
    ],
)
def test_a_text_is_given_in_the_best_language_there_is(
    vocabulary: Vocabulary, texts: dict[str, str], language: str, expected: str
) -> None:
    assert vocabulary.text(texts, language) == expected


def test_a_known_prefix_shortens_an_iri(vocabulary: Vocabulary) -> None:
    assert vocabulary.curie(f"{terms.CI}uses") == "ci:uses"
    assert vocabulary.curie("urn:elsewhere") == "urn:elsewhere"


def test_the_same_files_have_the_same_digest(vocabulary: Vocabulary) -> None:
    assert load().digest == vocabulary.digest


# --- another ontology

HEAD = """\
@prefix ci: <https://w3id.org/cloudindex/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/garden#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
<https://example.org/garden> a owl:Ontology ; dcterms:language "en" .
ex:Plant a owl:Class ; rdfs:subClassOf ci:Entity ; rdfs:label "plant"@en ; ci:colour "#00ff00" .
ex:Tree a owl:Class ; rdfs:subClassOf ex:Plant ; rdfs:label "tree"@en .
"""
FEEDS = """\
ex:feeds a ci:Relation ; owl:inverseOf ex:fedBy ; rdfs:label "feeds"@en ; ci:sentence "{subject} feeds {object}"@en .
ex:fedBy a ci:Relation ; rdfs:label "fed by"@en ; ci:sentence "{subject} is fed by {object}"@en .
"""


def write(folder: Path, text: str, *, name: str = "garden.ttl") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_another_ontology_brings_its_terms_and_keeps_the_roles(tmp_path: Path) -> None:
    vocabulary = load(write(tmp_path, HEAD + FEEDS))

    assert {"Plant", "Tree", "Document", "Section"} <= vocabulary.classes.keys()
    assert {"feeds", "fedBy", "inSection", "about"} <= vocabulary.relations.keys()
    assert "usesTool" not in vocabulary.relations
    assert set(vocabulary.polarities) == {"pro", "con", "constraint", "claim"}
    assert vocabulary.languages == ("en",)


def test_a_colour_is_taken_over_by_narrower_classes(tmp_path: Path) -> None:
    assert load(write(tmp_path, HEAD)).classes["Tree"].colour == "#00ff00"


def test_a_circle_of_classes_ends(tmp_path: Path) -> None:
    vocabulary = load(write(tmp_path, f"{HEAD}ex:Plant rdfs:subClassOf ex:Tree .\n"))

    assert vocabulary.classes["Tree"].iri in vocabulary.classes["Plant"].wider


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            'ex:feeds a ci:Relation ; rdfs:label "feeds"@en ; ci:sentence "{subject} feeds {object}"@en .',
            "garden#feeds: a relation needs owl:inverseOf",
            id="no inverse",
        ),
        pytest.param(
            'ex:feeds a ci:Relation ; owl:inverseOf ex:no ; rdfs:label "f"@en ; ci:sentence "{subject} {object}"@en .',
            "garden#no: is the inverse of <https://example.org/garden#feeds> and must be a ci:Relation too",
            id="an inverse that is no relation",
        ),
        pytest.param(
            FEEDS.replace(' ; ci:sentence "{subject} is fed by {object}"@en', ""),
            "garden#fedBy: a relation needs a ci:sentence in “en”",
            id="no sentence",
        ),
        pytest.param(
            FEEDS.replace("is fed by {object}", "is fed"),
            "garden#fedBy: the sentence “{subject} is fed” must hold {subject} and {object}",
            id="a sentence without its object",
        ),
        pytest.param(
            FEEDS.replace("is fed by {object}", "{verb} {object}"), "garden#fedBy", id="a sentence with another slot"
        ),
        pytest.param(FEEDS.replace('rdfs:label "feeds"@en ; ', ""), "garden#feeds: needs an rdfs:label", id="no label"),
        pytest.param(
            FEEDS.replace('"feeds"@en', '"nourrit"@fr'),
            "garden#feeds: needs an rdfs:label",
            id="no label in the language",
        ),
        pytest.param(
            'ex:section a ci:Attribute ; rdfs:label "a"@en . <urn:x#section> a ci:Attribute ; rdfs:label "b"@en .',
            "“section” is also the key of",
            id="a key twice",
        ),
        pytest.param("ex:Shrub a owl:Class ; rdfs:subClassOf", r"garden.ttl:", id="a syntax error"),
        pytest.param("no:prefix a owl:Class .", "garden.ttl:10", id="an unknown prefix"),
    ],
)
def test_a_broken_ontology_is_refused_with_the_term_or_line(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, f"{HEAD}{text}\n")

    with pytest.raises(OntologyError) as caught:
        load(tmp_path)

    assert message in str(caught.value)


def test_a_folder_without_turtle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match=r"holds no \.ttl file"):
        load(tmp_path)


def test_a_folder_with_rules_and_no_turtle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    write(tmp_path / "rules", "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }", name="own.rq")

    with pytest.raises(OntologyError, match=r"holds no \.ttl file"):
        load(tmp_path)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OntologyError):
        load(tmp_path / "nowhere")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "garden.ttl").write_bytes(b"# caf\xe9\n")

    with pytest.raises(OntologyError, match=r"garden\.ttl"):
        load(tmp_path)


def test_a_file_called_like_the_roles_does_not_replace_them(tmp_path: Path) -> None:
    vocabulary = load(write(tmp_path, HEAD + FEEDS, name="roles.ttl"))

    assert {"feeds", "inSection"} <= vocabulary.relations.keys()


@pytest.mark.parametrize(
    ("iri", "name"), [("https://a.b/c#d", "d"), ("https://a.b/c/d/", "d"), ("https://a.b/c", "c"), ("plain", "plain")]
)
def test_a_local_name_is_the_end_of_an_iri(iri: str, name: str) -> None:
    assert local_name(iri) == name
