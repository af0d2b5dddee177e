"""The edge: what every request meets and every answer carries, whoever asks and however badly."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import DATA, running

pytestmark = pytest.mark.any_engine

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
ANSWERS = [
    ("GET", "/healthz", 200),
    ("GET", "/api/entities/kubespray", 200),
    ("HEAD", "/api/entities/kubespray", 200),
    ("GET", "/id/kubespray?format=turtle", 200),
    ("GET", "/docs", 200),
    ("GET", "/", 307),
    ("GET", "/nowhere", 404),
    ("DELETE", "/api/types", 405),
    ("GET", "/api/entities?nothing=1", 400),
    ("GET", "/sparql?query=SELECT", 400),
    ("GET", f"/sparql?query={'a' * 40_000}", 414),
    ("POST", "/sparql", 415),
    ("OPTIONS", "/sparql", 204),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS, ids=lambda value: str(value)[:40])
def test_every_answer_has_an_id_and_the_security_headers_and_names_no_server(
    method: str, path: str, status: int, client: httpx.Client
) -> None:
    response = client.request(method, path)

    assert response.status_code == status
    assert re.fullmatch(r"[0-9a-f]{16}", response.headers["X-Request-Id"])
    assert {name: response.headers.get(name) for name in SECURITY} == SECURITY
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "Server" not in response.headers
    assert "Strict-Transport-Security" not in response.headers


@pytest.mark.parametrize(("method", "path", "status"), [row for row in ANSWERS if row[2] >= 400], ids=str)
def test_every_problem_names_the_request(method: str, path: str, status: int, client: httpx.Client) -> None:
    response = client.request(method, path)

    assert response.json()["request_id"] == response.headers["X-Request-Id"]


def test_a_preflight_has_an_id_and_other_origins_may_read_it(client: httpx.Client) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}

    preflight = client.options("/api/types", headers=headers)
    answer = client.get("/api/types", headers=headers)

    assert preflight.headers["X-Request-Id"]
    assert "X-Request-Id" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("given", ["a", "from-the.Proxy_1", "x" * 64])
def test_a_harmless_id_is_taken_over(given: str, client: httpx.Client) -> None:
    response = client.get("/nowhere", headers={"X-Request-Id": given})

    assert (response.headers["X-Request-Id"], response.json()["request_id"]) == (given, given)


@pytest.mark.parametrize("given", ["", "x" * 65, "x" * 100_000, "a b", "<b>", 'a"b', "a\tb", "é".encode(), b"a\x80"])
def test_a_harmful_id_is_replaced(given: str | bytes, client: httpx.Client) -> None:
    response = client.get(
        "/healthz", headers=[(b"X-Request-Id", given if isinstance(given, bytes) else given.encode())]
    )

    assert re.fullmatch(r"[0-9a-f]{16}", response.headers["X-Request-Id"])


def test_a_head_that_tries_to_inject_a_header_gets_none_of_it_back(service: str) -> None:
    host, port = service.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            b"GET /%0d%0aSet-Cookie:x=1 HTTP/1.1\r\nHost: a\r\n"
            b"X-Request-Id: a\rSet-Cookie: x=1\r\nConnection: close\r\n\r\n"
        )
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert b"\nset-cookie" not in answer.lower()


@pytest.mark.parametrize("host", ['a"><script>', "a b", "[::1", "a:99999", ""])
def test_a_host_that_is_none_is_not_repeated(host: str, client: httpx.Client) -> None:
    response = client.get("/sparql", headers={"Host": host, "Accept": "application/n-triples"})

    assert response.status_code == 200
    assert f"<http://{client.base_url.host}:{client.base_url.port}/sparql>" in response.text


def test_the_page_of_the_docs_may_run_its_own_script_and_no_other(client: httpx.Client) -> None:
    policy = client.get("/docs").headers["Content-Security-Policy"]

    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts is not None
    assert re.fullmatch(r"'self' 'sha256-[A-Za-z0-9+/=]{44}'", scripts[1])


# --- Kept answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_an_answer_given_again_is_the_same_as_the_first(coding: str, client: httpx.Client) -> None:
    path, headers = (
        f"/api/entities?limit=20&q={coding[0]}",
        {"Accept-Encoding": coding, "Origin": "https://example.org"},
    )

    first, again, third, head = (
        client.request(method, path, headers=headers) for method in ("GET", "GET", "GET", "HEAD")
    )

    own = {"x-request-id", "date", "content-length"}  # packed by different hands, it may differ by a byte or two
    assert first.content == again.content == third.content
    assert {name: value for name, value in first.headers.items() if name not in own} == {
        name: value for name, value in again.headers.items() if name not in own
    }
    assert (again.headers.get("Content-Encoding") == "gzip") == (coding == "gzip")
    assert (head.content, head.headers["Content-Length"]) == (b"", third.headers["Content-Length"])


# --- Readiness -------------------------------------------------------------------------------


def test_a_service_that_can_do_its_work_is_ready(client: httpx.Client) -> None:
    response = client.get("/readyz")

    assert response.json()["status"] == "ready"
    assert {check["name"]: check["ok"] for check in response.json()["checks"]} == {
        "generation": True,
        "workers": True,
        "watch": True,
        "server": True,
    }


def test_a_check_that_there_is_not_cannot_be_left_out(client: httpx.Client) -> None:
    response = client.get("/readyz?exclude=everything")

    told = response.json()
    assert (response.status_code, told["code"]) == (400, "parameter-invalid")
    assert (told["parameter"], told["value"]) == ("exclude", "everything")


@pytest.mark.embedded_only("it says nothing about the engine, and starts a service of its own")
def test_a_service_whose_workers_are_all_busy_is_not_ready_and_says_why(tmp_path: Path) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with (
        served(tmp_path, CLOUDINDEX_QUERY_WORKERS="1", CLOUDINDEX_QUERY_SECONDS="6") as client,
        ThreadPoolExecutor() as threads,
    ):
        busy = threads.submit(client.get, "/sparql", params={"query": runaway})
        while number_of(client, "cloudindex_queries_running") < 1:
            pass
        response = client.get("/readyz")
        others = client.get("/readyz", params={"exclude": "workers"})
        health = client.get("/healthz")
        busy.result()
        numbers = {
            name: number_of(client, name) for name in ("cloudindex_queries_running", "cloudindex_queries_waiting")
        }
        ended = number_of(client, "cloudindex_workers_ended_total", reason="deadline")
        after = client.get("/readyz")

    assert (response.status_code, response.json()["code"]) == (503, "not-ready")
    assert "no worker was free" in response.json()["detail"]
    assert (others.status_code, health.status_code, after.status_code) == (200, 200, 200)
    assert [check["name"] for check in others.json()["checks"]] == ["generation", "watch", "server"]
    assert numbers == {"cloudindex_queries_running": 0, "cloudindex_queries_waiting": 0}
    assert ended == 1


# --- Metrics ---------------------------------------------------------------------------------


def test_requests_are_counted_by_template_and_status_and_never_by_raw_path(client: httpx.Client) -> None:
    for path in (
        "/api/entities/kubespray",
        "/api/entities/no-such-thing",
        "/api/entities/rook/relations",
        "/x/y",
        "/z",
    ):
        client.get(path)

    routes = {labels["route"] for labels, _ in samples(client, "cloudindex_http_requests_total")}

    assert {"/api/entities/{slug}", "/api/entities/{slug}/relations", "unknown", "/metrics"} <= routes | {"/metrics"}
    assert not {"/api/entities/kubespray", "/x/y", "/z"} & routes
    assert number_of(client, "cloudindex_http_requests_total", route="/api/entities/{slug}", status="404") >= 1
    assert number_of(client, "cloudindex_http_request_seconds_count", route="/api/entities/{slug}") >= 2


@pytest.mark.parametrize(
    "name",
    [
        "cloudindex_http_requests_in_progress",
        "cloudindex_workers_alive",
        "cloudindex_cache_hits_total",
        "cloudindex_cache_bytes",
        "cloudindex_generation_id",
        "cloudindex_generation_published_timestamp_seconds",
        "cloudindex_generation_stated_triples",
        "process_resident_memory_bytes",
    ],
)
def test_a_number_is_there(name: str, client: httpx.Client) -> None:
    for _ in range(2):
        client.get("/api/entities/kubespray")
    client.get("/sparql", params={"query": "ASK {}"})

    assert number_of(client, name) >= 1


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[httpx.Client]:
    """Yield a client of a service with settings of its own."""
    options = ("--data", str(DATA), "--state", str(folder / "state"))
    with (
        running(*options, cwd=folder, environment=environment) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def samples(client: httpx.Client, name: str) -> list[tuple[dict[str, str], float]]:
    """Return the samples of that name, with their labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return [(one.labels, one.value) for family in families for one in family.samples if one.name == name]


def number_of(client: httpx.Client, name: str, **labels: str) -> float:
    """Return the sum of the samples of that name which have these labels."""
    return sum(value for found, value in samples(client, name) if labels.items() <= found.items())
