"""What can be written over HTTP, as values."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graph.documents import Problem
from graph.report import Report


@dataclass(frozen=True, slots=True)
class Author:
    """Who asks for a write: the name of the token, and the id of the request."""

    by: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class PutDocument:
    """Put a text in place of a document, or make it.

    Attributes:
        suffix: What kind of text it is, as the end of a file's name.
    """

    slug: str
    content: str
    suffix: str


@dataclass(frozen=True, slots=True)
class DeleteDocument:
    """Take a document away."""

    slug: str


@dataclass(frozen=True, slots=True)
class PutGraph:
    """Put triples into a graph, in place of those that it has, or added to them.

    Attributes:
        graph: Its IRI; empty is the default graph.
        parts: Texts, each with the name of its format.
        base_iri: What relative IRIs in them are resolved against.
    """

    graph: str
    parts: tuple[tuple[str, str], ...]
    base_iri: str
    is_added: bool = False


@dataclass(frozen=True, slots=True)
class DeleteGraph:
    """Take a graph away; an empty IRI is the default graph."""

    graph: str


@dataclass(frozen=True, slots=True)
class RunUpdate:
    """Run a SPARQL update.

    Attributes:
        gateway: What the local addresses begin with that stand for services it may ask; empty where it may ask none.
        written: The update as it was written, where another text is run in its place.
    """

    text: str
    base_iri: str
    prefixes: dict[str, str]
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    gateway: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Restore:
    """Publish what an earlier generation held."""

    generation: int


@dataclass(frozen=True, slots=True)
class Purge:
    """Remove a document from every generation."""

    slug: str


@dataclass(frozen=True, slots=True)
class Refresh:
    """Publish what has changed in a folder of documents.

    Attributes:
        touched: The files and folders that may have changed, as absolute paths; ``None`` where that is not known.
    """

    data: Path
    touched: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Follow:
    """Have what another copy of the service has published."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Judge a text as if it were put in place of a document, and publish nothing.

    Attributes:
        slug: The document that it would be; empty for one of its own.
        suffix: What kind of text it is, as the end of a file's name.
        most: How many problems are told at most.
    """

    slug: str
    content: bytes
    suffix: str
    most: int


Write = PutDocument | DeleteDocument | PutGraph | DeleteGraph | RunUpdate | Restore | Purge | Refresh | Follow


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a write.

    Attributes:
        generation: The number of the generation that holds it.
        is_new: Whether it made something that was not there.
        problems: What was found in the documents that it changed; warnings only.
    """

    generation: int
    is_new: bool = False
    problems: tuple[Problem, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Judged:
    """What a trial has shown.

    Attributes:
        generation: The number of the generation that it was judged against.
        slug, path: The document that it would be, and how verdicts name it.
    """

    generation: int
    slug: str
    path: str
    report: Report
    severities: dict[str, int]
    statuses: dict[str, int]
    conforms: bool


KINDS: Final[dict[type, str]] = {
    PutDocument: "document",
    DeleteDocument: "document",
    PutGraph: "graph",
    DeleteGraph: "graph",
    RunUpdate: "update",
    Restore: "restore",
    Purge: "purge",
    Refresh: "folder",
}
