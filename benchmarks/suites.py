"""The promises that are kept or not, whatever the machine: the suites of the W3C, and kill -9."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.table import Row, absent
from tests.standards.conftest import strict_service
from tests.standards.suites import ARCHIVE, SUITES, read_known_failures, run, unpack

ROOT: Final = Path(__file__).resolve().parent.parent
PROMISED_SUITES: Final = ("sparql11", "protocols")
KILLS: Final = 200
PASSED: Final = "every test that the engine can pass"
NOTHING_LOST: Final = "nothing acknowledged is lost, nothing half is served"


def measure(kills: int = KILLS) -> list[Row]:
    """Return how many tests of each suite pass, and whether the service survives so many *kills*."""
    return [*_suites(), _killed(kills)]


def _suites() -> Iterator[Row]:
    """Yield the tests that pass, by category; the ratio is that to all of them."""
    if not ARCHIVE.exists():
        yield absent("the suites of the W3C", "CLOUDINDEX_SUITES says where they are", PASSED)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, known = unpack(folder), read_known_failures()
        for suite_name in PROMISED_SUITES:
            suite = SUITES[suite_name]
            (own := folder / f"run-{suite_name}").mkdir()
            with strict_service(own) as endpoints:
                outcomes = run(suite, data, own / "outcomes.json", endpoints)
            unlisted = len(outcomes.unlisted(known[suite_name]))
            for category in suite.counts:
                total = outcomes.count(category)
                failed = sum(bool(why) for test, why in outcomes.reasons.items() if test.startswith(category))
                told = f"{failed} fail, {unlisted} of them for an unknown reason" if failed else "none fails"
                yield Row(
                    f"W3C, {category}: {total} tests, {told}", total - failed, (total - failed) / total, "", PASSED
                )


def _killed(kills: int) -> Row:
    command = (sys.executable, "-m", "pytest", "-q", "-x", "--no-cov", "tests/durability/test_kills.py")
    started = perf_counter()
    environment = {**os.environ, "CLOUDINDEX_KILLS": str(kills)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    what = f"kill -9, {kills} times, half of them or more inside a publication"
    if done.returncode:
        return absent(what, f"the tests failed: {done.stdout.strip().splitlines()[-1:]}", NOTHING_LOST)
    return Row(f"{what}: {done.stdout.strip().splitlines()[-1]}", perf_counter() - started, 1.0, "s", NOTHING_LOST)
