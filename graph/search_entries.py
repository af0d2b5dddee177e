"""Store → what can be searched: the spellings and descriptions of entities in all languages."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from graph import terms
from graph.atlas import NOTHING, Atlas
from graph.engine.embedded import Reader
from graph.iris import Iris
from graph.search_index import Entry

SPELT = (terms.NAME, terms.LABEL, terms.SPELLING)
Texts = dict[str, list[str]]


def list_entries(atlas: Atlas, reader: Reader, iris: Iris) -> Iterator[Entry]:
    """Yield every entity of *atlas*, documents and sections too, by name."""
    spellings, descriptions = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for predicate, texts in (*((term, spellings) for term in SPELT), (terms.DESCRIPTION, descriptions)):
        for batch in reader.batches(iris.graph("all"), predicate):
            _gather(batch, texts, iris)
    for reference in atlas.references:
        yield from _entry(reference, atlas, spellings, descriptions)


def entries_of(references: Iterable[str], atlas: Atlas, reader: Reader, iris: Iris) -> Iterator[Entry]:
    """Yield those of *references* that are entities of *atlas*."""
    for reference in references:
        spellings, descriptions = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        facts = reader.quads(iris.resolve(reference), None, None, iris.graph("all"))
        _gather((quad for quad in facts if quad.predicate in SPELT), spellings, iris)
        _gather((quad for quad in facts if quad.predicate == terms.DESCRIPTION), descriptions, iris)
        yield from _entry(reference, atlas, spellings, descriptions)


def _gather(quads: Iterable[Quad], texts: Texts, iris: Iris) -> None:
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            texts[iris.reference(quad.subject.value)].append(quad.object.value)


def _entry(reference: str, atlas: Atlas, spellings: Texts, descriptions: Texts) -> Iterator[Entry]:
    node = atlas.number(reference)
    if node != NOTHING and atlas.are_known[node]:
        yield Entry(
            reference=reference,
            type=atlas.kind(node),
            name=atlas.names[node],
            weight=int(atlas.degrees[node]),
            spellings=tuple(sorted(set(spellings.get(reference, ())))),
            descriptions=tuple(sorted(set(descriptions.get(reference, ())))),
        )
