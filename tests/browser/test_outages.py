"""What is asked when the service fails, is away behind a proxy, or was renewed while the page is open."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.any_engine

AWAY = "The service does not answer"
SERVICE = "**/{api/**,healthz,sparql*}"
ENTITY = "**/api/entities/rook?*"


def proxy(route: Route) -> None:
    """Answer as a proxy does whose service is stopped."""
    route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>")


def broken(route: Route) -> None:
    body = '{"code": "internal", "status": 500, "detail": "Something is broken."}'
    route.fulfill(status=500, content_type="application/problem+json", body=body)


def counting(page: Page) -> Callable[[], int]:
    """Return what tells how often the page has asked for an entity."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/api/entities/rook?" in request.url:
            asked.append(request.url)

    page.on("request", note)
    return lambda: len(asked)


def test_what_fails_is_asked_once(open_page: Open) -> None:
    page = open_page("#/browse")
    count = counting(page)
    page.route(ENTITY, broken)

    page.evaluate("location.hash = '#/entity/rook'")
    expect(page.get_by_role("alert")).to_contain_text("Something is broken.")
    page.wait_for_timeout(500)

    assert count() == 1


def test_behind_a_proxy_a_service_that_is_away_is_away_and_what_failed_is_asked_once_more(open_page: Open) -> None:
    page = open_page("#/browse")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    count = counting(page)
    page.route(SERVICE, proxy)
    page.evaluate("location.hash = '#/entity/rook'")
    expect(page.get_by_role("alert").first).to_contain_text(AWAY)
    expect(page.get_by_text("Bad Gateway")).to_have_count(0)

    page.unroute(SERVICE)

    expect(page.get_by_role("heading", level=1)).to_have_text("Rook")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.wait_for_timeout(500)
    assert count() == 2


def test_a_view_that_was_first_wanted_during_an_outage_comes_when_that_is_over(open_page: Open) -> None:
    page = open_page("#/browse")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    page.route("**/*", lambda route: route.abort())
    page.get_by_role("link", name="Verdicts", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text(AWAY)

    page.unroute("**/*")

    expect(page.get_by_role("heading", level=1)).to_have_text("Verdicts")
    assert page.url.endswith("#/verdicts")


def test_a_view_that_is_gone_since_the_service_was_renewed_offers_to_load_the_page_anew(open_page: Open) -> None:
    page = open_page("#/browse")
    page.route("**/assets/Verdicts-*.js", lambda route: route.fulfill(status=404, body=""))
    page.get_by_role("link", name="Verdicts", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("the service was renewed")
    page.unroute("**/assets/Verdicts-*.js")

    page.get_by_role("button", name="Load the page anew").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Verdicts")
