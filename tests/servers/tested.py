"""The engine that is tested: this machine, or, with ``CLOUDINDEX_TESTED_ENGINE=fuseki``, a server."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.servers import fuseki
from tests.servers.running import Server

EMBEDDED: Final = "embedded"
SERVERS: Final = ("fuseki",)
TESTED: Final = os.environ.get("CLOUDINDEX_TESTED_ENGINE") or EMBEDDED


@contextmanager
def engine() -> Iterator[Mapping[str, str]]:
    """Start what holds the graph of one service; yield the settings that lead to it."""
    if TESTED == EMBEDDED:
        yield {}
        return
    with tempfile.TemporaryDirectory() as folder, fuseki.serving(Path(folder)) as server:
        yield leading_to(server)


def leading_to(server: Server) -> dict[str, str]:
    """Return the settings that lead a service to *server*."""
    settings = {
        "ENGINE": "sparql",
        "ENGINE_KIND": server.kind,
        "QUERY_ENDPOINTS": server.query,
        "UPDATE_ENDPOINT": server.update,
        "GRAPH_STORE_ENDPOINT": server.graph_store,
    }
    if server.login is not None:
        login = server.login
        settings |= {
            "ENGINE_USER": login.user,
            "ENGINE_PASSWORD": login.password,
            "ENGINE_AUTHENTICATION": login.scheme,
        }
    return {f"CLOUDINDEX_{name}": value for name, value in settings.items()}
