"""What all formats of JSON say of a node and of an edge, and the joining of their items."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from graph.exports.network import Edge, Node
from graph.exports.text import PIECES_AT_ONCE


def facts_of_node(node: Node) -> dict[str, Any]:
    """Return what is said of a node; what nobody says is left out."""
    told = {
        "iri": node.iri,
        "name": node.name,
        "type": node.type,
        "type_label": node.type_label,
        "colour": node.colour,
        "description": node.description,
        "spellings": node.spellings,
        **node.attributes,
    }
    return {key: value for key, value in told.items() if value}


def facts_of_edge(edge: Edge) -> dict[str, Any]:
    """Return what is said of an edge."""
    return {
        "sentence": edge.sentence,
        "sources": edge.sources,
        "basis": edge.basis,
        "inferred": edge.is_inferred,
    }


def joined(items: Iterable[Any]) -> Iterator[bytes]:
    """Yield *items* as JSON with commas between them, many at once."""
    gathered: list[bytes] = []
    is_first = True
    for item in items:
        gathered.append(orjson.dumps(item))
        if len(gathered) >= PIECES_AT_ONCE:
            yield _piece(gathered, is_first=is_first)
            gathered, is_first = [], False
    if gathered:
        yield _piece(gathered, is_first=is_first)


def _piece(gathered: list[bytes], *, is_first: bool) -> bytes:
    return (b"" if is_first else b",\n") + b",\n".join(gathered)
