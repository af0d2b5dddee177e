"""The command line, run as people run it: what it prints, where, and with which exit code."""

import csv
import io
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import networkx
import orjson
import pytest
import rdflib
from typer.testing import CliRunner

from api.cli import app
from tests.conftest import KNOWLEDGE_TEXT, NOTE_TEXT, ROOT

TOOLS = "SELECT ?tool ?name { id:kubespray ci:usesTool ?tool . ?tool schema:name ?name }"
COMMANDS = ("check", "build", "serve", "import", "query", "export")


@dataclass(frozen=True, slots=True)
class Run:
    """What a command printed, and how it ended."""

    code: int
    output: bytes
    errors: str

    @property
    def text(self) -> str:
        """The output as text."""
        return self.output.decode()


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to work in, with documents in ``data`` and generations in ``state``."""

    folder: Path

    def run(self, *arguments: str, text: str = "", **environment: str) -> Run:
        """Run the command line here."""
        command = (sys.executable, "-m", "api.cli", *arguments)
        settings = {"CLOUDINDEX_DATA": "data", "CLOUDINDEX_STATE": "state", "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
        done = subprocess.run(
            command,
            input=text.encode(),
            capture_output=True,
            cwd=self.folder,
            env={**os.environ, **settings, **environment},
            timeout=60,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr.decode())


def place(folder: Path) -> Place:
    """Return a place with the two small documents."""
    notes = folder / "data" / "notes"
    notes.mkdir(parents=True)
    (notes / "note.yaml").write_text(NOTE_TEXT, encoding="utf-8")
    (notes / "knowledge.yaml").write_text(KNOWLEDGE_TEXT, encoding="utf-8")
    return Place(folder)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The two small documents; nobody changes them."""
    return place(tmp_path_factory.mktemp("cli"))


@pytest.fixture
def own(tmp_path: Path) -> Place:
    """The two small documents, to be changed."""
    return place(tmp_path)


def assert_is_one_sentence(run: Run) -> None:
    """Check that a command failed as it should: a sentence for people, no stack trace, nothing on the output."""
    assert run.code == 2
    assert run.output == b""
    assert "Traceback" not in run.errors
    assert re.match(r"cloudindex: .+\.?\n$", run.errors)


# --- Help ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_ends_with_an_example(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"])

    assert shown.exit_code == 0
    assert shown.output.rstrip().splitlines()[-1].strip().startswith(f"Example: cloudindex {command}")


@pytest.mark.parametrize("command", ["create", "list", "revoke"])
def test_the_help_of_a_command_about_tokens_ends_with_an_example(command: str) -> None:
    shown = CliRunner().invoke(app, ["token", command, "--help"])

    assert shown.exit_code == 0
    assert shown.output.rstrip().splitlines()[-1].strip().startswith(f"Example: cloudindex token {command}")


@pytest.mark.parametrize("arguments", [("--help",), ()])
def test_the_help_names_every_command(arguments: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, arguments)

    assert all(re.search(rf"^ +{command} ", shown.output, re.MULTILINE) for command in (*COMMANDS, "token"))


# --- check -----------------------------------------------------------------------------------


def test_good_documents_are_said_to_be_good(here: Place) -> None:
    run = here.run("check")

    assert run.code == 0
    assert "2 of 2 documents are good." in run.text + run.errors


def test_a_bad_document_is_told_with_file_line_and_fix(own: Place) -> None:
    bad = NOTE_TEXT.replace("usesTool", "usesTol")
    (own.folder / "data/notes/note.yaml").write_text(bad, encoding="utf-8")
    line = next(number for number, text in enumerate(bad.splitlines(), start=1) if "usesTol" in text)

    run = own.run("check")

    assert run.code == 1
    assert f"notes/note.yaml:{line}:" in run.text + run.errors
    assert "usesTool" in run.text + run.errors
    assert "1 of 2 documents are good." in run.text + run.errors


def test_a_bad_document_is_told_to_programs_as_json(own: Place) -> None:
    (own.folder / "data/notes/note.yaml").write_text(NOTE_TEXT.replace("usesTool", "usesTol"), encoding="utf-8")

    run = own.run("check", "--format", "json")

    (problem,) = [one for one in orjson.loads(run.output)["problems"] if one["severity"] == "violation"]
    assert run.code == 1
    assert problem["code"] == "relation-unknown"
    assert problem["place"]["path"].endswith("notes/note.yaml")
    assert problem["place"]["line"] > 1


