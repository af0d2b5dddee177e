"""The shapes of an ontology, and which steps through the graph each of them takes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from rdflib.collection import Collection

from graph import terms
from graph.errors import OntologyError
from graph.vocabulary import Relation, Vocabulary

SH: Final = rdflib.Namespace(terms.SHACL)
RANGE_TEXTS: Final = {
    "en": "“{label}” leads to {classes}; check the target, or its type.",
    "fr": "« {label} » mène à : {classes} ; vérifiez la cible, ou son type.",
}
DOMAIN_TEXTS: Final = {
    "en": "“{label}” starts from {classes}; check the relation, or the type.",
    "fr": "« {label} » part de : {classes} ; vérifiez la relation, ou le type.",
}
MOST_NESTED: Final = 8
# The store writes values of these types as whole numbers, so a shape that asks for one of them would be right on the
# day a document is read and wrong ever after.
REWRITTEN: Final = frozenset(
    rdflib.URIRef(f"{terms.XSD}{name}")
    for name in (
        *("byte", "short", "int", "long", "unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong"),
        *("positiveInteger", "nonPositiveInteger", "negativeInteger", "nonNegativeInteger"),
    )
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step through the graph.

    Attributes:
        edges: The edges that it may take: each a predicate, or ``None`` for any that starts here, and whether it is
            walked from its object to its subject.
        is_repeated: Whether it may be walked any number of times, or not at all.
    """

    edges: frozenset[tuple[NamedNode | None, bool]]
    is_repeated: bool = False

    @classmethod
    def along(cls, predicate: str | None, *, is_inverse: bool = False) -> "Step":
        """Return the step along one edge."""
        return cls(frozenset({(None if predicate is None else NamedNode(predicate), is_inverse)}))

    def reversed(self) -> "Step":
        """Return the step that walks back."""
        return Step(frozenset((predicate, not is_inverse) for predicate, is_inverse in self.edges), self.is_repeated)


Chain = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of an ontology.

    Attributes:
        own: Those that its files hold.
        relations: Those that say which classes each relation connects, made from the ontology.
        ends: By relation, the classes that it starts from and those that it leads to.
        chains: The ways that the shapes of the files look at, each from a focus node on.
        nested: Those of them that end at a node with shapes of its own, whose findings name that node.
        sightings: By the predicate of an edge, ``None`` for any: which end of it the chains pass (its object where
            true), and the ways from there back to the focus nodes.
        hierarchy: Which class is wider than which, which shapes look at besides.
    """

    own: rdflib.Graph
    relations: rdflib.Graph
    ends: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    chains: frozenset[Chain]
    nested: frozenset[Chain]
    sightings: Mapping[NamedNode | None, tuple[tuple[bool, Chain], ...]]
    hierarchy: tuple[Triple, ...]


def compile_shapes(vocabulary: Vocabulary) -> Shapes:
    """Return the shapes of an ontology.

    Raises:
        OntologyError: A file of shapes does not parse, or asks for what cannot be checked change by change.
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
    _refuse_rewritten(own)
    walk = _Walk(own)
    for shape in set(_targeted(own)):
        walk.add(shape, ())
    hierarchy = tuple(triple for triple in vocabulary.triples if triple.predicate == terms.SUBCLASS_OF)
    return Shapes(
        own=own,
        relations=relations,
        ends=ends,
        chains=frozenset(walk.chains),
        nested=frozenset(walk.nested),
        sightings=_sightings(walk.chains),
        hierarchy=hierarchy,
    )


def _sightings(chains: Iterable[Chain]) -> dict[NamedNode | None, tuple[tuple[bool, Chain], ...]]:
    found: dict[NamedNode | None, dict[tuple[bool, Chain], None]] = defaultdict(dict)
    for chain in chains:
        for position, step in enumerate(chain):
            back = tuple(one.reversed() for one in reversed(chain[: position + step.is_repeated]))
            for predicate, is_inverse in step.edges:
                found[predicate][is_inverse, back] = None
    return {predicate: tuple(seen) for predicate, seen in found.items()}


def _refuse_rewritten(shapes: rdflib.Graph) -> None:
    for asked in shapes.objects(None, SH.datatype):
        if asked in REWRITTEN:
            raise OntologyError("shapes.ttl", f"sh:datatype <{asked}>: the store keeps such numbers as xsd:integer.")


def _targeted(shapes: rdflib.Graph) -> Iterator[rdflib.term.Node]:
    """Yield the shapes that choose focus nodes of their own."""
    for target in (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode):
        yield from shapes.subjects(target, None)
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in shapes.subjects(rdflib.RDF.type, kind):
            if (shape, rdflib.RDF.type, rdflib.RDFS.Class) in shapes or (
                shape,
                rdflib.RDF.type,
                rdflib.OWL.Class,
            ) in shapes:
                yield shape


