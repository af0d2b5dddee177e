"""``SERVICE`` as a client meets it: who may be asked, what comes back, and what happens when it does not."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import httpx
import orjson
import pytest

from tests.conftest import DATA, running

RESULTS = "application/sparql-results+json"
LARGEST = 64 * 1024
SECONDS = 15


class Remote:
    """Another service on loopback.

    Attributes:
        asked: The path and the query of each request.
        left: Set when someone who waited has gone.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.left = Event()
        self.address = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer by what the path says."""
        size = int(handler.headers.get("Content-Length") or 0)
        self.asked.append((handler.path, handler.rfile.read(size).decode()))
        behaviours: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
            "/sparql": _table,
            "/moved": lambda one: _redirect(one, 307, "/sparql"),
            "/moved-for-ever": lambda one: _redirect(one, 302, "/moved-for-ever"),
            "/to-private": lambda one: _redirect(one, 307, f"http://127.0.0.1:{int(self.address[-5:]) ^ 1}/"),
            "/to-metadata": lambda one: _redirect(one, 302, "http://169.254.169.254/latest"),
            "/to-file": lambda one: _redirect(one, 302, "file:///etc/passwd"),
            "/missing": lambda one: one.send_error(404),
            "/page": lambda one: _send(one, "text/html", b"<html>"),
            "/nonsense": lambda one: _send(one, RESULTS, b"<html>"),
            "/huge": lambda one: _send(one, RESULTS, b" " * (LARGEST + 1)),
            "/endless": self._endless,
            "/cut": lambda one: _send(one, RESULTS, TABLE[:40], length=len(TABLE)),
            "/packed": lambda one: _send(one, RESULTS, TABLE, coding="gzip"),
            "/slow": self._slow,
        }
        behaviours[handler.path](handler)

    def _endless(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", RESULTS)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b" " * 4096)
        except OSError:
            self.left.set()

    def _slow(self, handler: BaseHTTPRequestHandler) -> None:
        handler.connection.settimeout(30)
        if handler.connection.recv(1) == b"":
            self.left.set()


TABLE = orjson.dumps(
    {
        "head": {"vars": ["tool", "stars"]},
        "results": {
            "bindings": [
                {
                    "tool": {"type": "uri", "value": "https://w3id.org/cloudindex/id/ansible"},
                    "stars": {"type": "literal", "value": "5"},
                }
            ]
        },
    }
)


def _table(handler: BaseHTTPRequestHandler) -> None:
    _send(handler, RESULTS, TABLE)


def _send(
    handler: BaseHTTPRequestHandler, content_type: str, content: bytes, *, length: int = 0, coding: str = ""
) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", content_type)
    handler.send_header("Content-Length", str(length or len(content)))
    if coding:
        handler.send_header("Content-Encoding", coding)
    handler.end_headers()
    handler.wfile.write(content)


def _redirect(handler: BaseHTTPRequestHandler, status: int, location: str) -> None:
    handler.send_response(status)
    handler.send_header("Location", location)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@contextmanager
def serving(remote: Remote) -> Iterator[str]:
    """Let *remote* serve on a free port, and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            remote.answer(self)

        def do_GET(self) -> None:
            remote.answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def shared_remote() -> Iterator[Remote]:
    remote = Remote()
    with serving(remote) as address:
        remote.address = address
        yield remote


@pytest.fixture
def remote(shared_remote: Remote) -> Remote:
    """Another service, which nobody has asked yet."""
    shared_remote.asked.clear()
    shared_remote.left.clear()
    return shared_remote


