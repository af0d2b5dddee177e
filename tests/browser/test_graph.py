"""The graph and its table, driven as a person would: by pointer on the picture, by keys and names elsewhere."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import OPTIONS, PROGRAMS, Open, barriers
from tests.conftest import running

pytestmark = pytest.mark.any_engine

KUBESPRAY = "show=kubespray&expand=kubespray"
# So many things, each of which uses so many others.
MANY, BESIDES = 60, 15
VIEWS = [
    f"#/graph/kubespray?{KUBESPRAY}",
    f"#/table/kubespray?{KUBESPRAY}&from=ovhcloud&to=ironic",
    "#/graph",
    "#/table",
]


def status(page: Page) -> Locator:
    """What the bar says of how much there is."""
    return page.locator(".bar > [role=status]")


def place_of(page: Page, slug: str) -> dict[str, float]:
    """Return where a node is on the page, once it has come to rest."""
    page.locator(".canvas").wait_for()
    script = """slug => {
      const canvas = document.querySelector(".canvas");
      const [box, at] = [canvas.getBoundingClientRect(), canvas.whereIs?.(slug)];
      return at && { x: Math.round(box.x + at.x), y: Math.round(box.y + at.y) };
    }"""
    page.wait_for_timeout(600)  # until it has begun to arrange, where it will
    before: dict[str, float] | None = None
    for _ in range(60):
        expect(status(page)).not_to_have_text("Arranging …")
        page.wait_for_timeout(400)  # longer than nodes glide
        found: dict[str, float] | None = page.evaluate(script, slug)
        if found is not None and found == before:
            return found
        before = found
    raise AssertionError(f"{slug} did not come to rest; it was last seen at {before}")


def choose(page: Page, field: str, words: str) -> None:
    """Choose an entity in a field by keys alone."""
    page.get_by_role("combobox", name=field, exact=True).fill(words)
    expect(page.get_by_role("listbox", name=field, exact=True).get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")


def test_what_an_entity_is_connected_with_is_counted_then_shown(open_page: Open) -> None:
    page = open_page("#/graph/kubespray?show=kubespray")
    expect(status(page)).to_have_text("1 entity, 0 relations")
    tools = page.get_by_label("uses tool · configuration-management tool")
    expect(page.locator(".expansions li").filter(has=tools)).to_contain_text("1")

    tools.check()
    expect(status(page)).to_have_text("2 entities, 1 relation")
    page.get_by_role("button", name="Expand all").click()

    expect(status(page)).to_have_text("6 entities, 9 relations")
    expect(page.get_by_role("img")).to_have_attribute(
        "aria-label", re.compile("^A graph of 6 entities and 9 relations")
    )


def test_a_double_click_expands_and_a_click_tells(open_page: Open) -> None:
    page = open_page("#/graph/kubespray?show=kubespray,ansible")
    expect(status(page)).to_have_text("2 entities, 1 relation")
    at = place_of(page, "ansible")

    page.mouse.dblclick(at["x"], at["y"])

    expect(page.locator(".card h2")).to_have_text("Ansible")
    expect(status(page)).to_have_text("5 entities, 7 relations")
    assert "expand=ansible" in page.url


def test_a_click_counts_that_begins_before_the_page_has_painted_that_the_pointer_came(open_page: Open) -> None:
    page = open_page("#/graph/kubespray?show=kubespray,ansible")
    expect(status(page)).to_have_text("2 entities, 1 relation")
    at = place_of(page, "ansible")

    page.evaluate(  # as on a machine that is slow to paint
        """async ({ x, y }) => {
          const target = document.elementFromPoint(x, y);
          const send = (...types) => types.forEach((type) =>
            target.dispatchEvent(new MouseEvent(type, { clientX: x, clientY: y, bubbles: true, cancelable: true })));
          const painted = () => new Promise(requestAnimationFrame);
          send("mousemove", "mousedown");
          await painted();
          await painted();
          send("mouseup", "click");
        }""",
        at,
    )

    expect(page.locator(".card h2")).to_have_text("Ansible")


def test_a_node_stays_where_it_was_dragged(open_page: Open) -> None:
    page = open_page(f"#/graph?{KUBESPRAY}")
    at = place_of(page, "ansible")

    page.mouse.move(at["x"], at["y"])
    page.mouse.down()
    page.mouse.move(at["x"] + 40, at["y"] + 30, steps=4)
    page.mouse.up()

    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    assert "pin=ansible:" in page.url


def test_a_hand_that_trembles_selects_and_pins_nothing(open_page: Open) -> None:
    page = open_page(f"#/graph?{KUBESPRAY}")
    at = place_of(page, "ansible")

    page.mouse.move(at["x"], at["y"])
    page.mouse.down()
    for step in (1, 2, 1):
        page.mouse.move(at["x"] + step, at["y"])
    page.mouse.up()

    expect(page.locator(".card h2")).to_have_text("Ansible")
    assert "pin=" not in page.url


def test_how_two_are_connected_is_drawn_and_told(open_page: Open) -> None:
    page = open_page("#/graph")
    page.get_by_text("Path between two").click()
    choose(page, "From", "OVHcloud")
    choose(page, "To", "Ironic")

    page.get_by_label("all shortest").check()

    expect(page.get_by_text("3 paths of 3 steps")).to_be_visible()
    expect(page.get_by_text("OVHcloud is based on OpenStack").first).to_be_visible()
    expect(page.get_by_text("line 112").first).to_be_visible()
    expect(status(page)).to_have_text("6 entities, 8 relations")
    assert page.url.endswith("?find=all&from=ovhcloud&to=ironic")


def test_who_chooses_the_ends_of_a_path_by_keys_goes_on_from_there(open_page: Open) -> None:
    page = open_page("#/table")
    page.get_by_text("Path between two").click()
    choose(page, "From", "OVHcloud")

    expect(page.get_by_role("combobox", name="From", exact=True)).to_have_value("ovhcloud")
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="To", exact=True)).to_be_focused()
    page.get_by_role("button", name="Close").press("Enter")

    expect(page.locator("summary", has_text="Path between two")).to_be_focused()
    expect(page.get_by_role("combobox", name="From", exact=True)).to_be_hidden()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("from=chain-0&to=chain-9", "No path was found, but there may be one: longer ones were not looked for."),
        ("from=alone&to=other", "No path was found."),
        ("from=alone&to=alone", "Both are the same entity."),
        ("compare=alone,alone", "Both are the same entity."),
    ],
)
def test_why_no_path_was_found_is_said(options: str, words: str, open_page: Open, made_service: str) -> None:
    page = open_page(f"#/table?show=alone&{options}", address=made_service)

    expect(page.locator(".panels [role=status]").filter(has_text=words)).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_what_two_have_in_common_is_told_with_who_says_so(open_page: Open) -> None:
    page = open_page("#/table/kops?show=kops,kubespray")

    page.get_by_role("button", name="Compare", exact=True).click()
    choose(page, "The other", "Kubespray")

    both = page.locator(".compared")
    expect(both).to_contain_text("Kubernetes")
    expect(both).to_contain_text("Only kOps")


def test_what_no_document_describes_is_expanded_alone(open_page: Open, made_service: str) -> None:
    page = open_page("#/table/known?show=known", address=made_service)
    other = page.get_by_label("uses · not described")
    expect(page.locator(".expansions li").filter(has=other)).to_contain_text("2")

    other.check()

    expect(status(page)).to_have_text("3 entities, 2 relations")
    expect(other).to_be_checked()
    assert page.url.endswith("expand=known:uses:out:-")


def test_documents_are_expanded_and_collapsed_in_the_table_too(open_page: Open) -> None:
    page = open_page("#/table/kops?show=document%2Fcloud-index")
    rows = page.get_by_role("table", name="Entities").locator("tbody tr")
    expect(rows).to_have_count(1)

    page.get_by_role("button", name="Expand Cloud index").press("Enter")
    expect(rows).not_to_have_count(1)
    page.get_by_role("button", name="Collapse").press("Enter")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Expand all").press("Enter")

    expect(rows).not_to_have_count(1)


def test_the_legend_says_how_a_large_picture_is_drawn(open_page: Open, made_service: str) -> None:
    many = ",".join(f"many-{number}" for number in range(MANY))
    page = open_page(f"#/table?show={many}", address=made_service)

    expect(status(page)).to_have_text(f"{MANY} entities, {MANY * BESIDES} relations")

    expect(page.get_by_text("So many relations are hairlines without arrows")).to_be_visible()


def test_a_class_has_one_colour_in_the_dark(open_page: Open) -> None:
    page = open_page(f"#/table?{KUBESPRAY}", color_scheme="dark")
    dots = page.get_by_role("group", name="Entities").locator(".dot")
    expect(dots.first).to_be_visible()
    seen = dots.evaluate_all("all => all.map((one) => getComputedStyle(one).backgroundColor)")
    page.get_by_text("Share and export").click()

    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").click()

    drawn = re.findall(r'<circle[^>]* fill="#(\w\w)(\w\w)(\w\w)"', download.value.path().read_text(encoding="utf-8"))
    assert {f"rgb({', '.join(str(int(part, 16)) for part in one)})" for one in drawn} == set(seen)


def test_a_link_is_copied_without_a_clipboard_and_only_that_one(open_page: Open) -> None:
    page = open_page("#/table/kubespray?show=kubespray")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")  # as over plain HTTP
    page.get_by_text("Share and export").click()

    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    page.get_by_role("button", name="Expand Kubespray").click()

    expect(page.get_by_text("Copied.")).to_be_hidden()


def test_a_type_is_filtered_and_the_counts_are_those_of_the_lists(open_page: Open) -> None:
    page = open_page("#/table/kubernetes?show=kubernetes&expand=kubernetes")
    legend = page.get_by_role("group", name="Entities").get_by_role("button", name="cluster installer")
    rows = page.get_by_role("table", name="Entities").locator("tbody tr")
    installers = rows.filter(has=page.get_by_role("cell", name="cluster installer", exact=True))
    expect(installers).to_have_count(4)
    expect(legend).to_have_text("cluster installer 4")
    before = rows.count()

    legend.click()

    expect(rows).to_have_count(before - 4)
    expect(legend).to_have_attribute("aria-pressed", "false")
    assert "hide=type:ClusterInstaller" in page.url


def test_the_menu_leads_from_the_table_to_its_picture_and_back_to_what_was_left(open_page: Open) -> None:
    page = open_page("#/graph/ansible?show=ansible")
    expect(status(page)).to_have_text("1 entity, 0 relations")
    page.get_by_role("link", name="Table", exact=True).click()
    page.get_by_role("button", name="Expand Ansible").click()
    expect(status(page)).to_have_text("5 entities, 7 relations")
    menu = page.get_by_role("navigation", name="Views")

    menu.get_by_role("link", name="SPARQL").click()
    menu.get_by_role("link", name="Graph").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Table of the graph")
    expect(status(page)).to_have_text("5 entities, 7 relations")
    menu.get_by_role("link", name="Graph").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Graph")
    expect(status(page)).to_have_text("5 entities, 7 relations")


def test_who_selects_a_row_stays_where_it_is(open_page: Open) -> None:
    page = open_page("#/table/kubernetes?show=kubernetes&expand=kubernetes")
    row = page.get_by_role("table", name="Entities").locator("tbody tr").last

    row.get_by_role("button").first.click()

    expect(row).to_have_attribute("aria-current", "true")
    assert page.evaluate("scrollY") > 0


def test_what_was_done_is_undone_and_done_again(open_page: Open) -> None:
    page = open_page("#/graph/kubespray?show=kubespray")
    page.get_by_role("button", name="Expand all").click()
    expect(status(page)).to_have_text("6 entities, 9 relations")
    page.get_by_role("button", name="Hide", exact=True).click()
    expect(status(page)).to_have_text("5 entities, 4 relations")

    page.get_by_role("button", name="Undo").click()
    expect(status(page)).to_have_text("6 entities, 9 relations")
    page.get_by_role("button", name="Undo").click()
    expect(status(page)).to_have_text("1 entity, 0 relations")
    page.get_by_role("button", name="Redo").click()

    expect(status(page)).to_have_text("6 entities, 9 relations")


def test_a_link_shows_the_same_to_someone_else(open_page: Open) -> None:
    page = open_page("#/graph/kubespray?show=kubespray")
    page.get_by_role("button", name="Expand all").click()
    expect(status(page)).to_have_text("6 entities, 9 relations")
    page.get_by_role("group", name="Relations").get_by_role("button", name="in section").click()
    expect(status(page)).not_to_have_text("6 entities, 9 relations")
    at = place_of(page, "ansible")
    page.mouse.dblclick(at["x"], at["y"])
    expect(page.locator(".card h2")).to_have_text("Ansible")
    expect(status(page)).not_to_have_text("Arranging …")
    counts = status(page).inner_text()
    page.get_by_text("Share and export").click()
    link = page.get_by_label("Link to this view").input_value()

    other = open_page("#" + link.partition("#")[2])

    expect(status(other)).to_have_text(counts)
    expect(other.locator(".card h2")).to_have_text("Ansible")
    for slug in ("kubespray", "ansible", "kubernetes", "red-hat"):
        assert place_of(other, slug) == place_of(page, slug)


def test_an_edge_says_who_states_it(open_page: Open) -> None:
    page = open_page(f"#/table?{KUBESPRAY}&inferred=1")

    page.get_by_role("button", name="Who says so? Kubespray uses tool Ansible").click()
    expect(page.locator(".told")).to_contain_text("line 45")
    page.get_by_role("button", name="Who says so? Kubespray depends on Ansible").click()

    expect(page.locator(".told").first).to_contain_text("Kubespray uses Ansible")


def test_a_part_says_how_many_more_there_are(open_page: Open) -> None:
    page = open_page("#/table/kubernetes?show=kubernetes&expand=kubernetes::::5")
    expect(page.locator(".more-of")).to_contain_text("5 of 27")

    page.get_by_role("button", name="Show 22 more").click()

    expect(page.get_by_role("table", name="Entities").locator("tbody tr")).to_have_count(28)


@pytest.mark.parametrize("kind", ["SVG", "PNG", "graphml"])
def test_what_is_seen_is_taken_along(kind: str, open_page: Open, tmp_path: Path) -> None:
    page = open_page(f"#/table/kubespray?{KUBESPRAY}&hide=type:Section,relation:inGroup")
    expect(status(page)).to_have_text("5 entities, 5 relations")
    page.get_by_text("Share and export").click()

    with page.expect_download() as download:
        if kind == "graphml":
            page.get_by_label("Format").select_option(kind)
        page.get_by_role("button", name="Download" if kind == "graphml" else kind).click()

    path = tmp_path / "file"
    download.value.save_as(path)
    content = path.read_bytes()
    if kind == "PNG":
        assert content.startswith(b"\x89PNG")
    else:
        assert content.count(b"<circle" if kind == "SVG" else b"<node ") == 5
        assert content.count(b'<path d="M' if kind == "SVG" else b"<edge ") == 5


@pytest.fixture
def flat_browser(browser: Browser) -> Iterator[Browser]:
    """A browser that cannot draw."""
    program = next(found for name in PROGRAMS if (found := shutil.which(name)))
    started = browser.browser_type.launch(executable_path=program, args=[*OPTIONS, "--disable-3d-apis"])
    yield started
    started.close()


def test_without_webgl_everything_can_be_done_in_the_table(flat_browser: Browser, service: str) -> None:
    page = flat_browser.new_page(locale="en-GB")
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{service}/#/graph/kubespray?show=kubespray")

    expect(page.get_by_text("This browser draws no graph")).to_be_visible()
    page.get_by_role("button", name="Expand Kubespray").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Entities").locator("tbody tr")).to_have_count(6)
    page.get_by_role("button", name="Select Ansible").press("Enter")
    page.get_by_role("button", name="Pin").press("Enter")
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    page.get_by_role("button", name="Hide Ansible").press("Enter")
    expect(page.get_by_role("table", name="Entities").locator("tbody tr")).to_have_count(5)
    assert troubles == []


@pytest.fixture(scope="module")
def made_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service on what real notes lack: targets that nobody describes, a long chain, and very many relations."""
    folder = tmp_path_factory.mktemp("made")
    entities = {
        "alone": thing(),
        "other": thing(),
        "known": thing("alone", "unknown-one", "unknown-other"),
        **{f"chain-{number}": thing(f"chain-{number + 1}") for number in range(9)},
        "chain-9": thing(),
        **{f"many-{number}": thing(*besides(number)) for number in range(MANY)},
    }
    (folder / "data/own").mkdir(parents=True)
    (folder / "data/own/made.yaml").write_text(json.dumps({"entities": entities}), encoding="utf-8")
    with running("--data", str(folder / "data"), "--state", str(folder / "state"), cwd=folder) as address:
        yield address


