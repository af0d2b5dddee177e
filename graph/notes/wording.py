"""How notes say things: the phrases, lists, signs and words of the ontology, as frozen values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

import ontology
from graph.errors import OntologyError
from graph.notes.words import fold, tokens
from graph.vocabulary import Vocabulary

LANGUAGES: Final = "languages.yaml"
WORDING: Final = "wording.yaml"
SUBJECT: Final = "subject"
OBJECT: Final = "object"
LISTS_OF_SITUATIONS: Final = ("lists", "compounds", "nesting", "signs")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a phrase: what it may be, whole or by its beginning; or a mark, as it is written."""

    whole: frozenset[str]
    beginnings: tuple[str, ...] = ()

    def fits(self, folded: str, written: str) -> bool:
        """Return whether a word of a text is this one."""
        return (folded or written) in self.whole or bool(self.beginnings and folded.startswith(self.beginnings))


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a phrase where a name stands."""

    role: str


Part = Word | Hole


@dataclass(frozen=True, slots=True)
class Claim:
    """A relation that a phrase states, between two of its holes."""

    relation: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What some wording says.

    Attributes:
        kinds: Of which classes what fills a role must be; a role that is not named may be anything.
        phrases: The ways to say it, each as its words and holes; none for what is said by place or sign.
        signs: The marks that say it.
    """

    name: str
    says: tuple[Claim, ...]
    kinds: Mapping[str, tuple[str, ...]]
    phrases: tuple[tuple[Part, ...], ...] = ()
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judging:
    """The words and marks by which an opinion of one polarity is known, words as phrases without holes."""

    polarity: str
    marks: tuple[str, ...]
    words: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What an address is of an entity: by its host (any where there are none), and the parts that its path has."""

    attribute: str
    sites: frozenset[str]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Wording:
    """All of it.

    Attributes:
        common: Words that are everywhere, folded; they are never names.
        common_by_language: The same for each language.
        joins: Words between things that are named together; *negations* turn a sentence round; *endings* are joined
            to a name by a hyphen.
        ordinary: Words that name something and mean something else as well.
        heading_levels: A note is about what its headings name down to that level, unless it is of one of *unheaded*.
    """

    common: frozenset[str]
    common_by_language: Mapping[str, frozenset[str]]
    joins: frozenset[str]
    endings: frozenset[str]
    negations: frozenset[str]
    phrases: tuple[Rule, ...]
    lists: tuple[Rule, ...]
    signs: tuple[Rule, ...]
    compounds: tuple[Rule, ...]
    nesting: tuple[Rule, ...]
    judging: tuple[Judging, ...]
    places: tuple[Place, ...]
    ordinary: tuple[str, ...]
    heading_levels: int
    unheaded: frozenset[str]

    def rules(self) -> Iterator[Rule]:
        """Yield every rule, in the order of the file."""
        for some in (self.phrases, self.signs, self.lists, self.compounds, self.nesting):
            yield from some


def load_wording(vocabulary: Vocabulary, folder: Path | None = None) -> Wording:
    """Return the wording of an ontology; another one than that of Cloud Index may have none.

    Args:
        folder: That of the ontology, as it is given to the vocabulary; may hold a ``wording.yaml``.

    Raises:
        OntologyError: It names a relation or a class that the ontology lacks, or has not the right form.
    """
    languages = _parsed(ontology.read(LANGUAGES))
    return _Reader(vocabulary).read(languages, _read(folder))


def parse_phrase(text: str) -> tuple[Part, ...]:
    """Return a phrase as its words and holes.

    >>> [part.role if isinstance(part, Hole) else sorted(part.whole) for part in parse_phrase("made|sold by {object}")]
    [['made', 'sold'], ['by'], 'object']
    """
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[Part]:
    for piece in text.split():
        if piece.startswith("{"):
            yield Hole(piece.strip("{}"))
        else:
            choices = piece.split("|")
            whole = frozenset(_folded(one) for one in choices if not one.endswith("*"))
            beginnings = tuple(_folded(one) for one in choices if one.endswith("*"))
            yield Word(whole, beginnings)


def _folded(word: str) -> str:
    return fold(word) or word


def _parsed(text: str) -> Any:
    """Return the YAML in *text* with every value as it is written: “no” and “on” are words here."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # this loader makes texts, lists and mappings only


