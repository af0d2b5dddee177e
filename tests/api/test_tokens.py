"""Tokens: what is kept of them, which are accepted, and what a request without a good one is told."""

import asyncio
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import Depends, FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api import problems
from api.errors import TokensFileError
from api.security import authorise, needs
from api.settings import Settings
from api.tokens import FILE, PREFIX, Role, Tokens
from graph.errors import ParameterError, StateFolderError
from tests.api.test_cli import Place, assert_is_one_sentence, place
from tests.api.test_problems import assert_is_problem
from tests.conftest import running

NOW = datetime.now(UTC)
PUBLIC = 'Bearer realm="Cloud Index"'
INVALID = f'{PUBLIC}, error="invalid_token"'


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    """The tokens of an empty folder."""
    return Tokens(tmp_path)


def guarded(state: Path, *, writes: bool = True) -> FastAPI:
    """Return a small application with one path for each role, and one that asks as endpoints do."""
    app = FastAPI()
    app.state.settings = Settings(state=state, writes=writes)
    app.state.tokens = Tokens(state)
    problems.register(app)

    async def enter(request: Request) -> Response:
        return PlainTextResponse((await authorise(request, Role(request.path_params["role"]))).name)

    app.router.add_route("/raw/{role}", enter)

    @app.get("/dependent", dependencies=[Depends(needs(Role.WRITE))])
    async def enter_by_dependency() -> str:
        return "in"

    return app


