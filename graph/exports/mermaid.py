"""Mermaid, for a README; it shows no more than 500 edges and reads no more than 50,000 characters.

Source: https://mermaid.js.org/syntax/flowchart.html, https://mermaid.js.org/config/schema-docs/config.html
"""

import re
from collections.abc import Iterator
from typing import Final

from graph.characters import cleaned
from graph.errors import FormatLimitError
from graph.exports.network import Network

MOST_EDGES: Final = 500
MOST_CHARACTERS: Final = 50_000
SPECIAL: Final = re.compile(r"""["#&<>`\\|{}\[\]();~%*_]""")


def write(network: Network) -> Iterator[bytes]:
    """Yield a flowchart.

    Raises:
        FormatLimitError: It has more characters than Mermaid reads.
    """
    text = "\n".join(_lines(network)) + "\n"
    if len(text) > MOST_CHARACTERS:
        raise FormatLimitError("mermaid", "characters", len(text), MOST_CHARACTERS)
    yield text.encode()


def _lines(network: Network) -> Iterator[str]:
    yield "flowchart LR"
    numbers: dict[str, int] = {}
    colours: dict[str, list[str]] = {}
    for number, node in enumerate(network.nodes):
        numbers[node.id] = number
        colours.setdefault(node.colour, []).append(f"n{number}")
        yield f'  n{number}["{_escaped(node.label)}"]'
    for edge in network.edges:
        arrow = "-.->" if edge.is_inferred else "-->"
        yield f'  n{numbers[edge.source]} {arrow}|"{_escaped(edge.label)}"| n{numbers[edge.target]}'
    for number, (colour, nodes) in enumerate(sorted(colours.items())):
        yield f"  classDef c{number} fill:{colour},stroke:{colour},color:#ffffff"
        yield f"  class {','.join(nodes)} c{number}"


def _escaped(text: str) -> str:
    """Return *text* as a label: signs by their numbers, on one line."""
    plain = " ".join(cleaned(text).split()) or " "
    return SPECIAL.sub(lambda sign: f"#{ord(sign[0])};", plain)
