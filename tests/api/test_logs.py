"""The log: a line for each request, nothing in it that a client could forge, and nothing that is secret."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.conftest import DATA, running

LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@dataclass(frozen=True, slots=True)
class Service:
    """A running service and its log."""

    address: str
    log: Path

    def lines(self, text: str = "", *, count: int = 1) -> list[str]:
        """Return the lines that hold *text*, once there are *count* of them."""
        deadline = time.monotonic() + 10
        while True:
            found = [line for line in self.log.read_text(encoding="utf-8").splitlines() if text in line]
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.02)

    def line(self, text: str) -> dict[str, Any]:
        """Return the one line that holds *text*, as JSON."""
        (found,) = self.lines(text)
        facts: dict[str, Any] = orjson.loads(found)
        return facts


@contextmanager
def logged(folder: Path, **environment: str) -> Iterator[Service]:
    """Yield a service whose log is kept."""
    log = folder / "log"
    options = ("--data", str(DATA), "--state", str(folder / "state"))
    with running(*options, cwd=folder, environment=environment, log=log) as address:
        yield Service(address, log)


@pytest.fixture(scope="module")
def service_with_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with the usual settings, but for a short limit of time."""
    with logged(tmp_path_factory.mktemp("log"), CLOUDINDEX_QUERY_SECONDS="1") as service:
        yield service


def test_a_request_is_one_line_of_json(service_with_log: Service) -> None:
    headers = {"X-Request-Id": "one-line", "Authorization": "Bearer secret-token"}

    response = httpx.get(f"{service_with_log.address}/api/types?lang=", headers=headers)

    line = service_with_log.line("one-line")
    assert line.pop("time").endswith("Z")
    assert line.pop("duration_ms") > 0
    assert line == {
        "level": "info",
        "request_id": "one-line",
        "method": "GET",
        "path": "/api/types",
        "status": response.status_code,
        "bytes": len(response.content),
        "client": "127.0.0.1",
        "generation": 1,
    }
    assert service_with_log.lines("secret-token", count=0) == []


def test_the_query_is_not_in_the_log(service_with_log: Service) -> None:
    text = "ASK { <urn:private> ?p ?o }"

    httpx.get(f"{service_with_log.address}/sparql", params={"query": text}, headers={"X-Request-Id": "asked"})

    assert service_with_log.line("asked")["path"] == "/sparql"
    assert service_with_log.lines("private", count=0) == []


def test_a_path_cannot_forge_a_line(service_with_log: Service) -> None:
    path = '/x%0a{"time":"forged"}%0d%1b[2K%e2%80%a8%c2%85'

    httpx.get(service_with_log.address + path, headers={"X-Request-Id": "forger"})

    assert service_with_log.line("forger")["path"] == '/x\\x0a{"time":"forged"}\\x0d\\x1b[2K\\u2028\\x85'
    assert [line for line in service_with_log.lines() if line.startswith('{"time":"forged"')] == []


def test_a_long_head_is_one_short_line(service_with_log: Service) -> None:
    headers = {"X-Request-Id": "long-head", "X-Long": "x" * 100_000}

    response = httpx.get(f"{service_with_log.address}/{'y' * 20_000}", headers=headers)

    (line,) = service_with_log.lines("long-head")
    assert response.status_code == 404
    assert len(line) < 1000


def test_an_answer_that_is_broken_off_says_why_and_is_told_once(service_with_log: Service) -> None:
    def read_slowly() -> None:
        address, headers = f"{service_with_log.address}/sparql", {"X-Request-Id": "broken"}
        with httpx.stream("GET", address, params={"query": LARGE}, headers=headers) as answer:
            for _ in answer.iter_raw():
                time.sleep(0.01)

    with pytest.raises(httpx.RemoteProtocolError):
        read_slowly()

    line = service_with_log.line("broken")
    assert (line["status"], line["aborted"], line["level"]) == (200, "query-timeout", "warning")
    assert service_with_log.lines("Traceback", count=0) == []
    assert service_with_log.lines("Exception in ASGI", count=0) == []


def test_a_client_that_goes_away_is_told(service_with_log: Service) -> None:
    address = service_with_log.address

    with httpx.stream(
        "GET", f"{address}/sparql", params={"query": LARGE}, headers={"X-Request-Id": "leaver"}
    ) as answer:
        next(answer.iter_raw())

    assert service_with_log.line("leaver")["aborted"] == "client"


def test_what_is_no_http_is_told_in_the_same_form(service_with_log: Service) -> None:
    host, port = service_with_log.address.removeprefix("http://").split(":")

    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
        connection.recv(1000)

    line = service_with_log.line("Invalid HTTP")
    assert (line["level"], line["logger"]) == ("warning", "uvicorn.error")


def test_a_failure_that_nobody_expected_is_told_once_and_its_answer_holds_the_id_alone(tmp_path: Path) -> None:
    """The store is damaged while the service runs."""
    with logged(tmp_path) as service:
        for file in (tmp_path / "state").rglob("store/*"):
            file.unlink()
        response = httpx.get(
            f"{service.address}/sparql", params={"query": "ASK {}"}, headers={"X-Request-Id": "failure"}, timeout=60
        )
        ready = httpx.get(f"{service.address}/readyz", timeout=60)
        told = [orjson.loads(line) for line in service.lines('"failure"', count=2)]

    problem = response.json()
    assert (response.status_code, problem["request_id"]) == (500, "failure")
    assert "Traceback" not in response.text
    assert [line["request_id"] for line in told if "stack" in line] == ["failure"]
    assert ready.status_code == 503


def test_queries_are_in_the_log_where_that_is_asked(tmp_path: Path) -> None:
    with logged(tmp_path, CLOUDINDEX_LOG_QUERIES="true") as service:
        httpx.post(f"{service.address}/sparql?format=json", data={"query": "ASK\n{}"}, headers={"X-Request-Id": "open"})
        line = service.line('"open"')

    assert (line["query"], line["query_string"]) == ("ASK\\x0a{}", "format=json")


def test_the_log_can_be_read_by_people(tmp_path: Path) -> None:
    with logged(tmp_path, CLOUDINDEX_LOG="text") as service:
        httpx.get(f"{service.address}/healthz", headers={"X-Request-Id": "people"})
        (line,) = service.lines("people")

    assert " GET /healthz 200 " in line
    assert not line.startswith("{")


def test_the_log_can_be_switched_off(tmp_path: Path) -> None:
    with logged(tmp_path, CLOUDINDEX_LOG="off") as service:
        httpx.get(f"{service.address}/healthz")

    assert service.log.read_bytes() == b""
