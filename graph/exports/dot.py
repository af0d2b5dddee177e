"""DOT, as Graphviz reads it.

Everything is quoted.  Graphviz takes a backslash in a label for an escape and ``&lt;`` for a sign, so both are escaped.

Source: https://graphviz.org/doc/info/lang.html
"""

import re
from collections.abc import Iterator
from typing import Final

from graph.characters import cleaned
from graph.exports.network import Edge, Network, Node
from graph.exports.text import encoded

ENTITY: Final = re.compile(r"&(?=#?\w+;)")
SPECIAL: Final = re.compile(r'[\\"\n\r&\x00-\x1f\x7f\ufffe\uffff]')
HEAD: Final = (
    "digraph {{\n"
    "graph [label={title}, labelloc=t, overlap=false, splines=true, outputorder=edgesfirst];\n"
    'node [shape=box, style="rounded,filled", fontname="Helvetica", fontcolor=white];\n'
    'edge [fontname="Helvetica", fontsize=9, color="#94a3b8"];\n'
)


def write(network: Network) -> Iterator[bytes]:
    """Yield a digraph, piece by piece."""
    return encoded(_pieces(network))


def quoted(text: str) -> str:
    """Return *text* as a string of DOT that reads as itself."""
    if SPECIAL.search(text):
        text = ENTITY.sub("&amp;", cleaned(text)).replace("\\", "\\\\").replace('"', '\\"')
        text = text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")
    return f'"{text}"'


def _pieces(network: Network) -> Iterator[str]:
    yield HEAD.format(title=quoted(network.title))
    yield from map(_node, network.nodes)
    yield from map(_edge, network.edges)
    yield "}\n"


def _node(node: Node) -> str:
    tooltip = node.description or node.type_label or node.label
    return (
        f"{quoted(node.id)} [label={quoted(node.label)}, fillcolor={quoted(node.colour)}, class={quoted(node.type)}, "
        f"type={quoted(node.type_label)}, URL={quoted(node.iri)}, tooltip={quoted(tooltip)}];\n"
    )


def _edge(edge: Edge) -> str:
    told = f"{edge.sentence} ({edge.sources})" if edge.sources else edge.sentence
    style = ", style=dashed" if edge.is_inferred else ""
    return (
        f"{quoted(edge.source)} -> {quoted(edge.target)} [id={quoted('e' + edge.id)}, label={quoted(edge.label)}, "
        f"class={quoted(edge.relation)}, tooltip={quoted(told)}, sources={quoted(edge.sources)}{style}];\n"
    )
