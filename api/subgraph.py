"""``POST /api/subgraph``, and how many neighbours an entity has: a part of the graph, put together piece by piece."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final, NoReturn

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.answers import GENERATION, answer, to_json
from api.bodies import media_type_of, read_bytes
from api.dependencies import ServedDep, SettingsDep, check_parameters
from api.errors import MediaTypeError
from api.export_answer import FormatParameter, view_answer, view_format
from api.parameters import check_language
from graph.atlas import NOTHING
from graph.errors import MovedError, ParameterError, UnknownEntityError
from graph.exports.views import of_subgraph
from graph.index import Index
from graph.neighbours import NeighbourCounts, count_neighbours
from graph.relations import Direction
from graph.subgraph import (
    MOST_EDGES,
    MOST_EXPANSIONS,
    MOST_NODES,
    USUAL,
    Expansion,
    Subgraph,
    SubgraphQuestion,
    Unknown,
    check_expansion,
    subgraph,
)

router = APIRouter(prefix="/api", tags=["relations"], dependencies=[Depends(check_parameters)])

JSON: Final = "application/json"
LONGEST_WORD: Final = 200
WORD: Final[dict[str, Any]] = {"type": "string", "maxLength": LONGEST_WORD}
WORDS: Final[dict[str, Any]] = {"type": "array", "items": WORD, "maxItems": MOST_NODES}
LIMIT: Final[dict[str, Any]] = {"type": "integer", "minimum": 1, "maximum": MOST_NODES}
EXPANSION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["entity"],
    "additionalProperties": False,
    "properties": {
        "entity": WORD,
        "relation": WORD,
        "direction": {"type": "string", "enum": [one.value for one in Direction]},
        "type": WORD,
        "limit": LIMIT,
    },
}
PROPERTIES: Final[dict[str, Any]] = {
    "entities": WORDS,
    "expand": {"type": "array", "maxItems": MOST_EXPANSIONS, "items": EXPANSION},
    "without": WORDS,
    "edges": {"type": "array", "items": WORD, "maxItems": MOST_EDGES},
    "inferred": {"type": "boolean"},
}
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {"type": "object", "additionalProperties": False, "properties": PROPERTIES},
                "example": {"entities": ["kops"], "expand": [{"entity": "kubespray", "limit": 20}]},
            }
        },
    }
}


@router.get("/entities/{slug}/neighbours", response_model=NeighbourCounts, summary="How many neighbours it has")
async def read_neighbours(
    slug: str,
    request: Request,
    served: ServedDep,
    inferred: Annotated[bool, Query(description="Whether edges that no document states count.")] = False,
    language: Annotated[str, Query(alias="lang", max_length=35, description="The language of labels.")] = "",
) -> Response:
    """How many neighbours an entity has of each relation, direction and class, before they are asked for."""
    index = served.index
    check_language(language, index)
    node = index.atlas.number(index.iris.reference(index.find(slug).value))

    def make() -> NeighbourCounts:
        return count_neighbours(node, index.atlas, index.vocabulary, inferred=inferred, language=language)

    return await answer(request, index, served.cache, make)


@router.post("/subgraph", response_model=Subgraph, summary="A part of the graph, piece by piece", openapi_extra=BODY)
async def read_subgraph(
    request: Request,
    served: ServedDep,
    settings: SettingsDep,
    language: Annotated[str, Query(alias="lang", max_length=35, description="The language of labels.")] = "",
    wanted: FormatParameter = "",
) -> Response:
    """Entities, the neighbours of those that are expanded, and all edges between them.

    An expansion counts its relation and class alone, not narrower ones, so that it brings as many as `…/neighbours`
    tells. A part holds 1,000 nodes and 3,000 edges at most: the edges that brought a node come first, then the
    others as their nodes came. What is left out is said for each expansion and in total.
    `without` names classes and relations that are not wanted, `edges` those edges that alone are, by their ids.
    """
    index = served.index
    check_language(language, index)
    form = view_format(request, wanted)
    if media_type_of(request) != JSON:
        raise MediaTypeError(media_type_of(request), (JSON,))
    body = await read_bytes(request, settings.request_bytes)

    def make() -> Subgraph:
        reading = _Reading(index)
        found = subgraph(reading.question(body), index.atlas, index.vocabulary, index.iris)
        return replace(found, unknown=tuple(Unknown(*one) for one in reading.unknown.items()))

    if form is not None:
        return await view_answer(lambda: of_subgraph(make()), form, language, request, served)
    content = await run_in_threadpool(lambda: to_json(make()))
    headers = {GENERATION: str(index.generation.id), "Cache-Control": "no-cache"}
    return Response(content, headers=headers, media_type=JSON)


@dataclass(slots=True)
class _Reading:
    """Reads a body; slugs that nothing has are noted."""

    index: Index
    unknown: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def question(self, body: bytes) -> SubgraphQuestion:
        """Return what is asked.

        Raises:
            ParameterError: It is not what is expected, or names a class or relation that is not there.
        """
        asked = _fields("body", _json(body), PROPERTIES)
        inferred = asked.get("inferred", False)
        if not isinstance(inferred, bool):
            _refuse("inferred", inferred, "true or false is expected.")
        nodes = [self.number("entities", slug) for slug in _list("entities", asked, MOST_NODES)]
        return SubgraphQuestion(
            nodes=tuple(node for node in dict.fromkeys(nodes) if node != NOTHING),
            expansions=tuple(self.expansion(one) for one in _list("expand", asked, MOST_EXPANSIONS)),
            without=frozenset(self.term(key) for key in _list("without", asked, MOST_NODES)),
            edges=frozenset(_word("edges", one) for one in _list("edges", asked, MOST_EDGES))
            if "edges" in asked
            else None,
            inferred=inferred,
        )

    def expansion(self, value: object) -> Expansion:
        asked = _fields("expand", value, EXPANSION["properties"])
        slug = _word("entity", asked.get("entity"))
        relation, type_ = (_word(name, asked.get(name, "")) for name in ("relation", "type"))
        direction, limit = asked.get("direction", Direction.BOTH.value), asked.get("limit", USUAL)
        if direction not in [one.value for one in Direction]:
            _refuse("direction", direction, "it is out, in or both.")
        if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_NODES:
            _refuse("limit", limit, f"a number from 1 to {MOST_NODES} is expected.")
        found = Expansion(slug, self.number("entity", slug), relation, Direction(direction), type_, limit)
        check_expansion(found, self.index.vocabulary)
        return found

    def number(self, name: str, value: object) -> int:
        """Return the number of what a slug, or another spelling of it, stands for."""
        slug, atlas = _word(name, value), self.index.atlas
        if slug in atlas.numbers:
            return atlas.numbers[slug]
        try:
            return atlas.number(self.index.iris.reference(self.index.find(slug).value))
        except MovedError as error:
            return atlas.number(error.slug)
        except UnknownEntityError as error:
            self.unknown[slug] = error.suggestions
            return NOTHING

    def term(self, value: object) -> str:
        key, vocabulary = _word("without", value), self.index.vocabulary
        if key and key not in vocabulary.classes and key not in vocabulary.relations:
            _refuse("without", key, "there is no such class or relation.")
        return key


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ParameterError("body", body[:40].decode(errors="replace"), f"this is not JSON ({place}).") from error


def _fields(name: str, value: object, known: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(name, value, f"an object is expected, with {', '.join(known)}.")
    strange = next((key for key in value if key not in known), None)
    if strange is not None:
        _refuse(strange, "", f"it has no such field, but {', '.join(known)}.")
    return value


def _list(name: str, asked: Mapping[str, Any], most: int) -> list[Any]:
    value = asked.get(name, [])
    if not isinstance(value, list):
        _refuse(name, value, "a list is expected.")
    if len(value) > most:
        _refuse(name, f"{len(value)} of them", f"{most} may be asked for at once.")
    return value


def _word(name: str, value: object) -> str:
    if not isinstance(value, str):
        _refuse(name, value, "a text is expected.")
    if len(value) > LONGEST_WORD:
        _refuse(name, value, f"it has more than {LONGEST_WORD} characters.")
    return value


def _refuse(name: str, value: object, reason: str) -> NoReturn:
    raise ParameterError(name, str(value)[:40], reason)
