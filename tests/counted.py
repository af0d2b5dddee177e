"""In which tests the processes of the service count what of the code they run: it makes them twice as slow.

The others go through the same code once more, to other ends.  What several tests share counts, or not, by where its
fixture is written: whichever of them comes first starts it, and that must not decide.
"""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest

COUNTING: Final = "COVERAGE_PROCESS_CONFIG"
UNCOUNTED: Final = ("browser", "clients", "contract", "durability", "hostile", "standards")
HERE: Final = Path(__file__).parent
KEPT: Final = pytest.StashKey[str]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let the processes that this test starts count, or not."""
    _let_count(item.config, item.path)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Let the processes that a shared fixture starts count, or not."""
    if fixturedef.scope == "function":
        return (yield)
    before = os.environ.get(COUNTING)
    _let_count(request.config, request.config.rootpath / fixturedef.baseid)
    try:
        return (yield)
    finally:
        _set(before)


def _let_count(config: pytest.Config, path: Path) -> None:
    kept = config.stash.setdefault(KEPT, os.environ.get(COUNTING, ""))
    place = path.relative_to(HERE).parts[:1] if path.is_relative_to(HERE) else ()
    _set(None if place and place[0] in UNCOUNTED else kept)


def _set(value: str | None) -> None:
    if value:
        os.environ[COUNTING] = value
    else:
        os.environ.pop(COUNTING, None)
