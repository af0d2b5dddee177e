"""One document → its triples, and the records that say where each stands."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from graph import terms
from graph.documents import Document, Evidence, Proposed, Statement, Status, section_at
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


def proposals(document: Document, iris: Iris) -> Iterator[Triple]:
    """Yield what *document* proposes: a proposal for each triple and place, and what describes the things it names.

    The terms are others than those of records, so that whoever asks for records never meets a guess.
    """
    for statement in document.proposals:
        if statement.evidence is None:
            yield statement.triple
        else:
            for line in statement.evidence.lines or (0,):
                yield from _proposal(document, statement, statement.evidence, line, iris)


def _proposal(document: Document, statement: Statement, evidence: Evidence, line: int, iris: Iris) -> Iterator[Triple]:
    triple = statement.triple
    subject = iris.part(document.origin.slug, "proposal", *_place(statement, evidence, line))
    for predicate, value in (
        (terms.TYPE, terms.PROPOSAL),
        (terms.PROPOSED_SUBJECT, triple.subject),
        (terms.PROPOSED_PREDICATE, triple.predicate),
        (terms.PROPOSED_OBJECT, triple.object),
        (terms.PROPOSED_EDGE, iris.edge(triple)),
        *_evidence_facts(document, statement, evidence, line, iris),
    ):
        yield Triple(subject, predicate, value)


def _place(statement: Statement, evidence: Evidence, line: int) -> tuple[str, ...]:
    """Return what tells a record or a proposal from others of the same document."""
    triple = statement.triple
    said = (str(triple.subject), triple.predicate.value, str(triple.object))
    return (*said, str(line), str(statement.written.line), evidence.basis.value, evidence.words)


def _record(document: Document, statement: Statement, evidence: Evidence, line: int, iris: Iris) -> Iterator[Triple]:
    subject = iris.part(document.origin.slug, "record", *_place(statement, evidence, line))
    for predicate, value in (
        *edge_facts(statement.triple, iris),
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
    if evidence.proposed is not None:
        yield from _proposed_facts(evidence.proposed)
    if evidence.writing is not None:
        yield terms.WRITTEN_BY, Literal(evidence.writing.by)
        yield terms.REQUEST, Literal(evidence.writing.request)
        yield terms.CREATED, Literal(evidence.writing.at.isoformat(), datatype=terms.XSD_DATE_TIME)


def _proposed_facts(proposed: Proposed) -> Iterator[tuple[NamedNode, Literal]]:
    yield terms.CONFIDENCE, terms.decimal(proposed.confidence)
    if proposed.reason:
        yield terms.REASON, Literal(proposed.reason)
    if proposed.rule:
        yield terms.PROPOSED_BY, Literal(proposed.rule)
