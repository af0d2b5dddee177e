"""Two replicas behind the service: one may go at any moment, and when both have gone everybody is told so."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from threading import Event
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from graph.engine.remote.replicas import LATELY_SECONDS
from tests.conftest import DATA, running
from tests.servers.fixtures import KINDS, require
from tests.servers.running import Server
from tests.servers.tested import leading_to

CLIENTS = 4
# How many questions each client asks before a replica goes, and after it.
QUESTIONS = 25
PATIENCE_SECONDS = 60.0
# How long a query may run, unless the service is told otherwise.
QUERY_SECONDS = 30.0
# Of so many entities something is known before both replicas go.
LOOKED_UP = 100
NUMBER = count(1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A service on two replicas."""

    client: httpx.Client
    replicas: tuple[Server, Server]
    slugs: tuple[str, ...]

    def look_up(self) -> httpx.Response:
        """Ask for something that no answer is kept of."""
        number = next(NUMBER)
        asks: tuple[Callable[[], httpx.Response], ...] = (
            lambda: self.sparql(f"SELECT ?s {{ ?s ?p ?o FILTER(str(?o) != '{number}') }} ORDER BY ?s LIMIT 5"),
            lambda: self.client.get(f"/api/entities/{self.slugs[number % LOOKED_UP]}"),
            lambda: self.sparql(f"CONSTRUCT WHERE {{ ?s ?p ?o }} LIMIT {number % 5 + 1} #{number}"),
        )
        return asks[number % len(asks)]()

    def sparql(self, query: str) -> httpx.Response:
        return self.client.get("/sparql", params={"query": query})

    def checks(self) -> dict[str, Any]:
        """Return what /readyz says of each check."""
        return {check["name"]: check for check in self.client.get("/readyz").json()["checks"]}

    def wait_until_ready(self, wanted: str) -> None:
        """Return once all is well, and the check of the server says what is *wanted*."""
        deadline = monotonic() + PATIENCE_SECONDS
        while (answer := self.client.get("/readyz")).status_code != 200 or wanted not in answer.text:
            assert monotonic() < deadline, answer.text
            sleep(0.1)

    def wait_until_not_ready(self) -> None:
        """Return once /readyz says that the server fails; it remembers for a moment what it found."""
        deadline = monotonic() + PATIENCE_SECONDS
        while self.checks()["server"]["ok"]:
            assert monotonic() < deadline
            sleep(0.1)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Published on the first, and copied to the second; both are on disk, to come back after a crash."""
    require("fuseki")
    folder = tmp_path_factory.mktemp("pair")
    first, second = (KINDS["fuseki"].serving(folder / name, on_disk=True) for name in ("first", "second"))
    folders = ("--data", str(DATA), "--state", str(folder / "state"))
    with first, second:
        command = (sys.executable, "-m", "api.cli", "build", *folders)
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **leading_to(first)})
        dataset = httpx.get(first.base + "/ds", headers={"Accept": "application/n-quads"}).raise_for_status()
        httpx.post(
            second.base + "/ds", content=dataset.content, headers={"Content-Type": "application/n-quads"}
        ).raise_for_status()
        both = {**leading_to(first), "CLOUDINDEX_QUERY_ENDPOINTS": f"{first.query},{second.query}"}
        with (
            running(*folders, cwd=folder, environment=both) as address,
            httpx.Client(base_url=address, timeout=60) as client,
        ):
            listed = client.get("/api/entities", params={"limit": 200}).raise_for_status().json()
            yield Pair(client, (first, second), tuple(one["slug"] for one in listed["items"]))


@pytest.mark.parametrize("gone", [0, 1])
def test_no_read_fails_where_a_replica_is_killed(pair: Pair, gone: int) -> None:
    pair.wait_until_ready("2 of 2")
    is_gone, wants_more = Event(), Event()

    def ask() -> list[int]:
        statuses = [pair.look_up().status_code for _ in range(QUESTIONS)]
        wants_more.set()
        while not is_gone.is_set():
            statuses.append(pair.look_up().status_code)
        return statuses + [pair.look_up().status_code for _ in range(QUESTIONS)]

    with ThreadPoolExecutor(CLIENTS) as pool:
        asked = [pool.submit(ask) for _ in range(CLIENTS)]
        wants_more.wait()
        pair.replicas[gone].kill()
        is_gone.set()
        statuses = {status for one in asked for status in one.result()}
    pair.wait_until_ready("1 of 2")
    pair.replicas[gone].start()

    assert statuses == {200}


@pytest.mark.parametrize("hung", [0, 1])
def test_a_replica_that_takes_requests_and_says_nothing_holds_nobody_up(pair: Pair, hung: int) -> None:
    """At least not for long: what it was asked just before may wait until its time is over."""
    pair.wait_until_ready("2 of 2")
    pair.replicas[hung].pause()
    sleep(LATELY_SECONDS + 1)

    began = monotonic()
    statuses = [pair.look_up().status_code for _ in range(QUESTIONS)]
    seconds = monotonic() - began
    pair.replicas[hung].resume()

    assert set(statuses) == {200}
    assert seconds < QUERY_SECONDS


def test_both_may_go_and_come_back(pair: Pair) -> None:
    pair.wait_until_ready("2 of 2")
    for replica in pair.replicas:
        replica.kill()

    first = [pair.sparql(f"ASK {{ ?s ?p {number} }}") for number in range(8)]
    entities = [pair.client.get(f"/api/entities/{slug}") for slug in pair.slugs[LOOKED_UP:]]
    health = pair.client.get("/healthz")
    pair.wait_until_not_ready()
    checks = pair.checks()
    for replica in pair.replicas:
        replica.start()
    pair.wait_until_ready("2 of 2")
    later = [pair.look_up().status_code for _ in range(8)]

    unknown = [answer for answer in entities if answer.status_code != 200]
    assert unknown
    for answer in (*first, *unknown):
        assert answer.status_code == 503, answer.text
        assert (answer.status_code, answer.json()["code"]) == (503, "engine-unavailable")
        assert int(answer.headers["Retry-After"]) >= 1
    assert health.status_code == 200
    assert not checks["server"]["ok"]
    assert "takes no connection" in checks["server"]["detail"]
    assert set(later) == {200}
