"""HTML as text and links: what a browser would show of it; nothing in it is ever run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

# A tag; what stands in quotes in it may hold “>”, within bounds, so that a lonely quote costs nothing.
TAG: Final = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9-]*+)((?:[^<>"']|"[^"]{0,4000}"|'[^']{0,4000}')*+)>""")
PIECE: Final = re.compile(
    rf"""(?P<comment><!--|<[!?](?=[A-Za-z\[]))|(?P<tag>{TAG.pattern})"""
    r"""|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)|(?P<white>\s+)"""
    r"""|(?P<text>[^<&\s]+|[<&])"""
)
_ATTRIBUTE: Final = re.compile(r"""([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
_ENDS: Final = {"<!--": "-->", "<!": ">", "<?": "?>"}

# What stands between these is not for readers.
UNREAD: Final = frozenset({"script", "style", "template", "textarea", "svg", "math", "head", "iframe", "object"})
CODE: Final = frozenset({"code", "pre", "kbd", "samp", "tt", "var"})
# Tags that do not part words.
INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag; *closes* that of an end, or one that closes itself."""

    name: str
    attributes: dict[str, str]
    closes: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text with tags: a tag, some text, a sign that is written as a word, or white space."""

    start: int
    end: int
    tag: Tag | None = None
    text: str = ""
    is_sign: bool = False


def read_tag(text: str) -> Tag | None:
    """Return the tag that *text* is, or nothing for a comment or an instruction."""
    found = TAG.fullmatch(text)
    return _tag(found[1], found[2], found[3]) if found else None


def pieces(text: str) -> Iterator[Piece]:
    """Yield what a reader meets in *text*, in its order; comments, scripts and styles are left out."""
    at = 0
    while found := PIECE.match(text, at):
        at = found.end()
        if found["comment"]:
            at = _behind(text, found["comment"], found.start())
        elif found["tag"]:
            tag = _tag(found[3], found[4], found[5])
            yield Piece(found.start(), at, tag)
            if tag.name in UNREAD and not tag.closes:
                closing = re.compile(f"</{tag.name}", re.IGNORECASE).search(text, at)
                at = closing.start() if closing else len(text)
        elif found["entity"]:
            yield Piece(found.start(), at, text=unescape(found["entity"]), is_sign=True)
        else:
            yield Piece(found.start(), at, text=" " if found["white"] else found["text"])


def _tag(slash: str, name: str, rest: str) -> Tag:
    values = {key.lower(): unescape(a or b or c) for key, a, b, c in _ATTRIBUTE.findall(rest)}
    return Tag(name.lower(), values, bool(slash) or rest.rstrip().endswith("/"))


def _behind(text: str, opening: str, start: int) -> int:
    ending = _ENDS["<!--" if opening == "<!--" else opening[:2]]
    end = text.find(ending, start + len(opening))
    return end + len(ending) if end >= 0 else len(text)
