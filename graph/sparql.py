"""SPARQL text, read as tokens: what form a query has, what it may not do, and what is wrong with it in plain words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from graph.errors import QueryRefusedError, QuerySyntaxError
from graph.nearness import nearest
from graph.vocabulary import Vocabulary

FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
KEYWORDS: Final = frozenset(
    [
        "a",
        "abs",
        "add",
        "adjust",
        "all",
        "as",
        "asc",
        "ask",
        "avg",
        "base",
        "bind",
        "bnode",
        "bound",
        "by",
        "ceil",
        "clear",
        "coalesce",
        "concat",
        "construct",
        "contains",
        "copy",
        "count",
        "create",
        "data",
        "datatype",
        "day",
        "default",
        "delete",
        "desc",
        "describe",
        "distinct",
        "drop",
        "encode_for_uri",
        "exists",
        "false",
        "filter",
        "floor",
        "from",
        "graph",
        "group",
        "group_concat",
        "haslang",
        "haslangdir",
        "having",
        "hours",
        "if",
        "iflang",
        "in",
        "insert",
        "into",
        "iri",
        "isblank",
        "isiri",
        "isliteral",
        "isnumeric",
        "istriple",
        "isuri",
        "lang",
        "langdir",
        "langmatches",
        "lateral",
        "lcase",
        "limit",
        "load",
        "max",
        "md5",
        "min",
        "minus",
        "minutes",
        "month",
        "move",
        "named",
        "not",
        "now",
        "object",
        "offset",
        "optional",
        "order",
        "predicate",
        "prefix",
        "rand",
        "reduced",
        "regex",
        "replace",
        "round",
        "sameterm",
        "sample",
        "seconds",
        "select",
        "separator",
        "service",
        "sha1",
        "sha224",
        "sha256",
        "sha384",
        "sha512",
        "silent",
        "str",
        "strafter",
        "strbefore",
        "strdt",
        "strends",
        "strlang",
        "strlangdir",
        "strlen",
        "strstarts",
        "struuid",
        "subject",
        "substr",
        "sum",
        "timezone",
        "to",
        "triple",
        "true",
        "tz",
        "ucase",
        "undef",
        "union",
        "unsaid",
        "uri",
        "using",
        "uuid",
        "values",
        "version",
        "where",
        "with",
        "year",
    ]
)
TOKEN: Final = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<string>\"{3}(?:[^"\\]|\\.|\"{1,2}(?!\"))*\"{3}|'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
        |\"(?:[^"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<open_string>["'])
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<variable>[?$]\w+)
    | (?P<blank>_:[\w.\-]*\w)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:(?:(?:[\w:]|PLX)(?:(?:[\w.:\-]|PLX)*(?:[\w:\-]|PLX))?)?)
    | (?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)
    | (?P<word>[^\W\d]\w*)
    | (?P<space>\s+)
    | (?P<mark>.)
    """.replace("PLX", r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"),
    re.VERBOSE | re.DOTALL,
)
UNREPEATABLE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
BRACKETS: Final = {"}": "{", ")": "(", "]": "["}
POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


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


@dataclass(frozen=True, slots=True)
class Token:
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
        return f"{self.token.text} is not in the ontology ({where}){near}"


def tokens(query: str) -> Iterator[Token]:
    """Yield the words of *query* without spaces and comments."""
    line, start_of_line = 1, 0
    for match in TOKEN.finditer(query):
        kind, text = str(match.lastgroup), match.group()
        if kind not in ("space", "comment"):
            yield Token(kind, text, line, match.start() - start_of_line + 1)
        breaks = text.count("\n")
        if breaks:
            line += breaks
            start_of_line = match.start() + text.rindex("\n") + 1


@dataclass(frozen=True, slots=True)
class Query:
    """A query as far as it must be known before it is run.

    Attributes:
        names_dataset: Whether it says with FROM what it asks.
        is_repeatable: Whether its answer is a function of the generation: it asks for no time, chance or new name.
    """

    text: str
    form: Form
    tokens: tuple[Token, ...]
    names_dataset: bool
    is_repeatable: bool


def read_query(text: str) -> Query:
    """Return what *text* asks for; its form is `Form.UNKNOWN` where it has none.

    Raises:
        QueryRefusedError: It is an update, or asks another service.
    """
    found = tuple(tokens(text))
    words = frozenset(token.text.upper() for token in found if token.kind == "word")
    return Query(
        text=text,
        form=_form(found),
        tokens=found,
        names_dataset="FROM" in words,
        is_repeatable=not words & UNREPEATABLE,
    )


def _form(found: Sequence[Token]) -> Form:
    words = [token for token in found if token.kind == "word"]
    for token in words:
        if token.text.upper() == "SERVICE":
            raise QueryRefusedError(
                f"Line {token.line}, column {token.column}: SERVICE is not allowed here; this service asks no other."
            )
    first = next((word for word in words if word.text.upper() in (*FORMS, *UPDATES)), None)
    if first is None:
        return Form.UNKNOWN
    if first.text.upper() in UPDATES:
        where = f"Line {first.line}, column {first.column}"
        raise QueryRefusedError(f"{where}: {first.text.upper()} changes the graph, and this is for queries.")
    return Form(first.text.upper())


def hints(found: Sequence[Token], vocabulary: Vocabulary, known: Mapping[str, str]) -> tuple[Hint, ...]:
    """Return the terms among the words *found* in a query that lie in a namespace of the ontology and are not in it.

    Args:
        known: The prefixes that need no declaration.
    """
    prefixes = dict(known) | dict(_declared(found))
    unknown = [token for token in found if _is_unknown(_expanded(token, prefixes), vocabulary)]
    if not unknown:
        return ()
    names = [prefixes_of(iri, prefixes) for iri in vocabulary.names]
    return tuple(Hint(token, nearest(_shown(token, prefixes), names, most=2)) for token in unknown)


