"""Rules → inferred edges, each with the rule and the edge it follows from.

A rule is a CONSTRUCT over the ontology and one edge, so what follows from an edge depends on that edge alone.
Each rule is run once, at start, over the ontology and one example edge of every relation and class; what comes
out is a table from which the consequences of any edge are read without a query.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryTriples, Store, Triple

import ontology
from graph import terms
from graph.errors import OntologyError
from graph.iris import Iris
from graph.triples import edge_facts
from graph.vocabulary import Rule, Vocabulary

EXAMPLE: Final = "urn:cloudindex:example:"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What follows from an edge: *subject* and *object* say which end, or a term of their own."""

    rule: str
    subject: str | NamedNode
    predicate: NamedNode
    object: str | NamedNode


@dataclass(frozen=True, slots=True)
class Inference:
    """An inferred edge with the rule and the edge that it follows from."""

    triple: Triple
    rule: str
    premise: Triple


Key = tuple[NamedNode, NamedNode | None]
Table = Mapping[Key, Sequence[Conclusion]]


# Returns the triples of a graph that match; ``None`` stands for anything.
Lookup = Callable[[Any, Any, Any], Iterable[Triple]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What follows from an edge, and from what an edge follows.

    Attributes:
        table: The conclusions from an edge, by its predicate, or by its class where it is a type.
        sources: By the predicate of a conclusion, the premises that lead to it.
    """

    table: Table
    sources: Mapping[NamedNode, Sequence[tuple[Key, Conclusion]]]


def compile_rules(vocabulary: Vocabulary) -> Rules:
    """Return the rules of an ontology as tables.

    Raises:
        OntologyError: A rule does not parse, or nothing follows from it.
    """
    examples = list(_examples(vocabulary))
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in vocabulary.triples)
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in examples)
    by_end = {end: example for example in examples for end in _ends(example)}
    table: dict[tuple[NamedNode, NamedNode | None], list[Conclusion]] = defaultdict(list)
    for rule in vocabulary.rules:
        concluded = list(_concluded(rule, store, by_end))
        if not concluded and rule.name not in ontology.rule_names():
            raise OntologyError(f"rules/{rule.name}.rq", "nothing follows from it and any one edge of the ontology.")
        for example, triple in concluded:
            conclusion = _conclusion(rule.name, triple, example)
            if triple != example and conclusion not in table[_key(example)]:
                table[_key(example)].append(conclusion)
    sources: dict[NamedNode, list[tuple[Key, Conclusion]]] = defaultdict(list)
    for key, conclusions in table.items():
        for conclusion in conclusions:
            sources[conclusion.predicate].append((key, conclusion))
    return Rules(dict(table), dict(sources))


def infer(stated: Iterable[Triple], rules: Rules) -> Iterator[Inference]:
    """Yield what follows from *stated*, also over several rules; nothing that is stated itself.

    An edge that follows in several ways comes once for each, but never from an edge that follows from it.
    """
    depth: dict[Triple, int] = dict.fromkeys(stated, 0)
    layer = list(depth)
    while layer:
        fresh: dict[Triple, None] = {}
        for premise in layer:
            for inference in consequences(premise, rules):
                known = depth.get(inference.triple)
                if known is None:
                    depth[inference.triple] = known = depth[premise] + 1
                    fresh[inference.triple] = None
                if known > depth[premise]:
                    yield inference
        layer = list(fresh)


def consequences(premise: Triple, rules: Rules) -> Iterator[Inference]:
    """Yield what follows from one edge by one rule."""
    for conclusion in rules.table.get(_key(premise), ()):
        ends = {"subject": premise.subject, "object": premise.object}
        subject = ends[conclusion.subject] if isinstance(conclusion.subject, str) else conclusion.subject
        object_ = ends[conclusion.object] if isinstance(conclusion.object, str) else conclusion.object
        if isinstance(subject, NamedNode | BlankNode):
            yield Inference(Triple(subject, conclusion.predicate, object_), conclusion.rule, premise)


def premises(concluded: Triple, rules: Rules, known: Lookup) -> Iterator[Triple]:
    """Yield the triples among those *known* that *concluded* follows from by one rule."""
    for (predicate, kind), conclusion in rules.sources.get(concluded.predicate, ()):
        ends: dict[str, Any] = {"subject": None, "object": kind}
        fits = True
        for wanted, found in ((conclusion.subject, concluded.subject), (conclusion.object, concluded.object)):
            if isinstance(wanted, str):
                fits &= ends[wanted] in (None, found)
                ends[wanted] = found
            else:
                fits &= wanted == found
        if fits and not isinstance(ends["subject"], Literal):
            yield from known(ends["subject"], predicate, ends["object"])


def related(changed: Iterable[Triple], rules: Rules, known: Lookup) -> set[Triple]:
    """Return every triple that has to do with the inferences that *changed* ones take part in.

    These are what follows from them and what that follows from, over and over: whether one of these is inferred,
    and how, depends on none but these.
    """
    found = set(changed)
    waiting = list(found)
    while waiting:
        triple = waiting.pop()
        near = {inference.triple for inference in consequences(triple, rules)}
        near.update(premises(triple, rules, known))
        near -= found
        found |= near
        waiting += near
    return found


def records(inferences: Iterable[Inference], iris: Iris) -> Iterator[Triple]:
    """Yield the record of each inference."""
    for inference in inferences:
        premise = iris.edge(inference.premise)
        subject = NamedNode(f"{iris.edge(inference.triple).value}/{inference.rule}/{premise.value.rsplit('/', 1)[-1]}")
        for predicate, value in edge_facts(inference.triple, iris):
            yield Triple(subject, predicate, value)
        yield Triple(subject, terms.RULE, Literal(inference.rule))
        yield Triple(subject, terms.PREMISE, premise)


def _examples(vocabulary: Vocabulary) -> Iterator[Triple]:
    """Yield one edge of every relation and one instance of every class, each with ends of its own."""
    for number, relation in enumerate(vocabulary.relations.values()):
        ends = NamedNode(f"{EXAMPLE}{number}/subject"), NamedNode(f"{EXAMPLE}{number}/object")
        yield Triple(ends[0], NamedNode(relation.iri), ends[1])
    for number, one in enumerate(vocabulary.classes.values()):
        yield Triple(NamedNode(f"{EXAMPLE}class/{number}"), terms.TYPE, NamedNode(one.iri))


def _concluded(rule: Rule, store: Store, by_end: Mapping[NamedNode, Triple]) -> Iterator[tuple[Triple, Triple]]:
    """Yield each edge that *rule* concludes from an example, after that example."""
    for triple in _run(rule, store):
        examples = {by_end[end] for end in _ends(triple)}
        if len(examples) > 1:
            raise OntologyError(f"rules/{rule.name}.rq", "joins several edges; a rule follows from one.")
        yield from ((example, triple) for example in examples)


def _run(rule: Rule, store: Store) -> list[Triple]:
    try:
        result = store.query(rule.query)
    except SyntaxError as error:
        raise OntologyError(f"rules/{rule.name}.rq", str(error)) from error
    if not isinstance(result, QueryTriples):
        raise OntologyError(f"rules/{rule.name}.rq", "is not a CONSTRUCT.")
    return list(result)


def _ends(triple: Triple) -> list[NamedNode]:
    found = (triple.subject, triple.object)
    return [end for end in found if isinstance(end, NamedNode) and end.value.startswith(EXAMPLE)]


def _key(triple: Triple) -> tuple[NamedNode, NamedNode | None]:
    is_type = triple.predicate == terms.TYPE and isinstance(triple.object, NamedNode)
    return (triple.predicate, triple.object if is_type else None)  # type: ignore[return-value]


def _conclusion(rule: str, triple: Triple, example: Triple) -> Conclusion:
    """Return *triple* with the ends of *example* replaced by the words for them."""
    words = {example.subject: "subject"} if _key(example)[1] else {example.object: "object", example.subject: "subject"}

    def end(term: object) -> str | NamedNode:
        if term in words:
            return words[term]  # type: ignore[index]
        if isinstance(term, NamedNode):
            return term
        raise OntologyError(f"rules/{rule}.rq", f"concludes {term}, which is no entity.")

    return Conclusion(rule, end(triple.subject), triple.predicate, end(triple.object))
