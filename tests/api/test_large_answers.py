"""Answers beyond what is kept in memory, and those that cannot be finished: all, or visibly broken."""

import os
import resource
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import httpx
import pytest

from tests.conftest import DATA, running

ROW_LIMIT = 8000
SPOOL_BYTES = 10 << 20
SECONDS = 3
ENVIRONMENT = {
    "CLOUDINDEX_QUERY_ROWS": str(ROW_LIMIT),
    "CLOUDINDEX_SPOOL_BYTES": str(SPOOL_BYTES),
    "CLOUDINDEX_QUERY_SECONDS": str(SECONDS),
    "CLOUDINDEX_QUERY_WORKERS": "1",
}
PAIRS = "SELECT * { ?a a ?b . ?c a ?d }"
# More than 1 MiB, less than may be gathered.
LARGE_ROWS = 7500
LARGE = f"{PAIRS} LIMIT {LARGE_ROWS}"
# Hours of work, and not a row before the end of it.
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# Few rows, and more bytes than connections hold on the way, or than may be gathered.
WIDE = "SELECT (?x AS ?y) { ?a a ?b . ?c a ?d BIND(CONCAT(" + ", ".join(["STR(?a), STR(?c)"] * 20) + ") AS ?x) }"
GATHERED = f"{WIDE} LIMIT 4000"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the limited service stands and keeps its state."""
    return tmp_path_factory.mktemp("limited")


@pytest.fixture(scope="module")
def limited(folder: Path) -> Iterator[httpx.Client]:
    """A client of a service with narrow limits and one worker."""
    options = ("--data", str(DATA), "--state", str(folder / "state"))
    with (
        running(*options, cwd=folder, environment=ENVIRONMENT) as address,
        httpx.Client(base_url=address, timeout=60, headers={"Accept": "text/csv"}) as client,
    ):
        yield client


def processes_in(folder: Path) -> list[int]:
    """Return the processes that run and stand in *folder*."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            if (process / "cwd").readlink() == folder and state != "Z":
                found.append(int(process.name))
        except OSError:
            continue
    return sorted(found)


def workers(folder: Path) -> list[int]:
    """Return the workers of the service in *folder*, who stand in their store."""
    return processes_in(folder / "state" / "generations" / "00000001" / "store")


def busiest(pids: list[int]) -> int:
    """Return the process that has worked longest."""
    return max(pids, key=lambda pid: int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]))


def is_gone(pid: int) -> bool:
    """Return whether a process ends within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def connected(client: httpx.Client, query: str, *, receive_bytes: int = 0, **parameters: str) -> socket.socket:
    """Ask *query* over a connection of one's own, and return it without reading."""
    connection = socket.socket()
    if receive_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    connection.settimeout(30)
    connection.connect((client.base_url.host, client.base_url.port or 80))
    more = "".join(f"&{name}={value}" for name, value in parameters.items())
    head = f"GET /sparql?query={quote(query)}{more} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
    connection.sendall(head.encode())
    return connection


def read_to_the_end(connection: socket.socket, *, pause_seconds: float = 0.0) -> bytes:
    """Return what comes until the other side ends it, however it does."""
    content = bytearray()
    try:
        while piece := connection.recv(1 << 16):
            content += piece
            if content.endswith(b"0\r\n\r\n"):
                break
            time.sleep(pause_seconds)
    except ConnectionResetError:
        pass
    return bytes(content)


def answers(client: httpx.Client) -> bool:
    """Return whether the service still answers a query that it does not know yet."""
    response = client.get("/sparql", params={"query": f"SELECT (1 AS ?x) {{}} # {time.monotonic_ns()}"})
    return response.text.split() == ["x", "1"]


# --- rows ------------------------------------------------------------------------------------


def test_too_many_rows_are_an_error_that_names_the_limit(limited: httpx.Client) -> None:
    response = limited.get(
        "/sparql", params={"query": f"SELECT (1 AS ?x) {{ ?a a ?b . ?c a ?d }} LIMIT {ROW_LIMIT + 1}"}
    )

    problem = response.json()
    assert (response.status_code, problem["code"], problem["limit_rows"]) == (503, "query-rows", ROW_LIMIT)
    assert str(ROW_LIMIT) in problem["detail"]


