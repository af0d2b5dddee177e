"""What the ontology says, as frozen values: whatever is not specific to a domain asks here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, Triple

from graph.terms import SPELLING

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Class:
    """A class; *key* is the word for it in documents and JSON, *wider* are all its super-classes' IRIs."""

    iri: str
    key: str
    labels: Texts
    comments: Texts
    parents: tuple[str, ...]
    wider: frozenset[str]
    colour: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A property between entities; *wider* holds itself and every relation that follows from it.

    Attributes:
        is_of_documents: Whether it tells where something is spoken of, and not how things are connected themselves.
    """

    iri: str
    key: str
    labels: Texts
    comments: Texts
    sentences: Texts
    inverse: str
    parents: tuple[str, ...]
    wider: frozenset[str]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    symmetric: bool
    transitive: bool
    primary: bool
    is_of_documents: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property whose values are texts, numbers or addresses; *kind* is a datatype's local name.

    Attributes:
        identifies: Whether two things with one value are likely one thing, as with the address of a homepage.
    """

    iri: str
    key: str
    labels: Texts
    comments: Texts
    kind: str
    identifies: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """An inference rule: a name and a CONSTRUCT over one edge and the ontology."""

    name: str
    query: str

    @property
    def words(self) -> str:
        """What the rule says: its first comment, else its name."""
        first = self.query.lstrip().split("\n", 1)[0]
        return first.lstrip("# ").rstrip() if first.startswith("#") else self.name


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One ontology, read: its terms by key and by IRI, its triples, shapes and rules.

    Attributes:
        sources: The tables that tell other people's data in its terms, by the name of the format.
    """

    classes: Mapping[str, Class]
    relations: Mapping[str, Relation]
    attributes: Mapping[str, Attribute]
    polarities: Mapping[str, str]
    bases: Mapping[str, str]
    languages: tuple[str, ...]
    prefixes: Mapping[str, str]
    triples: tuple[Triple, ...]
    shapes: tuple[str, ...]
    rules: tuple[Rule, ...]
    digest: str
    by_iri: Mapping[str, Class | Relation | Attribute] = field(repr=False)
    names: frozenset[str] = field(repr=False)
    namespaces: frozenset[str] = field(repr=False)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    def class_of(self, iri: str) -> Class | None:
        """Return the class with that IRI."""
        found = self.by_iri.get(iri)
        return found if isinstance(found, Class) else None

    def relation_of(self, iri: str) -> Relation | None:
        """Return the relation with that IRI."""
        found = self.by_iri.get(iri)
        return found if isinstance(found, Relation) else None

    def attribute_of(self, iri: str) -> Attribute | None:
        """Return the attribute with that IRI."""
        found = self.by_iri.get(iri)
        return found if isinstance(found, Attribute) else None

    def most_specific(self, type_iris: Iterable[str]) -> Class | None:
        """Return the class among *type_iris* that no other of them is narrower than, the first by key."""
        found = [known for iri in set(type_iris) if (known := self.class_of(iri))]
        wider = {iri for one in found for iri in one.wider}
        return min((one for one in found if one.iri not in wider), key=lambda one: one.key, default=None)

    def class_names(self) -> dict[str, tuple[str, ...]]:
        """Return what each class is called in any language, other names included, by its key."""
        called: dict[str, list[str]] = {key: list(one.labels.values()) for key, one in self.classes.items()}
        for triple in self.triples:
            known = self.class_of(getattr(triple.subject, "value", ""))
            if known is not None and triple.predicate == SPELLING and isinstance(triple.object, Literal):
                called[known.key].append(triple.object.value)
        return {key: tuple(dict.fromkeys(names)) for key, names in called.items()}

    def narrower_classes(self, wide: Class) -> tuple[Class, ...]:
        """Return *wide* and every class below it, by key."""
        return tuple(one for one in self.classes.values() if one is wide or wide.iri in one.wider)

    def inverse_of(self, relation: Relation) -> Relation:
        """Return the relation as it reads from its other end."""
        return relation if relation.symmetric else self.relations[relation.inverse]

    def narrower_relations(self, wide: Relation) -> tuple[Relation, ...]:
        """Return *wide* and every relation from which it follows, by key."""
        return tuple(one for one in self.relations.values() if wide.iri in one.wider)

    def text(self, texts: Texts, language: str = "") -> str:
        """Return the text in *language*, else in the first language that there is."""
        for wanted in (language, *self.languages):
            if wanted in texts:
                return texts[wanted]
        return next(iter(texts.values()), "")

    def curie(self, iri: str) -> str:
        """Return *iri* shortened by a known prefix, else as it is."""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and namespace:
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri


def local_name(iri: str) -> str:
    """Return what follows the last ``#`` or ``/`` of *iri*.

    >>> local_name("https://w3id.org/cloudindex/ontology#line")
    'line'
    """
    return iri.replace("#", "/").rstrip("/").rsplit("/", 1)[-1]
