"""The words of a query with their places, and the groups in ``{`` and ``}`` that they stand in.  Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graph.errors import QueryRefusedError
from graph.sparql import Token, start_of, starts_of_lines

OUTSIDE: Final = -1
OPENING: Final = ("(", "[")
CLOSING: Final = (")", "]")
STATEMENTS: Final = ("SELECT", "DESCRIBE")


@dataclass(frozen=True, slots=True)
class Groups:
    """The words of a text, by their number from 0, and how they are nested.

    Attributes:
        starts, ends: Where each word stands in the text, in characters from 0.
        around: The ``{`` of the innermost group that each word stands in, `OUTSIDE` where there is none.  A brace
            itself stands in the group around its own.
        depths: How many ``(`` and ``[`` are open around each word within that group.
        closing: By the ``{`` of a group, its ``}``.
    """

    text: str
    words: Sequence[Token]
    starts: Sequence[int]
    ends: Sequence[int]
    around: Sequence[int]
    depths: Sequence[int]
    closing: dict[int, int]

    def is_word(self, number: int, *texts: str) -> bool:
        """Return whether that word is one of the keywords *texts*."""
        if not 0 <= number < len(self.words):
            return False
        token = self.words[number]
        return token.kind == "word" and token.text.upper() in texts

    def is_mark(self, number: int, text: str) -> bool:
        """Return whether that word is the mark *text*."""
        return 0 <= number < len(self.words) and self.words[number][:2] == ("mark", text)

    def names(self, number: int, variable: str) -> bool:
        """Return whether that word is *variable*, which is given without its mark."""
        token = self.words[number]
        return token.kind == "variable" and token.text[1:] == variable

    def end(self, group: int) -> int:
        """Return the word behind the last one that stands in *group*."""
        return self.closing.get(group, len(self.words))

    def statement(self, group: int) -> int:
        """Return the ``SELECT`` or ``DESCRIBE`` that *group* is, `OUTSIDE` where it is none."""
        places = range(len(self.words)) if group == OUTSIDE else (group + 1,)
        found = (number for number in places if self.around[number] == group and self.is_word(number, *STATEMENTS))
        return next(found, OUTSIDE)

    def body(self, statement: int) -> int:
        """Return the ``{`` of what a statement looks for, `OUTSIDE` where it has none."""
        return next((number for number in self.level(statement) if self.is_mark(number, "{")), OUTSIDE)

    def level(self, statement: int) -> Iterator[int]:
        """Yield the words of a statement that stand in no brackets within it."""
        group = self.around[statement]
        for number in range(statement, self.end(group)):
            if self.around[number] == group and not self.depths[number]:
                yield number


def read_groups(text: str, found: Sequence[Token]) -> Groups:
    """Return the words *found* in *text* with their places and groups.

    Raises:
        QueryRefusedError: The braces do not match.
    """
    lines = starts_of_lines(text)
    starts = [start_of(token, lines) for token in found]
    ends = [start + len(token.text) for start, token in zip(starts, found, strict=True)]
    around, depths, closing = _nested(found)
    return Groups(text, found, starts, ends, around, depths, closing)


def _nested(found: Sequence[Token]) -> tuple[list[int], list[int], dict[int, int]]:
    around, depths, closing = [], [], {}
    opened, depth = [(OUTSIDE, 0)], 0
    for number, token in enumerate(found):
        mark = _bracket(found, number)
        if mark == "}":
            if len(opened) == 1:
                raise _unmatched(token)
            group, depth = opened.pop()
            closing[group] = number
        elif mark in CLOSING:
            depth -= 1
        around.append(opened[-1][0])
        depths.append(depth)
        if mark == "{":
            opened.append((number, depth))
            depth = 0
        elif mark in OPENING:
            depth += 1
    if len(opened) > 1:
        raise _unmatched(found[opened[-1][0]])
    return around, depths, closing


def _bracket(found: Sequence[Token], number: int) -> str:
    """Return the bracket that a word is, if it is one; those of an annotation, ``{|`` and ``|}``, hold no group."""
    token = found[number]
    if token.kind != "mark" or token.text not in "{}()[]":
        return ""
    beside = {"{": found[number + 1 : number + 2], "}": found[number - 1 : number]}.get(token.text, ())
    is_annotation = any(other[:2] == ("mark", "|") for other in beside)
    return {"{": "(", "}": ")"}[token.text] if is_annotation else token.text


def _unmatched(token: Token) -> QueryRefusedError:
    return QueryRefusedError(f"“{token.text}” has no counterpart.", line=token.line, column=token.column)
