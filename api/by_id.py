"""``POST /api/entities/by-id``: many entities in one answer."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.answers import GENERATION, to_json
from api.bodies import media_type_of, read_bytes
from api.dependencies import IndexDep, SettingsDep, check_parameters
from api.entities import trimmed
from api.errors import MediaTypeError
from api.parameters import check_language
from graph.entities import Entity, find_entity
from graph.errors import MovedError, ParameterError, UnknownEntityError
from graph.index import Index

router = APIRouter(prefix="/api/entities", tags=["entities"], dependencies=[Depends(check_parameters)])

MOST: Final = 1000
LONGEST: Final = 200
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Slugs:
    """What is asked for: up to 1,000 slugs."""

    slugs: list[str]


@dataclass(frozen=True, slots=True)
class UnknownSlug:
    """A slug that no entity has, and those that may have been meant."""

    slug: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entities:
    """Entities in the order that they were asked for, each once.

    Attributes:
        moved: Slugs that are other spellings, or were replaced, with those that the entities have.
    """

    items: tuple[Entity, ...]
    unknown: tuple[UnknownSlug, ...]
    moved: dict[str, str]


BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "object",
                    "required": ["slugs"],
                    "additionalProperties": False,
                    "properties": {
                        "slugs": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MOST,
                            "items": {"type": "string", "minLength": 1, "maxLength": LONGEST},
                        }
                    },
                },
                "example": {"slugs": ["kubespray", "kops"]},
            }
        },
    }
}


@router.post("/by-id", response_model=Entities, summary="Many entities at once", openapi_extra=BODY)
async def read_entities_by_id(
    request: Request,
    index: IndexDep,
    settings: SettingsDep,
    fields: Annotated[str, Query(max_length=400, description="Which fields of each are wanted; all without it.")] = "",
    language: Annotated[str, Query(alias="lang", max_length=35, description="The language of sentences.")] = "",
) -> Response:
    """Up to 1,000 entities in one answer; slugs that no entity has are listed with what may have been meant."""
    check_language(language, index)
    if media_type_of(request) != JSON:
        raise MediaTypeError(media_type_of(request), (JSON,))
    slugs = _parsed(await read_bytes(request, settings.request_bytes))

    def make() -> bytes:
        found = _found(slugs, index, language)
        items = [trimmed(one, fields) for one in found.items]
        return to_json({"items": items, "unknown": found.unknown, "moved": found.moved})

    content = await run_in_threadpool(make)
    headers = {GENERATION: str(index.generation.id), "Cache-Control": "no-cache"}
    return Response(content, headers=headers, media_type=JSON)


def _parsed(body: bytes) -> list[str]:
    """Return the slugs in *body*.

    Raises:
        ParameterError: It is not what is expected.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ParameterError("body", body[:40].decode(errors="replace"), f"this is not JSON ({place}).") from error
    slugs = value.get("slugs") if isinstance(value, dict) and set(value) == {"slugs"} else None
    if not isinstance(slugs, list) or not all(isinstance(slug, str) and slug for slug in slugs) or not slugs:
        raise ParameterError("slugs", body[:40].decode(errors="replace"), 'an object is expected: {"slugs": ["…", …]}.')
    if len(slugs) > MOST:
        raise ParameterError("slugs", f"{len(slugs)} of them", f"{MOST} may be asked for at once.")
    long = next((slug for slug in slugs if len(slug) > LONGEST), None)
    if long is not None:
        raise ParameterError("slugs", long, f"a slug has {LONGEST} characters at most.")
    return list(dict.fromkeys(slugs))


def _found(slugs: list[str], index: Index, language: str) -> Entities:
    items: dict[str, Entity] = {}
    unknown, moved = [], {}
    for slug in slugs:
        try:
            found = index.iris.reference(index.find(slug).value)
        except MovedError as error:
            found = moved[slug] = error.slug
        except UnknownEntityError as error:
            unknown.append(UnknownSlug(slug, error.suggestions))
            continue
        if found not in items:
            items[found] = find_entity(found, index.reader, index.catalogue, language=language)
    return Entities(tuple(items.values()), tuple(unknown), moved)
