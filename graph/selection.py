"""Which entities fit a description: their types, what relations they have and lack, opinions, words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import NamedNode

from graph import queries, terms
from graph.catalogue import Catalogue, Summary, is_reference
from graph.engine.embedded import Reader, Row
from graph.errors import ParameterError
from graph.nearness import folded, nearest
from graph.relations import find_relation, reachable
from graph.vocabulary import Class, Vocabulary, local_name

ANY_DEPTH: Final = "*"


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
    if iri and catalogue.holds(iri):
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
