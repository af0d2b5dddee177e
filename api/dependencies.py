"""What endpoints may ask for: the index, the workers, the settings, and a check of the parameters' names."""

from collections import Counter
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from api.cache import Cache
from api.serving import Served, generation_number, served_for
from api.settings import Settings
from graph.errors import ParameterError
from graph.index import Index
from graph.nearness import nearest

AtParameter = Annotated[
    str, Query(alias="at", max_length=20, description="The number of an earlier generation to answer from.")
]


async def get_served(request: Request, at: AtParameter = "") -> Served:
    """Return the generation that is asked for: the newest, unless the request names another."""
    return await served_for(request.app.state, generation_number(at) if at else None)


async def get_index(served: Annotated[Served, Depends(get_served)]) -> Index:
    """Return that generation, opened."""
    return served.index


async def get_settings(request: Request) -> Settings:
    """Return the settings."""
    settings: Settings = request.app.state.settings
    return settings


async def get_cache(served: Annotated[Served, Depends(get_served)]) -> Cache:
    """Return the cache of its answers."""
    return served.cache


async def check_parameters(request: Request) -> None:
    """Refuse parameters that the endpoint does not know: a misspelt filter must not answer as if it were none.

    Raises:
        ParameterError: There is one, or one is there twice that takes one value.
    """
    if not request.query_params:
        return
    known = _documented(request)
    for name, count in Counter(name for name, _ in request.query_params.multi_items()).items():
        value = request.query_params[name]
        if name not in known:
            near = nearest(name, known)
            raise ParameterError(
                name[:80], value, "there is no such parameter here.", suggestions=near, allowed=sorted(known)
            )
        if count > 1 and not known[name]:
            raise ParameterError(name, value, f"this is there {count} times, and may be there once.")


def _documented(request: Request) -> dict[str, bool]:
    """Return the parameters of the endpoint, and whether each may be repeated, as it is described."""
    operations = request.app.openapi()["paths"].get(request.scope["route"].path_format, {})
    operation = operations.get("get" if request.method == "HEAD" else request.method.lower(), {})
    return {one["name"]: _is_list(one["schema"]) for one in operation.get("parameters", ()) if one["in"] == "query"}


def _is_list(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "array" or any(_is_list(part) for part in schema.get("anyOf", ()))


ServedDep = Annotated[Served, Depends(get_served)]
IndexDep = Annotated[Index, Depends(get_index)]
SettingsDep = Annotated[Settings, Depends(get_settings)]
CacheDep = Annotated[Cache, Depends(get_cache)]
