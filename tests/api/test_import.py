"""``cloudindex import``: from a note to a draft, and again when the note has changed."""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from graph.errors import ImportRefusedError
from tests.conftest import KNOWLEDGE_TEXT, NOTE, NOTE_TEXT

MARKDOWN = """\
# Installers

- Kubespray: uses Ansible
- Kubespray is built on Terraform
"""
ACCEPTED = "accepted: {by: Ada, on: 2026-11-25}"


@dataclass(frozen=True)
class Run:
    """What a command did."""

    code: int
    output: str
    errors: str


@dataclass(frozen=True)
class Place:
    """A folder with a note and documents."""

    folder: Path

    @property
    def note(self) -> Path:
        return self.folder / "mine.md"

    @property
    def draft(self) -> Path:
        return self.folder / "mine.yaml"

    def run(self, *arguments: str, given: bytes = b"") -> Run:
        """Run the command within this process, which is much quicker."""
        with contextlib.chdir(self.folder):
            done = CliRunner().invoke(
                app, ["import", *arguments, "--data", "data"], input=given, catch_exceptions=False
            )
        return Run(done.exit_code, done.stdout, done.stderr)

    def run_as_program(self, *arguments: str) -> Run:
        """Run the command as people do."""
        command = (sys.executable, "-m", "api.cli", "import", *arguments, "--data", "data")
        done = subprocess.run(command, cwd=self.folder, capture_output=True, check=False, timeout=120)
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    def refusal(self, *arguments: str) -> str:
        """Return why a command is refused."""
        with contextlib.chdir(self.folder):
            done = CliRunner().invoke(app, ["import", *arguments, "--data", "data"])
        if isinstance(done.exception, SystemExit):
            return f"{done.exit_code}: {done.output}"
        assert isinstance(done.exception, ImportRefusedError | OSError)
        return str(done.exception)

    def check(self) -> str:
        """Return what `cloudindex check` says of the documents."""
        with contextlib.chdir(self.folder):
            return CliRunner().invoke(app, ["check", "--data", "data"]).stderr


@pytest.fixture
def place(tmp_path: Path) -> Place:
    notes = tmp_path / "data" / "notes"
    notes.mkdir(parents=True)
    (notes / "note.yaml").write_text(NOTE_TEXT, encoding="utf-8")
    (notes / "knowledge.yaml").write_text(KNOWLEDGE_TEXT, encoding="utf-8")
    (tmp_path / "mine.md").write_text(MARKDOWN, encoding="utf-8")
    return Place(tmp_path)


def test_a_note_becomes_a_draft_beside_it_that_accepts_nothing(place: Place) -> None:
    run = place.run("mine.md")

    text = place.draft.read_text(encoding="utf-8")
    assert (run.code, run.output) == (0, "")
    assert "usesTool: ansible, line: 3" in text
    assert not any("accepted" in line for line in text.splitlines() if not line.startswith("#"))
    assert "proposed" in run.errors
    assert "by basis" in run.errors
    assert "--output FOLDER/notes/mine.yaml" in run.errors


def test_a_draft_in_the_data_is_good(place: Place) -> None:
    run = place.run("mine.md", "--output", "data/notes/mine.yaml")

    assert run.code == 0
    assert "cloudindex check" in run.errors
    assert "3 of 3 documents are good." in place.check()


def test_without_a_change_nothing_is_written(place: Place) -> None:
    place.run("mine.md")
    before = place.draft.stat().st_mtime_ns

    run = place.run("mine.md")

    assert place.draft.stat().st_mtime_ns == before
    assert "0 new, 0 moved, 0 vanished." in run.errors
    assert "mine.yaml is as it should be." in run.errors


def test_what_was_decided_stays_when_the_note_has_changed(place: Place) -> None:
    place.run("mine.md")
    text = place.draft.read_text(encoding="utf-8")
    at = text.index("}}", text.index("usesTool: ansible")) + 1
    place.draft.write_text(f"{text[:at]}, {ACCEPTED}{text[at:]}", encoding="utf-8")
    place.note.write_text(MARKDOWN.replace("- Kubespray: uses", "New.\n\n- kOps: uses Ansible\n- Kubespray: uses"))

    run = place.run("mine.md")

    after = place.draft.read_text(encoding="utf-8")
    assert run.code == 0
    assert after.count(ACCEPTED) == text.count(ACCEPTED) + 1
    assert "usesTool: ansible, line: 6" in after
    assert "+ line 5: kops: usesTool: ansible" in run.errors


def test_a_name_that_may_mean_several_is_decided_in_the_draft(place: Place) -> None:
    """As the draft says at its end: by what it calls so itself."""
    others = "document: {name: More}\nentities:\n"
    others += "".join(f"  kit-{slug}: {{type: Software, name: Toolkit}}\n" for slug in ("one", "two"))
    (place.folder / "data" / "notes" / "more.yaml").write_text(others, encoding="utf-8")
    (place.folder / "open.md").write_text("# Open\n\n- Toolkit: slow\n", encoding="utf-8")
    draft = place.folder / "open.yaml"

    assert "1 ambiguous" in place.run("open.md").errors
    assert "also: [Toolkit]" in draft.read_text(encoding="utf-8")
    text = draft.read_text(encoding="utf-8")
    own = "entities:\n  kit-two: {also: [Toolkit]}\n"
    draft.write_text(text.replace("entities: {}\n", own), encoding="utf-8")

    assert "ambiguous" not in place.run("open.md").errors
    assert "con: slow" in draft.read_text(encoding="utf-8")


