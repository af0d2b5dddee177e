"""Filters as people write them: ``type:Installer and not uses:ansible and (opinion:pro or document:my-note)``.

A term is the name of a field, perhaps with values of which one must fit: ``uses``, ``uses:ansible``,
``uses:ansible,chef``.  A star after the name follows a relation over any number of steps: ``dependsOn*:openstack``.
Values with spaces, commas or brackets stand in double quotes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph.errors import ParameterError

ANY_DEPTH: Final = "*"
MOST_TERMS: Final = 100
DEEPEST: Final = 20
QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
VALUE: Final = rf'(?:{QUOTED}|[^\s(),"]+)'
TOKEN: Final = re.compile(rf'\s*(?:(?P<bracket>[()])|(?P<word>[^\s():",]+(?::{VALUE}(?:,{VALUE})*)?)|(?P<other>\S))')
FIELD: Final = re.compile(rf"(?P<name>[^:]+?)(?P<deep>\*)?(?::(?P<values>{VALUE}(?:,{VALUE})*))?")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: *field* has one of *values*, or any where there are none.

    Attributes:
        any_depth: Whether a relation is followed over any number of steps.
        parameter: The parameter that it came with, for whoever has to be told that it does not fit.
    """

    field: str
    values: tuple[str, ...] = ()
    any_depth: bool = False
    parameter: str = "filter"


@dataclass(frozen=True, slots=True)
class Not:
    """What does not fit: nothing in the graph says so."""

    part: "Filter"


@dataclass(frozen=True, slots=True)
class And:
    """What fits all of *parts*; without any, everything."""

    parts: tuple["Filter", ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """What fits one of *parts*."""

    parts: tuple["Filter", ...]


Filter = Term | Not | And | Or
EVERYTHING: Final = And()


def parse_term(text: str, *, parameter: str) -> Term:
    """Return the term in *text*.

    >>> parse_term("dependsOn*:openstack", parameter="with").any_depth
    True
    >>> parse_term('name:"Kata Containers",kops', parameter="filter").values
    ('Kata Containers', 'kops')

    Raises:
        ParameterError: It is none.
    """
    found = FIELD.fullmatch(text)
    if found is None:
        raise ParameterError(parameter, text, "write a field, or a field, a colon and values with commas between them.")
    values = tuple(_plain(value) for value in re.findall(VALUE, found["values"] or ""))
    return Term(found["name"], values, any_depth=found["deep"] is not None, parameter=parameter)


def parse(text: str, *, parameter: str = "filter") -> Filter:
    """Return the filter in *text*; ``not`` binds closest, then ``and``, which may be left out, then ``or``.

    >>> parse("a or b c")
    Or(parts=(Term(field='a', values=(), any_depth=False, parameter='filter'), And(parts=(Term(field='b', \
values=(), any_depth=False, parameter='filter'), Term(field='c', values=(), any_depth=False, parameter='filter')))))

    Raises:
        ParameterError: It is none; it says at which character.
    """
    return _Parser(text, parameter).whole()


def terms_of(filter_: Filter) -> Iterator[Term]:
    """Yield the terms of a filter, in their order."""
    if isinstance(filter_, Term):
        yield filter_
    else:
        for part in (filter_.part,) if isinstance(filter_, Not) else filter_.parts:
            yield from terms_of(part)


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


class _Parser:
    """Reads one filter."""

    def __init__(self, text: str, parameter: str) -> None:
        self._text = text
        self._parameter = parameter
        self._tokens = [found for found in TOKEN.finditer(text) if found.lastgroup]
        self._at = 0
        self._depth = 0
        if len(self._tokens) > MOST_TERMS * 3:
            raise ParameterError(parameter, text, f"a filter may have {MOST_TERMS} terms.")

    def whole(self) -> Filter:
        """Return the filter that all of the text is."""
        found = self._or()
        if self._at < len(self._tokens):
            raise self._wrong("“and”, “or” or the end is expected")
        return found

    def _or(self) -> Filter:
        parts = [self._and()]
        while self._takes("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Filter:
        parts = [self._not()]
        while self._takes("and") or self._word() not in ("", ")", "or"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self) -> Filter:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong(f"no more than {DEEPEST} may stand inside each other")
        found = self._single()
        self._depth -= 1
        return found

    def _single(self) -> Filter:
        if self._takes("not"):
            return Not(self._not())
        if self._takes("("):
            found = self._or()
            if not self._takes(")"):
                raise self._wrong("“)” is expected")
            return found
        if self._word() in ("", ")", "and", "or") or self._tokens[self._at].lastgroup == "other":
            raise self._wrong("a term such as “type:…” is expected")
        self._at += 1
        return parse_term(self._tokens[self._at - 1]["word"], parameter=self._parameter)

    def _word(self) -> str:
        """Return what comes next; keywords in lower case."""
        if self._at == len(self._tokens):
            return ""
        text = self._tokens[self._at][0].strip()
        return text.lower() if text.lower() in ("and", "or", "not") else text

    def _takes(self, word: str) -> bool:
        if self._word() != word:
            return False
        self._at += 1
        return True

    def _wrong(self, expected: str) -> ParameterError:
        if self._at == len(self._tokens):
            return ParameterError(self._parameter, self._text, f"{expected}, and the filter ends there.")
        token = self._tokens[self._at]
        at = token.start(token.lastgroup or 0) + 1
        return ParameterError(
            self._parameter, self._text, f"{expected} at character {at}, before “{self._word()[:40]}”."
        )
