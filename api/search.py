"""``GET /api/search``: what people type → entities."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api.answers import answer
from api.dependencies import CacheDep, IndexDep, check_parameters
from api.parameters import split
from graph.search import Hits
from graph.selection import find_class

router = APIRouter(prefix="/api/search", tags=["entities"], dependencies=[Depends(check_parameters)])

MOST: Final = 100


@router.get("", response_model=Hits, summary="Search")
async def read_hits(
    request: Request,
    index: IndexDep,
    cache: CacheDep,
    words: Annotated[
        str, Query(alias="q", min_length=1, max_length=200, description="A name, a part of one, words, as one types.")
    ],
    types: Annotated[
        list[str] | None,
        Query(alias="type", description="Classes, of which one fits, or a narrower one; commas between them."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = 10,
) -> Response:
    """Entities by their names, other spellings and descriptions in every language, the best first.

    Case, accents and hyphens do not matter; one or two misspelt letters are forgiven.
    """
    kinds = [find_class(key, index.vocabulary) for key in split(types)]
    keys = frozenset(narrow.key for kind in kinds for narrow in index.vocabulary.narrower_classes(kind))
    return await answer(request, index, cache, lambda: index.search.find(words, types=keys, most=limit))
