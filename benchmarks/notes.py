"""How well a note is read by itself: what is proposed, held against the reading that a person made of it.

A relation is found where the same statement is proposed for the same line.  A proposal is right where the person read
the statement from that line in any way; what the words state and what the place suggests are counted apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from benchmarks.table import Row, absent
from graph import terms
from graph.collections import read_file
from graph.documents import Document, Statement
from graph.folders import list_files
from graph.iris import Iris
from graph.notes.extraction import read_proposals
from graph.notes.known import names_of
from graph.notes.note import Note
from graph.notes.proposals import Reading, Saying
from graph.notes.reading import read_note
from graph.notes.relations import Ends
from graph.notes.wording import load_wording
from graph.vocabulary import Vocabulary, local_name
from graph.vocabulary_reader import load

ROOT: Final = Path(__file__).resolve().parent.parent
NOTE: Final = ROOT.parent / "shared/notes/cloud-index.md"
DATA: Final = ROOT / "data"
SLUG: Final = "cloud-index"
Fact = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class Figure:
    """What was found of what is true, and how much of what is said is true."""

    name: str
    true: int
    found: int
    said: int
    right: int

    @property
    def recall(self) -> float:
        """The share of what is true that was found."""
        return self.found / self.true if self.true else 1.0

    @property
    def precision(self) -> float:
        """The share of what was said that is true."""
        return self.right / self.said if self.said else 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A note read in both ways, and how they compare."""

    figures: tuple[Figure, ...]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]

    def figure(self, name: str) -> Figure:
        """Return the figure of that name."""
        return next(figure for figure in self.figures if figure.name == name)


def compare(note_path: Path, data: Path, slug: str) -> Measured:
    """Return how the proposals for a note compare with the document *slug* of *data*."""
    vocabulary, iris = load(None), Iris()
    documents = [read_file(file, vocabulary=vocabulary, iris=iris) for file in list_files(data)]
    truth = next(document for document in documents if document.origin.slug == slug)
    wording = load_wording(vocabulary)
    names = names_of(documents, vocabulary, wording, iris)
    note = read_note(note_path.read_text(encoding="utf-8"))
    reading = read_proposals(note, names, wording, Ends.of(vocabulary))
    return _compared(note, reading, _Truth(truth, vocabulary, iris))


def measure() -> list[Row]:
    """Return recall (as the value) and precision (as the ratio) of everything that is read."""
    if not NOTE.is_file():
        return [absent("a note read by itself", "it does not lie beside the project")]
    return [
        Row(f"{one.name}: recall, precision", one.recall, one.precision, "")
        for one in compare(NOTE, DATA, SLUG).figures
    ]


class _Truth:
    """What a person read, by line."""

    def __init__(self, document: Document, vocabulary: Vocabulary, iris: Iris) -> None:
        self._vocabulary = vocabulary
        self._iris = iris
        self._own = iris.document(document.origin.slug)
        self.statements = [one for one in document.statements if one.evidence is not None and one.evidence.lines]
        self.facts = {(one.triple.subject, one.triple.predicate): one.triple.object for one in document.statements}

    def name(self, node: object) -> str:
        return "" if node == self._own else self._iris.reference(str(getattr(node, "value", node)))

    def fact(self, subject: str, key: str, value: str, line: int) -> Fact:
        """Return a relation in the one direction in which it is counted."""
        relation = self._vocabulary.relations[key]
        inverse = self._vocabulary.inverse_of(relation)
        if inverse.key < key or (relation.symmetric and value < subject):
            return value, inverse.key, subject, line
        return subject, key, value, line

    def relations(self, *bases: str) -> set[Fact]:
        found = set()
        for one in self.statements:
            relation = self._vocabulary.relation_of(one.triple.predicate.value)
            if relation is not None and relation.key != "inSection" and _is_on(one, bases):
                for line in one.evidence.lines:  # type: ignore[union-attr]
                    found.add(
                        self.fact(self.name(one.triple.subject), relation.key, self.name(one.triple.object), line)
                    )
        return found

    def opinions(self) -> set[Fact]:
        found = set()
        for one in self.statements:
            if one.triple.predicate == terms.HAS_OPINION:
                polarity = self.facts[one.triple.object, terms.POLARITY]
                for line in one.evidence.lines:  # type: ignore[union-attr]
                    words = self.facts[one.triple.object, terms.WORDS]
                    found.add((self.name(one.triple.subject), local_name(str(polarity.value)), str(words.value), line))
        return found

    def named(self) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
        """Return what must be named on a line, and what may be.

        An entity is named where it is introduced first, and where a stated relation leads to it.
        """
        must, may = set(), set()
        for one in self.statements:
            evidence, subject, value = one.evidence, one.triple.subject, one.triple.object
            assert evidence is not None
            for number, line in enumerate(evidence.lines):
                ends = [
                    end for end in (subject, value) if isinstance(end, NamedNode) and self._iris.is_entity(end.value)
                ]
                may.update((self.name(end), line) for end in ends)
                is_address = local_name(evidence.basis.value) == "address"
                if one.triple.predicate == terms.TYPE and not is_address and number == 0:
                    must.add((self.name(subject), line))
                elif local_name(evidence.basis.value) == "stated" and value in ends:
                    must.add((self.name(value), line))
        for one in self.statements:
            target = self.facts.get((one.triple.object, terms.ASKS_TARGET))
            if target is not None:
                may.update((self.name(target), line) for line in one.evidence.lines)  # type: ignore[union-attr]
        return must, may

    def is_resource(self, slug: str) -> bool:
        kind = self.facts.get((self._iris.entity(slug), terms.TYPE))
        known = self._vocabulary.class_of(str(getattr(kind, "value", "")))
        return known is not None and any(local_name(iri) == "Resource" for iri in known.wider)


