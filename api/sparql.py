"""``/sparql``: the query part of the SPARQL 1.1 Protocol.

Source: https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.answers import GENERATION
from api.dependencies import IndexDep, PoolDep, SettingsDep
from api.negotiation import choose
from api.problems import MediaTypeError, TooLargeError
from graph.engine.pool import Pool
from graph.engine.worker import Job
from graph.errors import ParameterError
from graph.formats import CSV, GRAPHS, JSON, RESULTS, TSV, XML, Format
from graph.index import Index
from graph.sparql import Form, form_of, hints

router = APIRouter(tags=["SPARQL"])

FORM_TYPE: Final = "application/x-www-form-urlencoded"
QUERY_TYPE: Final = "application/sparql-query"
HINT: Final = "Cloudindex-Hint"
WHOLE_BYTES: Final = 1 << 20
SINGLE: Final = ("query", "format", "timeout")
REPEATED: Final = ("default-graph-uri", "named-graph-uri")
DESCRIPTION: Final = (
    "Accept or `format` choose the format; `default-graph-uri` and `named-graph-uri` choose the dataset; "
    "`timeout` is in seconds."
)
OPENAPI: Final = {
    "parameters": [
        {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}},
        {"name": "format", "in": "query", "schema": {"type": "string"}},
        {"name": "timeout", "in": "query", "schema": {"type": "number"}},
    ]
}


@router.get("/sparql", summary="Ask a query", description=DESCRIPTION, openapi_extra=OPENAPI)
async def ask_by_get(request: Request, index: IndexDep, pool: PoolDep) -> Response:
    """Answer the query in the address."""
    return await _answer(_parameters(parse_qsl(request.url.query, keep_blank_values=True)), request, index, pool)


@router.post("/sparql", summary="Ask a query", description=DESCRIPTION)
async def ask_by_post(request: Request, index: IndexDep, pool: PoolDep, settings: SettingsDep) -> Response:
    """Answer the query in the body: a form, or the query itself."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (FORM_TYPE, QUERY_TYPE):
        raise MediaTypeError(media_type, (FORM_TYPE, QUERY_TYPE))
    body = _decoded(await _body(request, settings.request_bytes))
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    pairs += [("query", body)] if media_type == QUERY_TYPE else parse_qsl(body, keep_blank_values=True)
    return await _answer(_parameters(pairs), request, index, pool)


async def _answer(parameters: Mapping[str, Sequence[str]], request: Request, index: Index, pool: Pool) -> Response:
    query = parameters["query"][0]
    form = form_of(query)
    formats = GRAPHS if form.is_graph else (JSON, XML) if form is Form.ASK else RESULTS
    chosen = choose(formats, accept=request.headers.get("accept"), wanted=next(iter(parameters["format"]), None))
    default = tuple(parameters["default-graph-uri"])
    named = tuple(parameters["named-graph-uri"])
    job = Job(
        query=query,
        format=chosen.name,
        prefixes=index.prefixes,
        default_graphs=default if default or named else (index.iris.graph("all").value,),
        named_graphs=named if default or named else None,
        base_iri=str(request.url.replace(query="", fragment="")),
    )
    headers = {GENERATION: str(index.generation.id), "Vary": "Accept"}
    found = hints(query, index.vocabulary, index.prefixes)
    if found:
        headers[HINT] = "; ".join(str(hint) for hint in found[:3]).encode("ascii", "replace").decode()
    pieces = pool.answer(job, seconds=_seconds(parameters["timeout"]))
    return await _whole_or_streamed(pieces, chosen, headers)


async def _whole_or_streamed(pieces: AsyncIterator[bytes], form: Format, headers: Mapping[str, str]) -> Response:
    """Return a small answer whole, a large one piece by piece; an error before the first byte is raised here."""
    media_type = f"{form.media_type}; charset=utf-8" if form in (CSV, TSV) or form.name == "turtle" else form.media_type
    begun = bytearray()
    async for piece in pieces:
        begun += piece
        if len(begun) > WHOLE_BYTES:
            return StreamingResponse(_continued(bytes(begun), pieces), headers=dict(headers), media_type=media_type)
    return Response(bytes(begun), headers=dict(headers), media_type=media_type)


async def _continued(begun: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the rest of an answer; an error on the way aborts the connection, so that nobody takes it for whole."""
    async with aclosing(pieces):  # type: ignore[type-var]
        yield begun
        async for piece in pieces:
            yield piece


def _parameters(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in (*SINGLE, *REPEATED)}
    for name, value in pairs:
        if name in found:
            found[name].append(value)
    for name in SINGLE:
        if len(found[name]) > 1:
            raise ParameterError(name, found[name][1], "there may be only one.")
    if not found["query"]:
        raise ParameterError("query", "", "a query is needed, for example SELECT * WHERE { ?s ?p ?o } LIMIT 10.")
    return found


def _seconds(values: Sequence[str]) -> float | None:
    if not values:
        return None
    try:
        seconds = float(values[0])
    except ValueError:
        seconds = -1
    if not 0 < seconds < 1e6:
        raise ParameterError("timeout", values[0], "a number of seconds above 0 is expected.")
    return seconds


async def _body(request: Request, limit_bytes: int) -> bytes:
    """Return the body of a request, which is not read beyond the limit."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit_bytes:
            raise TooLargeError(limit_bytes)
    return bytes(body)


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise ParameterError("query", repr(body[error.start : error.end]), "the body is not UTF-8.") from error
