"""``/sparql``: the query part of the SPARQL 1.1 Protocol.

The hot path of the service: it stands beside the web framework's parameters and models, not on top of them.

Source: https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from api.answers import GENERATION, client_has
from api.bodies import media_type_of, read_text
from api.cache import Answer, Cache
from api.disconnection import unless_gone
from api.negotiation import choose
from api.problems import MediaTypeError, UriTooLongError
from api.settings import Settings
from graph.engine.pool import Pool
from graph.engine.worker import Job
from graph.errors import ParameterError
from graph.federation import Call, find_calls
from graph.formats import GRAPHS, JSON, RESULTS, XML, Format
from graph.index import Index, written
from graph.iris import digest, is_iri
from graph.service_description import service_triples
from graph.sparql import Form, Query, hints, read_query

PATH: Final = "/sparql"
METHODS: Final = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
FORM_TYPE: Final = "application/x-www-form-urlencoded"
QUERY_TYPE: Final = "application/sparql-query"
HINT: Final = "Cloudindex-Hint"
WHOLE_BYTES: Final = 1 << 20
ADDRESS_BYTES: Final = 32 * 1024
SINGLE: Final = ("query", "format", "timeout")
REPEATED: Final = ("default-graph-uri", "named-graph-uri")
Parameters = Mapping[str, Sequence[str]]


def register(app: FastAPI) -> None:
    """Let *app* answer SPARQL queries."""
    app.router.add_route(PATH, answer_request, methods=list(METHODS), include_in_schema=False)


async def answer_request(request: Request) -> Response:
    """Answer one request of the protocol; without a query, describe the service."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
    parameters = await _read_parameters(request)
    if not parameters["query"]:
        return await _description(request, parameters)
    return await _Asked.of(request, parameters).answer()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query with everything that decides its answer."""

    request: Request
    query: Query
    job: Job
    calls: Sequence[Call]
    form: Format
    seconds: float | None

    @classmethod
    def of(cls, request: Request, parameters: Parameters) -> "_Asked":
        index: Index = request.app.state.index
        pool: Pool = request.app.state.pool
        query = read_query(parameters["query"][0])
        calls = find_calls(query.text, query.tokens, index.prefixes, pool.federation.hosts)
        formats = GRAPHS if query.form.is_graph else (JSON, XML) if query.form is Form.ASK else RESULTS
        form = choose(formats, accept=request.headers.get("accept"), wanted=next(iter(parameters["format"]), None))
        default, named = (tuple(parameters[name]) for name in REPEATED)
        is_given = bool(default or named)
        everything = () if query.names_dataset else (index.iris.graph("all").value,)
        job = Job(
            query=query.text,
            format=form.name,
            prefixes=index.prefixes,
            default_graphs=default if is_given else everything or None,
            named_graphs=named if is_given else None,
            base_iri=str(request.url.replace(query="", fragment="")),
        )
        return cls(request, query, job, calls, form, _seconds(parameters["timeout"]))

    async def answer(self) -> Response:
        """Return the answer: from the cache, as 304, whole, or piece by piece."""
        cache: Cache = self.request.app.state.cache
        key = self._key()
        etag = f'W/"{key[:24]}"'
        headers = self._headers(etag)
        if self.query.is_repeatable and client_has(etag, self.request.headers):
            return Response(status_code=304, headers=headers)
        kept = cache.find(key) if self.query.is_repeatable else None
        if kept is not None:
            return Response(kept.content, headers=headers, media_type=self._media_type())
        pool: Pool = self.request.app.state.pool
        pieces = pool.answer(self.job, self.calls, seconds=self.seconds)
        begun, is_whole = await unless_gone(self.request, _begin(pieces))
        if not is_whole:
            return StreamingResponse(_continued(begun, pieces), headers=headers, media_type=self._media_type())
        if self.query.is_repeatable:
            cache.keep(key, Answer(begun, etag))
        return Response(begun, headers=headers, media_type=self._media_type())

    def _key(self) -> str:
        """Return the hash of all that decides the answer, but for how long it may take."""
        index: Index = self.request.app.state.index
        job = self.job
        graphs = (*(job.default_graphs or ("-",)), "|", *(job.named_graphs or ("-",)))
        inputs = index.generation.manifest.inputs
        return digest(inputs, str(index.generation.id), self.form.media_type, str(job.base_iri), *graphs, job.query)

    def _headers(self, etag: str) -> dict[str, str]:
        index: Index = self.request.app.state.index
        headers = {GENERATION: str(index.generation.id), "Vary": "Accept, Accept-Encoding"}
        headers |= (
            {"ETag": etag, "Cache-Control": "no-cache"} if self.query.is_repeatable else {"Cache-Control": "no-store"}
        )
        found = hints(self.query.tokens, index.vocabulary, index.prefixes)
        if found:
            headers[HINT] = "; ".join(str(hint) for hint in found[:3]).encode("ascii", "replace").decode()
        return headers

    def _media_type(self) -> str:
        media_type = self.form.media_type
        return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


async def _begin(pieces: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """Return what comes first, up to a bound, and whether that is all; errors come before the first byte is sent."""
    begun = bytearray()
    try:
        async for piece in pieces:
            begun += piece
            if len(begun) > WHOLE_BYTES:
                return bytes(begun), False
    except BaseException:
        await _close(pieces)
        raise
    return bytes(begun), True


async def _continued(begun: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the rest of an answer; an error on the way aborts the connection, so that nobody takes it for whole."""
    async with aclosing(pieces):  # type: ignore[type-var]
        yield begun
        async for piece in pieces:
            yield piece


