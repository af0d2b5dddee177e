"""Answers of REST that were given before are given again before the web framework begins to think."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.answers import key_of, respond
from api.routes import path_of


class KeptAnswers:
    """Answers what the cache holds, and passes on the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not path_of(scope).startswith("/api/"):
            return await self._app(scope, receive, send)
        kept = scope["app"].state.cache.find(key_of(scope))
        if kept is None:
            return await self._app(scope, receive, send)
        if any(name == b"if-none-match" for name, _ in scope["headers"]):
            await respond(kept, Request(scope).headers, scope["app"].state.index)(scope, receive, send)
            return None
        await send({"type": "http.response.start", "status": 200, "headers": list(kept.head)})
        await send({"type": "http.response.body", "body": kept.content})
        return None
