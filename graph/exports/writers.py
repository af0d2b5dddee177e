"""Every writer of nodes and edges by its format: the one place where a format finds its writer."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from graph import formats
from graph.errors import FormatLimitError
from graph.exports import (
    cx2,
    cytoscape,
    d3,
    dot,
    gephi,
    gexf,
    graphml,
    jgf,
    mermaid,
    neo4j,
    obsidian,
    spreadsheet,
    svg,
)
from graph.exports.network import Network
from graph.formats import Format

WRITERS: Final[Mapping[str, Callable[[Network], Iterator[bytes]]]] = {
    formats.GRAPHML.name: graphml.write,
    formats.GEXF.name: gexf.write,
    formats.DOT.name: dot.write,
    formats.CYTOSCAPE.name: cytoscape.write,
    formats.CX2.name: cx2.write,
    formats.D3.name: d3.write,
    formats.JGF.name: jgf.write,
    formats.MERMAID.name: mermaid.write,
    formats.SVG.name: svg.write,
    formats.TABLES.name: spreadsheet.write,
    formats.GEPHI_TABLES.name: gephi.write,
    formats.NEO4J_TABLES.name: neo4j.write,
    formats.OBSIDIAN.name: obsidian.write,
}


def check_size(form: Format, node_count: int, edge_count: int) -> None:
    """Do nothing if *form* can hold so much.

    Raises:
        FormatLimitError: It cannot.
    """
    for what, count, most in (("nodes", node_count, form.most_nodes), ("edges", edge_count, form.most_edges)):
        if most and count > most:
            raise FormatLimitError(form.name, what, count, most)


def written(network: Network, form: Format) -> Iterator[bytes]:
    """Yield *network* in a format, piece by piece.

    Raises:
        FormatLimitError: The format cannot hold so much.
    """
    check_size(form, network.node_count, network.edge_count)
    return WRITERS[form.name](network)
