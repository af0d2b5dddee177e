"""A browser of the system, and a page in it that tells whatever goes wrong in it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from api.explorer import is_built

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--no-sandbox",  # tests may run as root
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
Open = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser, started once; its loop of events must be gone before other tests run their own."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("there is no Chromium; on Debian, install the package chromium")
    if not is_built():
        pytest.skip("this installation has no explorer: it was built with CLOUDINDEX_SKIP_WEB")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, service: str) -> Iterator[Open]:
    """Opens a view of the explorer in a profile of its own.

    The test fails afterwards where a page asked another host, met its policy, threw, or left something in cookies.
    """
    troubles: list[str] = []
    with ExitStack() as stack:

        def opened(view: str = "#/", *, address: str = service, **options: Any) -> Page:
            wishes = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
            context = browser.new_context(**wishes)
            stack.callback(context.close)
            stack.callback(lambda: troubles.extend(f"cookie {one}" for one in context.cookies()))
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("request", lambda one: _note_request(one.url, address, troubles))
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda one: troubles.append(one.text) if "Content Security" in one.text else None)
            page.goto(f"{address}/{view}")
            page.get_by_role("main").wait_for()
            return page

        yield opened
    assert troubles == []


def _note_request(url: str, own: str, troubles: list[str]) -> None:
    if not url.startswith((own, "data:", "blob:")):
        troubles.append(f"asked {url}")
