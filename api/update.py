"""``/update``: the update part of the SPARQL 1.1 Protocol.

Source: https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fastapi import FastAPI, Request, Response

from api.asked import reading
from api.bodies import media_type_of, read_text
from api.errors import MediaTypeError
from api.forms import FORM_TYPE, decoded, grouped
from api.serving import Serving
from api.settings import Settings
from api.tokens import Role
from api.writing import allow, do
from graph.errors import EngineError, ParameterError, WriteConflictError
from graph.federation import Call, find_calls, rewrite
from graph.index import Index
from graph.sparql import tokens
from graph.writes import Author, RunUpdate

PATH: Final = "/update"
METHODS: Final = ("POST", "OPTIONS")
UPDATE_TYPE: Final = "application/sparql-update"
SINGLE: Final = ("update",)
REPEATED: Final = ("using-graph-uri", "using-named-graph-uri")


def register(app: FastAPI) -> None:
    """Let *app* take SPARQL updates."""
    app.router.add_route(PATH, answer_request, methods=list(METHODS), include_in_schema=False)


async def answer_request(request: Request) -> Response:
    """Run one update, published whole or not at all."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
    author = await allow(request, Role.WRITE)
    settings: Settings = request.app.state.settings
    media_type = media_type_of(request)
    if media_type not in (FORM_TYPE, UPDATE_TYPE):
        raise MediaTypeError(media_type, (FORM_TYPE, UPDATE_TYPE))
    body = await read_text(request, settings.write_bytes)
    pairs = decoded(request.scope.get("query_string", b"").decode("latin-1"))
    if media_type == FORM_TYPE and any(name == "update" for name, _ in pairs):
        raise ParameterError("update", "", "an update is sent in the body of a POST, not in its address.")
    pairs += [("update", body)] if media_type == UPDATE_TYPE else decoded(body)
    parameters = grouped(pairs, single=SINGLE, repeated=REPEATED, refused={"query": "this path takes updates only."})
    if not parameters["update"] or not parameters["update"][0].strip():
        raise ParameterError("update", "", "an update is needed, for example INSERT DATA { GRAPH <…> { … } }.")
    index: Index = request.app.state.index
    write = RunUpdate(
        text=parameters["update"][0],
        base_iri=str(request.url.replace(query="", fragment="")),
        prefixes=index.prefixes,
        default_graphs=tuple(parameters["using-graph-uri"]),
        named_graphs=tuple(parameters["using-named-graph-uri"]),
    )
    serving: Serving = request.app.state.serving
    hosts = serving.gateway.federation.hosts

    def calls_of_text() -> Sequence[Call]:
        return find_calls(write.text, tuple(tokens(write.text)), write.prefixes, hosts)

    calls = await reading(write.text, calls_of_text) if hosts else ()
    return await (_run_with_others(request, write, calls, author) if calls else do(request, write, author))


async def _run_with_others(request: Request, write: RunUpdate, calls: Sequence[Call], author: Author) -> Response:
    """Run an update that asks other services, through the gateway."""
    serving: Serving = request.app.state.serving
    async with serving.gateway.open(calls) as passage:
        text = rewrite(write.text, calls, passage.own_address)
        try:
            return await do(request, replace(write, text=text, gateway=passage.own_address, written=write.text), author)
        except (EngineError, WriteConflictError) as error:
            raise await passage.failure() or error from error
