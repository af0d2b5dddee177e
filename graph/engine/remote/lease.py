"""The right to publish on a server: one copy has it at a time, and gives signs of life as long as it does.

Others judge these by their own clock, so that no two clocks need agree.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, Final
from uuid import uuid4

from graph.engine.remote.pointer import Pointer, PointerStore
from graph.errors import GraphError, LeaseLostError, WriteElsewhereError

# How long a publisher that gives no sign of life keeps the right to publish; it gives one three times as often.
LEASE_SECONDS: Final = 30.0
SIGNS: Final = 3


@dataclass(slots=True)
class Sightings:
    """Since when the pointer has not changed, as one process has seen it: clocks of other machines are not asked."""

    version: int = -1
    since: float = 0.0

    def note(self, pointer: Pointer, now: float) -> float:
        """Return for how many seconds *pointer* has been as it is."""
        if pointer.version != self.version:
            self.version, self.since = pointer.version, now
        return now - self.since


class Lease:
    """The right to publish, which is kept by giving signs of life until it is given back.

    To be used in a ``with`` block.
    """

    def __init__(self, store: PointerStore, holder: str, sightings: Sightings) -> None:
        """Take the right.

        Raises:
            WriteElsewhereError: Another copy has it, or was faster.
        """
        self._store = store
        self._holder = holder
        self._lock = Lock()
        self._is_over = Event()
        self._lost: LeaseLostError | None = None
        found = store.read()
        quiet_seconds = sightings.note(found, monotonic())
        if found.holder not in ("", holder) and quiet_seconds < 2 * LEASE_SECONDS:
            raise WriteElsewhereError(found.holder)
        self._signed = monotonic()
        try:
            self.pointer = store.change(found, replace(found, holder=holder, index=found.index or uuid4().hex))
            store.settle(self.pointer)
        except LeaseLostError as error:
            raise WriteElsewhereError(error.holder or "") from error
        self._signs = Thread(target=self._give_signs, name="lease", daemon=True)
        self._signs.start()

    def __enter__(self) -> "Lease":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._is_over.set()
        self._signs.join()
        with suppress(GraphError):  # else it ends by itself
            self.change(holder="", reserved="")

    def check(self) -> None:
        """Refuse to go on where the right may have gone to somebody else.

        Raises:
            LeaseLostError: It may have.
        """
        if self._lost is not None:
            raise LeaseLostError(self._lost.holder)
        if monotonic() - self._signed > LEASE_SECONDS:
            raise LeaseLostError(None)

    def change(self, **values: Any) -> Pointer:
        """Change the pointer.

        Raises:
            LeaseLostError: The right has gone to somebody else.
        """
        with self._lock:
            self.check()
            began = monotonic()
            self.pointer = self._store.change(self.pointer, replace(self.pointer, **values))
            self._signed = began
            return self.pointer

    def _give_signs(self) -> None:
        while not self._is_over.wait(LEASE_SECONDS / SIGNS):
            try:
                self.change()
            except LeaseLostError as error:
                self._lost = error  # whoever is filling a set is to know before it does anything more
                return
            except GraphError:
                continue  # the server may answer again before the time is over
