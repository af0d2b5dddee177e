"""What there is in one generation: every entity by its slug, with name and type, and how to find one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from pyoxigraph import Literal, NamedNode

from graph import terms
from graph.engine.embedded import Reader
from graph.errors import UnknownEntityError
from graph.iris import Iris, is_iri
from graph.vocabulary import Vocabulary

# Looked-up entities are remembered up to this number: about 100 MB.
MOST_KNOWN: Final = 200_000
# What a record says, by the IRI of each property.
Facts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Summary:
    """An entity in one line.

    Attributes:
        slug: What stands for it in addresses; a path such as ``document/cloud-index`` where it is no entity of its own.
        type: The key of its most specific class; empty where no document says what it is.
    """

    slug: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of an entity in texts, and what it is.

    Attributes:
        types: The keys of all its classes, in any order.
        labels, descriptions: By language; the first in the alphabet where there are several in one.
    """

    types: tuple[str, ...]
    labels: Mapping[str, str]
    descriptions: Mapping[str, str]
    spellings: tuple[str, ...]


class Quick(Protocol):
    """What is derived of a generation beside its store."""

    def near(self, slug: str) -> tuple[str, ...]:
        """Return the slugs that *slug* may have been meant to be."""
        ...

    def introduction_of(self, reference: str) -> tuple[str, str] | None:
        """Return the name and the class of what *reference* stands for; ``None`` where only the store knows."""
        ...

    def description_of(self, reference: str) -> Description | None:
        """Return what is said of what *reference* stands for; ``None`` where only the store knows."""
        ...

    def records_of(self, iri: str) -> list[tuple[str, Facts]] | None:
        """Return the records that speak of *iri*, each with the id of its edge; ``None`` where only the store knows."""
        ...

    def records_of_edge(self, edge: str) -> list[Facts] | None:
        """Return the records of the edge with that id; ``None`` where only the store knows."""
        ...


class Underived:
    """What is known where nothing is derived."""

    def near(self, slug: str) -> tuple[str, ...]:  # noqa: ARG002  # as the protocol has it
        """Return nothing."""
        return ()

    def introduction_of(self, reference: str) -> None:
        """Return that only the store knows."""

    def description_of(self, reference: str) -> None:
        """Return that only the store knows."""

    def records_of(self, iri: str) -> None:
        """Return that only the store knows."""

    def records_of_edge(self, edge: str) -> None:
        """Return that only the store knows."""


class Catalogue:
    """The entities of a generation: one is looked up when it is asked for."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary, iris: Iris, *, derived: "Quick | None" = None) -> None:
        """Begin; *derived* answers what would take the store longer."""
        self.vocabulary = vocabulary
        self.iris = iris
        self.derived: Quick = derived or Underived()
        self._reader = reader
        self._known: dict[str, Summary | None] = {}

    def summary(self, iri: str) -> Summary:
        """Return the summary of *iri*, also of one that no document introduces."""
        known = self._look_up(iri)
        if known is not None:
            return known
        reference = self.iris.reference(iri)
        return Summary(reference, reference, "")

    def holds(self, iri: str) -> bool:
        """Return whether any document says what *iri* is."""
        return self._look_up(iri) is not None

    def find(self, slug: str) -> NamedNode:
        """Return the IRI of the entity called *slug*.

        Raises:
            UnknownEntityError: There is none; it names the nearest.
        """
        iri = self.iris.resolve(slug).value if is_reference(slug) else ""
        if iri and self.holds(iri):
            return NamedNode(iri)
        raise UnknownEntityError(slug, self.near(slug))

    def near(self, slug: str) -> tuple[str, ...]:
        """Return the slugs that *slug* may have been meant to be: by slug, name or other spelling."""
        return self.derived.near(slug)

    def _look_up(self, iri: str) -> Summary | None:
        if iri not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[iri] = self._read(iri)
        return self._known[iri]

    def _read(self, iri: str) -> Summary | None:
        reference = self.iris.reference(iri)
        introduction = self.derived.introduction_of(reference)
        if introduction is not None:
            return Summary(reference, *introduction)
        node = NamedNode(iri)
        kinds = [kind.value for kind in self._reader.values(node, terms.TYPE) if isinstance(kind, NamedNode)]
        known = self.vocabulary.most_specific([kind for kind in kinds if self.vocabulary.class_of(kind)])
        if known is None:
            return None
        names = sorted(name.value for name in self._reader.values(node, terms.NAME) if isinstance(name, Literal))
        return Summary(reference, names[0] if names else reference, known.key)


def is_reference(slug: str) -> bool:
    """Return whether *slug* can stand in an IRI."""
    return bool(slug) and is_iri(f"urn:{slug}")