def test_as_many_rows_as_there_may_be_are_no_error(limited: httpx.Client) -> None:
    response = limited.get("/sparql", params={"query": f"SELECT (1 AS ?x) {{ ?a a ?b . ?c a ?d }} LIMIT {ROW_LIMIT}"})

    assert response.text.count("\n") == ROW_LIMIT + 1


def test_too_many_triples_are_an_error_that_names_the_limit(limited: httpx.Client) -> None:
    query = "CONSTRUCT { ?a <x:x> ?c } WHERE { ?a a ?b . ?c a ?d }"

    response = limited.get("/sparql", params={"query": query}, headers={"Accept": "application/n-triples"})

    assert (response.status_code, response.json()["code"]) == (503, "query-rows")


def test_too_many_rows_behind_the_first_byte_break_the_connection_off(limited: httpx.Client) -> None:
    with connected(limited, f"{PAIRS} LIMIT {ROW_LIMIT + 1}") as connection:
        content = read_to_the_end(connection)

    assert content.startswith(b"HTTP/1.1 200")
    assert len(content) > 1 << 20
    assert not content.endswith(b"0\r\n\r\n")
    assert answers(limited)


# --- all or an error -------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_large_answer_that_is_wanted_complete_says_its_length(encoding: str, limited: httpx.Client) -> None:
    streamed = limited.get("/sparql", params={"query": LARGE})

    response = limited.get(
        "/sparql", params={"query": LARGE, "complete": "true"}, headers={"Accept-Encoding": encoding}
    )

    assert "Content-Length" not in streamed.headers
    assert int(response.headers["Content-Length"]) == len(response.content) > 1 << 20
    assert response.content == streamed.content
    assert response.headers["ETag"] == streamed.headers["ETag"]


def test_a_small_answer_that_is_wanted_complete_is_the_same(limited: httpx.Client) -> None:
    response = limited.get("/sparql", params={"query": "SELECT (1 AS ?x) {}", "complete": "true"})

    assert response.text.split() == ["x", "1"]


@pytest.mark.parametrize(
    ("query", "code"),
    [(f"{PAIRS} LIMIT {ROW_LIMIT + 1}", "query-rows"), (f"{WIDE} LIMIT {ROW_LIMIT}", "answer-too-large")],
    ids=["rows", "bytes"],
)
def test_what_cannot_be_complete_is_an_error_and_no_byte_of_it(query: str, code: str, limited: httpx.Client) -> None:
    response = limited.get("/sparql", params={"query": query, "complete": "true"})

    problem = response.json()
    assert (response.status_code, problem["code"]) == (503, code)
    assert problem.get("limit_bytes", SPOOL_BYTES) == SPOOL_BYTES
    assert answers(limited)


def test_what_is_gathered_leaves_no_file(folder: Path, limited: httpx.Client) -> None:
    limited.get("/sparql", params={"query": LARGE, "complete": "true"}).raise_for_status()

    assert list((folder / "state" / "tmp").iterdir()) == []


def test_complete_is_true_or_false(limited: httpx.Client) -> None:
    response = limited.get("/sparql", params={"query": LARGE, "complete": "maybe"})

    assert (response.status_code, response.json()["parameter"]) == (400, "complete")


def test_head_says_the_length_where_the_answer_is_complete(limited: httpx.Client) -> None:
    small, large = {"query": "SELECT (1 AS ?x) {}"}, {"query": LARGE}

    lengths = [
        limited.head("/sparql", params=parameters).headers.get("Content-Length")
        for parameters in (small, large, {**large, "complete": "true"})
    ]

    whole = [limited.get("/sparql", params=parameters).num_bytes_downloaded for parameters in (small, large)]
    assert lengths == [str(whole[0]), None, str(len(limited.get("/sparql", params=large).content))]


def test_head_has_the_same_limits(limited: httpx.Client) -> None:
    response = limited.head("/sparql", params={"query": RUNAWAY, "timeout": "0.5"})

    assert response.status_code == 503
    assert answers(limited)


