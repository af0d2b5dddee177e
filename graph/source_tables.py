"""The tables that tell other people's data in the terms of the ontology: text → table, checked against the ontology."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from graph.errors import OntologyError
from graph.nearness import nearest
from graph.vocabulary import Vocabulary

# The keys of a table whose values, or the values of whose keys, name a term of the ontology.
CLASS_KEYS: Final = ("class", "item", "items")
RELATION_KEYS: Final = ("relation", "relations")
ATTRIBUTE_KEYS: Final = ("attribute",)


def read_table(name: str, text: str, vocabulary: Vocabulary) -> Mapping[str, Any]:
    """Return the table in *text*.

    Raises:
        OntologyError: It is no table, or names a term that the ontology lacks.
    """
    try:
        table = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise OntologyError(name, f"is not YAML: {error}.") from error
    if not isinstance(table, dict):
        raise OntologyError(name, "must hold “key: value” pairs.")
    for key, term in _terms(table):
        known = _known(key, vocabulary)
        if term not in known:
            near = ", ".join(nearest(term, known)) or "none is near"
            raise OntologyError(name, f"“{key}: {term}” names no term of the ontology; did you mean: {near}?")
    return table


def _known(key: str, vocabulary: Vocabulary) -> Mapping[str, object]:
    if key in CLASS_KEYS:
        return vocabulary.classes
    return vocabulary.relations if key in RELATION_KEYS else vocabulary.attributes


def _terms(table: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yield each term that a table names, with the key under which it does."""
    for key, value in table.items():
        if key in (*CLASS_KEYS, *RELATION_KEYS, *ATTRIBUTE_KEYS):
            for term in value.values() if isinstance(value, dict) else [value]:
                yield key, str(term)
        elif isinstance(value, dict):
            yield from _terms(value)
