"""``/api/types`` and ``/api/relations``: the ontology for people and tools."""

from fastapi import APIRouter, Depends, Request, Response

from api.answers import answer
from api.dependencies import CacheDep, IndexDep, check_parameters
from graph.index import Index
from graph.schema import RelationDetails, RelationEntry, Schema, TypeDetails, TypeEntry

router = APIRouter(prefix="/api", tags=["ontology"], dependencies=[Depends(check_parameters)])


@router.get("/types", response_model=list[TypeEntry], summary="The classes")
async def read_types(request: Request, index: IndexDep, cache: CacheDep) -> Response:
    """Every class with its labels, its wider classes and how many entities it has."""
    return await answer(request, index, cache, lambda: _schema(index).types())


@router.get("/types/{key}", response_model=TypeDetails, summary="One class")
async def read_type(key: str, request: Request, index: IndexDep, cache: CacheDep) -> Response:
    """A class, and which relations its entities have to entities of which other classes, with their numbers."""
    return await answer(request, index, cache, lambda: _schema(index).type(key))


@router.get("/relations", response_model=list[RelationEntry], summary="The relations")
async def read_vocabulary_relations(request: Request, index: IndexDep, cache: CacheDep) -> Response:
    """Every relation with its labels, sentences, inverse, what it connects, and how many edges it has."""
    return await answer(request, index, cache, lambda: _schema(index).relations())


@router.get("/relations/{key}", response_model=RelationDetails, summary="One relation")
async def read_vocabulary_relation(key: str, request: Request, index: IndexDep, cache: CacheDep) -> Response:
    """A relation, and entities of which classes it really connects, with their numbers."""
    return await answer(request, index, cache, lambda: _schema(index).relation(key))


def _schema(index: Index) -> Schema:
    manifest = index.generation.manifest
    return Schema(index.atlas, index.vocabulary, manifest.classes, manifest.properties)
