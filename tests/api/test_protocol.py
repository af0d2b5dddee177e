"""How requests reach the service: methods, codings, limits, caches, other origins, and clients that go away."""

import gzip
import socket
import time
from pathlib import Path

import httpx
import pytest
import rdflib

from tests.conftest import DATA, running

pytestmark = pytest.mark.any_engine

ASK = "ASK { id:kubespray ci:usesTool id:ansible }"
QUERY_TYPE = {"Content-Type": "application/sparql-query"}
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


# --- bodies ----------------------------------------------------------------------------------


def test_a_packed_body_is_unpacked(client: httpx.Client) -> None:
    headers = {**QUERY_TYPE, "Content-Encoding": "gzip"}

    response = client.post("/sparql", content=gzip.compress(ASK.encode()), headers=headers)

    assert response.json()["boolean"] is True


def test_a_body_packed_in_several_members_is_read_whole(client: httpx.Client) -> None:
    members = gzip.compress(ASK[:9].encode()) + gzip.compress(b"") + gzip.compress(ASK[9:].encode())

    response = client.post("/sparql", content=members, headers={**QUERY_TYPE, "Content-Encoding": "gzip"})

    assert response.json()["boolean"] is True


def test_a_bomb_is_not_unpacked(client: httpx.Client) -> None:
    """A hundred megabytes of spaces are a hundred kilobytes on the wire."""
    packed = gzip.compress(b" " * (100 << 20))

    response = client.post("/sparql", content=packed, headers={**QUERY_TYPE, "Content-Encoding": "gzip"})

    assert (response.status_code, response.json()["code"]) == (413, "request-too-large")


@pytest.mark.parametrize(
    "content",
    [b"ASK {}", gzip.compress(b"ASK {}")[:-6], gzip.compress(b"ASK {}") + b"more", b""],
    ids=["not packed", "cut short", "with more behind it", "empty"],
)
def test_a_body_that_is_not_what_its_coding_says_is_refused(content: bytes, client: httpx.Client) -> None:
    response = client.post("/sparql", content=content, headers={**QUERY_TYPE, "Content-Encoding": "gzip"})

    assert (response.status_code, response.json()["parameter"]) == (400, "Content-Encoding")


@pytest.mark.parametrize(
    "headers",
    [{"Content-Encoding": "br"}, {"Content-Type": "application/sparql-query; charset=utf-16"}],
    ids=["coding", "character set"],
)
def test_a_coding_that_is_not_read_is_refused(headers: dict[str, str], client: httpx.Client) -> None:
    response = client.post("/sparql", content=b"ASK {}", headers=QUERY_TYPE | headers)

    assert response.status_code == 415


def test_a_body_that_says_it_is_too_large_is_not_waited_for(service: str) -> None:
    host, port = service.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 999999999\r\n\r\nASK"
        )

        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_an_address_that_is_too_long_is_refused(client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": f"ASK {{}} # {'x' * 65_000}"})

    assert (response.status_code, response.json()["code"]) == (414, "address-too-long")


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ {'{' * 100_000}{'}' * 100_000} }}",
        f"SELECT * {{ FILTER({'(' * 100_000}1{')' * 100_000}) }}",
        f"SELECT * {{ {'OPTIONAL { ?a ?b ?c ' * 5_000}{'}' * 5_000} }}",
        f"SELECT * {{ FILTER({'!' * 300_000}true) }}",
    ],
    ids=["groups", "parentheses", "optionals", "negations"],
)
def test_a_query_that_is_nested_too_deeply_is_refused_and_harms_nobody(query: str, client: httpx.Client) -> None:
    response = client.post("/sparql", content=query, headers=QUERY_TYPE)

    assert response.status_code < 500
    assert client.get("/sparql", params={"query": ASK}).json()["boolean"] is True


# --- methods ---------------------------------------------------------------------------------


def test_query_is_a_method_like_post(client: httpx.Client) -> None:
    response = client.request("QUERY", "/sparql", content=ASK, headers=QUERY_TYPE)

    assert response.json()["boolean"] is True


@pytest.mark.parametrize(
    "path", ["/sparql?query=ASK%7B%7D", "/api/entities/rook", "/api/types", "/id/rook", "/healthz"]
)
def test_head_says_what_get_would_without_its_body(path: str, client: httpx.Client) -> None:
    got = client.get(path)

    response = client.head(path)

    assert response.status_code == 200
    assert response.content == b""
    assert response.headers["Content-Type"] == got.headers["Content-Type"]


