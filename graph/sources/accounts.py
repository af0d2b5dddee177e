"""What a reader of other people's data writes down: statements and problems, each with its place.

A defect costs no more than what it spoils: it is a warning, and the rest of the file is read.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from graph import terms
from graph.documents import Document, Evidence, Origin, Place, Problem, Severity, Statement
from graph.iris import Iris
from graph.nearness import nearest
from graph.sources import values
from graph.sources.yaml_nodes import About
from graph.vocabulary import Attribute, Class, Vocabulary

MOST_SHOWN: Final = 80
MOST_PROBLEMS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Said:
    """Where a statement stands, under which field, how it was read, with which words.

    Attributes:
        instead: What else may have been meant, should there be no such object.
    """

    place: Place
    entry: str
    basis: NamedNode = terms.STATED
    words: str = ""
    instead: tuple[NamedNode, ...] = ()


@dataclass(slots=True)
class Account:
    """What has been read of one text so far.

    Attributes:
        language: That of names and descriptions.
        known: The triples stated already, with the first place of each.
        unjoined: The slugs of things that are joined to none of another document.
    """

    origin: Origin
    vocabulary: Vocabulary
    iris: Iris
    language: str = ""
    statements: list[Statement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: dict[Triple, Place] = field(default_factory=dict)
    unjoined: set[str] = field(default_factory=set)

    def document(self) -> Document:
        """Return the document that was read."""
        problems = tuple(_limited(self.problems, self.origin))
        statements = tuple(self.statements)
        return Document(self.origin, statements, problems, imported=True, unjoined=frozenset(self.unjoined))

    # --- statements

    def head(self, name: str) -> None:
        """State what the document itself is."""
        subject, place = self.iris.document(self.origin.slug), Place(self.origin.path, 1, 1)
        self.fact(subject, terms.TYPE, terms.DOCUMENT, place)
        self.fact(subject, terms.NAME, Literal(name), place)

    def introduce(self, subject: NamedNode, kind: Class, name: str, place: Place, basis: NamedNode) -> None:
        """State what a thing is, and how it is called."""
        self.state(subject, terms.TYPE, NamedNode(kind.iri), Said(place, "name", basis))
        self.fact(subject, terms.NAME, Literal(name), place, "name")
        for language in self.vocabulary.languages:
            self.fact(subject, terms.LABEL, Literal(name, language=language), place, "name")

    def text(self, subject: NamedNode, predicate: NamedNode, text: str, place: Place, entry: str) -> None:
        """State a text in the language of the document."""
        value = Literal(text, language=self.language) if self.language else Literal(text)
        self.fact(subject, predicate, value, place, entry)

    def state(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal, said: Said) -> None:
        """Add a statement that has a record."""
        triple = Triple(subject, predicate, value)
        self.known.setdefault(triple, said.place)
        evidence = Evidence((), said.basis, said.words)
        self.statements.append(Statement(triple, said.place, said.entry, evidence, said.instead))

    def fact(
        self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal, place: Place, entry: str = ""
    ) -> None:
        """Add a statement that needs no record."""
        triple = Triple(subject, predicate, value)
        if triple not in self.known:
            self.known[triple] = place
            self.statements.append(Statement(triple, place, entry))

    def attribute(
        self, subject: NamedNode, attribute: Attribute, text: str, where: tuple[Place, About], rule: Mapping[str, Any]
    ) -> None:
        """State the value that *text* gives to an attribute, if it fits.

        Args:
            rule: May hold the ``values`` that are allowed, or a ``pattern`` and the ``form`` that it means in words.
        """
        place, about = where
        allowed, pattern = rule.get("values"), rule.get("pattern")
        shown = text[:MOST_SHOWN]
        if allowed and text not in allowed:
            message, near = f"“{shown}” is none of the values that this may have.", nearest(shown, allowed)
            fix = f"Write one of {', '.join(allowed)}."
            self.warn(place, "value-unknown", message, about, suggestions=near, fix=fix)
        elif pattern and not re.fullmatch(pattern, text):
            fix = f"Write {rule.get('form', pattern)}."
            self.warn(place, "value-form", f"“{shown}” is not written as this has to be.", about, fix=fix)
        else:
            value = values.term(text, attribute, language=self.language)
            if isinstance(value, str):
                self.warn(place, "value-form", f"“{shown}” {value}.", about)
            else:
                self.state(subject, NamedNode(attribute.iri), value, Said(place, about.entry))

    # --- problems

    def warn(self, place: Place, code: str, message: str, about: About, **more: Any) -> None:
        """Add a warning; *more* are further fields of `graph.documents.Problem`, among them another severity."""
        problem = Problem(Severity.WARNING, place, code, message, entity=about.entity, entry=about.entry)
        self.problems.append(replace(problem, **more))


def without_table(origin: Origin, name: str) -> Document:
    """Return the document of a text that the ontology does not know how to tell."""
    problem = Problem(
        Severity.VIOLATION,
        Place(origin.path, 1),
        "source-untold",
        f"the ontology does not say how data of this kind ({name}) is told.",
        fix=f"Put a table sources/{name}.yaml into the folder of the ontology, or take the file away.",
    )
    return Document(origin, problems=(problem,))


def _limited(problems: list[Problem], origin: Origin) -> Iterable[Problem]:
    """Return the first of *problems*, and how many there are more, so that a hostile file fills no report."""
    if len(problems) <= MOST_PROBLEMS:
        return problems
    more = len(problems) - MOST_PROBLEMS
    message = f"there are {more} more problems like those above."
    last = Problem(Severity.WARNING, Place(origin.path, problems[MOST_PROBLEMS].place.line), "problems-more", message)
    return (*problems[:MOST_PROBLEMS], last)
