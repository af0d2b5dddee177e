"""SPARQL text, read as tokens: what form a query has, what it may not do, and what is wrong with it in plain words."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple

from graph.errors import QueryRefusedError
from graph.nearness import Words
from graph.vocabulary import Vocabulary

FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
# What may follow a backslash or a percent sign in a name.
ESCAPE: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
# What words look like, in the order in which they are tried.  None may look at letters that another has looked at
# in vain, or a text that is made for it takes hours: what can repeat gives nothing back, and strings and names say why.
WORDS: Final = {
    "comment": r"\#[^\n\r]*+",
    "long_string": r"""
        \"{3}(?:[^"\\]|\\.|\"{1,2}(?!\"))*+\"{3}
      | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*+'{3}
    """,
    # Three quotes that are never closed may yet be an empty string and the beginning of another.
    "open_long_string": r"""
        \"{3}(?!(?:[^"\\\n\r]|\\.)*+\")
      | '{3}(?!(?:[^'\\\n\r]|\\.)*+')
    """,
    "string": r"""
        \"(?:[^"\\\n\r]|\\.)*+\"
      | '(?:[^'\\\n\r]|\\.)*+'
    """,
    "open_string": r"""["']""",
    "iri": r"""<[^<>"{}|^`\\\x00-\x20]*+>""",
    "variable": r"[?$]\w++",
    "blank": r"_:[\w.\-]*\w",
    "language": r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+",
    "name": rf"""
        (?:[^\W\d_][\w.\-]*+(?<!\.))?:
        (?:(?:[\w:]|{ESCAPE})(?:(?:[\w.:\-]|{ESCAPE})*(?:[\w:\-]|{ESCAPE}))?)?
    """,
    "number": r"[0-9]++(?:\.[0-9]*+)?(?:[eE][+-]?[0-9]++)?|\.[0-9]++",
    "word": r"[^\W\d]\w*+",
    # Quotes behind a stray backslash open no string: where one that is never closed went over them, none can begin.
    "mark": r"""\\["']*+|.""",
}


def _any_of(kinds: Iterable[str]) -> re.Pattern[str]:
    """Return the expression for the next word, whichever of *kinds* it is, behind any spaces."""
    choices = "|".join(f"(?P<{kind}>{WORDS[kind]})" for kind in kinds)
    return re.compile(rf"\s*+(?:{choices})", re.VERBOSE | re.DOTALL)


TOKEN: Final = _any_of(WORDS)
# Where no colon follows, letters, points and dashes are tried as a name once, not again from each letter on.
NAMELESS: Final = _any_of(kind for kind in WORDS if kind != "name")
NAME_START: Final = re.compile(r"(?:[^\W\d_][\w.\-]*+)?")
# How a token is called that the expression finds; a comment is none.
KINDS: Final = {name: name.replace("long_", "") for name in WORDS if name != "comment"}
UNREPEATABLE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE", "SERVICE"})
MOST_NESTED: Final = 500
MOST_HINTS: Final = 20
MOST_SHOWN: Final = 200
NO_SERVICE: Final = "SERVICE is not allowed here; this service asks no other."


class Form(StrEnum):
    """What a query asks for."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"
    UNKNOWN = "UNKNOWN"

    @property
    def is_graph(self) -> bool:
        """Whether the answer is a graph, not a table or a truth value."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


class Token(NamedTuple):
    """A word of a query: its kind, its text, and where it stands, from 1."""

    kind: str
    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Hint:
    """A term of a known namespace that the ontology does not have."""

    token: Token
    suggestions: tuple[str, ...]

    def __str__(self) -> str:
        near = f"; did you mean {' or '.join(self.suggestions)}?" if self.suggestions else ""
        where = f"line {self.token.line}, column {self.token.column}"
        text = self.token.text if len(self.token.text) <= MOST_SHOWN else f"{self.token.text[:MOST_SHOWN]}…"
        return f"{text} is not in the ontology ({where}){near}"


def tokens(query: str) -> Iterator[Token]:
    """Yield the words of *query* without spaces and comments."""
    line, start_of_line, end = 1, 0, 0
    has_breaks = "\n" in query
    for match in _matches(query.rstrip()):
        kind = match.lastgroup
        assert kind is not None
        start = match.start(kind)
        if has_breaks:
            breaks = query.count("\n", end, start)
            if breaks:
                line += breaks
                start_of_line = query.rindex("\n", end, start) + 1
            end = start  # breaks within a token count for the next one
        if kind in KINDS:
            yield Token(KINDS[kind], match.group(kind), line, start - start_of_line + 1)


