"""What there is in one generation: every entity by its slug, with name and type, and how to find one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from graph import queries
from graph.engine.embedded import Reader
from graph.errors import UnknownEntityError
from graph.iris import Iris, is_iri
from graph.nearness import Words, folded, nearest
from graph.vocabulary import Vocabulary


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
class Catalogue:
    """The entities of a generation."""

    summaries: Mapping[str, Summary]
    spellings: Mapping[str, str] = field(repr=False)
    words: Words = field(repr=False)
    iris: Iris = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)

    def summary(self, iri: str) -> Summary:
        """Return the summary of *iri*, also of one that no document introduces."""
        known = self.summaries.get(iri)
        reference = self.iris.reference(iri)
        return known or Summary(reference, reference, "")

    def find(self, slug: str) -> NamedNode:
        """Return the IRI of the entity called *slug*.

        Raises:
            UnknownEntityError: There is none; it names the nearest.
        """
        iri = self.iris.resolve(slug).value if is_reference(slug) else ""
        if iri in self.summaries:
            return NamedNode(iri)
        raise UnknownEntityError(slug, self.near(slug))

    def near(self, slug: str) -> tuple[str, ...]:
        """Return the slugs that *slug* may have been meant to be: by slug, name or other spelling."""
        if "/" in slug:
            return nearest(slug, (summary.slug for summary in self.summaries.values() if "/" in summary.slug))
        exact = self.spellings.get(folded(slug))
        found = [exact] if exact else []
        found += (self.spellings[word] for word in self.words.nearest(slug))
        return tuple(dict.fromkeys(found))

    def entities(self) -> Iterable[tuple[str, Summary]]:
        """Return what has an address of its own, by name; documents and their sections are left out."""
        return ((iri, summary) for iri, summary in self.summaries.items() if self.iris.is_entity(iri))


def is_reference(slug: str) -> bool:
    """Return whether *slug* can stand in an IRI."""
    return bool(slug) and is_iri(f"urn:{slug}")


def read_catalogue(reader: Reader, vocabulary: Vocabulary, iris: Iris) -> Catalogue:
    """Return the catalogue of the generation that *reader* reads; its entities are sorted by name."""
    types: dict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in reader.rows(queries.read("entity_names")):
        entity, kind = row["entity"], row["type"]
        if isinstance(entity, NamedNode) and isinstance(kind, NamedNode) and vocabulary.class_of(kind.value):
            types[entity.value].append(kind.value)
            name = row.get("name")
            if isinstance(name, Literal):
                names.setdefault(entity.value, name.value)
    summaries = {}
    for iri, kinds in types.items():
        reference = iris.reference(iri)
        known = vocabulary.most_specific(kinds)
        summaries[iri] = Summary(reference, names.get(iri, reference), known.key if known else "")
    ordered = dict(sorted(summaries.items(), key=lambda item: (folded(item[1].name), item[1].slug)))
    spellings = _spellings(reader, ordered, iris)
    return Catalogue(ordered, spellings, Words(spellings), iris, vocabulary)


def _spellings(reader: Reader, summaries: Mapping[str, Summary], iris: Iris) -> dict[str, str]:
    """Return the slug for each folded slug, name and other spelling of an entity; the official ones come first."""
    found: dict[str, str] = {}
    own = {iri: summary for iri, summary in summaries.items() if iris.is_entity(iri)}
    for texts in (
        ((summary.slug, summary.slug) for summary in own.values()),
        ((summary.name, summary.slug) for summary in own.values()),
        (
            (row["spelling"].value, own[row["entity"].value].slug)  # type: ignore[union-attr]
            for row in reader.rows(queries.read("spellings"))
            if getattr(row["entity"], "value", "") in own
        ),
    ):
        for text, slug in texts:
            found.setdefault(folded(text), slug)
    found.pop("", None)
    return found
