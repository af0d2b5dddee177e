"""What is known of one entity, and which entities fit a description."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from graph import queries, terms
from graph.catalogue import Catalogue, Summary, is_reference
from graph.engine.embedded import Reader, Row
from graph.errors import ParameterError
from graph.nearness import folded, nearest
from graph.relations import (
    Connection,
    Edge,
    Question,
    Source,
    connections,
    find_relation,
    list_edges,
    reachable,
)
from graph.vocabulary import Class, Vocabulary, local_name

ANY_DEPTH: Final = "*"


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


@dataclass(frozen=True, slots=True)
class Condition:
    """A relation that an entity has, or has not: to one of *targets*, or to anything where there are none."""

    relation: str
    targets: tuple[str, ...] = ()
    any_depth: bool = False
    parameter: str = "with"

    @classmethod
    def parse(cls, text: str, *, parameter: str) -> "Condition":
        """Return the condition in *text*: ``relation``, ``relation:target``, ``relation*:target,target``.

        >>> Condition.parse("dependsOn*:openstack", parameter="with").any_depth
        True
        """
        relation, _, targets = text.partition(":")
        return cls(
            relation.removesuffix(ANY_DEPTH),
            tuple(target for target in targets.split(",") if target),
            any_depth=relation.endswith(ANY_DEPTH),
            parameter=parameter,
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """A description of entities; an empty one fits all.

    Attributes:
        types: Keys of classes, of which one must fit; narrower ones fit too.
        having: Conditions that all hold.
        lacking: Conditions of which none holds: nothing in the graph says so.
        polarities: Kinds of opinion, of which there is one.
        words: A part of a name or another spelling.
    """

    types: tuple[str, ...] = ()
    having: tuple[Condition, ...] = ()
    lacking: tuple[Condition, ...] = ()
    polarities: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, in the order of names, and how many there are in all."""

    total: int
    items: tuple[Summary, ...] = field(default_factory=tuple)


def find_entity(slug: str, reader: Reader, catalogue: Catalogue, *, language: str = "") -> Entity:
    """Return the entity called *slug*.

    Raises:
        UnknownEntityError: There is none.
    """
    iri = catalogue.find(slug)
    facts = reader.rows(queries.read("facts"), entity=iri)
    edges = list_edges(iri, reader, catalogue)
    summary = catalogue.summary(iri.value)
    return Entity(
        slug=summary.slug,
        iri=iri.value,
        name=summary.name,
        type=summary.type,
        types=_types(facts, catalogue.vocabulary),
        labels=_texts(facts, terms.LABEL),
        descriptions=_texts(facts, terms.DESCRIPTION),
        spellings=tuple(sorted(row["value"].value for row in _said(facts, terms.SPELLING))),  # type: ignore[union-attr]
        attributes=_attributes(iri, edges, catalogue.vocabulary),
        opinions=tuple(_opinions(iri, edges, reader)),
        questions=tuple(_questions(iri, edges, reader, catalogue)),
        relations=tuple(connections(iri, edges, catalogue, Question(language=language))),
        sources=_sources(edges, iri, terms.TYPE),
    )


def list_entities(selection: Selection, reader: Reader, catalogue: Catalogue, *, limit: int, offset: int = 0) -> Page:
    """Return the entities that fit *selection*, by name, from the one at *offset* on, and their number.

    Raises:
        ParameterError: A class, relation, target or polarity is not known.
    """
    fitting: set[str] | None = None
    for some in _required(selection, reader, catalogue):
        fitting = some if fitting is None else fitting & some
    for condition in selection.lacking:
        fitting = (fitting if fitting is not None else _all(catalogue)) - _holders(condition, reader, catalogue)
    found = [
        summary
        for iri, summary in (catalogue.entities() if not _asks_for_others(selection) else catalogue.summaries.items())
        if fitting is None or iri in fitting
    ]
    return Page(len(found), tuple(found[offset : offset + limit]))


def find_class(key: str, vocabulary: Vocabulary, *, parameter: str = "type") -> Class:
    """Return the class called *key*.

    Raises:
        ParameterError: There is none.
    """
    if key in vocabulary.classes:
        return vocabulary.classes[key]
    raise ParameterError(
        parameter,
        key,
        "there is no such class.",
        suggestions=nearest(key, vocabulary.classes),
        allowed=tuple(vocabulary.classes),
    )


def _asks_for_others(selection: Selection) -> bool:
    """Return whether documents or sections are asked for, which are left out otherwise."""
    others = {local_name(terms.DOCUMENT.value), local_name(terms.SECTION.value)}
    return bool(others & set(selection.types))


def _all(catalogue: Catalogue) -> set[str]:
    return set(catalogue.summaries)


def _required(selection: Selection, reader: Reader, catalogue: Catalogue) -> Iterator[set[str]]:
    """Yield the sets of IRIs of which all must hold an entity."""
    vocabulary = catalogue.vocabulary
    if selection.types:
        kinds = [find_class(key, vocabulary) for key in selection.types]
        yield set().union(*(_instances(kind.iri, reader) for kind in kinds))
    for condition in selection.having:
        yield _holders(condition, reader, catalogue)
    if selection.polarities:
        yield set().union(*(_holders_of_opinion(key, reader, vocabulary) for key in selection.polarities))
    if selection.words:
        wanted = folded(selection.words)
        slugs = {slug for text, slug in catalogue.spellings.items() if wanted and wanted in text}
        yield {iri for iri, summary in catalogue.entities() if summary.slug in slugs}


