"""The names in a landscape file: which item is meant by which, and who the organisations are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from pyoxigraph import NamedNode

from graph.documents import Place
from graph.nearness import folded, nearest
from graph.sources.accounts import Account
from graph.sources.values import slug_of

AND_SO_ON: Final = re.compile(r"(\s+etc)?\.?$")
REMARK: Final = re.compile(r"^(?P<plain>.+?)\s*\((?P<remark>[^()]+)\)$")


def spellings(name: str) -> tuple[str, ...]:
    """Return what a name with a remark in brackets is called as well.

    >>> spellings("Open Policy Agent (OPA)"), spellings("Rook")
    (('Open Policy Agent', 'OPA'), ())
    """
    found = REMARK.fullmatch(name)
    return (found["plain"], found["remark"]) if found else ()


class Names:
    """The items by what they are called."""

    def __init__(self) -> None:
        self._first: dict[str, Place] = {}
        self._slugs: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._called: dict[str, set[str]] = {}
        self._told: set[NamedNode] = set()

    def first(self, name: str) -> Place | None:
        """Return where an item of exactly that name stands already."""
        return self._first.get(name)

    def add(self, name: str, slug: str, place: Place) -> tuple[str, str]:
        """Return the slug of an item, and the name of another one that is taken to be the same.

        Args:
            slug: The one that it should have; empty where it is no item of this list.
        """
        is_again = name in self._first
        self._first.setdefault(name, place)
        if not slug:
            return "", ""
        known = self._slugs.get(slug)
        if known is not None:
            return known, "" if is_again else self._names[known]
        number = 1
        free = slug
        while free in self._names:
            number += 1
            free = f"{slug}-{number}"
        self._slugs[slug] = free
        self._names[free] = name
        for called in {folded(one) for one in (name, *spellings(name))} - {""}:
            self._called.setdefault(called, set()).add(free)
        return free, ""

    def slugs(self) -> Iterable[str]:
        """Return the slugs of all items."""
        return self._names.keys()

    def told(self, subject: NamedNode) -> bool:
        """Return whether *subject* is asked for the first time."""
        is_new = subject not in self._told
        self._told.add(subject)
        return is_new

    def find(self, name: str) -> str:
        """Return the slug of the one item that is called so, or an empty text."""
        plain = AND_SO_ON.sub("", name)
        if slug_of(plain) in self._slugs:
            return self._slugs[slug_of(plain)]
        found = self._called.get(folded(plain), set())
        return next(iter(found)) if len(found) == 1 else ""

    def near(self, name: str) -> tuple[str, ...]:
        """Return names that *name* may have been meant to be."""
        return nearest(name[:200], self._names.values())


class Organisations:
    """The organisations by the end of their address in a directory."""

    def __init__(self, rule: Mapping[str, Any]) -> None:
        self._remarks = frozenset(rule.get("remarks", ()))
        self._form = str(rule.get("slug", "{}"))
        self._taken: set[str] = set()
        self._slugs: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._mentioned: dict[str, Place] = {}

    def plain(self, name: str) -> str:
        """Return *name* without the remark that says why the organisation is listed."""
        found = REMARK.fullmatch(name)
        return found["plain"] if found and found["remark"] in self._remarks else name

    def key(self, address: str) -> str:
        """Return what stands for an organisation: the end of *address*."""
        try:
            parts = urlsplit(address.strip())
        except ValueError:
            return ""
        path = unquote(parts.path).strip("/")
        return path.rsplit("/", 1)[-1].casefold() if parts.scheme in ("http", "https") and "/" in path else ""

    def name(self, key: str, name: str) -> None:
        """Note how the organisation *key* calls itself."""
        self._named.setdefault(key, name)

    def mention(self, key: str, place: Place) -> None:
        """Note that something of the organisation *key* is listed."""
        self._mentioned.setdefault(key, place)

    def take(self, slugs: set[str]) -> None:
        """Note which slugs others have."""
        self._taken |= slugs

    def slug(self, key: str) -> str:
        """Return the slug of the organisation *key*."""
        if key not in self._slugs:
            slug = slug_of(key)
            if slug in self._taken:
                slug = self._form.format(slug)
            free, number = slug, 1
            while free in self._taken:
                number += 1
                free = f"{slug}-{number}"
            self._taken.add(free)
            self._slugs[key] = free
        return self._slugs[key]

    def called(self, subject: NamedNode, account: Account) -> str:
        """Return how the organisation *subject* calls itself."""
        keys = (key for key, slug in self._slugs.items() if account.iris.entity(slug) == subject)
        return self._named.get(next(keys, ""), "")

    def unnamed(self) -> Iterator[tuple[str, tuple[str, Place]]]:
        """Yield the organisations that no item names, with a name made of their address."""
        for key, place in self._mentioned.items():
            if key not in self._named:
                yield key, (words_of(key), place)


def words_of(key: str) -> str:
    """Return a name made of the end of an address.

    >>> words_of("amazon-web-services")
    'Amazon Web Services'
    """
    words = re.split(r"[-_\s]+", key.strip("-_ "))
    return " ".join(word[:1].upper() + word[1:] for word in words) or key
