"""Asking in SPARQL: the editor, mistakes, completion, cancelling, and answers as table, graph and chart."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.conftest import DATA, running

pytestmark = pytest.mark.any_engine

WRONG = "SELECT ?x WHERE {\n  ?x a ci:Clint .\n  FLTER(true)\n}"
TOOLS = "SELECT ?entity ?tool { ?entity ci:usesTool ?tool }"
COUNTS = "SELECT ?type (COUNT(?x) AS ?count) { ?x a ?type . ?type rdfs:subClassOf ci:Entity } GROUP BY ?type"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service whose queries may take a second."""
    folder = tmp_path_factory.mktemp("short")
    options = ("--data", str(DATA), "--state", str(folder / "state"))
    with running(*options, cwd=folder, environment={"CLOUDINDEX_QUERY_SECONDS": "1"}) as address:
        yield address


def asked(query: str, **options: str) -> str:
    parts = [f"{name}={quote(value)}" for name, value in {"q": query, **options}.items()]
    return f"#/sparql?{'&'.join(parts)}"


def editor(page: Page) -> str:
    return "\n".join(page.locator(".editor .cm-line").all_inner_texts())


def type_in(page: Page, text: str) -> None:
    page.locator(".editor .cm-content").click()
    page.keyboard.type(text, delay=10)


def column(page: Page, place: int) -> list[str]:
    return page.locator(f".result-table td:nth-child({place})").all_inner_texts()


def ended_by_client(client: httpx.Client) -> float:
    found = re.search(r'ended\w*\{[^}]*"client"[^}]*\} (\S+)', client.get("/metrics").text)
    assert found is not None
    return float(found[1])


def test_a_mistake_is_shown_at_its_place_and_mended_by_a_click(open_page: Open) -> None:
    page = open_page(asked(WRONG))

    expect(page.locator(".editor .cm-lintRange-error")).to_have_text("FLTER")
    expect(page.locator(".editor .cm-lintRange-warning")).to_have_text("ci:Clint")
    expect(page.get_by_role("listitem").filter(has_text="Line 3, column 3")).to_contain_text("is not a word of SPARQL")
    page.get_by_role("button", name="Put FILTER in its place").click()
    page.get_by_role("button", name="Put ci:Client in its place").click()

    expect(page.locator(".editor .cm-lintRange")).to_have_count(0)
    assert editor(page) == "SELECT ?x WHERE {\n  ?x a ci:Client .\n  FILTER(true)\n}"


def test_a_mistake_that_is_mended_is_not_told_again(open_page: Open) -> None:
    page = open_page(asked("SELECT ?x WHERE {\n  ?x a ci:Client .\n  FLTER(true)\n}"))

    page.get_by_role("button", name="Put FILTER in its place").click()
    expect(page.locator(".editor .cm-content")).to_contain_text("FILTER")

    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator('a[href*="FILTER"]')).to_have_count(0)
    page.wait_for_timeout(1000)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_mistakes_are_mended_one_after_the_other_without_waiting(open_page: Open) -> None:
    page = open_page(asked("SELECT ?x WHERE {\n  FLTER(true)\n  ?x a ci:Clint .\n}"))
    expect(page.get_by_role("button", name="Put ci:Client in its place")).to_be_visible()
    page.route("**/api/sparql/check*", lambda route: route.abort())

    page.get_by_role("button", name="Put FILTER in its place").click()
    page.get_by_role("button", name="Put ci:Client in its place").click()

    assert editor(page) == "SELECT ?x WHERE {\n  FILTER(true)\n  ?x a ci:Client .\n}"


def test_another_query_is_not_filtered_by_the_words_of_the_one_before(open_page: Open) -> None:
    page = open_page(asked(TOOLS, filter="ansible", sort="tool"))
    expect(page.get_by_label("Filter rows")).to_have_value("ansible")
    page.locator(".editor .cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" LIMIT 2", delay=10)
    expect(page).to_have_url(re.compile("LIMIT"))

    page.keyboard.press("Control+Enter")

    expect(page.get_by_label("Filter rows")).to_have_value("")
    assert "ansible" not in page.url
    page.get_by_label("Filter rows").fill("ansible")
    page.locator(".editor .cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Filter rows")).to_have_value("ansible")


