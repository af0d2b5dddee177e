"""GEXF 1.3, as Gephi and Gephi Lite read it.

Every edge has a kind, its relation: Gephi takes two edges of one kind between the same nodes for one.

Source: https://gexf.net/schema.html
"""

from collections.abc import Iterator
from typing import Final

from graph.exports.network import Edge, Network, Node
from graph.exports.text import as_xml, encoded

HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
    "<meta><creator>Cloud Index</creator><description>{title}</description></meta>\n"
    '<graph defaultedgetype="directed" mode="static">\n'
)
NODE_ATTRIBUTES: Final = ("name", "type", "type_label", "iri", "description", "spellings")
EDGE_ATTRIBUTES: Final = (
    ("relation", "string"),
    ("sentence", "string"),
    ("sources", "string"),
    ("basis", "string"),
    ("inferred", "boolean"),
)
# Ids of attributes have this before them: those of the ontology may be called like ours.
ATTRIBUTE: Final = "attribute."


def write(network: Network) -> Iterator[bytes]:
    """Yield a GEXF document, piece by piece."""
    return encoded(_pieces(network))


def _pieces(network: Network) -> Iterator[str]:
    yield HEAD.format(title=as_xml(network.title))
    yield '<attributes class="node">\n'
    yield from (_attribute(name, name, "string") for name in NODE_ATTRIBUTES)
    yield from (_attribute(f"{ATTRIBUTE}{one.key}", one.key, "string") for one in network.legend.attributes)
    yield '</attributes>\n<attributes class="edge">\n'
    yield from (_attribute(name, name, kind) for name, kind in EDGE_ATTRIBUTES)
    yield f'</attributes>\n<nodes count="{network.node_count}">\n'
    yield from map(_node, network.nodes)
    yield f'</nodes>\n<edges count="{network.edge_count}">\n'
    yield from map(_edge, network.edges)
    yield "</edges>\n</graph>\n</gexf>\n"


def _attribute(id_: str, title: str, kind: str) -> str:
    return f'<attribute id="{id_}" title="{title}" type="{kind}"/>\n'


def _node(node: Node) -> str:
    red, green, blue = (int(node.colour[start : start + 2], 16) for start in (1, 3, 5))
    return (
        f'<node id="{node.id}" label="{as_xml(node.label)}"><attvalues>'
        f"{_value('name', node.name)}{_value('type', node.type)}{_value('type_label', node.type_label)}"
        f"{_value('iri', node.iri)}{_value('description', node.description)}{_value('spellings', node.spellings)}"
        f"{''.join(_value(ATTRIBUTE + key, value) for key, value in node.attributes.items())}"
        f'</attvalues><viz:color r="{red}" g="{green}" b="{blue}"/></node>\n'
    )


def _edge(edge: Edge) -> str:
    return (
        f'<edge id="e{edge.id}" source="{edge.source}" target="{edge.target}" kind="{as_xml(edge.relation)}" '
        f'label="{as_xml(edge.label)}" weight="1"><attvalues>'
        f'<attvalue for="relation" value="{as_xml(edge.relation)}"/>'
        f'<attvalue for="sentence" value="{as_xml(edge.sentence)}"/>'
        f"{_value('sources', edge.sources)}{_value('basis', edge.basis)}"
        f'<attvalue for="inferred" value="{"true" if edge.is_inferred else "false"}"/></attvalues></edge>\n'
    )


def _value(name: str, value: str) -> str:
    return f'<attvalue for="{name}" value="{as_xml(value)}"/>' if value else ""
