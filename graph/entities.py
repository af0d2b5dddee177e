"""What is known of one entity."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from graph import terms
from graph.catalogue import Catalogue, Description
from graph.engine.embedded import Reader, Term
from graph.relations import (
    Connection,
    Edge,
    Question,
    Source,
    connections,
    list_edges,
)
from graph.vocabulary import Vocabulary, local_name

OF_OPINIONS: Final = (terms.WORDS, terms.POLARITY, terms.GRADE)
OF_QUESTIONS: Final = (terms.LABEL, terms.ASKS_RELATION, terms.ASKS_TARGET)
# The objects of triples with one subject, by predicate.
Facts = Mapping[NamedNode, Sequence[Term]]


@dataclass(frozen=True, slots=True)
class Value:
    """A value of an attribute, with who says so."""

    value: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """A judgement on an entity, in the words of its source."""

    polarity: str
    words: str
    language: str | None
    grade: str | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What a document asks about an entity; *relation* and *target* would hold if the answer were yes."""

    texts: dict[str, str]
    relation: str | None
    target: str | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """Everything known of one entity.

    Attributes:
        type: The key of its most specific class; *types* are all of them.
        sources: Who says that it is of this type.
        relations: Stated ones, both ways, told from its side.
    """

    slug: str
    iri: str
    name: str
    type: str
    types: tuple[str, ...]
    labels: dict[str, str]
    descriptions: dict[str, str]
    spellings: tuple[str, ...]
    attributes: dict[str, tuple[Value, ...]]
    opinions: tuple[Opinion, ...]
    questions: tuple[OpenQuestion, ...]
    relations: tuple[Connection, ...]
    sources: tuple[Source, ...]


def find_entity(slug: str, reader: Reader, catalogue: Catalogue, *, language: str = "") -> Entity:
    """Return the entity called *slug*.

    Raises:
        UnknownEntityError: There is none.
    """
    iri = catalogue.find(slug)
    edges = list_edges(iri, reader, catalogue)
    summary = catalogue.summary(iri.value)
    said = catalogue.derived.description_of(summary.slug) or _description(iri, reader, catalogue.vocabulary)
    return Entity(
        slug=summary.slug,
        iri=iri.value,
        name=summary.name,
        type=summary.type,
        types=_narrowest_first(said.types, catalogue.vocabulary),
        labels=dict(sorted(said.labels.items())),
        descriptions=dict(sorted(said.descriptions.items())),
        spellings=tuple(sorted(said.spellings)),
        attributes=_attributes(iri, edges, catalogue.vocabulary),
        opinions=tuple(_opinions(iri, edges, reader)),
        questions=tuple(_questions(iri, edges, reader, catalogue)),
        relations=tuple(connections(iri, edges, catalogue, Question(language=language))),
        sources=_sources(edges, iri, terms.TYPE),
    )


def _description(iri: NamedNode, reader: Reader, vocabulary: Vocabulary) -> Description:
    """Return what the store knows."""
    facts = _said(iri, (terms.TYPE, terms.LABEL, terms.DESCRIPTION, terms.SPELLING), reader)
    known = (vocabulary.class_of(kind) for kind in _values(facts, terms.TYPE))
    return Description(
        types=tuple(one.key for one in known if one),
        labels=_texts(facts, terms.LABEL),
        descriptions=_texts(facts, terms.DESCRIPTION),
        spellings=tuple(_values(facts, terms.SPELLING)),
    )


def _said(thing: NamedNode, predicates: Iterable[NamedNode], reader: Reader) -> Facts:
    """Return the objects of the triples with *thing* and each of *predicates*."""
    return {predicate: reader.values(thing, predicate) for predicate in predicates}


def _values(facts: Facts, predicate: NamedNode) -> list[str]:
    return [value.value for value in facts[predicate] if isinstance(value, NamedNode | Literal)]


def _narrowest_first(types: Iterable[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(sorted(types, key=lambda key: (-len(vocabulary.classes[key].wider), key)))


def _texts(facts: Facts, predicate: NamedNode) -> dict[str, str]:
    """Return the texts by language; the first in the alphabet where there are several in one."""
    texts = sorted((value for value in facts[predicate] if isinstance(value, Literal)), key=lambda one: one.value)
    return dict(sorted({value.language or "": value.value for value in reversed(texts)}.items()))


def _attributes(iri: NamedNode, edges: Iterable[Edge], vocabulary: Vocabulary) -> dict[str, tuple[Value, ...]]:
    found: dict[str, list[Value]] = {}
    for edge in edges:
        attribute = vocabulary.attribute_of(edge.predicate)
        if attribute is not None and edge.subject == iri.value:
            found.setdefault(attribute.key, []).append(Value(edge.object, edge.sources))
    return {key: tuple(sorted(values, key=lambda one: one.value)) for key, values in sorted(found.items())}


def _sources(edges: Iterable[Edge], iri: NamedNode, predicate: NamedNode) -> tuple[Source, ...]:
    return tuple(
        source
        for edge in edges
        if edge.subject == iri.value and edge.predicate == predicate.value
        for source in edge.sources
    )


def _parts(
    iri: NamedNode, edges: Iterable[Edge], predicate: NamedNode, reader: Reader, wanted: Iterable[NamedNode]
) -> Iterator[tuple[Edge, Facts]]:
    """Yield each opinion or question of *iri*, in the order of their lines, with what is *wanted* of it."""
    own = [edge for edge in edges if edge.subject == iri.value and edge.predicate == predicate.value]
    for edge in sorted(own, key=lambda one: min((source.line for source in one.sources), default=0)):
        yield edge, _said(NamedNode(edge.object), wanted, reader)


def _opinions(iri: NamedNode, edges: Iterable[Edge], reader: Reader) -> Iterator[Opinion]:
    for edge, facts in _parts(iri, edges, terms.HAS_OPINION, reader, OF_OPINIONS):
        words = _texts(facts, terms.WORDS)
        polarity = _values(facts, terms.POLARITY)
        yield Opinion(
            polarity=local_name(polarity[0]) if polarity else "",
            words=next(iter(words.values()), ""),
            language=next(iter(words), None) or None,
            grade=_texts(facts, terms.GRADE).get(""),
            sources=edge.sources,
        )


def _questions(iri: NamedNode, edges: Iterable[Edge], reader: Reader, catalogue: Catalogue) -> Iterator[OpenQuestion]:
    for edge, facts in _parts(iri, edges, terms.HAS_QUESTION, reader, OF_QUESTIONS):
        relations = _values(facts, terms.ASKS_RELATION)
        targets = _values(facts, terms.ASKS_TARGET)
        known = catalogue.vocabulary.relation_of(relations[0]) if relations else None
        yield OpenQuestion(
            texts=_texts(facts, terms.LABEL),
            relation=known.key if known else None,
            target=catalogue.iris.reference(targets[0]) if targets else None,
            sources=edge.sources,
        )
