"""Verdicts: the report by document, and the judgement of a document that is pasted or chosen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from graph.codes import CODES
from tests.api.writers import prepare
from tests.browser.conftest import Open
from tests.conftest import running

BAD = """\
entities:
  foo:
    type: Clint
    name: Foo
    relations:
      - {uses: nobody}
"""


# More than are told at first.
MANY = 150


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with documents that are held back."""
    folder = prepare(tmp_path_factory.mktemp("troubled"))
    (folder / "data" / "notes" / "bad.yaml").write_text(BAD, encoding="utf-8")
    many = "".join(f"  many-{number}: {{type: Clint, name: Many {number}}}\n" for number in range(MANY))
    (folder / "data" / "notes" / "many.yaml").write_text(f"entities:\n{many}", encoding="utf-8")
    options = ("--data", str(folder / "data"), "--state", str(folder / "state"))
    with running(*options, cwd=folder, log=folder / "log") as address:
        yield address


def test_a_verdict_says_where_what_and_what_instead(open_page: Open, troubled: str) -> None:
    page = open_page("#/verdicts", address=troubled)

    told = page.get_by_role("listitem").filter(has_text="There is no class “Clint”").first

    expect(page.get_by_role("link", name="data/notes/bad.yaml")).to_be_visible()
    expect(told).to_contain_text("line 3, column 11")
    expect(told).to_contain_text("Did you mean Client?")
    expect(told.locator("mark")).to_have_text("Clint")
    expect(told).to_contain_text("type-unknown")


def test_verdicts_are_filtered_and_the_address_holds_it(open_page: Open, troubled: str) -> None:
    page = open_page("#/verdicts", address=troubled)
    page.get_by_label("How grave").select_option("violation")
    expect(page.locator(".badge.warning")).to_have_count(0)

    other = open_page(f"#{page.url.rpartition('/#')[2]}", address=troubled)

    expect(other.get_by_label("How grave")).to_have_value("violation")
    expect(other.locator(".badge.violation").first).to_be_visible()
    expect(other.locator(".badge.warning")).to_have_count(0)
    assert "severity=violation" in page.url


def test_counts_are_those_of_the_lists_that_they_lead_to(open_page: Open, troubled: str) -> None:
    page = open_page("#/verdicts?severity=violation", address=troubled)
    expect(page.locator(".verdict-document")).not_to_have_count(0)
    choice = page.get_by_label("Document")
    expect(choice).to_contain_text("bad (")

    options = [one for one in choice.locator("option").all_inner_texts() if "(" in one]
    counts = {name: int(count) for name, count in (one.rstrip(")").split(" (") for one in options)}
    total = page.get_by_role("status").filter(has_text="verdicts").inner_text()
    assert f"{sum(counts.values())} verdicts" == total

    assert counts["many"] >= MANY
    heading = page.locator(".verdict-document h3").filter(has_text="many.yaml")
    expect(heading.locator(".count")).to_have_text(str(counts["many"]))
    choice.select_option("bad")
    expect(page.locator(".verdict-document li")).to_have_count(counts["bad"])
    page.get_by_role("link", name="data/notes/bad.yaml").click()
    expect(page.locator(".verdict-document li")).to_have_count(counts["bad"])


def test_a_pasted_document_is_judged_and_mended_beside_its_lines(open_page: Open) -> None:
    page = open_page("#/verdicts?tab=check")
    text = page.get_by_role("textbox", name="Document")
    text.fill(BAD)
    page.get_by_role("button", name="Check", exact=True).click()

    expect(page.get_by_text("It would be held back.")).to_be_visible()
    expect(page.locator(".annotated li").filter(has_text="There is no class").locator("mark")).to_have_text("Clint")
    page.get_by_role("button", name="Go to line 3, column 11").click()
    chosen = "one => one.value.slice(one.selectionStart, one.selectionEnd)"
    assert text.evaluate(chosen) == "Clint"
    page.get_by_role("button", name="Put Client in its place").click()

    expect(page.get_by_text("It could be published, with these remarks.")).to_be_visible()
    assert text.input_value() == BAD.replace("Clint", "Client")


def test_all_that_is_meant_in_a_line_is_marked_and_each_kind_says_what_helps(open_page: Open) -> None:
    page = open_page("#/verdicts?tab=check")
    page.get_by_role("textbox", name="Document").fill("entities: {foo: {type: Clint, nam: Foo}}")
    page.get_by_role("button", name="Check", exact=True).click()

    line = page.locator(".annotated li").first
    expect(line.locator("mark")).to_have_text(["foo", "Clint", "nam"])
    line.get_by_text("type-unknown").click()

    expect(line.locator("details[open]")).to_contain_text(CODES["type-unknown"].help)


def test_a_chosen_file_is_judged_as_what_its_name_says(open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text("@prefix ci: <https://w3id.org/cloudindex/ontology#> .\nid:x a ci:Client .\n", encoding="utf-8")
    page = open_page("#/verdicts?tab=check")

    page.locator("input[type=file]").set_input_files(path)

    expect(page.get_by_label("Kind")).to_have_value(".ttl")
    expect(page.get_by_text("It would be held back.")).to_be_visible()
    expect(page.get_by_text("rdf-syntax")).to_be_visible()


def test_leaving_and_coming_back_keeps_the_document(open_page: Open) -> None:
    page = open_page("#/verdicts?tab=check")
    page.get_by_role("textbox", name="Document").fill("entities: {}")
    page.get_by_role("link", name="Report").click()

    page.get_by_role("link", name="Check a document").click()

    expect(page.get_by_role("textbox", name="Document")).to_have_value("entities: {}")


def test_a_file_that_was_changed_is_taken_again(open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("entities: {}", encoding="utf-8")
    page = open_page("#/verdicts?tab=check")
    text = page.get_by_role("textbox", name="Document")
    chooser = page.locator("input[type=file]")
    chooser.set_input_files(path)
    expect(text).to_have_value("entities: {}")

    assert chooser.input_value() == ""
    path.write_text(BAD, encoding="utf-8")
    chooser.set_input_files(path)

    expect(text).to_have_value(BAD)


@pytest.mark.parametrize(("kind", "is_taken"), [("text/plain", True), ("file", False)])
def test_text_that_is_dropped_is_left_to_the_field(kind: str, is_taken: bool, open_page: Open) -> None:
    page = open_page("#/verdicts?tab=check")
    drop = """([target, kind]) => {
        const dataTransfer = new DataTransfer();
        if (kind === "file") dataTransfer.items.add(new File(["entities: {}"], "a.yaml"));
        else dataTransfer.setData(kind, "entities: {}");
        const wishes = { dataTransfer, bubbles: true, cancelable: true };
        return ["dragover", "drop"].map((name) => target.dispatchEvent(new DragEvent(name, wishes)));
    }"""

    left = page.evaluate(drop, [page.get_by_role("textbox", name="Document").element_handle(), kind])

    assert left == [is_taken, is_taken]


def test_a_kind_that_was_chosen_stays_whatever_is_pasted(open_page: Open) -> None:
    page = open_page("#/verdicts?tab=check")
    page.get_by_label("Kind").select_option(".md")

    page.get_by_role("textbox", name="Document").fill("entities: {}")

    expect(page.get_by_label("Kind")).to_have_value(".md")
