"""Schemathesis asks whatever the description allows, and what it does not, and follows its links."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, running
from tests.tokens import create_token

CONFIGURATION = ("schemathesis.toml", "serializers.py")
EXAMPLES = os.environ.get("CLOUDINDEX_EXAMPLES", "10")


@pytest.mark.parametrize("phases", ["examples,coverage,fuzzing", "stateful"])
def test_the_service_keeps_to_its_description(phases: str, tmp_path: Path) -> None:
    state = tmp_path / "state"
    for name in CONFIGURATION:
        shutil.copy(ROOT / "tests/contract" / name, tmp_path)
    token = create_token(state, role="admin", name="contract")
    environment = {"CLOUDINDEX_WRITES": "true", "CLOUDINDEX_LOG": "off", "CLOUDINDEX_QUERY_SECONDS": "5"}
    with running("--state", str(state), cwd=tmp_path, environment=environment) as address:
        command = (
            *(Path(sys.executable).with_name("schemathesis"), "--config-file", CONFIGURATION[0]),
            *("run", f"{address}/openapi.json", "--phases", phases, "--max-examples", EXAMPLES, "--seed", "1"),
            *("--header", f"Authorization: Bearer {token}", "--suppress-health-check", "all"),
        )
        found = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, cwd=tmp_path, timeout=600, check=False
        )

    assert found.returncode == 0, found.stdout[-6000:]
