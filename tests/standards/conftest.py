"""Suites of the W3C, each run once and side by side, every one against a service of its own."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import running
from tests.standards.suites import ARCHIVE, FOLDER, SUITES, Endpoints, Outcomes, Suite, run, unpack
from tests.tokens import create_token

OutcomesOf = Callable[[str], Outcomes]


@pytest.fixture(scope="session")
def outcomes_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutcomesOf]:
    """What came of a suite, by its name; all that were chosen are begun at once, and who asks waits for it."""
    if not ARCHIVE.exists():
        pytest.skip(f"the suites are not in {FOLDER}; CLOUDINDEX_SUITES says where they are")
    data = unpack(tmp_path_factory.mktemp("suites"))
    begun: dict[str, Future[Outcomes]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name in _chosen(request.session):
            begun[name] = pool.submit(_run_alone, SUITES[name], data, tmp_path_factory.mktemp(name))

        def outcomes(name: str) -> Outcomes:
            return begun[name].result()

        yield outcomes


def _chosen(session: pytest.Session) -> list[str]:
    """Return the names of the suites that some test of this run wants, the longest first."""
    wanted = {item.callspec.params.get("name") for item in session.items if hasattr(item, "callspec")}
    return [name for name in SUITES if name in wanted]


def _run_alone(suite: Suite, data: Path, folder: Path) -> Outcomes:
    if not suite.endpoints:
        return run(suite, data, folder / "outcomes.json", None)
    with strict_service(folder) as endpoints:
        return run(suite, data, folder / "outcomes.json", endpoints)


@contextmanager
def strict_service(folder: Path) -> Iterator[Endpoints]:
    """Run a plain dataset with nothing in it, which writers may change; yield where it answers."""
    state = folder / "state"
    options = ("--strict", "--state", str(state))
    with running(*options, cwd=folder, environment={"CLOUDINDEX_WRITES": "true"}) as address:
        token = create_token(state, role="admin", name="suites")
        yield Endpoints(f"{address}/sparql", f"{address}/update", f"{address}/store", f"Bearer {token}")
