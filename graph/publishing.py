"""Documents → triples → candidate → inference → gate → generation.  Touches files and the clock."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Final

import rdflib
from pyoxigraph import Quad, Triple

from graph import inference, references, triples, validation
from graph.collections import File, list_files, read_file
from graph.documents import Document, Problem, Severity, Status
from graph.engine.embedded import write_store
from graph.engine.generations import (
    DOCUMENTS,
    STORE,
    Generation,
    Manifest,
    PublishedDocument,
    candidate,
    find_current,
    next_id,
    publish,
    writing,
)
from graph.iris import Iris, digest
from graph.vocabulary import Vocabulary

Progress = Callable[[str], None]


def silent(_step: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every publication needs, made once: the ontology and what follows from it."""

    vocabulary: Vocabulary
    iris: Iris
    rules: inference.Table
    shapes: rdflib.Graph

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
    """What the gate lets through, what it holds back, and every problem by place."""

    published: tuple[Version, ...]
    absent: tuple[Version, ...]
    problems: tuple[Problem, ...]

    @property
    def has_violations(self) -> bool:
        """Whether any document was held back."""
        return any(problem.severity is Severity.VIOLATION for problem in self.problems)


@dataclass(slots=True)
class Stopwatch:
    """Seconds per step."""

    seconds: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=perf_counter)

    def lap(self, step: str) -> None:
        """Book the time since the last lap on *step*."""
        now = perf_counter()
        self.seconds[step] = round(now - self.started, 4)
        self.started = now


def build(
    data: Path, state: Path, workshop_of: Callable[[], Workshop], *, inputs: str, progress: Progress = silent
) -> Generation:
    """Publish the documents in *data*, unless the newest generation holds just these already.

    Args:
        workshop_of: Makes the workshop; not called when there is nothing to do.
        inputs: The hash of what else decides the content, such as the ontology.

    Raises:
        DataFolderError: *data* is not a folder.
        StateFolderError: *state* cannot be used.
        OntologyError: The ontology is wrong.
    """
    files = list_files(data)
    fingerprint = digest(inputs, software_digest(), *_file_digests(files))
    current = find_current(state)
    if current is not None and current.manifest.inputs == fingerprint:
        return current
    with writing(state):
        current = find_current(state)
        if current is not None and current.manifest.inputs == fingerprint:
            return current
        return _publish(files, state, workshop_of(), current, fingerprint, progress)


def check(data: Path, workshop: Workshop, *, progress: Progress = silent) -> Judgement:
    """Return what the gate says of the documents in *data*; nothing is published."""
    progress("reading documents")
    versions = _read(list_files(data), workshop)
    progress(f"validating {len(versions)} documents")
    return judge(versions, workshop, last_good={})


def judge(versions: Sequence[Version], workshop: Workshop, *, last_good: Mapping[str, Version]) -> Judgement:
    """Return which of *versions* may be published: a document with a violation gives way to its last good version.

    The newest versions are judged first, all of them, so that every problem is told at once; then what remains is
    judged again until nothing stands in the way.
    """
    newest = [version.document for version in versions]
    problems = [problem for document in newest for problem in document.problems]
    problems += _gate(newest, workshop)
    broken = _violating(problems)
    problems += (
        problem
        for problem in references.dangling(newest, workshop.vocabulary, workshop.iris)
        if problem.place.path in broken
    )
    remaining = {version.path: _or_last_good(version, broken, last_good) for version in versions}
    while True:
        published = [version for version in remaining.values() if version is not None]
        found = _gate([version.document for version in published], workshop)
        failing = _violating(found)
        if not failing & {version.path for version in published}:
            break
        for path in failing:
            version = remaining.get(path)
            fallback = last_good.get(path) if version is not None and version.status is Status.CURRENT else None
            remaining[path] = replace(fallback, status=Status.STALE) if fallback else None
        problems += found
    documents = [version.document for version in published if version.status is Status.CURRENT]
    current = {document.origin.path for document in documents}
    everything = [version.document for version in published]
    problems += (
        problem
        for problem in references.dangling(everything, workshop.vocabulary, workshop.iris)
        if problem.place.path in current
    )
    absent = tuple(replace(version, status=Status.ABSENT) for version in versions if remaining[version.path] is None)
    return Judgement(tuple(published), absent, tuple(sorted(dict.fromkeys(problems), key=_reading_order)))


def _or_last_good(version: Version, broken: frozenset[str], last_good: Mapping[str, Version]) -> Version | None:
    if version.path not in broken:
        return version
    fallback = last_good.get(version.path)
    return replace(fallback, status=Status.STALE) if fallback else None


def _gate(documents: Sequence[Document], workshop: Workshop) -> list[Problem]:
    """Return what the shapes and the checks across documents find."""
    vocabulary, iris = workshop.vocabulary, workshop.iris
    found = [problem for some in references.contradictions(documents, vocabulary, iris).values() for problem in some]
    stated = list(dict.fromkeys(_stated(documents)))
    inferred = dict.fromkeys(one.triple for one in inference.infer(stated, workshop.rules))
    findings = validation.find((*stated, *inferred, *vocabulary.triples), workshop.shapes)
    return found + list(validation.verdicts(findings, documents, vocabulary, iris))


