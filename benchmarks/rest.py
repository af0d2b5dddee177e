"""What other tools ask many times a second, in made-up landscapes of growing size; no question is asked twice."""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx

from benchmarks.http_load import run_load
from benchmarks.landscape import ADJECTIVES, NOUNS, RELATIONS, SOFTWARE, slug, write_landscape
from benchmarks.servers import cloud_index
from benchmarks.table import Row

SIZES: Final = (1_000, 10_000, 100_000)
QUESTIONS: Final = 200
FACETS: Final = "exact_type,licence,maturity,relation,document"


def measure(*sizes: int) -> list[Row]:
    """Return the median milliseconds of each kind of question by the number of entities, against the smallest."""
    smallest: dict[str, float] = {}
    rows = []
    for size in sizes or SIZES:
        for what, (median, slowest) in _timed(size).items():
            yardstick = smallest.setdefault(what, median)
            rows.append(Row(f"{what}, {size:,} entities (p99 {slowest:.1f} ms)", median, median / yardstick, "ms"))
    return sorted(rows, key=lambda row: row.what.partition(",")[0])


def _timed(size: int) -> dict[str, tuple[float, float]]:
    """Return for each kind of question the milliseconds at the 50th and 99th percentile."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        write_landscape(data, entities=size)
        with cloud_index(data, Path(folder) / "state", CLOUDINDEX_WRITE_SECONDS="3600") as port:
            times = {}
            for what, paths in _questions(size):
                httpx.get(f"http://127.0.0.1:{port}{paths[0]}", timeout=300).raise_for_status()  # all is open now
                load = run_load(port, paths[1:], connections=1)
                times[what] = load.p50_milliseconds, load.p99_milliseconds
            return times


def _questions(size: int) -> Iterator[tuple[str, list[str]]]:
    """Yield kinds of question, each with the paths that ask it."""
    chance = random.Random(1)  # noqa: S311  # no secret depends on it
    numbers = [chance.randrange(size) for _ in range(QUESTIONS + 1)]
    lists = []
    for number in numbers:
        one, two = chance.sample(RELATIONS, 2)
        filter_ = f"type:{chance.choice(SOFTWARE)} and {one} and not {two}:{slug(number // 10)}"
        lists.append(_path("/api/entities", filter=filter_, facets=FACETS, limit="50"))
    yield "a list with three filters and five facets", lists
    words = [f"{chance.choice(ADJECTIVES)} {chance.choice(NOUNS)} {number}" for number in numbers]
    yield (
        "search, as one types",
        [_path("/api/search", q=word[: 5 + at % 8] + " " * (at // 8 % 2)) for at, word in enumerate(words)],
    )
    yield "search, misspelt", [_path("/api/search", q=word[:2] + word[3:]) for word in words]
    around = (f"/api/entities/{slug(number)}/neighbourhood" for number in numbers)
    yield "a neighbourhood of 200 nodes", [_path(path, depth="3", limit="200") for path in around]
    ends = zip(numbers, reversed(numbers), strict=True)
    yield (
        "a shortest path in sentences",
        [_path("/api/paths", **{"from": slug(one), "to": slug(other)}) for one, other in ends if one != other],
    )
    yield "an entity, first touch", [f"/api/entities/{slug(number)}" for number in sorted(set(numbers))]


def _path(path: str, **parameters: str) -> str:
    return f"{path}?{urlencode(parameters)}"
