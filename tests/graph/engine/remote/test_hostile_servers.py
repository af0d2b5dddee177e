"""What a server may do to us, and what becomes of it: a clear error, never a part of an answer that looks whole."""

from collections.abc import Callable, Iterator
from time import monotonic, sleep

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions

from graph.engine.remote.client import Client
from graph.engine.remote.configuration import Remote
from graph.engine.remote.replicas import Replicas
from graph.errors import (
    EngineAccessError,
    EngineAnswerError,
    EngineUnavailableError,
    EvaluationError,
    GraphError,
    QueryTimeoutError,
)
from tests.graph.engine.remote.peers import KEEP, RESET, Peer, Script, endless, head, peer, whole

JSON = "application/sparql-results+json"
TRIPLES = "application/n-triples"
ROW = b'{"n":{"type":"literal","value":"1"}}'
TABLE = b'{"head":{"vars":["n"]},"results":{"bindings":[' + ROW + b"]}}"
TRUE = b'{"head":{},"boolean":true}'
TRIPLE = b'<http://a> <http://b> "c" .\n'
CHUNKED = "Transfer-Encoding: chunked"
SELECT = "SELECT ?n { ?s ?p ?n }"
MANY = b'{"head":{"vars":["n"]},"results":{"bindings":[' + b",".join([ROW] * 10_000)


