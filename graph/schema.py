"""The ontology as a generation uses it: classes and relations with how often they occur, and what connects to what."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

import numpy as np
from pyoxigraph import Literal, NamedNode

from graph.atlas import NOTHING, Atlas
from graph.columns import Mask
from graph.errors import UnknownKeyError
from graph.nearness import nearest
from graph.terms import COMMENT, LABEL
from graph.vocabulary import Class, Relation, Texts, Vocabulary, local_name


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


@dataclass(frozen=True, slots=True)
class Word:
    """Something of the ontology that is neither class nor relation; *kind* is the datatype of an attribute, else ""."""

    key: str
    iri: str
    labels: Texts
    comments: Texts
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What answers are made of besides classes and relations, each by key; *languages* are in order of preference."""

    languages: tuple[str, ...]
    attributes: tuple[Word, ...]
    polarities: tuple[Word, ...]
    bases: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Connected:
    """That *count* edges of *relation* lead from entities of one class to entities of another.

    The classes are the most specific ones; empty where no document says what an end is.
    """

    source: str
    relation: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class TypeDetails:
    """A class with the relations that its entities really have; *narrower* are the keys of the classes below it."""

    type: TypeEntry
    narrower: tuple[str, ...]
    connects: tuple[Connected, ...]


@dataclass(frozen=True, slots=True)
class RelationDetails:
    """A relation with what it really connects; *narrower* are the keys of the relations from which it follows."""

    relation: RelationEntry
    narrower: tuple[str, ...]
    connects: tuple[Connected, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """The ontology of a generation: *counts* has how many things each class, and how many triples each property has."""

    atlas: Atlas
    vocabulary: Vocabulary
    class_counts: Mapping[str, int]
    property_counts: Mapping[str, int]

    def types(self) -> tuple[TypeEntry, ...]:
        """Return every class of the ontology, by key."""
        return tuple(map(self._type, self.vocabulary.classes.values()))

    def relations(self) -> tuple[RelationEntry, ...]:
        """Return every relation of the ontology, by key."""
        return tuple(map(self._relation, self.vocabulary.relations.values()))

    def type(self, key: str) -> TypeDetails:
        """Return the class called *key*.

        Raises:
            UnknownKeyError: There is none.
        """
        known = self.vocabulary.classes.get(key)
        if known is None:
            raise UnknownKeyError("class", key, nearest(key, self.vocabulary.classes))
        narrow = tuple(one.key for one in self.vocabulary.narrower_classes(known))
        numbers = np.array([one in narrow for one in self.atlas.classes])
        kinds = self.atlas.kinds[self.atlas.adjacency.out_source]
        connects = self._connects(numbers[kinds] & (kinds != NOTHING))
        return TypeDetails(self._type(known), tuple(one for one in narrow if one != key), connects)

    def relation(self, key: str) -> RelationDetails:
        """Return the relation called *key*.

        Raises:
            UnknownKeyError: There is none.
        """
        known = self.vocabulary.relations.get(key)
        if known is None:
            raise UnknownKeyError("relation", key, nearest(key, self.vocabulary.relations))
        narrow = tuple(one.key for one in self.vocabulary.narrower_relations(known) if one.key != key)
        connects = self._connects(self.atlas.adjacency.out_relation == self.atlas.relations.index(key))
        return RelationDetails(self._relation(known), narrow, connects)

    def _type(self, one: Class) -> TypeEntry:
        return TypeEntry(
            key=one.key,
            iri=one.iri,
            labels=dict(one.labels),
            comments=dict(one.comments),
            parents=tuple(map(local_name, one.parents)),
            colour=one.colour,
            count=self.class_counts.get(one.iri, 0),
        )

    def _relation(self, one: Relation) -> RelationEntry:
        return RelationEntry(
            key=one.key,
            iri=one.iri,
            labels=dict(one.labels),
            comments=dict(one.comments),
            sentences=dict(one.sentences),
            inverse=one.inverse,
            parents=self._keys(one.parents),
            domain=self._keys(one.domain),
            range=self._keys(one.range),
            symmetric=one.symmetric,
            transitive=one.transitive,
            stated=int(self.atlas.stated_counts[self.atlas.relations.index(one.key)]),
            count=self.property_counts.get(one.iri, 0),
        )

    def _keys(self, iris: Iterable[str]) -> tuple[str, ...]:
        return tuple(known.key for iri in iris if (known := self.vocabulary.by_iri.get(iri)))

    def _connects(self, wanted: Mask) -> tuple[Connected, ...]:
        """Return what the *wanted* edges connect, the most frequent first."""
        found = sorted(self._counted(wanted), key=lambda one: (-one.count, one.relation, one.source, one.target))
        return tuple(found)

    def _counted(self, wanted: Mask) -> Iterator[Connected]:
        edges, kinds = self.atlas.adjacency, self.atlas.kinds
        ends = kinds[edges.out_source[wanted]], edges.out_relation[wanted], kinds[edges.out_target[wanted]]
        triples, counts = np.unique(np.stack(ends), axis=1, return_counts=True)
        for (source, relation, target), count in zip(triples.T.tolist(), counts.tolist(), strict=True):
            yield Connected(self._class(source), self.atlas.relations[relation], self._class(target), count)

    def _class(self, number: int) -> str:
        return "" if number == NOTHING else self.atlas.classes[number]


def words_of(vocabulary: Vocabulary) -> Words:
    """Return the labels of attributes, of kinds of opinion, and of the ways in which statements are read."""
    attributes = (
        Word(one.key, one.iri, dict(one.labels), dict(one.comments), one.kind) for one in vocabulary.attributes.values()
    )
    return Words(
        languages=vocabulary.languages,
        attributes=tuple(sorted(attributes, key=lambda one: one.key)),
        polarities=_individuals(vocabulary.polarities, vocabulary),
        bases=_individuals(vocabulary.bases, vocabulary),
    )


def _individuals(iris: Mapping[str, str], vocabulary: Vocabulary) -> tuple[Word, ...]:
    labels, comments = (_texts(predicate, set(iris.values()), vocabulary) for predicate in (LABEL, COMMENT))
    return tuple(Word(key, iri, labels.get(iri, {}), comments.get(iri, {})) for key, iri in sorted(iris.items()))


def _texts(predicate: NamedNode, iris: Set[str], vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    """Return the texts that *predicate* gives each of *iris*, by language."""
    found: dict[str, dict[str, str]] = {}
    for triple in (one for one in vocabulary.triples if one.predicate == predicate):
        subject, text = triple.subject, triple.object
        if isinstance(subject, NamedNode) and subject.value in iris and isinstance(text, Literal):
            found.setdefault(subject.value, {})[text.language or ""] = text.value
    return found
