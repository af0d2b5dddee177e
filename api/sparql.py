"""``/sparql``: the query part of the SPARQL 1.1 Protocol.

The hot path of the service: queries are answered before the web framework, its routes and its other middleware
begin to think, and speak to the server directly.  What is not a query goes the usual way.

Source: https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

import re
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from api.answers import GENERATION, HINT, has
from api.asked import Asked, Parameters, address_of, choose_format, generation_of, read_parameters, reading
from api.bodies import media_type_of, read_text
from api.cache import Answer
from api.delivery import WHOLE_BYTES, Exchange, Headers
from api.disconnection import UnlessGone
from api.errors import MediaTypeError, UriTooLongError
from api.forms import FORM_TYPE, decoded
from api.observation import note_query
from api.origins import HEADERS as OF_OTHER_ORIGINS
from api.problems import told
from api.remote import led
from api.routes import path_of
from api.serving import Served, served_for
from api.settings import Settings
from api.spool import Spools
from api.void import publication_of
from graph.engine.answering import Answering
from graph.engine.gateway import Gateway
from graph.engine.pool import Pool
from graph.errors import GraphError, ParameterError
from graph.formats import GRAPHS
from graph.index import Index, written
from graph.iris import digest
from graph.service_description import service_triples
from graph.sparql import hints

PATH: Final = "/sparql"
METHODS: Final = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
WITH_A_BODY: Final = ("POST", "QUERY")
QUERY_TYPE: Final = "application/sparql-query"
ADDRESS_BYTES: Final = 32 * 1024
MOST_HINTS: Final = 3
# A parameter may be written with percent signs, too.
AT: Final = re.compile("(?:^|&)(?:a|%61)(?:t|%74)=")


def register(app: FastAPI) -> None:
    """Let *app* describe its SPARQL service; `Queries` answers what is asked of it."""
    app.router.add_route(PATH, describe, methods=list(METHODS), include_in_schema=False)


async def describe(request: Request) -> Response:
    """Return the service description, which is what a request without a query asks for."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
    settings: Settings = request.app.state.settings
    parameters = read_parameters(decoded(request.scope["query_string"].decode("latin-1")))
    index = (await served_for(request.app.state, generation_of(parameters))).index
    form = choose_format(GRAPHS, request.headers.get("accept"), tuple(parameters["format"]))
    publication = publication_of(request, settings)

    def described() -> bytes:
        counts = request.app.state.counted.of(index)
        return written(
            service_triples(publication, index, counts, settings.limits(), settings.federation()), form, index
        )

    content = await run_in_threadpool(described)
    return Response(
        content, media_type=form.media_type, headers={GENERATION: str(index.generation.id), "Vary": "Accept"}
    )


class Queries:
    """Answers queries, and passes on the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or path_of(scope) != PATH or scope["method"] not in METHODS[:-1]:
            return await self._app(scope, receive, send)
        exchange = Exchange.of(scope, receive, send)
        try:
            if not await _answer(exchange):
                await self._app(scope, receive, send)
        except GraphError as error:
            response = told(error)
            if b"origin" in exchange.headers:
                response.raw_headers.extend(OF_OTHER_ORIGINS)
            await response(scope, receive, send)
        return None


async def _answer(exchange: Exchange) -> bool:
    """Answer a query: from the cache, as 304, whole, or piece by piece; return whether there was one."""
    headers = exchange.headers
    if len(exchange.scope["query_string"]) > ADDRESS_BYTES:
        raise UriTooLongError(ADDRESS_BYTES)
    body = await _read_body(exchange) if exchange.scope["method"] in WITH_A_BODY else ""
    served = await _served(exchange, body)
    index, cache = served.index, served.cache
    key = _key(exchange, body)
    kept = cache.find(key)
    if kept is not None:
        if has(kept.etag, headers.get(b"if-none-match")):
            await exchange.send_nothing(kept.head, status=304)
        else:
            await exchange.send_whole(kept.content, kept.head)
        return True
    parameters = _read_parameters(exchange, body)
    if not parameters["query"]:
        if exchange.scope["method"] in WITH_A_BODY:
            raise ParameterError("query", "", "a query is needed, for example SELECT * WHERE { ?s ?p ?o } LIMIT 10.")
        return False
    text = parameters["query"][0]
    note_query(exchange.scope, text)
    gateway: Gateway = exchange.scope["app"].state.serving.gateway
    hosts = gateway.federation.hosts
    accept, address = _accept(exchange), _address(exchange)
    asked = await reading(text, lambda: Asked.of(parameters, index, hosts, accept=accept, address=address))
    etag = asked.etag(index)
    described = await reading(text, lambda: _headers(asked, etag, index))
    if asked.query.is_repeatable and has(etag, headers.get(b"if-none-match")):
        await exchange.send_nothing(described, status=304)
        return True
    if asked.calls:
        await _answer_with_others(asked, gateway, served.pool, exchange, described)
        return True
    with UnlessGone(exchange.receive), await served.pool.ask(asked.job, seconds=asked.seconds) as answering:
        begun, is_whole = await answering.gather(WHOLE_BYTES)
        if not is_whole:
            await _deliver_large(begun, answering, asked, exchange, described)
            return True
        await reading(text, lambda: asked.check(begun, index))
        if asked.query.is_repeatable:
            cache.keep(key, Answer(begun, etag, head=described))
        await exchange.send_whole(begun, described)
    return True


async def _answer_with_others(asked: Asked, gateway: Gateway, pool: Pool, exchange: Exchange, headers: Headers) -> None:
    """Answer a query that asks other services: it is gathered first, for only at its end is known that all answered."""
    state = exchange.scope["app"].state
    spools: Spools = state.spools
    settings: Settings = state.settings
    with spools.open() as spool:
        async with led(asked.job, asked.calls, gateway) as job:
            with UnlessGone(exchange.receive), await pool.ask(job, seconds=asked.seconds) as answering:
                is_whole = False
                while not is_whole:
                    piece, is_whole = await answering.gather(WHOLE_BYTES)
                    await spool.write(piece)
        await exchange.send_spooled(spool, headers, patience_seconds=settings.query_seconds)


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


async def _served(exchange: Exchange, body: str) -> Served:
    """Return the generation that is asked; only a request that seems to name one is looked at for it."""
    state = exchange.scope["app"].state
    if not (AT.search(exchange.scope["query_string"].decode("latin-1")) or AT.search(body)):
        return await served_for(state, None)
    return await served_for(state, generation_of(_read_parameters(exchange, body)))


def _key(exchange: Exchange, body: str) -> str:
    """Return what an answer is kept under: all of the request that can decide it."""
    scope, headers = exchange.scope, exchange.headers
    parts = (
        scope["scheme"].encode(),
        scope["path"].encode(),  # addresses of an answer may begin with what a proxy has taken away
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
    found = hints(asked.query.tokens, index.vocabulary, asked.job.prefixes, most=MOST_HINTS)
    if found:
        text = "; ".join(str(hint) for hint in found)
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
    pairs = decoded(exchange.scope["query_string"].decode("latin-1"))
    if exchange.scope["method"] in WITH_A_BODY:
        is_query = media_type_of(Request(exchange.scope)) == QUERY_TYPE
        pairs += [("query", body)] if is_query else decoded(body)
    return read_parameters(pairs)
