"""Markdown → note: its blocks, headings and links, each with its place."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from markdown_it.token import Token

from graph.notes import places
from graph.notes.drafts import Draft, Frame
from graph.notes.front_matter import end_of_front
from graph.notes.labels import announces, lead_in
from graph.notes.languages import read_language
from graph.notes.lines import lines_of
from graph.notes.markdown_parser import MarkdownParser
from graph.notes.note import Block, Heading, Kind, Mark, Note, Position, Prose
from graph.notes.outline import Outline, heading_slug, with_parents
from graph.notes.passages import read_code, read_html, read_tokens
from graph.notes.places import Places
from graph.notes.prose import Passage, Writing
from graph.notes.remarks import remarks_on
from graph.notes.web_links import links_of

CELLS: Final = " | "
CHECKBOXES: Final = ("[ ] ", "[x] ", "[X] ")


def read_note(text: str) -> Note:
    """Return what *text* is made of; never raises, whatever the text."""
    lines = lines_of(text)
    front_lines = end_of_front(lines)
    body = [*[""] * front_lines, *lines[front_lines:]]
    reader = _Reader(body)
    reader.read()
    blocks, headings = tuple(reader.finished()), reader.outline()
    return Note(
        line_count=len(lines),
        blocks=blocks,
        headings=headings,
        links=tuple(links_of(reader.drafts)),
        front="\n".join(lines[1 : max(front_lines - 1, 1)]),
        language=read_language(" ".join(block.prose.value for block in blocks if block.kind is not Kind.CODE)),
        remarks=remarks_on(reader.drafts, headings, lines, reader.environment),
    )


class _Reader:
    """One pass over the blocks of one note."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.parser = MarkdownParser()
        self.environment: dict[str, Any] = {}
        self.drafts: list[Draft] = []
        self.headings: list[Heading] = []
        self.slugs: Counter[str] = Counter()
        self.frames = [Frame("note", -1)]

    def read(self) -> None:
        """Read all of it."""
        tokens = self.parser.blocks("\n".join(self.lines), self.environment)
        for number, token in enumerate(tokens):
            if token.type in READERS:
                READERS[token.type](self, token, tokens, number)

    def finished(self) -> Iterator[Block]:
        """Yield the blocks, by number."""
        for number, draft in enumerate(self.drafts):
            prose = draft.passage.prose
            yield Block(number, draft.kind, prose, draft.line, draft.end_line, draft.parent, draft.section)

    def outline(self) -> tuple[Heading, ...]:
        """Return the headings with their places in the outline."""
        nexts = [*(heading.block for heading in self.headings[1:]), len(self.drafts)]
        is_empty = tuple(following == one.block + 1 for one, following in zip(self.headings, nexts, strict=False))
        first = self.headings[0].block if self.headings else 0
        begins = not any(draft.passage.prose.value.strip() for draft in self.drafts[:first])
        return with_parents(self.headings, Outline(is_empty, begins))

    # --- what holds other blocks

    def open_list(self, token: Token, *_: object) -> None:
        self.frames.append(Frame("list", self._governor(token), token.type + token.markup))

    def _governor(self, token: Token) -> int:
        """Return what governs a list that begins: the label before it, or the item that ends in a colon."""
        frame, mark = self.frames[-1], token.type + token.markup
        if frame.before >= 0:
            governor = self._label(frame)
        elif mark in frame.governors:
            governor = frame.back_to(mark)
        elif frame.last_item >= 0 and announces(self.drafts[frame.last_item].passage.prose):
            governor = frame.last_item
        else:
            governor = next(iter(frame.governors.values()), frame.block)
        frame.governors[mark] = governor
        frame.before = -1
        return governor

    def _label(self, frame: Frame) -> int:
        """Return the block that governs a list behind a paragraph: the paragraph, its last lines, or what is around."""
        number = frame.before
        draft = self.drafts[number]
        prose = draft.passage.prose
        start = lead_in(draft.passage)
        if start >= len(prose.value):
            return frame.block
        if start == 0:
            if draft.kind is Kind.PARAGRAPH:
                draft.kind = Kind.LABEL
            return number
        if draft.kind is Kind.ITEM and not announces(prose):
            return frame.block
        line = prose.position(start).line
        label = replace(draft, kind=Kind.LABEL, passage=draft.passage.part(start, len(prose.value)), line=line)
        label.parent = number if draft.kind is Kind.ITEM else draft.parent
        draft.passage, draft.end_line = draft.passage.part(0, start - 1), line - 1
        self.drafts.append(label)
        return len(self.drafts) - 1

    def close_list(self, *_: object) -> None:
        self.frames.pop()

    def open_item(self, token: Token, *_: object) -> None:
        line = _first(token)
        empty = Writing().passage(Position(line, self._column(line)))
        number = self._add(Kind.ITEM, empty, line, line)
        self.frames.append(Frame("item", number, is_empty_item=True))

    def close_item(self, *_: object) -> None:
        item = self.frames.pop().block
        self.frames[-2].last_item = item

    def open_quote(self, *_: object) -> None:
        self.frames[-1].follow()
        self.frames.append(Frame("quote", self.frames[-1].block))

    def close_quote(self, *_: object) -> None:
        self.frames.pop()

    # --- what has a text

    def paragraph(self, token: Token, tokens: Sequence[Token], number: int) -> None:
        inline = tokens[number + 1]
        line = _first(token)
        passage = self._passage(inline, places.of_trimmed(inline.content, self.lines, line, _last(token)))
        self._add_paragraph(passage, line, _last(token))

    def _add_paragraph(self, passage: Passage, line: int, end_line: int) -> None:
        frame = self.frames[-1]
        if frame.is_empty_item:
            frame.is_empty_item = False
            draft = self.drafts[frame.block]
            draft.passage, draft.end_line = _unchecked(passage), end_line
            frame.follow(frame.block)
            return
        frame.follow(self._add(Kind.PARAGRAPH, passage, line, end_line))

    def heading(self, token: Token, tokens: Sequence[Token], number: int) -> None:
        inline, line = tokens[number + 1], _first(token)
        is_hashed = token.markup.startswith("#")
        if is_hashed:
            of_text = places.of_heading(inline.content, self.lines, line)
        else:
            of_text = places.of_trimmed(inline.content, self.lines, line, _last(token))
        passage = self._passage(inline, of_text)
        if len(self.frames) > 1:
            self._add_paragraph(passage, line, _last(token))  # within an item or a quote it opens no section
            return
        title = _title(passage.prose)
        self.frames[-1].follow()
        if not title:
            return
        block = len(self.drafts)
        self.headings.append(Heading(block, heading_slug(title, self.slugs), title, line, int(token.tag[1:])))
        self._add(Kind.HEADING, passage, line, _last(token))

    def row(self, _: Token, tokens: Sequence[Token], number: int) -> None:
        end = next(at for at in range(number, len(tokens)) if tokens[at].type == "tr_close")
        cells = [inline for inline in tokens[number:end] if inline.type == "inline"]
        if not cells:
            return
        line = _first(cells[0])
        passage = self._row(cells, line)
        self.frames[-1].follow()
        if passage.prose.value.strip(" |"):
            self._add(Kind.ROW, passage, line, line)

    def _row(self, cells: Sequence[Token], line: int) -> Passage:
        writing = Writing()
        found = places.of_cells([cell.content for cell in cells], self.lines, line)
        for number, (cell, of_cell) in enumerate(zip(cells, found, strict=True)):
            if number:
                writing.decoded(CELLS, 0, of_cell)
            writing.append(self._passage(cell, of_cell))
        return writing.passage(Position(line, 1))

    def code(self, token: Token, *_: object) -> None:
        is_fence = token.type == "fence"
        self._code(token, _first(token) + is_fence)

    def _code(self, token: Token, first: int) -> None:
        text = token.content.removesuffix("\n")
        position = Position(_first(token), self._column(_first(token)))
        passage = read_code(text, places.of_paragraph(text, self.lines, first), position)
        self.frames[-1].follow()
        self._add(Kind.CODE, passage, _first(token), _last(token))

    def html(self, token: Token, *_: object) -> None:
        text, line = token.content.rstrip("\n"), _first(token)
        passage = read_html(text, places.of_paragraph(text, self.lines, line), Position(line, self._column(line)))
        self.frames[-1].follow()
        if passage.prose.value.strip() or passage.targets:
            self._add(Kind.HTML, passage, line, line + text.count("\n"))

    def rule(self, *_: object) -> None:
        self.frames[-1].follow()

    # --- helpers

    def _passage(self, inline: Token, of_text: Places) -> Passage:
        _, _, line, column = next(of_text.pieces(0, 1))
        position = Position(line, column)
        tokens = self.parser.inlines(inline.content, self.environment, position)
        return read_tokens(tokens, inline.content, of_text, position)

    def _add(self, kind: Kind, passage: Passage, line: int, end_line: int) -> int:
        section = len(self.headings) - 1
        self.drafts.append(Draft(kind, passage, line, end_line, self.frames[-1].block, section))
        return len(self.drafts) - 1

    def _column(self, line: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return len(text) - len(text.lstrip()) + 1


READERS: Final[Mapping[str, Callable[[_Reader, Token, Sequence[Token], int], None]]] = {
    "bullet_list_open": _Reader.open_list,
    "ordered_list_open": _Reader.open_list,
    "bullet_list_close": _Reader.close_list,
    "ordered_list_close": _Reader.close_list,
    "list_item_open": _Reader.open_item,
    "list_item_close": _Reader.close_item,
    "blockquote_open": _Reader.open_quote,
    "blockquote_close": _Reader.close_quote,
    "paragraph_open": _Reader.paragraph,
    "heading_open": _Reader.heading,
    "tr_open": _Reader.row,
    "fence": _Reader.code,
    "code_block": _Reader.code,
    "html_block": _Reader.html,
    "hr": _Reader.rule,
}


def _first(token: Token) -> int:
    """Return the first line of *token*, from 1."""
    return token.map[0] + 1 if token.map else 1


def _last(token: Token) -> int:
    return token.map[1] if token.map else 1


def _unchecked(passage: Passage) -> Passage:
    """Return the text of an item without the box that is ticked."""
    value = passage.prose.value
    return passage.part(4, len(value)) if value.startswith(CHECKBOXES) else passage


def _title(prose: Prose) -> str:
    """Return the text of a heading without images."""
    at, kept = 0, []
    for one in prose.stretches:
        if one.mark is Mark.IMAGE and one.start >= at:
            kept.append(prose.value[at : one.start])
            at = one.end
    return " ".join("".join([*kept, prose.value[at:]]).split())
