"""Search: what people type → entities, the best first, with what fitted and where.

What is spelt so comes before what begins so, then what has these words, what was probably meant, and what is
described with them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from graph.errors import ParameterError
from graph.nearness import folded
from graph.search_index import NAME, SLUG, Found, SearchIndex

WORD: Final = re.compile(r"\w+")
EXACT, BEGINNING, WORDS, OF_TYPE, MISSPELT, DESCRIBED = "exact", "beginning", "words", "type", "misspelt", "description"
RANKS: Final = (EXACT, BEGINNING, WORDS, OF_TYPE, MISSPELT, DESCRIBED)
FIELDS: Final = {NAME: "name", SLUG: "slug"}
EXCERPT: Final = 240
# From how many letters on a word may have one slip, and two.
ONE_SLIP: Final = 3
TWO_SLIPS: Final = 5
MOST_WORDS: Final = 12
MOST_LETTERS: Final = 100
# How many slips count for a text of which single words are spelt nearly so.
BY_WORDS: Final = 2

Key = tuple[int, int, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that was found.

    Attributes:
        match: How it fits: ``exact``, ``beginning``, ``words``, ``type``, ``misspelt`` or ``description``.
        field: What fits: ``name``, ``slug``, ``spelling``, ``type`` or ``description``; *text* is it, or a part of it.
        highlights: The places in *text*, each as its first character and the one after its last.
        slips: How many letters differ, where it was probably meant.
    """

    slug: str
    name: str
    type: str
    match: str
    field: str
    text: str
    highlights: tuple[tuple[int, int], ...]
    slips: int = 0


