"""Triples and shapes → verdicts.  The only door to pySHACL."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from rdflib.collection import Collection

from graph import terms
from graph.documents import Document, Place, Problem, Severity, Statement
from graph.errors import OntologyError
from graph.iris import Iris
from graph.nearness import nearest
from graph.vocabulary import Relation, Texts, Vocabulary, local_name

SH: Final = rdflib.Namespace(terms.SHACL)
SEVERITIES: Final = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}
RANGE_TEXTS: Final = {
    "en": "“{label}” leads to {classes}; check the target, or its type.",
    "fr": "« {label} » mène à : {classes} ; vérifiez la cible, ou son type.",
}
DOMAIN_TEXTS: Final = {
    "en": "“{label}” starts from {classes}; check the relation, or the type.",
    "fr": "« {label} » part de : {classes} ; vérifiez la relation, ou le type.",
}
WHAT_IS_WRONG: Final = {
    "MinCount": "“{field}” is missing.",
    "MaxCount": "“{field}” is there more than once.",
    "UniqueLang": "“{field}” is there twice in one language.",
    "In": "“{value}” is not one of {allowed}.",
    "Pattern": "“{value}” does not have the right form.",
    "MaxLength": "“{field}” is too long.",
    "Or": "“{value}” is {kind}.",
}
# pySHACL switches settings of rdflib for the whole process while it runs.
_ONE_AT_A_TIME: Final = Lock()


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a shape, in terms of the graph."""

    severity: Severity
    focus: rdflib.term.Node
    path: rdflib.term.Node | None
    value: rdflib.term.Node | None
    shape: str
    component: str
    messages: Texts
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of an ontology.

    Attributes:
        own: Those that its files hold.
        relations: Those that say which classes each relation connects, made from the ontology.
        ends: By relation, the classes that it starts from and those that it leads to.
    """

    own: rdflib.Graph
    relations: rdflib.Graph
    ends: Mapping[str, tuple[frozenset[str], frozenset[str]]]


def compile_shapes(vocabulary: Vocabulary) -> Shapes:
    """Return the shapes of an ontology.

    Raises:
        OntologyError: A file of shapes does not parse.
    """
    own = rdflib.Graph()
    for text in vocabulary.shapes:
        try:
            # Parsed by the engine, whose errors are errors and whose literals are as written.
            for quad in parse(text, RdfFormat.TURTLE, rename_blank_nodes=True):
                own.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
        except SyntaxError as error:
            raise OntologyError(f"shapes.ttl:{error.lineno}", str(error.msg)) from error
    relations = rdflib.Graph()
    for relation in vocabulary.relations.values():
        _add_relation_shapes(relations, relation, vocabulary)
    ends = {
        relation.iri: (frozenset(relation.domain), frozenset(relation.range))
        for relation in vocabulary.relations.values()
    }
    return Shapes(own, relations, ends)


def find(triples: Iterable[Triple], shapes: Shapes) -> tuple[Finding, ...]:
    """Return what *shapes* find in *triples*, which must be as they were written, not as a store returns them.

    Most edges connect what they may, and a look at the types of their ends shows it; only the others, which may not
    or need a closer look, are put before the shapes of the relations.
    """
    everything = list(triples)
    found = _run(everything, shapes.own)
    suspects = _suspects(everything, shapes)
    return found + _run(suspects, shapes.relations) if suspects else found


def report(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """Return SHACL's report on *data*, whose literals must be as they were written; rules of *shapes* add to *data*.

    Raises:
        RuntimeError: pySHACL cannot use *shapes*, or *data*.
    """
    import pyshacl  # noqa: PLC0415  # half of the time of a start that has nothing to validate

    with _ONE_AT_A_TIME:
        normalize, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
        try:
            _, found, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inplace=True)
        finally:
            rdflib.NORMALIZE_LITERALS = normalize
    if not isinstance(found, rdflib.Graph):
        raise found
    return found


def _run(triples: Iterable[Triple], shapes: rdflib.Graph) -> tuple[Finding, ...]:
    data = rdflib.Graph()
    for triple in triples:
        data.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return tuple(_findings(report(data, shapes), shapes))


def _suspects(triples: Iterable[Triple], shapes: Shapes) -> list[Triple]:
    """Return the edges that may connect what they must not, and the types of their ends."""
    types: dict[object, set[str]] = defaultdict(set)
    typings: dict[object, list[Triple]] = defaultdict(list)
    edges: list[Triple] = []
    for triple in triples:
        if triple.predicate == terms.TYPE and isinstance(triple.object, NamedNode):
            types[triple.subject].add(triple.object.value)
            typings[triple.subject].append(triple)
        elif triple.predicate.value in shapes.ends:
            edges.append(triple)
    found: dict[Triple, None] = {}
    for edge in edges:
        domain, range_ = shapes.ends[edge.predicate.value]
        if not (_fits(types.get(edge.subject), domain) and _fits(types.get(edge.object), range_)):
            found |= dict.fromkeys((edge, *typings[edge.subject], *typings[edge.object]))
    return list(found)


def _fits(types: set[str] | None, allowed: frozenset[str]) -> bool:
    return types is None or not allowed or not types.isdisjoint(allowed)


def verdicts(
    findings: Iterable[Finding], documents: Sequence[Document], vocabulary: Vocabulary, iris: Iris
) -> Iterator[Problem]:
    """Yield each finding in its author's words, at the statement that it speaks of."""
    index = _Index(documents)
    for finding in findings:
        statement = index.statement(finding)
        if statement is None and _is_about_a_relation(finding):
            continue  # it is an inferred edge; the stated one has its own verdict
        yield _verdict(finding, statement, index, vocabulary, iris)


