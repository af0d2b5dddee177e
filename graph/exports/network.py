"""What every visualizer is given: nodes and edges, with their labels, colours and sources."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from graph import queries
from graph.engine.embedded import Row
from graph.index import Index
from graph.relations import Edge as StatedEdge
from graph.relations import sentence_of
from graph.vocabulary import Relation, local_name

UNKNOWN_COLOUR: Final = "#64748b"


@dataclass(frozen=True, slots=True)
class Node:
    """An entity: *id* is its slug, *type* the key of its class, *colour* that of the class as ``#rrggbb``."""

    id: str
    iri: str
    label: str
    type: str
    colour: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A stated relation between two nodes.

    Attributes:
        id: The same in every export.
        relation: The key of the relation; *label* is what it is called.
        sources: Who says so, as ``document:line``, joined by `` | ``.
    """

    id: str
    source: str
    target: str
    relation: str
    label: str
    sentence: str
    sources: str


def list_nodes(index: Index) -> Iterator[Node]:
    """Yield every entity that has an address of its own, by name, then what edges lead to and nobody introduces."""
    known = dict(index.catalogue.entities())
    ends = {end for subject, _, target in _stated(index) for end in (subject, target)}
    for iri in (*known, *sorted(ends - known.keys())):
        summary = index.catalogue.summary(iri)
        kind = index.vocabulary.classes.get(summary.type)
        yield Node(summary.slug, iri, summary.name, summary.type, kind.colour if kind else UNKNOWN_COLOUR)


def list_edges(index: Index, *, language: str = "") -> Iterator[Edge]:
    """Yield every stated relation between two entities once, by id."""
    places: dict[str, dict[str, None]] = {}
    ends: dict[str, tuple[str, str, Relation]] = {}
    for row, relation in _stated_rows(index):
        edge = local_name(_iri(row["edge"]))
        ends[edge] = (_iri(row["subject"]), _iri(row["object"]), relation)
        line = row["line"].value if isinstance(row["line"], Literal) else ""
        places.setdefault(edge, {})[f"{local_name(_iri(row['document']))}:{line}"] = None
    for edge, (subject, target, relation) in sorted(ends.items()):
        yield Edge(
            id=edge,
            source=index.iris.reference(subject),
            target=index.iris.reference(target),
            relation=relation.key,
            label=index.vocabulary.text(relation.labels, language),
            sentence=sentence_of(StatedEdge(edge, subject, relation.iri, target), relation, index.catalogue, language),
            sources=" | ".join(sorted(places[edge])),
        )


def _stated(index: Index) -> Iterator[tuple[str, str, str]]:
    return ((_iri(row["subject"]), relation.iri, _iri(row["object"])) for row, relation in _stated_rows(index))


def _stated_rows(index: Index) -> Iterator[tuple[Row, Relation]]:
    """Yield the records of relations between two entities."""
    for row in index.reader.rows(queries.read("stated_edges")):
        relation = index.vocabulary.relation_of(_iri(row["predicate"]))
        if relation is not None and all(index.iris.is_entity(_iri(row[end])) for end in ("subject", "object")):
            yield row, relation


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""
