"""The ontology as a generation uses it: classes and relations with how often they occur."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph import queries
from graph.engine.embedded import Reader, Row
from graph.vocabulary import Texts, Vocabulary, local_name


@dataclass(frozen=True, slots=True)
class TypeEntry:
    """A class; *count* is the number of its entities, those of narrower classes included."""

    key: str
    iri: str
    labels: Texts
    comments: Texts
    parents: tuple[str, ...]
    colour: str
    count: int


@dataclass(frozen=True, slots=True)
class RelationEntry:
    """A relation.

    Attributes:
        inverse: The key of the relation as it reads from the other end.
        domain, range: Keys of the classes that it starts from and leads to.
        stated: How many edges documents state.
        count: How many edges there are, inferred ones included.
    """

    key: str
    iri: str
    labels: Texts
    comments: Texts
    sentences: Texts
    inverse: str
    parents: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    symmetric: bool
    transitive: bool
    stated: int
    count: int


def list_types(reader: Reader, vocabulary: Vocabulary) -> tuple[TypeEntry, ...]:
    """Return every class of the ontology, by key."""
    counts = _counts(reader.rows(queries.read("type_counts")), "type")
    return tuple(
        TypeEntry(
            key=one.key,
            iri=one.iri,
            labels=dict(one.labels),
            comments=dict(one.comments),
            parents=tuple(map(local_name, one.parents)),
            colour=one.colour,
            count=counts.get(one.iri, 0),
        )
        for one in vocabulary.classes.values()
    )


def list_relations(reader: Reader, vocabulary: Vocabulary) -> tuple[RelationEntry, ...]:
    """Return every relation of the ontology, by key."""
    counts = _counts(reader.rows(queries.read("relation_counts")), "relation")
    stated = _counts(reader.rows(queries.read("stated_counts")), "relation")
    return tuple(
        RelationEntry(
            key=one.key,
            iri=one.iri,
            labels=dict(one.labels),
            comments=dict(one.comments),
            sentences=dict(one.sentences),
            inverse=one.inverse,
            parents=_keys(one.parents, vocabulary),
            domain=_keys(one.domain, vocabulary),
            range=_keys(one.range, vocabulary),
            symmetric=one.symmetric,
            transitive=one.transitive,
            stated=stated.get(one.iri, 0),
            count=counts.get(one.iri, 0),
        )
        for one in vocabulary.relations.values()
    )


def _keys(iris: Iterable[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(known.key for iri in iris if (known := vocabulary.by_iri.get(iri)))


def _counts(rows: Iterable[Row], name: str) -> dict[str, int]:
    found = {}
    for row in rows:
        key, count = row.get(name), row.get("count")
        if isinstance(key, NamedNode) and isinstance(count, Literal):
            found[key.value] = int(count.value)
    return found
