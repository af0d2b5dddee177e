"""JSON-LD with short keys: the context that the ontology makes, and a thing written with it.

Source: https://www.w3.org/TR/json-ld11/
"""

from collections.abc import Iterable
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from graph import terms
from graph.iris import Iris
from graph.vocabulary import Vocabulary

ALIASES: Final = {"id": "@id", "type": "@type"}
# Texts in several languages are objects with a key for each.
TEXTS: Final = {
    "label": terms.LABEL.value,
    "description": terms.DESCRIPTION.value,
    "spelling": terms.SPELLING.value,
}
NONE: Final = "@none"
TEXT_TYPES: Final = frozenset({f"{terms.XSD}string", f"{terms.RDF}langString"})


def context(vocabulary: Vocabulary, iris: Iris) -> dict[str, Any]:
    """Return the context: the prefixes, a key for each class, relation and attribute, and the texts."""
    terms_: dict[str, Any] = {"@version": 1.1, **ALIASES, **vocabulary.prefixes, "entity": f"{iris.base}id/"}
    terms_ |= {key: {"@id": iri, "@container": ["@language", "@set"]} for key, iri in TEXTS.items()}
    terms_["name"] = {"@id": terms.NAME.value, "@container": "@set"}
    terms_ |= {one.key: one.iri for one in vocabulary.classes.values()}
    terms_ |= {one.key: {"@id": one.iri, "@type": "@id", "@container": "@set"} for one in vocabulary.relations.values()}
    terms_ |= {one.key: {"@id": one.iri, "@container": "@set"} for one in vocabulary.attributes.values()}
    return {"@context": terms_}


def thing(iri: NamedNode, facts: Iterable[Triple], vocabulary: Vocabulary, *, context_address: str) -> dict[str, Any]:
    """Return a thing with *facts*, of all of which it is the subject."""
    found: dict[str, Any] = {"@context": context_address, "id": iri.value}
    keys = {predicate: key for key, predicate in TEXTS.items()}
    for fact in sorted(facts, key=str):
        predicate, value = fact.predicate.value, fact.object
        if predicate == terms.TYPE.value and isinstance(value, NamedNode):
            known = vocabulary.class_of(value.value)
            found.setdefault("type", []).append(known.key if known else value.value)
        elif predicate in keys and isinstance(value, Literal) and value.datatype.value in TEXT_TYPES:
            texts = found.setdefault(keys[predicate], {})
            texts.setdefault(value.language or NONE, []).append(value.value)
        else:
            key = "name" if predicate == terms.NAME.value else _key(predicate, vocabulary)
            is_relation = vocabulary.relation_of(predicate) is not None
            found.setdefault(key, []).append(_value(value, is_relation=is_relation))
    return found


def _key(predicate: str, vocabulary: Vocabulary) -> str:
    known = vocabulary.relation_of(predicate) or vocabulary.attribute_of(predicate)
    return known.key if known else predicate


def _value(value: Any, *, is_relation: bool) -> Any:
    if isinstance(value, NamedNode):
        return value.value if is_relation else {"@id": value.value}
    if not isinstance(value, Literal):
        return {"@id": str(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    is_plain = value.datatype.value == f"{terms.XSD}string" and not is_relation
    return value.value if is_plain else {"@value": value.value, "@type": value.datatype.value}