def _matches(text: str) -> Iterator[re.Match[str]]:
    position = end_of_nameless = 0
    while match := (NAMELESS if position < end_of_nameless else TOKEN).match(text, position):
        if match.lastgroup == "word" and position >= end_of_nameless:
            nameless = NAME_START.match(text, match.start("word"))
            end_of_nameless = nameless.end() if nameless else 0
        yield match
        position = match.end()


def starts_of_lines(text: str) -> list[int]:
    """Return where the lines of *text* begin, in characters from 0."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


def start_of(token: Token, lines: Sequence[int]) -> int:
    """Return where *token* begins in its text, in characters from 0; *lines* say where its lines do."""
    return lines[token.line - 1] + token.column - 1


@dataclass(frozen=True, slots=True)
class Query:
    """A query as far as it must be known before it is run.

    Attributes:
        names_dataset: Whether it says with FROM what it asks.
        is_repeatable: Whether its answer is a function of the generation: it asks for no time, chance or new name,
            and no other service.
    """

    text: str
    form: Form
    tokens: tuple[Token, ...]
    names_dataset: bool
    is_repeatable: bool


def read_query(text: str) -> Query:
    """Return what *text* asks for; its form is `Form.UNKNOWN` where it has none.

    Raises:
        QueryRefusedError: It is an update, or is nested too deeply.
    """
    found = tuple(tokens(text))
    _refuse_depth(found)
    words = [(token.text.upper(), token) for token in found if token.kind == "word"]
    names = frozenset(name for name, _ in words)
    return Query(
        text=text,
        form=_form(words),
        tokens=found,
        names_dataset="FROM" in names,
        is_repeatable=not names & UNREPEATABLE,
    )


def _form(words: Sequence[tuple[str, Token]]) -> Form:
    for name, token in words:
        if name in UPDATES:
            where = f"Line {token.line}, column {token.column}"
            raise QueryRefusedError(f"{where}: {name} changes the graph, and this is for queries.")
        if name in FORMS:
            return Form(name)
    return Form.UNKNOWN


def _refuse_depth(found: Sequence[Token]) -> None:
    """Refuse a query that would take the engine to the end of its stack.

    Raises:
        QueryRefusedError: Its brackets are nested too deeply.
    """
    depth = 0
    for token in found:
        if token.kind == "mark":
            depth += (token.text in "({[") - (token.text in ")}]")
            if depth > MOST_NESTED:
                where = f"Line {token.line}, column {token.column}"
                raise QueryRefusedError(f"{where}: brackets are nested more than {MOST_NESTED} deep here.")


def hints(
    found: Sequence[Token], vocabulary: Vocabulary, known: Mapping[str, str], *, most: int = MOST_HINTS
) -> tuple[Hint, ...]:
    """Return the terms among the words *found* in a query that lie in a namespace of the ontology and are not in it.

    Args:
        known: The prefixes that need no declaration.
        most: How many are wanted; whoever asks may name any number, and for each is sought what is near.
    """
    terms = [token for token in found if token.kind in ("iri", "name")]
    if not terms:
        return ()
    prefixes = {**known, **dict(declared(found))}
    unknown = tuple(islice((one for one in terms if _is_unknown(expanded(one, prefixes), vocabulary)), most))
    if not unknown:
        return ()
    namespaces = {*known.values(), *vocabulary.namespaces}  # what else a query declares shortens no name
    useful = {prefix: namespace for prefix, namespace in prefixes.items() if namespace in namespaces}
    words = Words(prefixes_of(iri, useful) for iri in vocabulary.names)
    return tuple(Hint(token, words.nearest(_shown(token, prefixes, useful), most=2)) for token in unknown)


def _is_unknown(iri: str | None, vocabulary: Vocabulary) -> bool:
    """Return whether *iri* lies in a namespace of the ontology and is not in it."""
    if iri is None or iri in vocabulary.names:
        return False
    namespace, mark, local = iri.rpartition("#")
    return bool(local) and namespace + mark in vocabulary.namespaces


def _shown(token: Token, prefixes: Mapping[str, str], useful: Mapping[str, str]) -> str:
    return prefixes_of(expanded(token, prefixes) or token.text, useful)


def prefixes_of(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return *iri* shortened by one of *prefixes*, else as it is."""
    for prefix, namespace in prefixes.items():
        if namespace and iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def declared(found: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yield the prefixes that a query declares, each with its namespace."""
    for word, name, iri in zip(found, found[1:], found[2:], strict=False):
        if word.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri":
            yield name.text[:-1], iri.text[1:-1]


def expanded(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI that a word names, ``None`` when it names none or its prefix is not among *prefixes*."""
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind == "name":
        prefix, _, local = token.text.partition(":")
        return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local) if prefix in prefixes else None
    return None
