"""The texts of entities as an SQLite database: how they are spelt, and the words of all that describes them.

It is written once and then only read.  Touches files.
"""

import sqlite3
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock, local
from typing import Any, Final

from graph.near_texts import NearTexts
from graph.nearness import folded

NAME, SLUG, SPELLING = 0, 1, 2
IN_MEMORY: Final = ":memory:"
LAST: Final = "\U0010ffff"
LAYOUT: Final = """
CREATE TABLE entry (id INTEGER PRIMARY KEY, reference TEXT, type TEXT, name TEXT, weight INTEGER, own INTEGER);
CREATE TABLE spelling (id INTEGER PRIMARY KEY, entry INTEGER, kind INTEGER, text TEXT, folded TEXT);
CREATE TABLE description (id INTEGER PRIMARY KEY, entry INTEGER, text TEXT);
"""
INDEXES: Final = """
CREATE INDEX spelling_folded ON spelling (folded);
CREATE INDEX entry_type ON entry (type, weight);
CREATE VIRTUAL TABLE words USING fts5(
  text, content='spelling', content_rowid='id', tokenize="unicode61 remove_diacritics 2", prefix='2 3');
CREATE VIRTUAL TABLE prose USING fts5(
  text, content='description', content_rowid='id', tokenize="unicode61 remove_diacritics 2", prefix='3');
INSERT INTO words(words) VALUES ('rebuild');
INSERT INTO prose(prose) VALUES ('rebuild');
CREATE VIRTUAL TABLE term USING fts5vocab(words, 'row');
"""
FOUND: Final = (
    "SELECT s.kind, s.text, e.reference, e.type, e.name, e.weight FROM spelling s JOIN entry e ON e.id = s.entry"
)
WITH_WORDS: Final = (
    "SELECT s.kind, s.text, e.reference, e.type, e.name, e.weight "
    "FROM words w JOIN spelling s ON s.id = w.rowid JOIN entry e ON e.id = s.entry WHERE words MATCH ?"
)
DESCRIBED: Final = (
    "SELECT 9, d.text, e.reference, e.type, e.name, e.weight "
    "FROM prose p JOIN description d ON d.id = p.rowid JOIN entry e ON e.id = d.entry WHERE prose MATCH ?"
)
OF_TYPE: Final = "SELECT 9, e.name, e.reference, e.type, e.name, e.weight FROM entry e WHERE e.type = ?"
# How many texts are read at first for each entity that is wanted, and how many times more when they are too few.  To
# group them by entity in the database would mean to sort all that fit: twice the time for what begins with one letter.
TEXTS_EACH: Final = 4
SHORTEST_FIRST: Final = " ORDER BY length(s.folded), e.weight DESC, s.folded"


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found of an entity.

    Attributes:
        type: The key of its most specific class.
        weight: How well it is connected: of two that fit as well, the one with more comes first.
    """

    reference: str
    type: str
    name: str
    weight: int
    spellings: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A text that fits, and the entity that it belongs to."""

    kind: int
    text: str
    reference: str
    type: str
    name: str
    weight: int


def write(path: str, entries: Iterable[Entry]) -> sqlite3.Connection:
    """Write a database of *entries* to *path*, and return it, open."""
    database = sqlite3.connect(path, check_same_thread=False)
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + LAYOUT)
    with database:
        for number, entry in enumerate(entries):
            row = (number, entry.reference, entry.type, entry.name, entry.weight, "/" not in entry.reference)
            database.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", row)
            database.executemany(
                "INSERT INTO spelling (entry, kind, text, folded) VALUES (?, ?, ?, ?)",
                [(number, kind, text, folded(text)) for kind, text in _spelt(entry)],
            )
            database.executemany(
                "INSERT INTO description (entry, text) VALUES (?, ?)", [(number, text) for text in entry.descriptions]
            )
        database.executescript(INDEXES)
    return database


