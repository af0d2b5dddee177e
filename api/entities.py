"""``/api/entities/{slug}``: everything known of one entity."""

import dataclasses
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.answers import answer, respond, to_json
from api.cache import Answer
from api.dependencies import CacheDep, IndexDep, check_parameters
from api.negotiation import choose
from api.parameters import check_language, split
from graph.entities import Entity, find_entity
from graph.errors import ParameterError
from graph.following import follow
from graph.formats import JSON_LD, PLAIN_JSON
from graph.index import Index, describe
from graph.jsonld import thing
from graph.nearness import nearest
from graph.relations import Connection, Direction, Question, find_relation, list_connections

router = APIRouter(prefix="/api/entities", tags=["entities"], dependencies=[Depends(check_parameters)])

LanguageParameter = Annotated[
    str, Query(alias="lang", max_length=35, description="The language of labels and sentences.")
]


@router.get("/{slug}", response_model=Entity, summary="One entity")
async def read_entity(
    slug: str,
    request: Request,
    index: IndexDep,
    cache: CacheDep,
    fields: Annotated[str, Query(max_length=400, description="Which fields are wanted; all without it.")] = "",
    language: LanguageParameter = "",
    wanted: Annotated[
        str, Query(alias="format", max_length=100, description="`json` or `json-ld`, in place of the Accept header.")
    ] = "",
) -> Response:
    """Everything known of one entity, each relation with who says so and its sentence.

    As JSON-LD it is what the graph says of the entity, with the context at `/context.jsonld`.
    """
    check_language(language, index)
    if choose((PLAIN_JSON, JSON_LD), accept=request.headers.get("accept"), wanted=wanted) is JSON_LD:
        return await _as_json_ld(slug, request, index)

    def make() -> Any:
        found = index.iris.reference(index.find(slug).value)
        return trimmed(find_entity(found, index.reader, index.catalogue, language=language), fields)

    return await answer(request, index, cache, make)


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
    check_language(language, index)
    question = Question(
        relation=find_relation(relation, index.vocabulary) if relation else None,
        direction=direction,
        inferred=inferred,
        depth=depth,
        language=language,
    )

    def make() -> list[Connection]:
        iri = index.find(slug)
        if transitive:
            return follow(iri, question, index.atlas, index.reader, index.catalogue)
        return list_connections(iri, index.reader, index.catalogue, question)

    return await answer(request, index, cache, make)


async def _as_json_ld(slug: str, request: Request, index: Index) -> Response:
    def make() -> bytes:
        address = f"{request.scope.get('root_path', '')}/context.jsonld"
        return to_json(thing(index.find(slug), describe(slug, index), index.vocabulary, context_address=address))

    response = respond(Answer.of(await run_in_threadpool(make)), request.headers, index)
    response.headers["Content-Type"] = JSON_LD.media_type
    return response


def trimmed(entity: Entity, fields: str) -> Any:
    """Return *entity*, or the *fields* of it that are wanted.

    Raises:
        ParameterError: It has no such field.
    """
    known = [one.name for one in dataclasses.fields(Entity)]
    wanted = split([fields])
    for name in wanted:
        if name not in known:
            near = nearest(name, known)
            raise ParameterError("fields", name, "there is no such field.", suggestions=near, allowed=known)
    return {name: getattr(entity, name) for name in wanted} if wanted else entity
