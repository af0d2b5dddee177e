"""What may happen to a reader: a service that goes away, names like code, other languages, colours and sizes."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.conftest import DATA, running

HOSTILE = "<script>window.isHarmed=1</script><img src=x onerror=window.isHarmed=1>"
HOSTILE_TEXT = f"""\
document:
  name: {{en: '{HOSTILE}'}}
entities:
  harm:
    type: Client
    name: '{HOSTILE}'
    description: {{en: '{HOSTILE}'}}
    relations: [{{uses: kubespray}}]
  kubespray: {{type: ClusterInstaller, name: Kubespray}}
"""
QUESTION = """\
- id: harm
  question: {{en: "{0}"}}
  sparql: 'SELECT ?name {{ id:harm schema:name ?name }}'
"""
MANY = 1300


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service on documents of which one has names that look like code, and one has many entities."""
    folder = tmp_path_factory.mktemp("other")
    (folder / "data/notes").mkdir(parents=True)
    (folder / "data/questions.yaml").write_text(QUESTION.format(HOSTILE), encoding="utf-8")
    (folder / "data/notes/harm.yaml").write_text(HOSTILE_TEXT, encoding="utf-8")
    many = "".join(f"  one-{number}: {{type: Vendor, name: Number {number:04}}}\n" for number in range(MANY))
    (folder / "data/notes/many.yaml").write_text(f"entities:\n{many}", encoding="utf-8")
    for number in range(30):
        text = f"entities:\n  kubespray: {{type: ClusterInstaller, name: Kubespray, licence: 'L-{number}'}}\n"
        (folder / f"data/notes/small-{number}.yaml").write_text(text, encoding="utf-8")
    with running("--data", "data", "--state", "state", cwd=folder) as address:
        yield address


def test_the_page_goes_on_when_the_service_comes_back(open_page: Open, tmp_path: Path) -> None:
    port = _free_port()
    options = ("--data", str(DATA), "--state", str(tmp_path / "state"), "--port", str(port))
    with running(*options, cwd=tmp_path) as address:
        page = open_page("#/entity/kubespray", address=address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Kubespray")
    page.get_by_role("link", name="Ansible").first.click()
    expect(page.get_by_role("alert").first).to_contain_text("The service does not answer")

    with running(*options, cwd=tmp_path):
        expect(page.get_by_role("heading", level=1)).to_have_text("Ansible")
        expect(page.get_by_role("alert")).to_have_count(0)
        page.get_by_role("link", name="Kubespray").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Kubespray")


@pytest.mark.parametrize("view", ["#/", "#/browse", "#/entity/harm", "#/entity/document%2Fharm"])
def test_a_name_that_looks_like_code_is_a_name(view: str, open_page: Open, other: str) -> None:
    page = open_page(view, address=other)

    expect(page.get_by_text(HOSTILE).first).to_be_visible()

    assert not _is_harmed(page)


def test_a_name_that_looks_like_code_is_found_and_opened(open_page: Open, other: str) -> None:
    page = open_page(address=other)

    page.keyboard.press("/")
    page.keyboard.type("<script>")
    expect(page.get_by_role("option").first).to_contain_text(HOSTILE)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    assert not _is_harmed(page)


def test_a_list_goes_on_to_its_end(open_page: Open, other: str) -> None:
    page = open_page("#/browse?type=Vendor", address=other)
    expect(page.get_by_text(f"100 of {MANY:,} shown")).to_be_visible()

    for shown in ("500 of", "900 of"):
        page.get_by_role("button", name="Show more").click()
        expect(page.get_by_text(shown)).to_be_visible()
    page.get_by_role("button", name="Show more").click()

    expect(page.get_by_role("row")).to_have_count(MANY + 1)
    expect(page.get_by_role("link", name=f"Number {MANY - 1:04}")).to_be_visible()
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_every_document_can_be_reached_from_the_first_page(open_page: Open, other: str) -> None:
    page = open_page(address=other)
    stand = page.get_by_role("region", name="How the data stands")
    expect(stand.get_by_role("listitem")).to_have_count(20)

    stand.get_by_role("button", name="Show more").click()

    expect(stand.get_by_role("listitem")).to_have_count(32)
    expect(page.get_by_role("group", name="By document").get_by_role("button", name="more")).to_be_visible()


def test_a_count_leads_to_a_list_that_is_as_long(open_page: Open) -> None:
    page = open_page()
    tile = page.get_by_role("region", name="What is here").get_by_role("listitem").get_by_role("link").first
    count = tile.locator("b").inner_text()

    tile.click()

    expect(page.get_by_role("main").get_by_role("status").first).to_have_text(f"{count} entities")


def test_the_first_page_leads_to_the_verdicts(open_page: Open) -> None:
    page = open_page()

    page.get_by_role("region", name="How the data stands").locator(".verdict-counts").click()

    assert page.url.endswith("#/verdicts")


def test_french_and_dark_are_taken_from_the_browser(open_page: Open) -> None:
    page = open_page("#/entity/kubespray", locale="fr-FR", color_scheme="dark")

    expect(page.get_by_role("heading", name="Relations")).to_be_visible()
    expect(page.get_by_text("Usine à gaz").first).to_be_visible()
    told = page.get_by_role("listitem").filter(has_text="Kubespray utilise Ansible").first
    expect(told).to_contain_text("ligne 45")

    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 27)"


def test_everything_is_reached_on_a_phone(open_page: Open) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)

    page.get_by_role("combobox").tap()
    page.get_by_role("combobox").fill("kubespray")
    page.get_by_role("option").first.tap()

    expect(page.get_by_role("heading", level=1)).to_have_text("Kubespray")
    for name in ("Browse", "Graph", "SPARQL", "Verdicts"):
        expect(page.get_by_role("navigation").get_by_role("link", name=name)).to_be_in_viewport(ratio=1)


def test_nothing_moves_for_whom_that_is_unpleasant(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    expect(page.get_by_role("heading", name="What is here")).to_be_visible()

    page.get_by_role("link", name="Browse").hover()

    moving = (
        "[...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).transitionDuration !== '0s').length"
    )
    assert page.evaluate(moving) == 0
    assert page.evaluate("document.getAnimations().length") == 0


def test_keys_alone_reach_everything_and_every_control_has_a_name(open_page: Open) -> None:
    page = open_page("#/entity/kubespray")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kubespray")

    names = []
    for _ in range(14):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate("(document.activeElement.ariaLabel || document.activeElement.innerText || '').trim()")
        )

    begin = ["Skip to the content", "Cloud Index", "Search", "Browse", "Graph", "SPARQL", "Verdicts", "Français"]
    assert names[:8] == begin
    assert "" not in names


def _is_harmed(page: Page) -> bool:
    return bool(page.evaluate("window.isHarmed === 1"))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
