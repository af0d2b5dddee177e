"""Triples and shapes → findings.  The only door to pySHACL.

What a change can have made right or wrong is found from the shapes: each looks at certain edges, a certain way from
the node that it judges.  So the changed edges lead back to the nodes to judge again, and these to all that must be
looked at for it; the rest of the graph is not read.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any, Final

import rdflib
from pyoxigraph import BlankNode, NamedNode, Triple
from rdflib.collection import Collection as RdfList

from graph import terms
from graph.documents import Severity
from graph.shapes import SH, Chain, Shapes, Step, to_rdflib
from graph.vocabulary import Texts

SEVERITIES: Final = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}
# pySHACL switches settings of rdflib for the whole process while it runs.
_ONE_AT_A_TIME: Final = Lock()
# How many nodes are judged at once: enough to make the start of pySHACL cheap, few enough to stay small.
BATCH: Final = 5_000

Node = NamedNode | BlankNode
# Returns the triples of the graph that match; ``None`` stands for anything.
Lookup = Callable[[Any, Any, Any], Iterable[Triple]]


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
class Change:
    """What came into a graph, and what went out of it, since it was last valid.

    Attributes:
        rest: What else the graph holds, where that is known to be little, so that nobody needs to look for it there.
    """

    came: set[Triple]
    gone: set[Triple]
    rest: frozenset[Triple] | None = None


def find(triples: Iterable[Triple], shapes: Shapes) -> tuple[Finding, ...]:
    """Return what *shapes* find in *triples*, which must be as they were written, not as a store returns them."""
    everything = list(triples)
    typings: dict[object, list[Triple]] = defaultdict(list)
    for triple in everything:
        if triple.predicate == terms.TYPE:
            typings[triple.subject].append(triple)
    found = _run(everything, shapes.own)
    edges = (triple for triple in everything if triple.predicate.value in shapes.ends)
    suspects = _suspects(edges, lambda node: typings.get(node, ()), shapes)
    return found + _run(suspects, shapes.relations) if suspects else found


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found of a change, and of what.

    Attributes:
        judged: The nodes that were put before all shapes but those of relations.
        retyped: The nodes all of whose relations were put before these, because the type of an end has changed.
    """

    found: tuple[Finding, ...]
    judged: frozenset[Node]
    retyped: frozenset[Node]


def find_changed(
    change: Change, lookup: Lookup, shapes: Shapes, *, as_written: Mapping[Triple, Triple], also: Iterable[Node] = ()
) -> Findings:
    """Return what *shapes* find of the nodes that *change* can have made right or wrong, and which nodes these are.

    Args:
        lookup: Reads the graph after the change.
        as_written: Triples that the store gives back in another form, with the form in which they were written.
        also: More nodes to judge.
    """
    nodes = _affected(change, lookup, shapes).union(also)
    found: list[Finding] = []
    remaining = iter(nodes)
    while batch := list(islice(remaining, BATCH)):
        judged = batch + [node for chain in shapes.nested for node in _reached(batch, chain, lookup)]
        around = {as_written.get(triple, triple) for triple in _surroundings(judged, lookup, shapes)}
        focus = set(map(to_rdflib, judged))
        found += (one for one in _run((*around, *shapes.hierarchy), shapes.own) if one.focus in focus)
    retyped = _edges_of_retyped(change, lookup, shapes)
    edges = retyped | {edge for edge in change.came if edge.predicate.value in shapes.ends}
    suspects = _suspects(edges, lambda node: lookup(node, terms.TYPE, None), shapes)
    if suspects:
        found += _run(suspects, shapes.relations)
    subjects = (edge.subject for edge in retyped)
    return Findings(tuple(found), frozenset(nodes), frozenset(one for one in subjects if isinstance(one, Node)))


