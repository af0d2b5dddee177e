"""The tests that take longest come first: two run side by side, and at the end none is to wait for the other."""

from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent
LONGEST_FIRST: Final = ("durability", "standards", "hostile", "browser", "servers")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put them in that order; the others stay as they are."""
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    place = item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""
    return LONGEST_FIRST.index(place) if place in LONGEST_FIRST else len(LONGEST_FIRST)
