"""A change of one statement, published over HTTP: how long until it is on the disk and served, by the graph's size."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx

from benchmarks.landscape import TRIPLES_PER_ENTITY, write_landscape
from benchmarks.servers import cloud_index
from benchmarks.table import Row

SMALL = 10_000
ROUNDS = 15
CHANGES = ("a document", "a graph", "an update")


def measure(triples: int = 1_000_000) -> list[Row]:
    """Return one row per kind of change and size; the yardstick is the same change in a graph of 10,000 triples."""
    small, large = _timed(SMALL), _timed(triples)
    rows = []
    for change, one, other in zip(CHANGES, small, large, strict=True):
        rows.append(Row(f"{change}, {SMALL:,} triples (yardstick)", one, 1.0, "s"))
        rows.append(
            Row(
                f"{change}, {triples:,} triples",
                other,
                other / one,
                "s",
                "< 0.3 s and ≤ 1.5 ×" if change == CHANGES[0] else "",
            )
        )
    return rows


def _timed(triples: int) -> list[float]:
    """Return the median seconds of each kind of change, as its writer waits for them."""
    with tempfile.TemporaryDirectory() as folder:
        data, state = Path(folder) / "data", Path(folder) / "state"
        write_landscape(data, entities=triples // TRIPLES_PER_ENTITY)
        command = ("-m", "api.cli", "token", "create", "--name", "bench", "--role", "write", "--state", str(state))
        made = subprocess.run((sys.executable, *command), check=True, capture_output=True, text=True)
        headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
        with (
            cloud_index(data, state, CLOUDINDEX_WRITES="true", CLOUDINDEX_LOG="off") as port,
            httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=300) as client,
        ):
            return [_median(change, client) for change in (_document, _graph, _update)]


def _median(change: Callable[[httpx.Client, int], httpx.Response], client: httpx.Client) -> float:
    change(client, 0).raise_for_status()  # the first one starts the process that writes
    seconds = []
    for number in range(1, ROUNDS + 1):
        began = perf_counter()
        change(client, number).raise_for_status()
        seconds.append(perf_counter() - began)
    return median(seconds)


def _document(client: httpx.Client, number: int) -> httpx.Response:
    text = f"entities: {{entity-7: {{relations: [{{uses: entity-{number}}}]}}}}"
    return client.put("/api/documents/one", content=text, headers={"Content-Type": "application/yaml"})


def _graph(client: httpx.Client, number: int) -> httpx.Response:
    base = "https://w3id.org/cloudindex/"
    text = f"<{base}id/entity-8> <{base}ontology#uses> <{base}id/entity-{number}> ."
    return client.put("/store/document/two", content=text, headers={"Content-Type": "text/turtle"})


def _update(client: httpx.Client, number: int) -> httpx.Response:
    text = f"INSERT DATA {{ GRAPH document:three {{ id:entity-9 ci:uses id:entity-{number} }} }}"
    return client.post("/update", content=text, headers={"Content-Type": "application/sparql-update"})
