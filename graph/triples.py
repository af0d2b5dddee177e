"""One document → its triples, and the records that say where each stands."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad, Triple

from graph import terms
from graph.documents import Document, Evidence, Statement, Status, section_at
from graph.iris import Iris


def stated(document: Document, iris: Iris, *, status: Status = Status.CURRENT) -> Iterator[Quad]:
    """Yield what *document* states, in the graph that has the document's name; a triple may come twice."""
    graph = iris.document(document.origin.slug)
    yield Quad(graph, terms.STATUS, Literal(status.value), graph)
    for statement in document.statements:
        triple = statement.triple
        yield Quad(triple.subject, triple.predicate, triple.object, graph)


def records(document: Document, iris: Iris) -> Iterator[Quad]:
    """Yield the records of *document*, in its provenance graph: one for each triple and place."""
    for statement in document.statements:
        if statement.evidence is not None:
            for line in statement.evidence.lines or (0,):
                yield from _record(document, statement, statement.evidence, line, iris)


def _record(document: Document, statement: Statement, evidence: Evidence, line: int, iris: Iris) -> Iterator[Quad]:
    slug, triple = document.origin.slug, statement.triple
    place = (str(line), str(statement.written.line), evidence.basis.value, evidence.words)
    subject = iris.part(slug, "record", str(triple.subject), triple.predicate.value, str(triple.object), *place)
    graph = iris.provenance(slug)
    for predicate, value in (
        *edge_facts(triple, iris),
        *_evidence_facts(document, statement, evidence, line, iris),
    ):
        yield Quad(subject, predicate, value, graph)


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
