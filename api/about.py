"""``/api/about`` and ``/api/questions``: what a page needs before it shows anything."""

from dataclasses import dataclass
from importlib.metadata import version

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.answers import answer, to_json
from api.dependencies import CacheDep, IndexDep, SettingsDep, check_parameters
from graph.questions import Example, read_questions
from graph.schema import Words, words_of

router = APIRouter(prefix="/api", tags=["ontology"], dependencies=[Depends(check_parameters)])


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What a query may take; 0 rows stand for no limit."""

    seconds: float
    rows: int
    memory_mib: int


@dataclass(frozen=True, slots=True)
class About:
    """The service and its dataset: the name, what may be done, and the words that answers are made of."""

    title: str
    version: str
    licence: str
    base_iri: str
    writes: bool
    limits: QueryLimits
    prefixes: dict[str, str]
    words: Words


@router.get("/about", response_model=About, summary="The service and its words")
async def read_about(request: Request, index: IndexDep, cache: CacheDep, settings: SettingsDep) -> Response:
    """The name of the dataset, limits and prefixes of queries, and the labels of attributes, opinions and readings."""

    def make() -> About:
        return About(
            title=settings.title,
            version=version("cloudindex"),
            licence=settings.licence,
            base_iri=index.iris.base,
            writes=settings.writes,
            limits=QueryLimits(settings.query_seconds, settings.query_rows, settings.query_memory_mib),
            prefixes=index.prefixes,
            words=words_of(index.vocabulary),
        )

    return await answer(request, index, cache, make)


@router.get("/questions", response_model=list[Example], summary="Questions to begin with")
async def read_examples(settings: SettingsDep) -> Response:
    """The questions that come with the documents, each with a query that answers it."""
    found = await run_in_threadpool(read_questions, settings.data)
    return Response(to_json(found), headers={"Cache-Control": "no-cache"}, media_type="application/json")