OPENED: list[Client] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close the clients of a test."""
    yield
    while OPENED:
        OPENED.pop().close()


def client_of(*peers: Peer, **settings: object) -> Client:
    """Return what asks those servers."""
    fields = {"queries": tuple(one.address for one in peers), "update": peers[0].address} | settings
    OPENED.append(Client(Remote(**fields)))  # type: ignore[arg-type]
    return OPENED[-1]


def select(client: Client, seconds: float | None = None) -> list[object]:
    with client.select(SELECT, seconds=seconds) as rows:
        return list(rows)


def construct(client: Client, seconds: float | None = None) -> list[object]:
    with client.construct("CONSTRUCT WHERE { ?s ?p ?n }", seconds=seconds) as triples:
        return list(triples)


def ask(client: Client, seconds: float | None = None) -> bool:
    return client.ask("ASK { ?s ?p ?n }", seconds=seconds)


def serialize(client: Client, seconds: float | None = None) -> None:
    """Let the engine read the table by itself, as workers do."""
    with client.result(SELECT, seconds=seconds) as found:
        assert isinstance(found, QuerySolutions)
        try:
            found.serialize(format=QueryResultsFormat.CSV)
        finally:
            del found  # an error that is kept would keep it, for another thread to find


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


def cut(body: bytes, kind: str = JSON) -> Script:
    """Return an answer that is shorter than it says."""
    return (head("200 OK", f"Content-Type: {kind}", f"Content-Length: {len(body) + 9}") + body,)


BROKEN: dict[str, tuple[Callable[..., object], Script, type[GraphError], str]] = {
    "a page": (select, whole(b"<html><title>Secret</title></html>", kind="text/html"), EngineAnswerError, "a page for"),
    "another type": (select, whole(b"n\n1\n", kind="text/csv"), EngineAnswerError, "“text/csv”"),
    "no type": (select, (head("200 OK", "Content-Length: 2") + b"{}",), EngineAnswerError, "the type “”"),
    "a redirect": (
        select,
        (head("307 Temporary Redirect", "Location: http://other.example/sparql", "Content-Length: 0"), KEEP),
        EngineAnswerError,
        "sends us on to http://other.example/sparql",
    ),
    "a part on purpose": (select, whole(TABLE, status="206 Partial Content"), EngineAnswerError, "status 206"),
    "nowhere": (select, whole(b"", status="404 Not Found"), EngineAnswerError, "address of its endpoint"),
    "a stack trace": (
        select,
        whole(b"Broken\n\tat org.example.Thing.run(Thing.java:7)\n", status="500 Oops", kind="text/plain"),
        EngineAnswerError,
        "status 500: “Broken”.",
    ),
    "a page of a proxy": (
        select,
        whole(b"<html>Bad Gateway</html>", status="502 Bad Gateway", kind="text/html"),
        EngineUnavailableError,
        "is not well (status 502).",
    ),
    "overload": (select, whole(b"Later.", status="503 Busy", kind="text/plain"), EngineUnavailableError, "“Later”"),
    "no password": (select, whole(b"", status="401 Unauthorized"), EngineAccessError, "password"),
    "not allowed": (select, whole(b"", status="403 Forbidden"), EngineAccessError, "does not allow"),
    "a refusal": (select, whole(b"No.", status="400 Bad", kind="text/plain"), EvaluationError, "“No”"),
    "packed": (select, whole(TABLE, "Content-Encoding: gzip"), EngineAnswerError, "packed"),
    "cut by length": (select, cut(TABLE), EngineUnavailableError, "broke off"),
    "cut by length, engine": (serialize, cut(TABLE), EngineUnavailableError, "broke off"),
    "cut by chunks": (
        select,
        (head("200 OK", f"Content-Type: {JSON}", CHUNKED) + chunk(TABLE),),
        EngineUnavailableError,
        "broke off",
    ),
    "cut at the end": (select, endless(TABLE[:-1]), EngineAnswerError, "is broken"),
    "cut at the end, engine": (serialize, endless(TABLE[:-1]), EngineAnswerError, "is broken"),
    "cut in the names": (select, endless(TABLE[:20]), EngineAnswerError, "no table"),
    "nothing": (select, whole(b""), EngineAnswerError, "no table"),
    "twice": (select, whole(TABLE + TABLE), EngineAnswerError, "is broken"),
    "more behind it": (select, endless(TABLE + b"<!-- incomplete -->"), EngineAnswerError, "is broken"),
    "not UTF-8": (select, whole(TABLE.replace(b'"1"', b'"\xff"')), EngineAnswerError, "UTF-8"),
    "no IRI": (
        select,
        whole(TABLE.replace(b"literal", b"uri").replace(b'"1"', b'"a b"')),
        EngineAnswerError,
        "is broken",
    ),
    "a truth value": (select, whole(TRUE), EngineAnswerError, "truth value where a table"),
    "a table": (ask, whole(TABLE), EngineAnswerError, "table where a truth value"),
    "half a truth": (ask, endless(TRUE[:-1]), EngineAnswerError, "is cut"),
    "truth and more": (ask, whole(TRUE + b"x"), EngineAnswerError, "is cut"),
    "triples without an end": (construct, endless(TRIPLE, kind=TRIPLES), EngineAnswerError, "does not say where"),
    "cut triples": (construct, cut(TRIPLE, TRIPLES), EngineUnavailableError, "broke off"),
    "no triples": (construct, whole(TRIPLE + b"oops", kind=TRIPLES), EngineAnswerError, "is broken"),
    "reset": (select, (RESET,), EngineUnavailableError, "broke the connection off"),
    "closed": (select, (), EngineUnavailableError, "broke off"),
    "no HTTP": (select, (b"220 mail.example ESMTP\r\n",), EngineUnavailableError, "does not keep to HTTP"),
    "endless headers": (select, (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 40_000,), EngineUnavailableError, "HTTP"),
    "rows before names": (
        select,
        whole(b'{"results":{"bindings":[' + b",".join([ROW] * 60_000) + b']},"head":{"vars":["n"]}}'),
        EngineAnswerError,
        "no names of columns",
    ),
}


@pytest.mark.parametrize(("read", "script", "error", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_whole_answer_is_an_error_that_says_so(
    read: Callable[[Client], object], script: Script, error: type[GraphError], words: str
) -> None:
    with peer(script) as server, pytest.raises(error) as raised:
        read(client_of(server))

    assert words in str(raised.value)
    assert server.name in str(raised.value)
    assert "<html" not in str(raised.value)
    assert ".java" not in str(raised.value)


@pytest.mark.parametrize(
    ("kind", "header", "error"),
    [
        ("virtuoso", "X-SPARQL-MaxRows: 1", EngineAnswerError),
        ("virtuoso", "X-SQL-State: S1TAT", QueryTimeoutError),
    ],
)
def test_an_answer_that_says_that_it_is_a_part_is_refused(kind: str, header: str, error: type[GraphError]) -> None:
    with peer(whole(TABLE, header)) as server, pytest.raises(error):
        select(client_of(server, kind=kind))


@pytest.mark.parametrize(
    ("read", "script"),
    [
        (select, whole(TABLE[:-3] + b"\n##  Query cancelled due to timeout during execution   ##\n")),
        (construct, whole(TRIPLE + b"##  Query cancelled due to timeout during execution   ##\n", kind=TRIPLES)),
        (select, whole(b"Query timed out\n", status="503 Service Unavailable", kind="text/plain")),
    ],
)
def test_a_server_that_ends_a_query_for_its_time_is_understood(read: Callable[..., object], script: Script) -> None:
    with peer(script) as server, pytest.raises(QueryTimeoutError, match="its limit of 7 seconds"):
        read(client_of(server, kind="fuseki"), 7)


@pytest.mark.parametrize("script", [(5.0,), (b"H", 0.2) * 20, (*endless(MANY), *((b" ", 0.2) * 20))])
@pytest.mark.parametrize("read", [select, serialize])
def test_time_is_over_when_it_is_over_however_the_server_drips(script: Script, read: Callable[..., object]) -> None:
    with peer(script) as server, pytest.raises(QueryTimeoutError, match=r"its limit of 0\.3 seconds"):
        read(client_of(server), 0.3)


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_it_may() -> None:
    with peer((5.0,)) as server, pytest.raises(EngineUnavailableError, match=r"said nothing for 0\.2 seconds"):
        select(client_of(server, stall_seconds=0.2))


@pytest.mark.parametrize(
    ("end", "words"),
    [((), "broke off"), ((RESET,), "broke the connection off"), ((5.0,), "said nothing for 0.2 seconds")],
)
@pytest.mark.parametrize("read", [select, serialize])
def test_a_table_that_is_cut_behind_its_first_rows_is_an_error(
    end: Script, words: str, read: Callable[..., object]
) -> None:
    script = (head("200 OK", f"Content-Type: {JSON}", CHUNKED) + chunk(MANY), *end)
    with peer(script) as server, pytest.raises(EngineAnswerError) as raised:
        read(client_of(server, stall_seconds=0.2))

    assert "was cut" in str(raised.value)
    assert words in str(raised.value)


def test_rows_come_before_the_answer_ends() -> None:
    script = (head("200 OK", f"Content-Type: {JSON}", CHUNKED) + chunk(MANY), 5.0)
    with peer(script) as server, client_of(server).select(SELECT) as rows:
        first = next(iter(rows))

    assert [term and term.value for term in first] == ["1"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "ill",
    [
        (RESET,),
        (),
        cut(TABLE),
        whole(b"", status="503 Busy"),
        whole(b"<html>", kind="text/html"),
        whole(b"", status="401 Unauthorized"),
        (5.0,),
    ],
)
def test_another_replica_is_asked_when_one_gives_no_answer(ill: Script) -> None:
    with peer(ill) as bad, peer(whole(TABLE)) as good:
        client = client_of(bad, good, stall_seconds=0.2)
        answers = [select(client) for _ in range(8)]

        assert all(len(rows) == 1 for rows in answers)
        assert len(good.requests) == 8 + 1  # it was greeted once
        assert 3 <= len(bad.requests) <= 8
        states = {state.url: state.is_open_for_reads for state in client.replicas.states()}
        assert states == {bad.address: False, good.address: True}


def test_a_query_that_one_replica_refuses_is_not_asked_of_another() -> None:
    refusal = whole(b"No such function.", status="400 Bad Request", kind="text/plain")
    with (
        peer(whole(TRUE), refusal) as one,
        peer(whole(TRUE), refusal) as other,
        pytest.raises(EvaluationError, match="No such function"),
    ):
        select(client_of(one, other))

    assert sorted((len(one.requests), len(other.requests))) == [0, 2]


def test_a_replica_that_says_nothing_takes_no_query_its_time() -> None:
    """No limit of the client's own ends such a query before its time is over."""
    with peer((60.0,)) as silent, peer(whole(TABLE)) as good:
        client = client_of(silent, good, stall_seconds=30.0)
        began = monotonic()
        answers = [select(client, 10.0) for _ in range(8)]

        assert all(len(rows) == 1 for rows in answers)
        assert monotonic() - began < 10.0
        assert {state.url for state in client.replicas.states() if state.is_open_for_reads} == {good.address}