def get(app: FastAPI, path: str, *authorizations: str) -> httpx.Response:
    """Ask the application with these headers."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as session:
            return await session.get(
                path, headers=[(b"Authorization", value.encode("latin-1")) for value in authorizations]
            )

    return asyncio.run(asked())


# --- Roles and the file ----------------------------------------------------------------------


def test_roles_are_ordered_by_what_they_allow_and_not_by_the_alphabet() -> None:
    assert sorted([Role.ADMIN, Role.WRITE, Role.READ]) == [Role.READ, Role.WRITE, Role.ADMIN]
    assert Role.ADMIN > Role.READ
    assert Role.READ <= Role.READ
    assert Role.ADMIN >= Role.WRITE
    assert not Role.ADMIN <= Role.WRITE


def test_a_token_is_found_by_its_text(tokens: Tokens) -> None:
    token, text = tokens.create("importer", Role.WRITE)

    assert text.startswith(PREFIX)
    assert tokens.find(text) == token


def test_the_text_of_a_token_is_kept_nowhere(tokens: Tokens, tmp_path: Path) -> None:
    _, text = tokens.create("importer", Role.WRITE)

    assert all(text.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_only_the_owner_may_read_the_file_and_nothing_else_is_left(tokens: Tokens, tmp_path: Path) -> None:
    tokens.create("first", Role.READ)
    tokens.create("second", Role.READ)

    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {FILE, "tokens.lock"}


def test_a_token_ends_when_it_expires(tokens: Tokens) -> None:
    _, text = tokens.create("importer", Role.WRITE, expires=NOW + timedelta(days=1))

    assert tokens.find(text, now=NOW + timedelta(days=1, microseconds=-1)) is not None
    assert tokens.find(text, now=NOW + timedelta(days=1)) is None


def test_what_another_process_creates_and_revokes_is_noticed(tokens: Tokens, tmp_path: Path) -> None:
    command_line = Tokens(tmp_path)
    assert tokens.list() == ()

    token, text = command_line.create("importer", Role.WRITE)
    before = tokens.find(text)
    command_line.revoke(token.id)

    assert before == token
    assert tokens.find(text) is None


def test_a_token_that_is_revoked_twice_stays_as_it_is(tokens: Tokens) -> None:
    token, _ = tokens.create("importer", Role.WRITE)

    assert tokens.revoke(token.id) == tokens.revoke(token.id)


def test_tokens_that_are_created_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: Tokens(tmp_path).create(f"importer {number}", Role.READ), range(24)))

    assert len({token.name for token in Tokens(tmp_path).list()}) == 24


def test_a_file_that_is_taken_away_takes_its_tokens_along(tokens: Tokens, tmp_path: Path) -> None:
    _, text = tokens.create("importer", Role.WRITE)
    assert tokens.find(text) is not None

    (tmp_path / FILE).unlink()

    assert tokens.find(text) is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"version": 2, "tokens": []}',
        '{"version": 1}',
        '{"version": 1, "tokens": [], "more": 1}',
        '{"version": 1, "tokens": [{"id": "1"}]}',
    ],
)
def test_a_broken_file_is_an_error_each_time(content: str, tokens: Tokens, tmp_path: Path) -> None:
    _, text = tokens.create("importer", Role.WRITE)
    assert tokens.find(text) is not None
    (tmp_path / FILE).write_text(content, encoding="utf-8")

    for _ in range(2):
        with pytest.raises(TokensFileError):
            tokens.find(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"write"', '"root"'), ("+00:00", ""), ('"digest": "', '"digest": "x'), ('"revoked"', '"unrevoked"')],
)
def test_a_token_that_was_spoilt_by_hand_is_an_error(old: str, new: str, tokens: Tokens, tmp_path: Path) -> None:
    tokens.create("importer", Role.WRITE)
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / FILE).write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(TokensFileError):
        tokens.list()


def test_a_broken_file_is_not_written_over(tokens: Tokens, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{", encoding="utf-8")

    with pytest.raises(TokensFileError):
        tokens.create("importer", Role.WRITE)

    assert (tmp_path / FILE).read_text(encoding="utf-8") == "{"


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(StateFolderError):
        Tokens(tmp_path / "file" / "state").create("importer", Role.WRITE)


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "\x1b[31m", "x" * 101])
def test_a_name_is_one_line(name: str, tokens: Tokens) -> None:
    with pytest.raises(ParameterError):
        tokens.create(name, Role.READ)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text() | st.from_regex(rf"{PREFIX}[A-Za-z0-9_-]{{43}}", fullmatch=True))
def test_no_random_text_is_a_token(text: str, tokens: Tokens) -> None:
    if not tokens.list():
        tokens.create("admin", Role.ADMIN)

    assert tokens.find(text) is None


# --- Requests --------------------------------------------------------------------------------


@pytest.mark.parametrize("held", list(Role))
@pytest.mark.parametrize("needed", list(Role))
def test_a_role_opens_what_it_and_the_ones_before_it_open(held: Role, needed: Role, tmp_path: Path) -> None:
    _, text = Tokens(tmp_path).create("importer", held)

    response = get(guarded(tmp_path), f"/raw/{needed}", f"Bearer {text}")

    if held >= needed:
        assert (response.status_code, response.text) == (200, "importer")
        return
    problem = assert_is_problem(response, 403, "forbidden")
    assert problem["role"] == needed
    assert response.headers["WWW-Authenticate"] == f'{PUBLIC}, error="insufficient_scope", scope="{needed}"'


def test_an_endpoint_depends_on_a_token(tmp_path: Path) -> None:
    app = guarded(tmp_path)
    _, text = app.state.tokens.create("importer", Role.WRITE)

    assert get(app, "/dependent", f"bearer {text}").status_code == 200
    assert_is_problem(get(app, "/dependent"), 401, "unauthorized")


@pytest.mark.parametrize("header", [None, "", "Basic dTpw", "Digest x", "Bearerx", "token", "Bearer\tx"])
def test_who_sends_no_token_is_told_how(header: str | None, tmp_path: Path) -> None:
    response = get(guarded(tmp_path), "/raw/write", *([] if header is None else [header]))

    assert_is_problem(response, 401, "unauthorized")
    assert response.headers["WWW-Authenticate"] == PUBLIC


@pytest.mark.parametrize(
    "template",
    ["Bearer", "Bearer ", "Bearer x", "Bearer {}x", "Bearer x{}", "Bearer {},{}", "Bearer {} {}", 'Bearer "{}"',
     "Bearer token={}", "Bearer Bearer {}", "Bearer \xe9{}", "Bearer {}\xff", "Bearer cix_", "Bearer " + "x" * 9000],
)  # fmt: skip
def test_a_malformed_token_is_a_bad_one(template: str, tmp_path: Path) -> None:
    _, text = Tokens(tmp_path).create("importer", Role.ADMIN)

    response = get(guarded(tmp_path), "/raw/read", template.replace("{}", text))

    assert_is_problem(response, 401, "unauthorized")
    assert response.headers["WWW-Authenticate"] == INVALID


def test_two_headers_are_none_that_counts(tmp_path: Path) -> None:
    _, text = Tokens(tmp_path).create("importer", Role.ADMIN)

    response = get(guarded(tmp_path), "/raw/read", f"Bearer {text}", f"Bearer {text}")

    assert_is_problem(response, 401, "unauthorized")


def test_a_token_in_the_address_does_not_count(tmp_path: Path) -> None:
    _, text = Tokens(tmp_path).create("importer", Role.ADMIN)

    response = get(guarded(tmp_path), f"/raw/read?access_token={text}")

    assert_is_problem(response, 401, "unauthorized")


def test_nobody_learns_whether_there_was_such_a_token(tmp_path: Path) -> None:
    app, tokens = guarded(tmp_path), Tokens(tmp_path)
    revoked, revoked_text = tokens.create("importer", Role.WRITE)
    tokens.revoke(revoked.id)
    _, expired_text = tokens.create("importer", Role.WRITE, expires=NOW - timedelta(days=1))

    answers = [get(app, "/raw/write", f"Bearer {text}") for text in ("cix_unknown", revoked_text, expired_text)]

    assert len({(one.status_code, one.content, one.headers["WWW-Authenticate"]) for one in answers}) == 1


@pytest.mark.parametrize("role", [Role.WRITE, Role.ADMIN])
def test_writing_is_off_unless_it_is_turned_on(role: Role, tmp_path: Path) -> None:
    _, text = Tokens(tmp_path).create("importer", Role.ADMIN)

    response = get(guarded(tmp_path, writes=False), f"/raw/{role}", f"Bearer {text}")

    assert "--writes" in assert_is_problem(response, 403, "writes-off")["detail"]


def test_reading_does_not_need_writing(tmp_path: Path) -> None:
    _, text = Tokens(tmp_path).create("reader", Role.READ)

    assert get(guarded(tmp_path, writes=False), "/raw/read", f"Bearer {text}").status_code == 200


def test_a_broken_file_lets_nobody_in(tmp_path: Path) -> None:
    _, text = Tokens(tmp_path).create("importer", Role.ADMIN)
    (tmp_path / FILE).write_text("{", encoding="utf-8")

    response = get(guarded(tmp_path), "/raw/read", f"Bearer {text}")

    assert str(tmp_path) not in assert_is_problem(response, 500, "tokens-unreadable")["detail"]


# --- The command line ------------------------------------------------------------------------


def test_a_created_token_alone_is_printed(tmp_path: Path) -> None:
    run = Place(tmp_path).run("token", "create", "--name", "importer", "--role", "write", "--expires", "30d")

    found = Tokens(tmp_path / "state").find(run.text.removesuffix("\n"))
    assert run.code == 0
    assert found is not None
    assert (found.name, found.role) == ("importer", Role.WRITE)
    assert found.expires is not None
    assert run.text.strip() not in run.errors


def test_copies_of_the_service_may_share_a_file_of_tokens(tmp_path: Path) -> None:
    shared = tmp_path / "shared" / "tokens.json"
    place = Place(tmp_path)

    run = place.run("token", "create", "--name", "importer", "--role", "write", CLOUDINDEX_TOKENS=str(shared))

    assert run.code == 0
    assert Tokens(tmp_path / "any", shared).find(run.text.strip()) is not None
    assert not (tmp_path / "state" / FILE).exists()
    assert "importer" in place.run("token", "list", CLOUDINDEX_TOKENS=str(shared)).text


def test_the_list_tells_of_tokens_and_shows_none(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "state")
    revoked, _ = tokens.create("old one", Role.ADMIN)
    tokens.revoke(revoked.id)
    tokens.create("late", Role.READ, expires=NOW - timedelta(days=1))
    valid, text = tokens.create("importer", Role.WRITE)

    run = Place(tmp_path).run("token", "list")

    rows = [line.split() for line in run.text.splitlines()[1:]]
    assert [row[1:3] for row in rows] == [["admin", "revoked"], ["read", "expired"], ["write", "valid"]]
    assert rows[2][0] == valid.id
    assert text not in run.text
    assert valid.digest not in run.text


def test_a_token_is_revoked_by_its_id(tmp_path: Path) -> None:
    token, text = Tokens(tmp_path / "state").create("importer", Role.WRITE)

    run = Place(tmp_path).run("token", "revoke", token.id)

    assert (run.code, run.text) == (0, "")
    assert Tokens(tmp_path / "state").find(text) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("revoke", "nothing"),
        ("create", "--name", "", "--role", "read"),
        ("create", "--name", "x", "--role", "read", "--expires", "soon"),
        ("create", "--name", "x", "--role", "read", "--expires", "0d"),
        ("create", "--name", "x", "--role", "read", "--expires", "99999999999d"),
        ("create", "--name", "x", "--role", "read", "--expires", "2001-01-01"),
        ("create", "--name", "x", "--role", "read", "--expires", "9999-12-31"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert_is_one_sentence(Place(tmp_path).run("token", *arguments))


def test_a_broken_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / FILE).write_text("{", encoding="utf-8")

    assert_is_one_sentence(Place(tmp_path).run("token", "list"))


# --- A private service -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, Tokens]]:
    """A client of a real private service, and its tokens."""
    folder = place(tmp_path_factory.mktemp("private")).folder
    environment = {"CLOUDINDEX_PRIVATE": "true"}
    with (
        running("--data", "data", "--state", "state", cwd=folder, environment=environment) as address,
        httpx.Client(base_url=address, timeout=60) as session,
    ):
        yield session, Tokens(folder / "state")


PATHS = ("/api/entities", "/sparql?query=ASK%7B%7D", "/docs", "/openapi.json", "/id/kubespray", "/nothing", "/healthz/")


@pytest.mark.parametrize("path", PATHS)
def test_a_private_service_asks_for_a_token(path: str, private: tuple[httpx.Client, Tokens]) -> None:
    client, _ = private

    response = client.get(path)

    assert_is_problem(response, 401, "unauthorized")
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_a_private_service_says_to_all_that_it_answers(private: tuple[httpx.Client, Tokens]) -> None:
    client, _ = private

    assert client.get("/healthz").status_code == 200


def test_a_private_service_notices_tokens_and_gives_no_kept_answer_away(private: tuple[httpx.Client, Tokens]) -> None:
    client, tokens = private
    token, text = tokens.create("reader", Role.READ)
    headers = {"Authorization": f"Bearer {text}"}

    answers = [client.get("/api/entities", headers=headers) for _ in range(2)]
    tokens.revoke(token.id)
    after = client.get("/api/entities", headers=headers)

    assert [answer.status_code for answer in answers] == [200, 200]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-cache"}
    assert_is_problem(after, 401, "unauthorized")


def test_a_private_service_lets_pre_flights_pass(private: tuple[httpx.Client, Tokens]) -> None:
    client, _ = private
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }

    response = client.options("/api/entities", headers=asked)

    assert response.status_code == 200
    assert "authorization" in response.headers["Access-Control-Allow-Headers"].lower()


def test_pages_of_other_origins_may_read_why_they_are_refused(private: tuple[httpx.Client, Tokens]) -> None:
    client, _ = private

    response = client.get("/api/entities", headers={"Origin": "https://example.org"})

    assert response.status_code == 401
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "WWW-Authenticate" in response.headers["Access-Control-Expose-Headers"]
