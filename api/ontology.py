"""``/api/types`` and ``/api/relations``: the ontology for people and tools."""

from fastapi import APIRouter, Depends, Request, Response

from api.answers import answer
from api.dependencies import CacheDep, IndexDep, check_parameters
from graph.schema import RelationEntry, TypeEntry, list_relations, list_types

router = APIRouter(prefix="/api", tags=["ontology"], dependencies=[Depends(check_parameters)])


@router.get("/types", response_model=list[TypeEntry], summary="The classes")
async def read_types(request: Request, index: IndexDep, cache: CacheDep) -> Response:
    """Every class with its labels, its wider classes and how many entities it has."""
    return await answer(request, index, cache, lambda: list_types(index.reader, index.vocabulary))


@router.get("/relations", response_model=list[RelationEntry], summary="The relations")
async def read_relations(request: Request, index: IndexDep, cache: CacheDep) -> Response:
    """Every relation with its labels, sentences, inverse, what it connects, and how many edges it has."""
    return await answer(request, index, cache, lambda: list_relations(index.reader, index.vocabulary))
