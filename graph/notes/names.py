"""What is known by name: entities with everything they are called, ready to be found in any text."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Final

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from graph.notes.words import Token, key, singular
from graph.notes.words import words as words_of

# Names of up to so many letters are one word as they are written: “à KS” is not AKS.
SHORT: Final = 4
# A misspelling is looked for among names of at least so many letters; shorter ones are near to everything.
LEAST_MISSPELT: Final = 6
# One slip is forgiven, two in names of at least so many letters.
LONG: Final = 8
MOST_SLIPS: Final = 2
MOST_NEAR: Final = 3
# So many words are held against all names at once: a byte for each pair.
AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class Known:
    """An entity as a note may name it.

    Attributes:
        kinds: The keys of its class and of every wider one.
        names: Its name, its labels, its other spellings.
        addresses: Where it lives: its homepage, its repository, the address that a resource is.
        is_resource: Whether it is what an address leads to.
    """

    slug: str
    kind: str
    kinds: frozenset[str]
    names: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    is_resource: bool = False

    def is_one_of(self, kinds: Collection[str]) -> bool:
        """Return whether it is of one of *kinds*; of none in particular is of any."""
        return not kinds or not self.kinds.isdisjoint(kinds)


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a row of tokens: the first token and the one behind the last."""

    key: str
    first: int
    after: int


