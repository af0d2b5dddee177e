"""Checks that need all documents at once: who introduces what, and what is spoken of and not there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

from pyoxigraph import Literal, NamedNode

from graph import terms
from graph.documents import Document, Place, Problem, Severity, Statement
from graph.iris import Iris
from graph.nearness import Words, folded
from graph.vocabulary import Vocabulary

MOST_PROPOSALS: Final = 1_000
TARGET_UNKNOWN: Final = "target-unknown"
NOT_INTRODUCED: Final = "entity-not-introduced"
SAME_DOCUMENT: Final = "document-twice"


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a document says an entity is.

    Attributes:
        type_iri: The class that it gives.
        name: What it calls it; empty where it does not.
        place: Where it says so.
    """

    entity: NamedNode
    type_iri: str
    name: str
    place: Place


class Published(Protocol):
    """What is known of the documents that are not read again."""

    def introductions(self, entity: NamedNode) -> Iterable[Introduction]:
        """Return what they say *entity* is."""
        ...

    def path(self, slug: str) -> str:
        """Return the path of the one called *slug*, or an empty text."""
        ...

    def is_introduced(self, iri: NamedNode) -> bool:
        """Return whether any document, read again or not, says what *iri* is."""
        ...

    def is_spoken_of(self, iri: NamedNode) -> bool:
        """Return whether any document, read again or not, relates something to *iri*."""
        ...

    def spellings(self) -> Mapping[str, str]:
        """Return the slug for each slug, name and other spelling."""
        ...


def introductions(document: Document) -> Iterator[Introduction]:
    """Yield what *document* says entities are."""
    names = _names(document)
    for statement in document.statements:
        subject, value = statement.triple.subject, statement.triple.object
        if statement.triple.predicate == terms.TYPE and isinstance(subject, NamedNode) and isinstance(value, NamedNode):
            yield Introduction(subject, value.value, names.get(subject, ""), statement.written)


def contradictions(
    documents: Iterable[Document], published: Published, vocabulary: Vocabulary, iris: Iris
) -> Iterator[Problem]:
    """Yield a violation for each document that uses a name which one before it has given away.

    Args:
        documents: Those read again, in the order in which they have a right to names.
        published: The others, which all come before them.
    """
    paths: dict[str, str] = {}
    first: dict[NamedNode, list[Introduction]] = {}
    for document in documents:
        slug, path = document.origin.slug, document.origin.path
        known = paths.setdefault(slug, published.path(slug) or path)
        if known != path:
            yield _same_document(document, known)
        for later in introductions(document):
            if not iris.is_entity(later.entity.value):
                continue
            if later.entity not in first:
                first[later.entity] = list(published.introductions(later.entity))
            earlier = first[later.entity]
            if earlier and _differ(earlier[0], later, vocabulary):
                yield _same_slug(earlier[0], later, iris.reference(later.entity.value), vocabulary)
            earlier.append(later)


def dangling(
    documents: Iterable[Document], published: Published, vocabulary: Vocabulary, iris: Iris
) -> Iterator[Problem]:
    """Yield a warning for each statement that leads to, or speaks of, what no document introduces."""
    spellings = _Spellings(published)

    @cache
    def is_missing(iri: NamedNode) -> bool:
        """Return whether *iri* is one of this index's own, and neither introduced nor a term of the ontology."""
        is_own = iri.value.startswith(iris.base) and iri.value not in vocabulary.names
        return is_own and not published.is_introduced(iri)

    for document in documents:
        names = _names(document)
        told: set[NamedNode] = set()
        for statement in document.statements:
            subject, target = statement.triple.subject, statement.triple.object
            relation = vocabulary.relation_of(statement.triple.predicate.value)
            if relation and isinstance(target, NamedNode) and is_missing(target):
                instead = [iris.reference(one.value) for one in statement.instead if published.is_spoken_of(one)]
                near = tuple(dict.fromkeys((*instead, *spellings.near(iris.reference(target.value)))))
                yield _missing_target(statement, target, near, names, iris)
            if isinstance(subject, NamedNode) and subject not in told and is_missing(subject):
                told.add(subject)
                yield _missing_subject(statement, subject, spellings, iris)


