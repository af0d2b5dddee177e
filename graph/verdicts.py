"""Findings → problems: what the shapes found, in the words of the documents' authors, at their lines."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import rdflib

from graph import terms
from graph.documents import Document, Place, Problem, Statement
from graph.iris import Iris
from graph.nearness import nearest
from graph.shapes import focus_text, to_rdflib
from graph.validation import Finding
from graph.vocabulary import Vocabulary, local_name

WHAT_IS_WRONG: Final = {
    "MinCount": "“{field}” is missing.",
    "MaxCount": "“{field}” is there more than once.",
    "UniqueLang": "“{field}” is there twice in one language.",
    "In": "“{value}” is not one of {allowed}.",
    "Pattern": "“{value}” does not have the right form.",
    "MaxLength": "“{field}” is too long.",
    "Or": "“{value}” is {kind}.",
}


def verdicts(
    findings: Iterable[Finding], documents: Sequence[Document], vocabulary: Vocabulary, iris: Iris
) -> Iterator[tuple[Finding, Problem]]:
    """Yield each finding with what it is in its author's words, at the statement that it speaks of."""
    findings = list(findings)
    index = _Index(documents if findings else ())
    for finding in findings:
        statement = index.statement(finding)
        if statement is None and is_about_a_relation(finding.shape):
            continue  # it is an inferred edge; the stated one has its own verdict
        yield finding, _verdict(finding, statement, index, vocabulary, iris)


def is_about_a_relation(shape: str) -> bool:
    """Return whether *shape* is one of those that look at what a relation connects."""
    return shape.endswith(("DomainShape", "RangeShape/target"))


@dataclass(slots=True)
class _Index:
    """Finds the statement that a finding speaks of."""

    by_edge: dict[tuple[str, str, str], Statement]
    by_path: dict[tuple[str, str], Statement]
    by_focus: dict[str, Statement]
    owners: dict[str, Statement]
    names: dict[str, str]

    def __init__(self, documents: Iterable[Document]) -> None:
        self.by_edge, self.by_path, self.by_focus, self.owners, self.names = {}, {}, {}, {}, {}
        for document in sorted(documents, key=lambda one: one.origin.path):  # whatever order they were judged in
            for statement in document.statements:
                self._add(statement)

    def _add(self, statement: Statement) -> None:
        triple = statement.triple
        subject, predicate, value = (str(to_rdflib(term)) for term in (triple.subject, triple.predicate, triple.object))
        self.by_edge[subject, predicate, value] = statement
        self.by_path[subject, predicate] = statement
        if triple.predicate == terms.TYPE or subject not in self.by_focus:
            self.by_focus[subject] = statement
        if triple.predicate == terms.NAME:
            self.names[subject] = value
        if triple.predicate in (terms.HAS_OPINION, terms.HAS_QUESTION):
            self.owners[value] = statement

    def statement(self, finding: Finding) -> Statement | None:
        focus, path, value = (
            str(node) if node is not None else "" for node in (finding.focus, finding.path, finding.value)
        )
        if is_about_a_relation(finding.shape):
            path = path or finding.shape.removesuffix("DomainShape")
            return (
                self.by_edge.get((focus, path, value)) if finding.path is not None else self.by_path.get((focus, path))
            )
        return self.by_edge.get((focus, path, value)) or self.by_path.get((focus, path)) or self.by_focus.get(focus)

    def kind(self, focus: str, vocabulary: Vocabulary) -> str:
        """Return what the thing is called that *focus* is one of."""
        statement = self.by_focus.get(focus)
        known = vocabulary.class_of(str(to_rdflib(statement.triple.object))) if statement else None
        return f"a {vocabulary.text(known.labels, 'en')}" if known else "of another kind"

    def name(self, focus: str, iris: Iris) -> str:
        owner = self.owners.get(focus)
        if owner is not None:
            return self.name(str(to_rdflib(owner.triple.subject)), iris)
        return self.names.get(focus, iris.reference(focus))


def _verdict(
    finding: Finding, statement: Statement | None, index: _Index, vocabulary: Vocabulary, iris: Iris
) -> Problem:
    entry = statement.entry if statement else ""
    if not entry and finding.path is not None:
        entry = vocabulary.curie(str(finding.path))
    value = "" if finding.value is None else str(finding.value)
    about = str(finding.focus) if finding.path is None else value
    field = vocabulary.by_iri.get(str(finding.path))
    message = WHAT_IS_WRONG.get(finding.component, "“{value}” does not fit.").format(
        field=field.key if field else local_name(str(finding.path or "")),
        value=(index.name(about, iris) if isinstance(finding.value, rdflib.URIRef) else value)[:80],
        allowed=", ".join(finding.allowed),
        kind=index.kind(about, vocabulary),
    )
    return Problem(
        severity=finding.severity,
        place=statement.written if statement else Place("", 0),
        code=f"shape-{finding.component.lower()}",
        message=message,
        entity=index.name(str(finding.focus), iris),
        entry=entry,
        fix=vocabulary.text(finding.messages, "en"),
        suggestions=nearest(value, finding.allowed) if finding.allowed else (),
        shape=vocabulary.curie(finding.shape),
        focus=focus_text(finding.focus),
        path_iri=str(finding.path) if isinstance(finding.path, rdflib.URIRef) else "",
        length=statement.length if statement and finding.value is not None and _is_value(statement, value) else 0,
    )


def _is_value(statement: Statement, value: str) -> bool:
    """Return whether *value* is what *statement* says, and not only what it speaks of."""
    return str(to_rdflib(statement.triple.object)) == value


def by_document(problems: Iterable[Problem]) -> Mapping[str, tuple[Problem, ...]]:
    """Return *problems* by the path of the document that they stand in."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.place.path].append(problem)
    return {path: tuple(sorted(some, key=lambda one: one.place)) for path, some in found.items()}
