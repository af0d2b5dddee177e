"""The outline of a note: which heading stands under which, as typed, and as it is meant."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from graph.iris import slugified
from graph.notes.note import Heading
from graph.notes.signs import SHORTCODE

NEARLY_SAME: Final = 85.0
MOST_SLUG_CHARACTERS: Final = 100
_DIGITS: Final = re.compile(r"\d+")
_NUMBERED: Final = re.compile(r"\W*(?:\w+\W+)?(?:\d+|[ivx]+)\b", re.IGNORECASE)
_PICTURES: Final = frozenset({"So", "Sk", "Cs", "Co"})
_LETTERS: Final = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l"})


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of the headings beside their levels.

    Attributes:
        is_empty: For each whether nothing but the next heading follows it.
        begins: Whether the first of them is the first thing in the note.
    """

    is_empty: tuple[bool, ...]
    begins: bool


def heading_slug(title: str, used: Counter[str]) -> str:
    """Return a slug for a heading that no other one in *used* has: its words without accents, signs and emoji.

    >>> used: Counter[str] = Counter()
    >>> [heading_slug(title, used) for title in ("☁️ Les dépôts :fire:", "Les dépôts", "🔥")]
    ['les-depots', 'les-depots-2', 'section']
    """
    plain = unicodedata.normalize("NFKD", SHORTCODE.sub(" ", title).translate(_LETTERS))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    stem = slugified(bare)[:MOST_SLUG_CHARACTERS].strip("-.") or "section"
    slug = stem
    while slug in used:
        used[stem] += 1
        slug = f"{stem}-{used[stem]}"
    used[slug] += 1
    return slug


def without_signs(title: str) -> str:
    """Return *title* without emoji and shortcodes.

    >>> without_signs("☁️ Cloud index :cloud:"), without_signs("C++")
    ('Cloud index', 'C++')
    """
    kept = "".join(letter for letter in SHORTCODE.sub(" ", title) if unicodedata.category(letter) not in _PICTURES)
    return " ".join(kept.replace("\ufe0f", "").replace("\u200d", "").split())


def with_parents(headings: Sequence[Heading], outline: Outline) -> tuple[Heading, ...]:
    """Return *headings* with the numbers of those above them, strictly and as meant."""
    levels = [heading.level for heading in headings]
    reach = _reach(headings, outline)
    strict, meant = _parents(levels, levels), _parents(levels, reach)
    return tuple(
        replace(heading, strict=one, meant=other) for heading, one, other in zip(headings, strict, meant, strict=True)
    )


def _parents(levels: Sequence[int], reach: Sequence[int]) -> list[int]:
    """Return for each heading the number of that above it.

    Args:
        reach: For each the level that it has for those behind it: one that says 2 ends at the next heading of level 2.
    """
    found: list[int] = []
    above: list[int] = []
    for number, level in enumerate(levels):
        while above and reach[above[-1]] >= reach[number]:
            above.pop()
        found.append(next((one for one in reversed(above) if levels[one] < level), -1))
        above.append(number)
    return found


def _reach(headings: Sequence[Heading], outline: Outline) -> list[int]:
    """Return the level that each heading has for those behind it."""
    reach = [heading.level for heading in headings]
    for number in range(1, len(headings)):
        before, one = headings[number - 1], headings[number]
        if outline.is_empty[number - 1] and before.level > one.level and _says_the_same(before.title, one.title):
            reach[number] = before.level
    stray = _stray(headings, outline)
    if stray is not None:
        reach[stray] = max(reach[stray], headings[0].level + 1)
    return reach


def _stray(headings: Sequence[Heading], outline: Outline) -> int | None:
    """Return the number of the one heading that has the level of the title by mistake.

    The note begins with its title and has sections below it.
    One more heading has the level of the title, has a text of its own, and sections behind it.
    Chapters look different: they are several, are numbered, or begin with a section.
    """
    if not headings or not outline.begins:
        return None
    top = headings[0].level
    same = [number for number, heading in enumerate(headings) if heading.level <= top]
    if len(same) != 2 or headings[same[1]].level < top:
        return None
    stray = same[1]
    sections_before = sum(heading.level == top + 1 for heading in headings[1:stray])
    is_chapter = _are_alike(headings[0].title, headings[stray].title)
    if outline.is_empty[stray] or sections_before < 1 or is_chapter:
        return None
    return stray


def _are_alike(one: str, other: str) -> bool:
    """Return whether two titles count their chapters: both by a number, or both by beginning with the same word."""
    first, second = (title.casefold().split() or [""] for title in (one, other))
    return first[0] == second[0] or bool(_NUMBERED.match(one) and _NUMBERED.match(other))


def _says_the_same(one: str, other: str) -> bool:
    """Return whether two titles are nearly the same and number the same."""
    first, second = one.casefold(), other.casefold()
    return _DIGITS.findall(first) == _DIGITS.findall(second) and fuzz.ratio(first, second) >= NEARLY_SAME
