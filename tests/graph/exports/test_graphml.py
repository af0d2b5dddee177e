"""GraphML as other programs read it: names, types, colours, every edge, and characters that XML has trouble with."""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.characters import cleaned
from graph.engine.generations import Generation
from graph.formats import EXPORTS, GRAPHML, Format
from graph.index import Index, open_index
from graph.workshop import Workshop
from tests.conftest import Write, rows_of
from tests.graph.exports.made import AWKWARD, edge, elements, exported, node, written_as

GRAPHML_XML = "{http://graphml.graphdrawing.org/xmlns}"


def read(content: bytes) -> networkx.MultiDiGraph:
    """Return the graph that networkx reads, parallel edges kept."""
    return networkx.read_graphml(io.BytesIO(content), force_multigraph=True)


@pytest.fixture(scope="module")
def graph(index: Index) -> networkx.MultiDiGraph:
    """The graph of this project, written and read back."""
    return read(exported(index, GRAPHML))


def test_every_entity_is_a_node_with_its_name_type_and_colour(index: Index, graph: networkx.MultiDiGraph) -> None:
    expected = {
        one.id: {"label": one.label, "type": one.type, "iri": one.iri, "colour": one.colour}
        for one in elements(index)[0]
    }

    found = {
        slug: {name: data[name] for name in ("label", "type", "iri", "colour")} for slug, data in graph.nodes(data=True)
    }

    assert found == expected
    assert found["rook"]["label"] == "Rook"
    assert found["rook"]["type"] == "StorageOperator"


def test_a_colour_is_given_in_parts_too(graph: networkx.MultiDiGraph) -> None:
    """Gephi reads ``r``, ``g`` and ``b``."""
    shades = {slug: (data["r"], data["g"], data["b"]) for slug, data in graph.nodes(data=True)}

    assert all(
        f"#{red:02x}{green:02x}{blue:02x}" == graph.nodes[slug]["colour"] for slug, (red, green, blue) in shades.items()
    )


def test_every_stated_relation_between_two_entities_is_an_edge(index: Index, graph: networkx.MultiDiGraph) -> None:
    rows = rows_of(
        index,
        """
        PREFIX ci: <https://w3id.org/cloudindex/ontology#>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        SELECT DISTINCT ?subject ?predicate ?object {
          GRAPH ?records { ?record rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; ci:basis ?b }
          ?predicate a ci:Relation
          FILTER(STRSTARTS(STR(?subject), "https://w3id.org/cloudindex/id/"))
          FILTER(STRSTARTS(STR(?object), "https://w3id.org/cloudindex/id/"))
        }
        """,
    )
    expected = {
        tuple(_short(str(row[name])[1:-1], index) for name in ("subject", "predicate", "object")) for row in rows
    }

    found = [(source, data["relation"], target) for source, target, data in graph.edges(data=True)]

    assert len(found) == len(rows) > 100
    assert set(found) == expected


def test_an_edge_says_what_it_means_and_who_says_so(graph: networkx.MultiDiGraph) -> None:
    (found,) = [data for data in graph["kubespray"]["ansible"].values() if data["relation"] == "usesTool"]

    assert found["label"] == "uses tool"
    assert found["sentence"] == "Kubespray uses Ansible"
    assert re.fullmatch(r"cloud-index:45 \| common-knowledge:\d+", found["sources"])


def test_labels_and_sentences_are_in_the_language_asked_for(index: Index) -> None:
    french = read(exported(index, GRAPHML, "fr"))

    (found,) = [data for data in french["kubespray"]["ansible"].values() if data["relation"] == "usesTool"]
    assert (found["label"], found["sentence"]) == ("utilise l’outil", "Kubespray utilise Ansible")


def test_parallel_edges_are_kept_apart(index: Index, graph: networkx.MultiDiGraph) -> None:
    pairs = [(one.source, one.target) for one in elements(index)[1]]

    assert len(set(pairs)) < len(pairs)
    assert graph.number_of_edges() == len(pairs)


def test_two_edges_between_the_same_nodes_read_back_as_two() -> None:
    graph = read(written_as(GRAPHML, [node("A"), node("B", slug="b")], [edge(1), edge(2)]))

    assert graph.number_of_edges("a", "b") == 2


def test_an_edge_has_the_same_id_in_every_language(index: Index, graph: networkx.MultiDiGraph) -> None:
    french = read(exported(index, GRAPHML, "fr"))

    assert set(french.edges(keys=True)) == set(graph.edges(keys=True))


@pytest.mark.parametrize("text", AWKWARD)
def test_an_awkward_character_reads_back_the_same(text: str) -> None:
    graph = read(written_as(GRAPHML, [node(text), node("B", slug="b")], [edge(1, sentence=text)]))

    assert graph.nodes["a"]["label"] == text
    assert [data["sentence"] for _, _, data in graph.edges(data=True)] == [text]


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_hold_is_replaced(character: str) -> None:
    graph = read(written_as(GRAPHML, [node(f"be{character}fore")], []))

    assert graph.nodes["a"]["label"] == "be\ufffdfore"


@given(text=st.text(min_size=1))
def test_any_text_gives_a_file_that_is_read(text: str) -> None:
    """What cannot be written is replaced, and nothing else is changed but the ends of lines, which XML unites."""
    graph = read(written_as(GRAPHML, [node(text), node("B", slug="b")], [edge(1, sentence=text)]))

    found = graph.nodes["a"]["label"]
    expected = cleaned(text).replace("\r\n", "\n").replace("\r", "\n")
    assert found.replace("\r\n", "\n").replace("\r", "\n") == expected


def test_the_ids_of_keys_are_their_meaning() -> None:
    """Gephi looks at the id of a key, not at its name."""
    root = ET.fromstring(written_as(GRAPHML, [], []))  # noqa: S314  # our own file

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

    nodes = {one.id for one in elements(index)[0]}
    ends = {end for one in elements(index)[1] for end in (one.source, one.target)}
    assert ends <= nodes


@pytest.mark.parametrize("form", EXPORTS, ids=lambda form: str(form.name))
def test_every_export_is_the_same_each_time(form: Format, index: Index) -> None:
    assert exported(index, form) == exported(index, form) != b""


def _short(iri: str, index: Index) -> str:
    """Return the slug of an entity, or the key of a relation."""
    relation = index.vocabulary.relation_of(iri)
    return relation.key if relation else index.iris.reference(iri)
