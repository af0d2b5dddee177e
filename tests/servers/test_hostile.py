"""The hostile remote does what its table says, as a client sees it."""

import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import trustme

from tests.servers.behaviours import BEHAVIOURS, TABLE
from tests.servers.exchanges import Options
from tests.servers.fixtures import KINDS, require
from tests.servers.hostile import UNKNOWN_HOST, HostileRemote, certificate, refusing


@pytest.fixture
def remote() -> Iterator[HostileRemote]:
    """A remote that behaves well, until it is told otherwise."""
    with HostileRemote() as started:
        yield started


def ask(remote: HostileRemote, path: str = "/sparql") -> httpx.Response:
    """Ask it anything, without much patience."""
    return httpx.get(remote.address + path, params={"query": "ASK {}"}, timeout=0.5)


def test_a_well_behaved_one_answers_and_counts(remote: HostileRemote) -> None:
    answers = [ask(remote), ask(remote)]

    assert [answer.content for answer in answers] == [TABLE, TABLE]
    assert [request.parameters() for request in remote.requests] == [{"query": ["ASK {}"]}] * 2
    assert remote.connection_count == 2


def test_it_can_be_told_at_any_time_and_by_the_path(remote: HostileRemote) -> None:
    remote.behaves("failing")
    remote.then("unavailable", "whole")

    statuses = [ask(remote, path).status_code for path in ("/sparql", "/forbidden/sparql", "/sparql", "/sparql")]

    assert statuses == [503, 403, 200, 500]


ENDLESS = {"drip", "endless", "endless-line", "gzip-bomb", "drip-head"}
BROKEN = {
    "cut-length": httpx.RemoteProtocolError,
    "cut-chunked": httpx.RemoteProtocolError,
    "stall": httpx.ReadTimeout,
    "stall-after-head": httpx.ReadTimeout,
    "silent": httpx.ReadTimeout,
    "reset": httpx.ReadError,
    "reset-at-once": httpx.ReadError,
    "close-at-once": httpx.RemoteProtocolError,
    "not-http": httpx.RemoteProtocolError,
    "noise": httpx.RemoteProtocolError,
    "huge-head": httpx.RemoteProtocolError,
    "no-gzip": httpx.DecodingError,
}


@pytest.mark.parametrize("behaviour", sorted(BROKEN))
def test_a_broken_answer_is_seen_by_any_client(behaviour: str, remote: HostileRemote) -> None:
    remote.behaves(behaviour)

    with pytest.raises(BROKEN[behaviour]):
        ask(remote)


@pytest.mark.parametrize("behaviour", ["cut-clean", "cut-closed"])
def test_some_cuts_are_seen_by_nobody_who_trusts_http(behaviour: str, remote: HostileRemote) -> None:
    remote.behaves(behaviour, Options(after_bytes=100))

    answer = ask(remote)

    assert (answer.status_code, answer.content) == (200, TABLE[:100])


def test_a_bomb_unpacks_to_more_than_anyone_wants(remote: HostileRemote) -> None:
    with httpx.stream("GET", f"{remote.address}/gzip-bomb", timeout=5) as answer:
        for _ in answer.iter_bytes():
            if answer.num_bytes_downloaded > 100_000:
                break

    assert answer.headers["content-encoding"] == "gzip"


def test_an_endless_answer_ends_when_the_client_goes(remote: HostileRemote) -> None:
    seen = 0
    with httpx.stream("GET", f"{remote.address}/endless", timeout=5) as answer:
        for part in answer.iter_bytes():
            seen += len(part)
            if seen > 5_000_000:
                break

    assert seen > 5_000_000


def test_a_connection_that_was_kept_alive_is_dead(remote: HostileRemote) -> None:
    remote.behaves("close-kept-alive")

    with httpx.Client(base_url=remote.address, timeout=5) as client:
        assert client.get("/").content == TABLE
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/")


def test_a_password_is_wanted(remote: HostileRemote) -> None:
    remote.behaves("unauthorized")

    with httpx.Client(base_url=remote.address, timeout=5) as client:
        statuses = [client.get("/").status_code, client.get("/", auth=("cloudindex", "secret")).status_code]

    assert statuses == [401, 200]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("good", None), ("expired", "expired"), ("name", "not valid for"), ("stranger", "unable to get")],
)
def test_certificates_are_right_and_wrong(kind: str, reason: str | None) -> None:
    authority = trustme.CA()
    presented = certificate("good") if kind == "stranger" else certificate(kind, authority)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    with HostileRemote(context=presented) as remote, httpx.Client(verify=trusting, timeout=5) as client:
        if reason is None:
            assert client.get(remote.address).content == TABLE
        else:
            with pytest.raises(httpx.ConnectError, match=reason):
                client.get(remote.address)


def test_nobody_listens_and_nobody_is_known() -> None:
    with refusing() as address, pytest.raises(httpx.ConnectError):
        httpx.get(address, timeout=5)
    with pytest.raises(httpx.ConnectError):
        httpx.get(UNKNOWN_HOST, timeout=5)


@pytest.mark.parametrize("behaviour", sorted(BEHAVIOURS.keys() - ENDLESS))
def test_whatever_it_does_it_serves_the_next_one(behaviour: str, remote: HostileRemote) -> None:
    remote.then(behaviour)
    with suppress(httpx.HTTPError):
        httpx.get(remote.address, timeout=0.1)

    assert ask(remote).content == TABLE


def test_a_real_answer_can_be_cut(tmp_path: Path) -> None:
    require("oxigraph")
    query = {"query": "SELECT * { VALUES ?x { 1 2 3 4 5 6 7 8 9 } }"}
    with KINDS["oxigraph"].serving(tmp_path) as server, HostileRemote() as remote:
        remote.behaves("pass", Options(upstream=server.base))
        passed = httpx.get(f"{remote.address}/query", params=query)
        remote.behaves("pass-cut", Options(upstream=server.base, after_bytes=40))

        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{remote.address}/query", params=query)
        assert passed.content == httpx.get(server.query, params=query).content
