"""The same work in made-up graphs of growing size: built, published, looked up, listed, searched, walked, exported.

A graph is built once and kept in ``.venv/benchmarks``, with what building it took, until the software changes.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import httpx

from benchmarks.analysts import drawn
from benchmarks.http_load import run_load
from benchmarks.made_up import KINDS, RELATIONS, name, slug, write_documents
from benchmarks.servers import cloud_index_process, resident_share_bytes
from benchmarks.table import Row, path_of
from graph.building import software_digest
from graph.engine.generations import Manifest, find_current

SIZES: Final = (10_000, 100_000, 1_000_000)
FOLDER: Final = Path(__file__).resolve().parent.parent / ".venv/benchmarks"
QUESTIONS: Final = 200
MIB: Final = 1 << 20
LONG: Final = {"CLOUDINDEX_QUERY_SECONDS": "600", "CLOUDINDEX_WRITE_SECONDS": "3600", "CLOUDINDEX_WRITES": "true"}
# What the growth of a row may be at most, from the smallest to the largest graph.
PROMISED: Final = {"look-up, first touch": "p50 grows < 1.5 ×", "a document changed": "< 0.3 s and ≤ 1.5 ×"}


def measure(*sizes: int) -> list[Row]:
    """Return each kind of work by the number of quads in the store, against the same in the smallest of SIZES."""
    smallest: dict[str, float] = {}
    rows = []
    for size in sorted({min(SIZES), *(sizes or SIZES)}):
        for what, value, unit, more in _of_size(size):
            ratio = value / (smallest.setdefault(what, value) or 1)
            rows.append(Row(f"{what}, {size:,} quads{more}", value, ratio, unit, PROMISED.get(what, "")))
    order = list(smallest)
    return sorted(rows, key=lambda row: order.index(row.what.partition(f", {_size_in(row)} quads")[0]))


def _size_in(row: Row) -> str:
    return row.what.partition(" quads")[0].rpartition(" ")[2]


def built(size: int) -> tuple[Path, dict[str, Any]]:
    """Return the folder of a graph of about *size* quads, built where it was not yet, and what building it took."""
    folder = FOLDER / f"quads-{size}"
    whole = folder / "whole.json"
    if not whole.exists() or json.loads(whole.read_text(encoding="utf-8")).get("software") != software_digest():
        shutil.rmtree(folder, ignore_errors=True)
        entities = write_documents(folder / "data", triples=size)
        command = (sys.executable, "-m", "api.cli", "build")
        started = perf_counter()
        process = subprocess.Popen(
            (*command, "--data", str(folder / "data"), "--state", str(folder / "state")),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"the graph of {size:,} quads was not built: exit code {process.returncode}")
        current = find_current(folder / "state")
        assert current is not None
        told = {
            "software": software_digest(),
            "entities": entities,
            "seconds": perf_counter() - started,
            "processor_seconds": used.ru_utime + used.ru_stime,
            "peak_bytes": used.ru_maxrss << 10,
            "steps": dict(current.manifest.seconds),
            "quads": _quads(current.manifest),
            "default_graph": current.manifest.graphs.get("https://w3id.org/cloudindex/graph/all", 0),
        }
        whole.write_text(json.dumps(told), encoding="utf-8")
    return folder, json.loads(whole.read_text(encoding="utf-8"))


def _quads(manifest: Manifest) -> int:
    """Return how many quads the store holds: those of documents, and those of graphs that belong to none."""
    own = (one.triple_count + one.record_count + one.proposal_triple_count for one in manifest.documents)
    return sum(own) + sum(manifest.graphs.values())


def _of_size(size: int) -> Iterator[tuple[str, float, str, str]]:
    """Yield kinds of work: what, how much, in which unit, and what else there is to say."""
    folder, told = built(size)
    steps = ", ".join(f"{step} {seconds:.3g}" for step, seconds in told["steps"].items())
    size_told = f"{told['entities']:,} entities, {told['quads']:,} quads"
    more = f" ({size_told}; the graph that queries see: {told['default_graph']:,}; {steps})"
    yield "build: documents read, judged, published", told["seconds"], "s", more
    yield "build, processor time", told["processor_seconds"], "s", ""
    yield "build, peak of memory", told["peak_bytes"] / MIB, "MiB", ""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        state = Path(scratch) / "state"
        shutil.copytree(folder / "state", state, copy_function=os.link)  # what is published never changes
        started = perf_counter()
        with cloud_index_process(folder / "data", state, **LONG) as (port, pid):
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) as client:
                client.get(f"/api/entities/{slug(1)}").raise_for_status()
                yield "start to first answer, built graph", perf_counter() - started, "s", ""
                yield "memory of the idle service", resident_share_bytes(pid) / MIB, "MiB", ""
                yield from _asked(port, client, told["entities"])
                yield from _exported(client)
                yield from _changed(client, state)
            yield "memory of the service after all that", resident_share_bytes(pid) / MIB, "MiB", ""


def _asked(port: int, client: httpx.Client, entities: int) -> Iterator[tuple[str, float, str, str]]:
    for what, paths in _questions(entities):
        client.get(paths[0]).raise_for_status()  # all is open now
        load = run_load(port, paths[1:], connections=1)
        more = f" (p99 {load.p99_milliseconds:.2f} ms, {load.requests_per_second:,.0f} requests/s)"
        yield what, load.p50_milliseconds, "ms", more


def _questions(entities: int) -> Iterator[tuple[str, list[str]]]:
    """Yield kinds of question, each with the paths that ask it."""
    chance = random.Random(1)  # noqa: S311  # no secret depends on it
    once = chance.sample(range(entities), min(entities, QUESTIONS + 1))
    yield "look-up, first touch", [f"/api/entities/{slug(number)}" for number in once]
    often = drawn(entities, 10_000, chance)
    yield "look-up, warm, drawn by Zipf", [f"/api/entities/{slug(number)}" for number in often]
    lists = []
    for number in once:
        one, two = chance.sample(RELATIONS, 2)
        wanted = f"type:{chance.choice(KINDS[-1])} and {one} and not {two}:{slug(number // 10)}"
        lists.append(path_of("/api/entities", filter=wanted, facets="exact_type,licence,relation", limit="50"))
    yield "list, three filters and three facets", lists
    yield "search, as one types", [path_of("/api/search", q=name(number)[:-1]) for number in once]
    ends = zip(once, reversed(once), strict=True)
    pairs = [{"from": slug(one), "to": slug(other)} for one, other in ends if one != other]
    yield "path, one shortest", [path_of("/api/paths", **pair) for pair in pairs]


def _exported(client: httpx.Client) -> Iterator[tuple[str, float, str, str]]:
    for form in ("graphml", "n-triples"):
        started, size = perf_counter(), 0
        with client.stream("GET", f"/api/export/{form}", headers={"Accept-Encoding": "identity"}) as response:
            response.raise_for_status()
            for piece in response.iter_raw():
                size += len(piece)
        yield f"export, {form}", perf_counter() - started, "s", f" ({size / MIB:,.1f} MiB)"


def _changed(client: httpx.Client, state: Path) -> Iterator[tuple[str, float, str, str]]:
    """Yield how long it takes until a changed document is on the disk and served."""
    command = (sys.executable, "-m", "api.cli", "token", "create", "--name", "bench", "--role", "write")
    made = subprocess.run((*command, "--state", str(state)), check=True, capture_output=True, text=True)
    headers = {"Authorization": f"Bearer {made.stdout.strip()}", "Content-Type": "application/yaml"}
    seconds = []
    for number in range(1, 7):
        text = f"entities: {{entity-7: {{relations: [{{uses: entity-{number}}}]}}}}"
        began = perf_counter()
        client.put("/api/documents/one", content=text, headers=headers).raise_for_status()
        seconds.append(perf_counter() - began)
    yield "a document changed", sorted(seconds[1:])[2], "s", ""
