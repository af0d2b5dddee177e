"""JSON Graph Format, version 2.

Source: https://jsongraphformat.info/
"""

from collections.abc import Iterator
from typing import Any

import orjson

from graph.exports.json_parts import facts_of_edge, facts_of_node
from graph.exports.json_parts import joined as joined_items
from graph.exports.network import Edge, Network, Node
from graph.exports.text import PIECES_AT_ONCE


def write(network: Network) -> Iterator[bytes]:
    """Yield the document, piece by piece; its nodes are the members of an object."""
    yield b'{"graph":' + orjson.dumps({"directed": True, "label": network.title})[:-1] + b',"nodes":{\n'
    members: list[bytes] = []
    is_first = True
    for node in network.nodes:
        members.append(_member(node))
        if len(members) >= PIECES_AT_ONCE:
            yield (b"" if is_first else b",\n") + b",\n".join(members)
            members, is_first = [], False
    if members:
        yield (b"" if is_first else b",\n") + b",\n".join(members)
    yield b'\n},"edges":[\n'
    yield from joined_items(map(_edge, network.edges))
    yield b"\n]}}\n"


def _member(node: Node) -> bytes:
    return orjson.dumps(node.id) + b":" + orjson.dumps({"label": node.label, "metadata": facts_of_node(node)})


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "id": f"e{edge.id}",
        "source": edge.source,
        "target": edge.target,
        "relation": edge.relation,
        "directed": True,
        "label": edge.label,
        "metadata": facts_of_edge(edge),
    }