@pytest.fixture(scope="module")
def federated(shared_remote: Remote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that may ask the other one, and by name a host that is this machine."""
    folder = tmp_path_factory.mktemp("federated")
    host = shared_remote.address.removeprefix("http://")
    port = host.rpartition(":")[2]
    environment = {
        "CLOUDINDEX_ALLOWED_HOSTS": f"{host}, localhost:{port}",
        "CLOUDINDEX_REMOTE_BYTES": str(LARGEST),
        "CLOUDINDEX_QUERY_SECONDS": str(SECONDS),
    }
    options = ("--data", str(DATA), "--state", str(folder / "state"))
    with (
        running(*options, cwd=folder, environment=environment) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def ask(client: httpx.Client, query: str, **more: str) -> httpx.Response:
    return client.get("/sparql", params={"query": query, **more}, headers={"Accept": f"{RESULTS}, text/turtle"})


def join(remote: Remote, path: str, *, silent: str = "") -> str:
    """Return a query that joins what the graph says of kubespray with what the other service says."""
    return (
        "SELECT ?tool ?stars {\n  id:kubespray ci:usesTool ?tool .\n"
        f"  SERVICE {silent} <{remote.address}{path}> {{ ?tool <http://example.org/stars> ?stars }}\n}}"
    )


def rows(response: httpx.Response) -> list[dict[str, str]]:
    found = response.raise_for_status().json()["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in found]


JOINED = [{"tool": "https://w3id.org/cloudindex/id/ansible", "stars": "5"}]


def test_what_another_service_says_is_joined_with_the_graph(remote: Remote, federated: httpx.Client) -> None:
    response = ask(federated, join(remote, "/sparql"))

    assert rows(response) == JOINED
    assert [path for path, _ in remote.asked] == ["/sparql"]
    assert "http://example.org/stars" in remote.asked[0][1]


def test_the_address_may_be_written_with_a_prefix(remote: Remote, federated: httpx.Client) -> None:
    query = f"PREFIX ex: <{remote.address}/> SELECT ?stars {{ service ex:sparql {{ ?tool ex:stars ?stars }} }}"

    response = ask(federated, query)

    assert rows(response) == [{"stars": "5"}]


def test_an_answer_with_the_words_of_others_is_not_kept(remote: Remote, federated: httpx.Client) -> None:
    first, second = (ask(federated, join(remote, "/sparql")) for _ in range(2))

    assert first.headers["Cache-Control"] == second.headers["Cache-Control"] == "no-store"
    assert "ETag" not in first.headers
    assert len(remote.asked) == 2


def test_a_redirect_to_a_host_on_the_list_is_followed(remote: Remote, federated: httpx.Client) -> None:
    response = ask(federated, join(remote, "/moved"))

    assert rows(response) == JOINED
    assert remote.asked[0][1] == remote.asked[1][1]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/to-private", "redirects to a host that may not be asked"),
        ("/to-metadata", "redirects to a host that may not be asked"),
        ("/to-file", "redirects to what is no address"),
        ("/moved-for-ever", "redirects more than 5 times"),
        ("/missing", "status 404"),
        ("/page", "text/html"),
        ("/nonsense", "cannot be read"),
        ("/huge", f"more than {LARGEST} bytes"),
        ("/endless", f"more than {LARGEST} bytes"),
        ("/cut", "does not speak HTTP as it should"),
        ("/packed", "packed"),
    ],
)
def test_a_service_that_gives_no_answer_is_named_with_its_place_and_the_reason(
    path: str, reason: str, remote: Remote, federated: httpx.Client
) -> None:
    response = ask(federated, join(remote, path))

    problem = response.json()
    assert (response.status_code, problem["code"]) == (502, "remote-failed")
    assert (problem["line"], problem["column"]) == (3, 3)
    assert problem["host"] == remote.address.removeprefix("http://")
    assert reason in problem["detail"]


@pytest.mark.parametrize("path", ["/missing", "/page", "/nonsense", "/endless", "/cut", "/to-metadata"])
def test_a_silent_service_that_gives_no_answer_adds_nothing(path: str, remote: Remote, federated: httpx.Client) -> None:
    """The standard: a failure counts as one solution without bindings."""
    response = ask(federated, join(remote, path, silent="SILENT"))

    assert rows(response) == [{"tool": JOINED[0]["tool"]}]


def test_a_service_that_does_not_answer_is_left_at_the_deadline(remote: Remote, federated: httpx.Client) -> None:
    response = ask(federated, join(remote, "/slow"), timeout="1")

    assert (response.status_code, response.json()["code"]) == (503, "query-timeout")
    assert remote.left.wait(10)


def test_when_the_client_goes_the_other_service_is_left(remote: Remote, federated: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        federated.get("/sparql", params={"query": join(remote, "/slow")}, timeout=1.0)

    assert remote.left.wait(SECONDS - 1.5)


def test_one_query_asks_only_so_often(remote: Remote, federated: httpx.Client) -> None:
    service = f"SERVICE <{remote.address}/sparql> {{ ?tool ?p ?stars }}"

    response = ask(federated, f"SELECT * {{ ?s ?q ?o FILTER EXISTS {{ {service} }} }}")

    assert response.json()["code"] == "remote-failed"
    assert "100 times" in response.json()["detail"]
    assert len(remote.asked) == 100


# --- Who may not be asked --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        ("<http://example.org/sparql>", "example.org is not among the hosts"),
        ("SILENT <http://example.org/sparql>", "example.org is not among the hosts"),
        ("<http://127.0.0.1/>", "127.0.0.1 is not among the hosts"),
        ("<http://[::1]:9/>", "[::1]:9 is not among the hosts"),
        ("<file:///etc/passwd>", "only http and https"),
        ("<http://user:word@example.org/>", "names a user"),
        ("<http://2130706433/>", "no host"),
        ("<sparql>", "not a whole address"),
        ("?service", "could ask anyone"),
    ],
)
def test_who_is_not_on_the_list_is_refused_with_the_place(service: str, reason: str, federated: httpx.Client) -> None:
    response = ask(federated, f"SELECT * {{\n  SERVICE {service} {{ ?s ?p ?o }} }}")

    problem = response.json()
    assert (response.status_code, problem["code"]) in ((400, "query-refused"), (501, "remote-refused"))
    assert (problem["line"], problem["column"]) == (2, 3)
    assert reason in problem["detail"]


def test_a_name_that_leads_to_a_private_address_is_refused(remote: Remote, federated: httpx.Client) -> None:
    port = remote.address.rpartition(":")[2]

    response = ask(federated, f"SELECT * {{ SERVICE <http://localhost:{port}/sparql> {{ ?s ?p ?o }} }}")

    assert (response.status_code, response.json()["code"]) == (502, "remote-failed")
    assert "not public" in response.json()["detail"]
    assert remote.asked == []


def test_a_service_inside_another_is_refused(remote: Remote, federated: httpx.Client) -> None:
    inner = f"SERVICE <{remote.address}/sparql> {{ ?x ?y ?z }}"

    response = ask(federated, f"SELECT * {{ SERVICE <{remote.address}/sparql> {{ ?s ?p ?o . {inner} }} }}")

    assert (response.status_code, response.json()["code"]) == (400, "query-refused")
    assert remote.asked == []


# Beside a call that is allowed, the engine asks the service in each of these.
HIDDEN = [
    "SERVICESILENT<ADDRESS>{ ?x ?y ?z }",
    "SERVICEex:sparql{ ?x ?y ?z }",
    "FILTER(1<2)SERVICE#>\n<ADDRESS>{ ?x ?y ?z }",
    "FILTER('a'<'b>')SERVICE<ADDRESS>{ ?x ?y 'z' }",
    "FILTER('a'<'b> SERVICE <ALLOWED> {}')SERVICE<ADDRESS>{ ?x ?y 'z' }",
]


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("beside", ["", "SERVICE <ALLOWED> { ?e ?f ?g } "])
def test_what_hides_from_the_list_asks_nobody(
    hidden: str, beside: str, remote: Remote, federated: httpx.Client
) -> None:
    stranger = Remote()
    with serving(stranger) as address:
        query = f"PREFIX ex: <ADDRESS> SELECT * {{ ?s ?p ?o . {beside}{hidden} }}"

        response = ask(federated, query.replace("ADDRESS", address).replace("ALLOWED", f"{remote.address}/sparql"))

    assert stranger.asked == remote.asked == []
    assert response.status_code == 400
    assert response.json()["code"] in ("query-refused", "query-syntax")


def test_a_mistake_beside_a_service_has_its_place_in_the_text_as_it_was_written(
    remote: Remote, federated: httpx.Client
) -> None:
    response = ask(federated, f"SELECT * {{ SERVICE\n<{remote.address}/sparql> {{ ?s ?p ?o }} . ?a ?b }}")

    problem = response.json()
    assert (response.status_code, problem["code"], problem["line"]) == (400, "query-syntax", 2)
    assert problem["column"] == len(f"<{remote.address}/sparql> {{ ?s ?p ?o }} . ?a ?b ") + 1
    assert remote.asked == []


def test_the_service_description_says_that_others_can_be_asked(federated: httpx.Client, client: httpx.Client) -> None:
    with_others, alone = (one.get("/sparql", headers={"Accept": "text/turtle"}).text for one in (federated, client))

    assert "BasicFederatedQuery" in with_others
    assert "BasicFederatedQuery" not in alone


def test_a_list_that_is_none_stops_the_start(tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match="exit code 2"),
        running("--data", str(DATA), cwd=tmp_path, environment={"CLOUDINDEX_ALLOWED_HOSTS": "127.0.0.1"}),
    ):
        pass


def test_ordinary_queries_are_answered_while_others_wait_for_a_service(remote: Remote, federated: httpx.Client) -> None:
    waiting = Thread(target=lambda: ask(federated, join(remote, "/slow"), timeout="2"))
    waiting.start()
    while not remote.asked:
        time.sleep(0.01)

    response = ask(federated, "ASK {}")

    assert response.json()["boolean"] is True
    assert waiting.is_alive()
    waiting.join()
