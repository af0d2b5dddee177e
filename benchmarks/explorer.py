"""The graph of the explorer in a browser: 200 expansions in a row in a made-up landscape, and the memory they take.

Not part of ``make bench`` without a browser; the landscape is the one of the exports, built once.
"""

import shutil
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.exports import FOLDER, LONG, built
from benchmarks.servers import cloud_index
from benchmarks.table import Row

SIZE: Final = 100_000
EXPANSIONS: Final = 200
PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
OPTIONS: Final = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--enable-precise-memory-info",
    "--js-flags=--expose-gc",
)
PROMISED_SECONDS: Final = 1.0
PROMISED_MEBIBYTES: Final = 150
# Whether as many expansions are counted, and their nodes have places.
READY: Final = """count => document.querySelector(".graph")?.dataset.expansions === String(count)"""
BEST_CONNECTED: Final = """async count => {
  const found = await fetch(`api/entities?limit=${count}&sort=-relations&fields=slug`);
  return (await found.json()).items.map(one => one.slug);
}"""


def measure(*sizes: int) -> list[Row]:
    """Return how long an expansion takes from the click on, and the memory of the page afterwards."""
    return [row for size in sizes or (SIZE,) for row in _of_size(size)]


def _of_size(size: int) -> list[Row]:
    state = built(size)
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise RuntimeError("there is no Chromium")
    with cloud_index(FOLDER / f"{size}/data", state, **LONG) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce")
        try:
            taken, heap, shown = _expand(page, f"http://127.0.0.1:{port}")
        finally:
            browser.close()
    middle, late = median(taken), quantiles(taken, n=20)[-1]
    about = f"{EXPANSIONS} expansions, {size:,} entities, {shown} at the end"
    return [
        Row(f"{about}: p50", middle, middle / PROMISED_SECONDS, "s, and of 1"),
        Row(f"{about}: p95", late, late / PROMISED_SECONDS, "s, and of 1"),
        Row(f"{about}: heap", heap, heap / PROMISED_MEBIBYTES, "MiB, and of 150"),
    ]


def _expand(page: Page, address: str) -> tuple[list[float], float, str]:
    """Expand one entity after the other; return the seconds of each, the heap in MiB, and what is shown."""
    page.goto(f"{address}/")
    slugs: list[str] = page.evaluate(BEST_CONNECTED, EXPANSIONS)
    page.goto(f"{address}/#/graph/{slugs[0]}?show={','.join(slugs)}")
    page.get_by_role("button", name="Expand all").wait_for()
    taken = []
    for count, slug in enumerate(slugs, start=1):
        page.evaluate("slug => { location.hash = location.hash.replace(/^#.graph.[^?]*/, `#/graph/${slug}`); }", slug)
        page.locator(f".card a[href*='/entity/{slug}']").wait_for()
        button = page.get_by_role("button", name="Expand all")
        button.wait_for()
        started = perf_counter()
        button.click()
        page.wait_for_function(READY, arg=count)
        taken.append(perf_counter() - started)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used: dict[str, Any] = session.send("Runtime.getHeapUsage")
    return taken, used["usedSize"] / 2**20, page.locator(".bar [role=status]").inner_text()
