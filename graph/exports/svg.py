"""A picture of a small view: boxes with names, coloured by type, and arrows that say what they mean.

Source: https://www.w3.org/TR/SVG2/
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from graph.exports.layout import GAP, Places, placed
from graph.exports.network import Edge, Network, Node
from graph.exports.text import as_xml, encoded

MOST_NODES: Final = 300
MOST_EDGES: Final = 1500
# With so many edges their names would hide the nodes; they stand in the tooltips.
MOST_LABELLED: Final = 80
LABELLED_GAP: Final = 48.0
CHARACTER: Final = 7.2
HEIGHT: Final = 26.0
PADDING: Final = 22.0
MARGIN: Final = 24.0
LONGEST: Final = 34
LINE: Final = 18.0
COLUMN: Final = 240.0
BEND: Final = 26.0
STYLE: Final = (
    "text{font:12px system-ui,sans-serif}.n text{fill:#fff;text-anchor:middle;dominant-baseline:central}"
    ".e path{fill:none;stroke:#94a3b8;stroke-width:1.2}.e text{fill:#475569;font-size:9px;text-anchor:middle;"
    "paint-order:stroke;stroke:#fff;stroke-width:3px}.i path{stroke-dasharray:4 3}.h{font-size:15px;font-weight:600}"
)


def write(network: Network) -> Iterator[bytes]:
    """Yield the picture."""
    return encoded(_pieces(network))


def _pieces(network: Network) -> Iterator[str]:
    nodes, edges = list(network.nodes), list(network.edges)
    sizes = np.array([(CHARACTER * len(_short(node)) + PADDING, HEIGHT) for node in nodes]).reshape(len(nodes), 2)
    types = sorted(
        {(node.type_label, node.colour) for node in nodes if node.type_label}, key=lambda one: one[0].casefold()
    )
    top = MARGIN + 2 * LINE
    gap = LABELLED_GAP if len(edges) <= MOST_LABELLED else GAP
    middles = placed(nodes, edges, sizes, gap=gap) + np.array([MARGIN, top])
    width, height = (middles + sizes / 2).max(axis=0, initial=200.0) + MARGIN
    legend_rows, columns = _rows(len(types), float(width))
    full = float(height) + LINE * legend_rows + MARGIN / 2
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {full:.0f}" width="{width:.0f}" '
        f'height="{full:.0f}" role="img"><title>{as_xml(network.title)}</title><style>{STYLE}</style>'
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#94a3b8"/></marker></defs>'
        f'<rect width="100%" height="100%" fill="#fff"/><text class="h" x="{MARGIN}" y="{MARGIN + LINE / 2}">'
        f"{as_xml(network.title)}</text>\n"
    )
    yield from _drawn_edges(nodes, edges, middles, sizes)
    for node, (x, y), (wide, high) in zip(nodes, middles.tolist(), sizes.tolist(), strict=True):
        yield _drawn_node(node, x, y, wide, high)
    for number, (label, colour) in enumerate(types):
        x = MARGIN + (number % columns) * (float(width) - 2 * MARGIN) / columns
        y = float(height) + LINE * (number // columns)
        yield f'<circle cx="{x + 5:.0f}" cy="{y:.0f}" r="5" fill="{colour}"/>'
        yield f'<text x="{x + 15:.0f}" y="{y + 4:.0f}" fill="#475569">{as_xml(label)}</text>\n'
    yield "</svg>\n"


def _rows(count: int, width: float) -> tuple[int, int]:
    """Return how many rows and columns the legend has."""
    columns = max(1, int((width - 2 * MARGIN) // COLUMN))
    return -(-count // columns), columns


def _drawn_node(node: Node, x: float, y: float, wide: float, high: float) -> str:
    told = " · ".join(part for part in (node.label, node.type_label, node.description) if part)
    return (
        f'<a href="{as_xml(node.iri)}" class="n" id="{node.id}"><title>{as_xml(told)}</title>'
        f'<rect x="{x - wide / 2:.1f}" y="{y - high / 2:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="8" '
        f'fill="{node.colour}"/><text x="{x:.1f}" y="{y:.1f}">{as_xml(_short(node))}</text></a>\n'
    )


def _drawn_edges(nodes: Sequence[Node], edges: Sequence[Edge], middles: Places, sizes: Places) -> Iterator[str]:
    places = {node.id: at for at, node in enumerate(nodes)}
    drawn: dict[frozenset[str], int] = defaultdict(int)
    has_labels = len(edges) <= MOST_LABELLED
    for edge in edges:
        source, target = places[edge.source], places[edge.target]
        pair = frozenset((edge.source, edge.target))
        drawn[pair] += 1
        bend = BEND * (drawn[pair] // 2) * (1 if drawn[pair] % 2 else -1)  # the first is straight, others lie beside it
        if source == target:
            path, (x, y) = _loop(middles[source], sizes[source], drawn[pair])
        else:
            path, (x, y) = _arrow(middles[source], sizes[source], middles[target], sizes[target], bend)
        told = f"{edge.sentence} ({edge.sources or 'inferred'})"
        label = f'<text x="{x:.1f}" y="{y:.1f}">{as_xml(edge.label)}</text>' if has_labels else ""
        yield (
            f'<g class="{"e i" if edge.is_inferred else "e"}" id="e{edge.id}"><title>{as_xml(told)}</title>'
            f'<path d="{path}" marker-end="url(#a)"/>{label}</g>\n'
        )


def _arrow(
    source: Places, source_size: Places, target: Places, target_size: Places, bend: float
) -> tuple[str, tuple[float, float]]:
    """Return the path from the border of one box to that of another, and its middle."""
    way = target - source
    length = float(np.hypot(*way)) or 1.0
    across = np.array([-way[1], way[0]]) / length
    control = (source + target) / 2 + across * bend * 2
    start, end = _border(source, source_size, control), _border(target, target_size, control)
    middle = (start + 2 * control + end) / 4
    path = f"M{start[0]:.1f} {start[1]:.1f}Q{control[0]:.1f} {control[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return path, (float(middle[0]), float(middle[1]))


def _border(middle: Places, size: Places, towards: Places) -> Places:
    """Return where the line from the *middle* of a box *towards* a point leaves the box."""
    way = towards - middle
    with np.errstate(divide="ignore"):
        reach = np.min(np.where(way != 0, (size / 2 + 1) / np.abs(way), np.inf))
    return np.asarray(middle + way * min(float(reach), 1.0))


def _loop(middle: Places, size: Places, number: int) -> tuple[str, tuple[float, float]]:
    x, y = float(middle[0]), float(middle[1] - size[1] / 2)
    high = 26.0 + 12.0 * number
    return f"M{x - 12:.1f} {y:.1f}C{x - 24:.1f} {y - high:.1f} {x + 24:.1f} {y - high:.1f} {x + 12:.1f} {y:.1f}", (
        x,
        y - high * 0.75,
    )


def _short(node: Node) -> str:
    label = " ".join(node.label.split())
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
