"""Behind a proxy: who is trusted is believed, who is not changes nothing, and what is malformed is nothing."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from api.proxies import Family, Proxies
from tests.conftest import DATA, running

TRUSTED = tuple(ip_network(text) for text in ("10.0.0.0/8", "2001:db8::/32"))
Headers = list[tuple[str, str]]


def seen(headers: Headers, *, peer: str = "10.0.0.1", family: Family = Family.X_FORWARDED) -> Scope:
    """Return the request as the service sees it."""
    found: list[Scope] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.append(scope)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        return None

    scope = {
        "type": "http",
        "client": (peer, 1),
        "scheme": "http",
        "path": "/sparql",
        "raw_path": b"/sparql",
        "root_path": "",
        "headers": [(b"host", b"inside"), *((name.lower().encode(), value.encode()) for name, value in headers)],
    }
    asyncio.run(Proxies(app, TRUSTED, family)(scope, receive, send))
    return found[0]


def client_of(headers: Headers, *, peer: str = "10.0.0.1", family: Family = Family.X_FORWARDED) -> str:
    """Return the address that counts as the client's."""
    address: str = seen(headers, peer=peer, family=family)["client"][0]
    return address


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, 10.2.3.4", "203.0.113.9"),
        ("10.9.9.9, 10.2.3.4", "10.9.9.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db9::1]:4711", "2001:db9::1"),
        ("2001:db9::1", "2001:db9::1"),
        ("203.0.113.9, [2001:db8::1]", "203.0.113.9"),
        ("203.0.113.9, ::ffff:10.2.3.4", "203.0.113.9"),
        ("203.0.113.9, unknown", "10.0.0.1"),
        ("203.0.113.9, <script>", "10.0.0.1"),
        ("203.0.113.9,", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_the_client_is_the_right_most_address_that_is_no_proxy(chain: str, client: str) -> None:
    assert client_of([("X-Forwarded-For", chain)]) == client


def test_headers_that_come_several_times_are_one_list() -> None:
    assert client_of([("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "203.0.113.9")]) == "203.0.113.9"


@pytest.mark.parametrize(
    ("value", "client", "scheme", "host"),
    [
        ('for=203.0.113.9;proto=https;host="data.example.org"', "203.0.113.9", "https", "data.example.org"),
        ('For="[2001:db9::1]:99";PROTO=HTTPS', "2001:db9::1", "https", "inside"),
        ("for=1.1.1.1;host=forged, for=203.0.113.9;host=real;by=x", "203.0.113.9", "http", "real"),
        ("for=203.0.113.9;host=a.example;proto=https, for=10.2.3.4", "203.0.113.9", "https", "a.example"),
        ('for=203.0.113.9;host="unfinished', "10.0.0.1", "http", "inside"),
        ("for=_hidden;proto=https", "10.0.0.1", "https", "inside"),
        (";;;,,,==", "10.0.0.1", "http", "inside"),
    ],
)
def test_forwarded_is_read_where_that_is_set(value: str, client: str, scheme: str, host: str) -> None:
    scope = seen([("Forwarded", value)], family=Family.FORWARDED)

    assert (scope["client"][0], scope["scheme"]) == (client, scheme)
    assert dict(scope["headers"])[b"host"] == host.encode()


FORGED = [
    ("X-Forwarded-For", "1.1.1.1"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "forged.example"),
    ("X-Forwarded-Prefix", "/forged"),
    ("Forwarded", "for=1.1.1.1;proto=https;host=forged.example"),
]


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("peer", ["203.0.113.9", "::1", "", "testclient"])
def test_who_is_not_trusted_changes_nothing(peer: str, family: Family) -> None:
    changed = seen(FORGED, peer=peer, family=family)

    assert (changed["client"][0], changed["scheme"], changed["path"], changed["root_path"]) == (
        peer,
        "http",
        "/sparql",
        "",
    )
    assert dict(changed["headers"])[b"host"] == b"inside"


def test_of_two_families_only_the_one_that_is_set_is_read() -> None:
    assert seen(FORGED[4:])["scheme"] == "http"
    assert seen(FORGED[:4], family=Family.FORWARDED)["scheme"] == "http"
    assert seen(FORGED[:4], family=Family.FORWARDED)["root_path"] == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Forwarded-Proto", "javascript"),
        ("X-Forwarded-Host", "a/b"),
        ("X-Forwarded-Host", 'a"><script>'),
        ("X-Forwarded-Host", "user@host"),
        ("X-Forwarded-Prefix", "//elsewhere.example"),
        ("X-Forwarded-Prefix", "/a/../b"),
        ("X-Forwarded-Prefix", "/a?b"),
        ("X-Forwarded-Prefix", "/a'b"),
        ("X-Forwarded-Prefix", "https://elsewhere.example"),
    ],
)
def test_what_is_malformed_is_not_believed(name: str, value: str) -> None:
    scope = seen([("X-Forwarded-For", "203.0.113.9"), (name, value)])

    assert (scope["scheme"], scope["path"], dict(scope["headers"])[b"host"]) == ("http", "/sparql", b"inside")


@given(st.text(st.characters(max_codepoint=127), max_size=60), st.sampled_from(Family))
def test_no_text_breaks_the_reading_of_headers(text: str, family: Family) -> None:
    names = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded")

    assert seen([(name, text) for name in names], family=family)["type"] == "http"


# --- A real service --------------------------------------------------------------------------


OUTSIDE = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "data.example.org",
    "X-Forwarded-Prefix": "/graph",
}


@contextmanager
def proxied(folder: Path, trusted: str) -> Iterator[tuple[httpx.Client, Path]]:
    """Yield a client that speaks as a proxy does, and the log of the service."""
    options = ("--data", str(DATA), "--state", str(folder / "state"))
    log = folder / "log"
    with (
        running(*options, cwd=folder, environment={"CLOUDINDEX_TRUSTED_PROXIES": trusted}, log=log) as address,
        httpx.Client(base_url=address, headers=OUTSIDE, timeout=60) as client,
    ):
        yield client, log


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client that the service trusts."""
    with proxied(tmp_path_factory.mktemp("behind"), "127.0.0.1") as (client, _):
        yield client


def test_the_service_names_its_public_address(behind: httpx.Client) -> None:
    texts = [
        behind.get(path, headers={"Accept": "application/n-triples"}).text for path in ("/sparql", "/.well-known/void")
    ]

    assert all("<https://data.example.org/graph/sparql>" in text for text in texts)
    assert all("127.0.0.1" not in text for text in texts)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/id/kubespray", "/graph/#/entity/kubespray"),
        ("/api/types/", "https://data.example.org/graph/api/types"),
    ],
)
def test_a_redirect_leads_below_the_prefix(path: str, location: str, behind: httpx.Client) -> None:
    response = behind.get(path, headers={"Accept": "text/html"})

    assert response.headers["Location"] == location


def test_the_next_page_of_a_list_can_be_reached_below_the_prefix(behind: httpx.Client) -> None:
    response = behind.get("/api/entities?limit=1")

    assert httpx.URL("https://data.example.org/graph/api/entities").join(response.links["next"]["url"]).path == (
        "/graph/api/entities"
    )


def test_relative_iris_of_a_query_are_below_the_public_address(behind: httpx.Client) -> None:
    response = behind.get("/sparql", params={"query": "SELECT (IRI('a') AS ?iri) {}", "format": "csv"})

    assert response.text.split() == ["iri", "https://data.example.org/graph/a"]


def test_an_address_in_an_answer_is_below_the_prefix_of_who_asks(behind: httpx.Client) -> None:
    asked = {"query": "SELECT (<x> AS ?y) {}", "format": "csv"}

    told = [behind.get("/sparql", params=asked, headers={"X-Forwarded-Prefix": at}).text for at in ("/one", "/two")]

    assert ["/one/x" in told[0], "/two/x" in told[1]] == [True, True]


def test_the_docs_work_below_the_prefix(behind: httpx.Client) -> None:
    page = behind.get("/docs")

    assert "url: '/graph/openapi.json'" in page.text
    assert (
        page.headers["Content-Security-Policy"]
        != behind.get("/docs", headers={"X-Forwarded-Prefix": ""}).headers["Content-Security-Policy"]
    )


def test_what_came_by_https_is_to_stay_with_it(behind: httpx.Client) -> None:
    assert behind.get("/healthz").headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in behind.get("/healthz", headers={"X-Forwarded-Proto": "http"}).headers


def test_a_repeated_look_up_below_a_prefix_comes_from_the_cache(behind: httpx.Client) -> None:
    def hits() -> float:
        (line,) = (
            line for line in behind.get("/metrics").text.splitlines() if line.startswith("cloudindex_cache_hits_total")
        )
        return float(line.split()[1])

    behind.get("/api/entities/rook")
    before = hits()
    behind.get("/api/entities/rook")

    assert hits() == before + 1


def test_a_problem_names_paths_below_the_prefix(behind: httpx.Client) -> None:
    problem = behind.get("/api/entitie").json()

    assert "/graph/api/entities" in problem["suggestions"]
    assert problem["documentation"] == "/graph/docs"


def test_a_service_that_trusts_others_takes_nobody_elses_word(tmp_path: Path) -> None:
    with proxied(tmp_path, "10.0.0.0/8,::1") as (client, log):
        text = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
        health = client.get("/healthz")

    assert "data.example.org" not in text
    assert "Strict-Transport-Security" not in health.headers
    assert {orjson.loads(line)["client"] for line in log.read_text(encoding="utf-8").splitlines()} == {"127.0.0.1"}
