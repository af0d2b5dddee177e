"""The language of a text, told by the words that are everywhere in it."""

from collections.abc import Mapping
from functools import cache
from itertools import islice
from typing import Final

import yaml

import ontology
from graph.notes.words import fold, words

LANGUAGES: Final = "languages.yaml"
MOST_WORDS: Final = 20_000


def read_language(text: str) -> str:
    """Return the language of most words of *text*, as a key of the ontology's languages; empty where nothing tells.

    Words that two languages share tell nothing; neither does a draw.

    >>> read_language("Un outil pour les grappes"), read_language("A tool for the clusters"), read_language("Kops")
    ('fr', 'en', '')
    """
    common = _telling_words()
    counts = dict.fromkeys(common, 0)
    for word in islice(words(text), MOST_WORDS):
        for language, telling in common.items():
            counts[language] += word in telling
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    if not ordered or ordered[0][1] == 0 or (len(ordered) > 1 and ordered[1][1] == ordered[0][1]):
        return ""
    return ordered[0][0]


def is_common(word: str) -> bool:
    """Return whether *word* is everywhere in some language, and so never ends a line that is meant to end."""
    return any(fold(word) in some for some in _common_words().values())


@cache
def _common_words() -> Mapping[str, frozenset[str]]:
    languages = yaml.load(ontology.read(LANGUAGES), Loader=yaml.BaseLoader)  # noqa: S506  # makes texts and lists only
    return {name: frozenset(map(fold, entry["common"])) for name, entry in languages.items()}


@cache
def _telling_words() -> Mapping[str, frozenset[str]]:
    """Return for each language the words that no other one has."""
    every = _common_words()
    return {
        name: words.difference(*(other for another, other in every.items() if another != name))
        for name, words in every.items()
    }
