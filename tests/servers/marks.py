"""Which tests run where the graph is on a server: modules marked with ``any_engine``, but nothing ``embedded_only``."""

import pytest

from tests.servers.tested import EMBEDDED, SERVERS, TESTED


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks."""
    if TESTED not in (EMBEDDED, *SERVERS):
        raise pytest.UsageError(f"CLOUDINDEX_TESTED_ENGINE is “{TESTED}”, and may be {EMBEDDED}, {', '.join(SERVERS)}")
    config.addinivalue_line("markers", "any_engine: what is answered is the same wherever the graph is")
    config.addinivalue_line("markers", "embedded_only(reason): needs a graph on this machine, and why")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what says nothing about the engine that is tested."""
    if TESTED == EMBEDDED:
        return
    left_out = [item for item in items if item.get_closest_marker("any_engine") is None]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.get_closest_marker("any_engine") is not None]
    for item in items:
        mark = item.get_closest_marker("embedded_only")
        if mark is not None:
            item.add_marker(pytest.mark.skip(reason=mark.args[0]))