def test_where_all_replicas_are_slow_they_are_asked_all_the_same() -> None:
    slow = (1.5, *whole(TABLE))
    with peer(slow) as one, peer(slow) as other:
        assert len(select(client_of(one, other), 20.0)) == 1


def test_nothing_is_asked_again_of_servers_that_have_failed_often() -> None:
    with peer(()) as server:
        client = client_of(server)
        for _ in range(6):
            with pytest.raises(EngineUnavailableError) as raised:
                select(client)

        assert len(server.requests) == 3
        assert 0 < raised.value.retry_seconds <= 1


def test_a_replica_that_is_well_again_is_asked_again_without_anybody_waiting_for_it() -> None:
    moments = iter((0.0, *[100.0] * 100))
    with peer(whole(TRUE)) as server, peer(whole(TABLE)) as other:
        replicas = Replicas((server.address, other.address), clock=lambda: next(moments))
        for _ in range(3):
            replicas.failed(server.address, "it was ill")
        client = Client(Remote((server.address, other.address), ""), replicas)
        OPENED.append(client)
        select(client)
        while not replicas.states()[0].is_open_for_reads:
            sleep(0.01)


def test_a_check_opens_and_closes_the_way_to_a_replica() -> None:
    with peer(*[whole(b"", status="503 Busy")] * 3, whole(TRUE)) as server:
        client = client_of(server)
        for _ in range(3):
            with pytest.raises(EngineUnavailableError):
                client.check(server.address)
        before = client.replicas.states()[0]
        client.check(server.address)

    assert not before.is_open_for_reads
    assert "503" in before.reason
    assert client.replicas.states()[0].is_open_for_reads


