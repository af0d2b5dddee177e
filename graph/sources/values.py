"""Texts of other people's data → values of attributes, and names → slugs."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from pyoxigraph import Literal, NamedNode

from graph import terms
from graph.characters import CONTROL
from graph.iris import digest, slugified
from graph.sources.yaml_nodes import ADDRESS, is_language_tag
from graph.vocabulary import Attribute

MOST_SLUG: Final = 100
# Marks that tell names apart which have the same letters.
MARKS: Final = (("++", " plus plus"), ("#", " sharp"))


def slug_of(name: str) -> str:
    """Return a slug for any *name*: without accents, and where no letter is left a hash of it.

    >>> slug_of("Société Générale"), slug_of("C++"), slug_of("开放原子")
    ('societe-generale', 'c-plus-plus', 'x-92519a77')
    """
    for mark, words in MARKS:
        name = name.replace(mark, words)
    letters = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return slugified(letters)[:MOST_SLUG].strip("-.") or f"x-{digest(name)[:8]}"


def term(text: str, attribute: Attribute, *, language: str = "") -> NamedNode | Literal | str:
    """Return *text* as a value of *attribute*; a text where it is none, which says what would be one."""
    found = CONTROL.search(text)
    if found is not None:
        return f"holds the control character U+{ord(found[0]):04X}"
    reader = READERS.get(attribute.kind)
    if reader is not None:
        value = reader(text)
        return value if value is not None else WANTED[attribute.kind]
    if attribute.kind == "langString" and language:
        return Literal(text, language=language)
    return Literal(text)


def _address(text: str) -> NamedNode | None:
    if ADDRESS.fullmatch(text):
        with suppress(ValueError):
            return NamedNode(text)
    return None


def _date(text: str) -> Literal | None:
    with suppress(ValueError):
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return Literal(date.fromisoformat(text).isoformat(), datatype=terms.XSD_DATE)
    return None


def _integer(text: str) -> Literal | None:
    return Literal(text, datatype=terms.XSD_INTEGER) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else None


def _decimal(text: str) -> Literal | None:
    with suppress(InvalidOperation):
        if re.fullmatch(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", text):
            return Literal(str(Decimal(text)), datatype=NamedNode(f"{terms.XSD}decimal"))
    return None


def _truth(text: str) -> Literal | None:
    return Literal(text, datatype=NamedNode(f"{terms.XSD}boolean")) if text in ("true", "false") else None


def _language(text: str) -> Literal | None:
    return Literal(text) if is_language_tag(text) else None


READERS: Final[Mapping[str, Callable[[str], NamedNode | Literal | None]]] = {
    "anyURI": _address,
    "date": _date,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _truth,
    "language": _language,
}
WANTED: Final = {
    "anyURI": "is not a web address; write it whole, from https:// on, without spaces",
    "date": "is not a date; write it as year, month and day, such as 2026-11-25",
    "integer": "is not a whole number",
    "decimal": "is not a number",
    "boolean": "is neither true nor false",
    "language": "is not a language tag; use one such as en or fr",
}
