"""Checks that need all documents at once: who introduces what, and what is spoken of and not there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from graph import terms
from graph.documents import Document, Place, Problem, Severity, Statement
from graph.iris import Iris
from graph.nearness import Words, folded
from graph.vocabulary import Vocabulary

MOST_PROPOSALS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Introduction:
    """The statement with which a document says what an entity is."""

    document: Document
    statement: Statement


def introductions(documents: Iterable[Document]) -> Mapping[NamedNode, Sequence[Introduction]]:
    """Return where each entity is given a type, in the order of *documents*."""
    found: dict[NamedNode, list[Introduction]] = defaultdict(list)
    for document in documents:
        for statement in document.statements:
            subject = statement.triple.subject
            if statement.triple.predicate == terms.TYPE and isinstance(subject, NamedNode):
                found[subject].append(Introduction(document, statement))
    return found


def contradictions(documents: Sequence[Document], vocabulary: Vocabulary, iris: Iris) -> Iterator[Problem]:
    """Yield a violation for each document that uses a name which an earlier one of *documents* has given away."""
    names: dict[str, Document] = {}
    for document in documents:
        first = names.setdefault(document.origin.slug, document)
        if first is not document:
            yield _same_document(document, first)
    labels = _names(documents)
    for entity, found in introductions(documents).items():
        for later in found[1:]:
            if iris.is_entity(entity.value) and _differ(found[0], later, labels, entity, vocabulary):
                yield _same_slug(found[0], later, labels, iris.reference(entity.value), vocabulary)


def dangling(documents: Sequence[Document], vocabulary: Vocabulary, iris: Iris) -> Iterator[Problem]:
    """Yield a warning for each statement that leads to, or speaks of, what no document introduces."""
    known = introductions(documents)
    spellings = _Spellings(_slugs_by_spelling(documents, iris))
    labels = _names(documents)
    unknown_subjects: set[NamedNode] = set()
    for document in documents:
        for statement in document.statements:
            subject, target = statement.triple.subject, statement.triple.object
            relation = vocabulary.relation_of(statement.triple.predicate.value)
            if relation and isinstance(target, NamedNode) and _is_missing(target, known, vocabulary, iris):
                yield _missing_target(statement, target, spellings, labels, iris)
            if (
                isinstance(subject, NamedNode)
                and subject not in unknown_subjects
                and _is_missing(subject, known, vocabulary, iris)
            ):
                unknown_subjects.add(subject)
                yield _missing_subject(statement, subject, spellings, iris)


def _is_missing(iri: NamedNode, known: Mapping[NamedNode, object], vocabulary: Vocabulary, iris: Iris) -> bool:
    """Return whether *iri* is one of this index's own, and neither introduced nor a term of the ontology."""
    return iri not in known and iri.value.startswith(iris.base) and iri.value not in vocabulary.names


def _differ(
    first: Introduction,
    later: Introduction,
    labels: Mapping[tuple[str, NamedNode], str],
    entity: NamedNode,
    vocabulary: Vocabulary,
) -> bool:
    """Return whether two introductions speak of different things under one slug."""
    one, other = (
        vocabulary.class_of(each.statement.triple.object.value)  # type: ignore[union-attr]
        for each in (first, later)
    )
    if one is None or other is None or first.document is later.document:
        return False
    related = one.iri == other.iri or one.iri in other.wider or other.iri in one.wider
    names = {folded(labels.get((each.document.origin.path, entity), "")) for each in (first, later)} - {""}
    return not related or len(names) > 1


def _names(documents: Iterable[Document]) -> dict[tuple[str, NamedNode], str]:
    """Return what each document calls each entity, by the document's path and the entity's IRI."""
    return {
        (document.origin.path, statement.triple.subject): statement.triple.object.value
        for document in documents
        for statement in document.statements
        if statement.triple.predicate == terms.NAME
        and isinstance(statement.triple.subject, NamedNode)
        and isinstance(statement.triple.object, Literal)
    }


