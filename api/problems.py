"""Errors → ``application/problem+json``, as RFC 9457 has it."""

import logging
import math
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.errors import (
    AnswerTooLargeError,
    CursorError,
    ForbiddenError,
    MediaTypeError,
    NotAcceptableError,
    SlowBodyError,
    SpoolBusyError,
    SpoolError,
    TokensFileError,
    TooLargeError,
    UnauthorizedError,
    UriTooLongError,
    WritesOffError,
)
from api.request_ids import current_id
from api.routes import path_of, template_finder
from graph import errors
from graph.errors import GraphError
from graph.nearness import nearest

MEDIA_TYPE: Final = "application/problem+json"
LOGGER: Final = logging.getLogger("cloudindex.failures")
TYPES: Final = "https://w3id.org/cloudindex/problem/"
# What is likely to go when it is tried again.
SOON_OVER: Final = (
    errors.BusyError,
    errors.LeaseLostError,
    errors.SetOverwrittenError,
    errors.WriteElsewhereError,
    SpoolBusyError,
)
STATUS: Final[dict[type[GraphError], HTTPStatus]] = {
    errors.OntologyError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.DataFolderError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.QuestionsError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StateFolderError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NotBuiltError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.EngineError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.EngineUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.EngineAnswerError: HTTPStatus.BAD_GATEWAY,
    errors.EngineAccessError: HTTPStatus.BAD_GATEWAY,
    errors.LeaseLostError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.WriteElsewhereError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.SetOverwrittenError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.UnderivedError: HTTPStatus.NOT_IMPLEMENTED,
    errors.NoHistoryError: HTTPStatus.NOT_IMPLEMENTED,
    errors.QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    errors.QueryTimeoutError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.QueryMemoryError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.QueryRowsError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.QueryRefusedError: HTTPStatus.BAD_REQUEST,
    errors.RemoteServiceError: HTTPStatus.BAD_GATEWAY,
    errors.BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.GenerationGoneError: HTTPStatus.GONE,
    errors.UnknownGenerationError: HTTPStatus.NOT_FOUND,
    errors.WriteRefusedError: HTTPStatus.BAD_REQUEST,
    errors.WriteConflictError: HTTPStatus.CONFLICT,
    errors.RemoteRefusedError: HTTPStatus.NOT_IMPLEMENTED,
    errors.UnknownStatementError: HTTPStatus.NOT_FOUND,
    errors.UnknownKeyError: HTTPStatus.NOT_FOUND,
    errors.UnknownTermError: HTTPStatus.NOT_FOUND,
    errors.EvaluationError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ReadOnlyError: HTTPStatus.CONFLICT,
    errors.RejectedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ImportRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.BadGraphError: HTTPStatus.BAD_REQUEST,
    errors.UnknownDocumentError: HTTPStatus.NOT_FOUND,
    errors.UnknownGraphError: HTTPStatus.NOT_FOUND,
    errors.WriteLimitError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ValidationLimitError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ReportError: HTTPStatus.BAD_REQUEST,
    errors.BackupError: HTTPStatus.BAD_REQUEST,
    errors.MovedError: HTTPStatus.TEMPORARY_REDIRECT,
    errors.UnknownEntityError: HTTPStatus.NOT_FOUND,
    errors.ParameterError: HTTPStatus.BAD_REQUEST,
    errors.UnknownFormatError: HTTPStatus.BAD_REQUEST,
    errors.FormatLimitError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnwritableError: HTTPStatus.NOT_ACCEPTABLE,
    NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    MediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    SlowBodyError: HTTPStatus.REQUEST_TIMEOUT,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UriTooLongError: HTTPStatus.REQUEST_URI_TOO_LONG,
    AnswerTooLargeError: HTTPStatus.SERVICE_UNAVAILABLE,
    SpoolBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    SpoolError: HTTPStatus.SERVICE_UNAVAILABLE,
    CursorError: HTTPStatus.GONE,
    UnauthorizedError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    WritesOffError: HTTPStatus.FORBIDDEN,
    TokensFileError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
# Facts of an error that its problem repeats, for programs that need not read the sentence.
FACTS: Final = (
    "line",
    "column",
    "host",
    "word",
    "suggestions",
    "allowed",
    "parameter",
    "value",
    "slug",
    "role",
    "limit_seconds",
    "limit_bytes",
    "generation",
    "problems",
    "limit_rows",
)


def problem(
    status: HTTPStatus,
    code: str,
    title: str,
    detail: str,
    *,
    headers: dict[str, str] | None = None,
    **facts: Any,
) -> Response:
    """Return a problem as a response."""
    body = {
        "type": f"{TYPES}{code}",
        "title": title,
        "status": status.value,
        "detail": detail,
        "code": code,
    } | facts
    request_id = current_id()
    if request_id:
        body["request_id"] = request_id
    return Response(orjson.dumps(body), status, headers=headers, media_type=MEDIA_TYPE)


def of_error(error: GraphError) -> Response:
    """Return the problem that tells of *error*."""
    status = STATUS[type(error)]
    facts = {name: getattr(error, name) for name in FACTS if getattr(error, name, None)}
    headers = _waiting(error) or getattr(error, "headers", None)
    title = (type(error).__doc__ or "").splitlines()[0].rstrip(".")
    return problem(status, error.code, title, str(error), headers=headers, **facts)


def _waiting(error: GraphError) -> dict[str, str] | None:
    """Return the header that says after how many seconds to try again, where that may help."""
    if isinstance(error, errors.EngineUnavailableError):
        return {"Retry-After": str(max(1, math.ceil(error.retry_seconds)))}
    return {"Retry-After": "1"} if isinstance(error, SOON_OVER) else None


def told(error: GraphError) -> Response:
    """Return the problem that tells of *error*; what is the service's own failure is told in the log as well."""
    if STATUS[type(error)] is HTTPStatus.INTERNAL_SERVER_ERROR:
        LOGGER.error("%s", error, exc_info=error)
    return of_error(error)


def internal() -> Response:
    """Return the problem that tells of what nobody expected."""
    detail = "The service failed; what happened is in its log."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "The service failed", detail)


