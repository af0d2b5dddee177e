"""What every writer is given: nodes and edges with their words, colours and sources, one at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from graph.exports.legend import Legend

SEVERAL = " | "


class Node(NamedTuple):
    """An entity, or whatever else a query finds.

    Attributes:
        id: Its slug; for what has none, a hash of its IRI.  The same in every export, and an NMTOKEN of XML.
        label: Its name in the language asked for; *name* is the one that it has in all languages.
        type: The key of its class, empty where nobody says; *type_label* is what that is called.
        colour: That of its class as ``#rrggbb``.
        attributes: The values of the ontology's attributes, by key.
        spellings: What else it is called.
    """

    id: str
    iri: str
    label: str
    name: str
    type: str
    type_label: str
    colour: str
    description: str
    attributes: Mapping[str, str]
    spellings: str


class Edge(NamedTuple):
    """A relation between two nodes.

    Attributes:
        id: The same in every export.
        source, target: The ids of its ends; *source_name* and *target_name* what they are called.
        relation: The key of the relation; *label* is what it is called, *sentence* the whole edge in words.
        sources: Who says so, as ``document:line``, with bars between; *basis* how it was read there.
        is_inferred: Whether no document states it.
    """

    id: str
    source: str
    target: str
    source_name: str
    target_name: str
    relation: str
    label: str
    sentence: str
    sources: str
    basis: str
    is_inferred: bool


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes, then edges; each can be gone through once.

    Attributes:
        title: What it is, in words.
    """

    title: str
    legend: Legend
    node_count: int
    edge_count: int
    nodes: Iterable[Node]
    edges: Iterable[Edge]
