"""Statements: relations, types and attributes of entities, each with who says so or what implies it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from pyoxigraph import BlankNode, NamedNode, Triple

from graph import terms
from graph.atlas import Atlas
from graph.catalogue import Catalogue, Summary
from graph.engine.embedded import Reader
from graph.errors import ParameterError
from graph.iris import edge_id
from graph.relations import Derivation, Edge, Source, find_edges, find_relation, list_edges, sentence_of
from graph.vocabulary import Vocabulary, local_name

TYPE: Final = "type"
# A document with more triples is asked about together with a subject, an object or a relation.
LARGE_DOCUMENT: Final = 200_000


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple, with who states it.

    Attributes:
        id: That of the edge, the same in every document and generation.
        relation: The key of the relation or the attribute, or ``type``.
        object: What it leads to, where that is an entity; else *value* is what it says.
    """

    id: str
    subject: Summary
    relation: str
    object: Summary | None
    value: str | None
    sentence: str
    inferred: bool
    sources: tuple[Source, ...]
    derivations: tuple[Derivation, ...]


@dataclass(frozen=True, slots=True)
class StatementQuestion:
    """Which statements are wanted.

    Attributes:
        subject, object: References of entities; empty for any.
        relations: The keys of relations, with narrower ones, of attributes, or ``type``; without any, all.
        document: The slug of a document that states it; *basis* how it was read there.
        inferred: Whether those count that no document states.
    """

    subject: str = ""
    object: str = ""
    relations: tuple[str, ...] = ()
    document: str = ""
    basis: str = ""
    inferred: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class StatementPage:
    """A part of a list of statements, and how many there are in all."""

    total: int
    items: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """Finds the statements of a generation."""

    atlas: Atlas
    reader: Reader
    catalogue: Catalogue
    language: str = ""

    def page(self, question: StatementQuestion, *, limit: int, offset: int = 0) -> StatementPage:
        """Return the statements that are asked for: those of an entity by their sentences' parts, others by subject.

        Raises:
            ParameterError: There would be too many to look through.
        """
        if question.subject or question.object:
            found = [self.told(edge) for edge in self._of_entity(question)]
            told = sorted(found, key=lambda one: (one.subject.name, one.relation, one.sentence, one.id))
            return StatementPage(len(told), tuple(told[offset : offset + limit]))
        if question.basis:
            raise ParameterError("basis", question.basis, "name a subject or an object as well.")
        ids = self._of_document(question) if question.document else self._of_relations(question)
        edges = find_edges(ids.some(offset, limit), self.reader, self.catalogue)
        return StatementPage(ids.total, tuple(map(self.told, edges.values())))

    def one(self, edge: str) -> Statement | None:
        """Return the statement with that id, if there is one."""
        found = find_edges((edge,), self.reader, self.catalogue).get(edge)
        return self.told(found) if found is not None and self._key(found.predicate) else None

    def told(self, edge: Edge) -> Statement:
        """Return *edge* as a statement."""
        vocabulary, summary = self.catalogue.vocabulary, self.catalogue.summary
        relation = vocabulary.relation_of(edge.predicate)
        subject = summary(edge.subject)
        if relation is not None:
            sentence = sentence_of(edge, relation, self.catalogue, self.language)
            key, object_, value = relation.key, summary(edge.object), None
        else:
            kind = vocabulary.class_of(edge.object)
            attribute = vocabulary.attribute_of(edge.predicate)
            key = attribute.key if attribute else TYPE
            label = vocabulary.text(attribute.labels, self.language) if attribute else TYPE
            value = kind.key if kind else edge.object
            shown = vocabulary.text(kind.labels, self.language) if kind else edge.object
            sentence, object_ = f"{subject.name}: {label}: {shown}", None
        return Statement(
            id=edge.id,
            subject=subject,
            relation=key,
            object=object_,
            value=value,
            sentence=sentence,
            inferred=not edge.is_stated,
            sources=edge.sources,
            derivations=edge.derivations,
        )

    def _of_entity(self, question: StatementQuestion) -> Iterable[Edge]:
        vocabulary, iris = self.catalogue.vocabulary, self.catalogue.iris
        subject = iris.resolve(question.subject).value if question.subject else ""
        object_ = iris.resolve(question.object).value if question.object else ""
        wanted = _keys(question.relations, vocabulary)
        edges = list_edges(NamedNode(subject or object_), self.reader, self.catalogue, inferred=question.inferred)
        for edge in edges:
            key = self._key(edge.predicate)
            ends = (not subject or edge.subject == subject) and (not object_ or edge.object == object_)
            if ends and key and (not wanted or key in wanted) and _is_read_so(edge, question):
                yield edge

    def _of_document(self, question: StatementQuestion) -> "_Ids":
        """Return the ids of what a document states of things with names, in their order.

        Raises:
            ParameterError: The document states too much to be looked through.
        """
        wanted = _keys(question.relations, self.catalogue.vocabulary)
        records = self.catalogue.iris.provenance(question.document)
        told: set[object] = set()
        for batch in self.reader.batches(records, terms.PREDICATE):
            if len(told) > LARGE_DOCUMENT:
                raise ParameterError("document", question.document, "it states too much; name a subject as well.")
            keys = ((quad.subject, self._key(quad.object.value)) for quad in batch)  # type: ignore[union-attr]
            told |= {record for record, key in keys if key and (not wanted or key in wanted)}
        for batch in (batch for end in (terms.SUBJECT, terms.OBJECT) for batch in self.reader.batches(records, end)):
            told.difference_update(quad.subject for quad in batch if isinstance(quad.object, BlankNode))
        edges = (quad for batch in self.reader.batches(records, terms.EDGE) for quad in batch if quad.subject in told)
        ids = sorted({local_name(quad.object.value) for quad in edges})  # type: ignore[union-attr]
        return _Ids(len(ids), ids.__getitem__)

    def _of_relations(self, question: StatementQuestion) -> "_Ids":
        """Return the ids of the edges with the relations asked for, in the order of their subjects' names.

        Raises:
            ParameterError: Attributes and types are asked for, without a subject.
        """
        keys = _keys(question.relations, self.catalogue.vocabulary)
        if not keys <= set(self.catalogue.vocabulary.relations):
            raise ParameterError("relation", ",".join(question.relations), "name a subject or a document as well.")
        edges = self.atlas.adjacency
        wanted = np.array([not keys or key in keys for key in self.atlas.relations])[edges.out_relation]
        positions = np.flatnonzero(wanted if question.inferred else wanted & edges.out_stated)
        return _Ids(len(positions), lambda some: map(self._id, positions[some].tolist()))

    def _id(self, position: int) -> str:
        """Return the id of the edge at that position of the edges out."""
        edges, iris = self.atlas.adjacency, self.catalogue.iris
        source = int(np.searchsorted(edges.out_start, position, side="right")) - 1
        key = self.atlas.relations[edges.out_relation[position]]
        ends = [iris.resolve(self.atlas.references[node]) for node in (source, edges.out_target[position])]
        return edge_id(Triple(ends[0], NamedNode(self.catalogue.vocabulary.relations[key].iri), ends[1]))

    def _key(self, predicate: str) -> str:
        """Return the key of a relation, of an attribute or `TYPE`; empty for what is told with something else."""
        if predicate == terms.TYPE.value:
            return TYPE
        vocabulary = self.catalogue.vocabulary
        known = vocabulary.relation_of(predicate) or vocabulary.attribute_of(predicate)
        return known.key if known else ""


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids of edges, some of which can be had."""

    total: int
    slice: Callable[[slice], Iterable[str]]

    def some(self, offset: int, limit: int) -> Iterable[str]:
        return self.slice(slice(offset, offset + limit))


def _keys(wanted: Iterable[str], vocabulary: Vocabulary) -> set[str]:
    """Return the keys *wanted*, and those of narrower relations.

    Raises:
        ParameterError: There is none of such a key.
    """
    found: set[str] = set()
    for key in wanted:
        if key == TYPE or key in vocabulary.attributes:
            found.add(key)
        else:
            found |= {one.key for one in vocabulary.narrower_relations(find_relation(key, vocabulary))}
    return found


def _is_read_so(edge: Edge, question: StatementQuestion) -> bool:
    if not question.document and not question.basis:
        return True
    return any(
        source.document == (question.document or source.document) and source.basis == (question.basis or source.basis)
        for source in edge.sources
    )
