"""Values → JSON responses, cached per generation, with the headers that every answer of the graph has."""

from collections.abc import Callable
from typing import Any, Final

import orjson
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from api.cache import Answer, Cache
from graph.index import Index

GENERATION: Final = "Cloudindex-Generation"


def to_json(value: Any) -> bytes:
    """Return *value*, a frozen value or a list of them, as JSON."""
    return orjson.dumps(value)


def client_has(etag: str, request: Request) -> bool:
    """Return whether the client says that it has what *etag* names, or anything at all."""
    tags = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
    return "*" in tags or etag.removeprefix("W/") in (tag.removeprefix("W/") for tag in tags)


async def answer(
    request: Request,
    index: Index,
    cache: Cache,
    make: Callable[[], Any],
    *,
    links: Callable[[Any], str] | None = None,
) -> Response:
    """Return what *make* gives as JSON: from the cache where it is there, 304 where the client has it already.

    Args:
        links: Makes the Link header from the value.
    """
    key = f"{request.url.path}?{request.url.query}"
    found = cache.find(key)
    if found is None:
        value = await run_in_threadpool(make)
        found = Answer.of(to_json(value), links=links(value) if links else "")
        cache.keep(key, found)
    headers = {"ETag": found.etag, GENERATION: str(index.generation.id), "Cache-Control": "no-cache"}
    if found.links:
        headers["Link"] = found.links
    if client_has(found.etag, request):
        return Response(status_code=304, headers=headers)
    return Response(found.content, headers=headers, media_type="application/json")
