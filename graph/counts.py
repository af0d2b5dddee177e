"""How much there is in a generation: triples by graph, entities, and how often each class and property is used.

Its cost grows with the graph, so whoever asks does it once for a generation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph import queries
from graph.engine.embedded import Row
from graph.index import Index


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of one generation; what is in no number is not there.

    Attributes:
        graphs: Triples by the graph's IRI; that of everything is ``graph/all``.
        classes: Entities by the class's IRI, those of narrower classes included.
        properties: Triples of the default graph by the property's IRI.
    """

    graphs: Mapping[str, int]
    entity_count: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]


def count(index: Index) -> Counts:
    """Return the numbers of the generation that *index* has opened."""
    return Counts(
        graphs=_numbers(index.reader.rows(queries.read("graph_sizes")), "graph"),
        entity_count=sum(1 for _ in index.catalogue.entities()),
        classes=_numbers(index.reader.rows(queries.read("type_counts")), "type"),
        properties=_numbers(index.reader.rows(queries.read("relation_counts")), "relation"),
    )


def _numbers(rows: Iterable[Row], name: str) -> dict[str, int]:
    pairs = ((row[name], row["count"]) for row in rows)
    found = {key.value: int(number.value) for key, number in pairs if _is_number_of(key, number)}  # type: ignore[union-attr]
    return dict(sorted(found.items()))


def _is_number_of(key: object, number: object) -> bool:
    return isinstance(key, NamedNode) and isinstance(number, Literal)
