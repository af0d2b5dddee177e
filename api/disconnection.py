"""A client that goes away takes its question with it."""

import asyncio
from types import TracebackType
from typing import Final

from starlette.types import Receive

# Most answers are there before anybody looks, and cost no task.
LOOK_SECONDS: Final = 0.03


class UnlessGone:
    """A ``with`` block around the answering of a request; it is left at once when the client goes away.

    The body of the request must have been read.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._has_left = False
        self._answering = asyncio.current_task()
        self._leaving: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> bool:
        """End; the interruption that a leaving client causes goes no further."""
        self._timer.cancel()
        if self._leaving is not None:
            self._leaving.cancel()
        if not self._has_left or self._answering is None:
            return False
        self._answering.uncancel()
        return kind is asyncio.CancelledError

    def _look(self) -> None:
        self._leaving = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._has_left = True
        if self._answering is not None:
            self._answering.cancel()
