"""What of the ontology is written beside nodes and edges: names in one language, sentences, colours.

It is small and plain, so that a worker can be told it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graph.iris import Iris
from graph.vocabulary import Vocabulary

UNKNOWN_COLOUR: Final = "#64748b"


@dataclass(frozen=True, slots=True)
class ClassCaption:
    """A class; *wider* are the keys of its super-classes."""

    key: str
    iri: str
    label: str
    colour: str
    wider: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RelationCaption:
    """A relation; *sentence* is a template, and *inverse* the place of the inverse among all."""

    key: str
    iri: str
    label: str
    sentence: str
    is_primary: bool
    is_symmetric: bool
    inverse: int


@dataclass(frozen=True, slots=True)
class AttributeCaption:
    """An attribute; *kind* is a datatype's local name."""

    key: str
    iri: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Legend:
    """The captions of an ontology, in the order in which arrays number its terms.

    Attributes:
        base: Where the IRIs of entities and documents begin.
        language: That of all texts, as far as there are any; *languages* are the next best ones.
    """

    base: str
    language: str
    languages: tuple[str, ...]
    classes: tuple[ClassCaption, ...]
    relations: tuple[RelationCaption, ...]
    attributes: tuple[AttributeCaption, ...]

    @classmethod
    def of(cls, vocabulary: Vocabulary, iris: Iris, language: str = "") -> "Legend":
        """Return the legend of an ontology in a language."""
        numbers = {key: number for number, key in enumerate(vocabulary.relations)}
        keys = {one.iri: key for key, one in vocabulary.classes.items()}
        return cls(
            base=iris.base,
            language=language,
            languages=vocabulary.languages,
            classes=tuple(
                ClassCaption(
                    key,
                    one.iri,
                    vocabulary.text(one.labels, language),
                    one.colour or UNKNOWN_COLOUR,
                    tuple(sorted(keys[iri] for iri in one.wider if iri in keys and iri != one.iri)),
                )
                for key, one in vocabulary.classes.items()
            ),
            relations=tuple(
                RelationCaption(
                    key,
                    one.iri,
                    vocabulary.text(one.labels, language),
                    vocabulary.text(one.sentences, language),
                    one.primary,
                    one.symmetric,
                    numbers[vocabulary.inverse_of(one).key],
                )
                for key, one in vocabulary.relations.items()
            ),
            attributes=tuple(
                AttributeCaption(key, one.iri, vocabulary.text(one.labels, language), one.kind)
                for key, one in vocabulary.attributes.items()
            ),
        )

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Legend":
        """Return a legend that was told as JSON."""
        return cls(
            base=told["base"],
            language=told["language"],
            languages=tuple(told["languages"]),
            classes=tuple(ClassCaption(**{**one, "wider": tuple(one["wider"])}) for one in told["classes"]),
            relations=tuple(RelationCaption(**one) for one in told["relations"]),
            attributes=tuple(AttributeCaption(**one) for one in told["attributes"]),
        )

    def text(self, texts: Mapping[str, str]) -> str:
        """Return the text in the language asked for, else in the first one that there is."""
        for wanted in (self.language, *self.languages):
            if wanted in texts:
                return texts[wanted]
        return next(iter(texts.values()), "")