def report(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """Return the report on *data*, whose literals must be as they were written; rules of *shapes* add to *data*.

    Raises:
        RuntimeError: pySHACL cannot use *shapes*, or *data*.

    Source: https://www.w3.org/TR/shacl/#validation-report
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


def _affected(change: Change, lookup: Lookup, shapes: Shapes) -> set[Node]:
    """Return the focus nodes from which a changed edge can be seen, in the graph before the change or after it."""
    gone = _Ends(change.gone)

    def either(subject: Any, predicate: Any, object_: Any) -> Iterator[Triple]:
        yield from lookup(subject, predicate, object_)
        yield from gone.lookup(subject, predicate, object_)

    found: set[Node] = set()
    for triple in (*change.came, *change.gone):
        for predicate in (triple.predicate, None):
            for is_object, back in shapes.sightings.get(predicate, ()):
                start = triple.object if is_object else triple.subject
                if isinstance(start, Node):
                    found.update(_reached((start,), back, either))
    return found


class _Ends:
    """Triples by their ends."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._by_end: dict[Any, list[Triple]] = defaultdict(list)
        for triple in triples:
            for end in {triple.subject, triple.object}:
                self._by_end[end].append(triple)

    def lookup(self, subject: Any, predicate: Any, object_: Any) -> Iterator[Triple]:
        """Yield those that match; one of the ends is given."""
        for triple in self._by_end.get(object_ if subject is None else subject, ()):
            wanted = (subject, predicate, object_)
            if all(want in (None, got) for want, got in zip(wanted, triple, strict=True)):
                yield triple


def _reached(nodes: Iterable[Any], chain: Iterable[Step], lookup: Lookup) -> set[Any]:
    """Return the nodes at the end of *chain*, from any of *nodes* on."""
    here = set(nodes)
    for step in chain:
        here = _repeated(here, step, lookup) if step.is_repeated else set(_stepped(here, step, lookup))
    return here


def _repeated(nodes: set[Any], step: Step, lookup: Lookup) -> set[Any]:
    found, edge = set(nodes), set(nodes)
    while edge:
        edge = set(_stepped(edge, step, lookup)) - found
        found |= edge
    return found


def _stepped(nodes: Iterable[Any], step: Step, lookup: Lookup) -> Iterator[Any]:
    for triple in _walked(nodes, step, lookup):
        yield from (end for end in (triple.subject, triple.object) if isinstance(end, Node))  # the start does no harm


def _walked(nodes: Iterable[Any], step: Step, lookup: Lookup) -> Iterator[Triple]:
    """Yield the edges that *step* takes from any of *nodes*."""
    for node in nodes:
        for predicate, is_inverse in step.edges:
            yield from lookup(None, predicate, node) if is_inverse else lookup(node, predicate, None)


def _surroundings(nodes: Iterable[Any], lookup: Lookup, shapes: Shapes) -> Iterator[Triple]:
    """Yield every triple that a shape may look at to judge *nodes*."""
    starts = set(nodes)
    for way in _ways(shapes.chains):
        yield from _walked(_reached(starts, way[:-1], lookup), way[-1], lookup)
        if way[-1].is_repeated:
            yield from _walked(_reached(starts, way, lookup), way[-1], lookup)


def _ways(chains: Iterable[Chain]) -> set[Chain]:
    """Return the beginnings of *chains*, each once."""
    return {chain[: length + 1] for chain in chains for length in range(len(chain))}


def _edges_of_retyped(change: Change, lookup: Lookup, shapes: Shapes) -> set[Triple]:
    """Return the relations of things whose type has changed."""
    retyped = {triple.subject for triple in (*change.came, *change.gone) if triple.predicate == terms.TYPE}
    if change.rest is not None:
        everything = (*change.came, *change.rest)
        edges = (edge for edge in everything if edge.subject in retyped or edge.object in retyped)
    else:
        edges = (edge for node in retyped for edge in (*lookup(node, None, None), *lookup(None, None, node)))
    return {edge for edge in edges if edge.predicate.value in shapes.ends}


def _suspects(
    edges: Iterable[Triple], typings: Callable[[Any], Iterable[Triple]], shapes: Shapes
) -> Collection[Triple]:
    """Return the edges that may connect what they must not, and the types of their ends.

    Most connect what they may, and a look at the types of their ends shows it; only the others are worth a run of the
    shapes of the relations.
    """
    found: dict[Triple, None] = {}
    known: dict[Any, list[Triple]] = {}
    for edge in edges:
        ends = (edge.subject, edge.object)
        for end in ends:
            if end not in known:
                known[end] = list(typings(end)) if isinstance(end, Node) else []
        allowed = shapes.ends[edge.predicate.value]
        if not all(_fits(known[end], classes) for end, classes in zip(ends, allowed, strict=True)):
            found |= dict.fromkeys((edge, *known[ends[0]], *known[ends[1]]))
    return found


def _fits(typings: Iterable[Triple], allowed: frozenset[str]) -> bool:
    types = {typing.object.value for typing in typings if isinstance(typing.object, NamedNode)}
    return not types or not allowed or not types.isdisjoint(allowed)


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
            allowed=tuple(map(str, RdfList(shapes, choices))) if choices is not None else (),
        )


def _named_above(shapes: rdflib.Graph, shape: rdflib.term.Node | None) -> str:
    """Return the IRI of the shape that holds an unnamed one."""
    owner = shapes.value(predicate=SH.property, object=shape) if shape is not None else None
    return str(owner) if isinstance(owner, rdflib.URIRef) else ""
