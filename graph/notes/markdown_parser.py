"""Markdown → tokens that know where they stand: markdown-it with a memory of offsets, and with bounds.

The inline tokens of markdown-it have no places.
Each one here has in ``meta["at"]`` the offset in the text that it was read from, at which its first character stands.
"""

import re
from typing import Any, Final, Literal

from markdown_it import MarkdownIt, helpers
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.rules_block import StateBlock, paragraph, reference
from markdown_it.rules_inline import StateInline, emphasis, strikethrough
from markdown_it.token import Token

from graph.notes.addresses import SCHEME, end_of_address
from graph.notes.note import Position

AT: Final = "at"
BARE: Final = "bare"
# Levels of quotes, lists and items (a list within a list is two): what is nested deeper is read as plain text.
MOST_LEVELS: Final = 100
TOO_DEEP: Final = "too deep"
# Brackets of one text that are never closed: each is looked for up to the end of the text.
MOST_UNCLOSED: Final = 100
UNCLOSED: Final = "unclosed"
LEFT_OPEN: Final = "left open"
# Where a rule may have something to say; everything up to there is plain text.
_NOTEWORTHY: Final = re.compile(rf"[\n!&*<\[\]\\_`~]|(?<![^\W_])(?:{SCHEME.pattern})", re.IGNORECASE)


class MarkdownParser(MarkdownIt):
    """Reads CommonMark with tables, struck text and bare addresses; addresses stay as they are typed."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"maxNesting": MOST_LEVELS, "html": True})
        self.helpers = _Helpers()  # type: ignore[assignment]  # the library takes a module for it
        self.inline = _Inline()
        self.block = _Block()
        self.enable(["table", "strikethrough"])
        self.disable(["normalize", "inline", "text_join", "fragments_join", "linkify"])
        self.inline.ruler.at("text", _text)
        for name, rule in (("emphasis", emphasis.tokenize), ("strikethrough", strikethrough.tokenize)):
            self.inline.ruler.at(name, _marks(rule))
        self.inline.ruler.before("text", "bare_address", _bare_address)
        self.block.ruler.at("reference", _reference)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (a method of the library)
        """Return *url* as it is typed."""
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 (a method of the library)
        """Return *link* as it is typed."""
        return link

    def blocks(self, text: str, environment: dict[str, Any]) -> list[Token]:
        """Return the blocks of *text*; texts in them are not read yet.

        Args:
            environment: Is given the references, and under `TOO_DEEP` the lines (from 0) that are nested too deep.
        """
        return self.parse(text, environment)

    def inlines(self, text: str, environment: dict[str, Any], position: Position) -> list[Token]:
        """Return what the text of one block is made of.

        Args:
            position: Where it begins; kept under `LEFT_OPEN` if too many of its brackets have no end.
        """
        environment[UNCLOSED] = [0]
        tokens = self.inline.parse(text, self, environment, [])
        if environment[UNCLOSED][0] >= MOST_UNCLOSED:
            environment.setdefault(LEFT_OPEN, []).append(position)
        return tokens


class _Block(ParserBlock):
    """Reads blocks; what is nested too deep is not passed over, but read as paragraphs."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        if state.level < MOST_LEVELS:
            super().tokenize(state, startLine, endLine)
            return
        line = startLine
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            state.env.setdefault(TOO_DEEP, []).append(line)
            paragraph(state, line, endLine, False)  # noqa: FBT003 (as the library calls its rules)
            line = state.line


class _Helpers:
    """The library's helpers, of which the one that looks for the end of a bracket may fail only so often."""

    parseLinkDestination = staticmethod(helpers.parseLinkDestination)  # noqa: N815
    parseLinkTitle = staticmethod(helpers.parseLinkTitle)  # noqa: N815

    @staticmethod
    def parseLinkLabel(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: FBT001, FBT002, N802, N803
        """Return where the bracket at *start* is closed, or -1; it is left open if too many before it were."""
        unclosed = state.env.setdefault(UNCLOSED, [0])
        if unclosed[0] >= MOST_UNCLOSED:
            return -1
        end = helpers.parseLinkLabel(state, start, disableNested)
        unclosed[0] += end < 0
        return end


class _State(StateInline):
    """Where the reading of a text is, and where the tokens began that it has made."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, out: list[Token]) -> None:
        super().__init__(src, md, env, out)
        self.began = 0

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self.began = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802
        token = super().pushPending()
        token.meta = {AT: self.began}
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta = {AT: self.pos}
        return token


class _Inline(ParserInline):
    """Reads the text of a block, and remembers where each token began."""

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _marks(rule: RuleFuncInlineType) -> RuleFuncInlineType:
    """Return *rule*, which makes a token for each mark of a run, with the places of these."""

    def run(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        start, count = state.pos, len(state.tokens)
        done = rule(state, silent)
        at = start
        for token in state.tokens[count:]:
            if token.meta[AT] == start:
                token.meta[AT] = at
                at += len(token.content)
        return done

    return run


def _text(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Take everything up to the next character that another rule may want."""
    found = _NOTEWORTHY.search(state.src, state.pos, state.posMax)
    end = found.start() if found else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def _bare_address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Take an address that stands in the text as it is."""
    start = state.pos
    if state.linkLevel or state.src[start] not in "hHwW" or (start and state.src[start - 1].isalnum()):
        return False
    end = min(end_of_address(state.src, start), state.posMax)
    if end <= start:
        return False
    if not silent:
        address = state.src[start:end]
        opening = state.push("link_open", "a", 1)
        opening.attrs, opening.markup = {"href": address}, BARE
        token = state.push("text", "", 0)
        token.content, token.meta = address, {AT: start}
        state.push("link_close", "a", -1)
    state.pos = end
    return True


def _reference(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: FBT001, N803
    """Read what a reference leads to; a footnote is a text and no address."""
    start = state.bMarks[startLine] + state.tShift[startLine]
    if state.src.startswith("[^", start):
        return False
    return reference(state, startLine, endLine, silent)
