"""What the tests of the graph share: texts read as documents, and the values that those state."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph import terms
from graph.collections import parse_bytes
from graph.documents import Document, Origin, Problem, Statement
from graph.engine.embedded import Draft
from graph.gate import NOTHING_STANDS, Version, judge
from graph.iris import Iris
from graph.ledger import Ledger
from graph.vocabulary import Vocabulary
from graph.workshop import Workshop

PREFIXES = """\
@prefix ci: <https://w3id.org/cloudindex/ontology#> .
@prefix id: <https://w3id.org/cloudindex/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


class Read(Protocol):
    """Reads a text as the document of a file."""

    def __call__(self, content: str | bytes, name: str = "note.yaml") -> Document:
        """Return the document in *content*."""
        ...


@pytest.fixture(scope="session")
def read(vocabulary: Vocabulary, iris: Iris) -> Read:
    """Reads a text, in the collection ``notes``, by the kind that its file's name says."""

    def read_text(content: str | bytes, name: str = "note.yaml") -> Document:
        stem, _, suffix = name.rpartition(".")
        origin = Origin(stem, "notes", f"data/notes/{name}", "")
        encoded = content if isinstance(content, bytes) else content.encode()
        return parse_bytes(encoded, origin, f".{suffix}", vocabulary=vocabulary, iris=iris)

    return read_text


Gate = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def gate(tmp_path: Path, workshop: Workshop) -> Gate:
    """Returns what the gate says of documents that are all new."""

    def judged(*documents: Document) -> tuple[Problem, ...]:
        versions = [Version(document) for document in documents]
        with Draft(Path(tempfile.mkdtemp(dir=tmp_path)) / "store") as draft:
            return judge(versions, NOTHING_STANDS, Ledger(draft, workshop, is_new=True), workshop).problems

    return judged


def term(key: str) -> NamedNode:
    """Return the term of the ontology with that local name."""
    return NamedNode(f"{terms.CI}{key}")


def about(document: Document, reference: str, predicate: NamedNode) -> list[Statement]:
    """Return the statements of *document* with that subject, as a slug or a path, and that predicate."""
    subject = Iris().resolve(reference)
    return [one for one in document.statements if (one.triple.subject, one.triple.predicate) == (subject, predicate)]


def values(document: Document, reference: str, predicate: NamedNode) -> list[str]:
    """Return the values of those statements: a literal as N-Triples write it, an IRI as its reference."""
    return [shown(one.triple) for one in about(document, reference, predicate)]


def shown(triple: Triple) -> str:
    """Return the object of *triple* as a person would write it."""
    value = triple.object
    if isinstance(value, NamedNode):
        return Iris().reference(value.value.removeprefix(terms.CI))
    assert isinstance(value, Literal | BlankNode)
    return str(value)
