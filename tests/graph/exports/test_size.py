"""Every format is read back at any size: small here, as large as `CLOUDINDEX_ENTITIES` says where that is set.

``CLOUDINDEX_ENTITIES=100000 pytest tests/graph/exports/test_size.py`` takes an hour, and its programs much memory.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from benchmarks.exports import built
from graph.errors import FormatLimitError
from graph.exports.network import Edge, Node
from graph.exports.orders import Exporter, Order
from graph.exports.writers import written
from graph.formats import QUADS, RDF, Format
from graph.index import Index, open_index
from graph.iris import Iris
from graph.vocabulary_reader import load
from tests.graph.exports.made import AWKWARD, edge, elements, network, node
from tests.graph.exports.readers import Found, Reader, expected
from tests.graph.exports.test_rdf import PROGRAMS, counted_by

ENTITIES = int(os.environ.get("CLOUDINDEX_ENTITIES", "0"))
NODES = ENTITIES or 500
EDGES_PER_NODE = 5


@cache
def awkward(count: int) -> tuple[list[Node], list[Edge]]:
    """Return nodes with awkward names, and edges to a few and to the next ones; every fifth is there twice."""
    nodes = [node(f"{AWKWARD[at % len(AWKWARD)]} {at}", slug=f"n{at}") for at in range(count)]
    edges = []
    for number in range(count * EDGES_PER_NODE):
        source, nth = divmod(number, EDGES_PER_NODE)
        target = (0, source // 2, source // 2, (source + 1) % count, (source * source) % count)[nth]
        made = edge(number, source=f"n{source}", target=f"n{target}", label=f"likes {nth}")
        edges.append(
            made._replace(
                relation=f"likes{nth}",
                sentence=nodes[source].label,
                source_name=nodes[source].label,
                target_name=nodes[target].label,
            )
        )
    return nodes, edges


@pytest.fixture(scope="module")
def landscape() -> Index:
    """A made-up landscape, published through the gate and opened."""
    if not ENTITIES:
        pytest.skip("CLOUDINDEX_ENTITIES says no size; the landscape of the CNCF is read back in any case")
    return open_index(built(ENTITIES), load(), Iris())


@contextmanager
def file_of(pieces: Iterator[bytes], form: Format, folder: Path) -> Iterator[Path]:
    """Write *pieces* to a file, which is gone afterwards: it may be large."""
    path = folder / f"graph.{form.extension}"
    try:
        with path.open("wb") as file:
            file.writelines(pieces)
        yield path
    finally:
        path.unlink()


def can_hold(form: Format, nodes: int, edges: int) -> bool:
    return not (form.most_nodes and nodes > form.most_nodes) and not (form.most_edges and edges > form.most_edges)


def test_a_large_graph_with_awkward_names_is_read_back(reader: Reader, tmp_path: Path) -> None:
    nodes, edges = awkward(min(NODES, reader.most_nodes or NODES))
    if not can_hold(reader.form, len(nodes), len(edges)):
        with pytest.raises(FormatLimitError):
            list(written(network(nodes, edges), reader.form))
        return

    with file_of(written(network(nodes, edges), reader.form), reader.form, tmp_path) as path:
        assert reader.read(path) == expected(nodes, edges)


@pytest.fixture(scope="module")
def right(landscape: Index) -> Found:
    """What every program should find in the landscape."""
    return expected(*elements(landscape))


def test_a_landscape_is_read_back(reader: Reader, landscape: Index, right: Found, tmp_path: Path) -> None:
    if reader.most_nodes and right.nodes.total() > reader.most_nodes:
        pytest.skip(f"{reader.name} reads no more than {reader.most_nodes} nodes here")
    path = tmp_path / f"graph.{reader.form.extension}"
    with path.open("wb") as file:
        if not can_hold(reader.form, right.nodes.total(), right.edges.total()):
            with pytest.raises(FormatLimitError):
                Exporter(landscape, reader.form).write(Order(), file)
            return
        Exporter(landscape, reader.form).write(Order(), file)

    found = reader.read(path)
    path.unlink()

    assert found == right


@pytest.mark.parametrize(
    ("program", "form"), [(program, form) for program, known in PROGRAMS.items() for form in RDF if form.name in known]
)
def test_a_landscape_is_read_back_as_rdf(program: str, form: Format, landscape: Index, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{form.extension}"
    with path.open("wb") as file:
        Exporter(landscape, form).write(Order(), file)

    found = counted_by(program, form, path)
    path.unlink()

    counts = dict(landscape.generation.manifest.graph_sizes())
    everything = counts[landscape.iris.graph("all").value]
    assert found == (sum(counts.values()) if form in QUADS else everything)
