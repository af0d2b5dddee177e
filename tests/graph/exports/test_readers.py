"""Every format is read back by programs that it is for: nodes, labels, parallel edges, awkward characters."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from graph import formats
from graph.engine.generations import Generation
from graph.errors import FormatLimitError
from graph.exports.network import Edge, Node
from graph.index import Index, open_generation
from graph.workshop import Workshop
from tests.conftest import ROOT, Write
from tests.graph.exports.made import awkward, edge, elements, exported, node, written_as
from tests.graph.exports.readers import DRAWN, READERS, Found, Reader, expected


def read(reader: Reader, content: bytes, folder: Path) -> Found:
    path = folder / f"graph.{reader.form.extension}"
    path.write_bytes(content)
    return reader.read(path)


def test_the_graph_of_this_project_is_read_back(reader: Reader, index: Index, tmp_path: Path) -> None:
    found = read(reader, exported(index, reader.form), tmp_path)

    assert found == expected(*elements(index))
    assert found.edges["Kubespray", "uses tool", "Ansible"] == 1


def test_awkward_names_and_parallel_edges_are_read_back(reader: Reader, tmp_path: Path) -> None:
    nodes, edges = awkward()

    assert read(reader, written_as(reader.form, nodes, edges), tmp_path) == expected(nodes, edges)


def test_ten_thousand_relations_of_one_node_are_read_back(reader: Reader, tmp_path: Path) -> None:
    count = 10_000 if not reader.form.most_nodes else reader.form.most_nodes - 1
    nodes = [node("Hub", slug="hub"), *(node(f"Spoke {at}", slug=f"s{at}") for at in range(count))]
    edges = [edge(at, source="hub", target=f"s{at}")._replace(target_name=f"Spoke {at}") for at in range(count)]
    if reader.form.most_edges:
        with pytest.raises(FormatLimitError, match="at most 500 edges, and these are 10,000"):
            written_as(reader.form, nodes, edges)
        return

    assert read(reader, written_as(reader.form, nodes, edges), tmp_path) == expected(nodes, edges)


def test_a_name_that_looks_like_another_with_its_id_is_read_back(reader: Reader, tmp_path: Path) -> None:
    """Names of files must differ, and what is added to make them differ may be there already."""
    nodes = [node("Twin", slug="a"), node("Twin (c)", slug="b"), node("TWIN", slug="c"), node("twin (C)", slug="d")]
    edges = [
        edge(number, source="a", target=one.id)._replace(target_name=one.label) for number, one in enumerate(nodes)
    ]

    assert read(reader, written_as(reader.form, nodes, edges), tmp_path) == expected(nodes, edges)


def test_a_thing_without_a_name_is_called_by_its_slug(
    reader: Reader, write: Write, build: Callable[[], Generation], workshop: Workshop, tmp_path: Path
) -> None:
    write("note.yaml", "entities: {a: {type: Vendor, name: A, relations: [{maintains: unheard-of}]}}")
    index = open_generation(build(), workshop.vocabulary, workshop.iris)

    found = read(reader, exported(index, reader.form), tmp_path)

    assert "unheard-of" in found.nodes
    assert found.edges["A", "maintains", "unheard-of"] == 1


def broken() -> dict[str, tuple[list[Node], list[Edge]]]:
    """Return networks as a writer with a fault would write them."""
    nodes, edges = awkward()
    swapped = [nodes[0]._replace(label=nodes[1].label), nodes[1]._replace(label=nodes[0].label), *nodes[2:]]
    turned = sorted([_turned(edges[4]), *edges[:4], *edges[5:]], key=lambda one: one.source)
    return {
        "an edge is missing": (nodes, edges[1:]),
        "one of two parallel edges is missing": (nodes, [edges[0], *edges[2:]]),
        "an edge is turned round": (nodes, turned),
        "two labels are swapped": (swapped, edges),
        "a label of an edge is another": (nodes, [edges[0]._replace(label="hates"), *edges[1:]]),
    }


def _turned(edge: Edge) -> Edge:
    return edge._replace(
        source=edge.target, target=edge.source, source_name=edge.target_name, target_name=edge.source_name
    )


@pytest.mark.parametrize("fault", broken())
def test_a_fault_of_a_writer_is_seen(fault: str, reader: Reader, tmp_path: Path) -> None:
    right = expected(*awkward())

    assert read(reader, written_as(reader.form, *broken()[fault]), tmp_path) != right


def test_graphviz_draws_it(tmp_path: Path) -> None:
    if DRAWN.missing:
        pytest.skip(DRAWN.missing)
    nodes, edges = awkward()

    assert read(DRAWN, written_as(formats.DOT, nodes, edges), tmp_path) == expected(nodes, edges)


(MERMAID,) = (reader for reader in READERS if reader.form is formats.MERMAID)
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
PICTURES = [
    pytest.param(picture, id=f"{page.name}-{number}")
    for page in PAGES
    for number, picture in enumerate(re.findall(r"^```mermaid\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL))
]


@pytest.mark.parametrize("picture", PICTURES)
def test_pictures_in_the_documentation_are_drawn(picture: str, tmp_path: Path) -> None:
    if MERMAID.missing:
        pytest.skip(MERMAID.missing)

    found = read(MERMAID, picture.encode(), tmp_path)

    assert found.edges["Kubespray", "uses tool", "Ansible"] == 1