def to_rdflib(term: object) -> rdflib.term.Node:
    """Return *term* as rdflib writes it."""
    match term:
        case NamedNode():
            return rdflib.URIRef(term.value)
        case BlankNode():
            return rdflib.BNode(term.value)
        case Literal() if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        case Literal() if term.datatype != terms.XSD_STRING:
            datatype = rdflib.URIRef(term.datatype.value)
            return rdflib.Literal(term.value, datatype=datatype, normalize=False)
        case Literal():
            return rdflib.Literal(term.value)
    raise TypeError(f"{term!r} has no place in a graph that is validated")


def _add_relation_shapes(shapes: rdflib.Graph, relation: Relation, vocabulary: Vocabulary) -> None:
    """Add a shape for the subjects and one for the targets of *relation*; what has no type passes."""
    path = rdflib.URIRef(relation.iri)
    for role, classes, texts in (
        ("Domain", relation.domain, DOMAIN_TEXTS),
        ("Range", relation.range, RANGE_TEXTS),
    ):
        if not classes:
            continue
        shape = rdflib.URIRef(f"{relation.iri}{role}Shape")
        shapes.add((shape, rdflib.RDF.type, SH.NodeShape))
        shapes.add((shape, SH.targetSubjectsOf, path))
        place = shape
        if role == "Range":
            place = rdflib.URIRef(f"{shape}/target")
            shapes.add((shape, SH.property, place))
            shapes.add((place, SH.path, path))
        alternatives = [rdflib.BNode() for _ in (*classes, None)]
        for alternative, one in zip(alternatives, classes, strict=False):
            shapes.add((alternative, SH["class"], rdflib.URIRef(one)))
        untyped = rdflib.BNode()
        shapes.add((alternatives[-1], SH.property, untyped))
        shapes.add((untyped, SH.path, rdflib.RDF.type))
        shapes.add((untyped, SH.maxCount, rdflib.Literal(0)))
        choice = rdflib.BNode()
        Collection(shapes, choice, alternatives)  # type: ignore[arg-type]
        shapes.add((place, SH["or"], choice))
        for language, text in texts.items():
            shapes.add(
                (
                    place,
                    SH.message,
                    rdflib.Literal(_worded(text, relation, classes, vocabulary, language), lang=language),
                )
            )


def _worded(text: str, relation: Relation, classes: Iterable[str], vocabulary: Vocabulary, language: str) -> str:
    labels = (vocabulary.text(known.labels, language) for iri in classes if (known := vocabulary.class_of(iri)))
    return text.format(label=vocabulary.text(relation.labels, language), classes=", ".join(labels))


