"""``cloudindex check``: its forms, its comparison with an earlier report, its paths, and how it ends."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
import yaml

from tests.api.test_cli import Place, Run, assert_is_one_sentence, place
from tests.conftest import NOTE_TEXT

BAD = NOTE_TEXT.replace("usesTool", "usesTol")
LINE = next(number for number, text in enumerate(BAD.splitlines(), start=1) if "usesTol" in text)
WARNED = NOTE_TEXT.replace("usesTool: ansible", "usesTool: ansibel")


@pytest.fixture
def here(tmp_path: Path) -> Place:
    """A folder with a bad document."""
    found = place(tmp_path)
    keep(found, BAD)
    (tmp_path / "data/notes/knowledge.yaml").unlink()
    return found


def keep(here: Place, text: str, name: str = "note.yaml") -> None:
    (here.folder / "data/notes" / name).write_text(text, encoding="utf-8")


def first_line(run: Run) -> str:
    return run.text.splitlines()[0]


def test_the_line_is_shown_with_a_mark_below_what_is_meant(here: Place) -> None:
    run = here.run("check")

    _, text, mark = run.text.splitlines()[:3]
    assert run.code == 1
    assert text == f"  {LINE} |       - {{usesTol: ansible, line: 3}}"
    assert text[mark.index("^") : mark.rindex("^") + 1] == "usesTol"


def test_a_table_whose_mapping_is_wrong_is_one_bad_document(here: Place) -> None:
    keep(here, "Nom\nCeph\n", "tools.csv")
    keep(here, "type: Softwar\ncolumns: {Nom: name}\n", "tools.csv.yaml")
    run = here.run("check")

    assert run.code == 1
    assert "tools.csv.yaml:1:7: violation: type: there is no class “Softwar”. Did you mean Software?" in run.text
    assert "  1 | type: Softwar\n    |       ^^^^^^^" in run.text


def test_a_bracket_that_is_left_open_is_told_with_its_line(here: Place) -> None:
    keep(here, "document: {name: A}\nentities: [\n  a\n")

    assert "while parsing a flow sequence that begins on line 2" in here.run("check").text


def test_the_compact_form_is_a_line_for_each_problem(here: Place) -> None:
    run = here.run("check", "--format", "compact")

    assert all(line.startswith("data/notes/") for line in run.text.splitlines())
    assert run.text.splitlines()[0].startswith(f"data/notes/note.yaml:{LINE}:10: violation: Kubespray")


@pytest.mark.parametrize("form", ["json", "turtle", "json-ld", "n-triples", "rdf-xml", "sarif", "github"])
def test_every_form_can_be_had(form: str, here: Place) -> None:
    run = here.run("check", "--format", form)

    assert run.code == 1
    assert "relation-unknown" in run.text


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (NOTE_TEXT, (), 0),
        (BAD, (), 1),
        (BAD, ("--fail-on", "never"), 0),
        (WARNED, (), 0),
        (WARNED, ("--fail-on", "warning"), 1),
        (WARNED, ("--fail-on", "wraning"), 2),
        (WARNED, ("--against", "nothing.json"), 2),
    ],
)
def test_the_exit_code_says_how_it_went(text: str, options: tuple[str, ...], code: int, here: Place) -> None:
    keep(here, text)

    assert here.run("check", *options).code == code


def test_a_check_is_compared_with_what_was_published_last(here: Place) -> None:
    here.run("build")
    keep(here, f"# a line more\n{BAD}".replace("Simple, lang: fr", "Simple, lang: french"))

    told = [line for line in here.run("check").text.splitlines() if line.startswith("data/")]

    assert ["new" in line for line in told] == [False, True]
    keep(here, NOTE_TEXT)
    run = here.run("check")
    assert first_line(run).startswith(f"data/notes/note.yaml:{LINE}:10: fixed violation: ")
    assert run.text.splitlines()[-1] == "nothing is wrong: 1 fixed."
    assert run.code == 0


def test_a_check_is_compared_with_a_report_in_a_file(here: Place) -> None:
    (here.folder / "before.json").write_bytes(here.run("check", "--format", "json").output)

    run = here.run("check", "--against", "before.json", "--only-new", "--format", "json")

    found = orjson.loads(run.output)
    assert run.code == 0
    assert found["statuses"] == {"new": 0, "still-there": 1, "fixed": 0}
    keep(here, "entities: [", "other.yaml")
    assert here.run("check", "--against", "before.json", "--only-new").code == 1


def test_a_file_that_is_no_report_is_one_sentence(here: Place) -> None:
    (here.folder / "before.json").write_text("{}", encoding="utf-8")

    assert_is_one_sentence(here.run("check", "--against", "before.json"))


def test_what_was_written_over_http_is_not_taken_for_fixed(here: Place) -> None:
    keep(here, NOTE_TEXT)
    here.run("build")

    assert here.run("check", "--format", "json").text.count("status") == 1


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_paths_begin_in_the_root_of_the_repository(form: str, tmp_path: Path) -> None:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    (tmp_path / "docs" / "graph").mkdir(parents=True)
    inner = place(tmp_path / "docs" / "graph")
    keep(inner, BAD)

    run = inner.run("check", "--format", form)

    path = "docs/graph/data/notes/note.yaml"
    assert (f"file={path}," if form == "github" else f'"uri": "{path}"') in run.text


def test_paths_for_people_begin_where_they_are(here: Place) -> None:
    (here.folder / "elsewhere").mkdir()

    inside = Place(here.folder / "data").run("check", "--data", ".", "--format", "compact")
    beside = Place(here.folder / "elsewhere").run("check", "--data", "../data", "--format", "compact")

    assert first_line(beside).startswith("../data/notes/note.yaml:")
    assert first_line(inside).startswith("../data/notes/note.yaml:")
    assert (here.folder / "data" / first_line(inside).partition(":")[0]).is_file()


def test_an_annotation_is_a_command_of_github(here: Place) -> None:
    run = here.run("check", "--format", "github")

    assert first_line(run) == (
        f"::error file=data/notes/note.yaml,line={LINE},col=10,endColumn=17,title=Kubespray · relations"
        "::there is no relation “usesTol”. Did you mean usesTool? [relation-unknown]"
    )


def test_the_hook_for_commits_checks_the_folder(here: Place) -> None:
    """The program is this one; what the hook calls is as the file at the root has it."""
    root = Path(__file__).parents[2]
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    configuration = {
        "repos": [
            {"repo": "local", "hooks": [{**hook, "language": "system", "entry": f"{sys.executable} -m api.cli check"}]}
        ]
    }
    (here.folder / ".pre-commit-config.yaml").write_bytes(orjson.dumps(configuration))
    commands = (("git", "init", "--quiet"), ("git", "add", "data", ".pre-commit-config.yaml"))
    for command in commands:
        subprocess.run(command, cwd=here.folder, check=True)

    def commit() -> "subprocess.CompletedProcess[str]":
        run = (sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never")
        environment = {**os.environ, "PYTHONPATH": str(root), "PRE_COMMIT_HOME": str(here.folder / "home")}
        return subprocess.run(run, cwd=here.folder, env=environment, capture_output=True, text=True, check=False)

    refused = commit()
    keep(here, NOTE_TEXT)
    subprocess.run(commands[1], cwd=here.folder, check=True)
    accepted = commit()

    assert (refused.returncode, accepted.returncode) == (1, 0)
    assert f"data/notes/note.yaml:{LINE}:10: violation: Kubespray" in refused.stdout
    assert hook["entry"] == "cloudindex check"