@dataclass(frozen=True)
class Names:
    """Everything that is known by name.

    Attributes:
        known: The entities by their slugs.
        by_key: The slugs that a name stands for, by the name's key.
        spellings: How names are written, by their key.
        kinds: Names of classes, by their keys: what is called so is no entity.
        kind_names: The same as they are written.
        ordinary: Keys of words that mean something else as well.
    """

    known: Mapping[str, Known]
    by_key: Mapping[str, tuple[str, ...]]
    spellings: Mapping[str, frozenset[str]]
    kinds: Mapping[str, str]
    kind_names: tuple[str, ...]
    ordinary: frozenset[str]
    _finders: tuple[tuple[tuple[str, ...], AhoCorasick], ...] = field(repr=False)
    _by_address: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def of(cls, known: Iterable[Known], *, kinds: Mapping[str, Iterable[str]], ordinary: Iterable[str] = ()) -> "Names":
        """Return the names of *known*.

        Args:
            kinds: What each class is called, by its key.
            ordinary: Words that mean something else as well.
        """
        entities = {one.slug: one for one in known}
        slugs: dict[str, dict[str, None]] = defaultdict(dict)
        spellings: dict[str, set[str]] = defaultdict(set)
        by_address: dict[str, dict[str, None]] = defaultdict(dict)
        for one in entities.values():
            for name in one.names:
                if name_key := key(name):
                    slugs[name_key][one.slug] = None
                    spellings[name_key].add(name)
            for address in one.addresses:
                by_address[normal_address(address)][one.slug] = None
        classes = {key(name): kind for kind, names in kinds.items() for name in names}
        keys = tuple({*slugs, *classes} - {""})
        return cls(
            entities,
            {name_key: tuple(some) for name_key, some in slugs.items()},
            {name_key: frozenset(some) for name_key, some in spellings.items()},
            classes,
            tuple(name for some in kinds.values() for name in some),
            frozenset(map(key, ordinary)),
            ((keys, AhoCorasick(keys)),) if keys else (),
            {address: tuple(some) for address, some in by_address.items()},
        )

    def with_more(self, known: Iterable[Known]) -> "Names":
        """Return these names and those of *known*, which are new; what there is needs not be made again."""
        more = Names.of(known, kinds={})
        if not more.known:
            return self
        return replace(
            self,
            known={**self.known, **more.known},
            by_key={**more.by_key, **self.by_key},
            spellings={**more.spellings, **self.spellings},
            _finders=(*self._finders, *more._finders),  # noqa: SLF001  # of the same class
        )

    def called(self, own: Mapping[str, Collection[str]]) -> "Names":
        """Return these names where those that may mean several mean what a note's own draft calls so.

        Args:
            own: The slugs that it calls so, by the name's key.
        """
        meant = {
            name_key: tuple(slug for slug in self.by_key[name_key] if slug in slugs)
            for name_key, slugs in own.items()
            if name_key in self.by_key
        }
        return replace(self, by_key={**self.by_key, **{name_key: some for name_key, some in meant.items() if some}})

    def find(self, row: tuple[Token, ...]) -> Iterator[Found]:
        """Yield every name in *row*, overlapping ones too; it begins and ends where words do."""
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        text, length = [], 0
        for number, token in enumerate(row):
            part = singular(token.folded)
            if part:
                starts[length] = number
                length += len(part)
                ends[length] = number + 1
                text.append(part)
        for keys, automaton in self._finders:
            for pattern, start, end in automaton.find_matches_as_indexes("".join(text), overlapping=True):
                if start in starts and end in ends:
                    first, after = starts[start], ends[end]
                    if after - first == 1 or (end - start > SHORT and _is_joined(row[first:after])):
                        yield Found(keys[pattern], first, after)

    def at_address(self, address: str) -> tuple[str, ...]:
        """Return the entities that live at *address*."""
        return self._by_address.get(normal_address(address), ())

    def nearest(self, asked: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return for each of the words *asked* the names that it may have been meant to be, nearest first.

        There is none for short words, nor for those that are a word of some name.
        """
        keys = {words: key(words) for words in asked}
        wanted = [words for words, one in keys.items() if len(one) >= LEAST_MISSPELT and one not in self._parts]
        return {
            words: self._near(keys[words], slips)
            for some in (wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE))
            for words, slips in zip(some, self._slips([keys[words] for words in some]), strict=True)
        }

    def _slips(self, asked: Sequence[str]) -> NDArray[np.uint8]:
        """Return by how many slips each of *asked* differs from each long name; one more than counts where by many."""
        slips: NDArray[np.uint8] = process.cdist(
            asked, self._long, scorer=OSA.distance, score_cutoff=MOST_SLIPS, dtype=np.uint8
        )
        return slips

    def _near(self, asked: str, slips: NDArray[np.uint8]) -> tuple[str, ...]:
        allowed = 1 if len(asked) < LONG else MOST_SLIPS
        found = [
            (slips[at], abs(len(self._long[at]) - len(asked)), self._long[at])
            for at in np.flatnonzero(slips <= allowed)
        ]
        return tuple(min(self.spellings[name_key]) for _, _, name_key in sorted(found)[:MOST_NEAR])

    @cached_property
    def _long(self) -> list[str]:
        return [
            name_key
            for name_key in self.spellings
            if len(name_key) >= LEAST_MISSPELT and not self._is_of_resources(name_key)
        ]

    def _is_of_resources(self, name_key: str) -> bool:
        """Return whether only what addresses lead to is called so: these are no names that one misspells."""
        return all(self.known[slug].is_resource for slug in self.by_key[name_key])

    @cached_property
    def _parts(self) -> frozenset[str]:
        """The words that names of several words are made of, those of classes too."""
        several = chain(self.kind_names, (name for some in self.spellings.values() for name in some))
        return frozenset(singular(word) for name in several if " " in name or "-" in name for word in words_of(name))


def normal_address(address: str) -> str:
    """Return *address* as it is compared: without scheme, “www.”, final slash or “.git”.

    >>> normal_address("https://www.Example.org/a/")
    'example.org/a'
    """
    rest = address.strip().split("://", 1)[-1].split("#", 1)[0]
    host, slash, path = rest.partition("/")
    return (
        (host.lower().removeprefix("www.") + slash + path).rstrip("/").removesuffix(".git").removesuffix("/index.html")
    )


def _is_joined(row: tuple[Token, ...]) -> bool:
    """Return whether nothing but hyphens, dots and apostrophes stands between the words of a name."""
    return all(token.is_word or token.written in "-.'’_&" for token in row)