def _differ(first: Introduction, later: Introduction, vocabulary: Vocabulary) -> bool:
    """Return whether two introductions speak of different things under one slug."""
    one, other = vocabulary.class_of(first.type_iri), vocabulary.class_of(later.type_iri)
    if one is None or other is None or first.place.path == later.place.path:
        return False
    related = one.iri == other.iri or one.iri in other.wider or other.iri in one.wider
    names = {folded(first.name), folded(later.name)} - {""}
    return not related or len(names) > 1


def _names(document: Document) -> dict[NamedNode, str]:
    """Return what *document* calls each entity."""
    return {
        statement.triple.subject: statement.triple.object.value
        for statement in document.statements
        if statement.triple.predicate == terms.NAME
        and isinstance(statement.triple.subject, NamedNode)
        and isinstance(statement.triple.object, Literal)
    }


class _Spellings:
    """Proposes slugs for misspelt ones; so many questions are answered, for each looks at every known word."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._proposed: dict[str, tuple[str, ...]] = {}
        self._slugs: Mapping[str, str] = {}
        self._words: Words | None = None

    def near(self, slug: str) -> tuple[str, ...]:
        """Return the slugs that *slug* may have been meant to be, nearest first."""
        if slug not in self._proposed:
            if len(self._proposed) >= MOST_PROPOSALS:
                return ()
            if self._words is None:
                self._slugs = self._published.spellings()
                self._words = Words(self._slugs)
            found = (self._slugs[word] for word in self._words.nearest(slug, most=4))
            self._proposed[slug] = tuple(dict.fromkeys(one for one in found if one != slug))[:3]
        return self._proposed[slug]


def _missing_target(
    statement: Statement, target: NamedNode, near: tuple[str, ...], names: Mapping[NamedNode, str], iris: Iris
) -> Problem:
    slug = iris.reference(target.value)
    subject = statement.triple.subject
    name = names.get(subject) if isinstance(subject, NamedNode) else None
    return Problem(
        Severity.WARNING,
        statement.written,
        TARGET_UNKNOWN,
        f"no published document introduces “{slug}”.",
        entity=name or iris.reference(str(getattr(subject, "value", ""))),
        entry=statement.entry,
        suggestions=near,
        fix="" if near else f"Introduce “{slug}” with a type and a name, here or in another document.",
        focus=target.value,
        length=statement.length,
        # A value of another length is not the bare slug: it stands between quotes, or is written in another way.
        replacements=near if statement.length == len(slug) else (),
    )


def _missing_subject(statement: Statement, subject: NamedNode, spellings: _Spellings, iris: Iris) -> Problem:
    slug = iris.reference(subject.value)
    return Problem(
        Severity.WARNING,
        statement.written,
        NOT_INTRODUCED,
        f"no published document says what “{slug}” is.",
        entity=slug,
        entry=statement.entry,
        suggestions=spellings.near(slug),
        fix="Give it a type and a name, here or in another document.",
        focus=subject.value,
    )


def _same_document(document: Document, known: str) -> Problem:
    return Problem(
        Severity.VIOLATION,
        Place(document.origin.path, 1),
        SAME_DOCUMENT,
        f"there is another document “{document.origin.slug}”: {known}.",
        fix="Rename one of the two files.",
    )


def _same_slug(first: Introduction, later: Introduction, slug: str, vocabulary: Vocabulary) -> Problem:
    known = vocabulary.class_of(first.type_iri)
    type_name = known.key if known else "something else"
    return Problem(
        Severity.VIOLATION,
        later.place,
        "slug-twice",
        f"{first.place} introduces “{slug}” already: {first.name or slug}, a {type_name}.",
        entity=later.name or slug,
        entry="type",
        fix="If it is the same, leave type and name out here; if not, take another slug.",
        focus=later.entity.value,
    )
