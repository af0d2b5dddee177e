"""What is wrong with a SPARQL query, in plain words: the line, the column, the word, and what would fit there."""

import re
from collections.abc import Callable, Mapping, Sequence
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
# A keyword is compared with as many letters as it has; so much room keeps that from reaching the end.
ROOM: Final = "\n" * 40
IMPOSSIBLE: Final = "\x00"
POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
SENTENCE: Final = re.compile(r"\bThe [^,]+|[A-Z][a-z]+(?: [a-z]+)+")

Known = Mapping[str, str]


def explain(query: str, message: str, prefixes: Known) -> QuerySyntaxError:
    """Return the error that says in plain words what is wrong with *query*.

    Args:
        message: What the engine said of it.
        prefixes: Those that need no declaration.
    """
    found = list(tokens(query))
    known = dict(prefixes) | dict(declared(found))
    looks: Sequence[Callable[[list[Token], Known], QuerySyntaxError | None]] = (
        _nothing,
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
    return _misfit(query, found, message, prefixes)


def _nothing(found: Sequence[Token], _known: Known) -> QuerySyntaxError | None:
    return None if found else QuerySyntaxError("the query is empty.", line=1, column=1)


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
    if not any(token.text.upper() in FORMS for token in found if token.kind == "word"):
        return _at(found[0], f"the query should begin with one of {', '.join(FORMS)}.")
    return None


def _misfit(query: str, found: Sequence[Token], message: str, prefixes: Known) -> QuerySyntaxError:
    """Return the error at the first word that no continuation can make fit.

    The engine is asked: of a beginning that can be continued it reads all, and stumbles over what follows only.
    """
    ends = _ends(query, found)
    fitting, failing = 0, len(found)  # so many words fit; this many do not
    if _can_go_on(query, prefixes):
        return _at_the_end(query, message, prefixes)
    while failing - fitting > 1:
        middle = (fitting + failing) // 2
        if _can_go_on(query[: ends[middle - 1]], prefixes):
            fitting = middle
        else:
            failing = middle
    word = found[fitting]
    beginning = query[: ends[fitting - 1]] if fitting else ""
    return _at(word, f"“{word.text}” does not fit here{_expected(beginning, prefixes)}.")


def _at_the_end(query: str, message: str, prefixes: Known) -> QuerySyntaxError:
    match = POSITION.match(message)
    sentence = SENTENCE.search((match[3] if match else message).replace("\n", " "))
    if sentence is not None and sentence[0] not in ("Prefix not found", "IRI parsing failed"):
        line, column = (int(match[1]), int(match[2])) if match else (1, 1)
        return QuerySyntaxError(f"{sentence[0][0].lower()}{sentence[0][1:].rstrip('.')}.", line=line, column=column)
    lines = query.rstrip().split("\n")
    reason = f"the query ends too early{_expected(query, prefixes)}."
    return QuerySyntaxError(reason, line=len(lines), column=len(lines[-1]) + 1)


def _expected(beginning: str, prefixes: Known) -> str:
    """Return what may follow *beginning*, as a part of a sentence."""
    fitting = [words for words, example in CONTINUATIONS.items() if _can_go_on(f"{beginning} {example}", prefixes)]
    if not fitting:
        return ""
    shown = fitting[:MOST_CONTINUATIONS]
    return f"; {', '.join(shown)}{', …' if len(fitting) > len(shown) else ''} would"


def _can_go_on(beginning: str, prefixes: Known) -> bool:
    """Return whether *beginning* is that of some query."""
    try:
        Store().query(f"{beginning}{ROOM}{IMPOSSIBLE}", prefixes=dict(prefixes))
    except SyntaxError as error:
        match = POSITION.match(str(error.msg or error))
        return match is None or int(match[1]) > beginning.count("\n") + len(ROOM)
    return True


def _ends(query: str, found: Sequence[Token]) -> list[int]:
    """Return where each word ends in *query*, counted in characters."""
    starts = [0]
    for line in query.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return [starts[token.line - 1] + token.column - 1 + len(token.text) for token in found]


def _at(token: Token, reason: str, suggestions: Sequence[str] = ()) -> QuerySyntaxError:
    return QuerySyntaxError(reason, line=token.line, column=token.column, word=token.text, suggestions=suggestions)