def _is_unknown(iri: str | None, vocabulary: Vocabulary) -> bool:
    """Return whether *iri* lies in a namespace of the ontology and is not in it."""
    if iri is None or iri in vocabulary.names:
        return False
    namespace, mark, local = iri.rpartition("#")
    return bool(local) and namespace + mark in vocabulary.namespaces


def _shown(token: Token, prefixes: Mapping[str, str]) -> str:
    return prefixes_of(_expanded(token, prefixes) or token.text, prefixes)


def prefixes_of(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return *iri* shortened by one of *prefixes*, else as it is."""
    for prefix, namespace in prefixes.items():
        if namespace and iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def explain(query: str, message: str, prefixes: Mapping[str, str]) -> QuerySyntaxError:
    """Return the error that says in plain words what is wrong with *query*.

    Args:
        message: What the engine said; its position is where it gave up, which is often past the mistake.
        prefixes: Those that need no declaration.
    """
    found = list(tokens(query))
    known = dict(prefixes) | dict(_declared(found))
    for look in (_nothing, _open_string, _unknown_prefix, _unbalanced, _unknown_word):
        error = look(found, known)
        if error is not None:
            return error
    return _where_the_engine_stopped(query, found, message)


def _declared(found: Sequence[Token]) -> Iterator[tuple[str, str]]:
    for word, name, iri in zip(found, found[1:], found[2:], strict=False):
        if word.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri":
            yield name.text[:-1], iri.text[1:-1]


def _expanded(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind == "name":
        prefix, _, local = token.text.partition(":")
        return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local) if prefix in prefixes else None
    return None


def _nothing(found: Sequence[Token], _known: Mapping[str, str]) -> QuerySyntaxError | None:
    return None if found else QuerySyntaxError("the query is empty.", line=1, column=1)


def _open_string(found: Sequence[Token], _known: Mapping[str, str]) -> QuerySyntaxError | None:
    for token in found:
        if token.kind == "open_string":
            return _at(token, f"the text that begins with {token.text} is not closed.")
    return None


def _unknown_prefix(found: Sequence[Token], known: Mapping[str, str]) -> QuerySyntaxError | None:
    for before, token in zip((None, *found), found, strict=False):
        prefix = token.text.partition(":")[0]
        is_declaration = before is not None and before.text.upper() == "PREFIX"
        if token.kind == "name" and prefix not in known and not is_declaration:
            return _at(
                token,
                f"the prefix “{prefix}:” is not declared. Known without declaration: "
                f"{', '.join(f'{name}:' for name in sorted(known))}.",
                nearest(prefix, known),
            )
    return None


def _unbalanced(found: Sequence[Token], _known: Mapping[str, str]) -> QuerySyntaxError | None:
    opened: list[Token] = []
    for token in found:
        if token.kind != "mark":
            continue
        if token.text in BRACKETS.values():
            opened.append(token)
        elif token.text in BRACKETS:
            if not opened or opened[-1].text != BRACKETS[token.text]:
                return _at(token, f"this “{token.text}” closes nothing that is open here.")
            opened.pop()
    return _at(opened[-1], f"this “{opened[-1].text}” is never closed.") if opened else None


def _unknown_word(found: Sequence[Token], _known: Mapping[str, str]) -> QuerySyntaxError | None:
    for token in found:
        if token.kind == "word" and token.text.lower() not in KEYWORDS:
            near = tuple(word.upper() for word in nearest(token.text, KEYWORDS, most=2))
            return _at(token, f"“{token.text}” is not a word of SPARQL.", near)
    if not any(token.text.upper() in FORMS for token in found if token.kind == "word"):
        return _at(found[0], f"the query should begin with one of {', '.join(FORMS)}.")
    return None


def _where_the_engine_stopped(query: str, found: Sequence[Token], message: str) -> QuerySyntaxError:
    match = POSITION.match(message)
    if match is None:
        return _at(found[0], f"{message.rstrip('.')}.")
    line, column, expected = int(match[1]), int(match[2]), match[3]
    reached = [token for token in found if (token.line, token.column + len(token.text)) <= (line, column)]
    following = found[len(reached)] if len(reached) < len(found) else None
    # The engine stands behind the last word that it understood: the next one is the offending one.
    if following is None:
        lines = query.splitlines() or [""]
        reason = "the query ends too early"
        line, column, word = len(lines), len(lines[-1]) + 1, ""
    else:
        reason = f"“{following.text}” does not fit here"
        line, column, word = following.line, following.column, following.text
    return QuerySyntaxError(f"{reason}; {_expectation(expected)}.", line=line, column=column, word=word)


def _expectation(expected: str) -> str:
    """Return what the engine expected, without its character classes."""
    words: list[str] = re.findall(
        r"[A-Z]{2,}|\"[^\"]+\"|The [^,]+|[A-Z][a-z]+(?: [a-z]+)+", expected.replace("\n", " ")
    )
    sentences = [word for word in words if word[0] != '"' and not word.isupper()]
    if sentences:
        return sentences[0][0].lower() + sentences[0][1:]
    return f"expected {', '.join(dict.fromkeys(words))}" if words else "something else is expected"


def _at(token: Token, reason: str, suggestions: Sequence[str] = ()) -> QuerySyntaxError:
    return QuerySyntaxError(reason, line=token.line, column=token.column, word=token.text, suggestions=suggestions)
