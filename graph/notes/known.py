"""Documents and the ontology → everything that is known by name."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from graph import terms
from graph.documents import Document
from graph.iris import Iris
from graph.notes.names import Known, Names
from graph.notes.wording import Wording
from graph.notes.words import key
from graph.vocabulary import Vocabulary


@dataclass(slots=True)
class _Gathered:
    types: set[str] = field(default_factory=set)
    names: dict[str, None] = field(default_factory=dict)
    addresses: dict[str, None] = field(default_factory=dict)


def names_of(documents: Iterable[Document], vocabulary: Vocabulary, wording: Wording, iris: Iris) -> Names:
    """Return the names of every entity that *documents* introduce, and of the classes."""
    entities: dict[str, _Gathered] = defaultdict(_Gathered)
    formed = (triple.subject for triple in vocabulary.triples if triple.predicate == terms.ADDRESS_FORM)
    leading = {getattr(subject, "value", "") for subject in formed}
    for document in documents:
        for statement in document.statements:
            triple = statement.triple
            if isinstance(triple.subject, NamedNode) and iris.is_entity(triple.subject.value):
                _gather(entities[iris.reference(triple.subject.value)], triple.predicate, triple.object, vocabulary)
    known = (_known(slug, one, vocabulary, leading) for slug, one in entities.items() if one.types and one.names)
    return Names.of(known, kinds=vocabulary.class_names(), ordinary=wording.ordinary)


def called_in(document: Document, iris: Iris) -> dict[str, set[str]]:
    """Return the slugs that *document* itself calls by a name, by the name's key."""
    called: dict[str, set[str]] = defaultdict(set)
    for statement in document.statements:
        subject, value = statement.triple.subject, statement.triple.object
        if statement.triple.predicate not in (terms.NAME, terms.SPELLING) or not isinstance(value, Literal):
            continue
        if isinstance(subject, NamedNode) and iris.is_entity(subject.value):
            called[key(value.value)].add(iris.reference(subject.value))
    return called


def _gather(one: _Gathered, predicate: NamedNode, value: object, vocabulary: Vocabulary) -> None:
    if predicate == terms.TYPE and isinstance(value, NamedNode):
        one.types.add(value.value)
    elif predicate in (terms.NAME, terms.LABEL, terms.SPELLING) and isinstance(value, Literal):
        one.names[value.value] = None
    elif vocabulary.attribute_of(predicate.value) is not None and isinstance(value, NamedNode):
        one.addresses[value.value] = None


def _known(slug: str, one: _Gathered, vocabulary: Vocabulary, leading: Collection[str]) -> Known:
    kind = vocabulary.most_specific(one.types)
    wider = {iri for type_iri in one.types if (known := vocabulary.class_of(type_iri)) for iri in known.wider}
    kinds = frozenset(known.key for iri in wider | one.types if (known := vocabulary.class_of(iri)))
    is_resource = not (wider | one.types).isdisjoint(leading)
    return Known(slug, kind.key if kind else "", kinds, tuple(one.names), tuple(one.addresses), is_resource)