def thing(*used: str) -> dict[str, object]:
    return {"type": "ClusterInstaller", "name": "A thing", "relations": [{"uses": one} for one in used]}


def besides(number: int) -> list[str]:
    return [f"many-{(number + step) % MANY}" for step in range(1, BESIDES + 1)]


@pytest.fixture(scope="module")
def hostile_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service on an entity whose name would run."""
    folder = tmp_path_factory.mktemp("hostile")
    name = '<script>document.title="run"</script><img src=x onerror=document.title="run">'
    entities = {
        "bad": {"type": "Vendor", "name": name, "relations": [{"partOf": "good"}]},
        "good": {"type": "Vendor", "name": "Good & <b>bold</b>"},
    }
    (folder / "data/own").mkdir(parents=True)
    (folder / "data/own/names.yaml").write_text(json.dumps({"entities": entities}), encoding="utf-8")
    with running("--data", str(folder / "data"), "--state", str(folder / "state"), cwd=folder) as address:
        yield address


@pytest.mark.parametrize("place", ["graph", "table"])
def test_a_name_is_a_name_whatever_it_holds(place: str, open_page: Open, hostile_service: str) -> None:
    page = open_page(f"#/{place}/bad?show=bad&expand=bad&from=bad&to=good", address=hostile_service)

    expect(page.locator(".card h2")).to_contain_text('<script>document.title="run"</script>')
    expect(page.locator(".chain")).to_contain_text("Good & <b>bold</b>")
    page.get_by_text("Share and export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").click()

    assert b"<script" not in download.value.path().read_bytes()
    expect(page).to_have_title(re.compile(" · Cloud Index$"))


def test_what_a_link_names_and_is_gone_is_said(open_page: Open) -> None:
    page = open_page("#/graph?show=kubespray,nothing-of-the-kind")

    expect(page.get_by_text("There is no “nothing-of-the-kind” any more.")).to_be_visible()
    expect(status(page)).to_have_text("1 entity, 0 relations")


def test_the_graph_is_french_for_those_who_read_french(open_page: Open) -> None:
    page = open_page(f"#/graph/kubespray?{KUBESPRAY}", locale="fr-FR", color_scheme="dark")

    expect(page.get_by_role("button", name="Masquer", exact=True)).to_be_visible()
    expect(page.get_by_role("group", name="Relations")).to_contain_text("utilise l’outil")
    expect(status(page)).to_have_text("6 entités, 9 relations")


@pytest.mark.parametrize("view", VIEWS)
def test_the_graph_fits_a_phone(view: str, open_page: Open) -> None:
    page = open_page(view, viewport={"width": 360, "height": 740})
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_bars_the_way_to_the_graph(view: str, colours: str, open_page: Open) -> None:
    page = open_page(view, color_scheme=colours)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert barriers(page) == []
