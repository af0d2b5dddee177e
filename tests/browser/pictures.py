"""Takes the pictures of the explorer that stand in the README: ``python -m tests.browser.pictures``.

It starts a service on the documents of this project and writes to `docs/pictures`.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.conftest import OPTIONS, PROGRAMS
from tests.conftest import DATA, ROOT, running

FOLDER = ROOT / "docs/pictures"
QUERY = """SELECT ?thing ?rests_on ?line WHERE {
  ?this ci:dependsOn ?other ; schema:name ?thing .
  ?other schema:name ?rests_on .
  GRAPH ?records {
    ?record rdf:subject ?this ; rdf:object ?other ; ci:line ?line ; dcterms:source document:cloud-index
  }
} ORDER BY ?line LIMIT 6"""
# What is shown, and how many pixels of it from the top.
VIEWS = {
    "start": ("#/", 900),
    "entity": ("#/entity/kubespray", 1000),
    "graph": ("#/graph/kubespray?show=kubespray&expand=kubespray,ansible", 820),
    "sparql": (f"#/sparql?q={quote(QUERY)}", 860),
}
# A layout comes to rest within so many milliseconds, and a query is answered.
REST = 4_000
COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTH = 1200
MOST_BYTES = 200_000


def main() -> None:
    """Take all pictures, and end with an error where one is too large for a repository."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        sys.exit("There is no Chromium; on Debian, install the package chromium.")
    with (
        tempfile.TemporaryDirectory() as folder,
        running("--data", str(DATA), "--state", f"{folder}/state", cwd=Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        sizes = {take(browser, address, name, colours) for name in VIEWS for colours in COLOURS}
        browser.close()
    if max(sizes) > MOST_BYTES:
        sys.exit(f"A picture has more than {MOST_BYTES} bytes.")


def take(browser: Browser, address: str, name: str, colours: Literal["light", "dark"]) -> int:
    """Take one picture, and return its size in bytes."""
    view, height = VIEWS[name]
    size = ViewportSize(width=WIDTH, height=height)
    page = browser.new_page(viewport=size, color_scheme=colours, locale="en-GB", reduced_motion="reduce")
    page.goto(f"{address}/{view}", wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(REST)
    path = FOLDER / f"explorer-{name}-{colours}.png"
    page.screenshot(path=path)
    page.close()
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")
    return path.stat().st_size


if __name__ == "__main__":
    main()
