"""``POST /api/sparql/check``: what is wrong with a query, and which of its terms nobody knows, without running it."""

from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import APIRouter, Depends, Request, Response

from api.answers import GENERATION, to_json
from api.asked import address_of, reading
from api.bodies import media_type_of, read_bytes
from api.dependencies import ServedDep, SettingsDep, check_parameters
from api.disconnection import UnlessGone
from api.errors import MediaTypeError
from graph.engine.gateway import Gateway
from graph.engine.jobs import Job
from graph.errors import ParameterError, QueryRefusedError, QuerySyntaxError, RemoteRefusedError
from graph.federation import find_calls, in_place
from graph.formats import JSON as TABLE
from graph.sparql import Hint, hints, read_query

router = APIRouter(prefix="/api/sparql", tags=["SPARQL"], dependencies=[Depends(check_parameters)])

JSON: Final = "application/json"
# A parse takes milliseconds; what takes longer is no query that somebody types.
SECONDS: Final = 5.0
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "object",
                    "required": ["query"],
                    "additionalProperties": False,
                    "properties": {"query": {"type": "string"}},
                },
                "example": {"query": "SELECT ?tool { id:kubespray ci:usesTol ?tool }"},
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something about a query, with its place.

    Attributes:
        line, column: From 1; 0 where no place is known.
        word: What stands there; empty where it is no single word.
        suggestions: What may have been meant.
    """

    message: str
    line: int
    column: int
    word: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be said of a query before it is run.

    Attributes:
        form: `SELECT`, `ASK`, `CONSTRUCT`, `DESCRIBE` or `UNKNOWN`.
        error: Why it could not be run; ``None`` when it could.
        hints: Terms that lie in a namespace of the ontology and are not in it.
    """

    form: str
    error: Mistake | None
    hints: tuple[Mistake, ...]


@router.post("/check", response_model=Checked, summary="What is wrong with a query", openapi_extra=BODY)
async def check_query(request: Request, served: ServedDep, settings: SettingsDep) -> Response:
    """What is wrong with a query, at its place, and which terms are not in the ontology; it is not run."""
    if media_type_of(request) != JSON:
        raise MediaTypeError(media_type_of(request), (JSON,))
    text = _parsed(await read_bytes(request, settings.request_bytes))
    index = served.index
    form = "UNKNOWN"
    error: Mistake | None = None
    found: tuple[Mistake, ...] = ()
    gateway: Gateway = request.app.state.serving.gateway
    try:
        query = await reading(text, lambda: read_query(text))
        form = query.form.value
        found = await reading(text, lambda: tuple(map(_hint, hints(query.tokens, index.vocabulary, index.prefixes))))
        hosts = gateway.federation.hosts
        calls = await reading(text, lambda: find_calls(text, query.tokens, index.prefixes, hosts))
        host = request.headers.get("host", "")
        job = Job(
            query=in_place(text, calls),
            format=TABLE.name,
            prefixes=index.prefixes,
            default_graphs=None,
            base_iri=address_of(request.url.scheme, host, request.scope.get("server"), "/sparql"),
            written=text,
            is_only_checked=True,
        )
        with UnlessGone(request.receive), await served.pool.ask(job, seconds=SECONDS) as answering:
            while await answering.read():
                pass
    except QuerySyntaxError as wrong:
        error = Mistake(wrong.reason, wrong.line, wrong.column, wrong.word, wrong.suggestions)
    except (QueryRefusedError, RemoteRefusedError) as refused:
        error = Mistake(str(refused), 0, 0, "", ())
    headers = {GENERATION: str(index.generation.id), "Cache-Control": "no-store"}
    return Response(to_json(Checked(form, error, found)), headers=headers, media_type=JSON)


def _hint(hint: Hint) -> Mistake:
    token = hint.token
    return Mistake(f"{token.text} is not in the ontology.", token.line, token.column, token.text, hint.suggestions)


def _parsed(body: bytes) -> str:
    """Return the query in *body*.

    Raises:
        ParameterError: It is not what is expected.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ParameterError("body", body[:40].decode(errors="replace"), f"this is not JSON ({place}).") from error
    query = value.get("query") if isinstance(value, dict) and set(value) == {"query"} else None
    if not isinstance(query, str):
        raise ParameterError("query", body[:40].decode(errors="replace"), 'an object is expected: {"query": "…"}.')
    return query