def test_options_says_which_methods_there_are(client: httpx.Client) -> None:
    response = client.options("/sparql")

    assert response.status_code == 204
    assert {"GET", "POST", "QUERY", "HEAD"} <= set(response.headers["Allow"].split(", "))


def test_other_origins_may_ask(client: httpx.Client) -> None:
    headers = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }

    preflight = client.options("/sparql", headers=headers)
    response = client.get("/api/entities/rook", headers={"Origin": "https://example.org"})

    assert preflight.status_code == 200
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"].lower()
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Cloudindex-Generation" in response.headers["Access-Control-Expose-Headers"]


# --- caches ----------------------------------------------------------------------------------


def test_a_client_that_has_an_answer_is_not_sent_it_again(client: httpx.Client) -> None:
    first = client.get("/sparql", params={"query": ASK})

    again = client.get("/sparql", params={"query": ASK}, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_each_format_has_a_tag_of_its_own(client: httpx.Client) -> None:
    query = "SELECT ?s { ?s ci:uses id:ironic }"

    tags = {
        client.get("/sparql", params={"query": query, "format": name}).headers["ETag"]
        for name in ("json", "xml", "csv", "tsv")
    }

    assert len(tags) == 4


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_depends_on_time_or_chance_is_not_kept(function: str, client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": f"SELECT ({function} AS ?x) {{}}"})

    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_large_answers_are_packed_for_who_wants_them(client: httpx.Client) -> None:
    response = client.get("/api/types", headers={"Accept-Encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]
    assert len(response.json()) > 50


@pytest.mark.parametrize(
    "path", ["/api/types", "/api/entities?limit=40", "/ontology", "/sparql?query=DESCRIBE id:kubernetes"]
)
def test_nothing_is_packed_for_who_refuses_that(path: str, client: httpx.Client) -> None:
    headers = {"Accept-Encoding": "identity;q=1, gzip;q=0, *;q=0"}

    responses = [client.get(path, headers=headers) for _ in range(2)]  # the second may come from what is kept

    assert ["Content-Encoding" in response.headers for response in responses] == [False, False]


# --- the description -------------------------------------------------------------------------


@pytest.mark.parametrize(("media_type", "name"), [("text/turtle", "turtle"), ("application/rdf+xml", "xml")])
def test_without_a_query_the_service_describes_itself(media_type: str, name: str, client: httpx.Client) -> None:
    response = client.get("/sparql", headers={"Accept": media_type})

    graph = rdflib.Graph().parse(data=response.text, format=name)
    description = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    (service,) = graph.subjects(rdflib.RDF.type, description.Service)
    assert (service, description.supportedLanguage, description.SPARQL11Query) in graph
    assert str(graph.value(service, description.endpoint)).endswith("/sparql")
    assert len(list(graph.objects(None, description.name))) >= 7


# --- clients that go away --------------------------------------------------------------------


def test_a_client_that_goes_away_takes_its_query_with_it(tmp_path: Path) -> None:
    """There is one worker: unless it is killed at once, the next query waits for a minute."""
    environment = {"CLOUDINDEX_QUERY_WORKERS": "1", "CLOUDINDEX_QUERY_SECONDS": "60"}
    options = ("--data", str(DATA), "--state", str(tmp_path / "state"))

    with running(*options, cwd=tmp_path, environment=environment) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            body = RUNAWAY.encode()
            head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
            connection.sendall(f"{head}Content-Type: application/sparql-query\r\n\r\n".encode() + body)
            time.sleep(0.7)  # the query has begun
        response = httpx.get(f"{address}/sparql", params={"query": ASK}, timeout=20)

    assert response.json()["boolean"] is True


def test_the_workers_end_with_the_service(tmp_path: Path) -> None:
    options = ("--data", str(DATA), "--state", str(tmp_path / "state"))

    with running(*options, cwd=tmp_path) as address:
        httpx.get(f"{address}/sparql", params={"query": ASK}, timeout=20).raise_for_status()
        started = _processes_in(tmp_path)

    deadline = time.monotonic() + 10
    while _processes_in(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert started
    assert _processes_in(tmp_path) == []


def _processes_in(folder: Path) -> list[int]:
    """Return the processes whose working folder lies below *folder*; workers stand in that of their store."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append(int(process.name))
        except OSError:
            continue
    return found
