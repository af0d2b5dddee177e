"""Cursors: where a list goes on, in the generation it was begun in."""

import base64
import binascii
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlencode

from fastapi import Request

from api.errors import CursorError
from api.serving import Served, generation_number, served_for
from graph.errors import GenerationGoneError, NoHistoryError, ParameterError, UnknownGenerationError

NOT_OF_THE_LIST = ("cursor", "limit", "at")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list.

    Attributes:
        generation: The number of the generation that the list is of.
        offset: How many items lie before it.
        list_id: Tells the list from others: a hash of its path and parameters.
    """

    generation: int
    offset: int
    list_id: str

    def to_text(self) -> str:
        """Return the cursor as parameters have it."""
        return base64.urlsafe_b64encode(f"{self.generation}:{self.offset}:{self.list_id}".encode()).decode().rstrip("=")


async def served_at(request: Request, cursor: Cursor | None, at: str) -> Served:
    """Return the generation that a list is of: that which *cursor* was given for, else the one that *at* names.

    Raises:
        CursorError: It is not kept any more.
    """
    number = generation_number(at) if at else None
    if cursor is None:
        return await served_for(request.app.state, number)
    if number not in (None, cursor.generation):
        raise ParameterError("at", at, f"the cursor belongs to generation {cursor.generation}.")
    try:
        return await served_for(request.app.state, cursor.generation)
    except (GenerationGoneError, NoHistoryError, UnknownGenerationError) as error:
        raise CursorError from error


def list_id(request: Request) -> str:
    """Return what tells the list of *request* from others."""
    parameters = sorted(item for item in request.query_params.multi_items() if item[0] not in NOT_OF_THE_LIST)
    return blake2b(f"{request.url.path}?{parameters}".encode(), digest_size=6).hexdigest()


def parse_cursor(text: str, request: Request) -> Cursor | None:
    """Return the cursor in *text*, ``None`` where it is empty.

    Raises:
        ParameterError: It is none, or one of another list.
    """
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        generation, offset, own = base64.urlsafe_b64decode(padded).decode("ascii").split(":")
        cursor = Cursor(int(generation), int(offset), own)
    except (binascii.Error, ValueError) as error:
        raise ParameterError("cursor", text, "this is no cursor; take it from the Link header.") from error
    if cursor.offset < 0 or cursor.generation < 1 or max(cursor.offset, cursor.generation) >= 1 << 62:
        raise ParameterError("cursor", text, "this is no cursor; take it from the Link header.")
    if cursor.list_id != list_id(request):
        raise ParameterError("cursor", text, "this cursor is one of another list, or of other conditions.")
    return cursor


def links(request: Request, served: Served, *, offset: int, limit: int, total: int) -> str:
    """Return the Link header of a page: the first, the previous and the next one, where there are such."""
    if limit < 1:
        return ""
    places = {}
    if offset > 0:
        places = {"first": 0, "prev": max(0, offset - limit)}
    if offset + limit < total:
        places["next"] = offset + limit
    own = list_id(request)
    found = []
    for relation, place in places.items():
        kept = [item for item in request.query_params.multi_items() if item[0] not in ("cursor", "at")]
        query = urlencode([*kept, ("cursor", Cursor(served.index.generation.id, place, own).to_text())])
        found.append(f'<{request.url.path}?{query}>; rel="{relation}"')
    served.has_given_cursors |= bool(found)
    return ", ".join(found)
