"""What is wrong with a SPARQL query or update, in plain words: the line, the column, the word, what would fit there."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pyoxigraph import Store

from graph.errors import QuerySyntaxError
from graph.nearness import nearest
from graph.sparql import FORMS, Token, declared, tokens

KEYWORDS: Final = frozenset(
    """
    a abs add adjust all as asc ask avg base bind bnode bound by ceil clear coalesce concat construct contains copy
    count create data datatype day default delete desc describe distinct drop encode_for_uri exists false filter floor
    from graph group group_concat haslang haslangdir having hours if iflang in insert into iri isblank isiri isliteral
    isnumeric istriple isuri lang langdir langmatches lateral lcase limit load max md5 min minus minutes month move
    named not now object offset optional order predicate prefix rand reduced regex replace round sameterm sample
    seconds select separator service sha1 sha224 sha256 sha384 sha512 silent str strafter strbefore strdt strends
    strlang strlangdir strlen strstarts struuid subject substr sum timezone to triple true tz ucase undef union unsaid
    uri using uuid values version where with year
    """.split()  # noqa: SIM905  # a list of a hundred lines would be no clearer
)
BRACKETS: Final = {"}": "{", ")": "(", "]": "["}
ADDRESS_SCHEMES: Final = ("http", "https", "urn", "mailto", "ftp", "file")
# What may follow: in words, and as an example that is tried.
CONTINUATIONS: Final = {
    "a variable": "?x",
    "a name or an IRI": "<x:x>",
    "a text": "'x'",
    "a number": "1",
    **{f"“{mark}”": mark for mark in "{}()[].;,=*/"},
    **{word: word for word in ("WHERE", "AS", "BY", "FILTER", "SELECT", "LIMIT", "UNION", "IN", "FROM")},
}
MOST_CONTINUATIONS: Final = 6
# The engine reads a text some forty times to find what fits; an update may be so long that this takes minutes.
MOST_SEARCHED: Final = 1 << 20
MOST_LOOKED_AHEAD: Final = 3
# A keyword is compared with as many letters as it has; so much room keeps that from reaching the end.
ROOM: Final = "\n" * 40
IMPOSSIBLE: Final = "\x00"
POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
SENTENCE: Final = re.compile(r"\bThe [^,]+|[A-Z][a-z]+(?: [a-z]+)+")

Known = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Language:
    """What a text should be: a query, or an update.

    Attributes:
        name: How it is called.
        beginnings: The words of which it should begin with one, behind what it declares.
        continuations: What may follow: in words, and as an example that is tried.
        read: Lets the engine read a text with prefixes; it raises `SyntaxError` where that does not parse.
    """

    name: str
    beginnings: Sequence[str]
    continuations: Known
    read: Callable[[str, Known], object]


QUERIES: Final = Language(
    "query", FORMS, CONTINUATIONS, lambda text, prefixes: Store().query(text, prefixes=dict(prefixes))
)


def explain(query: str, message: str, prefixes: Known, language: Language = QUERIES) -> QuerySyntaxError:
    """Return the error that says in plain words what is wrong with *query*.

    Args:
        message: What the engine said of it.
        prefixes: Those that need no declaration.
        language: What it should be.
    """
    found = list(tokens(query))
    if not found:
        return QuerySyntaxError(f"the {language.name} is empty.", line=1, column=1)
    known = dict(prefixes) | dict(declared(found))
    looks: Sequence[Callable[[list[Token], Known], QuerySyntaxError | None]] = (
        _open_string,
        _open_address,
        _unknown_prefix,
        _unbalanced,
        _unknown_word,
    )
    for look in looks:
        error = look(found, known)
        if error is not None:
            return error
    if not any(token.text.upper() in language.beginnings for token in found if token.kind == "word"):
        return _at(found[0], f"the {language.name} should begin with one of {', '.join(language.beginnings)}.")
    return _misfit(query, found, message, _Reader(language, prefixes))


def _open_string(found: Sequence[Token], _known: Known) -> QuerySyntaxError | None:
    for token in found:
        if token.kind == "open_string":
            return _at(token, f"the text that begins with {token.text} is not closed.")
    return None


def _open_address(found: Sequence[Token], _known: Known) -> QuerySyntaxError | None:
    for mark, name in pairwise(found):
        is_adjacent = (mark.line, mark.column + 1) == (name.line, name.column)
        if mark.text == "<" and name.kind == "name" and is_adjacent and name.text[:-1] in ADDRESS_SCHEMES:
            return _at(mark, "the address that begins here is not closed, or holds a character that it may not.")
    return None


def _unknown_prefix(found: Sequence[Token], known: Known) -> QuerySyntaxError | None:
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


def _unbalanced(found: Sequence[Token], _known: Known) -> QuerySyntaxError | None:
    opened: list[Token] = []
    for token in found:
        if token.kind != "mark":
            continue
        if token.text in BRACKETS.values():
            opened.append(token)
        elif token.text in BRACKETS:
            if not opened:
                return _at(token, f"this “{token.text}” closes nothing that is open here.")
            if opened[-1].text != BRACKETS[token.text]:
                return _crossed(opened, token)
            opened.pop()
    return _at(opened[-1], f"this “{opened[-1].text}” is never closed.") if opened else None


def _crossed(opened: Sequence[Token], token: Token) -> QuerySyntaxError:
    """Return the error of a bracket that closes another than the last one opened."""
    if any(other.text == BRACKETS[token.text] for other in opened):
        return _at(opened[-1], f"this “{opened[-1].text}” is never closed.")
    return _at(token, f"this “{token.text}” closes nothing that is open here.")


def _unknown_word(found: Sequence[Token], _known: Known) -> QuerySyntaxError | None:
    for token in found:
        if token.kind == "word" and token.text.lower() not in KEYWORDS:
            near = tuple(word.upper() for word in nearest(token.text, KEYWORDS, most=2))
            return _at(token, f"“{token.text}” is not a word of SPARQL.", near)
    return None


@dataclass(frozen=True, slots=True)
class _Reader:
    """The engine, asked about beginnings."""

    language: Language
    prefixes: Known

    def can_go_on(self, beginning: str) -> bool:
        """Return whether *beginning* is that of some text of the language."""
        place = self.stumble(beginning)
        return place is None or place[0] > beginning.count("\n") + len(ROOM)

    def stumble(self, beginning: str) -> tuple[int, int] | None:
        """Return the line and the column where reading *beginning* and no more comes to its end; ``None`` if unknown.

        What stands behind it fits nowhere, so that it is never run.
        """
        try:
            self.language.read(f"{beginning}{ROOM}{IMPOSSIBLE}", self.prefixes)
        except SyntaxError as error:
            match = POSITION.match(str(error.msg or error))
            return (int(match[1]), int(match[2])) if match else None
        return None


def _misfit(query: str, found: Sequence[Token], message: str, reader: _Reader) -> QuerySyntaxError:
    """Return the error at the first word that no continuation can make fit.

    The engine is asked: of a beginning that can be continued it reads all, and stumbles over what follows only.
    """
    if len(query) > MOST_SEARCHED:
        return _misfit_of_many(query, found, reader)
    ends = _ends(query, found)
    fitting, failing = 0, len(found)  # so many words fit; this many do not
    if reader.can_go_on(query):
        return _at_the_end(query, message, reader)
    while failing - fitting > 1:
        middle = (fitting + failing) // 2
        if reader.can_go_on(query[: ends[middle - 1]]):
            fitting = middle
        else:
            failing = middle
    word = found[fitting]
    beginning = query[: ends[fitting - 1]] if fitting else ""
    return _at(word, f"“{word.text}” does not fit here{_expected(beginning, reader)}.")


def _misfit_of_many(query: str, found: Sequence[Token], reader: _Reader) -> QuerySyntaxError:
    """Return the error at the word where the engine stops, or just before, without what would fit there."""
    ends, place = _ends(query, found), reader.stumble(query) or (1, 1)
    fitting = sum((token.line, token.column) < place for token in found)
    for _ in range(MOST_LOOKED_AHEAD):
        if not fitting or reader.can_go_on(query[: ends[fitting - 1]]):
            break
        fitting -= 1
    if fitting < len(found):
        return _at(found[fitting], f"“{found[fitting].text}” does not fit here.")
    last = found[-1]
    reason = f"the {reader.language.name} ends too early."
    return QuerySyntaxError(reason, line=last.line, column=last.column + len(last.text))


def _at_the_end(query: str, message: str, reader: _Reader) -> QuerySyntaxError:
    match = POSITION.match(message)
    sentence = SENTENCE.search((match[3] if match else message).replace("\n", " "))
    if sentence is not None and sentence[0] not in ("Prefix not found", "IRI parsing failed"):
        line, column = (int(match[1]), int(match[2])) if match else (1, 1)
        return QuerySyntaxError(f"{sentence[0][0].lower()}{sentence[0][1:].rstrip('.')}.", line=line, column=column)
    lines = query.rstrip().split("\n")
    reason = f"the {reader.language.name} ends too early{_expected(query, reader)}."
    return QuerySyntaxError(reason, line=len(lines), column=len(lines[-1]) + 1)


def _expected(beginning: str, reader: _Reader) -> str:
    """Return what may follow *beginning*, as a part of a sentence."""
    examples = reader.language.continuations
    fitting = [words for words, example in examples.items() if reader.can_go_on(f"{beginning} {example}")]
    if not fitting:
        return ""
    shown = fitting[:MOST_CONTINUATIONS]
    return f"; {', '.join(shown)}{', …' if len(fitting) > len(shown) else ''} would"


def _ends(query: str, found: Sequence[Token]) -> list[int]:
    """Return where each word ends in *query*, counted in characters."""
    starts = [0]
    for line in query.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return [starts[token.line - 1] + token.column - 1 + len(token.text) for token in found]


def _at(token: Token, reason: str, suggestions: Sequence[str] = ()) -> QuerySyntaxError:
    return QuerySyntaxError(reason, line=token.line, column=token.column, word=token.text, suggestions=suggestions)
