"""What a writer is told whose text did not pass the gate: the report, in the form that they like best."""

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request, Response

from api.negotiation import choose
from api.problems import NotAcceptableError, of_error
from graph.errors import RejectedError
from graph.formats import GRAPHS, Format
from graph.index import Index, written
from graph.reports import as_text, as_triples

PROBLEM: Final = Format("problem", "application/problem+json", "json", ("application/json",))
TEXT: Final = Format("text", "text/plain", "txt")
FORMATS: Final = (PROBLEM, TEXT, *GRAPHS)


def register(app: FastAPI) -> None:
    """Let *app* answer so."""

    async def on_rejection(request: Request, error: Exception) -> Response:
        assert isinstance(error, RejectedError)
        return rejected(request, error)

    app.add_exception_handler(RejectedError, on_rejection)


def rejected(request: Request, error: RejectedError) -> Response:
    """Return the report as problem+json, as plain lines, or as a SHACL report in an RDF format."""
    try:
        form = choose(FORMATS, accept=request.headers.get("accept"))
    except NotAcceptableError:
        form = PROBLEM
    if form is PROBLEM:
        return of_error(error)
    index: Index = request.app.state.index
    content = (
        as_text(error.problems).encode()
        if form is TEXT
        else written(as_triples(error.problems, index.prefixes), form, index)
    )
    return Response(
        content,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        headers={"Vary": "Accept", "Cache-Control": "no-store"},
        media_type=form.media_type,
    )
