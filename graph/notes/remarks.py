"""What in a note cannot be as it was meant: references and anchors that lead nowhere, what is nested too deep."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

from graph.nearness import nearest
from graph.notes.addresses import inner_address
from graph.notes.drafts import Draft
from graph.notes.markdown_parser import LEFT_OPEN, TOO_DEEP
from graph.notes.note import Heading, Oddity, Position, Remark
from graph.notes.signs import SHORTCODE

MOST_REMARKS: Final = 100
_REFERENCE: Final = re.compile(r"(?<![\w\]])\[([^\[\]]{1,200})\]\[([^\[\]]{0,200})\]")
_SIGNS: Final = re.compile(r"[\W_]+")


def remarks_on(
    drafts: Sequence[Draft], headings: Sequence[Heading], lines: Sequence[str], environment: dict[str, Any]
) -> tuple[Remark, ...]:
    """Return what is odd, by place; of one kind no more than the first `MOST_REMARKS`."""
    every = (
        _references(drafts, environment),
        _anchors(drafts, headings),
        _links_in_links(drafts),
        _too_deep(lines, environment),
        (Remark(Oddity.BRACKETS, position, "[") for position in environment.get(LEFT_OPEN, ())),
    )
    kept = (remark for remarks in every for remark in islice(remarks, MOST_REMARKS))
    return tuple(sorted(kept, key=lambda one: one.position))


def _references(drafts: Sequence[Draft], environment: dict[str, Any]) -> Iterator[Remark]:
    """Yield what looks like a link with a label that has no address."""
    known = [label.casefold() for label in environment.get("references", {})]
    for draft in drafts:
        prose = draft.passage.prose
        if "][" not in prose.value:
            continue
        opaque = list(prose.opaque())
        for reference in _REFERENCE.finditer(prose.value):
            label = reference[2] or reference[1]
            if label.startswith("^") or any(
                start < reference.end() and end > reference.start() for start, end in opaque
            ):
                continue
            position = prose.position(reference.start())
            yield Remark(Oddity.REFERENCE, position, reference[0], nearest(label.casefold(), known))


def _anchors(drafts: Sequence[Draft], headings: Sequence[Heading]) -> Iterator[Remark]:
    """Yield the links to places in the note that are none; how an anchor is spelt matters little."""
    names = {_key(name): name for draft in drafts for name in draft.passage.anchors}
    counts: dict[str, int] = {}
    for heading in headings:
        stem = _key(heading.title)
        count = counts[stem] = counts.get(stem, -1) + 1
        names.setdefault(f"{stem}{count or ''}", heading.slug)
        names.setdefault(_key(heading.slug), heading.slug)
    for draft in drafts:
        for target in draft.passage.targets:
            name = unquote(target.address.removeprefix("#"))
            if target.address.startswith("#") and name not in ("", "top") and _key(name) not in names:
                near = nearest(name.casefold(), names.values())
                yield Remark(Oddity.ANCHOR, target.position, target.address, tuple(f"#{one}" for one in near))


def _links_in_links(drafts: Sequence[Draft]) -> Iterator[Remark]:
    for draft in drafts:
        for target in draft.passage.targets:
            inner = inner_address(target.address)
            if inner:
                yield Remark(Oddity.ADDRESS, target.position, target.address, (inner,))


def _too_deep(lines: Sequence[str], environment: dict[str, Any]) -> Iterator[Remark]:
    for line in environment.get(TOO_DEEP, ()):
        text = lines[line].lstrip()
        yield Remark(Oddity.NESTING, Position(line + 1, len(lines[line]) - len(text) + 1), text[:80])


def _key(name: str) -> str:
    return _SIGNS.sub("", SHORTCODE.sub("", name).casefold())
