"""Answers of REST that were given before are given again before the web framework begins to think."""

import gzip
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers import key_of, respond, with_head
from api.cache import Answer, Cache
from api.packing import is_wanted
from api.quick import quick_answer
from api.routes import path_of
from graph.index import Index

PACKED_FROM_BYTES: Final = 1024
PACKED_ASIDE_FROM_BYTES: Final = 1 << 17  # packing more would hold up the others
LEVEL: Final = 5
TOLD_FOR_KEEPING: Final = frozenset((b"etag", b"last-modified", b"cache-control"))
ASKED_OF_KEEPERS: Final = frozenset((b"if-none-match", b"if-modified-since", b"if-range"))
SURELY_JSON: Final = (b"*/*", b"application/json", b"application/json, text/plain, */*", b"")


class KeptAnswers:
    """Answers what the cache holds, packed where the client takes that, and passes on the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not path_of(scope).startswith("/api/"):
            return await self._app(scope, receive, send)
        if b"at=" in scope["query_string"]:
            return await self._app(scope, receive, send)
        cache: Cache = scope["app"].state.cache
        key = key_of(scope)
        kept = cache.find(key)
        takes_packed, is_conditional, takes_json = _wishes(scope["headers"])
        if not takes_json:
            return await self._app(scope, receive, send)
        if kept is None:
            index: Index = scope["app"].state.index
            quick = None if scope["query_string"] else quick_answer(path_of(scope), index)
            if quick is None:
                return await self._app(scope, receive, send)
            kept = with_head(quick, index)
            cache.keep(key, kept)
        if is_conditional:
            return await respond(kept, Request(scope).headers, scope["app"].state.index)(scope, receive, send)
        head, content = kept.head, kept.content
        if takes_packed and len(content) >= PACKED_FROM_BYTES:
            kept = kept if kept.packed else await _packed(kept, key, cache)
            head, content = kept.packed_head, kept.packed
        body = content if scope["method"] == "GET" else b""
        await send({"type": "http.response.start", "status": 200, "headers": list(head)})
        await send({"type": "http.response.body", "body": body})
        return None


class NothingKept:
    """Lets nobody keep an answer: what it was made from may change with nobody here knowing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_unkept(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in TOLD_FOR_KEEPING]
                message = {**message, "headers": [*kept, (b"cache-control", b"no-store")]}
            await send(message)

        asked = [(name, value) for name, value in scope["headers"] if name not in ASKED_OF_KEEPERS]
        return await self._app({**scope, "headers": asked}, receive, send_unkept)


def _wishes(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bool, bool, bool]:
    """Return whether a client takes what is packed, whether it names what it has, and whether it surely takes JSON."""
    takes_packed = is_conditional = False
    takes_json = True
    for name, value in headers:
        if name == b"accept-encoding":
            takes_packed = is_wanted(value)
        elif name == b"if-none-match":
            is_conditional = True
        elif name == b"accept":
            takes_json = value in SURELY_JSON
    return takes_packed, is_conditional, takes_json


async def _packed(kept: Answer, key: str, cache: Cache) -> Answer:
    """Return the answer with its content packed as well, which is done once."""
    if len(kept.content) < PACKED_ASIDE_FROM_BYTES:
        content = _pack(kept.content)
    else:
        content = await run_in_threadpool(_pack, kept.content)
    head = [(name, value) for name, value in kept.head if name != b"content-length"]
    head += [(b"content-length", str(len(content)).encode("ascii")), (b"content-encoding", b"gzip")]
    packed = replace(kept, packed=content, packed_head=tuple(head))
    cache.replace(key, packed)
    return packed


def _pack(content: bytes) -> bytes:
    return gzip.compress(content, LEVEL, mtime=0)
