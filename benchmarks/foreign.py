"""A landscape file that others keep, beside the project: checked, and built from scratch."""

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks.table import Row

ROOT: Final = Path(__file__).parent.parent
LANDSCAPE: Final = ROOT.parent / "shared/datasets/cncf-landscape/landscape.yml"
ROUNDS: Final = 3


def measure() -> list[Row]:
    """Return one row for each thing done with the CNCF landscape; none where it does not lie beside the project."""
    if not LANDSCAPE.is_file():
        return []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data/cncf"
        data.mkdir(parents=True)
        (data / LANDSCAPE.name).write_bytes(LANDSCAPE.read_bytes())
        yardstick = median(_run("-c", "import fastapi, uvicorn, pyoxigraph") for _ in range(ROUNDS))
        where = ("--data", str(data.parent))
        checked = median(_run("-m", "api.cli", "check", *where) for _ in range(ROUNDS))
        states = [str(Path(folder) / f"state-{number}") for number in range(ROUNDS)]
        built = median(_run("-m", "api.cli", "build", *where, "--state", state) for state in states)
    return [
        Row("importing fastapi, uvicorn and pyoxigraph (yardstick)", yardstick, 1.0, "s"),
        Row("`cloudindex check` of the CNCF landscape", checked, checked / yardstick, "s"),
        Row("`cloudindex build` of it, from scratch", built, built / yardstick, "s"),
    ]


def _run(*arguments: str) -> float:
    started = perf_counter()
    command = (sys.executable, *arguments)
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return perf_counter() - started
