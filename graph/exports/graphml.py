"""GraphML, as Gephi, yEd and Cytoscape read it.

Keys are named by their meaning, for Gephi looks at the id of a key and takes ``d3`` for the label of a node.

Source: http://graphml.graphdrawing.org/specification.html
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from graph.exports.network import Edge, Node

HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
    'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
# Per element: the key, the kind of its values, and the field it holds.
NODE_KEYS: Final = (
    ("label", "string", "label"),
    ("type", "string", "type"),
    ("iri", "string", "iri"),
    ("colour", "string", "colour"),
)
COLOUR_KEYS: Final = ("r", "g", "b")
EDGE_KEYS: Final = (
    ("edgelabel", "string", "label"),
    ("relation", "string", "relation"),
    ("sentence", "string", "sentence"),
    ("sources", "string", "sources"),
)
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(nodes: Iterable[Node], edges: Iterable[Edge]) -> Iterator[bytes]:
    """Yield a GraphML document, piece by piece; parallel edges are kept apart by their ids."""
    yield HEAD.encode()
    for key, kind, _ in NODE_KEYS:
        yield _key(key, "node", key, kind)
    for key in COLOUR_KEYS:
        yield _key(key, "node", key, "int")
    for key, kind, name in EDGE_KEYS:
        yield _key(key, "edge", name, kind)
    yield b'<graph id="G" edgedefault="directed">\n'
    for node in nodes:
        yield _node(node).encode()
    for edge in edges:
        yield _edge(edge).encode()
    yield b"</graph>\n</graphml>\n"


def _key(key: str, element: str, name: str, kind: str) -> bytes:
    return f'<key id="{key}" for="{element}" attr.name="{name}" attr.type="{kind}"/>\n'.encode()


def _node(node: Node) -> str:
    data = "".join(_data(key, getattr(node, name)) for key, _, name in NODE_KEYS)
    shades = (int(node.colour[start : start + 2], 16) for start in (1, 3, 5))
    data += "".join(f'<data key="{key}">{shade}</data>' for key, shade in zip(COLOUR_KEYS, shades, strict=True))
    return f"<node id={_quoted(node.id)}>{data}</node>\n"


def _edge(edge: Edge) -> str:
    data = "".join(_data(key, getattr(edge, name)) for key, _, name in EDGE_KEYS)
    return f'<edge id="e{edge.id}" source={_quoted(edge.source)} target={_quoted(edge.target)}>{data}</edge>\n'


def _data(key: str, value: str) -> str:
    return f'<data key="{key}">{escape(UNWRITABLE.sub(REPLACEMENT, value))}</data>' if value else ""


def _quoted(text: str) -> str:
    return quoteattr(UNWRITABLE.sub(REPLACEMENT, text))
