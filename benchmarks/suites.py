"""The promises that are kept or not, whatever the machine: what tests say of them."""

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Final

import yaml

from benchmarks.table import Row, absent

ROOT: Final = Path(__file__).resolve().parent.parent
FAILURES: Final = "tests/standards/known_failures.yaml"
KILLS: Final = 200
PROMISED: Final = "nothing acknowledged is lost, nothing half is served"


def measure(kills: int = KILLS) -> list[Row]:
    """Return what is known to fail of the suites of the W3C, and whether the service survives so many *kills*."""
    listed = yaml.safe_load((ROOT / FAILURES).read_text(encoding="utf-8"))
    count = sum(len(failures or ()) for failures in listed.values())
    words = f"suites of the W3C: what fails, each with its reason in {FAILURES}; `make test` runs them"
    return [Row(words, count, 1.0, "tests", "every test that the engine can pass"), _killed(kills)]


def _killed(kills: int) -> Row:
    command = (sys.executable, "-m", "pytest", "-q", "-x", "--no-cov", "tests/durability/test_kills.py")
    started = perf_counter()
    environment = {**os.environ, "CLOUDINDEX_KILLS": str(kills)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    what = f"kill -9, {kills} times, half of them or more inside a publication"
    if run.returncode:
        return absent(what, f"the tests failed: {run.stdout.strip().splitlines()[-1:]}", PROMISED)
    return Row(f"{what}: {run.stdout.strip().splitlines()[-1]}", perf_counter() - started, 1.0, "s", PROMISED)
