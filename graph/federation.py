"""Which other services a query or an update asks, and the same text asking one local address instead.

Pure.  The engine fetches by itself whatever ``SERVICE <iri>`` and ``LOAD <iri>`` name, over plain HTTP and from any
host.  So the text that it gets names no host: each address is replaced by ``http://127.0.0.1:PORT/SECRET/N``, where
the fetching process listens (`graph.engine.fetching`) and knows for which address N stands.

Source: https://www.w3.org/TR/sparql11-federated-query/ and https://www.w3.org/TR/sparql11-update/#load
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph.errors import QueryRefusedError, RemoteRefusedError
from graph.remote_hosts import NOBODY, AllowedHosts, parse_target
from graph.sparql import NO_SERVICE, Token, declared, expanded, start_of, starts_of_lines

SERVICE: Final = "SERVICE"
LOAD: Final = "LOAD"
MOST_CALLS: Final = 16
# The keywords with one letter changed: names and texts are as good as before, and the keyword is none any more.
MISSPELT: Final = {
    SERVICE: (re.compile("(ser)v(ice)", re.IGNORECASE | re.ASCII), r"\1w\2"),
    LOAD: (re.compile("(l)o(ad)", re.IGNORECASE | re.ASCII), r"\1w\2"),
}
# The keywords as they ask, with what may stand in their place and asks nobody.
HARMLESS: Final = {
    SERVICE: (re.compile(r"service(?:\s*silent)?", re.IGNORECASE | re.ASCII), "GRAPH "),
    LOAD: (re.compile(r"load(?:\s*silent)?", re.IGNORECASE | re.ASCII), "CLEAR SILENT GRAPH "),
}
HIDDEN: Final = (
    "{} is not allowed in this form; write the keyword, a space, and in < and > the whole address of a host that may "
    "be asked from here."
)

Parse = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Call:
    """A place in a text where it asks another service.

    Attributes:
        keyword: `SERVICE` or `LOAD`.
        start, address, end: Where its keyword and its address begin, and where it ends, in characters from 0.
        line, column: Where the keyword stands, from 1.
        is_silent: Whether a failure is to be passed over.
        goes_into: Whether ``INTO`` follows the address; it is a part of the place then.
        iri: The address, as it is asked.
        shown: The host, as errors name it.
    """

    keyword: str
    start: int
    address: int
    end: int
    line: int
    column: int
    is_silent: bool
    goes_into: bool
    iri: str
    shown: str


def find_calls(
    text: str, found: Sequence[Token], prefixes: Mapping[str, str], hosts: AllowedHosts = NOBODY
) -> tuple[Call, ...]:
    """Return where *text* plainly asks other services, all of them on the list.

    What hides from this look is refused where the text is run, by `refuse_hidden`.

    Args:
        found: The words of *text*.
        prefixes: Those that need no declaration.

    Raises:
        QueryRefusedError: It asks one that may not be asked, or in a way that does not work here.
    """
    starts, known = starts_of_lines(text), _Prefixes(prefixes, found)
    calls: list[Call] = []
    for position, keyword in enumerate(found):
        if keyword.kind != "word" or keyword.text.upper() not in MISSPELT:
            continue
        if not hosts:
            raise RemoteRefusedError(NO_SERVICE, line=keyword.line, column=keyword.column)
        call = _Words(keyword, found[position + 1 : position + 4]).call(starts, known, hosts)
        calls += [call] if call else []
        if len(calls) > MOST_CALLS:
            raise _refused(keyword, f"no more than {MOST_CALLS} other services may be asked at once.")
    _refuse_nested(found)
    return tuple(calls)


def rewrite(text: str, calls: Sequence[Call], gateway: str) -> str:
    """Return *text* asking *gateway* and the number of a call, from 0, in place of its address.

    Args:
        gateway: What the local addresses begin with: ``http://127.0.0.1:PORT/SECRET/``.
    """
    pieces, end = [], 0
    for number, call in enumerate(calls):
        silent, into = " SILENT" if call.is_silent else "", " INTO" if call.goes_into else ""
        pieces += [text[end : call.start], f" {call.keyword}{silent} <{gateway}{number}>{into} "]
        end = call.end
    return "".join((*pieces, text[end:]))


def refuse_hidden(text: str, gateway: str, parse: Parse, keywords: Sequence[str] = (SERVICE,)) -> None:
    """Refuse a rewritten text that asks anyone but *gateway*, however it is written, before the engine can ask.

    The engine wants no space behind a keyword and reads ``<`` as "less than" wherever that fits, so only its own
    grammar can tell a keyword from a name.  What we have rewritten is put out of the way; where the letters of the
    keywords that are left are changed, the text must still be one.  And each place that we have rewritten must be
    one where the engine reads a keyword, not a part of a string, say.

    Args:
        gateway: What the local addresses begin with; empty when nothing was rewritten.
        parse: Lets the engine read a text that asks nobody; it raises `SyntaxError` when it cannot, and nothing else.

    Raises:
        QueryRefusedError: It asks someone else.
        SyntaxError: It does not parse, whether it asks or not.
    """
    harmless, places = _without_calls(text, gateway)
    if not places and not any(MISSPELT[keyword][0].search(text) for keyword in keywords):
        return
    try:
        parse(_replaced(harmless, MISSPELT, keywords))
    except SyntaxError:
        parse(_replaced(harmless, HARMLESS, keywords))
        raise QueryRefusedError(HIDDEN.format(" or ".join(keywords)) if gateway else NO_SERVICE) from None
    for start in places:
        if _is_read(parse, _replaced(f"{harmless[:start]}W{harmless[start:]}", MISSPELT, keywords)):
            raise QueryRefusedError(HIDDEN.format(" or ".join(keywords)))


def in_place(text: str, calls: Sequence[Call]) -> str:
    """Return *text* with ``GRAPH`` where it asks a service: the same errors at the same places, and nobody is asked."""
    for call in calls:
        if call.keyword == SERVICE:
            between = re.sub(r"[^\n]", " ", text[call.start + len("GRAPH") : call.address])
            text = f"{text[: call.start]}GRAPH{between}{text[call.address :]}"
    return text


@dataclass(frozen=True, slots=True)
class _Words:
    """A keyword with what follows it."""

    keyword: Token
    following: Sequence[Token]

    def call(self, starts: Sequence[int], prefixes: "_Prefixes", hosts: AllowedHosts) -> Call | None:
        """Return the call that these words make; ``None`` when they make none, of which the engine knows more."""
        is_silent = bool(self.following) and _is_word(self.following[0], "SILENT")
        rest = self.following[is_silent:]
        if not rest or rest[0].kind not in ("iri", "name", "variable"):
            return None
        named = rest[0]
        if named.kind == "variable":
            raise _refused(
                self.keyword, f"{self.keyword.text.upper()} {named.text} could ask anyone; write an address."
            )
        iri = prefixes.expand(self.keyword, named)
        if iri is None:
            return None
        goes_into = _is_word(self.keyword, LOAD) and len(rest) > 1 and _is_word(rest[1], "INTO")
        last = rest[1] if goes_into else named
        return Call(
            keyword=self.keyword.text.upper(),
            start=start_of(self.keyword, starts),
            address=start_of(named, starts),
            end=start_of(last, starts) + len(last.text),
            line=self.keyword.line,
            column=self.keyword.column,
            is_silent=is_silent,
            goes_into=goes_into,
            **_checked(self.keyword, iri, hosts),
        )


class _Prefixes:
    """What prefixes stand for: those that are known, and those that a text declares."""

    def __init__(self, known: Mapping[str, str], found: Sequence[Token]) -> None:
        self._declared = list(declared(found))
        self._all = dict(known) | dict(self._declared)

    def expand(self, keyword: Token, named: Token) -> str | None:
        """Return the IRI that a word names, ``None`` when its prefix is not declared."""
        prefix = named.text.partition(":")[0]
        if named.kind == "name" and len({iri for name, iri in self._declared if name == prefix}) > 1:
            raise _refused(keyword, f"the prefix “{prefix}:” is declared twice; write the whole address.")
        return expanded(named, self._all)


def _checked(keyword: Token, iri: str, hosts: AllowedHosts) -> dict[str, str]:
    """Return the address and the host that *iri* names.

    Raises:
        QueryRefusedError: It may not be asked.
    """
    try:
        target = parse_target(iri)
    except ValueError as error:
        raise _refused(keyword, f"<{iri[:200]}> cannot be asked: {error}.") from error
    refusal = hosts.refusal(target)
    if refusal is not None:
        raise RemoteRefusedError(f"{refusal}.", line=keyword.line, column=keyword.column)
    return {"iri": target.iri, "shown": target.shown}


def _refuse_nested(found: Sequence[Token]) -> None:
    """Refuse a ``SERVICE`` inside another: the engine would pass the local address on to the outer one."""
    depth, is_awaited = 0, False
    opened: list[int] = []  # how deep the brackets of the services stand
    for token in found:
        if _is_word(token, SERVICE):
            if opened:
                raise _refused(token, "SERVICE inside another SERVICE is not passed on from here.")
            is_awaited = True
        elif token.kind == "mark" and token.text == "{":
            depth += 1
            opened += [depth] if is_awaited else []
            is_awaited = False
        elif token.kind == "mark" and token.text == "}":
            opened = [one for one in opened if one < depth]
            depth -= 1


def _without_calls(text: str, gateway: str) -> tuple[str, list[int]]:
    """Return a rewritten text with words in place of each call that ask nobody, and where each of them begins."""
    if not gateway:
        return text, []
    address = rf"<{re.escape(gateway)}\d+>"
    text = re.sub(rf"SERVICE(?: SILENT)? (?={address})", "GRAPH ", text)
    text = re.sub(rf"LOAD(?: SILENT)? ({address}) INTO", r"COPY SILENT GRAPH \1 TO", text)
    text = re.sub(rf"LOAD(?: SILENT)? (?={address})", "CLEAR SILENT GRAPH ", text)
    places = re.finditer(rf"(?:(?:COPY|CLEAR) SILENT )?GRAPH {address}", text)
    return text, [match.start() for match in places]


def _replaced(text: str, table: Mapping[str, tuple[re.Pattern[str], str]], keywords: Sequence[str]) -> str:
    for keyword in keywords:
        pattern, replacement = table[keyword]
        text = pattern.sub(replacement, text)
    return text


def _is_read(parse: Parse, text: str) -> bool:
    try:
        parse(text)
    except SyntaxError:
        return False
    return True


def _is_word(token: Token, word: str) -> bool:
    return token.kind == "word" and token.text.upper() == word


def _refused(token: Token, reason: str) -> QueryRefusedError:
    return QueryRefusedError(reason, line=token.line, column=token.column)
