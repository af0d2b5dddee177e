"""Twenty ordinary questions of a graph of a million triples, at the limits that the service has by itself."""

import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final

import httpx

from benchmarks.landscape import TRIPLES_PER_ENTITY, write_landscape
from benchmarks.questions import QUESTIONS
from benchmarks.servers import cloud_index
from benchmarks.table import Row

TRIPLES: Final = 1_000_000
COUNT: Final = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"


def measure(triples: int = TRIPLES) -> list[Row]:
    """Return one row per question, each against counting all triples, of a default graph of so many *triples*.

    A question that has no answer within the limits says so in its row.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        write_landscape(data, entities=triples // TRIPLES_PER_ENTITY)
        with cloud_index(data, Path(folder) / "state") as port:
            yardstick, content = _asked(port, COUNT)
            rows = [Row(f"counting all triples: {content} (yardstick)", yardstick, 1.0, "s")]
            for words, query in QUESTIONS.items():
                seconds, content = _asked(port, query)
                rows.append(Row(f"{words}: {content}", seconds, seconds / yardstick, "s"))
    return rows


def _asked(port: int, query: str) -> tuple[float, str]:
    """Return how many seconds the answer took, and what it was in few words: its lines, or why there is none."""
    accept = {"Accept": "text/csv, application/n-triples;q=0.5"}
    started = perf_counter()
    response = httpx.post(f"http://127.0.0.1:{port}/sparql", data={"query": query}, headers=accept, timeout=120)
    seconds = perf_counter() - started
    if response.is_error:
        return seconds, f"NO ANSWER, {response.json()['code']}"
    lines = response.text.splitlines()
    return seconds, lines[1] if len(lines) == 2 else f"{len(lines):,} lines"
