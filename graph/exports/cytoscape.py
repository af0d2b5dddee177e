"""Cytoscape.js JSON, as the library and Cytoscape for the desktop read it.

networkx reads it too, where every node has a ``value``.

Source: https://js.cytoscape.org/#notation/elements-json
"""

from collections.abc import Iterator
from typing import Any

import orjson

from graph.exports.json_parts import facts_of_edge, facts_of_node, joined
from graph.exports.network import Edge, Network, Node


def write(network: Network) -> Iterator[bytes]:
    """Yield the document, piece by piece."""
    about = {"name": network.title, "shared_name": network.title}
    head = {"format_version": "1.0", "generated_by": "Cloud Index", "directed": True, "multigraph": True, "data": about}
    yield orjson.dumps(head)[:-1] + b',"elements":{"nodes":[\n'
    yield from joined(map(_node, network.nodes))
    yield b'\n],"edges":[\n'
    yield from joined(map(_edge, network.edges))
    yield b"\n]}}\n"


def _node(node: Node) -> dict[str, Any]:
    facts = facts_of_node(node)
    own = {"id": node.id, "value": node.id, "label": node.label, "shared_name": node.id, "name": node.label}
    return {"data": {**facts, **own}}


def _edge(edge: Edge) -> dict[str, Any]:
    own = {
        "id": f"e{edge.id}",
        "key": f"e{edge.id}",
        "source": edge.source,
        "target": edge.target,
        "label": edge.label,
        "interaction": edge.relation,
        "shared_interaction": edge.relation,
        "name": edge.sentence,
    }
    return {"data": {**facts_of_edge(edge), **own}}
