"""Writes: who may ask for them, how they are handed on, and what is answered."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from api.answers import GENERATION, to_json
from api.request_ids import current_id
from api.security import authorise
from api.serving import Serving
from api.tokens import Role
from graph.writer import Writer
from graph.writes import Author, Write, Written


async def allow(request: Request, role: Role) -> Author:
    """Return who asks.

    Raises:
        GraphError: They may not.
    """
    token = await authorise(request, role)
    return Author(token.name, current_id())


async def do(request: Request, write: Write, author: Author, *, headers: Mapping[str, str] | None = None) -> Response:
    """Have *write* done, and serve what it published before it is answered: 201 where it made something, else 200."""
    written = await perform(request, write, author)
    return done(written, headers=headers)


async def perform(request: Request, write: Write, author: Author) -> Written:
    """Have *write* done, and serve what it published."""
    writer: Writer = request.app.state.writer
    serving: Serving = request.app.state.serving
    written = await writer.perform(write, author)
    await serving.refresh(written.generation)
    return written


def done(written: Written, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return what a writer is told."""
    body: dict[str, Any] = {"generation": written.generation, "problems": written.problems}
    return Response(
        to_json(body),
        201 if written.is_new else 200,
        headers={GENERATION: str(written.generation), "Cache-Control": "no-store", **(headers or {})},
        media_type="application/json",
    )
