"""A private service: the page comes without a token, asks for one, and keeps it to itself."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Page, expect

from api.tokens import Role, Tokens
from tests.browser.conftest import Open, barriers
from tests.conftest import DATA, running

TITLE = "A token is needed to read here"


@dataclass(frozen=True)
class Place:
    """A private service and who may read it."""

    address: str
    tokens: Tokens


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A real private service on the documents of this project."""
    folder = tmp_path_factory.mktemp("private")
    options = ("--data", str(DATA), "--state", str(folder / "state"))
    with running(*options, cwd=folder, environment={"CLOUDINDEX_PRIVATE": "true"}) as address:
        yield Place(address, Tokens(folder / "state"))


def enter(page: Page, text: str) -> None:
    """Give the page a token, by keys alone."""
    expect(page.get_by_label("Token", exact=True)).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_reader_gives_a_token_and_reads_on_where_the_address_leads(place: Place, open_page: Open) -> None:
    _, text = place.tokens.create("reader", Role.READ)
    page = open_page("#/entity/kubespray", address=place.address)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)

    enter(page, text)

    expect(page.get_by_role("heading", level=1)).to_have_text("Kubespray")
    expect(page.get_by_role("link", name="cluster installer")).to_be_visible()
    expect(page.get_by_role("link", name="API", exact=True)).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kubespray")
    assert page.url.endswith("#/entity/kubespray")
    assert text not in page.evaluate("JSON.stringify(localStorage) + document.cookie + location.href")


@pytest.mark.parametrize("text", ["cix_nonsense", "no tökén at all"])
def test_a_wrong_token_is_told_and_can_be_corrected(text: str, place: Place, open_page: Open) -> None:
    _, right = place.tokens.create("reader", Role.READ)
    page = open_page(address=place.address)

    enter(page, text)
    expect(page.get_by_role("alert")).to_contain_text("does not take this token")
    enter(page, right)

    expect(page.get_by_role("heading", name="What is here")).to_be_visible()


def test_a_token_that_is_revoked_meanwhile_is_asked_for_again(place: Place, open_page: Open) -> None:
    token, text = place.tokens.create("reader", Role.READ)
    page = open_page(address=place.address)
    enter(page, text)
    expect(page.get_by_role("heading", name="What is here")).to_be_visible()

    place.tokens.revoke(token.id)
    page.get_by_role("link", name="Browse", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("any more")


def test_a_token_can_be_forgotten(place: Place, open_page: Open) -> None:
    _, text = place.tokens.create("reader", Role.READ)
    page = open_page(address=place.address)
    enter(page, text)

    page.get_by_role("button", name="Forget the token").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_data_are_shown_with_the_token_that_a_link_could_not_send(place: Place, open_page: Open) -> None:
    _, text = place.tokens.create("reader", Role.READ)
    page = open_page("#/entity/kubespray", address=place.address)
    enter(page, text)

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Turtle").click()

    expect(opened.value.locator("body")).to_contain_text('schema:name "Kubespray"')


def test_an_export_of_the_graph_and_the_rows_of_a_query_come_with_the_token(place: Place, open_page: Open) -> None:
    _, text = place.tokens.create("reader", Role.READ)
    page = open_page("#/table/kubespray?show=kubespray", address=place.address)
    enter(page, text)
    page.get_by_text("Share and export").click()
    with page.expect_download() as graph:
        page.get_by_role("button", name="Download").click()
    page.goto(f"{place.address}/#/sparql?q=SELECT%20%2A%20%7B%20id%3Akubespray%20%3Fp%20%3Fo%20%7D")
    with page.expect_download() as rows:
        page.get_by_role("button", name="CSV").click()

    assert b"Kubespray" in graph.value.path().read_bytes()
    assert b"ansible" in rows.value.path().read_bytes()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_bars_the_way_to_the_form(colours: str, place: Place, open_page: Open) -> None:
    page = open_page(address=place.address, color_scheme=colours)
    expect(page.get_by_label("Token", exact=True)).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("does not take this token")

    assert barriers(page) == []


def test_nothing_but_the_page_is_given_without_a_token(place: Place) -> None:
    headers = {"Accept": "text/html"}
    with httpx.Client(base_url=place.address, headers=headers) as client:
        page = client.get("/")
        script = page.text.partition('src="./')[2].partition('"')[0]
        codes = {
            path: client.get(path).status_code for path in ("/", f"/{script}", "/assets/nothing.js", "/api/about", "/x")
        }

    assert list(codes.values()) == [200, 200, 404, 401, 401]
    assert "Kubespray" not in page.text
