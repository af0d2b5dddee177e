"""The gate: which versions of the documents are published, and every problem found on the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph import inference, references, validation
from graph.collections import File
from graph.documents import Document, Problem, Severity, Status
from graph.iris import Iris
from graph.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every judgement and publication needs, made once: the ontology and what follows from it."""

    vocabulary: Vocabulary
    iris: Iris
    rules: inference.Table
    shapes: validation.Shapes

    @classmethod
    def of(cls, vocabulary: Vocabulary, iris: Iris) -> "Workshop":
        """Return the workshop for an ontology.

        Raises:
            OntologyError: Its rules or shapes are wrong.
        """
        return cls(vocabulary, iris, inference.compile_rules(vocabulary), validation.compile_shapes(vocabulary))


@dataclass(frozen=True, slots=True)
class Version:
    """A document with the file that its text is in, and what is published of it."""

    file: File
    document: Document
    status: Status = Status.CURRENT

    @property
    def path(self) -> str:
        """The path as the author knows it."""
        return self.document.origin.path


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate lets through, what it holds back, and every problem, by place."""

    published: tuple[Version, ...]
    absent: tuple[Version, ...]
    problems: tuple[Problem, ...]

    @property
    def has_violations(self) -> bool:
        """Whether any document was held back."""
        return any(problem.severity is Severity.VIOLATION for problem in self.problems)


def judge(versions: Sequence[Version], workshop: Workshop, *, last_good: Mapping[str, Version]) -> Judgement:
    """Return which of *versions* may be published; one with a violation gives way to its last good version.

    The newest versions are judged first, all of them, so that every problem is told at once; then what remains is
    judged again until nothing stands in the way.

    Args:
        last_good: Earlier versions by path, each without problems of its own.
    """
    standing = {version.path: version for version in versions}
    problems = [problem for version in versions for problem in version.document.problems]
    failing = _violating(problems)
    while True:
        # Whoever was there first is right: a new document that contradicts an old one is the one that fails.
        ordered = sorted(standing.values(), key=lambda version: _is_new(version, last_good))
        found = _gate(ordered, workshop)
        failing |= _violating(found) & standing.keys()
        problems += (problem for problem in found if _is_current(problem, standing))
        if not failing:
            break
        problems += _dangling(standing.values(), failing, workshop)
        for path in failing:
            _give_way(path, standing, last_good)
        failing = frozenset()
    current = frozenset(path for path, version in standing.items() if version.status is Status.CURRENT)
    problems += _dangling(standing.values(), current, workshop)
    return Judgement(
        published=tuple(standing.values()),
        absent=tuple(replace(one, status=Status.ABSENT) for one in versions if one.path not in standing),
        problems=tuple(sorted(dict.fromkeys(problems), key=_reading_order)),
    )


def _gate(versions: Iterable[Version], workshop: Workshop) -> list[Problem]:
    """Return what the shapes and the checks across documents find."""
    documents = [version.document for version in versions]
    vocabulary, iris = workshop.vocabulary, workshop.iris
    found = list(references.contradictions(documents, vocabulary, iris))
    stated = dict.fromkeys(statement.triple for document in documents for statement in document.statements)
    inferred = dict.fromkeys(one.triple for one in inference.infer(stated, workshop.rules))
    findings = validation.find((*stated, *inferred, *vocabulary.triples), workshop.shapes)
    return found + list(validation.verdicts(findings, documents, vocabulary, iris))


def _give_way(path: str, standing: dict[str, Version], last_good: Mapping[str, Version]) -> None:
    """Replace the version at *path* by its last good one, or remove it where that fails as well."""
    failed = standing.pop(path)
    if failed.status is Status.CURRENT and path in last_good:
        standing[path] = replace(last_good[path], status=Status.STALE)


def _dangling(versions: Iterable[Version], paths: frozenset[str], workshop: Workshop) -> list[Problem]:
    """Return the warnings on what the documents at *paths* refer to in vain."""
    documents = [version.document for version in versions]
    found = references.dangling(documents, workshop.vocabulary, workshop.iris)
    return [problem for problem in found if problem.place.path in paths]


def _is_current(problem: Problem, standing: Mapping[str, Version]) -> bool:
    """Return whether a problem is of a newest version: those of an older text would name lines that have moved."""
    version = standing.get(problem.place.path)
    return version is None or version.status is Status.CURRENT


def _is_new(version: Version, last_good: Mapping[str, Version]) -> bool:
    known = last_good.get(version.path)
    return known is None or known.document.origin.digest != version.document.origin.digest


def _violating(problems: Iterable[Problem]) -> frozenset[str]:
    return frozenset(problem.place.path for problem in problems if problem.severity is Severity.VIOLATION)


def _reading_order(problem: Problem) -> tuple[object, ...]:
    return problem.place.path, problem.place.line, problem.place.column, problem.code, problem.message