def test_a_query_that_runs_is_asked_anew_of_the_generation_that_is_switched_to(open_page: Open) -> None:
    page = open_page("#/sparql?at=1")
    requests: list[str] = []

    def hold_the_first(route: Route) -> None:
        requests.append(route.request.url)
        if "at=1" not in route.request.url:
            route.continue_()

    page.route(re.compile(r"/sparql(\?|$)"), hold_the_first)
    page.evaluate(f"location.hash = '{asked(TOOLS, at='1')}'")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()

    page.get_by_role("button", name="To the newest").click()

    expect(page.locator(".result-table")).to_contain_text("ansible")
    assert [one.endswith("?at=1") for one in requests] == [True, False]


def test_the_relations_that_a_class_really_has_are_offered(open_page: Open) -> None:
    page = open_page("#/sparql")

    type_in(page, "SELECT * WHERE { ?x a ci:ClusterInstaller ; ci:")

    options = page.locator(".editor").get_by_role("option")
    expect(options.filter(has_text="ci:usesTool")).to_be_visible()
    expect(options.first).to_contain_text("ci:deploys")
    expect(options.filter(has_text="ci:offeredBy")).to_have_count(0)


def test_an_entity_is_found_by_its_name_while_one_types(open_page: Open) -> None:
    page = open_page("#/sparql")

    type_in(page, "SELECT * WHERE { ?x ci:usesTool id:ansi")
    option = page.locator(".editor").get_by_role("option").filter(has_text="id:ansible")
    expect(option).to_contain_text("Ansible · configuration-management tool")
    option.click()
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("link", name="kubespray")).to_be_visible()


def test_prefixes_are_declared_for_use_elsewhere(open_page: Open) -> None:
    page = open_page(asked(TOOLS))

    page.get_by_role("button", name="Write prefixes").click()

    assert editor(page).splitlines() == ["PREFIX ci: <https://w3id.org/cloudindex/ontology#>", TOOLS]
    expect(page.get_by_role("button", name="Write prefixes")).to_be_disabled()


def test_a_runaway_query_is_cancelled_and_its_process_ended(open_page: Open, client: httpx.Client) -> None:
    before = ended_by_client(client)
    page = open_page(asked(RUNAWAY))
    expect(page.get_by_text("Running for")).to_be_visible()

    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_text("Its process has been ended.")).to_be_visible()
    for _ in range(100):
        if ended_by_client(client) > before:
            break
        page.wait_for_timeout(100)
    assert ended_by_client(client) > before


def test_a_query_beyond_its_limits_says_so_in_words(open_page: Open, short: str) -> None:
    page = open_page(asked(RUNAWAY), address=short)

    expect(page.get_by_role("alert")).to_contain_text("stopped after its limit of 1 seconds")
    expect(page.get_by_text("A query may take 1 s")).to_be_visible()


def test_rows_are_sorted_filtered_and_copied(open_page: Open) -> None:
    page = open_page(asked(TOOLS))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(page.get_by_role("button", name="entity")).to_be_visible()

    page.get_by_role("button", name="entity").click()
    rising = column(page, 1)
    page.get_by_role("button", name="entity").click()
    falling = column(page, 1)
    page.get_by_label("Filter rows").fill("kubespray ansible")
    expect(page.locator(".result-table tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_text("Copied.")).to_be_visible()

    assert (rising, falling) == (sorted(rising), sorted(rising, reverse=True))
    assert len(set(rising)) > 2
    assert page.evaluate("navigator.clipboard.readText()") == "entity\ttool\nkubespray\tansible"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CSV", "entity,tool\r\nhttps://w3id.org/cloudindex/id/kubespray,https://w3id.org/cloudindex/id/ansible\r\n"),
        (
            "TSV",
            "?entity\t?tool\n<https://w3id.org/cloudindex/id/kubespray>\t<https://w3id.org/cloudindex/id/ansible>\n",
        ),
    ],
)
def test_what_is_seen_can_be_taken_along(name: str, text: str, open_page: Open) -> None:
    page = open_page(asked(TOOLS, filter="kubespray"))

    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download {name}").click()

    assert download.value.path().read_bytes().decode() == text


