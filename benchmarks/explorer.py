"""The graph of the explorer in a browser: 200 expansions in a row in a made-up landscape, and the memory they take.

Not part of ``make bench`` without a browser; the landscape is the one of the exports, built once.
"""

import shutil
import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.exports import FOLDER, LONG, built
from benchmarks.servers import cloud_index
from benchmarks.table import Row
from tests.landscape import LANDSCAPE, write_landscape

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
# Whether as many expansions are counted; what they brought is drawn in the same frame.
READY: Final = """count => document.querySelector(".graph")?.dataset.expansions === String(count)"""
# Until that frame was shown and the page has begun another one.
SEEN: Final = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
}"""
# How long the page did not listen, each time that it was 50 ms or more.
BLOCKED: Final = """globalThis.blocked = [];
new PerformanceObserver(list => blocked.push(...list.getEntries().map(one => one.duration)))
  .observe({ type: "longtask", buffered: true });"""
BEST_CONNECTED: Final = """async count => {
  const found = await fetch(`api/entities?limit=${count}&sort=-relations&fields=slug`);
  return (await found.json()).items.map(one => one.slug);
}"""


def measure(*sizes: int) -> list[Row]:
    """Return how long an expansion takes from the click on until it is seen, and the memory of the page afterwards.

    Without sizes of made-up landscapes, that of the CNCF is measured first, where it lies beside the checkout.
    """
    rows = []
    if not sizes and LANDSCAPE.exists():
        with tempfile.TemporaryDirectory() as folder:
            write_landscape(Path(folder) / "data")
            rows += _rows("CNCF landscape", Path(folder) / "data", Path(folder) / "state")
    for size in sizes or (SIZE,):
        rows += _rows(f"{size:,} made-up entities", FOLDER / f"{size}/data", built(size))
    return rows


def _rows(title: str, data: Path, state: Path) -> list[Row]:
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise RuntimeError("there is no Chromium")
    with cloud_index(data, state, **LONG) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce")
        page.set_default_timeout(60_000)
        try:
            taken, blocked, heap, shown = _expand(page, f"http://127.0.0.1:{port}")
        finally:
            browser.close()
    middle, late = median(taken), quantiles(taken, n=20)[-1]
    return [
        Row(f"{title}, {EXPANSIONS} expansions, then {shown}: p50", middle, middle / PROMISED_SECONDS, "s, and of 1"),
        Row(f"{title}: p95", late, late / PROMISED_SECONDS, "s, and of 1", "< 1 s"),
        Row(f"{title}: slowest", max(taken), max(taken) / PROMISED_SECONDS, "s, and of 1"),
        Row(f"{title}: longest that the page did not listen", blocked, blocked / PROMISED_SECONDS, "s, and of 1"),
        Row(f"{title}: heap at the end", heap, heap / PROMISED_MEBIBYTES, "MiB, and of 150", "< 150 MiB"),
    ]


def _expand(page: Page, address: str) -> tuple[list[float], float, float, str]:
    """Expand one entity after the other.

    Return the seconds of each, those of the longest block, the heap in MiB, and what is shown.
    """
    page.add_init_script(BLOCKED)
    page.goto(f"{address}/")
    slugs: list[str] = page.evaluate(BEST_CONNECTED, EXPANSIONS)
    page.goto(f"{address}/#/graph/{slugs[0]}?show={','.join(slugs)}")
    page.get_by_role("button", name="Expand all").wait_for()
    page.evaluate("blocked.length = 0")
    taken = []
    for count, slug in enumerate(slugs, start=1):
        page.evaluate("slug => { location.hash = location.hash.replace(/^#.graph.[^?]*/, `#/graph/${slug}`); }", slug)
        page.locator(f".card a[href*='/entity/{slug}']").wait_for()
        button = page.get_by_role("button", name="Expand all")
        button.wait_for()
        started = perf_counter()
        button.click()
        page.wait_for_function(READY, arg=count)
        page.evaluate(SEEN)
        taken.append(perf_counter() - started)
    blocked = max(page.evaluate("blocked"), default=0.0) / 1000
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used: dict[str, Any] = session.send("Runtime.getHeapUsage")
    return taken, blocked, used["usedSize"] / 2**20, page.locator(".bar [role=status]").inner_text()