def _violating(problems: Iterable[Problem]) -> frozenset[str]:
    return frozenset(problem.place.path for problem in problems if problem.severity is Severity.VIOLATION)


def _reading_order(problem: Problem) -> tuple[object, ...]:
    return problem.place.path, problem.place.line, problem.place.column, problem.code, problem.message


def _publish(
    files: Sequence[File],
    state: Path,
    workshop: Workshop,
    current: Generation | None,
    fingerprint: str,
    progress: Progress,
) -> Generation:
    watch = Stopwatch()
    progress(f"reading {len(files)} documents")
    versions = _read(files, workshop)
    watch.lap("read")
    progress("validating")
    judgement = judge(versions, workshop, last_good=_last_good(current, workshop))
    watch.lap("validate")
    progress("writing the generation")
    with candidate(state) as folder:
        documents = [version.document for version in judgement.published]
        write_store(folder / STORE, _quads(judgement.published, workshop))
        watch.lap("write")
        published = tuple(_keep_text(version, folder) for version in judgement.published)
        manifest = Manifest(
            id=next_id(state),
            inputs=fingerprint,
            software=software_digest(),
            base_iri=workshop.iris.base,
            published=datetime.now(UTC),
            triple_count=len(set(_stated(documents))),
            documents=published + tuple(_entry(version, "") for version in judgement.absent),
            seconds=watch.seconds,
        )
        return publish(folder, manifest, judgement.problems, state)


def _quads(published: Sequence[Version], workshop: Workshop) -> Iterator[Quad]:
    """Yield every quad of a generation: each document, its records, what follows, and the merge of all."""
    iris = workshop.iris
    merged: set[Triple] = set()
    everything = iris.graph("all")

    def merge(quad: Quad) -> Iterator[Quad]:
        yield quad
        if quad.triple not in merged:
            merged.add(quad.triple)
            yield Quad(quad.subject, quad.predicate, quad.object, everything)

    for version in published:
        for quad in triples.stated(version.document, iris, status=version.status):
            yield from merge(quad)
        yield from triples.records(version.document, iris)
    found = list(inference.infer(list(merged), workshop.rules))
    inferred = iris.graph("inferred")
    for triple in dict.fromkeys(one.triple for one in found):
        yield from merge(Quad(triple.subject, triple.predicate, triple.object, inferred))
    yield from inference.records(found, iris)
    ontology = iris.graph("ontology")
    for triple in workshop.vocabulary.triples:
        yield from merge(Quad(triple.subject, triple.predicate, triple.object, ontology))


def _stated(documents: Iterable[Document]) -> Iterator[Triple]:
    return (statement.triple for document in documents for statement in document.statements)


def _read(files: Iterable[File], workshop: Workshop) -> list[Version]:
    return [Version(file, read_file(file, vocabulary=workshop.vocabulary, iris=workshop.iris)) for file in files]


def _last_good(current: Generation | None, workshop: Workshop) -> dict[str, Version]:
    """Return the versions that the newest generation holds, by the path as the author knows it; broken ones left out."""
    if current is None:
        return {}
    found = {}
    for entry in current.manifest.documents:
        if not entry.file:
            continue
        file = File(current.folder / DOCUMENTS, current.folder / entry.file)
        document = read_file(file, vocabulary=workshop.vocabulary, iris=workshop.iris)
        if not document.is_broken:
            found[entry.path] = Version(file, _under_path(document, entry.path))
    return found


def _under_path(document: Document, path: str) -> Document:
    """Return *document* as if its text stood in the author's file."""
    statements = tuple(
        replace(statement, written=replace(statement.written, path=path)) for statement in document.statements
    )
    return replace(document, origin=replace(document.origin, path=path), statements=statements)


def _keep_text(version: Version, folder: Path) -> PublishedDocument:
    """Copy the text of *version* into the candidate, and return its entry."""
    kept = Path(DOCUMENTS) / version.file.path.relative_to(version.file.folder)
    (folder / kept).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(version.file.path, folder / kept)
    return _entry(version, str(kept))


def _entry(version: Version, file: str) -> PublishedDocument:
    origin = version.document.origin
    count = sum(1 for statement in version.document.statements if statement.evidence) if file else 0
    return PublishedDocument(
        slug=origin.slug,
        collection=origin.collection,
        path=origin.path,
        digest=origin.digest,
        status=version.status.value,
        file=file,
        statement_count=count,
    )


def _file_digests(files: Iterable[File]) -> Iterator[str]:
    for file in files:
        yield file.shown
        status = file.path.stat()
        # A large file is known by its size and time, so that a start need not read it.
        large = status.st_size > LARGE_BYTES
        yield (f"{status.st_size}:{status.st_mtime_ns}" if large else sha256(file.path.read_bytes()).hexdigest())


LARGE_BYTES: Final = 16 << 20


@cache
def software_digest() -> str:
    """Return the hash of the code that makes generations."""
    folder = Path(__file__).parent
    return digest(*(sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*.py"))))
