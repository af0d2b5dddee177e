"""Finding, reading, and the ways in which the page can be used by everyone."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, barriers

pytestmark = pytest.mark.any_engine

VIEWS = ["#/", "#/browse?type=ClusterInstaller", "#/entity/kubespray", "#/entity/ansible?inferred=1"]
VIEWS += [
    "#/sparql?q=SELECT%20%3Fa%20%3Fb%20%7B%3Fa%20ci%3Auses%20%3Fb%20FLTER%7D",
    "#/sparql?tab=graph&q=SELECT%20%3Fa%20%3Fb%20%7B%3Fa%20ci%3Auses%20%3Fb%7D",
    "#/sparql?tab=chart&q=SELECT%20%3Fa%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fa%20ci%3Auses%20%3Fb%7D%20GROUP%20BY%20%3Fa",
    "#/sparql?q=DESCRIBE%20id%3Arook",
    "#/verdicts",
    "#/verdicts?tab=check",
]
BROWSER = {"Accept": "text/html,*/*;q=0.8"}


def test_who_uses_what_is_found_by_keys_alone(open_page: Open) -> None:
    page = open_page()

    page.keyboard.press("/")
    page.keyboard.type("kubespray")
    expect(page.get_by_role("option").first).to_contain_text("Kubespray")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Kubespray")
    told = page.get_by_role("listitem").filter(has_text="Kubespray uses Ansible").first
    expect(told).to_contain_text("Cloud index › Kubernetes on premise, line 45")
    assert page.url.endswith("#/entity/kubespray")


def test_a_misspelt_french_name_is_found_and_tells_its_class(open_page: Open) -> None:
    page = open_page(locale="fr-FR")

    page.keyboard.press("/")
    page.keyboard.type("kubrnetes")

    expect(page.get_by_role("option").first).to_contain_text("orchestrateur")


def test_what_follows_is_told_with_the_line_that_it_follows_from(open_page: Open) -> None:
    page = open_page("#/entity/ansible?inferred=1")
    told = page.get_by_role("listitem").filter(has_text="Ansible is used by Kubespray").first

    told.get_by_role("button", name="Why?").click()

    expect(told).to_contain_text("Kubespray uses Ansible")
    expect(told).to_contain_text("line 45")


def test_questions_are_answered_on_the_first_page(open_page: Open) -> None:
    page = open_page()

    card = page.get_by_role("article").filter(has_text="Which storage system does Rook operate?")

    expect(card).to_contain_text("Ceph")


def test_an_address_is_left_as_it_is_and_shows_the_same(open_page: Open) -> None:
    view = "#/browse?type=ClusterInstaller"
    page = open_page(view)

    expect(page.get_by_role("row")).to_have_count(5)

    assert page.url.endswith(view)


def test_going_back_leads_to_what_was_shown(open_page: Open) -> None:
    page = open_page("#/entity/rook")
    page.get_by_role("link", name="Ceph").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ceph")

    page.go_back()

    expect(page.get_by_role("heading", level=1)).to_have_text("Rook")


def test_who_comes_to_a_page_is_told_which(open_page: Open) -> None:
    page = open_page("#/entity/rook")
    expect(page).to_have_title("Rook · Cloud Index")
    assert page.evaluate("document.activeElement === document.body")
    heading = page.get_by_role("heading", level=1)

    page.get_by_role("link", name="Ceph").first.press("Enter")
    expect(heading).to_have_text("Ceph")
    expect(heading).to_be_focused()
    expect(page).to_have_title("Ceph · Cloud Index")
    page.go_back()
    expect(page).to_have_title("Rook · Cloud Index")
    expect(heading).to_be_focused()
    page.get_by_role("navigation", name="Views").get_by_role("link", name="SPARQL").press("Enter")

    expect(page).to_have_title("SPARQL · Cloud Index")
    expect(heading).to_be_focused()


def test_who_selects_in_a_graph_is_not_taken_elsewhere(open_page: Open) -> None:
    page = open_page("#/table?show=kops,rook", locale="fr-FR")
    expect(page).to_have_title("Le graphe en tableau · Cloud Index")
    row = page.get_by_role("button", name="Sélectionner Rook")

    row.press("Enter")

    expect(row).to_have_attribute("aria-pressed", "true")
    expect(row).to_be_focused()


def test_a_suggestion_leads_from_what_is_not_there_to_its_heading(open_page: Open) -> None:
    page = open_page("#/entity/kubespry")

    page.get_by_role("alert").get_by_role("link", name="kubespray").press("Enter")

    expect(page.get_by_role("heading", name="Kubespray", level=1)).to_be_focused()


def test_what_follows_for_one_is_never_told_of_another(open_page: Open) -> None:
    page = open_page("#/entity/ansible?inferred=1")
    expect(page.get_by_text("Ansible is used by Kubespray").first).to_be_visible()
    page.route("**/api/entities/rook/relations*", lambda _: None)  # an answer that is long in coming

    page.evaluate("location.hash = '#/entity/rook?inferred=1'")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rook")

    expect(page.get_by_text("Rook").nth(1)).to_be_visible()
    expect(page.get_by_text("Ansible is used by")).to_have_count(0)


def test_a_name_in_another_language_says_in_which(open_page: Open) -> None:
    page = open_page("#/entity/kubernetes-cluster")

    other = page.locator(".others", has_text="In French:")

    expect(other.locator("[lang=fr]")).to_have_text("Grappe Kubernetes")
    expect(page.locator(".others", has_text="Also called")).to_have_text("Also called cluster, grappe")


def test_the_choice_of_language_and_colours_is_kept(open_page: Open) -> None:
    page = open_page(color_scheme="light")
    page.get_by_role("button", name="Français").click()
    page.get_by_role("button", name="Couleurs du système").click()
    page.get_by_role("button", name="Couleurs claires").click()

    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("heading", name="Ce qu’il y a ici")).to_be_visible()


def test_the_document_that_the_map_is_of_is_in_the_address(open_page: Open) -> None:
    page = open_page()
    chips = page.get_by_role("group", name="By document")
    chips.get_by_role("button").nth(1).click()
    expect(chips.get_by_role("button").nth(1)).to_have_attribute("aria-pressed", "true")
    assert "document=" in page.url
    page.get_by_role("region", name="What is here").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="What is here")).to_have_count(0)

    page.go_back()

    expect(chips.get_by_role("button").nth(1)).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_shows_everything_without_scrolling_sideways(view: str, open_page: Open) -> None:
    page = open_page(view, viewport={"width": 360, "height": 740})
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_bars_the_way_for_anyone(view: str, colours: str, open_page: Open) -> None:
    page = open_page(view, color_scheme=colours)
    page.wait_for_load_state("networkidle")

    assert barriers(page) == []


def test_the_page_is_given_to_whom_it_is_for(client: httpx.Client) -> None:
    page = client.get("/", headers=BROWSER)
    other = client.get("/", headers={"Accept": "application/json"})
    nowhere = client.get("/nowhere", headers=BROWSER)

    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert (other.status_code, other.headers["Location"].rpartition("/")[2]) == (307, "docs")
    assert (nowhere.status_code, nowhere.headers["Content-Type"]) == (404, "application/problem+json")
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_parts_of_the_page_are_kept_for_ever_and_sent_packed(encoding: str, client: httpx.Client) -> None:
    script = client.get("/", headers=BROWSER).text.partition('src="./')[2].partition('"')[0]

    with client.stream("GET", f"/{script}", headers={"Accept-Encoding": encoding}) as response:
        size = sum(len(part) for part in response.iter_raw())
    again = client.get(f"/{script}", headers={"Accept-Encoding": encoding, "If-None-Match": response.headers["ETag"]})

    assert response.headers.get("Content-Encoding", "identity") == encoding
    assert "immutable" in response.headers["Cache-Control"]
    assert size == int(response.headers["Content-Length"])
    assert size < (300_000 if encoding == "identity" else 80_000)
    assert again.status_code == 304


def test_what_is_no_part_of_the_page_is_not_there(client: httpx.Client) -> None:
    for name in ("nothing.js", "..%2Findex.html", "%2e%2e%2f.stamp"):
        assert client.get(f"/assets/{name}").status_code == 404
