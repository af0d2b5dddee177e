"""CX2, as Cytoscape Web, Cytoscape for the desktop and NDEx read it.

Nodes and edges have whole numbers there: a hash, so that they are the same in every export.

Source: https://cytoscape.org/cx/cx2/specification/cytoscape-exchange-format-specification-(version-2)/
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

import orjson

from graph.exports.json_parts import facts_of_edge, facts_of_node, joined
from graph.exports.network import Edge, Network, Node

NODE_TEXTS: Final = (
    "slug",
    "name",
    "label",
    "type",
    "type_label",
    "iri",
    "colour",
    "description",
    "spellings",
)
EDGE_TEXTS: Final = ("name", "interaction", "label", "sources", "basis", "edge")
# As many bits as a number of JavaScript holds exactly.
BITS: Final = 52


@lru_cache(maxsize=1 << 14)
def number_of(id_: str) -> int:
    """Return the number of a node or edge."""
    return int.from_bytes(blake2b(id_.encode(), digest_size=8).digest(), "big") >> (64 - BITS)


def write(network: Network) -> Iterator[bytes]:
    """Yield the aspects, piece by piece."""
    text = {"d": "string"}
    nodes = dict.fromkeys((*NODE_TEXTS, *(one.key for one in network.legend.attributes)), text)
    declared = {
        "networkAttributes": {"name": text},
        "nodes": nodes,
        "edges": {**dict.fromkeys(EDGE_TEXTS, text), "inferred": {"d": "boolean"}},
    }
    metadata = [
        {"name": "attributeDeclarations", "elementCount": 1},
        {"name": "networkAttributes", "elementCount": 1},
        {"name": "nodes", "elementCount": network.node_count},
        {"name": "edges", "elementCount": network.edge_count},
    ]
    yield b'[{"CXVersion":"2.0","hasFragments":false},\n{"metaData":' + orjson.dumps(metadata) + b"},\n"
    yield b'{"attributeDeclarations":[' + orjson.dumps(declared) + b"]},\n"
    yield b'{"networkAttributes":[' + orjson.dumps({"name": network.title}) + b"]},\n"
    yield b'{"nodes":[\n'
    yield from joined(map(_node, network.nodes))
    yield b'\n]},\n{"edges":[\n'
    yield from joined(map(_edge, network.edges))
    yield b'\n]},\n{"status":[{"success":true}]}]\n'


def _node(node: Node) -> dict[str, Any]:
    return {"id": number_of(node.id), "v": {**facts_of_node(node), "slug": node.id, "name": node.label}}


def _edge(edge: Edge) -> dict[str, Any]:
    facts = facts_of_edge(edge)
    values = {
        "name": facts.pop("sentence"),
        "interaction": edge.relation,
        "label": edge.label,
        "edge": f"e{edge.id}",
        **facts,
    }
    return {"id": number_of(edge.id), "s": number_of(edge.source), "t": number_of(edge.target), "v": values}
