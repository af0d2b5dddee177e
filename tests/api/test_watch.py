"""``serve --watch``: whatever way a file is saved, it is published soon, and a bad one harms nobody."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from tests.api.writers import Desk, desk, prepare
from tests.conftest import NOTE_TEXT

WAIT_SECONDS = 60
ROOK = "entities: {rook: {type: Client, name: Rook}}"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A service that watches its folder; each test changes documents of its own."""
    folder = prepare(tmp_path_factory.mktemp("watch"))
    with desk(folder, "--watch") as one:
        until(lambda: one.client.get("/readyz").status_code == 200)
        yield one


def until(holds: Callable[[], bool]) -> None:
    """Return when something holds, as it must after a while."""
    end = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < end, "it has not come about"
        time.sleep(0.05)


def name_of(one: Desk, slug: str) -> str:
    return str(one.client.get(f"/api/entities/{slug}").json().get("name", ""))


def problems(one: Desk, document: str) -> list[str]:
    found = one.client.get("/api/validation").json()["problems"]
    return [problem["code"] for problem in found if problem["document"] == document]


def document(name: str) -> str:
    return ROOK.replace("rook", name.lower()).replace("Rook", name)


def truncate_and_write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def rename_over(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def keep_a_copy(path: Path, text: str) -> None:
    if path.exists():
        path.replace(path.with_name(f"{path.name}~"))
    path.write_text(text, encoding="utf-8")


def write_slowly(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for letter in text:
            file.write(letter)
            file.flush()
            time.sleep(0.004)


def remove_and_write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


WAYS = (truncate_and_write, rename_over, keep_a_copy, write_slowly, remove_and_write)


@pytest.mark.parametrize("save", WAYS, ids=lambda save: save.__name__)
def test_a_document_is_published_whatever_way_it_is_saved(save: Callable[[Path, str], None], shared: Desk) -> None:
    slug = save.__name__.replace("_", "-")
    path = shared.data / "notes" / f"{slug}.yaml"

    save(path, document("First").replace("first", slug))
    until(lambda: name_of(shared, slug) == "First")
    save(path, document("Second").replace("second", slug))

    until(lambda: name_of(shared, slug) == "Second")
    assert problems(shared, slug) == []


def test_a_bad_save_keeps_the_good_version_and_shows_its_verdict_until_it_is_mended(shared: Desk) -> None:
    path = shared.data / "notes" / "mended.yaml"
    path.write_text(document("Mended"), encoding="utf-8")
    until(lambda: name_of(shared, "mended") == "Mended")

    path.write_text(document("Mended").replace("Client", "Clint"), encoding="utf-8")
    until(lambda: problems(shared, "mended") == ["type-unknown"])

    (problem,) = shared.client.get("/api/validation", params={"document": "mended"}).json()["problems"]
    assert (problem["status"], problem["suggestions"], problem["place"]["column"]) == ("new", ["Client"], 27)
    assert name_of(shared, "mended") == "Mended"
    path.write_text(document("Mended"), encoding="utf-8")
    until(lambda: problems(shared, "mended") == [])
    page = shared.client.get("/api/validation", params={"document": "mended"}).json()
    assert [one["code"] for one in page["fixed"]] == ["type-unknown"]


def test_folders_come_and_get_other_names_and_go(shared: Desk) -> None:
    folder = shared.data / "more" / "deep"
    folder.mkdir(parents=True)
    (folder / "folded.yaml").write_text(document("Folded"), encoding="utf-8")
    until(lambda: name_of(shared, "folded") == "Folded")

    folder.parent.replace(shared.data / "other")
    until(lambda: "data/other/deep/folded.yaml" in shared.client.get("/api/documents").text)

    shutil.rmtree(shared.data / "other")
    until(lambda: name_of(shared, "folded") == "")


def test_many_files_at_once_are_published_together(shared: Desk) -> None:
    before = shared.generation
    for number in range(60):
        (shared.data / "notes" / f"many{number}.yaml").write_text(document(f"Many{number}"), encoding="utf-8")

    until(lambda: all(name_of(shared, f"many{number}") for number in (0, 30, 59)))

    assert shared.generation - before < 20


def test_what_is_written_over_http_and_what_is_saved_stay_side_by_side(shared: Desk) -> None:
    path = shared.data / "notes" / "beside.yaml"
    path.write_text(document("Beside"), encoding="utf-8")

    assert shared.put("mine", document("Mine")).status_code == 201
    until(lambda: name_of(shared, "beside") == "Beside")
    path.unlink()
    until(lambda: name_of(shared, "beside") == "")

    assert name_of(shared, "mine") == "Mine"


def test_files_that_are_no_documents_publish_nothing(shared: Desk) -> None:
    until(lambda: not problems(shared, "nothing"))
    before = shared.generation
    for name in ("notes.txt", ".hidden.yaml", "a.yaml~", ".git/a.yaml", "4913"):
        path = shared.data / "notes" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(ROOK, encoding="utf-8")
    (shared.data / "notes" / "last.yaml").write_text(document("Last"), encoding="utf-8")

    until(lambda: name_of(shared, "last") == "Last")

    assert (shared.generation - before, name_of(shared, "rook")) == (1, "")


def test_what_a_link_leads_to_may_be_another_folder(shared: Desk) -> None:
    """So folders of configuration are swapped where containers run."""
    for name in ("one", "two"):
        (shared.folder / name).mkdir()
        (shared.folder / name / "linked.yaml").write_text(document("Linked").replace("Linked", name), encoding="utf-8")
    (shared.data / "..data").symlink_to(shared.folder / "one")
    (shared.data / "linked.yaml").symlink_to(Path("..data") / "linked.yaml")
    until(lambda: name_of(shared, "linked") == "one")

    (shared.data / "..new").symlink_to(shared.folder / "two")
    (shared.data / "..new").replace(shared.data / "..data")

    until(lambda: name_of(shared, "linked") == "two")


def test_the_folder_itself_may_go_and_come_back(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    with desk(folder, "--watch") as one:
        until(lambda: one.client.get("/readyz").status_code == 200)
        one.data.replace(folder / "away")
        until(lambda: one.client.get("/readyz").status_code == 503)
        assert name_of(one, "kubespray") == "Kubespray"
        assert "the folder is not there" in one.client.get("/readyz").text

        shutil.copytree(folder / "away", one.data)
        (one.data / "notes" / "new.yaml").write_text(document("New"), encoding="utf-8")
        until(lambda: name_of(one, "new") == "New")
        until(lambda: one.client.get("/readyz").status_code == 200)
        (one.data / "notes" / "new.yaml").write_text(document("Newer").replace("newer", "new"), encoding="utf-8")
        until(lambda: name_of(one, "new") == "Newer")


def test_a_verdict_is_told_in_the_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = prepare(tmp_path)
    with desk(folder, "--watch", CLOUDINDEX_LOG="json") as one:
        until(lambda: one.client.get("/readyz").status_code == 200)
        (one.data / "notes" / "note.yaml").write_text(NOTE_TEXT.replace("usesTool", "usesTol"), encoding="utf-8")
        until(lambda: problems(one, "note") == ["relation-unknown"])
        time.sleep(0.3)

    lines = [orjson.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    told = [line for line in lines if line.get("logger") == "cloudindex.watch"]
    assert any(line["message"] == "generation 2 is published: note changed" for line in told)
    (verdict,) = [line["verdict"] for line in told if "verdict" in line]
    assert (verdict["code"], verdict["suggestions"]) == ("relation-unknown", ["usesTool"])


def test_a_file_that_may_not_be_read_keeps_its_good_version(shared: Desk) -> None:
    if os.geteuid() == 0:
        pytest.skip("this user may read everything")
    path = shared.data / "notes" / "locked.yaml"
    path.write_text(document("Locked"), encoding="utf-8")
    until(lambda: name_of(shared, "locked") == "Locked")

    path.chmod(0)

    until(lambda: problems(shared, "locked") == ["file-unreadable"])
    assert name_of(shared, "locked") == "Locked"