async def _close(pieces: Any) -> None:
    await pieces.aclose()


async def _description(request: Request, parameters: Parameters) -> Response:
    """Return the service description, which is what a request without a query asks for."""
    if request.method not in ("GET", "HEAD"):
        raise ParameterError("query", "", "a query is needed, for example SELECT * WHERE { ?s ?p ?o } LIMIT 10.")
    index: Index = request.app.state.index
    settings: Settings = request.app.state.settings
    form = choose(GRAPHS, accept=request.headers.get("accept"), wanted=next(iter(parameters["format"]), None))
    endpoint = str(request.url.replace(query="", fragment=""))
    content = await run_in_threadpool(
        lambda: written(service_triples(endpoint, index, settings.limits(), settings.federation()), form, index)
    )
    return Response(
        content, media_type=form.media_type, headers={GENERATION: str(index.generation.id), "Vary": "Accept"}
    )


async def _read_parameters(request: Request) -> Parameters:
    address = request.scope.get("query_string", b"")
    if len(address) > ADDRESS_BYTES:
        raise UriTooLongError(ADDRESS_BYTES)
    pairs = _decoded_form(address.decode("latin-1"))
    if request.method in ("POST", "QUERY"):
        media_type = media_type_of(request)
        if media_type not in (FORM_TYPE, QUERY_TYPE):
            raise MediaTypeError(media_type, (FORM_TYPE, QUERY_TYPE))
        settings: Settings = request.app.state.settings
        body = await read_text(request, settings.request_bytes)
        pairs += [("query", body)] if media_type == QUERY_TYPE else _decoded_form(body)
    return _grouped(pairs)


def _decoded_form(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise ParameterError("query", text[:80], "the form is not UTF-8, or has too many fields.") from error


def _grouped(pairs: Sequence[tuple[str, str]]) -> Parameters:
    found: dict[str, list[str]] = {name: [] for name in (*SINGLE, *REPEATED)}
    for name, value in pairs:
        if name in found:
            found[name].append(value)
        elif name == "update":
            raise ParameterError("update", value, "this path answers queries only.")
    for name in SINGLE:
        if len(found[name]) > 1:
            raise ParameterError(name, found[name][1], "there may be only one.")
    for name in REPEATED:
        for value in found[name]:
            if not is_iri(value):
                raise ParameterError(name, value, "this is not an absolute IRI.")
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
