"""Entities side by side: what they have in common, where they differ, and what is said for and against each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph.catalogue import Catalogue, Summary
from graph.engine.embedded import Reader
from graph.entities import Entity, OpenQuestion, Opinion, Value, find_entity
from graph.relations import Connection, Source

MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Claim:
    """That an entity has a relation to a target: the sentence, and who says so."""

    sentence: str
    edge: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ComparedRelation:
    """A relation to a target, and which of the entities have it, by their slugs."""

    relation: str
    label: str
    target: Summary
    claims: Mapping[str, Claim]


@dataclass(frozen=True, slots=True)
class ComparedAttribute:
    """An attribute, and the values that the entities have, by their slugs."""

    attribute: str
    values: Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the entities: what it is, and what is said for and against it."""

    slug: str
    name: str
    type: str
    types: tuple[str, ...]
    descriptions: Mapping[str, str]
    opinions: Mapping[str, tuple[Opinion, ...]]
    questions: tuple[OpenQuestion, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Entities side by side.

    Attributes:
        shared_types: Classes that all of them are of, the narrowest first.
        shared: Relations to targets that all have; *different* ones that some have and others have not.
        between: How they are connected with each other.
        attributes: Where at least one of them has a value.
    """

    entities: tuple[Compared, ...]
    shared_types: tuple[str, ...]
    shared: tuple[ComparedRelation, ...]
    different: tuple[ComparedRelation, ...]
    between: tuple[Connection, ...]
    attributes: tuple[ComparedAttribute, ...]


def compare(slugs: Sequence[str], reader: Reader, catalogue: Catalogue, *, language: str = "") -> Comparison:
    """Return the entities called *slugs* side by side, in that order.

    Raises:
        UnknownEntityError: There is no such entity.
    """
    entities = [find_entity(slug, reader, catalogue, language=language) for slug in slugs]
    own = {entity.slug for entity in entities}
    rows = _rows(entities, own)
    return Comparison(
        entities=tuple(_compared(entity) for entity in entities),
        shared_types=tuple(key for key in entities[0].types if all(key in entity.types for entity in entities)),
        shared=tuple(row for row in rows if len(row.claims) == len(entities)),
        different=tuple(row for row in rows if len(row.claims) < len(entities)),
        between=_between(entities, own),
        attributes=tuple(_attributes(entities)),
    )


def _rows(entities: Sequence[Entity], own: set[str]) -> list[ComparedRelation]:
    """Return every relation to something else, by relation and name."""
    claims: dict[tuple[str, str], dict[str, Claim]] = defaultdict(dict)
    told: dict[tuple[str, str], Connection] = {}
    for entity in entities:
        for one in entity.relations:
            if one.target.slug not in own:
                key = one.relation, one.target.slug
                told.setdefault(key, one)
                claims[key][entity.slug] = Claim(one.sentence, one.edge, one.sources)
    rows = [ComparedRelation(one.relation, one.label, one.target, claims[key]) for key, one in told.items()]
    return sorted(rows, key=lambda row: (row.relation, row.target.name, row.target.slug))


def _between(entities: Sequence[Entity], own: set[str]) -> tuple[Connection, ...]:
    found = {one.edge: one for entity in entities for one in entity.relations if one.target.slug in own}
    return tuple(found.values())


def _attributes(entities: Sequence[Entity]) -> list[ComparedAttribute]:
    keys = sorted({key for entity in entities for key in entity.attributes})
    return [
        ComparedAttribute(key, {entity.slug: entity.attributes[key] for entity in entities if key in entity.attributes})
        for key in keys
    ]


def _compared(entity: Entity) -> Compared:
    opinions: dict[str, list[Opinion]] = defaultdict(list)
    for opinion in entity.opinions:
        opinions[opinion.polarity].append(opinion)
    return Compared(
        slug=entity.slug,
        name=entity.name,
        type=entity.type,
        types=entity.types,
        descriptions=entity.descriptions,
        opinions={polarity: tuple(found) for polarity, found in sorted(opinions.items())},
        questions=entity.questions,
    )
