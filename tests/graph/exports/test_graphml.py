"""GraphML as other programs read it: names, types, colours, every edge, and characters that XML has trouble with."""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.engine.generations import Generation
from graph.exports import graphml
from graph.exports.network import Edge, Node, list_edges, list_nodes
from graph.exports.writers import export
from graph.formats import GRAPHML, JSON_LD, NTRIPLES, TURTLE
from graph.index import Index, open_index
from graph.workshop import Workshop
from tests.conftest import Write

GRAPHML_XML = "{http://graphml.graphdrawing.org/xmlns}"
AWKWARD = [
    "double \" and single ' quotes",
    "less < more > and &amp;",
    "]]> and <![CDATA[",
    "\N{GRINNING FACE} \N{CLOUD}\ufe0f",
    "Équilibreur, 負荷分散",
    "two\nlines\tand a tab",
    "-- <!-- -->",
]


def read(pieces: Iterable[bytes]) -> networkx.MultiDiGraph:
    """Return the graph that networkx reads, parallel edges kept."""
    return networkx.read_graphml(io.BytesIO(b"".join(pieces)), force_multigraph=True)


def node(label: str, *, slug: str = "a") -> Node:
    """Return a node with that label."""
    return Node(slug, f"https://example.org/{slug}", label, "Thing", "#0a141e")


def edge(number: int, *, sentence: str = "a likes b") -> Edge:
    """Return an edge from ``a`` to ``b``."""
    return Edge(f"{number:032x}", "a", "b", "likes", "likes", sentence, "note:1 | note:2")


@pytest.fixture(scope="module")
def exported(index: Index) -> networkx.MultiDiGraph:
    """The graph of this project, written and read back."""
    return read(export(index, GRAPHML))


def test_every_entity_is_a_node_with_its_name_type_and_colour(index: Index, exported: networkx.MultiDiGraph) -> None:
    expected = {
        one.id: {"label": one.label, "type": one.type, "iri": one.iri, "colour": one.colour}
        for one in list_nodes(index)
    }

    found = {
        slug: {name: data[name] for name in ("label", "type", "iri", "colour")}
        for slug, data in exported.nodes(data=True)
    }

    assert found == expected
    assert found["rook"]["label"] == "Rook"
    assert found["rook"]["type"] == "StorageOperator"


def test_a_colour_is_given_in_parts_too(exported: networkx.MultiDiGraph) -> None:
    """Gephi reads ``r``, ``g`` and ``b``."""
    shades = {slug: (data["r"], data["g"], data["b"]) for slug, data in exported.nodes(data=True)}

    assert all(
        f"#{red:02x}{green:02x}{blue:02x}" == exported.nodes[slug]["colour"]
        for slug, (red, green, blue) in shades.items()
    )


def test_every_stated_relation_between_two_entities_is_an_edge(index: Index, exported: networkx.MultiDiGraph) -> None:
    rows = index.reader.rows(
        """
        PREFIX ci: <https://w3id.org/cloudindex/ontology#>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        SELECT DISTINCT ?subject ?predicate ?object {
          GRAPH ?records { ?record rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; ci:basis ?b }
          ?predicate a ci:Relation
          FILTER(STRSTARTS(STR(?subject), "https://w3id.org/cloudindex/id/"))
          FILTER(STRSTARTS(STR(?object), "https://w3id.org/cloudindex/id/"))
        }
        """
    )
    expected = {
        tuple(_short(str(row[name])[1:-1], index) for name in ("subject", "predicate", "object")) for row in rows
    }

    found = [(source, data["relation"], target) for source, target, data in exported.edges(data=True)]

    assert len(found) == len(rows) > 100
    assert set(found) == expected


def test_an_edge_says_what_it_means_and_who_says_so(exported: networkx.MultiDiGraph) -> None:
    (found,) = [data for data in exported["kubespray"]["ansible"].values() if data["relation"] == "usesTool"]

    assert found["label"] == "uses tool"
    assert found["sentence"] == "Kubespray uses Ansible"
    assert re.fullmatch(r"cloud-index:45 \| common-knowledge:\d+", found["sources"])


