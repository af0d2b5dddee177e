"""What every judgement and publication needs, made once: the ontology, what follows from it, and its shapes."""

from dataclasses import dataclass

from graph.inference import Rules, compile_rules
from graph.iris import Iris
from graph.shapes import Shapes, compile_shapes
from graph.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Workshop:
    """An ontology ready to judge documents, and the IRIs that they are given."""

    vocabulary: Vocabulary
    iris: Iris
    rules: Rules
    shapes: Shapes

    @classmethod
    def of(cls, vocabulary: Vocabulary, iris: Iris) -> "Workshop":
        """Return the workshop for an ontology.

        Raises:
            OntologyError: Its rules or shapes are wrong.
        """
        return cls(vocabulary, iris, compile_rules(vocabulary), compile_shapes(vocabulary))
