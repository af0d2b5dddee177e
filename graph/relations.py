"""The edges of an entity, seen from its side, each with who says so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from graph import terms
from graph.catalogue import Catalogue, Summary
from graph.engine.embedded import Reader
from graph.errors import ParameterError
from graph.nearness import nearest
from graph.vocabulary import Relation, Vocabulary, local_name

# What a record says, by the IRI of each property.
Record = Mapping[str, str]
# The properties of a record; to ask a term for its IRI takes longer than to look up what is said.
ENDS: Final = (terms.SUBJECT.value, terms.PREDICATE.value, terms.OBJECT.value)
EDGE: Final = terms.EDGE.value
BASIS: Final = terms.BASIS.value
RULE: Final = terms.RULE.value
PREMISE: Final = terms.PREMISE.value
SOURCE: Final = terms.SOURCE.value
STATED_IN_SECTION: Final = terms.STATED_IN_SECTION.value
LINE: Final = terms.LINE.value
WRITTEN_LINE: Final = terms.WRITTEN_LINE.value
WORDS: Final = terms.WORDS.value
ACCEPTED_BY: Final = terms.ACCEPTED_BY.value
ACCEPTED_ON: Final = terms.ACCEPTED_ON.value
WRITTEN_BY: Final = terms.WRITTEN_BY.value
REQUEST: Final = terms.REQUEST.value
CREATED: Final = terms.CREATED.value


class Direction(StrEnum):
    """Which way a relation reads, seen from an entity."""

    OUT = "out"
    IN = "in"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Source:
    """Who states an edge, and where.

    Attributes:
        document: The slug of the document; *name* is what it is called.
        section: The slug of the section; *heading* is its title.  Both are missing where the text has none.
        line: The line of the text that was read; *written_line* that of the document's own file.
        basis: How it was read: stated, nesting, address, interpretation, written.
    """

    document: str
    name: str
    section: str | None
    heading: str | None
    line: int
    written_line: int
    basis: str
    words: str | None = None
    accepted_by: str | None = None
    accepted_on: str | None = None
    written_by: str | None = None
    request: str | None = None
    written_on: str | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """The rule by which an edge was inferred, and the id of the edge it follows from."""

    rule: str
    premise: str


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge as it was stated or inferred: its id is the same in every document."""

    id: str
    subject: str
    predicate: str
    object: str
    sources: tuple[Source, ...] = ()
    derivations: tuple[Derivation, ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether a document states it."""
        return bool(self.sources)


@dataclass(frozen=True, slots=True)
class Connection:
    """A relation of an entity, told from its side.

    Attributes:
        relation: The key of the relation as it reads from the entity; *label* is what it is called.
        direction: ``out`` when the relation reads from the entity on, ``in`` when it is an inverse.
        depth: How many steps away the target is.
        sentence: The edge in words.
        via: The slug of the entity one step before the target, where that is not the entity asked for.
    """

    relation: str
    label: str
    direction: Direction
    target: Summary
    sentence: str
    edge: str
    inferred: bool
    sources: tuple[Source, ...]
    derivations: tuple[Derivation, ...]
    depth: int = 1
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the edges of an entity.

    Attributes:
        relation: Only this one and narrower ones; ``None`` asks for all.
        inferred: Whether inferred edges are wanted too.
        depth: How many steps the relation is followed at most, where it is.
    """

    relation: Relation | None = None
    direction: Direction = Direction.BOTH
    inferred: bool = False
    depth: int = 1
    language: str = ""


def find_relation(key: str, vocabulary: Vocabulary, *, parameter: str = "relation") -> Relation:
    """Return the relation called *key*.

    Raises:
        ParameterError: There is none.
    """
    if key in vocabulary.relations:
        return vocabulary.relations[key]
    raise ParameterError(
        parameter,
        key,
        "there is no such relation.",
        suggestions=nearest(key, vocabulary.relations),
        allowed=tuple(vocabulary.relations),
    )


def list_edges(iri: NamedNode, reader: Reader, catalogue: Catalogue, *, inferred: bool = False) -> list[Edge]:
    """Return every stated edge of *iri*, both ends, by id; those *inferred* too where they are wanted.

    What leads to or from a thing without a name is left out: it has no address to be told by.
    """
    known = None if inferred else catalogue.derived.records_of(iri.value)
    by_edge: dict[str, list[Record]] = {}
    for edge, record in _stored_records(iri, reader, catalogue, inferred=inferred) if known is None else known:
        if _has_names(record):
            by_edge.setdefault(edge, []).append(record)
    return [_edge(edge, found, catalogue) for edge, found in sorted(by_edge.items())]


def _stored_records(
    iri: NamedNode, reader: Reader, catalogue: Catalogue, *, inferred: bool
) -> Iterator[tuple[str, Record]]:
    """Yield the records that speak of *iri* as the store has them, with the ids of their edges."""
    left_out = None if inferred else catalogue.iris.graph("inferred/provenance")
    places = {
        (quad.subject, quad.graph_name)
        for term in (terms.SUBJECT, terms.OBJECT)
        for quad in reader.quads(None, term, iri)
        if quad.graph_name != left_out
    }
    for subject, graph in sorted(places, key=lambda place: str(place[0])):
        record = _facts(reader.quads(subject, None, None, graph))
        yield local_name(record[EDGE]), record


def _facts(quads: Iterable[Quad]) -> Record:
    return {quad.predicate.value: quad.object.value for quad in quads if isinstance(quad.object, NamedNode | Literal)}


def find_edges(ids: Iterable[str], reader: Reader, catalogue: Catalogue) -> dict[str, Edge]:
    """Return the edges with these *ids*, stated or inferred; what nothing says, or has no name, is left out."""
    found = {}
    for edge in ids:
        records: Sequence[Record] | None = catalogue.derived.records_of_edge(edge)
        if records is None:
            records = _stored_records_of_edge(edge, reader, catalogue)
        if records and _has_names(records[0]):
            found[edge] = _edge(edge, records, catalogue)
    return found


def _stored_records_of_edge(edge: str, reader: Reader, catalogue: Catalogue) -> list[Record]:
    """Return the records of an edge as the store has them, in the order of their names."""
    places = reader.quads(None, terms.EDGE, catalogue.iris.edge_of_id(edge))
    records = {str(one.subject): _facts(reader.quads(one.subject)) for one in places}
    return [record for _, record in sorted(records.items())]


def _has_names(record: Record) -> bool:
    """Return whether both ends of the edge have names or are values: the facts hold no blank node."""
    return all(end in record for end in ENDS)


def connections(iri: NamedNode, edges: Iterable[Edge], catalogue: Catalogue, question: Question) -> list[Connection]:
    """Return the *edges* of *iri* that are relations between entities, told from its side, by relation and name."""
    found = [
        connection
        for edge in edges
        if (question.inferred or edge.is_stated)
        for connection in told_from(iri, edge, catalogue, question)
    ]
    return sorted(found, key=lambda one: (one.direction != Direction.OUT, one.relation, one.target.name, one.edge))


def list_connections(iri: NamedNode, reader: Reader, catalogue: Catalogue, question: Question) -> list[Connection]:
    """Return the relations of *iri* that *question* asks for, over one step."""
    return connections(iri, list_edges(iri, reader, catalogue, inferred=question.inferred), catalogue, question)


def sentence_of(edge: Edge, relation: Relation, catalogue: Catalogue, language: str) -> str:
    """Return *edge* in words."""
    sentence = catalogue.vocabulary.text(relation.sentences, language)
    return sentence.replace("{subject}", catalogue.summary(edge.subject).name).replace(
        "{object}", catalogue.summary(edge.object).name
    )


def told_from(iri: NamedNode, edge: Edge, catalogue: Catalogue, question: Question) -> Iterator[Connection]:
    """Yield *edge* as it reads from *iri*, if it is a relation that *question* asks for."""
    written = catalogue.vocabulary.relation_of(edge.predicate)
    if written is None:
        return
    sides = [(edge.subject, edge.object, written)]
    if edge.is_stated:  # what is inferred has been inferred for the other side as well
        sides.append((edge.object, edge.subject, catalogue.vocabulary.inverse_of(written)))
    for end, other, relation in sides:
        outwards = relation.primary and not (relation.symmetric and end == edge.object)
        direction = Direction.OUT if outwards else Direction.IN
        wanted = question.relation is None or question.relation.iri in relation.wider
        facing = question.direction in (Direction.BOTH, direction) or relation.symmetric
        if end == iri.value and wanted and facing:
            yield Connection(
                relation=relation.key,
                label=catalogue.vocabulary.text(relation.labels, question.language),
                direction=direction,
                target=catalogue.summary(other),
                sentence=sentence_of(edge, written, catalogue, question.language),
                edge=edge.id,
                inferred=not edge.is_stated,
                sources=edge.sources,
                derivations=edge.derivations,
            )


def _edge(edge: str, records: Sequence[Record], catalogue: Catalogue) -> Edge:
    ends = (_value(records[0], end) for end in ENDS)
    subject, predicate, target = ends
    stated = [record for record in records if BASIS in record]
    inferred = [record for record in records if RULE in record]
    return Edge(
        id=edge,
        subject=subject,
        predicate=predicate,
        object=target,
        sources=tuple(sorted((_source(record, catalogue) for record in stated), key=_place)),
        derivations=tuple(Derivation(_value(record, RULE), local_name(_value(record, PREMISE))) for record in inferred),
    )


def _place(source: Source) -> tuple[str, int, int, str, str]:
    """Return what sources are sorted by: the same whether arrays or the store tell the records."""
    return source.document, source.line, source.written_line, source.basis, source.words or ""


def _source(record: Record, catalogue: Catalogue) -> Source:
    said = record.get
    document, section = said(SOURCE, ""), said(STATED_IN_SECTION, "")
    return Source(
        document=local_name(document),
        name=catalogue.summary(document).name,
        section=local_name(section) if section else None,
        heading=catalogue.summary(section).name if section else None,
        line=int(said(LINE, "")),
        written_line=int(said(WRITTEN_LINE, "")),
        basis=local_name(said(BASIS, "")),
        words=said(WORDS) or None,
        accepted_by=said(ACCEPTED_BY) or None,
        accepted_on=said(ACCEPTED_ON) or None,
        written_by=said(WRITTEN_BY) or None,
        request=said(REQUEST) or None,
        written_on=said(CREATED) or None,
    )


def _value(record: Record, name: str) -> str:
    return record.get(name, "")
