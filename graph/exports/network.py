"""What every visualizer is given: nodes and edges, with their labels, colours and sources."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph import queries
from graph.index import Index
from graph.relations import Edge as StatedEdge
from graph.relations import sentence_of
from graph.vocabulary import Relation, local_name


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
    """Yield every entity that has an address of its own, by name."""
    for iri, summary in index.catalogue.entities():
        known = index.vocabulary.classes.get(summary.type)
        yield Node(summary.slug, iri, summary.name, summary.type, known.colour if known else "#64748b")


def list_edges(index: Index, *, language: str = "") -> Iterator[Edge]:
    """Yield every stated relation between two entities once, by id."""
    places: dict[str, dict[str, None]] = {}
    ends: dict[str, tuple[str, str, Relation]] = {}
    for row in index.reader.rows(queries.read("stated_edges")):
        subject, predicate, target = (_iri(row.get(name)) for name in ("subject", "predicate", "object"))
        relation = index.vocabulary.relation_of(predicate)
        if relation is None or not (index.iris.is_entity(subject) and index.iris.is_entity(target)):
            continue
        edge = local_name(_iri(row["edge"]))
        ends[edge] = (subject, target, relation)
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


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""
