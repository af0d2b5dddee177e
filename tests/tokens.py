"""Tokens of writers, made as the keeper of a service makes them, and the command line that does it."""

import os
import subprocess
import sys
from pathlib import Path


def command_line(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command, on a terminal so wide that no word of it is cut."""
    environment = {**os.environ, "COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"}
    command = (sys.executable, "-m", "api.cli", *arguments)
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment)


def create_token(state: Path, *, role: str, name: str) -> str:
    """Return a new token for the service on *state*."""
    command = ("token", "create", "--state", str(state), "--role", role, "--name", name)
    return command_line(*command).stdout.strip()
