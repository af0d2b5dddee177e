"""A report: every problem, which of them are new since the report before, and what was fixed.

A problem is the same as an earlier one where code, entity, field and message are; on which line it stands does not
matter, nor do the numbers of lines that its message names.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from graph.documents import Problem, Severity
from graph.iris import digest

# "line 3", ":3", ":3:14" and "3 lines" in a message.
NUMBERS: Final = re.compile(r"(?<=\bline )\d+|(?<=:)\d+(?::\d+)?|\b\d+(?= lines?\b)")


class Recurrence(StrEnum):
    """How a problem stands to the report before."""

    NEW = "new"
    STILL_THERE = "still-there"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A problem in a report.

    Attributes:
        status: How it stands to the report before; ``None`` where there is none to compare with.
        since: The number of the generation in which it was found first; 0 where that is not known.
    """

    problem: Problem
    status: Recurrence | None = None
    since: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong now, by place, and what was and is not any more.

    Attributes:
        against: The number of the generation that it was compared with; 0 where that was none.
        omitted: How many entries it had besides these.
    """

    entries: tuple[Entry, ...] = ()
    fixed: tuple[Problem, ...] = ()
    against: int = 0
    omitted: int = 0

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that are there."""
        return tuple(entry.problem for entry in self.entries)

    @property
    def is_compared(self) -> bool:
        """Whether there was a report to compare with."""
        return any(entry.status is not None for entry in self.entries) or bool(self.fixed)

    @property
    def conforms(self) -> bool:
        """Whether nothing keeps a document out."""
        return not any(entry.problem.severity is Severity.VIOLATION for entry in self.entries)

    def severities(self) -> dict[str, int]:
        """Return how many problems there are of each severity, the gravest first."""
        counts = Counter(entry.problem.severity for entry in self.entries)
        return {severity.value: counts[severity] for severity in Severity}

    def statuses(self) -> dict[str, int]:
        """Return how many are new, still there, and fixed."""
        counts = Counter(entry.status for entry in self.entries if entry.status)
        counts[Recurrence.FIXED] = len(self.fixed)
        return {status.value: counts[status] for status in Recurrence}

    def first(self, most: int) -> "Report":
        """Return the report with its first *most* entries, and fixed problems."""
        omitted = max(0, len(self.entries) - most) + max(0, len(self.fixed) - most)
        return replace(self, entries=self.entries[:most], fixed=self.fixed[:most], omitted=self.omitted + omitted)


def uncompared(problems: Iterable[Problem]) -> Report:
    """Return a report that stands alone."""
    return Report(tuple(map(Entry, problems)))


def compared(
    problems: Sequence[Problem],
    before: Sequence[Entry],
    *,
    paths: Collection[str],
    number: int = 0,
    against: int = 0,
) -> Report:
    """Return *problems* beside those that were there *before*.

    Args:
        paths: The documents that there are now; a problem of one that is gone may have moved into another with it.
        number: The number of the generation that this is the report of.
    """
    left = _Left(before)
    entries = [_found(problem, left.take(_key(problem), problem.place.path), number) for problem in problems]
    left.keep_those_of_vanished(paths)
    entries = [
        _found(entry.problem, left.take_moved(_key(entry.problem)), number) if entry.status is Recurrence.NEW else entry
        for entry in entries
    ]
    return Report(tuple(entries), tuple(left.fixed()), against)


def fingerprints(problems: Iterable[Problem]) -> Iterator[str]:
    """Yield what tells each problem from the others, the same wherever in its document it moves."""
    seen: Counter[str] = Counter()
    for problem in problems:
        own = digest(*(part.encode(errors="replace").decode() for part in (problem.place.path, *_key(problem))))
        seen[own] += 1
        yield f"{own}:{seen[own]}"


def _found(problem: Problem, earlier: Entry | None, number: int) -> Entry:
    if earlier is None:
        return Entry(problem, Recurrence.NEW, number)
    return Entry(problem, Recurrence.STILL_THERE, earlier.since)


def _key(problem: Problem) -> tuple[str, ...]:
    return problem.code, problem.entity, problem.entry, NUMBERS.sub("#", problem.message)


class _Left:
    """The problems of the report before that have not been found again."""

    def __init__(self, before: Iterable[Entry]) -> None:
        self._by_place: dict[tuple[str, tuple[str, ...]], list[Entry]] = defaultdict(list)
        self._moved: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
        for entry in reversed(list(before)):
            self._by_place[entry.problem.place.path, _key(entry.problem)].append(entry)

    def take(self, key: tuple[str, ...], path: str) -> Entry | None:
        """Return the first one with that *key* in the document at *path*, once."""
        found = self._by_place.get((path, key))
        return found.pop() if found else None

    def keep_those_of_vanished(self, paths: Collection[str]) -> None:
        """Let `take_moved` find the problems of documents that are not among *paths*."""
        for (path, key), entries in self._by_place.items():
            if path not in paths:
                self._moved[key] += entries
                entries.clear()

    def take_moved(self, key: tuple[str, ...]) -> Entry | None:
        """Return one with that *key* in a document that has vanished, once."""
        found = self._moved.get(key)
        return found.pop() if found else None

    def fixed(self) -> Iterator[Problem]:
        """Yield what was not found again, by place."""
        groups = (*self._by_place.values(), *self._moved.values())
        yield from sorted(
            (entry.problem for entries in groups for entry in entries), key=lambda one: (one.place, one.code)
        )