def test_nothing_wrong_is_a_report_without_problems_in_json(here: Place) -> None:
    run = here.run("check", "--format", "json")

    report = orjson.loads(run.output)
    assert (run.code, report["conforms"], report["problems"]) == (0, True, [])


def test_a_format_that_the_check_does_not_have_is_refused(here: Place) -> None:
    run = here.run("check", "--format", "jsn")

    assert run.code == 2
    assert "json" in run.errors


# --- build -----------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_built_again(own: Place) -> None:
    first = own.run("build")

    second = own.run("build")

    assert (first.code, second.code) == (0, 0)
    assert first.text == second.text
    assert first.text.startswith("Generation 1: 2 of 2 documents current, ")


def test_a_changed_document_is_built(own: Place) -> None:
    own.run("build")
    (own.folder / "data/notes/note.yaml").write_text(NOTE_TEXT.replace("kOps", "kops"), encoding="utf-8")

    run = own.run("build")

    assert run.text.startswith("Generation 2: ")


def test_a_bad_document_does_not_hold_up_the_others(own: Place) -> None:
    (own.folder / "data/notes/bad.yaml").write_text("entities: [", encoding="utf-8")

    run = own.run("build")

    assert run.code == 1
    assert "Generation 1: 2 of 3 documents current" in run.text
    assert "notes/bad.yaml:" in run.text + run.errors


# --- query -----------------------------------------------------------------------------------


def test_an_answer_is_a_table_for_people(here: Place) -> None:
    run = here.run("query", TOOLS)

    assert run.code == 0
    assert [line.split() for line in run.text.strip().splitlines()][-1] == ["id:ansible", "Ansible"]


def test_an_answer_is_csv_for_spreadsheets(here: Place) -> None:
    run = here.run("query", TOOLS, "--format", "csv")

    rows = list(csv.reader(io.StringIO(run.text)))
    assert rows == [["tool", "name"], ["https://w3id.org/cloudindex/id/ansible", "Ansible"]]


def test_an_answer_is_json_for_programs(here: Place) -> None:
    run = here.run("query", TOOLS, "-f", "json")

    (row,) = orjson.loads(run.output)["results"]["bindings"]
    assert row["name"]["value"] == "Ansible"


def test_a_yes_or_no_is_printed(here: Place) -> None:
    run = here.run("query", "ASK { id:kubespray ci:usesTool id:ansible }")

    assert run.code == 0
    assert "true" in run.text


def test_a_graph_is_printed_as_turtle(here: Place) -> None:
    run = here.run("query", "DESCRIBE id:kubespray")

    graph = rdflib.Graph().parse(data=run.output, format="turtle")
    assert len(graph) > 3


def test_a_query_is_read_from_a_file(own: Place) -> None:
    (own.folder / "tools.rq").write_text(f"# The tools\n{TOOLS}\n", encoding="utf-8")

    run = own.run("query", "tools.rq", "--format", "csv")

    assert "Ansible" in run.text


def test_a_query_is_read_from_the_input(here: Place) -> None:
    run = here.run("query", "-", "--format", "csv", text=TOOLS)

    assert "Ansible" in run.text


def test_a_malformed_query_is_told_with_line_and_column(here: Place) -> None:
    run = here.run("query", "SELECT ?x\nWHER { ?x a ci:Software }")

    assert_is_one_sentence(run)
    assert "Line 2, column 1: “WHER” is not a word of SPARQL. Did you mean “WHERE”?" in run.errors


def test_an_update_is_refused(here: Place) -> None:
    run = here.run("query", "DROP ALL")

    assert_is_one_sentence(run)


def test_an_unknown_term_is_hinted_at_beside_the_answer(here: Place) -> None:
    run = here.run("query", "SELECT ?x { ?x ci:usesTol ?y }", "--format", "csv")

    assert (run.code, run.text.split()) == (0, ["x"])
    assert run.errors.startswith(
        "hint: ci:usesTol is not in the ontology (line 1, column 16); did you mean ci:usesTool?"
    )


def test_a_format_that_does_not_fit_the_answer_is_refused(here: Place) -> None:
    run = here.run("query", TOOLS, "--format", "turtle")

    assert_is_one_sentence(run)
    assert "json, xml, csv, tsv" in run.errors


def test_a_query_that_runs_too_long_is_stopped(here: Place) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

    run = here.run("query", runaway, CLOUDINDEX_QUERY_SECONDS="0.5")

    assert_is_one_sentence(run)
    assert "0.5 seconds" in run.errors


