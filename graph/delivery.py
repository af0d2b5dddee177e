"""A publication on its way to a server.

The set that is not live is filled, what other copies need is shared, and then the pointer moves.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse, serialize

from graph.derived import CHANGED
from graph.engine.embedded import Difference, EmbeddedReader
from graph.engine.generations import COMPARED, MANIFEST, REPORT, STORE, Manifest, find_current, write_set
from graph.engine.remote.client import Client
from graph.engine.remote.files import SharedFiles
from graph.engine.remote.lease import Lease
from graph.engine.remote.names import Names
from graph.engine.remote.sets import GraphSet
from graph.engine.texts import Texts
from graph.errors import GraphError, LeaseLostError
from graph.iris import Iris

LOGGER: Final = logging.getLogger("cloudindex.server")
REMOVED: Final = "removed.nq"
ADDED: Final = "added.nq"
# The cause of a generation of which nothing that was before is kept.
PURGE: Final = "purge"
# How long what was read is believed without another look at the pointer, and so how long a publisher waits.
GRACE_SECONDS: Final = 2.5
# So many generations are shared beside the newest, for copies that are behind.
KEPT: Final = 5
SWEEP_EVERY: Final = 16
# Larger differences are not shared: who needs one reads all.
MOST_SHARED: Final = 200_000


@dataclass(slots=True)
class Delivery:
    """The right to publish on the server."""

    state: Path
    lease: Lease
    client: Client
    files: SharedFiles
    base: str
    _reserved: float = float("-inf")

    def reserve(self) -> None:
        """Tell the copies that the set that is not live will be overwritten."""
        self.lease.change(reserved=self.lease.pointer.idle)
        self._reserved = monotonic()

    def deliver(self, folder: Path, manifest: Manifest, difference: Difference | None) -> None:
        """Fill the set that is not live, share what other copies need, and move the pointer.

        Raises:
            LeaseLostError: Another copy has published meanwhile, or may have.
            GraphError: The server failed; the pointer is where it was.
        """
        before = self.lease.pointer
        if before.generation and manifest.id != before.generation + 1:
            raise LeaseLostError("")
        set_name = before.idle
        held = before.holds.get(set_name)
        others = {name: number for name, number in before.holds.items() if name != set_name}
        self.lease.change(holds=others)
        sleep(max(0.0, self._reserved + GRACE_SECONDS - monotonic()) if held is not None else 0.0)
        self._fill(set_name, held, folder, manifest, difference)
        self._share(folder, manifest, difference)
        write_set(folder, set_name)
        purged = manifest.id if manifest.cause.kind == PURGE else before.purged
        holds = {**others, set_name: manifest.id}
        self.lease.change(generation=manifest.id, live=set_name, holds=holds, reserved="", purged=purged)
        try:
            self._sweep(manifest)
        except GraphError as error:  # what was published is published, and the next publication sweeps again
            LOGGER.warning("the server of the graph: old files could not be deleted: %s", error)

    def forget(self) -> None:
        """Leave no trace of what was before the newest generation."""
        pointer = self.lease.change(reserved=self.lease.pointer.idle)
        sleep(GRACE_SECONDS)
        self.lease.change(holds={pointer.live: pointer.generation})
        self._set(pointer.idle).clear()
        here = f"generations/{pointer.generation}/"
        kept = {f"{here}{name}" for name in (MANIFEST, REPORT, COMPARED)}
        generation = find_current(self.state)
        texts = _texts(generation.manifest) if generation is not None else {}
        self.files.delete(name for name in self.files.names() if name not in kept and name not in texts)

    def _set(self, set_name: str) -> GraphSet:
        return GraphSet(self.client, Names(self.base, set_name), self.lease.check)

    def _fill(
        self, set_name: str, held: int | None, folder: Path, manifest: Manifest, difference: Difference | None
    ) -> None:
        sizes = dict(manifest.graph_sizes())
        whole = self._whole_difference(held, manifest, difference)
        if whole is None:
            reader = EmbeddedReader(folder / STORE, Iris(self.base).graph("all"))
            self._set(set_name).fill(reader, sizes)
        else:
            self._set(set_name).apply(whole, sizes)

    def _whole_difference(
        self, held: int | None, manifest: Manifest, difference: Difference | None
    ) -> Difference | None:
        """Return what leads from the generation that a set holds to the new one; ``None`` where that is not known."""
        if held is None or difference is None:
            return None
        merged = Difference()
        for number in range(held + 1, manifest.id):
            parts = [self.files.get(f"generations/{number}/{name}") for name in (REMOVED, ADDED)]
            if None in parts:
                return None
            removed, added = (list(parse(part or b"", RdfFormat.N_QUADS)) for part in parts)
            merged.note(removed, added)
        merged.note(difference.removed, difference.added)
        return merged

    def _share(self, folder: Path, manifest: Manifest, difference: Difference | None) -> None:
        here = f"generations/{manifest.id}"
        # An attempt at this number that failed may have left what would be believed beside what comes now.
        self.files.delete(f"{here}/{name}" for name in (CHANGED, REMOVED, ADDED))
        names = [name for name in (MANIFEST, REPORT, COMPARED, CHANGED) if (folder / name).is_file()]
        for name in names:
            self._put(f"{here}/{name}", (folder / name).read_bytes())
        if difference is not None and len(difference.removed) + len(difference.added) <= MOST_SHARED:
            self._put(f"{here}/{REMOVED}", _as_quads(difference.removed))
            self._put(f"{here}/{ADDED}", _as_quads(difference.added))
        known = self.files.names()
        for name, path in _texts(manifest, Texts(self.state)).items():
            if name not in known:
                self._put(name, path.read_bytes())

    def _put(self, name: str, content: bytes) -> None:
        self.lease.check()
        self.files.put(name, content)

    def _sweep(self, manifest: Manifest) -> None:
        """Delete what no copy needs any more."""
        names = self.files.names()
        folders = {name.split("/")[1] for name in names if name.startswith("generations/")}
        old = {one for one in folders if int(one) < manifest.id - KEPT}
        self.files.delete(name for name in names if name.startswith("generations/") and name.split("/")[1] in old)
        if manifest.id % SWEEP_EVERY == 0:
            kept = _texts(manifest)
            self.files.delete(name for name in names if name.startswith("texts/") and name not in kept)


def _texts(manifest: Manifest, texts: Texts | None = None) -> dict[str, Path]:
    """Return the names of the texts of a generation's documents, with where they are here."""
    found = {}
    for document in manifest.documents:
        if document.digest:
            path = texts.path(document.digest, document.suffix) if texts else Path()
            found[f"texts/{document.digest}{document.suffix}"] = path
    return found


def _as_quads(quads: set[Quad]) -> bytes:
    return serialize(quads, format=RdfFormat.N_QUADS) or b""
