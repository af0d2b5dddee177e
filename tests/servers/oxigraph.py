"""Oxigraph's own server: a package of PyPI."""

import sys
from pathlib import Path
from typing import Final

from tests.servers.running import Server, free_port

PROGRAM: Final = Path(sys.executable).with_name("oxigraph")


def absent_because() -> str | None:
    """Return why it cannot run here."""
    return None if PROGRAM.exists() else "the package oxigraph is not installed"


def serving(folder: Path, *, union: bool = False, timeout_seconds: int | None = None) -> Server:
    """Return an Oxigraph that is about to start: a context manager.

    Args:
        folder: Where its data lie; it need not exist.
        union: Whether a query that names no dataset sees the union of all graphs.
        timeout_seconds: How long a query may take, in seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = ["--location", "dataset", "--bind", f"127.0.0.1:{port}"]
    if union:
        options.append("--union-default-graph")
    if timeout_seconds is not None:
        options += ["--timeout-s", str(timeout_seconds)]
    return Server(
        "oxigraph",
        port,
        (PROGRAM, "serve", *options),
        folder,
        query="/query",
        update="/update",
        graph_store="/store",
    )
