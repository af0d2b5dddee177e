"""Where reading needs a token too: every path but the probes is closed to whoever sends none."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.tokens import Role, authorise
from graph.errors import GraphError

OPEN_PATHS: Final = ("/healthz", "/readyz", "/metrics")


class TokensForReading:
    """Lets only requests with a token pass; caches that are shared are told to keep nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS or scope["method"] == "OPTIONS":
            return await self._app(scope, receive, send)
        try:
            await authorise(Request(scope), Role.READ)
        except GraphError as error:
            return await problems.of_error(error)(scope, receive, send)

        async def send_privately(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("cache-control") != "no-store":
                    headers["Cache-Control"] = "private, no-cache"
            await send(message)

        await self._app(scope, receive, send_privately)
        return None