def test_diff_says_what_would_change_and_writes_nothing(place: Place) -> None:
    first = place.run("mine.md", "--diff")
    assert (first.code, place.draft.exists()) == (1, False)
    assert "+entities:" in first.output
    place.run("mine.md")
    assert (place.run("mine.md", "--diff").code, place.run("mine.md", "--diff").output) == (0, "")
    before = place.draft.read_bytes()
    place.note.write_text(MARKDOWN + "- kOps: uses Ansible\n", encoding="utf-8")

    run = place.run("mine.md", "--diff")

    assert run.code == 1
    assert any(line.startswith("+") and "usesTool: ansible, line: 5" in line for line in run.output.splitlines())
    assert place.draft.read_bytes() == before


def test_a_note_from_the_input_goes_to_the_output(place: Place) -> None:
    run = place.run("-", given=MARKDOWN.encode())

    assert run.code == 0
    assert "usesTool: ansible, line: 3" in run.output
    assert sorted(path.name for path in place.folder.iterdir()) == ["data", "mine.md"]


def test_what_is_less_sure_can_be_left_out(place: Place) -> None:
    run = place.run("-", "--min-confidence", "1", given=MARKDOWN.encode())

    assert "usesTool" not in run.output
    assert run.code == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"one\ncaf\xe9\n", "is not UTF-8: byte 0xe9 on line 2"),
        (b"x" * ((2 << 20) + 1), "is larger than 2 MiB"),
    ],
)
def test_a_note_that_cannot_be_read_is_refused(place: Place, content: bytes, told: str) -> None:
    place.note.write_bytes(content)

    assert told in place.refusal("mine.md")
    assert not place.draft.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing.md",), "No such file or directory: 'nothing.md'"),
        (("data",), "data is a folder"),
        (("mine.md", "--output", "data"), "is a folder"),
        (("mine.md", "--output", "mine.md"), "is the note itself"),
        (("mine.md", "--output", "mine.txt"), "must end in .yaml"),
        (("mine.md", "--output", "….yaml"), "has no name for a document"),
        (("mine.md", "--output", "no/such/folder.yaml"), "folder.yaml"),
        (("mine.md", "--output", "data/notes/knowledge.yaml"), "reads no note"),
        (("mine.md", "--output", "data/notes/note.yaml"), "is the reading of another note, note.md"),
        (("mine.md", "--min-confidence", "2"), "--min-confidence"),
    ],
)
def test_what_cannot_be_done_is_said(place: Place, arguments: tuple[str, ...], told: str) -> None:
    before = {path: path.read_bytes() for path in place.folder.rglob("*") if path.is_file()}

    assert told in place.refusal(*arguments)
    assert {path: path.read_bytes() for path in place.folder.rglob("*") if path.is_file()} == before


def test_a_refusal_is_one_sentence_and_an_exit_code(place: Place) -> None:
    run = place.run_as_program("nothing.md")

    assert (run.code, run.output) == (2, "")
    assert run.errors == "cloudindex: nothing.md: No such file or directory.\n"


def test_a_draft_that_is_not_good_is_left_alone_and_told_where(place: Place) -> None:
    place.run("mine.md")
    bad = place.draft.read_text(encoding="utf-8").replace("usesTool: ansible", "usesTol: ansible")
    place.draft.write_text(bad, encoding="utf-8")
    line = next(number for number, text in enumerate(bad.splitlines(), start=1) if "usesTol" in text)

    run = place.run_as_program("mine.md")

    assert run.code == 2
    assert f"mine.yaml:{line}:" in run.errors
    assert "usesTool" in run.errors
    assert place.draft.read_text(encoding="utf-8") == bad


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever may do everything may write here, too")
def test_a_folder_that_cannot_be_written_is_told(place: Place) -> None:
    place.folder.chmod(0o555)
    try:
        run = place.run_as_program("mine.md")
    finally:
        place.folder.chmod(0o755)

    assert run.code == 2
    assert "mine.yaml: Permission denied" in run.errors


def test_a_full_disk_leaves_the_old_draft_whole(place: Place) -> None:
    """The limit on the size of files stands for the disk."""
    place.run("mine.md")
    before = place.draft.read_bytes()
    place.note.write_text(MARKDOWN + "".join(f"- kOps: uses Ansible {number}\n" for number in range(200)))
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); "
        "sys.argv = ['cloudindex', 'import', 'mine.md', '--data', 'data']; from api.cli import main; main()"
    )

    done = subprocess.run(
        (sys.executable, "-c", limited), cwd=place.folder, capture_output=True, check=False, timeout=120
    )

    assert done.returncode == 2
    assert b"mine.yaml: File too large." in done.stderr
    assert place.draft.read_bytes() == before
    assert sorted(path.name for path in place.folder.iterdir()) == ["data", "mine.md", "mine.yaml"]


@pytest.mark.skipif(not NOTE.is_file(), reason=f"{NOTE} is not there")
def test_the_first_note_becomes_a_draft_that_is_good_and_stays_as_it_is(place: Place) -> None:
    place.note.write_bytes(NOTE.read_bytes())

    first = place.run("mine.md", "--output", "data/notes/mine.yaml")
    again = place.run("mine.md", "--output", "data/notes/mine.yaml", "--diff")

    assert first.code == 0
    assert (again.code, again.output) == (0, "")
    assert "3 of 3 documents are good." in place.check()
