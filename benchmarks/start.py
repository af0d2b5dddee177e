"""Building from scratch, with nothing changed, and the time from the command to the first answer."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx

from benchmarks.servers import cloud_index
from benchmarks.table import Row

ROUNDS = 5
ROOT = Path(__file__).parent.parent


def measure() -> list[Row]:
    """Return one row per way of starting, against a Python that imports the web framework and ends."""
    with tempfile.TemporaryDirectory() as folder:
        yardstick = _median(lambda _: _run("-c", "import fastapi, uvicorn, pyoxigraph"))
        scratch = _median(lambda number: _build(Path(folder) / f"scratch-{number}"))
        unchanged = _median(lambda _: _build(Path(folder) / "scratch-0"))
        answer = _median(lambda _: _first_answer(Path(folder) / "scratch-0"))
    return [
        Row("importing fastapi, uvicorn and pyoxigraph (yardstick)", yardstick, 1.0, "s"),
        Row("build from scratch", scratch, scratch / yardstick, "s"),
        Row("build with nothing changed", unchanged, unchanged / yardstick, "s"),
        Row("start to first answer, built graph", answer, answer / yardstick, "s", "< 2 s"),
    ]


def _median(timed: Callable[[int], float]) -> float:
    return median(timed(number) for number in range(ROUNDS))


def _run(*arguments: str) -> float:
    started = perf_counter()
    subprocess.run((sys.executable, *arguments), check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return perf_counter() - started


def _build(state: Path) -> float:
    return _run("-m", "api.cli", "build", "--data", "data", "--state", str(state))


def _first_answer(state: Path) -> float:
    """Return the seconds from the command to the first answer; ending the service is not counted."""
    started = perf_counter()
    with cloud_index(ROOT / "data", state) as port:
        query = "SELECT ?tool { id:kubespray ci:usesTool ?tool }"
        httpx.get(f"http://127.0.0.1:{port}/sparql", params={"query": query}).raise_for_status()
        return perf_counter() - started
