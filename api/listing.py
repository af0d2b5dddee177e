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
from api.parameters import check_language, split
from api.serving import Served
from graph import listing
from graph.atlas import BASIS, DOCUMENT, LANGUAGE, POLARITY, TYPE
from graph.errors import ParameterError
from graph.filters import And, Filter, Not, Term, parse, parse_term
from graph.formats import CSV
from graph.index import Index
from graph.listing import ITEM_FIELDS, SORTED_BY, Lister, Page
from graph.selection import EXACT_TYPE, NAME, TEXT

router = APIRouter(prefix="/api/entities", tags=["entities"], dependencies=[Depends(check_parameters)])

MOST: Final = 1000
USUAL: Final = 50
MOST_VALUES: Final = 1000
LONGEST: Final = 4000
WITH: Final = (
    "A relation that the entity has: `uses`, `uses:ansible`, `uses:ansible,chef` (one of them), "
    "`uses:ConfigurationManagementTool` (anything of a class), `dependsOn*:openstack` (over any number of steps)."
)
FILTER: Final = (
    "Terms with `and`, `or`, `not` and brackets. A term is a field, perhaps with values of which one must fit: "
    "`type`, `exact_type`, `name`, `text`, `language`, `document`, `opinion`, `basis`, `relation`, an attribute or a "
    "relation of the ontology. Example: `type:Software and not uses:ansible and (opinion:pro or document:my-note)`."
)


def _described(description: str, *, alias: str | None = None) -> Any:
    return Query(alias=alias, description=description, max_length=20)


@router.get("", response_model=Page, summary="List entities")
async def read_entities(
    request: Request,
    types: Annotated[
        list[str] | None, _described("Classes of which one fits; so do narrower ones.", alias=TYPE)
    ] = None,
    exact_types: Annotated[list[str] | None, _described("Classes; narrower ones do not fit.", alias=EXACT_TYPE)] = None,
    having: Annotated[list[str] | None, _described(WITH, alias="with")] = None,
    lacking: Annotated[
        list[str] | None,
        _described("The same, for what nothing in the graph says of the entity.", alias="without"),
    ] = None,
    opinions: Annotated[
        list[str] | None, _described("Kinds of opinion, of which there is one: pro, con, …", alias=POLARITY)
    ] = None,
    documents: Annotated[list[str] | None, _described("Documents that speak of it.", alias=DOCUMENT)] = None,
    languages: Annotated[list[str] | None, _described("Languages that it has texts in.", alias=LANGUAGE)] = None,
    bases: Annotated[list[str] | None, _described("How statements on it were read: stated, …", alias=BASIS)] = None,
    names: Annotated[
        list[str] | None, _described("Its name, or with a star at its end how the name begins.", alias=NAME)
    ] = None,
    words: Annotated[str, Query(alias="q", max_length=200, description="A part of a name or another spelling.")] = "",
    filter_: Annotated[str, Query(alias="filter", max_length=LONGEST, description=FILTER)] = "",
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
    fields_of_terms = (
        (TYPE, types),
        (EXACT_TYPE, exact_types),
        (POLARITY, opinions),
        (DOCUMENT, documents),
        (LANGUAGE, languages),
        (BASIS, bases),
        (NAME, names),
    )
    terms: list[Filter] = [
        _term(field, text) for field, texts in fields_of_terms for text in texts or () if text or field == NAME
    ]
    terms += [_condition(text, "with") for text in having or ()]
    terms += [Not(_condition(text, "without")) for text in lacking or ()]
    if words:
        terms.append(Term(TEXT, (words,), parameter="q"))
    if filter_:
        terms.append(parse(filter_))
    wanted = listing.Request(
        filter=And(tuple(terms)),
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


def _term(field: str, text: str) -> Term:
    return Term(field, split([text]), parameter=field)


def _condition(text: str, parameter: str) -> Term:
    """Return a condition on a relation; a field that is none is refused later, by its name."""
    relation, _, _ = text.partition(":")
    if not relation.removesuffix("*"):
        raise ParameterError(parameter, relation, "say which relation, such as “uses:ansible”.")
    return parse_term(text, parameter=parameter)
