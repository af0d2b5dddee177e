"""The edge of the service: what every request meets first, and every answer last.

One layer in place of one for each idea, since each layer costs every answer a few microseconds.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from time import perf_counter

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import docs_page, explorer, problems
from api.logs import RequestLog
from api.metrics import Metrics
from api.observation import CLIENT_GONE, SHUTDOWN, Observer, begin
from api.proxies import Proxies
from api.readiness import Readiness
from api.request_ids import CURRENT, NAME, chosen_id
from api.routes import template_finder
from api.security_headers import SecurityHeaders
from api.settings import Settings


def register(app: FastAPI, settings: Settings) -> None:
    """Put the edge around *app*; what is added last is met first."""

    @cache
    def finder() -> Callable[[str], str]:
        beside = {path for route in app.routes if isinstance(path := getattr(route, "path", None), str)}
        return template_finder({*problems.paths(app), *beside})

    app.state.metrics = Metrics(app.state, lambda path: finder()(path))
    app.state.readiness = Readiness()
    observers = (app.state.metrics, RequestLog(with_queries=settings.log_queries))
    pages: Mapping[str, Callable[[str], str]] = {docs_page.PATH: docs_page.policy, explorer.PATH: explorer.policy}
    app.add_middleware(Edge, security=SecurityHeaders(pages), observers=observers)
    if settings.trusted_proxies:
        app.add_middleware(Proxies, trusted=settings.trusted_proxies, family=settings.proxy_headers)


class Edge:
    """Gives each request its id, each answer its headers, and tells *observers* what became of both."""

    def __init__(self, app: ASGIApp, security: SecurityHeaders, observers: Sequence[Observer]) -> None:
        self._app = app
        self._security = security
        self._observers = observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request_id = chosen_id(scope["headers"])
        exchange = begin(scope, request_id)
        is_whole = has_returned = False

        def send_on(message: Message) -> Awaitable[None]:
            nonlocal is_whole
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                own = (NAME, request_id.encode("ascii"))
                message["headers"] = [*message.get("headers", ()), own, *self._security.of(scope)]
            else:
                exchange.sent_bytes += len(message.get("body", b""))
                is_whole = not message.get("more_body", False)
            return send(message)

        for observer in self._observers:
            observer.begun(exchange)
        token, started = CURRENT.set(request_id), perf_counter()
        try:
            await self._app(scope, receive, send_on)
            has_returned = True
        finally:
            CURRENT.reset(token)
            exchange.seconds = perf_counter() - started
            if not is_whole:
                exchange.aborted = exchange.aborted or (CLIENT_GONE if has_returned else SHUTDOWN)
            for observer in self._observers:
                observer.ended(exchange)
        return None
