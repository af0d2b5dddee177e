"""One document → its triples, and the records that say where each stands."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from graph import terms
from graph.documents import Document, Evidence, Statement, Status, section_at
from graph.iris import Iris


def stated(document: Document) -> Iterator[Triple]:
    """Yield what *document* states; a triple may come twice."""
    return (statement.triple for statement in document.statements)


def about(document: Document, iris: Iris, status: Status) -> Iterator[Triple]:
    """Yield what the index itself says of *document*, in the graph ``documents``."""
    yield Triple(iris.document(document.origin.slug), terms.STATUS, Literal(status.value))
    yield from document.described


def records(document: Document, iris: Iris) -> Iterator[Triple]:
    """Yield the records of *document*: one for each triple and place, and one for each join."""
    for statement in document.statements:
        if statement.evidence is not None:
            for line in statement.evidence.lines or (0,):
                yield from _record(document, statement, statement.evidence, line, iris)
    yield from joins(document, iris)


def joins(document: Document, iris: Iris) -> Iterator[Triple]:
    """Yield which things of other people's data were joined to what others introduce, and by what."""
    for join in document.joins:
        subject = iris.item(document.origin.slug, join.own)
        for predicate, value in (
            (terms.TYPE, terms.JOIN),
            (terms.JOINED, iris.entity(join.known)),
            (terms.NAME, Literal(join.name)),
            (terms.JOINED_BY, Literal(join.by)),
            (terms.JOINED_VALUE, Literal(join.value)),
            (terms.SOURCE, iris.document(document.origin.slug)),
            (terms.LINE, terms.integer(join.line)),
        ):
            yield Triple(subject, predicate, value)


def _record(document: Document, statement: Statement, evidence: Evidence, line: int, iris: Iris) -> Iterator[Triple]:
    slug, triple = document.origin.slug, statement.triple
    place = (str(line), str(statement.written.line), evidence.basis.value, evidence.words)
    subject = iris.part(slug, "record", str(triple.subject), triple.predicate.value, str(triple.object), *place)
    for predicate, value in (
        *edge_facts(triple, iris),
        *_evidence_facts(document, statement, evidence, line, iris),
    ):
        yield Triple(subject, predicate, value)


def edge_facts(triple: Triple, iris: Iris) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """Yield what every record says of the edge it speaks of."""
    yield terms.TYPE, terms.STATEMENT
    yield terms.TYPE, terms.RECORD
    yield terms.SUBJECT, triple.subject  # type: ignore[misc]  # quoted triples are never subjects here
    yield terms.PREDICATE, triple.predicate
    yield terms.OBJECT, triple.object  # type: ignore[misc]
    yield terms.EDGE, iris.edge(triple)


def _evidence_facts(
    document: Document, statement: Statement, evidence: Evidence, line: int, iris: Iris
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    slug = document.origin.slug
    yield terms.SOURCE, iris.document(slug)
    yield terms.BASIS, evidence.basis
    yield terms.WRITTEN_LINE, terms.integer(statement.written.line)
    yield terms.LINE, terms.integer(line or statement.written.line)
    section = section_at(document.sections, line) if line else None
    if section is not None:
        yield terms.STATED_IN_SECTION, iris.section(slug, section.slug)
    if evidence.words:
        yield terms.WORDS, Literal(evidence.words)
    if evidence.acceptance is not None:
        yield terms.ACCEPTED_BY, Literal(evidence.acceptance.by)
        yield terms.ACCEPTED_ON, Literal(evidence.acceptance.on.isoformat(), datatype=terms.XSD_DATE)
    if evidence.writing is not None:
        yield terms.WRITTEN_BY, Literal(evidence.writing.by)
        yield terms.REQUEST, Literal(evidence.writing.request)
        yield terms.CREATED, Literal(evidence.writing.at.isoformat(), datatype=terms.XSD_DATE_TIME)
