"""The explorer's own code: its types fit, its logic does what its tests say, and its lock names no registry."""

import shutil
import subprocess

import pytest

from tests.conftest import ROOT

EXPLORER = ROOT / "api/explorer"
COMMANDS = {"types": ["typescript/bin/tsc", "--noEmit"], "logic": ["vitest/vitest.mjs", "run"]}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_code_of_the_explorer_is_good(name: str) -> None:
    node = shutil.which("node")
    program, *options = COMMANDS[name]
    path = EXPLORER / "node_modules" / program
    if node is None or not path.exists():
        pytest.skip("the tools of npm are not installed; `make test` does it where npm is")

    done = subprocess.run([node, path, *options], cwd=EXPLORER, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (EXPLORER / "package-lock.json").read_text(encoding="utf-8")
