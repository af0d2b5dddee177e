"""The analysts' mix over the same triples in Cloud Index and in other people's servers, in one run, in turn."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from benchmarks.analysts import KINDS_OF_QUESTION, questions
from benchmarks.growth import LONG, built
from benchmarks.http_load import run_load
from benchmarks.servers import cloud_index_process, rdflib_endpoint, resident_share_bytes
from benchmarks.table import Row, absent, path_of
from tests.servers import fuseki, oxigraph, virtuoso
from tests.servers.running import Server

SIZES: Final = (10_000, 100_000, 1_000_000)
QUESTIONS: Final = 200
# Everything is in its memory, and nobody wants to wait for it with more triples than these.
MOST_FOR_RDFLIB: Final = 50_000
MIB: Final = 1 << 20
JSON: Final = "application/sparql-results+json"
GRAPH: Final = "urn:made-up"
KINDS: Final = {"Oxigraph": oxigraph, "Fuseki": fuseki, "Virtuoso": virtuoso}
# The tests start them quickly and with little memory; here they have 2 GiB, and Java both of its compilers.
AS_IN_USE: Final[dict[str, dict[str, Any]]] = {
    "Fuseki": {"memory": "2g", "flags": ()},
    "Virtuoso": {"buffers": 262_144},
}


@dataclass(frozen=True, slots=True)
class Running:
    """A server with the triples in it: how it is asked, its process, and how many seconds loading them took."""

    name: str
    port: int
    path: str
    pid: int
    load_seconds: float
    graph: str = ""

    def paths(self, queries: Sequence[str]) -> list[str]:
        """Return what to ask it for the answers of *queries*."""
        named = {"default-graph-uri": self.graph} if self.graph else {}
        return [path_of(self.path, query=query, **named) for query in queries]


def measure(*sizes: int) -> list[Row]:
    """Return, by the number of quads and kind of question, the requests a second of each server; ours over theirs."""
    return [row for size in sizes or SIZES for row in _of_size(size)]


def _of_size(size: int) -> Iterator[Row]:
    folder, told = built(size)
    triples = folder / "all.nt"
    if not triples.exists():
        command = (sys.executable, "-m", "api.cli", "export", "n-triples", "--output", str(triples))
        where = ("--data", str(folder / "data"), "--state", str(folder / "state"))
        subprocess.run((*command, *where), check=True, capture_output=True)
    count = told["default_graph"]
    with ExitStack() as stack, tempfile.TemporaryDirectory() as scratch:
        running, missing = [], []
        ours = stack.enter_context(cloud_index_process(folder / "data", folder / "state", **LONG))
        running.append(Running("Cloud Index", ours[0], "/sparql", ours[1], 0.0))
        for name, kind in KINDS.items():
            reason = kind.absent_because()
            try:
                if reason is None:
                    running.append(_started(name, kind, triples, Path(scratch) / name, stack))
            except (httpx.HTTPError, RuntimeError, OSError, subprocess.SubprocessError) as error:
                reason = f"it did not take the triples ({str(error)[:200]})".replace("\n", " ")
            if reason is not None:
                missing.append(absent(f"{name}, {count:,} triples", reason))
        reason = None if shutil.which("rdflib-endpoint", path=str(Path(sys.executable).parent)) else "not installed"
        if count > MOST_FOR_RDFLIB:
            reason = f"more than {MOST_FOR_RDFLIB:,} triples are too slow to wait for"
        if reason is None:
            started = perf_counter()
            port, pid = stack.enter_context(rdflib_endpoint(triples))
            running.append(Running("rdflib-endpoint", port, "/", pid, perf_counter() - started))
        else:
            missing.append(absent(f"rdflib-endpoint, {count:,} triples", reason))
        yield from _rows(running, told["entities"], count)
        yield from missing


def _started(name: str, kind: Any, triples: Path, folder: Path, stack: ExitStack) -> Running:
    """Start a server, and put the triples into it over HTTP, as all of them can."""
    server: Server = stack.enter_context(kind.serving(folder, **AS_IN_USE.get(name, {})))
    graph = GRAPH if kind is virtuoso else ""
    started = perf_counter()
    with triples.open("rb") as content, httpx.Client(auth=server.auth, timeout=3600, trust_env=False) as client:
        where = {"graph": graph} if graph else {"default": ""}
        if graph:  # a digest login wants to send it again
            body: Any = content.read()
        else:
            body = content
        headers = {"Content-Type": "application/n-triples"}
        client.put(server.graph_store, params=where, content=body, headers=headers).raise_for_status()
    seconds = perf_counter() - started
    return Running(name, server.port, urlsplit(server.query).path, server.pid, seconds, graph)


def _rows(running: Sequence[Running], entities: int, count: int) -> Iterator[Row]:
    for one in running[1:]:
        yield Row(f"{one.name}, {count:,} triples put in over HTTP", one.load_seconds, 1.0, "s")
    for kind in KINDS_OF_QUESTION:
        asked = questions(kind, entities=entities, count=QUESTIONS)
        yardstick = 0.0
        for one in running:
            few = asked[:20] if one.name == "rdflib-endpoint" else asked
            try:
                run_load(one.port, one.paths(few[:3]), connections=1, accept=JSON)
                load = run_load(one.port, one.paths(few), connections=1, accept=JSON)
            except (RuntimeError, OSError) as error:
                yield absent(f"{kind}, {count:,} triples, {one.name}", f"it failed ({str(error)[-160:]!r})")
                continue
            yardstick = yardstick or load.requests_per_second
            latency = f"p50 {load.p50_milliseconds:.2f} ms, p99 {load.p99_milliseconds:.2f} ms"
            ratio = yardstick / load.requests_per_second
            what = f"{kind}, {count:,} triples, {one.name} ({latency})"
            yield Row(what, load.requests_per_second, ratio, "requests/s")
    for one in running:
        yield Row(f"memory afterwards, {count:,} triples, {one.name}", resident_share_bytes(one.pid) / MIB, 1.0, "MiB")
