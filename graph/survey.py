"""Store → atlas: everything read once, or what has been touched read again.

A node is what some document introduces or an edge leads to; its facts are read from the graphs of the documents, so
that each edge is known as stated or inferred.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode, Quad

from graph import terms
from graph.adjacency import Adjacency
from graph.atlas import BASIS, DOCUMENT, LANGUAGE, NOTHING, POLARITY, SEPARATOR, TYPE, Atlas, attribute_column
from graph.columns import Column
from graph.engine.embedded import Reader
from graph.iris import Iris
from graph.nearness import folded
from graph.vocabulary import Vocabulary, local_name

TEXTS = frozenset({terms.NAME, terms.SPELLING, terms.LABEL})
IN_LANGUAGE = TEXTS | {terms.DESCRIPTION}
Numbers = NDArray[np.int32]


def survey(reader: Reader, vocabulary: Vocabulary, iris: Iris) -> Atlas:
    """Return the atlas of a store, all of which is read."""
    sheet = Sheet(vocabulary, iris)
    for graph in reader.graphs():
        if not isinstance(graph, NamedNode):
            continue
        slug = iris.document_of(graph)
        if slug or graph in (iris.graph("inferred"), iris.graph("documents")):
            sheet.enter(chain.from_iterable(reader.batches(graph)), slug)
        if slug:
            records = iris.provenance(slug)
            basis_of = {quad.subject: quad.object for quad in _all(reader, records, terms.BASIS)}
            for quad in _all(reader, records, terms.SUBJECT):
                sheet.note_basis(quad.object, basis_of.get(quad.subject))
    return sheet.finished()


def revised(atlas: Atlas, touched: Iterable[str], reader: Reader, vocabulary: Vocabulary, iris: Iris) -> Atlas:
    """Return *atlas* with the nodes of the IRIs *touched* as the store has them now."""
    nodes = {NamedNode(iri) for iri in touched if iri}  # there may be an empty one in folders of earlier versions
    nodes = {
        node for node in nodes if node.value not in vocabulary.names or _is_node(node, atlas, reader, vocabulary, iris)
    }
    nodes |= {quad.subject for iri in nodes for quad in reader.quads(None, terms.HAS_OPINION, iri)}  # type: ignore[misc]
    sheet = Sheet(vocabulary, iris)
    sheet.copy(atlas, {iris.reference(node.value) for node in nodes})
    for node in nodes:
        own = reader.quads(node)
        _enter(own, sheet, iris)
        for opinion in {quad.object for quad in own if quad.predicate == terms.HAS_OPINION}:
            _enter(reader.quads(opinion, terms.POLARITY), sheet, iris)
        for quad in reader.quads(None, None, node):
            if quad.predicate == terms.SUBJECT:
                for record in reader.quads(quad.subject, terms.BASIS):
                    sheet.note_basis(node, record.object)
            else:
                sheet.note_document(node, iris.document_of(quad.graph_name))
    return sheet.finished()


def _is_node(term: NamedNode, atlas: Atlas, reader: Reader, vocabulary: Vocabulary, iris: Iris) -> bool:
    """Return whether a term of the ontology was or is a node; all things of a class lead to it, and are many."""
    kinds = (quad.object.value for quad in reader.quads(term, terms.TYPE) if isinstance(quad.object, NamedNode))
    return (
        atlas.number(iris.reference(term.value)) != NOTHING
        or any(vocabulary.class_of(kind) is not None for kind in kinds)
        or any(reader.quads(None, NamedNode(relation.iri), term) for relation in vocabulary.relations.values())
    )


def _all(reader: Reader, graph: NamedNode, predicate: NamedNode) -> Iterator[Quad]:
    return chain.from_iterable(reader.batches(graph, predicate))


def _enter(quads: Iterable[Quad], sheet: "Sheet", iris: Iris) -> None:
    """Enter quads of any graph; records, and the merge of all, are left out."""
    by_slug: dict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        slug = iris.document_of(quad.graph_name)
        if slug or quad.graph_name in (iris.graph("inferred"), iris.graph("documents")):
            by_slug[slug].append(quad)
    for slug, found in by_slug.items():
        sheet.enter(found, slug)


class Sheet:
    """Gathers what is said of nodes, in any order."""

    def __init__(self, vocabulary: Vocabulary, iris: Iris) -> None:
        self._vocabulary = vocabulary
        self._iris = iris
        self._classes = {one.iri: number for number, one in enumerate(vocabulary.classes.values())}
        self._relations = {one.iri: number for number, one in enumerate(vocabulary.relations.values())}
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._texts: list[set[str]] = []
        self._kinds: list[int] = []
        self._types: dict[int, set[str]] = defaultdict(set)
        self._holders: dict[str, set[int]] = defaultdict(set)
        self._polarities: dict[str, str] = {}
        self._polarity_keys = {iri: key for key, iri in vocabulary.polarities.items()}
        self._sources, self._targets = array("i"), array("i")
        self._edge_relations, self._stated = array("h"), array("b")
        self._values: dict[str, dict[str, int]] = defaultdict(dict)
        self._pairs: dict[str, tuple[array[int], array[int]]] = defaultdict(lambda: (array("i"), array("i")))
        for name in (TYPE, DOCUMENT, POLARITY, LANGUAGE, BASIS, *map(attribute_column, vocabulary.attributes)):
            self._values[name] = {}

    def copy(self, atlas: Atlas, without: set[str]) -> None:
        """Begin with everything of *atlas* but what it says of the nodes *without*."""
        self._numbers = dict(atlas.numbers)
        self._names, self._kinds = list(atlas.names), atlas.kinds.tolist()
        self._texts = [set(text.split(SEPARATOR)) for text in atlas.texts]
        dropped = np.zeros(atlas.node_count, dtype=bool)
        for reference in without:
            number = atlas.number(reference)
            if number != NOTHING:
                dropped[number] = True
                self._names[number], self._kinds[number], self._texts[number] = "", NOTHING, set()
        edges = atlas.adjacency
        sources = edges.out_source
        kept = ~dropped[sources]
        self._sources = _array("i", sources[kept])
        self._edge_relations = _array("h", edges.out_relation[kept])
        self._targets = _array("i", edges.out_target[kept])
        self._stated = _array("b", edges.out_stated[kept].astype(np.int8))
        for name, column in atlas.columns.items():
            kept = ~dropped[column.node]
            self._values[name] = {value: number for number, value in enumerate(column.values)}
            self._pairs[name] = (_array("i", column.node[kept]), _array("i", column.value[kept]))

    def enter(self, quads: Iterable[Quad], document: str) -> None:
        """Enter what *document* states, or what follows where that is empty."""
        for quad in quads:
            subject, predicate, value = quad.subject, quad.predicate, quad.object
            if isinstance(value, NamedNode):
                self.note_document(value, document)
            if not isinstance(subject, NamedNode):
                continue
            self.note_document(subject, document)
            if isinstance(value, NamedNode):
                self._enter_edge(subject, predicate, value, document)
            elif isinstance(value, Literal):
                self._enter_text(subject, predicate, value)

    def note_document(self, node: NamedNode, document: str) -> None:
        """Enter that *document* speaks of *node*; nothing where it is empty."""
        if document:
            self._note(self._number(node.value), DOCUMENT, document)

    def note_basis(self, node: object, basis: object) -> None:
        """Enter how a statement on *node* was read."""
        if isinstance(node, NamedNode) and isinstance(basis, NamedNode):
            self._note(self._number(node.value), BASIS, local_name(basis.value))

    def finished(self) -> Atlas:
        """Return the atlas of all that was entered."""
        for number, types in self._types.items():
            known = self._vocabulary.most_specific(types)
            self._kinds[number] = self._classes[known.iri] if known else NOTHING
        for opinion, polarity in self._polarities.items():
            for holder in self._holders.get(opinion, ()):
                self._note(holder, POLARITY, polarity)
        sources, targets = np.array(self._sources, dtype=np.int32), np.array(self._targets, dtype=np.int32)
        order, renumbered = self._order(sources, targets)
        references = list(self._numbers)
        return Atlas(
            references=[references[number] for number in order],
            names=[self._names[number] or references[number] for number in order],
            sort_keys=[folded(self._names[number] or references[number]) for number in order],
            texts=[SEPARATOR.join(sorted(self._texts[number])) for number in order],
            kinds=np.array([self._kinds[number] for number in order], dtype=np.int16),
            classes=tuple(self._vocabulary.classes),
            relations=tuple(self._vocabulary.relations),
            columns={name: self._column(name, renumbered) for name in self._values},
            adjacency=Adjacency.of(
                len(order),
                renumbered[sources],
                np.array(self._edge_relations, dtype=np.int16),
                renumbered[targets],
                np.array(self._stated, dtype=bool),
            ),
        )

    def _enter_edge(self, subject: NamedNode, predicate: NamedNode, value: NamedNode, document: str) -> None:
        relation = self._relations.get(predicate.value)
        if relation is not None:
            self._sources.append(self._number(subject.value))
            self._edge_relations.append(relation)
            self._targets.append(self._number(value.value))
            self._stated.append(bool(document))
        elif predicate == terms.TYPE:
            known = self._vocabulary.class_of(value.value)
            if known is not None:
                number = self._number(subject.value)
                self._types[number].add(value.value)
                self._note(number, TYPE, known.key)
        elif predicate == terms.HAS_OPINION:
            self._holders[value.value].add(self._number(subject.value))
        elif predicate == terms.POLARITY:
            self._polarities[subject.value] = self._polarity_keys.get(value.value, local_name(value.value))
        else:
            self._enter_attribute(subject, predicate, value.value)

    def _enter_text(self, subject: NamedNode, predicate: NamedNode, value: Literal) -> None:
        if predicate in IN_LANGUAGE:
            number = self._number(subject.value)
            if value.language:
                self._note(number, LANGUAGE, value.language)
            if predicate in TEXTS:
                self._texts[number].add(folded(value.value))
            if predicate == terms.NAME:
                self._names[number] = min(value.value, self._names[number] or value.value)
        else:
            self._enter_attribute(subject, predicate, value.value)

    def _enter_attribute(self, subject: NamedNode, predicate: NamedNode, value: str) -> None:
        attribute = self._vocabulary.attribute_of(predicate.value)
        if attribute is not None:
            self._note(self._number(subject.value), attribute_column(attribute.key), value)

    def _number(self, iri: str) -> int:
        reference = self._iris.reference(iri)
        number = self._numbers.get(reference)
        if number is None:
            number = self._numbers[reference] = len(self._names)
            self._names.append("")
            self._texts.append(set())
            self._kinds.append(NOTHING)
        return number

    def _note(self, number: int, column: str, value: str) -> None:
        values = self._values[column]
        nodes, numbers = self._pairs[column]
        nodes.append(number)
        numbers.append(values.setdefault(value, len(values)))

    def _order(self, sources: Numbers, targets: Numbers) -> tuple[list[int], Numbers]:
        """Return the numbers of what is a node, by name, and for each number its new one."""
        is_node = np.array(self._kinds, dtype=np.int32) != NOTHING
        is_node[sources] = is_node[targets] = True
        references = list(self._numbers)
        keys = {
            number: (folded(self._names[number] or references[number]), references[number])
            for number in np.flatnonzero(is_node).tolist()
        }
        order = sorted(keys, key=keys.__getitem__)
        renumbered = np.full(len(references), NOTHING, dtype=np.int32)
        renumbered[order] = np.arange(len(order), dtype=np.int32)
        return order, renumbered

    def _column(self, name: str, renumbered: Numbers) -> Column:
        nodes, values = (np.array(part, dtype=np.int32) for part in self._pairs[name])
        nodes = renumbered[nodes] if len(nodes) else nodes
        kept = nodes != NOTHING
        return Column.of(nodes[kept], values[kept], tuple(self._values[name]))


def _array(code: str, numbers: NDArray[np.integer]) -> "array[int]":
    found = array(code)
    found.frombytes(np.ascontiguousarray(numbers).tobytes())
    return found
