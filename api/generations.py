"""``/api/generations``: what was published when, by whom, and the way back."""

from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api.answers import to_json
from api.dependencies import SettingsDep, check_parameters
from api.tokens import Role
from api.writing import allow, do
from graph.engine.generations import Generation, find_generation, list_generations
from graph.writes import Restore

router = APIRouter(prefix="/api/generations", tags=["generations"], dependencies=[Depends(check_parameters)])


class GenerationEntry(BaseModel):
    """A generation that is kept: when it was published, why, what changed, and what it holds."""

    id: int
    published: datetime
    cause: str
    by: str
    request: str
    changed: list[str]
    documents: int
    triples: int
    seconds: dict[str, float]


@router.get("", response_model=list[GenerationEntry], summary="List generations")
async def read_generations(settings: SettingsDep) -> Response:
    """The generations that are kept, the newest first; `at=` asks any of them."""
    found = await run_in_threadpool(list_generations, settings.state)
    return _json([_shown(one).model_dump(mode="json") for one in found])


@router.get("/{number}", response_model=GenerationEntry, summary="One generation")
async def read_generation(number: int, settings: SettingsDep) -> Response:
    """One generation; 410 where it is not kept any more."""
    found = await run_in_threadpool(find_generation, settings.state, number)
    return _json(_shown(found).model_dump(mode="json"))


@router.post("/{number}/restore", summary="Publish what an earlier generation held", status_code=200)
async def restore(number: int, request: Request) -> Response:
    """Publish the content of an earlier generation under a new number."""
    author = await allow(request, Role.ADMIN)
    return await do(request, Restore(number), author)


def _json(value: object) -> Response:
    return Response(to_json(value), headers={"Cache-Control": "no-cache"}, media_type="application/json")


def _shown(one: Generation) -> GenerationEntry:
    manifest = one.manifest
    return GenerationEntry(
        id=one.id,
        published=manifest.published,
        cause=manifest.cause.kind,
        by=manifest.cause.by,
        request=manifest.cause.request,
        changed=list(manifest.cause.documents),
        documents=sum(1 for document in manifest.documents if document.digest),
        triples=manifest.triple_count,
        seconds=manifest.seconds,
    )