def test_many_rows_come_page_by_page_and_none_is_left_out(open_page: Open) -> None:
    page = open_page(asked("SELECT ?s ?p { ?s ?p ?o } LIMIT 250"))
    expect(page.get_by_text("1–100 of 250")).to_be_visible()

    page.get_by_role("button", name="Next page").click()
    page.get_by_role("button", name="Next page").click()

    expect(page.get_by_text("201–250 of 250")).to_be_visible()
    expect(page.locator(".result-table tbody tr")).to_have_count(50)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (TOOLS, "Kubespray uses Ansible"),
        ("CONSTRUCT WHERE { ?a ci:usesTool ?b }", "Kubespray uses Ansible"),
        ("DESCRIBE id:kubespray", "Kubespray uses Ansible"),
    ],
)
def test_an_answer_is_drawn_as_a_graph_and_handed_over(query: str, told: str, open_page: Open) -> None:
    page = open_page(asked(query))

    page.get_by_role("tab", name="Graph").click()

    expect(page.locator(".drawing .node").filter(has_text="Kubespray").first).to_be_visible()
    page.get_by_text("What is drawn, in sentences").click()
    expect(page.locator(".result-graph").get_by_role("listitem").filter(has_text=told).first).to_be_visible()
    address = page.get_by_role("link", name="in the graph view").get_attribute("href")
    assert address is not None
    assert re.match(r"#/graph\?show=.*\bkubespray\b", address)


def test_counts_are_drawn_as_bars_with_their_numbers(open_page: Open) -> None:
    page = open_page(asked(COUNTS, tab="chart", sort="-count"))

    rows = page.locator(".bars tbody tr")

    expect(rows.first).to_contain_text("ci:")
    numbers = [int(text) for text in page.locator(".bars td.number").all_inner_texts()]
    assert numbers == sorted(numbers, reverse=True)


def test_yes_no_and_nothing_are_said_in_words(open_page: Open) -> None:
    expect(open_page(asked("ASK { id:kubespray ci:usesTool id:ansible }")).get_by_text("Yes:")).to_be_visible()
    expect(open_page(asked("ASK { id:ansible ci:usesTool id:rook }")).get_by_text("No:")).to_be_visible()
    expect(open_page(asked("SELECT * { id:nobody ?p ?o }")).get_by_text("No row fits.")).to_be_visible()


def test_a_link_holds_the_query_and_how_its_answer_is_seen(open_page: Open) -> None:
    page = open_page("#/sparql")
    page.get_by_text("Examples", exact=True).click()
    page.get_by_role("button", name="Which tool does Kubespray use").click()
    expect(page.locator(".result-table")).to_contain_text("Ansible")
    page.get_by_label("Filter rows").fill("ansible")
    expect(page).to_have_url(re.compile("=ansible"))
    address = page.url.rpartition("/#")[2]

    other = open_page(f"#{address}")

    expect(other.get_by_label("Filter rows")).to_have_value("ansible")
    expect(other.locator(".result-table")).to_contain_text("Ansible")
    assert editor(other) == editor(page)


def test_queries_are_remembered_in_this_browser(open_page: Open) -> None:
    page = open_page("#/sparql")
    type_in(page, "ASK {}")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Yes:")).to_be_visible()
    page.reload()

    page.get_by_text("History", exact=True).click()

    expect(page.get_by_role("button", name="ASK {}")).to_be_visible()


def test_what_an_answer_holds_is_text_and_never_markup(open_page: Open) -> None:
    text = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    page = open_page(asked(f'SELECT ("{text}" AS ?x) (<javascript:alert(3)> AS ?y) {{}}'))

    expect(page.locator(".result-table td").first).to_have_text(text)
    expect(page.locator(".result-table td a")).to_have_count(0)