def _slugs_by_spelling(documents: Iterable[Document], iris: Iris) -> dict[str, str]:
    """Return the slug for each slug, name and other spelling that documents give."""
    found: dict[str, str] = {}
    for document in documents:
        for statement in document.statements:
            subject, value = statement.triple.subject, statement.triple.object
            if not isinstance(subject, NamedNode) or not iris.is_entity(subject.value):
                continue
            if statement.triple.predicate == terms.TYPE:
                found[iris.reference(subject.value)] = iris.reference(subject.value)
            elif statement.triple.predicate in (terms.NAME, terms.SPELLING) and isinstance(value, Literal):
                found.setdefault(value.value, iris.reference(subject.value))
    return found


class _Spellings:
    """Proposes slugs for misspelt ones; so many questions are answered, for each looks at every known word."""

    def __init__(self, slugs: Mapping[str, str]) -> None:
        self._slugs = slugs
        self._words = Words(slugs)
        self._proposed: dict[str, tuple[str, ...]] = {}

    def near(self, slug: str) -> tuple[str, ...]:
        """Return the slugs that *slug* may have been meant to be, nearest first."""
        if slug not in self._proposed:
            if len(self._proposed) >= MOST_PROPOSALS:
                return ()
            found = (self._slugs[word] for word in self._words.nearest(slug, most=4))
            self._proposed[slug] = tuple(dict.fromkeys(one for one in found if one != slug))[:3]
        return self._proposed[slug]


def _missing_target(
    statement: Statement,
    target: NamedNode,
    spellings: _Spellings,
    labels: Mapping[tuple[str, NamedNode], str],
    iris: Iris,
) -> Problem:
    slug = iris.reference(target.value)
    near = spellings.near(slug)
    subject = statement.triple.subject
    name = labels.get((statement.written.path, subject)) if isinstance(subject, NamedNode) else None
    return Problem(
        Severity.WARNING,
        statement.written,
        "target-unknown",
        f"no published document introduces “{slug}”.",
        entity=name or iris.reference(str(getattr(subject, "value", ""))),
        entry=statement.entry,
        suggestions=near,
        fix="" if near else f"Introduce “{slug}” with a type and a name, here or in another document.",
    )


def _missing_subject(statement: Statement, subject: NamedNode, spellings: _Spellings, iris: Iris) -> Problem:
    slug = iris.reference(subject.value)
    near = spellings.near(slug)
    return Problem(
        Severity.WARNING,
        statement.written,
        "entity-not-introduced",
        f"no published document says what “{slug}” is.",
        entity=slug,
        entry=statement.entry,
        suggestions=near,
        fix="Give it a type and a name, here or in another document.",
    )


def _same_document(document: Document, first: Document) -> Problem:
    return Problem(
        Severity.VIOLATION,
        Place(document.origin.path, 1),
        "document-twice",
        f"there is another document “{document.origin.slug}”: {first.origin.path}.",
        fix="Rename one of the two files.",
    )


def _same_slug(
    first: Introduction,
    later: Introduction,
    labels: Mapping[tuple[str, NamedNode], str],
    slug: str,
    vocabulary: Vocabulary,
) -> Problem:
    entity = first.statement.triple.subject
    known = vocabulary.class_of(first.statement.triple.object.value)  # type: ignore[union-attr]
    type_name = known.key if known else "something else"
    name = labels.get((first.document.origin.path, entity), slug)  # type: ignore[arg-type]
    return Problem(
        Severity.VIOLATION,
        later.statement.written,
        "slug-twice",
        f"{first.statement.written} introduces “{slug}” already: {name}, a {type_name}.",
        entity=labels.get((later.document.origin.path, entity), slug),  # type: ignore[arg-type]
        entry="type",
        fix="If it is the same, leave type and name out here; if not, take another slug.",
    )