def _is_on(statement: Statement, bases: Iterable[str]) -> bool:
    bases = tuple(bases)
    return not bases or (statement.evidence is not None and local_name(statement.evidence.basis.value) in bases)


def _compared(note: Note, reading: Reading, truth: _Truth) -> Measured:
    figures: list[Figure] = []
    missed: list[str] = []
    wrong: list[str] = []

    def add(name: str, must: set[Fact], found: set[Fact], said: set[Fact], may: set[Fact]) -> None:
        figures.append(Figure(name, len(must), len(must & found), len(said), len(said & may)))
        missed.extend(f"{name}: {one}" for one in sorted(must - found, key=lambda one: (one[3], one)))
        wrong.extend(f"{name}: {one}" for one in sorted(said - may, key=lambda one: (one[3], one)))

    words = dict.fromkeys(range(note.line_count + 1), "")
    for block in note.blocks:
        hidden = set().union(*(range(*part) for part in block.prose.opaque()))
        text = "".join(letter for number, letter in enumerate(block.prose.value) if number not in hidden)
        for line in range(block.line, block.end_line + 1):
            words[line] += text
    must, may = truth.named()
    must = {(slug, line) for slug, line in must if any(map(str.isalpha, words[line])) and not truth.is_resource(slug)}
    named = {(one.slugs[0], one.position.line) for one in reading.mentions if len(one.slugs) == 1}
    add("mentions", *({(slug, "", "", line) for slug, line in some} for some in (must, named, named, may | must)))

    relations = [one for one in reading.proposals if one.saying is Saying.RELATION]
    said = {truth.fact(one.subject, one.key, one.value, one.line): one.basis for one in relations}
    everything = truth.relations()
    for basis in ("stated", "nesting", "address", "interpretation"):
        own = {fact for fact, how in said.items() if how == basis}
        add(f"relations: {basis}", truth.relations(basis), set(said), own, everything)
    links = {fact for fact in truth.relations("stated") if fact[1] == "references"}
    add(
        "relations: stated, without links",
        truth.relations("stated") - links,
        set(said),
        {fact for fact, how in said.items() if how == "stated" and fact[1] != "references"},
        everything,
    )

    judged = {(one.subject, one.key, one.line) for one in reading.proposals if one.saying is Saying.OPINION}
    held = truth.opinions()
    true = {(subject, polarity, "", line) for subject, polarity, _, line in held}
    spoken = {(subject, polarity, "", line) for subject, polarity, line in judged}
    counted = sum(
        min(
            sum(1 for one in held if (one[0], one[1], one[3]) == key),
            sum(
                1
                for one in reading.proposals
                if one.saying is Saying.OPINION and (one.subject, one.key, one.line) == key
            ),
        )
        for key in judged
    )
    number = sum(1 for one in reading.proposals if one.saying is Saying.OPINION)
    figures.append(Figure("opinions", len(held), counted, number, counted))
    missed.extend(f"opinions: {one}" for one in sorted(true - spoken, key=lambda one: one[3]))
    wrong.extend(f"opinions: {one}" for one in sorted(spoken - true, key=lambda one: one[3]))
    return Measured(tuple(figures), tuple(missed), tuple(wrong))