@dataclass(frozen=True, slots=True)
class Hits:
    """The best of what was found; *complete* where that is all."""

    items: tuple[Hit, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Search:
    """Searches a generation.

    Attributes:
        base: The texts as they were when all was published anew, without what has been touched since.
        recent: Those of what has been touched since.
        others: The classes of what has no address of its own, which is found only where they are asked for.
        labels: What each class is called in any language, by its key.
    """

    base: SearchIndex
    labels: Mapping[str, tuple[str, ...]]
    others: frozenset[str] = frozenset()
    recent: SearchIndex | None = None

    def find(self, text: str, *, types: frozenset[str] = frozenset(), most: int = 10) -> Hits:
        """Return the entities that fit *text* best; where *types* are given, only those of such a class.

        Raises:
            ParameterError: There is no letter or digit in it.
        """
        words = tuple(filter(None, map(folded, WORD.findall(unicodedata.normalize("NFC", text)))))
        kinds = tuple(self._kinds(words[:MOST_WORDS]))
        wanted = Wanted(folded(text), words[:MOST_WORDS], types, most + 1, kinds)
        if not wanted.text:
            raise ParameterError("q", text, "this has no letter or digit to look for.")
        found: dict[str, tuple[Key, Hit]] = {}
        for rank, slips, one in self._ranked(wanted):
            key = (RANKS.index(rank), slips, one.kind, -one.weight, len(one.text), one.name)
            known = found.get(one.reference)
            if known is None or key < known[0]:
                found[one.reference] = key, _hit(rank, slips, one, wanted)
        best = [hit for _, hit in sorted(found.values(), key=lambda item: (item[0], item[1].slug))]
        return Hits(tuple(best[:most]), complete=len(best) <= most)

    def spelt(self, text: str) -> list[str]:
        """Return the references of what is spelt just like *text*, folded."""
        wanted = folded(text)
        found = [one.reference for index in self._indexes for one in index.exact(wanted, frozenset())]
        return list(dict.fromkeys(found)) if wanted else []

    def near(self, slug: str, *, most: int = 3) -> tuple[str, ...]:
        """Return the references of what *slug* may have been meant to be, the nearest first."""
        if not folded(slug):
            return ()
        hits = self.find(slug[:MOST_LETTERS], types=self.others if "/" in slug else frozenset(), most=most).items
        return tuple(hit.slug for hit in hits if hit.match in (EXACT, BEGINNING, MISSPELT))

    @property
    def _indexes(self) -> Sequence[SearchIndex]:
        return (self.base, self.recent) if self.recent else (self.base,)

    def _kinds(self, words: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield the classes whose labels have all *words*, the last of which may go on, with that label."""
        for key, labels in self.labels.items():
            for label in labels:
                own = _words(label)
                if words and all(word in own for word in words[:-1]) and any(one.startswith(words[-1]) for one in own):
                    yield key, label
                    break

    def _ranked(self, wanted: "Wanted") -> Iterator[tuple[str, int, Found]]:
        """Yield what fits, with how and how many slips; what fits less is looked for only while there is little."""
        told, is_exact = set[str](), False
        for rank, look in LOOK.items():
            if rank in (MISSPELT, DESCRIBED) and (is_exact or len(told) >= wanted.most):
                return
            for slips, one in (found for index in self._indexes for found in look(index, wanted)):
                told.add(one.reference)
                is_exact = is_exact or rank == EXACT
                yield rank, slips, one


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: the text and its words, folded.

    Attributes:
        most: How many entities may be found in each way.
        kinds: The classes that are called so, each with the label that says it.
    """

    text: str
    words: tuple[str, ...]
    types: frozenset[str]
    most: int
    kinds: tuple[tuple[str, str], ...] = ()


def _exact(index: SearchIndex, wanted: Wanted) -> Iterator[tuple[int, Found]]:
    return ((0, one) for one in index.exact(wanted.text, wanted.types))


def _beginning(index: SearchIndex, wanted: Wanted) -> Iterator[tuple[int, Found]]:
    return ((0, one) for one in index.beginning(wanted.text, wanted.types, most=wanted.most))


def _with_words(index: SearchIndex, wanted: Wanted) -> Iterator[tuple[int, Found]]:
    return ((0, one) for one in index.with_words(_expression(wanted.words), wanted.types, most=wanted.most))


def _of_type(index: SearchIndex, wanted: Wanted) -> Iterator[tuple[int, Found]]:
    for key, label in wanted.kinds:
        for one in index.of_type(key, wanted.types, most=wanted.most):
            yield 0, replace(one, text=label)


def _described(index: SearchIndex, wanted: Wanted) -> Iterator[tuple[int, Found]]:
    return ((0, one) for one in index.described_with(_expression(wanted.words), wanted.types, most=wanted.most))


def _misspelt(index: SearchIndex, wanted: Wanted) -> Iterator[tuple[int, Found]]:
    """Yield what is spelt nearly so; of several words, what has words that are spelt nearly so."""
    slips = _slips(wanted.text)
    if slips:
        yield from index.misspelt(wanted.text, wanted.types, slips=slips, most=wanted.most)
    meant = [(word, *(index.nearest_words(word, slips=_slips(word)) if _slips(word) else ())) for word in wanted.words]
    if any(len(some) > 1 for some in meant):
        expression = " AND ".join(f"({' OR '.join(map(_quoted, some))})" for some in meant)
        yield from ((BY_WORDS, one) for one in index.with_words(expression, wanted.types, most=wanted.most))


LOOK: Final[Mapping[str, Callable[[SearchIndex, Wanted], Iterator[tuple[int, Found]]]]] = {
    EXACT: _exact,
    BEGINNING: _beginning,
    WORDS: _with_words,
    OF_TYPE: _of_type,
    MISSPELT: _misspelt,
    DESCRIBED: _described,
}


@lru_cache(10_000)
def _words(label: str) -> tuple[str, ...]:
    """Return the words of what a class is called, folded."""
    return tuple(map(folded, WORD.findall(label)))


def _slips(word: str) -> int:
    return 2 if len(word) >= TWO_SLIPS else 1 if len(word) >= ONE_SLIP else 0


def _expression(words: Sequence[str]) -> str:
    """Return what FTS5 looks for: all words, the last of which may go on."""
    return " AND ".join(map(_quoted, words)) + "*"


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _hit(rank: str, slips: int, one: Found, wanted: Wanted) -> Hit:
    places = _places(one.text, rank, wanted)
    start = max(0, places[0][0] - EXCERPT // 3) if rank == DESCRIBED and places else 0
    text = one.text[start : start + EXCERPT]
    shown = tuple((begin - start, end - start) for begin, end in places if start <= begin and end <= start + EXCERPT)
    what = rank if rank in (DESCRIBED, OF_TYPE) else FIELDS.get(one.kind, "spelling")
    return Hit(one.reference, one.name, one.type, rank, what, text, shown, slips)


def _places(text: str, rank: str, wanted: Wanted) -> list[tuple[int, int]]:
    """Return where *text* fits."""
    if rank == BEGINNING:
        return [(0, _length_of_beginning(text, wanted.text))]
    found = ((match.span(), folded(match[0])) for match in WORD.finditer(text))
    places = [span for span, word in found if any(word.startswith(one) for one in wanted.words)]
    return [(0, len(text))] if rank == EXACT or (rank == MISSPELT and not places) else places


def _length_of_beginning(text: str, wanted: str) -> int:
    """Return how many characters of *text* are *wanted* when they are folded."""
    for length in range(1, len(text)):
        if len(folded(text[:length])) >= len(wanted):
            return length
    return len(text)
