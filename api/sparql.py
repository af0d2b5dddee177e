"""``/sparql``: the query part of the SPARQL 1.1 Protocol.

The hot path of the service: queries are answered before the web framework, its routes and its other middleware
begin to think, and speak to the server directly.  What is not a query goes the usual way.

Source: https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from api.answers import GENERATION, HINT, has
from api.asked import Asked, Parameters, address_of, grouped, read_form
from api.bodies import media_type_of, read_text
from api.cache import Answer, Cache
from api.delivery import Exchange, Headers
from api.disconnection import UnlessGone
from api.negotiation import choose
from api.origins import HEADERS as OF_OTHER_ORIGINS
from api.problems import MediaTypeError, UriTooLongError, of_error
from api.settings import Settings
from api.spool import Spools
from graph.engine.pool import Answering, Pool
from graph.errors import GraphError, ParameterError
from graph.formats import GRAPHS
from graph.index import Index, written
from graph.iris import digest
from graph.service_description import service_triples
from graph.sparql import hints

PATH: Final = "/sparql"
METHODS: Final = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
WITH_A_BODY: Final = ("POST", "QUERY")
FORM_TYPE: Final = "application/x-www-form-urlencoded"
QUERY_TYPE: Final = "application/sparql-query"
WHOLE_BYTES: Final = 1 << 20
ADDRESS_BYTES: Final = 32 * 1024
MOST_HINTS: Final = 3


def register(app: FastAPI) -> None:
    """Let *app* describe its SPARQL service; `Queries` answers what is asked of it."""
    app.router.add_route(PATH, describe, methods=list(METHODS), include_in_schema=False)


async def describe(request: Request) -> Response:
    """Return the service description, which is what a request without a query asks for."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
    index: Index = request.app.state.index
    settings: Settings = request.app.state.settings
    parameters = grouped(read_form(request.scope["query_string"].decode("latin-1")))
    form = choose(GRAPHS, accept=request.headers.get("accept"), wanted=next(iter(parameters["format"]), None))
    endpoint = str(request.url.replace(query="", fragment=""))
    content = await run_in_threadpool(lambda: written(service_triples(endpoint, index, settings.limits()), form, index))
    return Response(
        content, media_type=form.media_type, headers={GENERATION: str(index.generation.id), "Vary": "Accept"}
    )


class Queries:
    """Answers queries, and passes on the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] not in METHODS[:-1]:
            return await self._app(scope, receive, send)
        exchange = Exchange.of(scope, receive, send)
        try:
            if not await _answer(exchange):
                await self._app(scope, receive, send)
        except GraphError as error:
            response = of_error(error)
            if b"origin" in exchange.headers:
                response.raw_headers.extend(OF_OTHER_ORIGINS)
            await response(scope, receive, send)
        return None


async def _answer(exchange: Exchange) -> bool:
    """Answer a query: from the cache, as 304, whole, or piece by piece; return whether there was one."""
    state, headers = exchange.scope["app"].state, exchange.headers
    if len(exchange.scope["query_string"]) > ADDRESS_BYTES:
        raise UriTooLongError(ADDRESS_BYTES)
    index: Index = state.index
    cache: Cache = state.cache
    body = await _read_body(exchange) if exchange.scope["method"] in WITH_A_BODY else ""
    key = _key(exchange, body)
    kept = cache.find(key)
    if kept is not None:
        if has(kept.etag, headers.get(b"if-none-match")):
            await exchange.send_nothing(kept.headers, status=304)
        else:
            await exchange.send_whole(kept.content, kept.headers)
        return True
    parameters = _read_parameters(exchange, body)
    if not parameters["query"]:
        if exchange.scope["method"] in WITH_A_BODY:
            raise ParameterError("query", "", "a query is needed, for example SELECT * WHERE { ?s ?p ?o } LIMIT 10.")
        return False
    asked = Asked.of(parameters, index, accept=_accept(exchange), address=_address(exchange))
    etag = asked.etag(index)
    described = _headers(asked, etag, index)
    if asked.query.is_repeatable and has(etag, headers.get(b"if-none-match")):
        await exchange.send_nothing(described, status=304)
        return True
    pool: Pool = state.pool
    with UnlessGone(exchange.receive), await pool.ask(asked.job, seconds=asked.seconds) as answering:
        begun, is_whole = await answering.gather(WHOLE_BYTES)
        if not is_whole:
            await _deliver_large(begun, answering, asked, exchange, described)
            return True
        if asked.query.is_repeatable:
            cache.keep(key, Answer(begun, etag, headers=described))
        await exchange.send_whole(begun, described)
    return True


async def _deliver_large(
    begun: bytes, answering: Answering, asked: Asked, exchange: Exchange, headers: Headers
) -> None:
    """Send an answer that is not kept in memory as a whole."""
    if not asked.is_complete:
        await (exchange.send_nothing(headers) if exchange.is_head else exchange.send_stream(begun, answering, headers))
        return
    spools: Spools = exchange.scope["app"].state.spools
    settings: Settings = exchange.scope["app"].state.settings
    with spools.open() as spool:
        is_whole = False
        while not is_whole:
            await spool.write(begun)
            begun, is_whole = await answering.gather(WHOLE_BYTES)
        await spool.write(begun)
        await exchange.send_spooled(spool, headers, patience_seconds=settings.query_seconds)


def _key(exchange: Exchange, body: str) -> str:
    """Return what an answer is kept under: all of the request that can decide it."""
    scope, headers = exchange.scope, exchange.headers
    parts = (
        scope["scheme"].encode(),
        scope["query_string"],
        *(headers.get(name, b"") for name in (b"host", b"accept")),
    )
    return digest(b"\0".join(parts).decode("latin-1"), headers.get(b"content-type", b"").decode("latin-1"), body)


def _headers(asked: Asked, etag: str, index: Index) -> Headers:
    headers = [
        (b"content-type", asked.media_type.encode()),
        (GENERATION.lower().encode(), str(index.generation.id).encode()),
        (b"vary", b"Accept, Accept-Encoding"),
    ]
    if asked.query.is_repeatable:
        headers += [(b"etag", etag.encode()), (b"cache-control", b"no-cache")]
    else:
        headers.append((b"cache-control", b"no-store"))
    found = hints(asked.query.tokens, index.vocabulary, asked.job.prefixes)
    if found:
        text = "; ".join(str(hint) for hint in found[:MOST_HINTS])
        headers.append((HINT.lower().encode(), text.encode("ascii", "replace")))
    return tuple(headers)


def _accept(exchange: Exchange) -> str | None:
    accept = exchange.headers.get(b"accept")
    return None if accept is None else accept.decode("latin-1")


def _address(exchange: Exchange) -> str:
    scope = exchange.scope
    host = exchange.headers.get(b"host", b"").decode("latin-1")
    return address_of(scope["scheme"], host, scope.get("server"), scope["path"])


async def _read_body(exchange: Exchange) -> str:
    request = Request(exchange.scope, exchange.receive)
    media_type = media_type_of(request)
    if media_type not in (FORM_TYPE, QUERY_TYPE):
        raise MediaTypeError(media_type, (FORM_TYPE, QUERY_TYPE))
    settings: Settings = exchange.scope["app"].state.settings
    return await read_text(request, settings.request_bytes)


def _read_parameters(exchange: Exchange, body: str) -> Parameters:
    pairs = read_form(exchange.scope["query_string"].decode("latin-1"))
    if exchange.scope["method"] in WITH_A_BODY:
        is_query = media_type_of(Request(exchange.scope)) == QUERY_TYPE
        pairs += [("query", body)] if is_query else read_form(body)
    return grouped(pairs)
