"""The kinds of problems that documents have: what each is, and how it goes away.

A kind that is not in the table is told by its code alone; what SHACL finds is told by its shape.
"""

from dataclasses import dataclass
from typing import Final

from graph.documents import Severity

VIOLATION, WARNING, INFO = Severity.VIOLATION, Severity.WARNING, Severity.INFO


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of problem.

    Attributes:
        summary: What is wrong, in a sentence.
        help: What to do, in a sentence or two.
    """

    severity: Severity
    summary: str
    help: str


CODES: Final = {
    "file-too-large": Code(
        VIOLATION, "A file is larger than its kind may be.", "Split it into several documents, one for each subject."
    ),
    "file-unreadable": Code(
        VIOLATION, "A file cannot be read.", "Check its permissions, and those of the folders above it."
    ),
    "file-name": Code(
        VIOLATION, "The name of a file makes no name of a document.", "Name it with letters, digits and hyphens."
    ),
    "file-encoding": Code(VIOLATION, "A file is not UTF-8.", "Save it as UTF-8."),
    "file-empty": Code(VIOLATION, "A file holds nothing.", "Write a document in it, or remove it."),
    "byte-order-mark": Code(
        INFO, "A file begins with a byte order mark.", "It is read all the same; save the file as UTF-8 without one."
    ),
    "line-ends": Code(
        INFO, "A file has Windows line ends.", "They are read as plain ones; save it with Unix line ends."
    ),
    "yaml-syntax": Code(
        VIOLATION,
        "A text is not YAML.",
        "Check indentation, quotes and brackets on the line named and the one before; indent with spaces, never tabs.",
    ),
    "yaml-alias": Code(
        VIOLATION,
        "Anchors and aliases are not read.",
        "Write the value out where it is meant: with aliases, a small file could fill the memory.",
    ),
    "yaml-depth": Code(VIOLATION, "A text is nested too deeply.", "A document needs no more than six levels."),
    "rdf-syntax": Code(
        VIOLATION, "A text is not the RDF that its name says.", "Check the line named and the end of the one before."
    ),
    "rdf-statement": Code(
        VIOLATION, "A statement about a statement is not read.", "Say where statements come from in YAML."
    ),
    "rdf-empty": Code(
        WARNING,
        "A file of RDF states nothing: JSON-LD without a context has no meaning.",
        "Give the keys of JSON-LD an `@context`, or add triples.",
    ),
    "rdf-entity": Code(
        WARNING,
        "The IRI of an entity ends in no slug, so that lists, search and addresses may not know it.",
        "After `id/`, use lower-case letters, digits, dots and hyphens, at most 120.",
    ),
    "rdf-characters": Code(WARNING, "A text holds a control character, which becomes U+FFFD.", "Leave it out."),
    "document-empty": Code(VIOLATION, "A document states nothing.", "Add “entities:” with what it speaks of."),
    "mapping-expected": Code(
        VIOLATION,
        "“key: value” pairs are expected.",
        "Write each pair on a line of its own.",
    ),
    "list-expected": Code(VIOLATION, "A list is expected.", "Begin each item with “- ”."),
    "text-expected": Code(VIOLATION, "A text is expected.", "Write a text; quotes keep one as it is."),
    "text-characters": Code(VIOLATION, "A text holds a control character.", "Remove it."),
    "number-expected": Code(VIOLATION, "A whole number from 1 is expected.", "Write it with digits."),
    "key-unknown": Code(
        VIOLATION, "A key means nothing in its place.", "The verdict lists the keys that may stand there."
    ),
    "key-twice": Code(VIOLATION, "A key stands twice.", "Put both values under one, or rename one."),
    "key-missing": Code(VIOLATION, "A key is missing.", "Add the one that the verdict names."),
    "key-form": Code(VIOLATION, "A key is no plain word.", "Write it as one."),
    "name-missing": Code(VIOLATION, "An entity has a type and no name.", "Add “name:”, perhaps one per language."),
    "type-unknown": Code(VIOLATION, "There is no such class.", "`/api/types` and the ontology list the classes."),
    "relation-unknown": Code(
        VIOLATION, "There is no such relation.", "`/api/relations` and the ontology list the relations."
    ),
    "relation-shape": Code(
        VIOLATION, "An item under “relations:” has not just one relation.", "Write “- {relation: target, line: …}”."
    ),
    "opinion-shape": Code(
        VIOLATION, "An opinion has not just one polarity.", "Write one of the polarities, then the words."
    ),
    "basis-unknown": Code(VIOLATION, "There is no such basis.", "The verdict lists those that there are."),
    "acceptance-shape": Code(
        VIOLATION, "Acceptance does not say who and on which day.", "Write {by: …, on: 2026-11-23}."
    ),
    "slug-form": Code(
        VIOLATION, "A word is no slug.", "Use lower-case letters, digits, dots and hyphens, at most 120."
    ),
    "address-form": Code(VIOLATION, "A text is no web address.", "Write it whole, from https:// on, without spaces."),
    "language-tag": Code(
        VIOLATION,
        "A word is no language tag.",
        "Use a tag such as en or fr; within { }, a text that holds a comma stands between quotes.",
    ),
    "line-beyond-end": Code(
        VIOLATION,
        "A line is named that the source does not have.",
        "Name the line that says it, or correct “lines” under “source”.",
    ),
    "section-twice": Code(VIOLATION, "Two sections have one slug.", "Give one of the two another slug."),
    "section-unknown": Code(
        VIOLATION, "A section stands under one that is not above it.", "Name a section that is written before it."
    ),
    "document-twice": Code(VIOLATION, "Two files make one document.", "Rename one of them."),
    "slug-twice": Code(
        VIOLATION,
        "Two documents introduce different things under one slug.",
        "If it is the same, leave type and name out in one; if not, take another slug.",
    ),
    "target-unknown": Code(
        WARNING,
        "A relation leads to what no published document introduces.",
        "Correct the slug, or introduce it with a type and a name, here or in another document.",
    ),
    "entity-not-introduced": Code(
        WARNING,
        "A document speaks of what no published document introduces.",
        "Give it a type and a name, here or in another document.",
    ),
}