def register(app: FastAPI) -> None:
    """Let *app* answer every error with a problem."""

    async def on_graph_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, GraphError)
        response = told(error)
        if isinstance(error, errors.MovedError):
            response.headers["Location"] = _moved_to(error.slug, request)
        return response

    async def on_validation(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        # Of a parameter that may be repeated the last step is the number of its value.
        parameter = str(next(step for step in reversed(first["loc"]) if not isinstance(step, int)))
        detail = f"{parameter}={str(first.get('input'))[:80]}: {first['msg']}."
        return problem(
            HTTPStatus.BAD_REQUEST,
            "parameter-invalid",
            "A parameter has a value that does not fit",
            detail,
            parameter=parameter,
            value=str(first.get("input"))[:80],
        )

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        if status is HTTPStatus.NOT_FOUND:
            prefix: str = request.scope.get("root_path", "")
            near = [prefix + path for path in nearest(path_of(request.scope), paths(app), most=2)]
            detail = f"There is nothing at {request.url.path[:200]}."
            return problem(
                status,
                "path-unknown",
                "There is no such path",
                detail,
                suggestions=near,
                documentation=f"{prefix}/docs",
            )
        headers = dict(error.headers) if error.headers else {}
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_methods(request, app))
            if request.method == "OPTIONS":
                return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
        detail = f"{request.method} is not possible at {request.url.path[:200]}."
        return problem(status, f"http-{status.value}", status.phrase, detail, headers=headers)

    async def on_anything(_request: Request, _error: Exception) -> Response:
        return internal()

    app.add_exception_handler(GraphError, on_graph_error)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_anything)


def _methods(request: Request, app: FastAPI) -> list[str]:
    """Return what can be done at the path of a request."""
    template = template_finder(paths(app))(path_of(request.scope))
    described = {method.upper() for method in app.openapi()["paths"].get(template, {})}
    return sorted(described | {"OPTIONS"} | ({"HEAD"} if "GET" in described else set()))


def _moved_to(slug: str, request: Request) -> str:
    """Return the path of a request with *slug* in place of the one that it has."""
    template: str = request.scope["route"].path_format
    query = f"?{request.url.query}" if request.url.query else ""
    own = template.replace("{slug}", quote(slug, safe="")).replace("{path}", quote(slug.partition("/")[2]))
    return f"{request.scope.get('root_path', '')}{own}{query}"


def paths(app: FastAPI) -> list[str]:
    """Return the paths of the service, as its documentation has them."""
    return sorted(app.openapi()["paths"])
