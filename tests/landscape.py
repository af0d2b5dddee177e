"""The CNCF landscape: where its file lies, and what it holds when it is read without any of our code."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import SHARED

LANDSCAPE = SHARED / "datasets/cncf-landscape/landscape.yml"
MATURITIES = ("sandbox", "incubating", "graduated", "archived")
# The categories and subcategories whose items are organisations.
ORGANISATIONS = (
    "CNCF Members",
    "Kubernetes Certified Service Provider",
    "Kubernetes and Cloud Native Training Partner",
)


def items(path: Path = LANDSCAPE) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the items with the names of their category and subcategory."""
    for category in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["landscape"]:
        for subcategory in category["subcategories"] or ():
            for item in subcategory["items"] or ():
                yield category["name"], subcategory["name"], item


def write_landscape(folder: Path) -> None:
    """Put the landscape into the collection ``landscape`` of *folder*."""
    (folder / "landscape").mkdir(parents=True)
    shutil.copy(LANDSCAPE, folder / "landscape/landscape.yml")
