"""The stores that the engine keeps on disk: when they are open, and when they are not."""

from contextlib import suppress
from pathlib import Path

import pytest

from graph.engine.embedded import Draft


def open_files(folder: Path) -> list[str]:
    """Return the files below *folder* that this process holds open."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(str(descriptor.readlink()))
    return [path for path in found if path.startswith(f"{folder}/")]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system does not tell which files are open")
@pytest.mark.parametrize("fails", [False, True])
def test_a_draft_is_closed_at_the_end_of_its_block_also_when_that_fails(tmp_path: Path, *, fails: bool) -> None:
    with suppress(ZeroDivisionError), Draft(tmp_path / "store") as draft:
        was_open = bool(open_files(tmp_path))
        draft.change()
        if fails:
            _ = 1 / 0

    assert was_open
    assert open_files(tmp_path) == []
