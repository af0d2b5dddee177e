"""``/readyz``: whether the service can do its work now; a list of named checks, so that there is always a reason."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import State

from api.answers import to_json
from api.following import Following
from api.problems import problem
from api.watching import Watching
from graph.engine.jobs import Job
from graph.engine.pool import Pool
from graph.errors import GraphError
from graph.index import Index

router = APIRouter(tags=["health"])
WORKER_SECONDS: Final = 2.0
REMEMBERED_SECONDS: Final = 1.0
PROBE: Final = Job("ASK {}", "json", {}, None)


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found."""

    name: str
    ok: bool
    detail: str


Checker = Callable[[State], Awaitable[Check]]


async def check_generation(state: State) -> Check:
    """Return whether the newest generation is open, and its folder still there: workers open it again and again."""
    index: Index = state.index
    number = index.generation.id
    following: Following | None = state.following
    if following is not None and following.behind:
        return Check("generation", ok=False, detail=following.behind)
    if not index.generation.folder.is_dir():
        return Check("generation", ok=False, detail=f"the folder of generation {number} is gone")
    return Check("generation", ok=True, detail=f"generation {number} is open")


async def check_workers(state: State) -> Check:
    """Return whether a worker can be had within a short time."""
    pool: Pool = state.pool
    try:
        async with asyncio.timeout(WORKER_SECONDS):
            async for _ in pool.answer(PROBE):
                pass
    except TimeoutError:
        return Check("workers", ok=False, detail=f"no worker was free within {WORKER_SECONDS:g} seconds")
    except GraphError as error:
        return Check("workers", ok=False, detail=str(error))
    return Check("workers", ok=True, detail="a worker answers")


async def check_watch(state: State) -> Check:
    """Return whether changes of the folder are seen and published, where that was asked for."""
    watching: Watching | None = state.watching
    if watching is None:
        return Check("watch", ok=True, detail="nobody asked to watch the folder")
    return Check("watch", ok=not watching.trouble, detail=watching.trouble or "the folder is watched")


async def check_server(state: State) -> Check:
    """Return whether the server that holds the graph answers."""
    following: Following | None = state.following
    if following is None:
        return Check("server", ok=True, detail="the graph is on this machine")
    return Check("server", ok=not following.trouble, detail=following.trouble or following.told())


Name = Literal["generation", "workers", "watch", "server"]
CHECKERS: Final[Mapping[Name, Checker]] = MappingProxyType(
    {
        "generation": check_generation,
        "workers": check_workers,
        "watch": check_watch,
        "server": check_server,
    }
)


@dataclass(slots=True)
class Readiness:
    """Runs checks, and remembers what they found for a moment: many probes cost as much as one."""

    _found: dict[Name, tuple[Check, float]] = field(default_factory=dict)
    _checking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def checks(self, state: State, excluded: Collection[Name] = ()) -> tuple[Check, ...]:
        """Return what each check that is not *excluded* found, now or a moment ago."""
        async with self._checking:
            return tuple([await self._check(name, state) for name in CHECKERS if name not in excluded])

    async def _check(self, name: Name, state: State) -> Check:
        now = asyncio.get_running_loop().time
        if name not in self._found or now() >= self._found[name][1]:
            self._found[name] = (await CHECKERS[name](state), now() + REMEMBERED_SECONDS)
        return self._found[name][0]


@router.get("/readyz", summary="Whether the service can do its work")
async def read_readiness(
    request: Request,
    exclude: Annotated[list[Name], Query(description="A check that does not count here.", default_factory=list)],
) -> Response:
    """Every check with what it found; 503 where one failed."""
    readiness: Readiness = request.app.state.readiness
    checks = await readiness.checks(request.app.state, exclude)
    listed = [asdict(check) for check in checks]
    headers = {"Cache-Control": "no-store"}
    missing = [check for check in checks if not check.ok]
    if not missing:
        return Response(to_json({"status": "ready", "checks": listed}), headers=headers, media_type="application/json")
    detail = "; ".join(f"{check.name}: {check.detail}" for check in missing)
    title = "The service cannot do its work now"
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "not-ready", title, detail, headers=headers, checks=listed)
