"""Files of RDF loaded whole: ``cloudindex load`` against the loaders of other servers, the same N-Quads in one run."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.made_up import write_quads
from benchmarks.table import Row, absent
from tests.servers import fuseki

SIZES: Final = (10_000, 100_000, 1_000_000)
PROMISED: Final = "≥ 0.8 × oxigraph load"
LOADER: Final = "tdb2.tdbloader"


def measure(*sizes: int) -> list[Row]:
    """Return the seconds that each loader takes by the number of quads; the ratio is Oxigraph's time over theirs."""
    return [row for size in sizes or SIZES for row in _of_size(size)]


def _of_size(size: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quads = folder / "made.nq"
        write_quads(quads, triples=size)
        oxigraph = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
        if oxigraph is None:
            yield absent(f"load, {size:,} quads", "the package oxigraph is not installed", PROMISED)
            return
        yardstick = _seconds((oxigraph, "load", "--location", str(folder / "oxigraph"), "--file", str(quads)))
        command = (sys.executable, "-m", "api.cli", "load", str(quads), "--state", str(folder / "state"))
        ours = _seconds(command)
        start = _seconds((sys.executable, "-m", "api.cli", "load", "--help"))
        yield Row(f"`oxigraph load`, {size:,} quads (yardstick)", yardstick, 1.0, "s")
        yield Row(
            f"`cloudindex load`, {size:,} quads, published ({start:.2f} s to start)",
            ours,
            yardstick / ours,
            "s",
            PROMISED,
        )
        reason = fuseki.absent_because()
        if reason:
            yield absent(f"TDB2 of Jena, {size:,} quads", reason)
            return
        loader = (fuseki.JAVA or "java", "-Xmx2g", "-cp", str(fuseki.JAR), LOADER, "--loc", str(folder / "tdb2"))
        theirs = _seconds((*loader, str(quads)))
        yield Row(f"TDB2 of Jena, {size:,} quads", theirs, yardstick / theirs, "s")


def _seconds(command: Sequence[str]) -> float:
    started = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return perf_counter() - started
