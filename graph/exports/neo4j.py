"""The two tables of ``neo4j-admin database import``: nodes.csv and relationships.csv.

Line breaks become spaces, so that the import needs no option for them.

Source: https://neo4j.com/docs/operations-manual/current/import/
"""

from collections.abc import Iterator
from typing import Final

from graph.exports.network import SEVERAL, Edge, Network, Node
from graph.exports.tables import Cells, Table, archive

NODE_HEAD: Final = ("id:ID", "label", "name", "iri", "type", "description", "spellings:string[]")
EDGE_HEAD: Final = (
    ":START_ID",
    ":END_ID",
    ":TYPE",
    "id",
    "label",
    "sentence",
    "sources:string[]",
    "basis:string[]",
    "inferred:boolean",
)
# Between the parts of an array, and the labels of a node.
DELIMITER: Final = ";"


def write(network: Network) -> Iterator[bytes]:
    """Yield an archive of two tables; a node has the labels of its class and of all wider ones."""
    wider = {one.key: DELIMITER.join((one.key, *one.wider)) for one in network.legend.classes}
    keys = tuple(one.key for one in network.legend.attributes)

    def node_row(node: Node) -> Cells:
        own = (node.id, node.label, node.name, node.iri, node.type, node.description)
        values = (_as_array(node.attributes.get(key, "")) for key in keys)
        return _on_one_line((*own, _as_array(node.spellings), *values, wider.get(node.type, "")))

    head = (*NODE_HEAD, *(f"{key}:string[]" for key in keys), ":LABEL")
    nodes = Table("nodes.csv", head, map(node_row, network.nodes))
    edges = Table("relationships.csv", EDGE_HEAD, map(_edge_row, network.edges))
    return archive(nodes, edges, network)


def _edge_row(edge: Edge) -> Cells:
    own = (edge.source, edge.target, edge.relation, f"e{edge.id}", edge.label, edge.sentence)
    told = _as_array(edge.sources), _as_array(edge.basis), "true" if edge.is_inferred else "false"
    return _on_one_line((*own, *told))


def _as_array(text: str) -> str:
    return text.replace(DELIMITER, ",").replace(SEVERAL, DELIMITER)


def _on_one_line(cells: Cells) -> Cells:
    return [" ".join(cell.splitlines()) if len(cell.splitlines()) > 1 else cell for cell in cells]
