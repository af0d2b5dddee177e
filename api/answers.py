"""Values → JSON responses, kept per generation, with the headers that every answer of the graph has."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import orjson
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import Scope

from api.cache import Answer, Cache
from api.negotiation import choose
from graph.formats import PLAIN_JSON
from graph.index import Index

GENERATION: Final = "Cloudindex-Generation"
HINT: Final = "Cloudindex-Hint"
# How much an export has.
NODES: Final = "Cloudindex-Nodes"
EDGES: Final = "Cloudindex-Edges"


def to_json(value: Any) -> bytes:
    """Return *value*, a frozen value or a list of them, as JSON."""
    return orjson.dumps(value)


def client_has(etag: str, headers: Headers) -> bool:
    """Return whether the client says that it has what *etag* names, or anything at all."""
    found = headers.get("if-none-match")
    return found is not None and has(etag, found.encode("latin-1"))


def has(etag: str, if_none_match: bytes | None) -> bool:
    """Return whether the header *if_none_match*, where there is one, names *etag*, or anything at all."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.decode("latin-1").split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags


def key_of(scope: Scope) -> str:
    """Return what an answer of REST is kept under: all that decides it."""
    return f"{scope['path']}?{scope['query_string'].decode('latin-1')}"


async def answer(
    request: Request,
    index: Index,
    cache: Cache,
    make: Callable[[], Any],
    *,
    links: Callable[[Any], str] | None = None,
    is_kept: bool = True,
    wanted: str = "",
) -> Response:
    """Return what *make* gives as JSON, and keep it.

    Raises:
        NotAcceptableError: The client does not take JSON.

    Args:
        links: Makes the Link header from the value.
        is_kept: Whether the same question will have the same answer.
        wanted: The ``format`` parameter, where there is one; it goes before the Accept header.
    """
    choose((PLAIN_JSON,), accept=request.headers.get("accept"), wanted=wanted)
    value = await run_in_threadpool(make)
    made = Answer.of(to_json(value), links=links(value) if links else "")
    if not is_kept:
        headers = {GENERATION: str(index.generation.id), "Cache-Control": "no-store"}
        return Response(made.content, headers=headers, media_type="application/json")
    cache.keep(key_of(request.scope), with_head(made, index))
    return respond(made, request.headers, index)


def with_head(made: Answer, index: Index) -> Answer:
    """Return *made* with the headers that it is sent with again."""
    fixed = (header for header in respond(made, Headers(), index).raw_headers if header[0] != b"vary")
    return replace(made, head=(*fixed, (b"vary", b"Accept, Accept-Encoding")))


def respond(made: Answer, asked: Headers, index: Index) -> Response:
    """Return *made* as a response; 304 where the client has it already."""
    headers = {"ETag": made.etag, GENERATION: str(index.generation.id), "Cache-Control": "no-cache", "Vary": "Accept"}
    if made.links:
        headers["Link"] = made.links
    if client_has(made.etag, asked):
        return Response(status_code=304, headers=headers)
    return Response(made.content, headers=headers, media_type="application/json")