class SearchIndex:
    """A database of texts, opened; any thread may ask it.

    Without types, questions leave out what has no address of its own: documents and their sections.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        database: sqlite3.Connection | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        """Open the file *path*, which nobody may change any more, or take a *database* in memory.

        Args:
            hidden: The references of what is not found in it any more.
        """
        self._path = path
        self._shared = database
        self._hidden = hidden
        self._asking = Lock()
        self._own = local()

    def exact(self, text: str, types: frozenset[str]) -> list[Found]:
        """Return what is spelt just like *text*, folded."""
        return self._found(f"{FOUND} WHERE s.folded = ?", (text,), types)

    def beginning(self, text: str, types: frozenset[str], *, most: int) -> list[Found]:
        """Return what begins with *text*, folded, of *most* entities; the shortest first."""
        query = f"{FOUND} WHERE s.folded > ? AND s.folded < ?"
        return self._found(query, (text, text + LAST), types, SHORTEST_FIRST, most)

    def with_words(self, expression: str, types: frozenset[str], *, most: int) -> list[Found]:
        """Return the spellings that an FTS5 *expression* fits, of *most* entities; the shortest first."""
        return self._found(WITH_WORDS, (expression,), types, SHORTEST_FIRST, most)

    def described_with(self, expression: str, types: frozenset[str], *, most: int) -> list[Found]:
        """Return the descriptions that an FTS5 *expression* fits, of *most* entities; those it says most of first."""
        return self._found(DESCRIBED, (expression,), types, " ORDER BY p.rank, e.weight DESC, e.name", most)

    def of_type(self, key: str, types: frozenset[str], *, most: int) -> list[Found]:
        """Return what is of the class *key*, the best connected first."""
        return self._found(OF_TYPE, (key,), types, " ORDER BY e.weight DESC, e.name", most)

    def misspelt(self, text: str, types: frozenset[str], *, slips: int, most: int) -> list[tuple[int, Found]]:
        """Return what differs from *text*, folded, by a few *slips*, with how many, of *most* entities or some more.

        The nearest come first.
        """
        near = self._spellings.within(text, slips, most=sys.maxsize)
        found: list[tuple[int, Found]] = []
        told: set[str] = set()
        for distance, spelling in sorted(near, key=lambda one: one[0]):
            if len(told) >= most:
                break
            same = self.exact(spelling, types)
            found += [(distance, one) for one in same]
            told.update(one.reference for one in same)
        return found

    def nearest_words(self, word: str, *, slips: int, most: int = 5) -> list[str]:
        """Return the words of spellings that *word* may have been meant to be, the nearest first."""
        return [known for _, known in sorted(self._words.within(word, slips, most=most))[:most]]

    @cached_property
    def _spellings(self) -> NearTexts:
        rows = self._rows("SELECT DISTINCT folded FROM spelling WHERE folded <> '' ORDER BY folded", ())
        return NearTexts(row[0] for row in rows)

    @cached_property
    def _words(self) -> NearTexts:
        return NearTexts(row[0] for row in self._rows("SELECT term FROM term", ()))

    def _found(
        self, query: str, values: Sequence[Any], types: frozenset[str], order: str = "", most: int = 1000
    ) -> list[Found]:
        """Return what is found of the first *most* entities: an entity may have many texts that fit."""
        query += f" AND e.type IN ({', '.join('?' * len(types))})" if types else " AND e.own"
        texts = TEXTS_EACH * most
        while True:
            rows = self._rows(f"{query}{order} LIMIT ?", (*values, *types, texts))
            found = [one for one in (Found(*row) for row in rows) if one.reference not in self._hidden]
            first = set(islice(dict.fromkeys(one.reference for one in found), most))
            if len(rows) < texts or len(first) == most:
                return [one for one in found if one.reference in first]
            texts *= TEXTS_EACH

    def _rows(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        if self._shared is not None:
            with self._asking:
                return self._shared.execute(query, values).fetchall()
        database = getattr(self._own, "database", None)
        if database is None:
            database = self._own.database = sqlite3.connect(f"file:{self._path}?mode=ro&immutable=1", uri=True)
            database.execute("PRAGMA mmap_size = 268435456")
        rows: list[tuple[Any, ...]] = database.execute(query, values).fetchall()
        return rows


def _spelt(entry: Entry) -> list[tuple[int, str]]:
    """Return how an entity is spelt, each way once."""
    ways = [(NAME, entry.name), *((SPELLING, text) for text in entry.spellings), (SLUG, entry.reference)]
    first: dict[str, tuple[int, str]] = {}
    for kind, text in ways:
        first.setdefault(folded(text), (kind, text))
    return [way for text, way in first.items() if text]
