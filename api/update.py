"""``/update``: the update part of the SPARQL 1.1 Protocol.

Source: https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from typing import Final

from fastapi import FastAPI, Request, Response

from api.bodies import media_type_of, read_text
from api.forms import FORM_TYPE, decoded, grouped
from api.problems import MediaTypeError
from api.settings import Settings
from api.tokens import Role
from api.writing import allow, do
from graph.errors import ParameterError
from graph.writes import RunUpdate

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
    index = request.app.state.index
    return await do(
        request,
        RunUpdate(
            text=parameters["update"][0],
            base_iri=str(request.url.replace(query="", fragment="")),
            prefixes=index.prefixes,
            default_graphs=tuple(parameters["using-graph-uri"]),
            named_graphs=tuple(parameters["using-named-graph-uri"]),
        ),
        author,
    )