def _findings(report: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[Finding]:
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        shape = report.value(result, SH.sourceShape)
        component = report.value(result, SH.sourceConstraintComponent)
        severity = report.value(result, SH.resultSeverity)
        focus = report.value(result, SH.focusNode)
        choices = shapes.value(shape, SH["in"]) if shape is not None else None
        yield Finding(
            severity=SEVERITIES.get(rdflib.URIRef(str(severity)), Severity.VIOLATION),
            focus=focus,  # type: ignore[arg-type]
            path=report.value(result, SH.resultPath),
            value=report.value(result, SH.value),
            shape=str(shape) if isinstance(shape, rdflib.URIRef) else _named_above(shapes, shape),
            component=str(component).rsplit("#", 1)[-1].removesuffix("ConstraintComponent"),
            messages={
                getattr(message, "language", None) or "": str(message)
                for message in report.objects(result, SH.resultMessage)
            },
            allowed=tuple(map(str, Collection(shapes, choices))) if choices is not None else (),
        )


def _named_above(shapes: rdflib.Graph, shape: rdflib.term.Node | None) -> str:
    """Return the IRI of the shape that holds an unnamed one."""
    owner = shapes.value(predicate=SH.property, object=shape) if shape is not None else None
    return str(owner) if isinstance(owner, rdflib.URIRef) else ""


def _is_about_a_relation(finding: Finding) -> bool:
    return finding.shape.endswith(("DomainShape", "RangeShape/target"))


@dataclass(slots=True)
class _Index:
    """Finds the statement that a finding speaks of."""

    by_edge: dict[tuple[str, str, str], Statement]
    by_path: dict[tuple[str, str], Statement]
    by_focus: dict[str, Statement]
    owners: dict[str, Statement]
    names: dict[str, str]

    def __init__(self, documents: Iterable[Document]) -> None:
        self.by_edge, self.by_path, self.by_focus, self.owners, self.names = {}, {}, {}, {}, {}
        for document in documents:
            for statement in document.statements:
                self._add(statement)

    def _add(self, statement: Statement) -> None:
        triple = statement.triple
        subject, predicate, value = (str(to_rdflib(term)) for term in (triple.subject, triple.predicate, triple.object))
        self.by_edge[subject, predicate, value] = statement
        self.by_path[subject, predicate] = statement
        if triple.predicate == terms.TYPE or subject not in self.by_focus:
            self.by_focus[subject] = statement
        if triple.predicate == terms.NAME:
            self.names[subject] = value
        if triple.predicate in (terms.HAS_OPINION, terms.HAS_QUESTION):
            self.owners[value] = statement

    def statement(self, finding: Finding) -> Statement | None:
        focus, path, value = (
            str(node) if node is not None else "" for node in (finding.focus, finding.path, finding.value)
        )
        if _is_about_a_relation(finding):
            path = path or finding.shape.removesuffix("DomainShape")
            return (
                self.by_edge.get((focus, path, value)) if finding.path is not None else self.by_path.get((focus, path))
            )
        return self.by_edge.get((focus, path, value)) or self.by_path.get((focus, path)) or self.by_focus.get(focus)

    def kind(self, focus: str, vocabulary: Vocabulary) -> str:
        """Return what the thing is called that *focus* is one of."""
        statement = self.by_focus.get(focus)
        known = vocabulary.class_of(str(to_rdflib(statement.triple.object))) if statement else None
        return f"a {vocabulary.text(known.labels, 'en')}" if known else "of another kind"

    def name(self, focus: str, iris: Iris) -> str:
        owner = self.owners.get(focus)
        if owner is not None:
            return self.name(str(to_rdflib(owner.triple.subject)), iris)
        return self.names.get(focus, iris.reference(focus))


def _verdict(
    finding: Finding, statement: Statement | None, index: _Index, vocabulary: Vocabulary, iris: Iris
) -> Problem:
    entry = statement.entry if statement else ""
    if not entry and finding.path is not None:
        entry = vocabulary.curie(str(finding.path))
    value = "" if finding.value is None else str(finding.value)
    about = str(finding.focus) if finding.path is None else value
    field = vocabulary.by_iri.get(str(finding.path))
    message = WHAT_IS_WRONG.get(finding.component, "“{value}” does not fit.").format(
        field=field.key if field else local_name(str(finding.path or "")),
        value=(index.name(about, iris) if isinstance(finding.value, rdflib.URIRef) else value)[:80],
        allowed=", ".join(finding.allowed),
        kind=index.kind(about, vocabulary),
    )
    return Problem(
        severity=finding.severity,
        place=statement.written if statement else Place("", 0),
        code=f"shape-{finding.component.lower()}",
        message=message,
        entity=index.name(str(finding.focus), iris),
        entry=entry,
        fix=vocabulary.text(finding.messages, "en"),
        suggestions=nearest(value, finding.allowed) if finding.allowed else (),
        shape=vocabulary.curie(finding.shape),
    )


def by_document(problems: Iterable[Problem]) -> Mapping[str, tuple[Problem, ...]]:
    """Return *problems* by the path of the document that they stand in."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.place.path].append(problem)
    return {path: tuple(sorted(some, key=lambda one: one.place)) for path, some in found.items()}
