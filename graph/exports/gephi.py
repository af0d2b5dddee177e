"""The two tables of Gephi's spreadsheet import: nodes.csv and edges.csv.

Every edge has a kind, its relation: Gephi takes two edges of one kind between the same nodes for one.

Source: https://docs.gephi.org/desktop/User_Manual/Import/
"""

from collections.abc import Iterator
from typing import Final

from graph.exports.network import Edge, Network, Node
from graph.exports.tables import Cells, Table, archive

NODE_HEAD: Final = ("Id", "Label", "class", "class_label", "color", "iri", "name", "description", "spellings")
EDGE_HEAD: Final = (
    "Source",
    "Target",
    "Type",
    "Id",
    "Label",
    "Kind",
    "Weight",
    "relation",
    "sentence",
    "sources",
    "basis",
    "inferred",
)


def write(network: Network) -> Iterator[bytes]:
    """Yield an archive of two tables."""
    keys = tuple(one.key for one in network.legend.attributes)

    def node_row(node: Node) -> Cells:
        own = (node.id, node.label, node.type, node.type_label, node.colour, node.iri, node.name)
        return (*own, node.description, node.spellings, *(node.attributes.get(key, "") for key in keys))

    head = (*NODE_HEAD, *keys)
    nodes = Table("nodes.csv", head, map(node_row, network.nodes))
    edges = Table("edges.csv", EDGE_HEAD, map(_edge_row, network.edges))
    return archive(nodes, edges, network)


def _edge_row(edge: Edge) -> Cells:
    own = (edge.source, edge.target, "Directed", f"e{edge.id}", edge.label, edge.relation, "1", edge.relation)
    return (*own, edge.sentence, edge.sources, edge.basis, "true" if edge.is_inferred else "false")
