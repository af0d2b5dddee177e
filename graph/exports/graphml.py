"""GraphML, as Gephi, yEd, Cytoscape, networkx and igraph read it.

Keys are named by their meaning, for Gephi looks at the id of a key and takes ``d3`` for the label of a node.

Source: http://graphml.graphdrawing.org/specification.html
"""

from collections.abc import Iterator
from typing import Final

from graph.exports.network import Edge, Network, Node
from graph.exports.text import as_xml, encoded

HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
    'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
# Per element: the key, the kind of its values, and the name that readers show.
NODE_KEYS: Final = (
    ("label", "string", "label"),
    ("name", "string", "name"),
    ("type", "string", "type"),
    ("type_label", "string", "type_label"),
    ("iri", "string", "iri"),
    ("description", "string", "description"),
    ("spellings", "string", "spellings"),
    ("colour", "string", "colour"),
    ("r", "int", "r"),
    ("g", "int", "g"),
    ("b", "int", "b"),
)
EDGE_KEYS: Final = (
    ("edgelabel", "string", "label"),
    ("relation", "string", "relation"),
    ("sentence", "string", "sentence"),
    ("sources", "string", "sources"),
    ("basis", "string", "basis"),
    ("inferred", "boolean", "inferred"),
)
# Keys of attributes have this before them: those of the ontology may be called like ours.
ATTRIBUTE: Final = "attribute."


def write(network: Network) -> Iterator[bytes]:
    """Yield a GraphML document, piece by piece; parallel edges are kept apart by their ids."""
    return encoded(_pieces(network))


def _pieces(network: Network) -> Iterator[str]:
    yield HEAD
    yield from (_key(key, "node", name, kind) for key, kind, name in NODE_KEYS)
    yield from (_key(f"{ATTRIBUTE}{one.key}", "node", one.key, "string") for one in network.legend.attributes)
    yield from (_key(key, "edge", name, kind) for key, kind, name in EDGE_KEYS)
    yield f'<graph id="G" edgedefault="directed"><desc>{as_xml(network.title)}</desc>\n'
    yield from map(_node, network.nodes)
    yield from map(_edge, network.edges)
    yield "</graph>\n</graphml>\n"


def _key(key: str, element: str, name: str, kind: str) -> str:
    return f'<key id="{key}" for="{element}" attr.name="{name}" attr.type="{kind}"/>\n'


def _node(node: Node) -> str:
    red, green, blue = (int(node.colour[start : start + 2], 16) for start in (1, 3, 5))
    return (
        f'<node id="{node.id}"><data key="label">{as_xml(node.label)}</data>'
        f"{_data('name', node.name)}{_data('type', node.type)}{_data('type_label', node.type_label)}"
        f"{_data('iri', node.iri)}{_data('description', node.description)}{_data('spellings', node.spellings)}"
        f'<data key="colour">{node.colour}</data>'
        f'<data key="r">{red}</data><data key="g">{green}</data><data key="b">{blue}</data>'
        f"{''.join(_data(ATTRIBUTE + key, value) for key, value in node.attributes.items())}</node>\n"
    )


def _edge(edge: Edge) -> str:
    return (
        f'<edge id="e{edge.id}" source="{edge.source}" target="{edge.target}">'
        f'<data key="edgelabel">{as_xml(edge.label)}</data><data key="relation">{as_xml(edge.relation)}</data>'
        f'<data key="sentence">{as_xml(edge.sentence)}</data>{_data("sources", edge.sources)}'
        f"{_data('basis', edge.basis)}"
        f'<data key="inferred">{"true" if edge.is_inferred else "false"}</data></edge>\n'
    )


def _data(key: str, value: str) -> str:
    return f'<data key="{key}">{as_xml(value)}</data>' if value else ""
