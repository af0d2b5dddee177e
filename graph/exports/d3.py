"""Node-link JSON, as d3-force and networkx (``edges="links"``) read it.

Source: https://d3js.org/d3-force/link
"""

from collections.abc import Iterator
from typing import Any

import orjson

from graph.exports.json_parts import facts_of_edge, facts_of_node, joined
from graph.exports.network import Edge, Network, Node


def write(network: Network) -> Iterator[bytes]:
    """Yield the document, piece by piece."""
    head = {"directed": True, "multigraph": True, "graph": {"title": network.title}}
    yield orjson.dumps(head)[:-1] + b',"nodes":[\n'
    yield from joined(map(_node, network.nodes))
    yield b'\n],"links":[\n'
    yield from joined(map(_edge, network.edges))
    yield b"\n]}\n"


def _node(node: Node) -> dict[str, Any]:
    return {**facts_of_node(node), "id": node.id, "label": node.label}


def _edge(edge: Edge) -> dict[str, Any]:
    own = {"key": f"e{edge.id}", "id": f"e{edge.id}", "source": edge.source, "target": edge.target}
    return {**facts_of_edge(edge), **own, "relation": edge.relation, "label": edge.label}