def _read(folder: Path | None) -> Any:
    if folder is None:
        return _parsed(ontology.read(WORDING))
    path = folder / WORDING
    if not path.is_file():
        return {}
    try:
        return _parsed(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OntologyError(str(path), f"cannot be read: {error}.") from error


class _Reader:
    """Reads the file, and holds what it names against the ontology."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._languages = vocabulary.languages

    def read(self, languages: Mapping[str, Any], content: Mapping[str, Any]) -> Wording:
        known = {name: words for name, words in languages.items() if name in self._languages} or languages
        common = {name: frozenset(map(fold, words["common"])) for name, words in known.items()}
        try:
            headings = content.get("headings", {})
            return Wording(
                common=frozenset().union(*common.values()),
                common_by_language=common,
                joins=_together(known, "joins"),
                endings=_together(known, "endings"),
                negations=_together(known, "negations"),
                phrases=tuple(map(self._rule, content.get("phrases", ()))),
                **{name: tuple(map(self._rule, content.get(name, ()))) for name in LISTS_OF_SITUATIONS},
                judging=tuple(self._judging(*pair) for pair in content.get("opinions", {}).items()),
                places=tuple(
                    Place(
                        self._attribute(one["attribute"]), frozenset(one["sites"]), int(one["least"]), int(one["most"])
                    )
                    for one in content.get("addresses", ())
                ),
                ordinary=tuple(content.get("ordinary", ())),
                heading_levels=int(headings.get("levels", 0)),
                unheaded=frozenset(map(self._kind, headings.get("besides", ()))),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise OntologyError(WORDING, f"has not the form it should have: {error}.") from error

    def _rule(self, entry: Mapping[str, Any]) -> Rule:
        roles = {SUBJECT, OBJECT}
        phrases = []
        for language in self._languages:
            for text in entry.get(language, ()):
                phrase = parse_phrase(text)
                roles.update(part.role for part in phrase if isinstance(part, Hole))
                phrases.append(phrase)
        says = tuple(
            Claim(self._relation(one["relation"]), one.get("from", SUBJECT), one.get("to", OBJECT))
            for one in entry["says"]
        )
        missing = {end for claim in says for end in (claim.start, claim.end)} - roles
        if missing:
            raise OntologyError(WORDING, f"the rule “{entry['rule']}” speaks of {missing}, which is no hole of it.")
        kinds = {role: tuple(map(self._kind, some)) for role, some in entry.get("kinds", {}).items()}
        return Rule(entry["rule"], says, kinds, tuple(phrases), tuple(entry.get("sign", ())))

    def _judging(self, polarity: str, entry: Mapping[str, Any]) -> Judging:
        if polarity not in self._vocabulary.polarities:
            raise OntologyError(WORDING, f"there is no polarity “{polarity}”.")
        texts = [text for language in self._languages for text in entry.get(language, ())]
        return Judging(polarity, tuple(entry.get("marks", ())), tuple(_words_of(text) for text in texts))

    def _relation(self, name: str) -> str:
        return self._known(name, self._vocabulary.relations, "relation")

    def _kind(self, name: str) -> str:
        return self._known(name, self._vocabulary.classes, "class")

    def _attribute(self, name: str) -> str:
        return self._known(name, self._vocabulary.attributes, "attribute")

    @staticmethod
    def _known(name: str, known: Iterable[str], what: str) -> str:
        if name not in known:
            raise OntologyError(WORDING, f"there is no {what} “{name}” in the ontology.")
        return name


def _words_of(text: str) -> tuple[Word, ...]:
    """Return words without holes, split where a text would be."""
    words = []
    for piece in text.split():
        is_beginning = piece.endswith("*")
        for token in tokens(piece.rstrip("*")):
            folded = token.folded or token.written
            words.append(Word(frozenset(), (folded,)) if is_beginning else Word(frozenset({folded})))
    return tuple(words)


def _together(languages: Mapping[str, Any], part: str) -> frozenset[str]:
    return frozenset(fold(word) for words in languages.values() for word in words[part])
