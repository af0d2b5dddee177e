"""What the links of a note lead to, as entities: each address is one, whatever document has it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from graph import terms
from graph.documents import Evidence, Place, Statement
from graph.iris import Iris, is_iri
from graph.notes.addresses import resource_slug
from graph.notes.note import Link
from graph.vocabulary import Class, Vocabulary

ENTRY: Final = "links"
MOST_NAME_CHARACTERS: Final = 120
MOST_WORDS_CHARACTERS: Final = 200
MOST_FORM_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of addresses of an ontology, those with the most letters first, each with its class."""

    forms: tuple[tuple[re.Pattern[str], Class], ...]

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "Forms":
        """Return the forms that the classes of *vocabulary* name."""
        found = [
            (triple.object.value, known)
            for triple in vocabulary.triples
            if triple.predicate == terms.ADDRESS_FORM
            and isinstance(triple.object, Literal)
            and (known := vocabulary.class_of(getattr(triple.subject, "value", "")))
        ]
        found.sort(key=lambda pair: (-len(pair[0].replace("*", "")), pair[0]))
        return cls(tuple((_pattern(form), known) for form, known in found))

    def class_of(self, address: str) -> Class | None:
        """Return the class of what *address* leads to; nothing where no form fits."""
        return next((known for form, known in self.forms if form.fullmatch(_told(address))), None)


def state_links(
    links: Sequence[Link], document: NamedNode, path: str, *, vocabulary: Vocabulary, iris: Iris
) -> Iterator[Statement]:
    """Yield what *links* say: what they lead to, and that *document* has them.

    The name and the class follow from the address alone, so that no two documents differ about them.
    An ontology without forms of addresses has no resources.
    """
    forms = Forms.of(vocabulary)
    by_address: dict[str, list[Link]] = {}
    for link in links:
        if not link.is_image and is_iri(link.address):
            by_address.setdefault(link.address, []).append(link)
    for address, some in by_address.items():
        known = forms.class_of(address)
        if known is None:
            continue
        resource, place = (
            iris.entity(resource_slug(address)),
            Place(path, some[0].position.line, some[0].position.column),
        )
        lines = tuple(dict.fromkeys(link.position.line for link in some))
        words = some[0].text[:MOST_WORDS_CHARACTERS]
        for predicate, name in _facts(address, vocabulary.languages):
            yield Statement(Triple(resource, predicate, name), place)
        for predicate, value in _claims(address, known, some[0], vocabulary):
            yield Statement(Triple(resource, predicate, value), place, ENTRY, Evidence(lines, terms.ADDRESS, words))
        evidence = Evidence(lines, terms.STATED, words)
        yield Statement(Triple(document, terms.REFERENCES, resource), place, ENTRY, evidence)


def resource_name(address: str) -> str:
    """Return what an address is called: itself, without what says nothing.

    >>> resource_name("https://www.clever-cloud.com/"), resource_name("https://kubernetes.io/docs/?x=1")
    ('clever-cloud.com', 'kubernetes.io/docs')
    """
    told = address.partition("://")[2].removeprefix("www.")
    name = told.partition("?")[0].partition("#")[0].rstrip("/")
    return name if len(name) <= MOST_NAME_CHARACTERS else f"{name[: MOST_NAME_CHARACTERS - 1]}…"


def _facts(address: str, languages: Sequence[str]) -> Iterator[tuple[NamedNode, Literal]]:
    name = resource_name(address)
    yield terms.NAME, Literal(name)
    for language in languages:
        yield terms.LABEL, Literal(name, language=language)


def _claims(
    address: str, known: Class, link: Link, vocabulary: Vocabulary
) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    yield terms.TYPE, NamedNode(known.iri)
    values: Mapping[NamedNode, NamedNode | Literal | None] = {
        terms.URL: NamedNode(address),
        terms.LANGUAGE: Literal(link.language) if link.language else None,
    }
    for predicate, value in values.items():
        if value is not None and vocabulary.attribute_of(predicate.value) is not None:
            yield predicate, value


def _told(address: str) -> str:
    told = address.partition("://")[2].partition("?")[0].partition("#")[0].removeprefix("www.")[:MOST_FORM_CHARACTERS]
    return told.lower() if "/" in told else f"{told.lower()}/"


@lru_cache(maxsize=256)
def _pattern(form: str) -> re.Pattern[str]:
    parts = (".*" if part == "**" else "[^/]*" if part == "*" else re.escape(part) for part in re.split(r"(\*+)", form))
    return re.compile("".join(parts), re.DOTALL)
