"""How much there is in a generation: triples by graph, entities, and how often each class and property is used.

All of it was counted when the generation was published, change by change.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graph import terms
from graph.index import Index


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of one generation; what is in no number is not there.

    Attributes:
        graphs: Triples by the graph's IRI; that of everything is ``graph/all``.
        classes: Things by the class's IRI, those of narrower classes included.
        properties: Triples of the default graph by the property's IRI.
    """

    graphs: Mapping[str, int]
    entity_count: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]


def count(index: Index) -> Counts:
    """Return the numbers of the generation that *index* has opened."""
    manifest = index.generation.manifest
    return Counts(
        graphs=dict(manifest.graph_sizes()),
        entity_count=manifest.classes.get(terms.ENTITY.value, 0),
        classes=manifest.classes,
        properties=manifest.properties,
    )
