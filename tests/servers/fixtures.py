"""Other people's servers as fixtures: each is started once for all tests, by the first that asks for it."""

import os
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Final

import pytest

from tests.servers import cloud_index, fuseki, oxigraph, virtuoso
from tests.servers.running import Server

KINDS: Final[dict[str, ModuleType]] = {
    "fuseki": fuseki,
    "virtuoso": virtuoso,
    "oxigraph": oxigraph,
    "cloudindex": cloud_index,
}
ServerOf = Callable[[str], Server]


@pytest.fixture(scope="session")
def server_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerOf]:
    """The server of a kind, shared by all tests: they write into graphs of their own, and skip where it is absent."""
    started: dict[str, Server] = {}

    def find_or_start(kind: str) -> Server:
        require(kind)
        if kind not in started:
            server: Server = KINDS[kind].serving(tmp_path_factory.mktemp(kind))
            started[kind] = server.start()
        return started[kind]

    try:
        yield find_or_start
    finally:
        for server in started.values():
            server.end()


@pytest.fixture(params=list(KINDS))
def any_server(request: pytest.FixtureRequest, server_of: ServerOf) -> Server:
    """Each kind of server in turn."""
    return server_of(request.param)


def require(kind: str) -> None:
    """Skip the test, with the reason, where no server of *kind* can run; fail it where all must be there."""
    reason = KINDS[kind].absent_because()
    if reason is not None:
        assert os.environ.get("CLOUDINDEX_SERVERS") != "required", reason
        pytest.skip(reason)
