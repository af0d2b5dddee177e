"""Two tables for people with a spreadsheet: nodes.csv and edges.csv, with names in place of ids.

They begin with a byte order mark, without which Excel takes UTF-8 for something else.  What begins like a formula has
an apostrophe before it, so that no spreadsheet computes it.

Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

from collections.abc import Iterator
from typing import Final

from graph.exports.network import Edge, Network, Node
from graph.exports.tables import BYTE_ORDER_MARK, Cells, Table, archive

NODE_HEAD: Final = ("id", "label", "type", "type label", "description", "other spellings", "iri")
EDGE_HEAD: Final = (
    "from",
    "relation",
    "to",
    "sentence",
    "stated in",
    "how read",
    "inferred",
    "from id",
    "relation id",
    "to id",
    "edge id",
)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write(network: Network) -> Iterator[bytes]:
    """Yield an archive of two tables."""
    keys = tuple(one.key for one in network.legend.attributes)
    head = (*NODE_HEAD, *(one.label for one in network.legend.attributes))

    def node_row(node: Node) -> Cells:
        own = (node.id, node.label, node.type, node.type_label, node.description, node.spellings, node.iri)
        return _harmless((*own, *(node.attributes.get(key, "") for key in keys)))

    nodes = Table("nodes.csv", head, map(node_row, network.nodes))
    edges = Table("edges.csv", EDGE_HEAD, map(_edge_row, network.edges))
    return archive(nodes, edges, network, mark=BYTE_ORDER_MARK)


def _edge_row(edge: Edge) -> Cells:
    told = edge.sentence, edge.sources, edge.basis, "yes" if edge.is_inferred else "no"
    ids = edge.source, edge.relation, edge.target, f"e{edge.id}"
    return _harmless((edge.source_name, edge.label, edge.target_name, *told, *ids))


def _harmless(cells: Cells) -> Cells:
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]