TYPE_STEP: Final = Step.along(terms.TYPE.value)
# What a shape says of the focus node itself, in other shapes.
SAME_FOCUS: Final = (SH.node, SH["not"])
CHOICES: Final = (SH["and"], SH["or"], SH.xone)
# Constraints that look at another property of the focus node.
PAIRS: Final = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)


class _Walk:
    """Follows shapes into shapes, and notes every chain of steps that one of them looks at."""

    def __init__(self, shapes: rdflib.Graph) -> None:
        self._shapes = shapes
        self.chains: set[Chain] = set()
        self.nested: set[Chain] = set()

    def add(self, shape: rdflib.term.Node, way: Chain, *, depth: int = 0) -> None:
        """Note what *shape* looks at from the node at the end of *way*."""
        if depth > MOST_NESTED:
            raise OntologyError("shapes.ttl", f"shapes are nested more than {MOST_NESTED} deep.")
        shapes = self._shapes
        self._add_targets(shape, way)
        if (shape, SH.sparql, None) in shapes:
            raise OntologyError(
                "shapes.ttl", "sh:sparql is not supported: what it looks at cannot be known beforehand."
            )
        if (shape, SH.closed, None) in shapes:
            self.chains.add((*way, Step.along(None)))
        ends = [way]
        path = shapes.value(shape, SH.path)
        if path is not None:
            ends = [(*way, *steps) for steps in _paths(path, shapes)]
            self.chains |= set(ends)
            self.chains |= {(*way, Step.along(str(other))) for pair in PAIRS for other in shapes.objects(shape, pair)}
        for end in ends:
            if (shape, SH["class"], None) in shapes:
                self.chains.add((*end, TYPE_STEP))
            for inner in shapes.objects(shape, SH.property):
                if end:
                    self.nested.add(end)
                self.add(inner, end, depth=depth + 1)
            for inner in self._others(shape):
                self.add(inner, end, depth=depth + 1)

    def _others(self, shape: rdflib.term.Node) -> Iterator[rdflib.term.Node]:
        for role in (*SAME_FOCUS, SH.qualifiedValueShape):
            yield from self._shapes.objects(shape, role)
        for choice in CHOICES:
            for members in self._shapes.objects(shape, choice):
                yield from Collection(self._shapes, members)

    def _add_targets(self, shape: rdflib.term.Node, way: Chain) -> None:
        if way:
            return
        for target, is_inverse in ((SH.targetSubjectsOf, False), (SH.targetObjectsOf, True)):
            for predicate in self._shapes.objects(shape, target):
                self.chains.add((Step.along(str(predicate), is_inverse=is_inverse),))
        self.chains.add((TYPE_STEP,))


def _paths(path: rdflib.term.Node, shapes: rdflib.Graph) -> list[Chain]:
    """Return the steps of a SHACL path; alternatives are several.

    Source: https://www.w3.org/TR/shacl/#property-paths
    """
    if isinstance(path, rdflib.URIRef):
        return [(Step.along(str(path)),)]
    inverse = shapes.value(path, SH.inversePath)
    if inverse is not None:
        return [tuple(step.reversed() for step in reversed(steps)) for steps in _paths(inverse, shapes)]
    alternatives = shapes.value(path, SH.alternativePath)
    if alternatives is not None:
        return [steps for one in Collection(shapes, alternatives) for steps in _paths(one, shapes)]
    for repeated in (SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath):
        inner = shapes.value(path, repeated)
        if inner is not None:
            # Any order of the edges inside covers more than the path does, never less.
            edges = {edge for steps in _paths(inner, shapes) for step in steps for edge in step.edges}
            return [(Step(frozenset(edges), is_repeated=True),)]
    ways: list[Chain] = [()]
    for part in Collection(shapes, path):
        ways = [(*way, *steps) for way in ways for steps in _paths(part, shapes)]
    return ways


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


def from_rdflib(node: rdflib.term.Node) -> NamedNode | BlankNode:
    """Return *node*, which is no literal, as the engine writes it."""
    return BlankNode(str(node)) if isinstance(node, rdflib.BNode) else NamedNode(str(node))


def focus_text(node: object) -> str:
    """Return the text that stands for a node of either library in a report: its IRI, or its name after ``_:``."""
    value = str(getattr(node, "value", node))
    return f"_:{value}" if isinstance(node, rdflib.BNode | BlankNode) else value


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
