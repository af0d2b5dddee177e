"""Nothing of the domain is in the code: a theatre, with an ontology and documents of its own, works as clouds do."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import networkx
import pytest
import rdflib
from rdflib.namespace import RDF

from graph import publishing
from graph.building import build
from graph.formats import GRAPHML, TURTLE
from graph.index import Index, open_index
from graph.iris import Iris
from graph.vocabulary import Vocabulary
from graph.vocabulary_reader import load
from graph.workshop import Workshop
from tests.conftest import running
from tests.graph.exports.made import exported

HERE = Path(__file__).parent
ONTOLOGY = HERE / "ontology"
DATA = HERE / "data"
BASE = "https://stage.example.org/index/"
TH = "https://example.org/theatre#"
CLASSES = {"Work", "Play", "Tragedy", "Comedy", "Person", "Author", "Actor", "Production", "Place", "Stage"}


@pytest.fixture(scope="module")
def theatre() -> Vocabulary:
    """The ontology of the theatre."""
    return load(ONTOLOGY)


@pytest.fixture(scope="module")
def index(theatre: Vocabulary, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The documents of the theatre, published and opened."""
    state = tmp_path_factory.mktemp("theatre")
    workshop = Workshop.of(theatre, Iris(BASE))
    build(DATA, state, lambda: workshop, inputs=theatre.digest)
    return open_index(state, theatre, workshop.iris)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a real service on the theatre."""
    folder = tmp_path_factory.mktemp("stage")
    options = ("--ontology", str(ONTOLOGY), "--data", str(DATA), "--state", str(folder / "state"))
    environment = {"CLOUDINDEX_BASE_IRI": BASE}
    with (
        running(*options, cwd=folder, environment=environment) as address,
        httpx.Client(base_url=address, timeout=60) as session,
    ):
        yield session


def get(client: httpx.Client, path: str, **parameters: str) -> Any:
    """Return the JSON at *path*."""
    return client.get(path, params=parameters).raise_for_status().json()


def listed(client: httpx.Client, **parameters: str) -> list[str]:
    """Return the slugs that fit."""
    return [item["slug"] for item in get(client, "/api/entities", **parameters)["items"]]


def asked(client: httpx.Client, query: str) -> list[str]:
    """Return the values of ``?x``, sorted."""
    rows = get(client, "/sparql", query=query, format="json")["results"]["bindings"]
    return sorted(row["x"]["value"].removeprefix(f"{BASE}id/") for row in rows)


# --- Reading ---------------------------------------------------------------------------------


def test_every_document_is_good(theatre: Vocabulary) -> None:
    judgement = publishing.check(DATA, Workshop.of(theatre, Iris(BASE)))

    assert judgement.problems == ()
    assert len(judgement.published) == 2


def test_a_shape_of_the_ontology_judges_the_documents(theatre: Vocabulary, tmp_path: Path) -> None:
    (tmp_path / "season").mkdir()
    (tmp_path / "season/bad.yaml").write_text("entities: {empty: {type: Production, name: Empty}}", encoding="utf-8")

    judgement = publishing.check(tmp_path, Workshop.of(theatre, Iris(BASE)))

    (problem,) = judgement.problems
    assert "Say which work the production stages." in f"{problem.message} {problem.fix}"
    assert judgement.has_violations


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("entities: {a: {type: Tragdy, name: A}}", "Tragedy"),
        ("entities: {a: {type: Play, name: A, relations: [{writenBy: b}]}, b: {type: Author, name: B}}", "writtenBy"),
        ("entities: {a: {type: Play, name: A, premire: '1'}}", "premiere"),
    ],
)
def test_a_misspelt_term_is_told_with_the_nearest(text: str, meant: str, theatre: Vocabulary, tmp_path: Path) -> None:
    (tmp_path / "season").mkdir()
    (tmp_path / "season/bad.yaml").write_text(text, encoding="utf-8")

    judgement = publishing.check(tmp_path, Workshop.of(theatre, Iris(BASE)))

    assert meant in {word for problem in judgement.problems for word in problem.suggestions}


def test_a_term_of_another_ontology_is_unknown_here(theatre: Vocabulary) -> None:
    assert set(theatre.classes) >= CLASSES
    assert not {"ClusterInstaller", "usesTool"} & (set(theatre.classes) | set(theatre.relations))
    assert theatre.languages == ("en", "fr")


# --- Types and relations ---------------------------------------------------------------------


def test_the_classes_are_listed_with_their_labels_and_counts(client: httpx.Client) -> None:
    types = {one["key"]: one for one in get(client, "/api/types")}

    assert set(types) >= CLASSES
    assert types["Tragedy"]["labels"] == {"en": "tragedy", "fr": "tragédie"}
    assert (types["Work"]["count"], types["Play"]["count"], types["Tragedy"]["count"]) == (5, 5, 2)
    assert types["Play"]["colour"] == types["Work"]["colour"] == "#7c2d12"


def test_the_relations_are_listed_with_their_inverses_and_what_they_connect(client: httpx.Client) -> None:
    found = {one["key"]: one for one in get(client, "/api/relations")}

    assert found["adapts"]["inverse"] == "adaptedAs"
    assert found["adapts"]["parents"] == ["drawsOn"]
    assert found["writtenBy"]["range"] == ["Author"]
    assert found["alternatesWith"]["symmetric"]
    assert found["drawsOn"]["transitive"]
    assert (found["adapts"]["stated"], found["drawsOn"]["stated"], found["drawsOn"]["count"]) == (2, 1, 3)


# --- Entities --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"type": "Work"}, {"phaedra", "hippolytus", "phaedra-s-love", "the-miser", "aulularia"}),
        ({"type": "Tragedy,Comedy"}, {"phaedra", "hippolytus", "the-miser", "aulularia"}),
        ({"type": "Work", "without": "stagedIn"}, {"hippolytus", "phaedra-s-love", "aulularia"}),
        ({"with": "writtenBy:racine,moliere"}, {"phaedra", "the-miser"}),
        ({"with": "drawsOn"}, {"phaedra", "phaedra-s-love", "the-miser"}),
        ({"with": "drawsOn:Tragedy"}, {"phaedra", "phaedra-s-love"}),
        ({"with": "drawsOn*:hippolytus"}, {"phaedra", "phaedra-s-love"}),
        ({"with": "feeds*:phaedra-s-love"}, {"phaedra", "hippolytus"}),
        ({"opinion": "pro"}, {"phaedra-in-grey"}),
        ({"q": "poquelin"}, {"moliere"}),
        ({"q": "phèdre"}, {"phaedra", "phaedra-in-grey"}),
    ],
)
def test_a_filter_finds_what_fits(parameters: dict[str, str], expected: set[str], client: httpx.Client) -> None:
    found = listed(client, **parameters)

    assert set(found) == expected


def test_an_entity_has_everything_that_is_known_of_it(client: httpx.Client) -> None:
    entity = get(client, "/api/entities/phaedra-in-grey", lang="fr")

    assert entity["iri"] == f"{BASE}id/phaedra-in-grey"
    assert entity["labels"] == {"en": "Phaedra in grey", "fr": "Phèdre en gris"}
    assert [(one["polarity"], one["grade"]) for one in entity["opinions"]] == [("pro", "++"), ("con", None)]
    (staged,) = [one for one in entity["relations"] if one["relation"] == "stages"]
    assert staged["sources"][0]["document"] == "season"
    assert (staged["sources"][0]["line"], staged["sources"][0]["heading"]) == (2, "Grande salle")


def test_an_edge_of_two_documents_has_two_sources(client: httpx.Client) -> None:
    (edge,) = get(client, "/api/entities/phaedra/relations", relation="adapts", direction="out")

    assert {source["document"]: source["basis"] for source in edge["sources"]} == {
        "works": "written",
        "season": "interpretation",
    }


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Phaedra adapts Hippolytus"), ("fr", "Phaedra adapte Hippolytus")]
)
def test_an_edge_is_told_in_either_language(language: str, sentence: str, client: httpx.Client) -> None:
    (edge,) = get(client, "/api/entities/phaedra/relations", relation="adapts", direction="out", lang=language)

    assert edge["sentence"] == sentence


def test_an_edge_is_told_from_both_of_its_ends(client: httpx.Client) -> None:
    (out,) = get(client, "/api/entities/phaedra/relations", relation="writtenBy")
    (back,) = get(client, "/api/entities/racine/relations", relation="wrote")

    assert (out["edge"], out["direction"], back["direction"]) == (back["edge"], "out", "in")
    assert back["target"]["slug"] == "phaedra"


def test_a_symmetric_relation_is_found_from_both_ends(client: httpx.Client) -> None:
    found = [
        get(client, f"/api/entities/{slug}/relations", relation="alternatesWith")[0]["target"]["slug"]
        for slug in ("phaedra-in-grey", "miser-in-the-cellar")
    ]

    assert found == ["miser-in-the-cellar", "phaedra-in-grey"]


def test_a_transitive_relation_is_followed_over_several_steps(client: httpx.Client) -> None:
    path = "/api/entities/phaedra-s-love/relations"

    found = get(client, path, relation="drawsOn", transitive="true", direction="out")

    assert [(one["target"]["slug"], one["depth"], one["via"]) for one in found] == [
        ("phaedra", 1, None),
        ("hippolytus", 2, "phaedra"),
    ]


def test_a_question_is_no_fact(client: httpx.Client) -> None:
    entity = get(client, "/api/entities/miser-in-the-cellar")

    (question,) = entity["questions"]

    assert (question["relation"], question["target"]) == ("shownAt", "courtyard")
    assert "courtyard" not in listed(client, **{"with": "shows"})


@pytest.mark.parametrize(
    ("path", "suggestion"),
    [
        ("/api/entities?type=Tragdy", "Tragedy"),
        ("/api/entities?with=writenBy", "writtenBy"),
        ("/api/entities?with=writtenBy:molière", "moliere"),
        ("/api/entities/phedra", "phaedra"),
        ("/id/the-misr", "the-miser"),
    ],
)
def test_what_is_misspelt_is_told_with_the_nearest(path: str, suggestion: str, client: httpx.Client) -> None:
    response = client.get(path)

    assert response.status_code in (400, 404)
    assert suggestion in response.json()["suggestions"]


# --- SPARQL ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?x { ?x a th:Tragedy }", ["hippolytus", "phaedra"]),
        ("SELECT ?x { ?x a th:Play }", ["aulularia", "hippolytus", "phaedra", "phaedra-s-love", "the-miser"]),
        ("SELECT ?x { id:racine th:wrote ?x }", ["phaedra"]),
        ("SELECT ?x { id:phaedra-s-love th:drawsOn+ ?x }", ["hippolytus", "phaedra"]),
        ("SELECT ?x { id:miser-in-the-cellar th:alternatesWith/th:stages ?x }", ["phaedra"]),
        ("SELECT ?x { GRAPH document:works { id:phaedra th:adapts ?x } }", ["hippolytus"]),
        (
            "SELECT ?x { GRAPH ?g { ?r rdf:subject id:phaedra ; rdf:predicate th:adapts ; ci:line ?x } }",
            ["5", "8"],
        ),
    ],
)
def test_a_query_is_answered_with_the_prefixes_of_the_ontology(
    query: str, expected: list[str], client: httpx.Client
) -> None:
    found = asked(client, query)

    assert found == expected


def test_an_unknown_term_is_hinted_at(client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": "SELECT ?x { ?x th:writenBy ?y }"})

    assert "did you mean th:writtenBy?" in response.headers["Cloudindex-Hint"]


# --- Linked data and exports -----------------------------------------------------------------


def test_an_iri_is_described(client: httpx.Client) -> None:
    response = client.get("/id/phaedra", headers={"Accept": "text/turtle"})

    graph = rdflib.Graph().parse(data=response.text, format="turtle")
    assert (rdflib.URIRef(f"{BASE}id/phaedra"), RDF.type, rdflib.URIRef(f"{TH}Tragedy")) in graph


def test_the_ontology_is_served(client: httpx.Client) -> None:
    graph = rdflib.Graph().parse(data=client.get("/ontology").text, format="turtle")

    assert {rdflib.URIRef(f"{TH}{name}") for name in CLASSES} <= set(graph.subjects())


def test_the_graph_is_exported_for_visualizers(index: Index) -> None:
    content = exported(index, GRAPHML, "fr")

    graph = networkx.read_graphml(io.BytesIO(content), force_multigraph=True)
    assert graph.nodes["phaedra"]["type"] == "Tragedy"
    assert graph.nodes["phaedra"]["colour"] == "#111827"
    (adapts,) = [data for data in graph["phaedra"]["hippolytus"].values() if data["relation"] == "adapts"]
    assert (adapts["label"], adapts["sources"].count("|")) == ("adapte", 1)


def test_the_graph_is_exported_as_turtle(index: Index) -> None:
    content = exported(index, TURTLE)

    graph = rdflib.Graph().parse(data=content, format="turtle")
    subject, predicate = rdflib.URIRef(f"{BASE}id/phaedra"), rdflib.URIRef(f"{TH}adapts")
    assert (subject, predicate, rdflib.URIRef(f"{BASE}id/hippolytus")) in graph
    assert b"th:adapts" in content
