"""Where a graph lives: on this machine, or on a server."""

from dataclasses import dataclass
from typing import Final

from graph.engine.remote.configuration import Remote


@dataclass(frozen=True, slots=True)
class Address:
    """Where the graph lives.

    Attributes:
        server: The server; ``None`` where it lives on this machine alone.
        most_triples: Beyond how many triples nothing is derived from a graph on a server.
    """

    server: Remote | None = None
    most_triples: int = 20_000_000


HERE: Final = Address()
