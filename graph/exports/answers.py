"""The answers of queries → network: triples as they are constructed, and tables with columns of things.

What an answer does not say of a thing is looked up, so that a node has its name, its class and its colour.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph import terms
from graph.engine.embedded import Reader, Term
from graph.exports.legend import UNKNOWN_COLOUR, Legend
from graph.exports.network import SEVERAL, Edge, Network, Node
from graph.exports.reading import node_id
from graph.iris import Iris, digest, edge_id
from graph.vocabulary import local_name

# Which columns of a table are the ends of an edge, and which says what it means, in the order of preference.
SOURCES: Final = ("source", "subject", "from", "s")
TARGETS: Final = ("target", "object", "to", "o")
RELATIONS: Final = ("relation", "predicate", "property", "label", "p")
NAMES: Final = (terms.NAME.value, terms.LABEL.value)
SAID: Final = frozenset({*NAMES, terms.DESCRIPTION.value, terms.SPELLING.value, terms.TYPE.value})
# How an edge was read that a query has made.
BY_QUERY: Final = "query"
Ends = tuple[Term, str, Term]


class _Gathered:
    """The things and edges of an answer, each once, in the order in which they come."""

    def __init__(self, reader: Reader, legend: Legend) -> None:
        self._reader = reader
        self._legend = legend
        self._iris = Iris(legend.base)
        self._relations = {one.iri: one for one in legend.relations}
        self._classes = {one.iri: one for one in legend.classes}
        self._attributes = {one.iri: one.key for one in legend.attributes}
        self._facts: dict[Term, dict[str, list[Term]]] = {}
        self._edges: dict[str, Ends] = {}

    def thing(self, term: Term) -> dict[str, list[Term]]:
        """Note a thing, and return what the answer says of it so far."""
        return self._facts.setdefault(term, {})

    def edge(self, source: Term, relation: str, target: Term) -> None:
        """Note an edge; *relation* is an IRI, or a word."""
        self.thing(source)
        self.thing(target)
        self._edges.setdefault(self._id(source, relation, target), (source, relation, target))

    def connection(self, source: Term, target: Term, otherwise: str) -> None:
        """Note how the graph connects two things: as is stated, else as follows, else with the word *otherwise*."""
        found: list[Ends] = [
            (one.subject, one.predicate.value, one.object)
            for ends in ((source, target), (target, source))
            for one in self._reader.quads(ends[0], None, ends[1], self._iris.graph("all"))
            if one.predicate.value in self._relations
        ]
        stated = [edge for edge in found if self._places(self._id(*edge))[0]]
        primary = [edge for edge in found if self._relations[edge[1]].is_primary]
        for edge in stated or primary[:1] or found[:1] or [(source, otherwise, target)]:
            self.edge(*edge)

    def network(self, title: str) -> Network:
        nodes = [self._node(term, facts) for term, facts in self._facts.items()]
        names = {node.id: node.label for node in nodes}
        order = {node.id: at for at, node in enumerate(nodes)}
        edges = sorted((self._edge(id_, names) for id_ in self._edges), key=lambda one: (order[one.source], one.id))
        return Network(title, self._legend, len(nodes), len(edges), nodes, edges)

    def _id(self, source: Term, relation: str, target: Term) -> str:
        if isinstance(source, Literal | Triple) or isinstance(target, Triple) or ":" not in relation:
            return digest(str(source), relation, str(target))
        return edge_id(Triple(source, NamedNode(relation), target))

    def _name(self, term: Term) -> str:
        return node_id(self._iris.reference(term.value)) if isinstance(term, NamedNode) else node_id(str(term))

    def _node(self, term: Term, facts: Mapping[str, Sequence[Term]]) -> Node:
        said = {**self._stored(term), **facts}
        kinds = [self._classes[_value(one)] for one in said.get(terms.TYPE.value, ()) if _value(one) in self._classes]
        wider = {key for one in kinds for key in one.wider}
        kind = min((one for one in kinds if one.key not in wider), key=lambda one: one.key, default=None)
        iri = term.value if isinstance(term, NamedNode) else ""
        others = [local_name(_value(one)) for one in said.get(terms.TYPE.value, ())]
        labels = {_language(one): one.value for one in said.get(terms.LABEL.value, ()) if isinstance(one, Literal)}
        names = [one.value for one in said.get(terms.NAME.value, ()) if isinstance(one, Literal)]
        name = min(names) if names else self._legend.text(labels) or _shown(term)
        descriptions = {_language(one): _value(one) for one in said.get(terms.DESCRIPTION.value, ())}
        return Node(
            id=self._name(term),
            iri=iri,
            label=labels.get(self._legend.language, name),
            name=name,
            type=kind.key if kind else min(others, default=""),
            type_label=kind.label if kind else min(others, default=""),
            colour=kind.colour if kind else UNKNOWN_COLOUR,
            description=self._legend.text(descriptions),
            attributes={
                self._attributes[predicate]: SEVERAL.join(sorted(map(_value, values)))
                for predicate, values in said.items()
                if predicate in self._attributes
            },
            spellings=SEVERAL.join(sorted({_value(one) for one in said.get(terms.SPELLING.value, ())})),
        )

    def _stored(self, term: Term) -> dict[str, list[Term]]:
        """Return what the graph says of a thing."""
        if not isinstance(term, NamedNode):
            return {}
        said: dict[str, list[Term]] = {}
        for predicate in (*SAID, *self._attributes):
            values = self._reader.values(term, NamedNode(predicate))
            if values:
                said[predicate] = values
        return said

    def _edge(self, id_: str, names: Mapping[str, str]) -> Edge:
        source, iri, target = self._edges[id_]
        known = self._relations.get(iri)
        ends = self._name(source), self._name(target)
        label = known.label if known else local_name(iri) if ":" in iri else iri
        template = known.sentence if known else f"{{subject}} {label} {{object}}"
        places, is_inferred = self._places(id_)
        return Edge(
            id=id_,
            source=ends[0],
            target=ends[1],
            source_name=names[ends[0]],
            target_name=names[ends[1]],
            relation=known.key if known else label,
            label=label,
            sentence=template.replace("{subject}", names[ends[0]]).replace("{object}", names[ends[1]]),
            sources=SEVERAL.join(f"{document}:{line}" for document, line, _ in places),
            basis=SEVERAL.join(sorted({basis for _, _, basis in places})) or ("" if is_inferred else BY_QUERY),
            is_inferred=is_inferred,
        )

    def _places(self, edge: str) -> tuple[list[tuple[str, int, str]], bool]:
        """Return where an edge is stated, and whether it is only inferred."""
        places, has_rule = set(), False
        for found in self._reader.quads(None, terms.EDGE, self._iris.edge_of_id(edge)):
            quads = self._reader.quads(found.subject, None, None, found.graph_name)
            facts = {one.predicate: _value(one.object) for one in quads}
            if terms.BASIS in facts:
                place = local_name(facts[terms.SOURCE]), int(facts[terms.LINE]), local_name(facts[terms.BASIS])
                places.add(place)
            has_rule = has_rule or terms.RULE in facts
        return sorted(places), has_rule and not places


def network_of_triples(triples: Iterable[Triple], reader: Reader, legend: Legend, title: str) -> Network:
    """Return triples as nodes and edges: literals and classes tell of nodes, everything else is an edge."""
    gathered = _Gathered(reader, legend)
    facts = {terms.TYPE.value, *(one.iri for one in legend.attributes)}
    for triple in triples:
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if isinstance(value, Literal) or predicate in facts:
            gathered.thing(subject).setdefault(predicate, []).append(value)
        else:
            gathered.edge(subject, predicate, value)
    return gathered.network(title)


def network_of_rows(
    names: Sequence[str], rows: Iterable[Sequence[Term | None]], reader: Reader, legend: Legend, title: str
) -> Network:
    """Return the rows of a table as nodes and edges.

    A row is an edge from the thing in the column ``source`` (or ``subject``, ``from``, ``s``) to that in ``target``
    (or ``object``, ``to``, ``o``); else from the first thing in it to the next.  The column ``relation`` (or
    ``predicate``, ``property``, ``label``, ``p``) says what it means; without one the edge is what the graph states
    between the two, and where that is nothing, the names of the columns say it.  Further things are nodes.
    """
    gathered = _Gathered(reader, legend)
    ends = _column(names, SOURCES), _column(names, TARGETS)
    middle = _column(names, RELATIONS)
    for row in rows:
        things = [at for at, term in enumerate(row) if isinstance(term, NamedNode | BlankNode) and at != middle]
        for at in things:
            term: Any = row[at]
            gathered.thing(term)
        chosen = ends if None not in ends and set(ends) <= set(things) else tuple(things[:2])
        if len(chosen) == 2:
            source, target = (row[at] for at in chosen if at is not None)
            meaning = row[middle] if middle is not None else None
            assert source is not None
            assert target is not None
            if meaning is not None:
                gathered.edge(source, _value(meaning), target)
            else:
                gathered.connection(source, target, f"{names[chosen[0] or 0]} – {names[chosen[1] or 0]}")
    return gathered.network(title)


def _column(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _value(term: Term) -> str:
    return str(term) if isinstance(term, Triple) else term.value


def _language(term: Term) -> str:
    return (term.language or "") if isinstance(term, Literal) else ""


def _shown(term: Term) -> str:
    return local_name(term.value) or term.value if isinstance(term, NamedNode) else str(term)


def rows_of(solutions: Iterable[Any], names: Sequence[str]) -> Iterator[Sequence[Term | None]]:
    """Yield the rows of a table as plain values."""
    for solution in solutions:
        yield [solution[name] for name in names]
