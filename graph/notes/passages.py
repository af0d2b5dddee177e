"""The parts of a block's text, as the parser found them → a passage: what one reads, with places and links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it.token import Token

from graph.notes import html_text
from graph.notes.html_text import Tag
from graph.notes.markdown_parser import AT, BARE
from graph.notes.note import Mark, Position
from graph.notes.places import Places
from graph.notes.prose import Passage, Target, Writing
from graph.notes.signs import with_signs

LINK: Final = Mark.LINK.value
_STYLES: Final = {"em": Mark.EMPHASIS, "strong": Mark.STRONG, "s": Mark.STRUCK}
_STYLE_TAGS: Final = {
    "em": Mark.EMPHASIS,
    "i": Mark.EMPHASIS,
    "strong": Mark.STRONG,
    "b": Mark.STRONG,
    "s": Mark.STRUCK,
    "del": Mark.STRUCK,
    **dict.fromkeys(html_text.CODE, Mark.CODE),
}


def read_tokens(tokens: Sequence[Token], text: str, places: Places, position: Position) -> Passage:
    """Return what *tokens* say, which were read from *text*; *position* is where the block begins."""
    reader = _Reader(text, places)
    for token in tokens:
        reader.read(token)
    return reader.passage(position)


def read_html(text: str, places: Places, position: Position) -> Passage:
    """Return what a browser would show of a block of HTML."""
    reader = _Reader(text, places)
    for piece in html_text.pieces(text):
        if piece.tag is not None:
            reader.read_tag(piece.tag, text[piece.start : piece.end], piece.start, is_block=True)
        elif piece.is_sign:
            reader.writing.decoded(piece.text, piece.start, places)
        elif piece.text == " ":
            reader.space(piece.start)
        else:
            reader.writing.copy(piece.text, piece.start, places)
    passage = reader.passage(position)
    return passage.part(0, len(passage.prose.value.rstrip()))


def read_code(text: str, places: Places, position: Position) -> Passage:
    """Return code as it stands, its lines as lines."""
    writing = Writing()
    writing.copy(text, 0, places)
    writing.mark(0, Mark.CODE)
    return writing.passage(position)


@dataclass(slots=True)
class _Open:
    """What has begun and not ended: a link, or a part that is set off."""

    name: str
    start: int
    address: str = ""
    mark: Mark | None = None
    is_tag: bool = False
    is_address: bool = False
    at: int = 0


@dataclass(slots=True)
class _Reader:
    """One pass over the parts of one text."""

    source: str
    places: Places
    writing: Writing = field(default_factory=Writing)
    open: list[_Open] = field(default_factory=list)
    muted: str = ""

    def read(self, token: Token) -> None:
        if self.muted and token.type != "html_inline":
            return
        name = token.type.rpartition("_")[0]
        if token.type in READERS:
            READERS[token.type](self, token)
        elif name in _STYLES and token.nesting > 0:
            self.open.append(_Open(name, self.writing.length, mark=_STYLES[name]))
        elif name in _STYLES:
            self.close(name, is_tag=False)

    def passage(self, position: Position) -> Passage:
        while self.open:  # tags without an end reach to the end of the block
            self.finish(self.open.pop())
        passage = self.writing.passage(position)
        return with_signs(passage)

    # --- what the parser made

    def text(self, token: Token) -> None:
        at = token.meta[AT]
        if self.open and self.open[-1].name == "autolink":
            at += 1
        self.writing.copy(token.content, at, self.places)

    def special(self, token: Token) -> None:
        at, is_verbatim = token.meta[AT], token.content == token.markup
        (self.writing.copy if is_verbatim else self.writing.decoded)(token.content, at, self.places)

    def soft(self, token: Token) -> None:
        self.line_break(token.meta[AT], is_hard=False)

    def hard(self, token: Token) -> None:
        self.line_break(token.meta[AT], is_hard=True)

    def line_break(self, at: int, *, is_hard: bool) -> None:
        self.space(at)
        if self.writing.length and self.writing.ends_with_space:
            self.writing.breaks.append(self.writing.length - 1)
            if is_hard:
                self.writing.hard.add(self.writing.length - 1)

    def space(self, at: int) -> None:
        for _, _, line, column in self.places.pieces(at, at + 1):
            self.writing.space(line, column)

    def code(self, token: Token) -> None:
        at, start = token.meta[AT] + len(token.markup), self.writing.length
        is_padded = self.source[at : at + len(token.content)].replace("\n", " ") != token.content
        at += is_padded
        self.writing.copy(token.content, at, self.places)
        self.writing.mark(start, Mark.CODE)

    def open_link(self, token: Token) -> None:
        is_address = token.markup in (BARE, "autolink")
        name = token.markup if is_address else LINK
        address = str(token.attrs.get("href", ""))
        self.open.append(_Open(name, self.writing.length, address, Mark.LINK, is_address=is_address, at=token.meta[AT]))

    def close_link(self, _: Token) -> None:
        self.close(LINK, is_tag=False)

    def image(self, token: Token) -> None:
        at = token.meta[AT] + len("![")
        self.picture(token.content, at, str(token.attrs.get("src", "")))

    def html(self, token: Token) -> None:
        tag = html_text.read_tag(token.content)
        if tag is None:
            return
        if self.muted:
            self.muted = "" if tag.closes and tag.name == self.muted else self.muted
        elif tag.name in html_text.UNREAD and not tag.closes:
            self.muted = tag.name
        else:
            self.read_tag(tag, token.content, token.meta[AT], is_block=False)

    # --- tags

    def read_tag(self, tag: Tag, written: str, at: int, *, is_block: bool) -> None:
        """Take a tag, which stands at offset *at*."""
        self.writing.anchors += (tag.attributes[key] for key in ("id", "name") if tag.attributes.get(key))
        if tag.name == "br" or (is_block and tag.name not in html_text.INLINE):
            self.space(at)
        elif tag.name == "img":
            words = tag.attributes.get("alt", "")
            stands = written.find(words)
            self.picture(words, at + max(stands, 0), tag.attributes.get("src", ""), is_decoded=stands < 0)
        if tag.closes:
            self.close(tag.name, is_tag=True)
        elif tag.name == "a" and tag.attributes.get("href"):
            self.open.append(_Open("a", self.writing.length, tag.attributes["href"], Mark.LINK, is_tag=True, at=at))
        elif tag.name in _STYLE_TAGS:
            self.open.append(_Open(tag.name, self.writing.length, mark=_STYLE_TAGS[tag.name], is_tag=True))

    # --- links, images, what is set off

    def picture(self, words: str, at: int, address: str, *, is_decoded: bool = False) -> None:
        start = self.writing.length
        (self.writing.decoded if is_decoded else self.writing.copy)(words.replace("\n", " "), at, self.places)
        self.writing.mark(start, Mark.IMAGE)
        self.point(start, address, at, is_image=True)

    def close(self, name: str, *, is_tag: bool) -> None:
        """End the innermost part called *name*; one that was never begun ends nothing."""
        for index in range(len(self.open) - 1, max(len(self.open) - 1 - _MOST_OPEN, -1), -1):
            one = self.open[index]
            if one.is_tag == is_tag and (one.name == name or (name == LINK and not one.is_tag and one.address)):
                del self.open[index]
                self.finish(one)
                return

    def finish(self, one: _Open) -> None:
        if one.mark is not None:
            self.writing.mark(one.start, one.mark)
        if one.is_address:
            self.writing.mark(one.start, Mark.ADDRESS)
        if one.address:
            self.point(one.start, one.address, one.at, is_bare=one.name == BARE)

    def point(self, start: int, address: str, at: int, *, is_image: bool = False, is_bare: bool = False) -> None:
        """Keep what the text from *start* on leads to; it stands at offset *at* where it has no text."""
        run = next((run for run in reversed(self.writing.runs) if run.start <= start), None)
        if run is not None and start < self.writing.length:
            position = Position(run.line, run.column + start - run.start)
        else:
            _, _, line, column = next(self.places.pieces(at, at + 1))
            position = Position(line, column)
        self.writing.targets.append(Target(start, self.writing.length, position, address, is_image, is_bare))


_MOST_OPEN: Final = 50
READERS: Final[Mapping[str, Callable[[Any, Token], None]]] = {
    "text": _Reader.text,
    "text_special": _Reader.special,
    "softbreak": _Reader.soft,
    "hardbreak": _Reader.hard,
    "code_inline": _Reader.code,
    "link_open": _Reader.open_link,
    "link_close": _Reader.close_link,
    "image": _Reader.image,
    "html_inline": _Reader.html,
}
