"""A connection that an answer can break off, so that nobody takes a part for the whole."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ABORT: Final = "cloudindex.abort"


class AbortableProtocol(HttpToolsProtocol):
    """The server's side of HTTP, which lets the service break off a connection at once.

    Closing it would wait for the client to take what has been written, and a client may never do that.
    """

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        scope: Any = self.scope
        scope["extensions"] = {ABORT: self.transport.abort}


class Broken(Exception):  # noqa: N818  # not an error: the way to break off under another server
    """The answer cannot be sent to its end."""


async def abort(scope: Scope) -> None:
    """Break off the connection of a request whose answer has begun.

    Raises:
        Broken: Under a server that knows no other way.
    """
    cut: Callable[[], None] | None = scope.get("extensions", {}).get(ABORT)
    if cut is None:
        raise Broken
    cut()
    await asyncio.sleep(0)  # the server hears of it before the request ends
