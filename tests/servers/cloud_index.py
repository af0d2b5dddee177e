"""Cloud Index itself, as a plain SPARQL store for another one."""

import sys
from pathlib import Path

from tests.servers.running import ROOT, Login, Server, free_port
from tests.tokens import create_token


def absent_because() -> str | None:
    """Return why it cannot run here: it always can."""
    return None


def serving(folder: Path, *, timeout_seconds: float | None = None) -> Server:
    """Return a Cloud Index that is about to start, with nothing in it: a context manager.

    Args:
        folder: Where its state lies; it need not exist.
        timeout_seconds: How long a query may take, in seconds.
    """
    state = folder / "state"
    state.mkdir(parents=True, exist_ok=True)
    token = create_token(state, role="write", name="another")
    port = free_port()
    limits = {} if timeout_seconds is None else {"CLOUDINDEX_QUERY_SECONDS": str(timeout_seconds)}
    return Server(
        "cloudindex",
        port,
        (sys.executable, "-m", "api.cli", "serve", "--strict", "--writes", "--state", state, "--port", str(port)),
        folder,
        query="/sparql",
        update="/update",
        graph_store="/store",
        login=Login("another", token, "bearer"),
        environment={"CLOUDINDEX_LOG": "off", "PYTHONPATH": str(ROOT), **limits},
    )
