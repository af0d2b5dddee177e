"""RDF as programs for it read it: the same triples, whatever the format."""

import shutil
import subprocess
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph.errors import UnwritableError
from graph.exports.rdf import write_triples
from graph.formats import NQUADS, NTRIPLES, RDF, RDF_XML, TRIG, TURTLE, Format
from graph.index import Index
from tests.graph.exports.made import AWKWARD, exported

SUBJECT, PREDICATE = NamedNode("https://example.org/a"), NamedNode("https://example.org/says")
# By program: what it calls the formats that it reads.
PROGRAMS = {
    "rapper": {NTRIPLES.name: "ntriples", TURTLE.name: "turtle", RDF_XML.name: "rdfxml", NQUADS.name: "nquads"},
    "serdi": {NTRIPLES.name: "NTriples", TURTLE.name: "Turtle", NQUADS.name: "NQuads", TRIG.name: "TriG"},
}


class Written(bytearray):
    """Keeps what is written to it."""

    def write(self, content: bytes) -> int:
        self.extend(content)
        return len(content)

    def flush(self) -> None: ...


def written(triples: list[Triple], form: Format) -> bytes:
    output = Written()
    write_triples(triples, form, {}, output)
    return bytes(output)


def as_n_triples(program: str, form: Format, path: Path) -> bytes:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed; it is a package of the system")
    name = PROGRAMS[program][form.name]
    commands = {
        "rapper": ("rapper", "-q", "-i", name, "-o", "ntriples", str(path), "https://example.org/"),
        "serdi": ("serdi", "-q", "-i", name, "-o", "NQuads" if form in (NQUADS, TRIG) else "NTriples", str(path)),
    }
    run = subprocess.run(commands[program], capture_output=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize(
    ("program", "form"), [(program, form) for program, known in PROGRAMS.items() for form in RDF if form.name in known]
)
def test_other_programs_read_what_we_write(program: str, form: Format, index: Index, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{form.extension}"
    path.write_bytes(exported(index, form))

    found = as_n_triples(program, form, path)

    expected = list(parse(path.read_bytes(), format=form.engine))  # type: ignore[arg-type]
    assert found.count(b"\n") == len(expected) > 2000


@pytest.mark.parametrize("form", RDF, ids=lambda form: str(form.name))
def test_awkward_texts_are_the_same_in_every_format(form: Format) -> None:
    triples = [Triple(SUBJECT, PREDICATE, Literal(text)) for text in AWKWARD]

    found = {one.triple for one in parse(written(triples, form), format=form.engine)}  # type: ignore[arg-type]

    assert found == set(triples)


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_rdf_xml_is_well_formed_whatever_a_text_holds(character: str) -> None:
    content = written([Triple(SUBJECT, PREDICATE, Literal(f"a{character}b"))], RDF_XML)

    (found,) = parse(content, format=RdfFormat.RDF_XML)
    assert found.object == Literal("a\ufffdb")


@pytest.mark.parametrize("iri", ["https://example.org/1", "https://example.org/", "https://example.org/a#", "urn:x:7"])
def test_a_predicate_that_rdf_xml_cannot_write_is_refused(iri: str) -> None:
    with pytest.raises(UnwritableError, match="cannot write the predicate"):
        written([Triple(SUBJECT, NamedNode(iri), Literal("a"))], RDF_XML)


@pytest.mark.parametrize("iri", ["https://example.org/1a", "https://example.org/é", "urn:x:a-b.c"])
def test_a_predicate_that_ends_in_a_name_is_written(iri: str) -> None:
    triple = Triple(SUBJECT, NamedNode(iri), Literal("a"))

    assert [one.triple for one in parse(written([triple], RDF_XML), format=RdfFormat.RDF_XML)] == [triple]
