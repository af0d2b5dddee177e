"""The suites of the W3C: where they are, how one is run against a service, and what came of it."""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from tests.conftest import ROOT, SHARED

FOLDER: Final = Path(os.environ.get("CLOUDINDEX_SUITES") or SHARED / "suites").expanduser().resolve()
ARCHIVE: Final = FOLDER / "conformance.tar.xz"
RDF_TESTS: Final = "conformance/rdf-tests"
SHACL_TESTS: Final = "conformance/data-shapes/data-shapes-test-suite/tests"
KNOWN_FAILURES: Final = Path(__file__).parent / "known_failures.yaml"
MAXIMUM_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a service answers queries and takes updates and graphs, and the Authorization that it wants."""

    query: str
    update: str
    store: str
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite, the runner for it, and what is promised.

    Attributes:
        script: The runner, a file of the folder of suites.
        data: The folder of its tests in the archive.
        counts: By the first words of a category, how many tests there are and how many of them pass at least.
        options: What the runner is told besides where the service is.
        endpoints: Which endpoints the runner wants; none of them when it needs no service.
    """

    script: str
    data: str
    counts: Mapping[str, tuple[int, int]]
    options: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ("query", "update", "store")


# The longest first, because they are run side by side.
SUITES: Final[Mapping[str, Suite]] = {
    "sparql11": Suite("sparql_suite.py", RDF_TESTS, {"sparql11": (498, 487)}, ("--suites", "sparql11")),
    "rdf11": Suite("rdf_suite.py", RDF_TESTS, {"rdf11": (549, 547)}, ("--version", "11"), ("store",)),
    "sparql12": Suite("sparql_suite.py", RDF_TESTS, {"sparql12": (269, 264)}, ("--suites", "sparql12")),
    "protocols": Suite(
        "protocol_suite.py",
        RDF_TESTS,
        {"protocol": (34, 34), "graph-store": (13, 13), "service-description": (3, 3)},
    ),
    "shacl": Suite(
        "shacl_suite.py",
        SHACL_TESTS,
        {"core": (98, 97), "sparql": (22, 21)},
        ("--engine", "tests.standards.shacl_engine:validate"),
        (),
    ),
}
OPTIONS: Final = {"query": "--endpoint", "update": "--update-endpoint", "store": "--gsp"}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of a suite: by the name of a test (category and test), why it failed; empty when it passed."""

    reasons: Mapping[str, str]

    def count(self, category: str) -> int:
        """Return how many tests ran in the categories that begin with *category*."""
        return sum(name.startswith(category) for name in self.reasons)

    def unlisted(self, allowed: Mapping[str, str]) -> dict[str, str]:
        """Return the failures that are not *allowed*, each with what was seen."""
        return {name: reason for name, reason in self.reasons.items() if reason and name not in allowed}

    def outlived(self, allowed: Mapping[str, str]) -> list[str]:
        """Return the names of *allowed* failures that are none: the test passes, or there is no such test."""
        return [name for name in allowed if not self.reasons.get(name)]


def unpack(target: Path) -> Path:
    """Unpack the archive of tests below *target* and return it."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(target, filter="data")
    return target


def run(suite: Suite, data: Path, output: Path, endpoints: Endpoints | None) -> Outcomes:
    """Run *suite* with the tests below *data*, which empties the service at *endpoints*.

    Args:
        suite: What to run.
        data: Where the archive is unpacked.
        output: The file that the runner writes its results into.
        endpoints: Of the service; may be None when the suite needs none.

    Raises:
        AssertionError: The runner did not get to its end.
    """
    command = [sys.executable, str(FOLDER / suite.script), *suite.options]
    command += ["--data", str(data / suite.data), "--json", str(output)]
    if endpoints is not None:
        command += [part for name in suite.endpoints for part in (OPTIONS[name], getattr(endpoints, name))]
        command += ["--auth", endpoints.authorization] if endpoints.authorization else []
    # The folder of suites belongs to others: nothing is written there.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=MAXIMUM_SECONDS, cwd=data
    )
    assert output.exists(), f"{suite.script} ended with {ended.returncode}: {ended.stderr[-2000:]}"
    return read_outcomes(output)


def read_outcomes(path: Path) -> Outcomes:
    """Read the results that a runner has written."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return Outcomes({f"{row['category']}/{row['test']}": "" if row["ok"] else row["reason"] or "?" for row in rows})


def read_known_failures() -> dict[str, dict[str, str]]:
    """Return the failures that are allowed: suite → name of the test → why."""
    known: dict[str, dict[str, str]] = yaml.safe_load(KNOWN_FAILURES.read_text(encoding="utf-8"))
    return known