def test_connections_are_kept_and_one_that_the_server_has_closed_harms_nobody() -> None:
    """The server closes the connection when the second request has come, as one does that had just given up."""
    with peer(whole(TABLE), whole(TABLE), (), whole(TABLE)) as server:
        client = client_of(server)
        for _ in range(3):
            assert len(select(client)) == 1

        assert server.connections == 2
        assert len(server.requests) == 4


def test_an_answer_that_is_left_early_ends_its_connection() -> None:
    script = (head("200 OK", f"Content-Type: {JSON}", CHUNKED) + chunk(MANY), KEEP)
    with peer(script, whole(TABLE)) as server:
        client = client_of(server)
        with client.select(SELECT):
            pass
        select(client)

        assert server.connections == 2


@pytest.mark.parametrize(
    ("script", "error", "words"),
    [
        ((), EngineAnswerError, "What came of an update is not known"),
        ((RESET,), EngineAnswerError, "What came of an update is not known"),
        (whole(b"", status="504 Gateway Timeout"), EngineAnswerError, "What came of an update is not known"),
        (whole(b"", status="503 Busy"), EngineUnavailableError, "503"),
        (whole(b"Bad.", status="400 Bad Request", kind="text/plain"), EvaluationError, "“Bad”"),
        (whole(b"", status="403 Forbidden"), EngineAccessError, "does not allow"),
        (whole(b"", status="202 Accepted"), EngineAnswerError, "status 202"),
        ((head("302 Found", "Location: http://u:p@other.example/", "Content-Length: 0"),), EngineAnswerError, "sends"),
        ((5.0,), QueryTimeoutError, "0.3 seconds"),
    ],
)
def test_an_update_is_sent_once(script: Script, error: type[GraphError], words: str) -> None:
    with peer(script) as server:
        with pytest.raises(error) as raised:
            client_of(server).update("INSERT DATA { <http://a> <http://b> 1 }", seconds=0.3)

        assert words in str(raised.value)
        assert "u:p" not in str(raised.value)
        assert len(server.requests) == 1


def test_secrets_stand_in_no_message() -> None:
    script = whole(b"hunter2 may not come in", status="403 Forbidden", kind="text/plain")
    with peer(script) as server:
        client = client_of(server, user="me", password="hunter2")
        with pytest.raises(EngineAccessError) as raised:
            ask(client)

    assert "… may not come in" in str(raised.value)
    assert "hunter2" not in repr(client.remote)
    assert b"Authorization: Basic bWU6aHVudGVyMg==" in server.requests[0]


def test_a_token_is_sent_as_one() -> None:
    with peer(whole(TRUE)) as server:
        ask(client_of(server, password="t0ken", authentication="bearer"))

    assert b"Authorization: Bearer t0ken\r\n" in server.requests[0]


@pytest.fixture
def digested() -> Iterator[Peer]:
    """A server that wants Digest."""
    wanted = 'WWW-Authenticate: Digest realm="a \\"b", nonce="n1", algorithm=SHA-256, opaque="o"'
    with peer(whole(b"", wanted, status="401 Unauthorized"), whole(TRUE)) as server:
        yield server


def test_a_challenge_is_answered_once_and_remembered(digested: Peer) -> None:
    client = client_of(digested, user="me", password="hunter2", authentication="digest")

    assert [ask(client), ask(client)] == [True, True]
    first, second, third = digested.requests
    assert b"Authorization" not in first
    assert b'Authorization: Digest username="me"' in second
    assert b"Authorization: Digest" in third
    assert b"hunter2" not in second


def test_a_challenge_of_another_kind_is_not_answered() -> None:
    with peer(whole(b"", "WWW-Authenticate: Basic realm=x", status="401 Unauthorized")) as server:
        with pytest.raises(EngineAccessError):
            ask(client_of(server, user="me", password="hunter2", authentication="digest"))

        assert len(server.requests) == 1
