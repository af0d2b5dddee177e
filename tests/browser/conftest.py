"""A browser of the system, and a page in it that tells whatever goes wrong in it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.explorer import is_built
from tests.conftest import ROOT, serving_documents

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--no-sandbox",  # tests may run as root
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
# Milliseconds for whatever is waited for, on a busy machine without graphics too.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
Open = Callable[..., Page]
AXE = ROOT / "api/explorer/node_modules/axe-core/axe.min.js"


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """Return what keeps someone from using a page, as far as a machine can tell: rules, and some elements of each."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; `npm ci` in api/explorer does it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found["violations"]]


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


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service for these tests alone: it does not count what it runs, which keeps the pages quick."""
    with serving_documents(tmp_path_factory) as address:
        yield address


@pytest.fixture(scope="session")
def client(service: str) -> Iterator[httpx.Client]:
    """An HTTP client of that service; the one that all tests share would otherwise stay with this service for good."""
    with httpx.Client(base_url=service, timeout=60) as session:
        yield session


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
            page.set_default_timeout(PATIENCE)
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