def test_labels_and_sentences_are_in_the_language_asked_for(index: Index) -> None:
    graph = read(export(index, GRAPHML, language="fr"))

    (found,) = [data for data in graph["kubespray"]["ansible"].values() if data["relation"] == "usesTool"]
    assert (found["label"], found["sentence"]) == ("utilise l’outil", "Kubespray utilise Ansible")


def test_parallel_edges_are_kept_apart(index: Index, exported: networkx.MultiDiGraph) -> None:
    pairs = [(one.source, one.target) for one in list_edges(index)]

    assert len(set(pairs)) < len(pairs)
    assert exported.number_of_edges() == len(pairs)


def test_two_edges_between_the_same_nodes_read_back_as_two() -> None:
    graph = read(graphml.write([node("A"), node("B", slug="b")], [edge(1), edge(2)]))

    assert graph.number_of_edges("a", "b") == 2


def test_an_edge_has_the_same_id_in_every_language(index: Index, exported: networkx.MultiDiGraph) -> None:
    french = read(export(index, GRAPHML, language="fr"))

    assert set(french.edges(keys=True)) == set(exported.edges(keys=True))


@pytest.mark.parametrize("text", AWKWARD)
def test_an_awkward_character_reads_back_the_same(text: str) -> None:
    graph = read(graphml.write([node(text), node("B", slug="b")], [edge(1, sentence=text)]))

    assert graph.nodes["a"]["label"] == text
    assert [data["sentence"] for _, _, data in graph.edges(data=True)] == [text]


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_hold_is_replaced(character: str) -> None:
    graph = read(graphml.write([node(f"be{character}fore")], []))

    assert graph.nodes["a"]["label"] == "be\ufffdfore"


@given(text=st.text(min_size=1))
def test_any_text_gives_a_file_that_is_read(text: str) -> None:
    """What cannot be written is replaced, and nothing else is changed but the ends of lines, which XML unites."""
    graph = read(graphml.write([node(text), node("B", slug="b")], [edge(1, sentence=text)]))

    found = graph.nodes["a"]["label"]
    expected = graphml.UNWRITABLE.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    assert found.replace("\r\n", "\n").replace("\r", "\n") == expected


def test_the_ids_of_keys_are_their_meaning() -> None:
    """Gephi looks at the id of a key, not at its name."""
    root = ET.fromstring(b"".join(graphml.write([], [])))  # noqa: S314  # our own file

    keys = {(key.attrib["for"], key.attrib["id"], key.attrib["attr.name"]) for key in root.iter(f"{GRAPHML_XML}key")}

    assert {("node", name, name) for name in ("label", "type", "iri", "colour", "r", "g", "b")} <= keys
    assert {("edge", name, name) for name in ("relation", "sentence", "sources")} <= keys
    assert ("edge", "edgelabel", "label") in keys
    assert len({identity for _, identity, _ in keys}) == len(keys)


def test_an_entity_without_a_document_that_introduces_it_is_no_hole(
    write: Write, build: Callable[[], Generation], workshop: Workshop
) -> None:
    """An edge to something that has no type would have an end that is no node."""
    write("note.yaml", "entities: {a: {type: Vendor, name: A, relations: [{maintains: unheard-of}]}}")
    generation = build()

    index = open_index(generation.folder.parent.parent, workshop.vocabulary, workshop.iris)

    nodes = {one.id for one in list_nodes(index)}
    ends = {end for one in list_edges(index) for end in (one.source, one.target)}
    assert ends <= nodes


@pytest.mark.parametrize("form", [TURTLE, NTRIPLES, JSON_LD, GRAPHML], ids=lambda form: str(form.name))
def test_every_export_is_written(form: object, index: Index) -> None:
    content = b"".join(export(index, form))  # type: ignore[arg-type]

    assert b"kubespray" in content


def _short(iri: str, index: Index) -> str:
    """Return the slug of an entity, or the key of a relation."""
    relation = index.vocabulary.relation_of(iri)
    return relation.key if relation else index.iris.reference(iri)
