"""``GET /api/entities``: which entities there are, filtered, sorted, counted, a page at a time."""

import csv
import io
from collections.abc import Iterable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api import cursors
from api.answers import answer, respond
from api.cache import Answer
from api.dependencies import AtParameter, check_parameters
from api.filtering import FilterDep
from api.parameters import check_language, split
from api.serving import Served
from graph import listing
from graph.errors import ParameterError
from graph.formats import CSV
from graph.index import Index
from graph.listing import ITEM_FIELDS, SORTED_BY, Lister, Page

router = APIRouter(prefix="/api/entities", tags=["entities"], dependencies=[Depends(check_parameters)])

MOST: Final = 1000
USUAL: Final = 50
MOST_VALUES: Final = 1000


@router.get("", response_model=Page, summary="List entities")
async def read_entities(
    request: Request,
    filtered: FilterDep,
    sort: Annotated[
        str, Query(max_length=40, description=f"By what: {', '.join(SORTED_BY)}; `-` before it turns it round.")
    ] = "name",
    fields: Annotated[
        str, Query(max_length=400, description=f"Which fields items have, of {', '.join(ITEM_FIELDS)}.")
    ] = "slug,name,type",
    facets: Annotated[
        str, Query(max_length=400, description="Fields whose values are counted over the whole list, as in `filter`.")
    ] = "",
    facet_limit: Annotated[int, Query(ge=1, le=MOST_VALUES, description="How many values of each are told.")] = 100,
    limit: Annotated[
        int | None, Query(ge=0, le=MOST, description="How many to return; 0 gives the total alone.")
    ] = None,
    cursor: Annotated[str, Query(max_length=200, description="Where to go on, from the Link header.")] = "",
    language: Annotated[str, Query(alias="lang", max_length=35, description="The language of labels.")] = "",
    format_: Annotated[
        str, Query(alias="format", max_length=10, description="`json`, or `csv`: all at once, unless there is a limit.")
    ] = "json",
    at: AtParameter = "",
) -> Response:
    """Entities in the order of their names, with their number.

    Conditions of different parameters, and repeated ones, all hold; values with commas between them are alternatives.
    """
    place = cursors.parse_cursor(cursor, request)
    served = await cursors.served_at(request, place, at)
    index = served.index
    check_language(language, index)
    wanted = listing.Request(
        filter=filtered.filter,
        sort=sort,
        fields=split([fields]),
        facets=split([facets]),
        most_values=facet_limit,
        language=language,
    )
    if format_ == CSV.name:
        return await _table(request, served, wanted, limit)
    if format_ != "json":
        raise ParameterError("format", format_, "there is no such format here.", allowed=("json", "csv"))
    offset = place.offset if place else 0
    most = USUAL if limit is None else limit

    def links(page: Page) -> str:
        return cursors.links(request, served, offset=offset, limit=most, total=page.total)

    return await answer(
        request, index, served.cache, lambda: _lister(index).page(wanted, limit=most, offset=offset), links=links
    )


async def _table(request: Request, served: Served, wanted: listing.Request, limit: int | None) -> Response:
    def make() -> bytes:
        page = _lister(served.index).page(wanted, limit=limit)
        return _as_csv(wanted.fields, (item.values() for item in page.items))

    made = Answer.of(await run_in_threadpool(make))
    response = respond(made, request.headers, served.index)
    response.headers["Content-Type"] = f"{CSV.media_type}; charset=utf-8"
    return response


def _as_csv(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Return a table; several values stand in one cell, with a bar between them."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(head)
    writer.writerows([" | ".join(cell) if isinstance(cell, list) else cell for cell in row] for row in rows)
    return output.getvalue().encode()


def _lister(index: Index) -> Lister:
    return Lister(index.atlas, index.vocabulary, index.catalogue, index.iris)
