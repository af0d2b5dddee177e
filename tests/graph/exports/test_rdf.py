"""RDF as programs for it read it: the same triples, whatever the format."""

import shutil
import subprocess
import warnings
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph.errors import UnwritableError
from graph.exports.orders import Order
from graph.exports.rdf import write_triples
from graph.formats import JSON_LD, NQUADS, NTRIPLES, QUADS, RDF, RDF_XML, TRIG, TURTLE, Format
from graph.index import Index
from graph.relations import find_relation
from graph.shapes import to_rdflib
from tests.graph.exports.made import AWKWARD, exported

SUBJECT, PREDICATE = NamedNode("https://example.org/a"), NamedNode("https://example.org/says")
# By program: what it calls the formats that it reads.
PROGRAMS = {
    "rapper": {NTRIPLES.name: "ntriples", TURTLE.name: "turtle", RDF_XML.name: "rdfxml", NQUADS.name: "nquads"},
    "serdi": {NTRIPLES.name: "NTriples", TURTLE.name: "Turtle", NQUADS.name: "NQuads", TRIG.name: "TriG"},
}
RDFLIB = {
    **{form.name: form.media_type for form in (TURTLE, NTRIPLES, NQUADS, TRIG)},
    RDF_XML.name: "xml",
    JSON_LD.name: "json-ld",
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


def counted_by(program: str, form: Format, path: Path) -> int:
    """Return how many triples a program finds in a file; those of several graphs are counted for each."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed; it is a package of the system")
    name = PROGRAMS[program][form.name]
    commands = {
        "rapper": ("rapper", "-q", "-i", name, "-o", "ntriples", str(path), "https://example.org/"),
        "serdi": ("serdi", "-q", "-i", name, "-o", "NQuads" if form in QUADS else "NTriples", str(path)),
    }
    with subprocess.Popen(commands[program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        count = sum(1 for _ in run.stdout)
        told = run.stderr.read()
    assert run.returncode == 0, told
    return count


@pytest.mark.parametrize(
    ("program", "form"), [(program, form) for program, known in PROGRAMS.items() for form in RDF if form.name in known]
)
def test_other_programs_read_what_we_write(program: str, form: Format, index: Index, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{form.extension}"
    path.write_bytes(exported(index, form))

    found = counted_by(program, form, path)

    expected = list(parse(path.read_bytes(), format=form.engine))  # type: ignore[arg-type]
    assert found == len(expected) > 2000


@pytest.mark.parametrize("form", RDF, ids=lambda form: str(form.name))
def test_rdflib_reads_the_same_triples(form: Format, index: Index) -> None:
    part = exported(index, form, order=Order(relations=(find_relation("operates", index.vocabulary),)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of its own parsers
        found = {quad[:3] for quad in rdflib.Dataset().parse(data=part, format=RDFLIB[form.name]).quads()}

    expected = [one.triple for one in parse(part, format=form.engine)]  # type: ignore[arg-type]
    assert found == {tuple(map(to_rdflib, triple)) for triple in expected} != set()


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
