"""Blank nodes ↔ IRIs: servers name blank nodes anew in every answer, and so the graphs there have none.

Source: https://www.w3.org/TR/rdf11-concepts/#section-skolemization
"""

from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Triple


@dataclass(frozen=True, slots=True)
class Skolem:
    """The IRIs that stand for blank nodes in the index with that base."""

    base: str

    @property
    def _prefix(self) -> str:
        return f"{self.base}.well-known/genid/"

    def named(self, term: Any) -> Any:
        """Return *term* as a server is told it."""
        if isinstance(term, BlankNode):
            return NamedNode(self._prefix + term.value)
        return self.named_triple(term) if isinstance(term, Triple) else term

    def named_triple(self, triple: Triple) -> Triple:
        """Return *triple* without blank nodes."""
        return Triple(self.named(triple.subject), triple.predicate, self.named(triple.object))

    def blank(self, term: Any) -> Any:
        """Return *term* as it was before a server was told."""
        if isinstance(term, NamedNode) and term.value.startswith(self._prefix):
            return BlankNode(term.value.removeprefix(self._prefix))
        return self.blank_triple(term) if isinstance(term, Triple) else term

    def blank_triple(self, triple: Triple) -> Triple:
        """Return *triple* with its blank nodes."""
        return Triple(self.blank(triple.subject), triple.predicate, self.blank(triple.object))
