"""``GET /api/paths``: how two entities are connected."""

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.answers import answer
from api.dependencies import ServedDep, SettingsDep, check_parameters
from api.disconnection import UnlessGone
from api.export_answer import FormatParameter, view_answer, view_format
from api.parameters import check_language, entity_reference, split
from api.serving import Served
from graph import paths
from graph.engine.jobs import WalkJob
from graph.errors import ParameterError
from graph.exports.views import of_paths
from graph.paths import MOST_STEPS, MOST_WAYS, Along, Find, PathQuestion, Paths
from graph.relations import find_relation
from graph.walks import Walk, Ways

router = APIRouter(prefix="/api/paths", tags=["relations"], dependencies=[Depends(check_parameters)])

USUAL_SECONDS: Final = 2.0
# How much longer than it may search a worker may take to say what it has found; of the limit of queries, which ends
# the worker, this part is the most that a search gets, so that there is time left to say it.
GRACE_SECONDS: Final = 2.0
SEARCHED_PART: Final = 0.9


@router.get("", response_model=Paths, summary="How two entities are connected")
async def read_paths(
    request: Request,
    served: ServedDep,
    settings: SettingsDep,
    source: Annotated[str, Query(alias="from", max_length=200, description="The slug where paths begin.")],
    target: Annotated[str, Query(alias="to", max_length=200, description="The slug where they end.")],
    find: Annotated[
        Find, Query(description="`shortest` (one), `all` that are as short, or `k`: the shortest and the next ones.")
    ] = Find.SHORTEST,
    most_paths: Annotated[int, Query(alias="k", ge=1, le=MOST_WAYS, description="How many paths at most.")] = 10,
    most_steps: Annotated[
        int, Query(alias="max_length", ge=1, le=MOST_STEPS, description="How many steps a path may have.")
    ] = 6,
    relations: Annotated[
        list[str] | None, Query(description="Only these relations and narrower ones; commas between them.")
    ] = None,
    along: Annotated[
        Along, Query(alias="direction", description="Follow relations `either` way, or only as they are `given`.")
    ] = Along.EITHER,
    avoid: Annotated[list[str] | None, Query(description="Slugs of entities that no path leads through.")] = None,
    inferred: Annotated[bool, Query(description="Whether edges that no document states may be followed.")] = False,
    timeout: Annotated[
        float | None,
        Query(
            gt=0,
            description="Seconds, up to the limit of queries, after which what was found is told; "
            f"{USUAL_SECONDS:g}, or that limit where it is less.",
        ),
    ] = None,
    language: Annotated[str, Query(alias="lang", max_length=35, description="The language of sentences.")] = "",
    wanted: FormatParameter = "",
) -> Response:
    """The paths between two entities, each step with its sentence and who states it.

    The answer says whether these are all that were asked for, and what cut the search short where they are not.
    """
    index = served.index
    check_language(language, index)
    form = view_format(request, wanted)
    if timeout is not None and timeout > settings.query_seconds:
        raise ParameterError("timeout", str(timeout), f"it may be {settings.query_seconds:g} seconds at most.")
    question = PathQuestion(
        source=entity_reference("from", source, index),
        target=entity_reference("to", target, index),
        find=find,
        along=along,
        relations=tuple(find_relation(key, index.vocabulary, parameter="relations") for key in split(relations)),
        avoided=tuple(entity_reference("avoid", slug, index) for slug in split(avoid)),
        inferred=inferred,
        most_steps=most_steps,
        most_paths=most_paths,
        seconds=min(timeout or USUAL_SECONDS, SEARCHED_PART * settings.query_seconds),
        language=language,
    )
    walk = await run_in_threadpool(lambda: paths.plan(question, index.atlas, index.vocabulary))
    ways = await _walked(walk, served, request)

    def make() -> Paths:
        return paths.tell(ways, question, index.atlas, index.reader, index.catalogue)

    if form is not None:
        return await view_answer(lambda: of_paths(make()), form, language, request, served)
    return await answer(request, index, served.cache, make, is_kept=ways.reached != "time", wanted=wanted)


async def _walked(walk: Walk, served: Served, request: Request) -> Ways:
    """Return what a worker finds.

    Raises:
        ClientDisconnect: The client has gone, and the worker with it.
    """
    folder = await run_in_threadpool(lambda: served.index.derived.arrays)
    job = WalkJob(str(folder.resolve()), walk)
    with UnlessGone(request.receive), await served.pool.ask(job, seconds=walk.seconds + GRACE_SECONDS) as answering:
        pieces = []
        while piece := await answering.read():
            pieces.append(piece)
        found = orjson.loads(b"".join(pieces))
        return Ways(tuple(map(tuple, found["ways"])), found["reached"])
    raise ClientDisconnect
