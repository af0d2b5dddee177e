"""Documents → triples → candidate → inference → gate → generation.  Touches files and the clock."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Final

from pyoxigraph import Quad, Triple

from graph import inference, triples
from graph.collections import File, list_files, read_file
from graph.documents import Document
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
from graph.gate import Judgement, Version, Workshop, judge
from graph.iris import digest

Progress = Callable[[str], None]
LARGE_BYTES: Final = 16 << 20


def silent(_step: str) -> None:
    """Tell nobody."""


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
        progress(f"reading {len(files)} documents")
        watch, workshop = Stopwatch(), workshop_of()
        versions = _read(files, workshop)
        watch.lap("read")
        progress(f"validating {len(versions)} documents")
        return _publish(versions, _Plan(state, current, fingerprint, progress), workshop, watch)


def check(data: Path, workshop: Workshop, *, progress: Progress = silent) -> Judgement:
    """Return what the gate says of the documents in *data*; nothing is published."""
    progress("reading documents")
    versions = _read(list_files(data), workshop)
    progress(f"validating {len(versions)} documents")
    return judge(versions, workshop, last_good={})


def _publish(versions: Sequence[Version], plan: "_Plan", workshop: Workshop, watch: Stopwatch) -> Generation:
    judgement = judge(versions, workshop, last_good=_last_good(plan.current, workshop))
    watch.lap("validate")
    plan.progress("writing the generation")
    with candidate(plan.state) as folder:
        write_store(folder / STORE, _quads(judgement.published, workshop))
        published = tuple(_keep_text(version, folder) for version in judgement.published)
        watch.lap("write")
        manifest = Manifest(
            id=next_id(plan.state),
            inputs=plan.inputs,
            software=software_digest(),
            base_iri=workshop.iris.base,
            published=datetime.now(UTC),
            triple_count=len(set(_stated(version.document for version in judgement.published))),
            documents=published + tuple(_entry(version, "") for version in judgement.absent),
            seconds=watch.seconds,
        )
        return publish(folder, manifest, judgement.problems, plan.state)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where a generation goes, what it follows, and the hash of what goes in."""

    state: Path
    current: Generation | None
    inputs: str
    progress: Progress


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
    """Return the versions that the newest generation holds, by the author's path; broken ones are left out."""
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
    kept = Path(DOCUMENTS, *Path(version.file.shown).parts[1:])
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


@cache
def software_digest() -> str:
    """Return the hash of the code that makes generations."""
    folder = Path(__file__).parent
    return digest(*(sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*.py"))))
