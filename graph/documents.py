"""A document: what it states, what is wrong with it, and where each of the two stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pyoxigraph import NamedNode, Triple


class Severity(StrEnum):
    """How much a problem weighs: a violation keeps a document out, the others are only reported."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


class Status(StrEnum):
    """Which version of a document is published."""

    CURRENT = "current"
    STALE = "stale"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file: its path as the author knows it; line and column from 1, 0 where unknown."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a document, in its author's words.

    Attributes:
        code: The kind of problem; stable.
        entity: The name of what it is about, as a person says it.
        entry: The field as the author wrote it, such as ``relations: usesTool``.
        message: What is wrong.
        fix: What would be right.
        suggestions: Words that may have been meant, nearest first.
        shape: The IRI of the SHACL shape that found it.
        focus: The IRI of the thing that must change for the problem to go away.
        length: How many characters from the place on are meant, all on its line; 0 where nobody knows.
        replacements: Texts of which each, put in place of these characters, would be right as far as anyone can see.
        path_iri: The IRI of the property that it is about.
        excerpt: The line as it is written, perhaps cut at its end; empty where it was not at hand.
    """

    severity: Severity
    place: Place
    code: str
    message: str
    entity: str = ""
    entry: str = ""
    fix: str = ""
    suggestions: tuple[str, ...] = ()
    shape: str = ""
    focus: str = ""
    length: int = 0
    replacements: tuple[str, ...] = ()
    path_iri: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who read a statement and agreed that the text says it, and when."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Proposed:
    """How sure it is that the text says something that was read from it without a person, and why.

    Attributes:
        confidence: From 0 to 1.
        reason: Why, in a few words.
        rule: The key of the way in which it was read.
    """

    confidence: float
    reason: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """Who wrote a statement over HTTP, with which request, and when (UTC)."""

    by: str
    request: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a statement stands in its source.

    Attributes:
        lines: The lines of the source that say it; empty where there is no source.
        basis: The IRI of the way it was read.
        words: The few words that say it.
        proposed: For what was proposed before someone accepted it, or waits for that.
    """

    lines: tuple[int, ...]
    basis: NamedNode
    words: str = ""
    acceptance: Acceptance | None = None
    writing: Writing | None = None
    proposed: Proposed | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple that a document states, and why.

    Attributes:
        evidence: ``None`` for what needs no record of its own: names, labels, headings.
        written: Where the statement stands in the document's file.
        entry: The field as the author wrote it.
        instead: What else may have been meant, should there be no such object.
        length: How many characters its value has, all on the line of *written*; 0 where nobody knows.
    """

    triple: Triple
    written: Place
    entry: str = ""
    evidence: Evidence | None = None
    instead: tuple[NamedNode, ...] = ()
    length: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the source; *parent* is the slug of the section it really belongs to."""

    slug: str
    title: str
    line: int
    level: int
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A line of the source that says nothing of an entity, with the reason, by language."""

    line: int
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the text of a document comes from.

    Attributes:
        slug: The name of the document, unique in the graph.
        collection: The folder it lives in.
        path: The file, as the author knows it.
        digest: The hash of the file's bytes.
    """

    slug: str
    collection: str
    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Join:
    """An entity of other people's data that is taken to be one which another document introduces.

    Attributes:
        own: The slug that it would have by itself.
        known: The slug of the one that it is joined to; or, where the two are only kept apart, a slug of its own.
        name: How the data calls it.
        by: What says so: ``decision``, ``name``, ``spelling``, the key of an attribute, or ``apart``.
        value: The name or the address that both have.
        line: The line of the data on which it is introduced.
        drops_type: Whether what the data says it is is left out, for the other document says it better.
    """

    own: str
    known: str
    name: str
    by: str
    value: str
    line: int
    drops_type: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A text read: its statements in their order, and every problem found on the way.

    Attributes:
        proposals: What is proposed and nobody has decided, with what describes it: no facts.
        described: What the index says of the document where the text itself does not.
        imported: Whether it is other people's data, whose names are joined to those that other documents give.
        joins: Those that have been made in it.
        unjoined: The slugs of its things that stand for themselves, whatever others are called like.
    """

    origin: Origin
    statements: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()
    sections: tuple[Section, ...] = ()
    unread: tuple[Unread, ...] = ()
    described: tuple[Triple, ...] = ()
    proposals: tuple[Statement, ...] = ()
    imported: bool = False
    joins: tuple[Join, ...] = ()
    unjoined: frozenset[str] = frozenset()

    @property
    def is_broken(self) -> bool:
        """Whether a violation keeps the document out of the graph."""
        return any(problem.severity is Severity.VIOLATION for problem in self.problems)


def section_at(sections: Iterable[Section], line: int) -> Section | None:
    """Return the section in which *line* stands: that of the last heading at or above it."""
    above = [section for section in sections if section.line <= line]
    return max(above, key=lambda section: section.line, default=None)
