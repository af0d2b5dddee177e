"""The lines on which problems stand, as their authors wrote them.  Touches files."""

import mmap
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from graph.documents import Problem

# Of a longer line its beginning is kept, up to what is meant and a little more; beyond this nothing of it.
MOST_LETTERS: Final = 400
MOST_BYTES: Final = 1 << 16
BYTE_ORDER_MARK: Final = "\ufeff"

Source = Callable[[str], Path | None]


def with_excerpts(problems: Iterable[Problem], source: Source) -> Iterator[Problem]:
    """Yield *problems* in their order, each with the line it stands on, unless it has that already.

    Args:
        source: Returns the file of a document, by its path as the author knows it; ``None`` where it is not at hand.
    """
    everything = list(problems)
    wanted: dict[str, set[int]] = defaultdict(set)
    for problem in everything:
        if problem.place.line and not problem.excerpt:
            wanted[problem.place.path].add(problem.place.line)
    found = {path: _lines_of(source(path), numbers) for path, numbers in wanted.items()}
    for problem in everything:
        line = found.get(problem.place.path, {}).get(problem.place.line, "")
        yield replace(problem, excerpt=cut(line, problem)) if line and not problem.excerpt else problem


def cut(line: str, problem: Problem) -> str:
    """Return as much of *line* as shows what *problem* means."""
    end = max(MOST_LETTERS, problem.place.column + problem.length + 40)
    return line[:end] if problem.place.column + problem.length < MOST_BYTES else ""


def _lines_of(file: Path | None, numbers: set[int]) -> dict[int, str]:
    """Return lines of *file* by their numbers; those that it does not have are left out."""
    if file is None:
        return {}
    with suppress(OSError, ValueError), file.open("rb") as opened:
        return dict(_lines(opened.fileno(), numbers))
    return {}


def _lines(descriptor: int, numbers: set[int]) -> Iterator[tuple[int, str]]:
    """Yield the lines that are wanted, without reading more of the file than lies before them.

    Raises:
        ValueError: The file is empty.
    """
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as content:
        start, last = 0, max(numbers)
        for number in range(1, last + 1):
            end = content.find(b"\n", start)
            if number in numbers:
                stop = min(len(content) if end < 0 else end, start + 4 * MOST_BYTES)
                line = content[start:stop].decode(errors="replace").removesuffix("\r")
                yield number, line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line
            if end < 0:
                return
            start = end + 1
