"""Where the graph lives: on this machine alone, or on a server that copies of the service share.

Everything is judged, inferred and derived on a store of this machine.  Where the graph lives elsewhere, it is brought
there before the generation gets its name, and other copies follow.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from graph.engine.embedded import Difference, EmbeddedReader, Reader
from graph.engine.generations import Generation, Manifest
from graph.iris import Iris


@dataclass(frozen=True, slots=True)
class Quarters:
    """Where workers find a generation.

    Attributes:
        folder: That of its store, or its own where the triples are on a server.
        server: That server as JSON; empty where there is none.
        confirm: Raises where what was answered just now may not be of this generation; nothing does so without it.
        admit: Raises where the server is known not to answer; it waits for nothing.
    """

    folder: Path
    server: str = ""
    confirm: Callable[[], Awaitable[None]] | None = None
    admit: Callable[[], None] = lambda: None


class Outlet(Protocol):
    """Where a publication goes."""

    def deliver(self, folder: Path, manifest: Manifest, difference: Difference | None) -> None:
        """Bring the generation to be in *folder* to where it is served from.

        Args:
            difference: In what it differs from the one before; ``None`` where it is made anew.

        Raises:
            GraphError: It cannot be; nothing is published.
        """
        ...

    def forget(self) -> None:
        """Leave no trace of what was before the newest generation."""
        ...


class Home(Protocol):
    """Where the graph lives."""

    def catch_up(self, state: Path) -> None:
        """See to it that the newest generation below *state* is what is published."""
        ...

    def publishing(self, state: Path, *, is_patient: bool = False) -> AbstractContextManager[Outlet]:
        """Return the right to publish, to be used in a ``with`` block; the folder *state* is held by the caller.

        Args:
            is_patient: Whether to wait where another copy has it.

        Raises:
            WriteElsewhereError: Another copy has it.
        """
        ...

    def complete(self, generation: Generation, state: Path) -> None:
        """See to it that *generation*, below *state*, has its triples on this machine, to be judged beside others."""
        ...

    def reader(self, generation: Generation) -> Reader:
        """Return what reads *generation*."""
        ...

    def quarters(self, generation: Generation) -> Quarters:
        """Return where workers find *generation*."""
        ...


class Here:
    """This machine: what is in the folder is published."""

    def __init__(self, iris: Iris) -> None:
        self._iris = iris

    def catch_up(self, state: Path) -> None:
        """Do nothing."""

    @contextmanager
    def publishing(self, state: Path, *, is_patient: bool = False) -> Iterator[Outlet]:  # noqa: ARG002
        """Return the right to publish, which whoever holds the folder has."""
        yield FOLDER

    def complete(self, generation: Generation, state: Path) -> None:
        """Do nothing: it has."""

    def reader(self, generation: Generation) -> Reader:
        """Return what reads *generation*."""
        return EmbeddedReader(generation.store_folder, self._iris.graph("all"))

    def quarters(self, generation: Generation) -> Quarters:
        """Return where workers find *generation*, which never changes."""
        return Quarters(generation.store_folder)


class Folder:
    """What is renamed into place is published."""

    def deliver(self, folder: Path, manifest: Manifest, difference: Difference | None) -> None:
        """Do nothing."""

    def forget(self) -> None:
        """Do nothing: the folders are deleted by whoever publishes."""


FOLDER = Folder()