def test_a_full_disk_is_an_error_and_harms_nobody(tmp_path: Path) -> None:
    """No file of the service may grow beyond 64 KiB, as if the disk were full."""
    options = ("--data", str(DATA), "--state", str(tmp_path / "state"))

    with running(*options, cwd=tmp_path) as address, httpx.Client(base_url=address, timeout=60) as client:
        (service,) = processes_in(tmp_path)
        resource.prlimit(service, resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))
        response = client.get("/sparql", params={"query": LARGE, "complete": "true"})
        streamed = client.get("/sparql", params={"query": LARGE, "format": "csv"})

    assert (response.status_code, response.json()["code"]) == (503, "spool-failed")
    assert streamed.text.count("\n") == LARGE_ROWS + 1


def test_no_more_answers_are_gathered_at_once_than_may_be(limited: httpx.Client) -> None:
    """Four clients read nothing of what has been gathered for them."""
    slow = [connected(limited, GATHERED, receive_bytes=4096, complete="true") for _ in range(4)]
    try:
        heads = [connection.recv(12) for connection in slow]
        response = limited.get("/sparql", params={"query": LARGE, "complete": "true"})
    finally:
        for connection in slow:
            connection.close()

    assert heads == [b"HTTP/1.1 200"] * 4
    assert (response.status_code, response.json()["code"]) == (503, "spool-busy")
    assert response.headers["Retry-After"]


# --- slow clients, and those that go ---------------------------------------------------------


def test_a_client_that_reads_slowly_holds_no_worker_beyond_its_time(limited: httpx.Client) -> None:
    """There is one worker, and the next query has to wait for it."""
    with connected(limited, f"{WIDE} LIMIT {ROW_LIMIT}", receive_bytes=4096, timeout="1") as slow:
        head = slow.recv(12)
        began = time.monotonic()
        is_answered = answers(limited)
        waited_seconds = time.monotonic() - began
        rest = read_to_the_end(slow)

    assert head == b"HTTP/1.1 200"
    assert is_answered
    assert waited_seconds < SECONDS
    assert not rest.endswith(b"0\r\n\r\n")


def test_a_client_may_read_slowly_what_has_been_gathered(limited: httpx.Client) -> None:
    with connected(limited, GATHERED, receive_bytes=4096, timeout="2", complete="true") as slow:
        head = slow.recv(4096)
        is_answered = answers(limited)
        time.sleep(2.5)
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = bytearray(head.split(b"\r\n\r\n", 1)[1])
        while len(body) < length:
            body += slow.recv(1 << 16)

    assert is_answered
    assert body.count(b"\n") == 4001


def test_a_client_that_goes_midway_frees_its_worker(folder: Path, limited: httpx.Client) -> None:
    with connected(limited, f"{WIDE} LIMIT {ROW_LIMIT}", receive_bytes=4096) as leaving:
        leaving.recv(4096)
        worker = busiest(workers(folder))

    assert is_gone(worker)
    assert answers(limited)


# --- workers that are killed from outside ----------------------------------------------------


def test_only_its_caller_hears_of_a_worker_that_is_killed(folder: Path, limited: httpx.Client) -> None:
    heard: list[httpx.Response] = []
    answers(limited)
    asking = Thread(
        target=lambda: heard.append(httpx.get(limited.base_url.join("/sparql"), params={"query": RUNAWAY}, timeout=30))
    )
    asking.start()
    time.sleep(0.7)

    for pid in workers(folder):
        os.kill(pid, signal.SIGKILL)
    asking.join()

    assert (heard[0].status_code, heard[0].json()["code"]) == (500, "engine-failed")
    assert answers(limited)


def test_an_answer_whose_worker_is_killed_midway_is_visibly_broken(folder: Path, limited: httpx.Client) -> None:
    with connected(limited, f"{WIDE} LIMIT {ROW_LIMIT}", receive_bytes=4096) as reading:
        reading.recv(4096)
        killed = workers(folder)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        rest = read_to_the_end(reading)

    assert not rest.endswith(b"0\r\n\r\n")
    assert all(is_gone(pid) for pid in killed)
    assert answers(limited)
