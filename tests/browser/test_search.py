"""The search field and the page of all that it finds: what was typed is what counts, and a failure is told as one."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.any_engine

SEARCH = "**/api/search?*"
BROKEN = '{"code": "internal", "status": 500, "detail": "Something is broken."}'


def type_in(page: Page, words: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(words)


def broken(route: Route) -> None:
    route.fulfill(status=500, content_type="application/problem+json", body=BROKEN)


def test_all_results_are_those_of_the_field_also_for_misspelt_words(open_page: Open) -> None:
    page = open_page()
    type_in(page, "kubrnetes")
    page.get_by_role("option", name="All results for “kubrnetes”").click()

    expect(page).to_have_url(re.compile(r"#/browse\?words=kubrnetes$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("All results for “kubrnetes”")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Kubernetes")
    expect(page.get_by_role("row", name=re.compile("^Ceph"))).to_have_count(0)
    chip = page.get_by_role("group", name="Filter by").get_by_role("button").nth(1)
    count = int(re.findall(r"\d+", chip.inner_text())[-1])
    chip.click()
    expect(page.get_by_role("row")).to_have_count(count + 1)


def test_where_nothing_is_called_so_that_is_said_and_nothing_listed(open_page: Open) -> None:
    page = open_page()
    type_in(page, "qqxxzz")
    expect(page.get_by_role("option")).to_have_text("Nothing is called or described like “qqxxzz”.")

    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("All results for “qqxxzz”")
    expect(page.get_by_role("main").get_by_text("Nothing is called or described like “qqxxzz”.")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(0)


@pytest.mark.parametrize("before", ["", "kubespray"])
def test_enter_waits_for_the_answer_to_what_is_typed(before: str, open_page: Open) -> None:
    page = open_page()
    field = page.get_by_role("combobox").first
    if before:
        field.fill(before)
        expect(page.get_by_role("option").first).to_contain_text("Kubespray")

    field.fill("rook")
    field.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Rook")


def test_a_search_that_fails_is_not_told_as_nothing(open_page: Open) -> None:
    page = open_page()
    page.route(SEARCH, broken)

    type_in(page, "rook")

    expect(page.get_by_role("option")).to_have_text("Something is broken.")


def test_a_list_that_was_closed_opens_again(open_page: Open) -> None:
    page = open_page()
    type_in(page, "rook")
    expect(page.get_by_role("option").first).to_contain_text("Rook")
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)

    page.keyboard.press("ArrowDown")

    expect(page.get_by_role("option").first).to_contain_text("Rook")


def test_a_field_of_the_graph_tells_nothing_and_failures_and_waits_too(open_page: Open) -> None:
    page = open_page("#/graph?show=ceph")
    field = page.get_by_role("combobox", name="Add an entity")
    option = page.locator(".picker").get_by_role("option").first
    field.fill("qqxxzz")
    expect(option).to_have_text("Nothing is called or described like “qqxxzz”.")
    page.route(SEARCH, broken)
    field.fill("rook")
    expect(option).to_have_text("Something is broken.")
    page.unroute(SEARCH)

    field.fill("kubespray")
    field.press("Enter")

    expect(page).to_have_url(re.compile("show=ceph,kubespray"))