def test_a_file_that_is_not_utf8_is_one_sentence(own: Place) -> None:
    (own.folder / "bad.rq").write_bytes(b"SELECT * { ?s ?p '\xff' }")

    run = own.run("query", "bad.rq")

    assert_is_one_sentence(run)


# --- export ----------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib reads JSON-LD with it
@pytest.mark.parametrize(("name", "rdflib_name"), [("turtle", "turtle"), ("n-triples", "nt"), ("json-ld", "json-ld")])
def test_the_graph_is_exported_as_rdf(name: str, rdflib_name: str, here: Place) -> None:
    run = here.run("export", name)

    graph = rdflib.Graph().parse(data=run.output, format=rdflib_name)
    ends = ("id/kubespray", "ontology#usesTool", "id/ansible")
    subject, predicate, target = (rdflib.URIRef(f"https://w3id.org/cloudindex/{end}") for end in ends)
    assert (subject, predicate, target) in graph


def test_the_graph_is_exported_for_visualizers_into_a_file(own: Place) -> None:
    run = own.run("export", "graphml", "--output", "graph.graphml", "--lang", "fr")

    graph = networkx.read_graphml(own.folder / "graph.graphml", force_multigraph=True)
    assert run.code == 0
    assert run.output == b""
    assert "graph.graphml" in run.errors
    assert set(graph) == {"kubespray", "ansible", "kops"}
    assert [data["sentence"] for _, _, data in graph.edges(data=True)] == ["Kubespray utilise Ansible"]
    assert list(own.folder.glob("*.part")) == []


def test_an_unknown_format_is_told_with_those_there_are(here: Place) -> None:
    run = here.run("export", "grapml")

    assert_is_one_sentence(run)
    assert "Did you mean “graphml”?" in run.errors


def test_a_file_that_cannot_be_written_is_one_sentence(here: Place) -> None:
    run = here.run("export", "turtle", "--output", "nowhere/graph.ttl")

    assert_is_one_sentence(run)
    assert "nowhere/graph.ttl" in run.errors


# --- Folders and settings --------------------------------------------------------------------


@pytest.mark.parametrize("command", [("check",), ("serve", "--port", "0")])
def test_a_missing_folder_of_documents_is_one_sentence(command: tuple[str, ...], here: Place) -> None:
    run = here.run(*command, "--data", "nowhere")

    assert_is_one_sentence(run)
    assert "nowhere is not a folder of documents; name one with --data or CLOUDINDEX_DATA" in run.errors


def test_a_state_folder_that_cannot_be_written_is_one_sentence(own: Place) -> None:
    (own.folder / "occupied").write_text("a file", encoding="utf-8")

    run = own.run("build", "--state", "occupied/state")

    assert_is_one_sentence(run)
    assert "occupied/state" in run.errors
    assert "--state or CLOUDINDEX_STATE" in run.errors


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "many"), ("QUERY_SECONDS", "0"), ("BASE_IRI", "not an iri")],
)
def test_a_bad_setting_in_the_environment_is_named(name: str, value: str, here: Place) -> None:
    run = here.run("check", **{f"CLOUDINDEX_{name}": value})

    assert_is_one_sentence(run)
    assert f"CLOUDINDEX_{name}" in run.errors


def test_a_broken_ontology_is_told_with_its_file(own: Place) -> None:
    (own.folder / "ontology").mkdir()
    (own.folder / "ontology/terms.ttl").write_text("ex:a a ex:b", encoding="utf-8")

    run = own.run("check", "--ontology", "ontology")

    assert_is_one_sentence(run)
    assert "terms.ttl:1" in run.errors


# --- serve -----------------------------------------------------------------------------------


def test_the_service_says_where_to_look_keeps_its_port_and_ends_with_ctrl_c(here: Place) -> None:
    command = (sys.executable, "-m", "api.cli", "serve", "--port", "0", "--data", "data", "--state", "state")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=here.folder, env=environment
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        addresses = [line.split()[-1] for line in lines]
        answers = [
            httpx.get(addresses[0], params={"query": "ASK {}"}).status_code,
            httpx.get(addresses[1]).status_code,
            httpx.get(addresses[2]).status_code,
        ]
        second = here.run("serve", "--port", addresses[0].split(":")[2].split("/")[0])
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=15)
    finally:
        process.kill()

    assert [line.rsplit(maxsplit=1)[0].strip() for line in lines] == ["Ask SPARQL at", "Look up entities", "Read how"]
    assert answers == [200, 200, 200]
    assert rest == ""
    assert "Traceback" not in errors
    assert second.code not in (0, None)
    assert "Traceback" not in second.errors
    assert "in use" in second.errors
