"""Exports of made-up landscapes of growing size, from the store to the last byte over HTTP.

Against networkx, which builds a graph of the same rows and writes it, and against ``oxigraph dump``.  A landscape is
built once, in ``.venv/benchmarks``: 100,000 entities take ten minutes.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, Final

import httpx
import networkx

from benchmarks.landscape import write_landscape
from benchmarks.servers import cloud_index
from benchmarks.table import Row
from graph.engine.generations import find_current
from graph.exports.orders import Exporter, Order
from graph.formats import GRAPHS, NETWORKS, find_format
from graph.index import open_index
from graph.iris import Iris
from graph.vocabulary_reader import load

SIZES: Final = (1_000, 10_000, 100_000)
# How many relations an entity has, but for one of ten, which has none: five for each node and more.
RELATIONS: Final = 6
FOLDER: Final = Path(__file__).resolve().parent.parent / ".venv/benchmarks"
LONG: Final = {"CLOUDINDEX_QUERY_SECONDS": "600", "CLOUDINDEX_WRITE_SECONDS": "3600"}
MERGED: Final = Iris().graph("all").value
SMALL: Final = frozenset({"mermaid", "svg", "obsidian"})
MEASURED: Final = ("graphml", "gexf", "n-triples")


def measure(*sizes: int) -> list[Row]:
    """Return the seconds of each export, against networkx or Oxigraph where they write the same, else per edge."""
    return [row for size in sizes or SIZES for row in _of_size(size)]


def _of_size(size: int) -> list[Row]:
    state = built(size)
    rows = []
    with (
        cloud_index(FOLDER / f"{size}/data", state, **LONG) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) as client,
    ):
        client.get("/api/export/mermaid", params={"q": "nothing"}).raise_for_status()  # all is open now
        taken = {one.name: _seconds(client, one.name) for one in (*NETWORKS, *GRAPHS) if one.name not in SMALL}
        graph = json.loads(client.get("/api/export/d3").content)
    edges = len(graph["links"])
    yardsticks = {**_networkx(graph), **_oxigraph(state)}
    for name, seconds in taken.items():
        against = f" against {yardsticks[name]:.2f} s" if name in yardsticks else ""
        ratio = yardsticks[name] / seconds if name in yardsticks else 1e6 * seconds / edges
        unit = "s" if name in yardsticks else "s, and so many µs an edge"
        rows.append(
            Row(
                f"{name}, {len(graph['nodes']):,} nodes, {edges:,} edges{against}",
                seconds,
                ratio,
                unit,
                "≥ 5 × networkx" if name == "graphml" else "",
            )
        )
    for name in MEASURED:
        grown = float(_told(state, name))
        rows.append(
            Row(
                f"memory that {name} takes, {edges:,} edges",
                grown,
                grown / 50,
                "MiB, and of 50",
                "≤ 50 MiB" if name == "graphml" else "",
            )
        )
    return rows


def built(size: int) -> Path:
    """Return the state folder of a landscape, which is built where there is none yet."""
    folder = FOLDER / str(size)
    if not (folder / "whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        write_landscape(folder / "data", entities=size, relations=RELATIONS)
        command = ("build", "--data", str(folder / "data"), "--state", str(folder / "state"))
        subprocess.run((sys.executable, "-m", "api.cli", *command), check=True, capture_output=True)
        (folder / "whole").touch()
    return folder / "state"


def _seconds(client: httpx.Client, name: str) -> float:
    started = perf_counter()
    with client.stream("GET", f"/api/export/{name}", headers={"Accept-Encoding": "identity"}) as response:
        response.raise_for_status()
        for _ in response.iter_raw():
            pass
    return perf_counter() - started


def _networkx(graph: dict[str, Any]) -> dict[str, float]:
    """Return the seconds that networkx takes to build a graph of rows and to write it."""
    nodes = [(one.pop("id"), one) for one in graph["nodes"]]
    edges = [(one.pop("source"), one.pop("target"), one.pop("key"), one) for one in graph["links"]]

    def taken(write: Callable[[Any, Any], None]) -> float:
        started = perf_counter()
        built = networkx.MultiDiGraph()
        built.add_nodes_from(nodes)
        built.add_edges_from(edges)
        with tempfile.TemporaryFile() as file:
            write(built, file)
        return perf_counter() - started

    return {"graphml": taken(networkx.write_graphml_xml), "gexf": taken(networkx.write_gexf)}


def _oxigraph(state: Path) -> dict[str, float]:
    """Return the seconds that Oxigraph's own command takes to write the same triples."""
    current = find_current(state)
    assert current is not None
    command = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert command is not None
    taken = {}
    for form in GRAPHS:
        if form.name == "json-ld":
            continue  # the command writes it in another shape
        with tempfile.TemporaryDirectory() as folder:
            store, dumped = Path(folder) / "store", Path(folder) / "dump"
            shutil.copytree(current.store_folder, store, copy_function=os.link)  # it wants to write
            started = perf_counter()
            subprocess.run(
                (command, "dump", "--location", store, "--graph", MERGED, "--format", form.extension, "--file", dumped),
                check=True,
                capture_output=True,
            )
            taken[form.name] = perf_counter() - started
    return taken


def _told(state: Path, name: str) -> str:
    """Return what this file prints when it is run as a program of its own."""
    run = subprocess.run(
        (sys.executable, "-m", "benchmarks.exports", str(state), name), check=True, capture_output=True, text=True
    )
    return run.stdout


def _grown_mebibytes(state: Path, name: str) -> float:
    """Return by how much the memory of this process grows at most while it writes an export."""
    index = open_index(state, load(), Iris())
    exporter = Exporter(index, find_format(name, (*NETWORKS, *GRAPHS)))
    exporter.write(Order(), BytesIO()) if index.atlas.node_count < 2000 else exporter.of_order(Order())
    before = peak = _anonymous_bytes()
    is_over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_over.is_set():
            peak = max(peak, _anonymous_bytes())
            sleep(0.02)

    watching = threading.Thread(target=watch)
    watching.start()
    with Path(os.devnull).open("wb") as file:
        exporter.write(Order(), file)
    is_over.set()
    watching.join()
    return (peak - before) / (1 << 20)


def _anonymous_bytes() -> int:
    """Return the memory that is this process's own: not the pages of files, which the system may take back."""
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) << 10
    return 0


if __name__ == "__main__":
    print(_grown_mebibytes(Path(sys.argv[1]), sys.argv[2]))
