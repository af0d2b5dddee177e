"""The gate: which versions of the documents are published, and every problem found on the way."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from graph import joining, references, terms, validation, verdicts
from graph.documents import Document, Place, Problem, Severity, Status
from graph.engine.embedded import stored_triple
from graph.ledger import Ledger, Sizes
from graph.references import Introduction
from graph.shapes import focus_text, from_rdflib
from graph.validation import Finding
from graph.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Version:
    """A document with what is published of it.

    Attributes:
        fingerprint: What tells this version from others without reading it.
        is_own: Whether it lives in the service's own collection.
    """

    document: Document
    fingerprint: str = ""
    status: Status = Status.CURRENT
    is_own: bool = False

    @property
    def path(self) -> str:
        """The path as the author knows it."""
        return self.document.origin.path

    @property
    def slug(self) -> str:
        """The name of the document."""
        return self.document.origin.slug


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate lets through, what it holds back, and every problem, by place.

    Attributes:
        sizes: Of each document that is published, how many triples its graphs have.
        judged: The things that the shapes have judged again; what was said of them before holds no more.
        retyped: Those whose relations were judged again; what was said of these before holds no more.
        introduced: The things that documents introduce now; a warning that none does holds no more.
    """

    published: tuple[Version, ...]
    absent: tuple[Version, ...]
    problems: tuple[Problem, ...]
    sizes: Mapping[str, Sizes]
    judged: frozenset[str] = frozenset()
    retyped: frozenset[str] = frozenset()
    introduced: frozenset[str] = frozenset()

    def outdates(self, problem: Problem) -> bool:
        """Return whether *problem*, found earlier in a document that was not read again, has been looked at again."""
        if problem.code in (references.TARGET_UNKNOWN, references.NOT_INTRODUCED):
            return problem.focus in self.introduced
        return problem.focus in (self.retyped if verdicts.is_about_a_relation(problem.shape) else self.judged)

    @property
    def has_violations(self) -> bool:
        """Whether any document was held back."""
        return any(problem.severity is Severity.VIOLATION for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Standing:
    """The documents as they were published last.

    Attributes:
        paths: The path of each that is not read again, by its slug.
        digests: The hash of the text of each, by its path.
        read: Reads one of them after all, by its path; ``None`` where it is not good any more.
        problems: What was found then in those that are read again, or gone; *others* what was in the rest.
        imported: Of those that are not read again and hold other people's data, by path, what reads each as it is.
        is_smaller: Whether some are gone.
    """

    paths: Mapping[str, str]
    digests: Mapping[str, str]
    read: Callable[[str], Document | None]
    problems: tuple[Problem, ...] = ()
    others: tuple[Problem, ...] = ()
    imported: Mapping[str, Callable[[], Version | None]] = field(default_factory=dict)
    is_smaller: bool = False


NOTHING_STANDS: Final = Standing({}, {}, lambda _path: None)


def judge(versions: Sequence[Version], standing: Standing, ledger: Ledger, workshop: Workshop) -> Judgement:
    """Return which of *versions* may be published, and book them; one with a violation gives way to its last good one.

    All problems are told at once.  Documents that are wrong by themselves give way first; then what remains is judged,
    again and again, until nothing stands in the way.
    """
    return _Session(versions, standing, ledger, workshop).run()


class _Session:
    """One judgement."""

    def __init__(self, versions: Sequence[Version], standing: Standing, ledger: Ledger, workshop: Workshop) -> None:
        self._versions = versions
        self._standing = standing
        self._ledger = ledger
        self._workshop = workshop
        self._candidates = {version.path: version for version in versions}
        self._problems = [problem for version in versions for problem in version.document.problems]
        self._booked: dict[str, Version] = {}
        # Other people's data as it stands, before any of it is joined.
        self._plain = {version.path: version.document for version in versions if version.document.imported}
        self._left_open: tuple[Problem, ...] = ()
        self._sizes: dict[str, Sizes] = {}
        # What the shapes find now, by the thing that it is about, and whether it is about a relation of it.
        self._open: dict[tuple[str, bool], list[Problem]] = {}
        self._judged: set[str] = set()
        self._retyped: set[str] = set()

    def run(self) -> Judgement:
        """Judge until nothing stands in the way."""
        # A problem may stand in a file beside the document, such as the mapping of a table.
        failing = frozenset(one.path for one in self._versions if _violating(one.document.problems))
        self._read_imported()
        missed: list[Problem] = []
        while True:
            self._join()
            found = self._contradictions()
            self._book(except_for={problem.place.path for problem in found if problem.code == references.SAME_DOCUMENT})
            self._look_again()
            found += (problem for problems in self._open.values() for problem in problems)
            failing = failing or _violating(found) & self._candidates.keys()
            if not failing:
                break
            self._problems += (one for one in found if one.place.path in failing and self._is_current(one))
            missed += self._dangling_of(path for path in failing if self._is_first(path))
            for path in failing:
                self._give_way(path)
            failing = frozenset()
        self._problems += self._left_open
        self._problems += (problem for problem in found if self._is_current(problem))
        # The last good version may introduce what the bad one does not.
        self._problems += (problem for problem in missed if not self.is_introduced(NamedNode(problem.focus)))
        self._problems += self._dangling()
        return Judgement(
            published=tuple(self._candidates.values()),
            absent=tuple(
                replace(one, status=Status.ABSENT) for one in self._versions if one.path not in self._candidates
            ),
            problems=tuple(sorted(dict.fromkeys(self._problems), key=_reading_order)),
            sizes=self._sizes,
            judged=frozenset(self._judged),
            retyped=frozenset(self._retyped),
            introduced=frozenset(
                _iri(triple.subject) for triple in self._ledger.change.came if triple.predicate == terms.TYPE
            ),
        )

    # --- the two judges

    def _contradictions(self) -> list[Problem]:
        # Whoever was there first is right: a new document that contradicts an old one is the one that fails.
        ordered = sorted(self._candidates.values(), key=lambda one: (self._is_new(one), one.document.imported))
        documents = [version.document for version in ordered]
        return list(references.contradictions(documents, self, self._workshop.vocabulary, self._workshop.iris))

    def _look_again(self) -> None:
        """Have the shapes look at everything that was touched since they looked last."""
        documents = [version.document for version in self._candidates.values()]
        looked = validation.find_changed(
            self._ledger.take_recent(),
            self._ledger.lookup,
            self._workshop.shapes,
            as_written=_as_written(documents),
            also=() if self._judged else self._once_wrong(),
        )
        for nodes, texts, is_relation in ((looked.judged, self._judged, False), (looked.retyped, self._retyped, True)):
            for text in map(focus_text, nodes):
                self._open.pop((text, is_relation), None)
                texts.add(text)
        others = self._documents_about(looked.found)
        unread = {document.origin.path for document in others}
        everything = [*documents, *others]
        for finding, problem in verdicts.verdicts(
            looked.found, everything, self._workshop.vocabulary, self._workshop.iris
        ):
            told = self._blamed(finding, problem, documents) if problem.place.path in unread else problem
            key = problem.focus, verdicts.is_about_a_relation(problem.shape)
            self._open.setdefault(key, []).append(told)

    def _once_wrong(self) -> set[NamedNode | BlankNode]:
        """Return what problems were found with in documents that are read again, or that these speak of as well.

        Several documents may say the same of it, and which of them is told to mend it must not depend on their order.
        """
        said = {
            focus_text(statement.triple.subject)
            for version in self._candidates.values()
            for statement in version.document.statements
        }
        found = {problem.focus for problem in self._standing.problems} - {""}
        found |= {problem.focus for problem in self._standing.others} & said
        return {BlankNode(one[2:]) if one.startswith("_:") else NamedNode(one) for one in found}

    def _documents_about(self, findings: Iterable[Finding]) -> list[Document]:
        """Return the documents, not read again until now, that speak of what was found wrong."""
        paths = {
            self._standing.paths[slug]
            for finding in findings
            for slug, _ in self._ledger.documents_with(from_rdflib(finding.focus))
            if slug in self._standing.paths
        }
        return self._read(paths)

    def _blamed(self, finding: Finding, problem: Problem, changed: Sequence[Document]) -> Problem:
        """Return a violation in a document that was good before, laid at the door of the change that brought it."""
        if problem.severity is not Severity.VIOLATION:
            return problem
        about = {str(finding.focus), str(finding.value)}
        causes = [
            statement
            for document in changed
            for statement in document.statements
            if _iri(statement.triple.subject) in about
        ]
        causes.sort(key=lambda statement: statement.triple.predicate != terms.TYPE)
        first = causes[0] if causes else None
        path = changed[0].origin.path if changed else problem.place.path
        return replace(
            problem,
            place=first.written if first else Place(path, 1),
            entry=first.entry if first else "",
            message=f"this does not go with {problem.place}, on {problem.entity}: {problem.message}",
        )

    # --- other people's data

    def _read_imported(self) -> None:
        """Read other people's data again where what it is joined to may have become another."""
        if not self._standing.imported or not (self._plain or self._standing.is_smaller or self._are_others_called()):
            return
        paths = dict(self._standing.paths)
        for path, read in self._standing.imported.items():
            version = read()
            if version is not None:
                self._versions = (*self._versions, version)
                self._candidates[path] = version
                self._plain[path] = version.document
                self._problems += version.document.problems
                paths.pop(version.slug, None)
        self._standing = replace(self._standing, paths=paths)

    def _are_others_called(self) -> bool:
        """Return whether a document that is read again says anything else of what tells things apart."""
        predicates = joining.identity_predicates(self._workshop.vocabulary)
        for version in self._versions:
            stated = (one.triple for one in version.document.statements if one.triple.predicate in predicates)
            if self._ledger.said_of(version.slug, predicates) != {stored_triple(triple) for triple in stated}:
                return True
        return False

    def _join(self) -> None:
        """Join other people's data to what the other documents introduce, as these stand now."""
        if not self._plain:
            return
        vocabulary, iris = self._workshop.vocabulary, self._workshop.iris
        known = joining.Known(self._identities(), vocabulary)
        decided = joining.decide(self._plain, known, vocabulary, iris)
        for path, document in self._plain.items():
            made = joining.joined(document, decided.joins.values(), iris)
            if path in self._candidates and made != self._candidates[path].document:
                self._candidates[path] = replace(self._candidates[path], document=made)
        self._left_open = tuple(
            one for path, found in decided.problems.items() if self._is_first(path) for one in found
        )

    def _identities(self) -> Iterator[joining.Identity]:
        """Yield what all other documents say that tells things apart."""
        vocabulary, iris = self._workshop.vocabulary, self._workshop.iris
        for path, version in self._candidates.items():
            if path not in self._plain:
                yield from joining.of_document(version.document, vocabulary, iris).values()
        unread = {slug for slug, path in self._standing.paths.items() if path not in self._standing.imported}
        for predicate in sorted(joining.identity_predicates(vocabulary), key=str) if unread else ():
            found = self._ledger.documents_with(None, predicate)
            said = ((triple, Place(self._standing.paths[slug])) for slug, triple in found if slug in unread)
            yield from joining.identities(said, vocabulary, iris).values()

    # --- what becomes of the versions

    def _book(self, *, except_for: Collection[str]) -> None:
        wanted = {path: version for path, version in self._candidates.items() if path not in except_for}
        slugs = {version.slug for version in wanted.values()} | self._standing.paths.keys()
        for version in (*self._versions, *self._booked.values()):
            if version.slug not in slugs:
                self._ledger.drop(version.slug)
        for path, version in wanted.items():
            if self._booked.get(path) is not version:
                self._sizes[version.slug] = self._ledger.put(version.document, version.status)
        self._booked = wanted
        self._ledger.settle()

    def _give_way(self, path: str) -> None:
        """Replace the version at *path* by its last good one, or remove it where that fails as well."""
        failed = self._candidates.pop(path)
        earlier = self._standing.read(path) if failed.status is Status.CURRENT else None
        if earlier is not None:
            self._candidates[path] = replace(failed, document=earlier, status=Status.STALE)
        self._plain.pop(path, None)
        if earlier is not None and earlier.imported:
            self._plain[path] = earlier

    def _dangling_of(self, paths: Iterable[str]) -> list[Problem]:
        """Return the warnings on what the versions at *paths* refer to in vain."""
        documents = [self._candidates[path].document for path in paths]
        return list(references.dangling(documents, self, self._workshop.vocabulary, self._workshop.iris))

    def _dangling(self) -> list[Problem]:
        """Return the warnings on what is referred to in vain: by what was read, and by others where that changed."""
        change = self._ledger.change
        untyped = {triple.subject for triple in change.gone if triple.predicate == terms.TYPE}
        missing = {node for node in untyped if isinstance(node, NamedNode) and not self.is_introduced(node)}
        slugs = {
            slug
            for node in missing
            for ends in ((node, None, None), (None, None, node))
            for slug, _ in self._ledger.documents_with(*ends)
        }
        others = self._read(self._standing.paths[slug] for slug in slugs if slug in self._standing.paths)
        found = references.dangling(others, self, self._workshop.vocabulary, self._workshop.iris)
        names = {node.value for node in missing}
        current = (path for path, version in self._candidates.items() if version.status is Status.CURRENT)
        return [*self._dangling_of(current), *(problem for problem in found if problem.focus in names)]

    def _read(self, paths: Iterable[str]) -> list[Document]:
        return [document for path in sorted(paths) if (document := self._standing.read(path)) is not None]

    # --- what `references` asks

    def introductions(self, entity: NamedNode) -> Iterable[Introduction]:
        """Return what the documents that are not read again say *entity* is."""
        for slug, triple in self._ledger.documents_with(entity, terms.TYPE):
            if slug in self._standing.paths and isinstance(triple.object, NamedNode):
                place = Place(self._standing.paths[slug], self._ledger.line(slug, triple))
                yield Introduction(entity, triple.object.value, self._ledger.name(entity, of=slug), place)

    def path(self, slug: str) -> str:
        """Return the path of the document *slug*, if it is not read again."""
        return self._standing.paths.get(slug, "")

    def is_introduced(self, iri: NamedNode) -> bool:
        """Return whether any document says what *iri* is."""
        return self._ledger.is_introduced(iri)

    def is_spoken_of(self, iri: NamedNode) -> bool:
        """Return whether any document relates something to *iri*."""
        return self._ledger.is_introduced(iri) or bool(self._ledger.lookup(None, None, iri))

    def spellings(self) -> Mapping[str, str]:
        """Return the slug for each slug, name and other spelling."""
        return self._ledger.spellings()

    # --- which is which

    def _is_current(self, problem: Problem) -> bool:
        """Return whether a problem is of a newest version: those of an older text would name lines that have moved."""
        version = self._candidates.get(problem.place.path)
        return version is None or version.status is Status.CURRENT

    def _is_first(self, path: str) -> bool:
        return self._candidates[path].status is Status.CURRENT

    def _is_new(self, version: Version) -> bool:
        return self._standing.digests.get(version.path) != version.document.origin.digest


def _as_written(documents: Iterable[Document]) -> dict[Triple, Triple]:
    """Return the triples that the store gives back in another form, with the form in which they were written."""
    found = {}
    for document in documents:
        for statement in document.statements:
            stored = stored_triple(statement.triple)
            if stored is not statement.triple and stored != statement.triple:
                found[stored] = statement.triple
    return found


def _iri(node: object) -> str:
    return str(getattr(node, "value", node))


def _violating(problems: Iterable[Problem]) -> frozenset[str]:
    return frozenset(problem.place.path for problem in problems if problem.severity is Severity.VIOLATION)


def _reading_order(problem: Problem) -> tuple[object, ...]:
    return problem.place.path, problem.place.line, problem.place.column, problem.code, problem.message