def _holders(condition: Condition, reader: Reader, catalogue: Catalogue) -> set[str]:
    """Return what has the relation of *condition* to one of its targets."""
    relation = find_relation(condition.relation, catalogue.vocabulary, parameter=condition.parameter)
    binding = NamedNode(relation.iri)
    if not condition.targets:
        return _entities(reader.rows(queries.read("sources_of_relation"), relation=binding))
    found: set[str] = set()
    for target in condition.targets:
        if target in catalogue.vocabulary.classes:
            kind = NamedNode(catalogue.vocabulary.classes[target].iri)
            found |= _entities(reader.rows(queries.read("sources_by_target_type"), relation=binding, type=kind))
            continue
        iri = _target(target, condition, catalogue)
        if condition.any_depth:
            found |= reachable(iri, catalogue.vocabulary.inverse_of(relation), reader)
        else:
            found |= _entities(reader.rows(queries.read("sources_by_target"), relation=binding, target=iri))
    return found


def _target(target: str, condition: Condition, catalogue: Catalogue) -> NamedNode:
    iri = catalogue.iris.resolve(target).value if is_reference(target) else ""
    if iri in catalogue.summaries:
        return NamedNode(iri)
    near = (*catalogue.near(target), *nearest(target, catalogue.vocabulary.classes))
    raise ParameterError(condition.parameter, target, "there is no such entity or class.", suggestions=near[:3])


def _holders_of_opinion(key: str, reader: Reader, vocabulary: Vocabulary) -> set[str]:
    if key not in vocabulary.polarities:
        raise ParameterError(
            "opinion",
            key,
            "there is no such polarity.",
            suggestions=nearest(key, vocabulary.polarities),
            allowed=tuple(vocabulary.polarities),
        )
    polarity = NamedNode(vocabulary.polarities[key])
    return _entities(reader.rows(queries.read("opinion_holders"), polarity=polarity))


def _instances(class_iri: str, reader: Reader) -> set[str]:
    return _entities(reader.rows(queries.read("instances"), type=NamedNode(class_iri)))


def _entities(rows: Iterable[Row]) -> set[str]:
    return {row["entity"].value for row in rows if isinstance(row["entity"], NamedNode)}


def _said(facts: Iterable[Row], predicate: NamedNode) -> list[Row]:
    return [row for row in facts if row["predicate"] == predicate]


def _types(facts: Iterable[Row], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the keys of all classes, the narrowest first."""
    known = [vocabulary.class_of(row["value"].value) for row in _said(facts, terms.TYPE)]  # type: ignore[union-attr]
    return tuple(one.key for one in sorted((one for one in known if one), key=lambda one: (-len(one.wider), one.key)))


def _texts(facts: Iterable[Row], predicate: NamedNode) -> dict[str, str]:
    values = [row["value"] for row in _said(facts, predicate)]
    return {value.language or "": value.value for value in values if isinstance(value, Literal)}


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
    iri: NamedNode, edges: Iterable[Edge], predicate: NamedNode, reader: Reader
) -> Iterator[tuple[Edge, list[Row]]]:
    """Yield each opinion or question of *iri*, in the order of their lines, with what is said of it."""
    own = [edge for edge in edges if edge.subject == iri.value and edge.predicate == predicate.value]
    for edge in sorted(own, key=lambda one: min((source.line for source in one.sources), default=0)):
        yield edge, reader.rows(queries.read("facts"), entity=NamedNode(edge.object))


def _opinions(iri: NamedNode, edges: Iterable[Edge], reader: Reader) -> Iterator[Opinion]:
    for edge, facts in _parts(iri, edges, terms.HAS_OPINION, reader):
        words = _texts(facts, terms.WORDS)
        polarity = [row["value"].value for row in _said(facts, terms.POLARITY)]  # type: ignore[union-attr]
        yield Opinion(
            polarity=local_name(polarity[0]) if polarity else "",
            words=next(iter(words.values()), ""),
            language=next(iter(words), None) or None,
            grade=_texts(facts, terms.GRADE).get(""),
            sources=edge.sources,
        )


def _questions(iri: NamedNode, edges: Iterable[Edge], reader: Reader, catalogue: Catalogue) -> Iterator[OpenQuestion]:
    for edge, facts in _parts(iri, edges, terms.HAS_QUESTION, reader):
        relations = [row["value"].value for row in _said(facts, terms.ASKS_RELATION)]  # type: ignore[union-attr]
        targets = [row["value"].value for row in _said(facts, terms.ASKS_TARGET)]  # type: ignore[union-attr]
        known = catalogue.vocabulary.relation_of(relations[0]) if relations else None
        yield OpenQuestion(
            texts=_texts(facts, terms.LABEL),
            relation=known.key if known else None,
            target=catalogue.iris.reference(targets[0]) if targets else None,
            sources=edge.sources,
        )
