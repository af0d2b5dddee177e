"""Where a query names graphs, as the engine's own grammar reads it, and how its text is changed there.  Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Store

from graph.errors import QueryRefusedError
from graph.groups import Groups
from graph.sparql import FORMS

KEYWORDS: Final = re.compile("graph|from", re.IGNORECASE | re.ASCII)
# The keywords with one letter changed: names and texts are as good as before, and the keyword is none any more.
MISSPELT: Final = re.compile("(gr)a(?=ph)|(fr)o(?=m)", re.IGNORECASE | re.ASCII)
MOST_PLACES: Final = 500
HIDDEN: Final = (
    "GRAPH or FROM cannot be read in this form here; write the keyword, a space, and behind it a variable, a name "
    "with a prefix, or a whole address in < and >."
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that names a graph: its keyword and the word that names it, by their numbers.

    Attributes:
        is_from: Whether it is one of ``FROM``, not of ``GRAPH``.
        is_named: Whether it is one of ``FROM NAMED``.
        is_variable: Whether a variable stands for the graph.
    """

    keyword: int
    name: int
    is_from: bool
    is_named: bool
    is_variable: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """What comes in place of a part of a text, in characters from 0; an empty part is where it is put in between."""

    start: int
    end: int
    text: str


class Grammar:
    """Reads queries as the engine does, where nothing is known.

    Args:
        prefixes: Those that need no declaration.
        base_iri: Where relative IRIs begin.
    """

    def __init__(self, prefixes: Mapping[str, str], base_iri: str | None) -> None:
        self._prefixes = dict(prefixes)
        self._base_iri = base_iri

    def read(self, text: str) -> Any:
        """Return the engine's answer to *text*.

        Raises:
            SyntaxError: It does not parse.
        """
        prefixes = {name: iri for name, iri in self._prefixes.items() if f"{name}:" in text}  # each costs time
        return Store().query(text, base_iri=self._base_iri, prefixes=prefixes)

    def can_read(self, text: str) -> bool:
        """Return whether *text* parses."""
        try:
            self.read(text)
        except SyntaxError:
            return False
        return True

    def misspelt(self) -> "Grammar":
        """Return one that knows the prefixes as they are in a misspelt text."""
        return Grammar({_misspelt(name): iri for name, iri in self._prefixes.items()}, self._base_iri)


def find_places(groups: Groups) -> tuple[Place, ...]:
    """Return where a query plainly names graphs, in their order.

    Raises:
        QueryRefusedError: There are too many such places.
    """
    places = []
    for keyword in range(len(groups.words) - 1):
        is_from = groups.is_word(keyword, "FROM")
        if not is_from and not groups.is_word(keyword, "GRAPH"):
            continue
        is_named = is_from and groups.is_word(keyword + 1, "NAMED")
        name = min(keyword + 1 + is_named, len(groups.words) - 1)
        kind = groups.words[name].kind
        is_variable = kind == "variable" and not is_from
        if (is_variable or kind in ("iri", "name")) and (is_from or groups.is_mark(name + 1, "{")):
            places.append(Place(keyword, name, is_from, is_named, is_variable))
            if len(places) > MOST_PLACES:
                token = groups.words[keyword]
                reason = f"no query may name graphs at more than {MOST_PLACES} places."
                raise QueryRefusedError(reason, line=token.line, column=token.column)
    return tuple(places)


def refuse_hidden(groups: Groups, places: Sequence[Place], grammar: Grammar) -> None:
    """Refuse a query that names graphs at other places than these, or that means something else there.

    The engine wants no space behind a keyword and reads ``<`` as "less than" wherever that fits.  So what was found
    is put out of the way; where the letters of the keywords that are left are changed, the text must still parse.
    And where the keyword of a place is wrong, it must not: else it might be a part of a string, say.

    Raises:
        QueryRefusedError: There are such places.
    """
    text = groups.text
    if not KEYWORDS.search(text):
        return
    for place in places:
        start, end = groups.starts[place.keyword], groups.ends[place.name]
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    text, grammar = _misspelt(text), grammar.misspelt()
    starts = [groups.starts[place.keyword] for place in places]
    if not grammar.can_read(text) or any(grammar.can_read(f"{text[:start]}W{text[start + 1 :]}") for start in starts):
        raise QueryRefusedError(HIDDEN)


def resolved(groups: Groups, places: Sequence[Place], grammar: Grammar) -> dict[int, str]:
    """Return by the word that names it the IRI of each graph, as the engine reads it."""
    names = [place.name for place in places if not place.is_variable]
    if not names:
        return {}
    wanted = " ".join(f"({groups.words[name].text} AS ?x{name})" for name in names)
    solution = next(grammar.read(f"{prologue(groups)}SELECT {wanted} {{}}"))
    return {name: solution[f"x{name}"].value for name in names}


def prologue(groups: Groups) -> str:
    """Return what stands before the form of a query: its base and its prefixes."""
    form = next(number for number in range(len(groups.words)) if groups.is_word(number, *FORMS))
    return groups.text[: groups.starts[form]]


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return *text* with *edits*, which do not overlap; those at one place keep their order."""
    pieces, end = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += [text[end : edit.start], edit.text]
        end = edit.end
    return "".join((*pieces, text[end:]))


def _misspelt(text: str) -> str:
    return MISSPELT.sub(r"\1\2w", text)
