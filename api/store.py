"""``/store``: the SPARQL 1.1 Graph Store Protocol, by ``?default``, by ``?graph=IRI``, and by a path below it.

Source: https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import quote, urljoin
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from starlette.types import Receive, Scope, Send

from api.answers import GENERATION, client_has
from api.bodies import media_type_of, read_bytes
from api.delivery import WHOLE_BYTES, Exchange, Headers
from api.disconnection import UnlessGone
from api.errors import MediaTypeError
from api.forms import decoded
from api.multipart import MULTIPART, read_parts
from api.negotiation import choose
from api.serving import Served, generation_number, served_for
from api.settings import Settings
from api.tokens import Role
from api.writing import allow, done, perform
from graph.engine.jobs import Job
from graph.engine.pool import Pool
from graph.errors import ParameterError, UnknownGraphError
from graph.formats import DATASETS, GRAPHS
from graph.iris import digest, is_iri
from graph.writes import DeleteGraph, PutGraph

PATH: Final = "/store"
METHODS: Final = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
DEFAULT: Final = ""


def register(app: FastAPI) -> None:
    """Let *app* give and take graphs."""
    for path in (PATH, f"{PATH}/{{name:path}}"):
        app.router.add_route(path, answer_request, methods=list(METHODS), include_in_schema=False)


async def answer_request(request: Request) -> Response:
    """Answer one request of the protocol."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
    return await ANSWERS[request.method](request)


async def _get(request: Request) -> Response:
    """Give a graph, written by the engine in a worker."""
    parameters = _parameters(request)
    served = await served_for(request.app.state, generation_number(parameters["at"]) if "at" in parameters else None)
    graph = _stored(_graph(request, parameters), served)
    index = served.index
    if graph and not index.has_graph(graph):
        raise UnknownGraphError(graph)
    form = choose(GRAPHS, accept=request.headers.get("accept"), wanted=parameters.get("format"))
    manifest = index.generation.manifest
    etag = f'W/"{digest(manifest.stamp, form.media_type, graph)[:24]}"'
    headers = {
        GENERATION: str(manifest.id),
        "ETag": etag,
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Encoding",
    }
    if client_has(etag, request.headers):
        return Response(status_code=304, headers=headers)
    job = Job(query="", format=form.name, prefixes=index.prefixes, default_graphs=None, graph=graph)
    media_type = f"{form.media_type}; charset=utf-8" if form.media_type.startswith("text/") else form.media_type
    head = [("Content-Type", media_type), *headers.items()]
    return _Delivered(job, served.pool, tuple((name.lower().encode(), value.encode()) for name, value in head))


class _Delivered(Response):
    """A graph as a worker writes it: whole with its length where it is small, else as it comes."""

    def __init__(self, job: Job, pool: Pool, head: Headers) -> None:
        super().__init__()
        self._job = job
        self._pool = pool
        self._head = head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; the layers around this one pack it, and let other origins see it."""
        exchange = Exchange(scope, receive, send, headers={})
        with UnlessGone(receive), await self._pool.ask(self._job) as answering:
            begun, is_whole = await answering.gather(WHOLE_BYTES)
            if is_whole:
                await exchange.send_whole(begun, self._head)
            elif exchange.is_head:
                await exchange.send_nothing(self._head)
            else:
                await exchange.send_stream(begun, answering, self._head)


async def _put(request: Request) -> Response:
    return await _written(request, is_added=False)


async def _post(request: Request) -> Response:
    return await _written(request, is_added=True)


async def _written(request: Request, *, is_added: bool) -> Response:
    author = await allow(request, Role.WRITE)
    parameters = _parameters(request)
    graph = _made_up(request) if is_added and _names_none(request, parameters) else _graph(request, parameters)
    parts = await _parts(request)
    written = await perform(request, PutGraph(graph, parts, base_iri=graph, is_added=is_added), author)
    headers = {"Location": _address(request, graph)} if written.is_new else None
    return done(written, headers=headers)


async def _delete(request: Request) -> Response:
    author = await allow(request, Role.WRITE)
    return done(await perform(request, DeleteGraph(_graph(request, _parameters(request))), author))


ANSWERS: Final[dict[str, Callable[[Request], Awaitable[Response]]]] = {
    "GET": _get,
    "HEAD": _get,
    "PUT": _put,
    "POST": _post,
    "DELETE": _delete,
}


async def _parts(request: Request) -> tuple[tuple[str, str], ...]:
    """Return the texts that were sent, each with the name of its format."""
    settings: Settings = request.app.state.settings
    media_type = media_type_of(request)
    body = await read_bytes(request, settings.write_bytes)
    sent = read_parts(request, body) if media_type == MULTIPART else [(media_type, body)]
    return tuple((_text(content), _format(kind)) for kind, content in sent)


def _format(media_type: str) -> str:
    known = {name: form.name for form in DATASETS for name in (form.media_type, *form.aliases)}
    if media_type not in known:
        raise MediaTypeError(media_type, (*(form.media_type for form in GRAPHS), MULTIPART))
    return known[media_type]


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParameterError("body", repr(content[error.start : error.end]), "the body is not UTF-8.") from error


# --- the names of graphs


def _parameters(request: Request) -> dict[str, str]:
    pairs = decoded(request.scope.get("query_string", b"").decode("latin-1"))
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise ParameterError(name, value, "there may be only one.")
        if name not in ("graph", "default", "format", "at"):
            raise ParameterError(
                name, value, "there is no such parameter here.", allowed=("graph", "default", "format")
            )
        found[name] = value
    return found


def _names_none(request: Request, parameters: dict[str, str]) -> bool:
    return not _path(request) and "graph" not in parameters and "default" not in parameters


def _graph(request: Request, parameters: dict[str, str]) -> str:
    """Return the IRI of the graph that a request names; empty is the default graph."""
    path = _path(request)
    if len([one for one in (path, "graph" in parameters, "default" in parameters) if one]) != 1:
        raise ParameterError("graph", parameters.get("graph", ""), "name one graph: ?graph=IRI, ?default, or a path.")
    if "default" in parameters:
        return DEFAULT
    iri = _direct(request, path) if path else urljoin(_own(request), parameters["graph"])
    if not is_iri(iri):
        raise ParameterError("graph", iri, "this is no IRI.")
    return iri


def _direct(request: Request, path: str) -> str:
    """Return the IRI that a path below ``/store`` stands for: the index's own, or in a plain dataset the address."""
    settings: Settings = request.app.state.settings
    return f"{_own(request)}/{path}" if settings.strict else f"{settings.base_iri}{path}"


def _path(request: Request) -> str:
    path: str = request.path_params.get("name", "")
    return quote(path, safe="/:@!$&'()*+,;=~-._%")


def _own(request: Request) -> str:
    """Return the address of the graph store."""
    return f"{str(request.base_url).rstrip('/')}{PATH}"


def _made_up(request: Request) -> str:
    """Return the IRI of a graph that nobody has named."""
    return _direct(request, f"document/{uuid4().hex}")


def _address(request: Request, graph: str) -> str:
    settings: Settings = request.app.state.settings
    if not settings.strict and graph.startswith(settings.base_iri):
        return f"{_own(request)}/{graph.removeprefix(settings.base_iri)}"
    return graph if graph.startswith(_own(request)) else f"{_own(request)}?graph={quote(graph, safe='')}"


def _stored(graph: str, served: Served) -> str:
    """Return the IRI under which a graph is kept: what a query sees that names none is the merge of all."""
    return graph or ("" if served.index.generation.manifest.is_plain else served.index.iris.graph("all").value)
