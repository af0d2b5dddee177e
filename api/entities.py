"""``/api/entities/{slug}``: everything known of one entity."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.answers import answer
from api.dependencies import CacheDep, IndexDep, check_parameters
from api.parameters import check_language
from graph.entities import Entity, find_entity
from graph.relations import Connection, Direction, Question, find_relation, list_connections

router = APIRouter(prefix="/api/entities", tags=["entities"], dependencies=[Depends(check_parameters)])

LanguageParameter = Annotated[
    str, Query(alias="lang", max_length=35, description="The language of labels and sentences.")
]


@router.get("/{slug}", response_model=Entity, summary="One entity")
async def read_entity(
    slug: str, request: Request, index: IndexDep, cache: CacheDep, language: LanguageParameter = ""
) -> Response:
    """Everything known of one entity, each relation with who says so and its sentence."""
    check_language(language, index)
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
    check_language(language, index)
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
