"""``/healthz``: whether the service answers."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import IndexDep

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """That the service answers, and from which generation."""

    status: str
    generation: int


@router.get("/healthz", summary="Whether the service answers")
async def read_health(index: IndexDep) -> Health:
    """The service answers; it says from which generation."""
    return Health(status="ok", generation=index.generation.id)
