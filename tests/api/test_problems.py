"""Problems: each error has its status, and each answer that is none says what is wrong in the same shape."""

import asyncio
from collections.abc import Iterable
from http import HTTPStatus
from inspect import getmodule
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from api.errors import NotAcceptableError
from api.problems import STATUS, of_error, register
from graph import errors
from graph.errors import BusyError, GraphError, QueryTimeoutError, UnknownEntityError
from tests.conftest import DATA

pytestmark = pytest.mark.any_engine

PROBLEM = "application/problem+json"
TYPES = "https://w3id.org/cloudindex/problem/"


def own_errors() -> list[type[GraphError]]:
    """Return every kind of error of this project, however deep."""
    found: list[type[GraphError]] = []
    waiting: list[type[GraphError]] = [GraphError]
    while waiting:
        subclasses = waiting.pop().__subclasses__()
        found += subclasses
        waiting += subclasses
    names = {errors.__name__, NotAcceptableError.__module__}
    return [
        one
        for one in found
        if (module := getmodule(one)) is None or module.__name__ in names or "test" not in module.__name__
    ]


def assert_is_problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check the shape that every problem has, and return it."""
    problem: dict[str, Any] = response.json()
    assert (response.status_code, response.headers["Content-Type"]) == (status, PROBLEM)
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"{TYPES}{code}")
    assert problem["title"]
    assert problem["detail"]
    return problem


def test_every_error_has_a_status() -> None:
    """A new error cannot be forgotten in the table."""
    assert set(STATUS) == set(own_errors())


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in STATUS]

    assert len(set(codes)) == len(codes)
    assert all(code == code.lower() and " " not in code for code in codes)


def test_every_status_is_one_of_an_error() -> None:
    assert all(status >= 400 for error, status in STATUS.items() if error is not errors.MovedError)


def test_the_tree_of_errors_stands_at_the_top_of_its_file() -> None:
    drawn = [line for line in (errors.__doc__ or "").splitlines() if "──" in line]

    names = [line.split("── ")[1].split()[0] for line in drawn]

    assert names == [kind.__name__ for kind in GraphError.__subclasses__() if kind.__module__ == errors.__name__]


@pytest.mark.parametrize(
    ("error", "facts"),
    [
        (UnknownEntityError("rok", ["rook"]), {"slug": "rok", "suggestions": ["rook"]}),
        (QueryTimeoutError(2.5), {"limit_seconds": 2.5}),
        (
            errors.ParameterError("type", "x", "no.", allowed=["y"]),
            {"parameter": "type", "value": "x", "allowed": ["y"]},
        ),
    ],
)
def test_a_problem_repeats_the_facts_of_its_error(error: GraphError, facts: dict[str, Any]) -> None:
    problem = orjson.loads(bytes(of_error(error).body))

    assert {name: problem[name] for name in facts} == facts
    assert problem["detail"] == str(error)


def test_who_comes_when_it_is_busy_is_told_when_to_come_again() -> None:
    response = of_error(BusyError(64))

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing/here", 404, "path-unknown"),
        ("/api/nothing", 404, "path-unknown"),
        ("/api/entities/rook/nothing", 404, "path-unknown"),
        ("/%3Cscript%3E", 404, "path-unknown"),
        ("/api/entities/nothing-of-that-name", 404, "entity-unknown"),
        ("/id/nothing-of-that-name", 404, "entity-unknown"),
        ("/document/nothing-of-that-name", 404, "entity-unknown"),
        ("/api/entities?limit=many", 400, "parameter-invalid"),
        ("/api/entities?nothing=1", 400, "parameter-invalid"),
        ("/sparql?query=ASK%20%7B%7D&timeout=soon", 400, "parameter-invalid"),
        ("/sparql?query=ASK", 400, "query-syntax"),
        ("/sparql?query=DROP%20ALL", 400, "query-refused"),
        ("/sparql?query=ASK%7B%7D&format=nothing", 400, "format-unknown"),
        ("/ontology?format=nothing", 400, "format-unknown"),
    ],
)
def test_what_goes_wrong_is_a_problem(path: str, status: int, code: str, client: httpx.Client) -> None:
    response = client.get(path)

    assert_is_problem(response, status, code)


def test_an_unknown_path_proposes_a_near_one(client: httpx.Client) -> None:
    response = client.get("/api/entites")

    problem = assert_is_problem(response, 404, "path-unknown")
    assert "/api/entities" in problem["suggestions"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/entities", {"GET"}),
        ("POST", "/api/entities/rook", {"GET"}),
        ("POST", "/id/rook", {"GET"}),
        ("PUT", "/sparql", {"GET", "POST"}),
        ("PATCH", "/ontology", {"GET"}),
    ],
)
def test_a_method_that_is_not_possible_is_told_with_those_that_are(
    method: str, path: str, allowed: set[str], client: httpx.Client
) -> None:
    response = client.request(method, path)

    problem = assert_is_problem(response, 405, "http-405")
    assert method in problem["detail"]
    assert allowed <= {word.strip() for word in response.headers["Allow"].split(",")}


def test_an_internal_error_says_nothing_of_the_inside() -> None:
    """A fault of our own is made here, in an application of its own: the service has none that we know of."""
    app = FastAPI()
    register(app)

    @app.get("/fault")
    async def fail() -> None:
        raise ZeroDivisionError("secret of /root")

    response = asyncio.run(_get(app, "/fault"))

    assert_is_problem(response, 500, "internal")
    assert not _gossip(response.text)


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=%00",
        "/sparql?query=ASK%7B%7D&default-graph-uri=%3C%3E",
        "/sparql?query=SELECT%20*%20%7B%20%3Cx%3A%20y%3E%20a%20%3Fb%20%7D",
        "/id/%00",
        "/id/%F0%9F%98%80",
        "/id/%3Cb%3E",
        "/document/..%2F..%2Fetc%2Fpasswd",
        "/document/a%20b",
        "/api/entities/%22",
        "/api/entities/a%5Cb",
        "/api/entities?with=uses:a%20b",
        "/api/entities?with=uses:%3C",
        "/api/entities?without=uses:%22",
        "/api/entities?with=uses:document/a%20b",
        "/api/entities?type=%00",
        "/api/entities?opinion=%F0%9F%98%80",
        "/api/entities?cursor=%F0%9F%98%80",
        "/api/entities?cursor=MTot",
        "/api/entities?cursor=MTotNQ",
        "/api/entities?cursor=__________________8",
        "/api/entities/rook/relations?relation=%00",
        "/api/entities/rook?lang=%00",
    ],
)
def test_no_input_makes_the_service_fail(path: str, client: httpx.Client) -> None:
    response = client.get(path)

    assert response.status_code < 500
    assert not _gossip(response.text)


def test_a_problem_is_json_whatever_the_client_accepts(client: httpx.Client) -> None:
    response = client.get("/nothing", headers={"Accept": "text/html"})

    assert_is_problem(response, 404, "path-unknown")


async def _get(app: FastAPI, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as session:
        return await session.get(path)


def _gossip(text: str) -> Iterable[str]:
    """Return what no answer may tell: names of files, errors of Python."""
    return [
        word
        for word in ("Traceback", "/root", str(DATA.parent), "Error:", ".py", "ZeroDivision", "secret")
        if word in text
    ]
