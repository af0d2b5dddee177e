"""``/readyz``: whether the service can do its work now; a list of named checks, so that there is always a reason."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response
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
    """Return whether a generation is open and its folder is still there, which workers open again and again."""
    index: Index = state.index
    number = index.generation.id
    if index.generation.folder.is_dir():
        return Check("generation", ok=True, detail=f"generation {number} is open")
    return Check("generation", ok=False, detail=f"the folder of generation {number} is gone")


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
    """Return whether the server that holds the graph answers, and whether what it holds is served."""
    following: Following | None = state.following
    if following is None:
        return Check("server", ok=True, detail="the graph is on this machine")
    return Check("server", ok=not following.trouble, detail=following.trouble or following.told())


CHECKERS: Final[tuple[Checker, ...]] = (check_generation, check_workers, check_watch, check_server)


@dataclass(slots=True)
class Readiness:
    """Runs the checks, and remembers what they found for a moment: many probes cost as much as one."""

    checkers: tuple[Checker, ...] = CHECKERS
    _found: tuple[Check, ...] = ()
    _until: float = 0.0
    _checking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def checks(self, state: State) -> tuple[Check, ...]:
        """Return what each check found, now or a moment ago."""
        async with self._checking:
            now = asyncio.get_running_loop().time
            if now() >= self._until:
                self._found = tuple([await check(state) for check in self.checkers])
                self._until = now() + REMEMBERED_SECONDS
        return self._found


@router.get("/readyz", summary="Whether the service can do its work")
async def read_readiness(request: Request) -> Response:
    """Every check with what it found; 503 where one failed."""
    readiness: Readiness = request.app.state.readiness
    checks = await readiness.checks(request.app.state)
    listed = [asdict(check) for check in checks]
    headers = {"Cache-Control": "no-store"}
    missing = [check for check in checks if not check.ok]
    if not missing:
        return Response(to_json({"status": "ready", "checks": listed}), headers=headers, media_type="application/json")
    detail = "; ".join(f"{check.name}: {check.detail}" for check in missing)
    title = "The service cannot do its work now"
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "not-ready", title, detail, headers=headers, checks=listed)
