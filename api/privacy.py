"""A private service: every path asks for a token, but for those that say how the service does, and for the page.

The page holds nothing of the data; it asks its reader for a token and sends it with whatever it asks.
"""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import explorer
from api.origins import HEADERS as OF_OTHER_ORIGINS
from api.problems import of_error
from api.routes import path_of
from api.security import authorise
from api.tokens import Role
from graph.errors import GraphError

OPEN: Final = frozenset({"/healthz", "/readyz", "/metrics"})


class Private:
    """Refuses what comes without a token, and lets no shared cache keep what is answered.

    It stands before all that answers; pre-flights, which never carry a token, pass.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] == "OPTIONS" or _is_open(path_of(scope)):
            return await self._app(scope, receive, send)

        async def send_privately(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "no-store" not in headers.get("cache-control", ""):
                    headers["Cache-Control"] = "private, no-cache"
            await send(message)

        try:
            await authorise(Request(scope), Role.READ)
        except GraphError as error:
            response = of_error(error)
            if any(name == b"origin" for name, _ in scope["headers"]):
                response.raw_headers.extend(OF_OTHER_ORIGINS)
            return await response(scope, receive, send_privately)
        return await self._app(scope, receive, send_privately)


def _is_open(path: str) -> bool:
    return path in OPEN or explorer.holds(path)
