"""``/api/entities``: which entities there are, and everything known of one."""

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.answers import answer
from api.dependencies import CacheDep, IndexDep, check_parameters
from api.problems import CursorError
from graph.entities import Entity, find_entity
from graph.errors import ParameterError
from graph.index import Index
from graph.nearness import nearest
from graph.relations import Connection, Direction, Question, find_relation, list_connections
from graph.selection import Condition, Page, Selection, list_entities

router = APIRouter(prefix="/api/entities", tags=["entities"], dependencies=[Depends(check_parameters)])

MOST = 1000
WITH = "A relation that the entity has: `uses`, `uses:ansible`, `uses:ansible,chef` (one of them), "
WITH += "`uses:ConfigurationManagementTool` (anything of a class), `dependsOn*:openstack` (over any number of steps)."
LanguageParameter = Annotated[
    str, Query(alias="lang", max_length=35, description="The language of labels and sentences.")
]


@router.get("", response_model=Page, summary="List entities")
async def read_entities(
    request: Request,
    index: IndexDep,
    cache: CacheDep,
    type_: Annotated[
        list[str] | None,
        Query(alias="type", description="Classes, of which one must fit; narrower ones fit too."),
    ] = None,
    having: Annotated[list[str] | None, Query(alias="with", description=WITH)] = None,
    lacking: Annotated[
        list[str] | None,
        Query(alias="without", description="The same, for what nothing in the graph says of the entity."),
    ] = None,
    opinion: Annotated[
        list[str] | None, Query(description="Kinds of opinion, of which there is one: pro, con, …")
    ] = None,
    words: Annotated[str, Query(alias="q", max_length=200, description="A part of a name or another spelling.")] = "",
    limit: Annotated[int, Query(ge=0, le=MOST, description="How many to return; 0 gives the total alone.")] = 50,
    cursor: Annotated[str, Query(max_length=200, description="Where to go on, from the Link header.")] = "",
) -> Response:
    """Entities by name, with their number; conditions of different parameters, and repeated ones, all hold."""
    selection = Selection(
        types=_split(type_),
        having=tuple(Condition.parse(text, parameter="with") for text in having or ()),
        lacking=tuple(Condition.parse(text, parameter="without") for text in lacking or ()),
        polarities=_split(opinion),
        words=words,
    )
    offset = _offset(cursor, index)

    def links(page: Page) -> str:
        after = offset + len(page.items)
        if not page.items or after >= page.total:
            return ""
        following = request.url.include_query_params(cursor=_cursor(after, index))
        return f'<{following.path}?{following.query}>; rel="next"'

    return await answer(
        request,
        index,
        cache,
        lambda: list_entities(selection, index.reader, index.catalogue, limit=limit, offset=offset),
        links=links,
    )


@router.get("/{slug}", response_model=Entity, summary="One entity")
async def read_entity(
    slug: str, request: Request, index: IndexDep, cache: CacheDep, language: LanguageParameter = ""
) -> Response:
    """Everything known of one entity, each relation with who says so and its sentence."""
    _check_language(language, index)
    return await answer(
        request, index, cache, lambda: find_entity(slug, index.reader, index.catalogue, language=language)
    )


@router.get("/{slug}/relations", response_model=list[Connection], summary="The relations of one entity")
async def read_relations(
    slug: str,
    request: Request,
    index: IndexDep,
    cache: CacheDep,
    relation: Annotated[str, Query(max_length=200, description="Only this relation and narrower ones.")] = "",
    direction: Annotated[
        Direction, Query(description="`out` reads from the entity on, `in` are inverses.")
    ] = Direction.BOTH,
    inferred: Annotated[bool, Query(description="Whether inferred edges are listed too.")] = False,
    transitive: Annotated[bool, Query(description="Whether the relation is followed over several steps.")] = False,
    depth: Annotated[int, Query(ge=1, le=1000, description="How many steps at most.")] = 1000,
    language: LanguageParameter = "",
) -> Response:
    """The relations of one entity, told from its side; over several steps each target comes once, nearest first."""
    _check_language(language, index)
    question = Question(
        relation=find_relation(relation, index.vocabulary) if relation else None,
        direction=direction,
        inferred=inferred,
        transitive=transitive,
        depth=depth,
        language=language,
    )
    iri = index.catalogue.find(slug)
    return await answer(request, index, cache, lambda: list_connections(iri, index.reader, index.catalogue, question))


def _split(values: list[str] | None) -> tuple[str, ...]:
    return tuple(word for value in values or () for word in value.split(",") if word)


def _check_language(language: str, index: Index) -> None:
    if language and language not in index.vocabulary.languages:
        known = index.vocabulary.languages
        raise ParameterError(
            "lang", language, "there are no texts in it.", suggestions=nearest(language, known), allowed=known
        )


def _cursor(offset: int, index: Index) -> str:
    return base64.urlsafe_b64encode(f"{index.generation.id}:{offset}".encode()).decode().rstrip("=")


def _offset(cursor: str, index: Index) -> int:
    if not cursor:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        generation, offset = map(int, base64.urlsafe_b64decode(padded).decode("ascii").split(":"))
    except (binascii.Error, ValueError) as error:
        raise ParameterError("cursor", cursor, "this is no cursor; take it from the Link header.") from error
    if offset < 0:
        raise ParameterError("cursor", cursor, "this is no cursor; take it from the Link header.")
    if generation != index.generation.id:
        raise CursorError
    return offset
