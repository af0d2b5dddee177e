"""What a writer is told whose text did not pass the gate: the report, in the form that they like best."""

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request, Response

from api import reports
from api.errors import NotAcceptableError
from api.negotiation import choose
from api.problems import of_error
from graph.errors import RejectedError
from graph.formats import PLAIN_JSON, REPORTS, Format
from graph.index import Index
from graph.report import uncompared

PROBLEM: Final = Format("problem", "application/problem+json", "json", ("application/json",))
FORMATS: Final = (PROBLEM, *(form for form in REPORTS if form is not PLAIN_JSON))


def register(app: FastAPI) -> None:
    """Let *app* answer so."""

    async def on_rejection(request: Request, error: Exception) -> Response:
        assert isinstance(error, RejectedError)
        return rejected(request, error)

    app.add_exception_handler(RejectedError, on_rejection)


def rejected(request: Request, error: RejectedError) -> Response:
    """Return the report as problem+json, or in any other form that reports have."""
    try:
        form = choose(FORMATS, accept=request.headers.get("accept"))
    except NotAcceptableError:
        form = PROBLEM
    if form is PROBLEM:
        return of_error(error)
    index: Index = request.app.state.index
    return Response(
        reports.written(uncompared(error.problems), form, index),
        HTTPStatus.UNPROCESSABLE_ENTITY,
        headers={"Vary": "Accept", "Cache-Control": "no-store"},
        media_type=reports.media_type_of(form),
    )
