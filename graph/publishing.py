"""Documents → candidate → inference → gate → generation.  Touches files and the clock.

The candidate is a copy of the last generation, and only what has changed is read, inferred and judged; where the
ontology or the software is another one, everything is made anew.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final

from graph import derived
from graph.collections import parse_bytes, read_file
from graph.documents import Document, Origin, Problem, Status
from graph.engine.embedded import Draft, EmbeddedReader
from graph.engine.generations import (
    STORE,
    Cause,
    Generation,
    Manifest,
    PublishedDocument,
    candidate,
    list_generations,
    newest_id,
    publish,
)
from graph.engine.texts import Texts
from graph.excerpts import Source, with_excerpts
from graph.folders import File, Folder, list_files
from graph.garbage import few_collections
from graph.gate import NOTHING_STANDS, Judgement, Standing, Version, judge
from graph.home import FOLDER, Outlet
from graph.joining import joined
from graph.ledger import Ledger, Sizes
from graph.report import Recurrence, Report, compared, uncompared
from graph.workshop import Workshop

Progress = Callable[[str], None]
# Texts that no generation needs any more do no harm but take room.
SWEEP_EVERY: Final = 16
BUILD: Final = Cause("build")


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
        self.seconds[step] = round(self.seconds.get(step, 0.0) + now - self.started, 4)
        self.started = now


@dataclass(frozen=True, slots=True)
class Edition:
    """What a publication starts from.

    Attributes:
        current: The newest generation; ``None`` where there is none.
        inputs: The hash of everything that goes in from outside.
        made_with: The hash of the ontology and the software.
        is_anew: Whether nothing of the newest generation's store is to be taken over.
        outlet: Where the publication goes.
    """

    state: Path
    workshop: Workshop
    current: Generation | None
    inputs: str
    made_with: str
    cause: Cause = BUILD
    is_anew: bool = False
    outlet: Outlet = FOLDER
    watch: Stopwatch = field(default_factory=Stopwatch)

    @property
    def is_new(self) -> bool:
        """Whether everything is made anew."""
        return self.is_anew or self.current is None or self.current.manifest.workshop != self.made_with

    @property
    def entries(self) -> tuple[PublishedDocument, ...]:
        """The documents of the newest generation."""
        return self.current.manifest.documents if self.current is not None else ()

    def report(self) -> tuple[Problem, ...]:
        """Return what was found when the newest generation was made, unless everything is made anew."""
        return () if self.current is None or self.is_new else self.current.report()

    def read(self, entry: PublishedDocument) -> Document | None:
        """Return the version of a document that is published; ``None`` where it is not good any more."""
        if not entry.digest:
            return None
        content = Texts(self.state).path(entry.digest, entry.suffix).read_bytes()
        document = parse_entry(entry, content, self.workshop)
        return None if document.is_broken else document


def parse_entry(entry: PublishedDocument, content: bytes, workshop: Workshop) -> Document:
    """Return the document in *content*, under the name and the path of *entry*."""
    origin = Origin(entry.slug, entry.collection, entry.path, "")
    return parse_bytes(content, origin, entry.suffix, vocabulary=workshop.vocabulary, iris=workshop.iris)


def publish_folder(edition: Edition, folder: Folder, *, progress: Progress = silent) -> Generation:
    """Publish what has changed in *folder* since the newest generation was made."""
    progress("reading documents")
    with few_collections():
        versions = _read_changed(edition, folder.files, folder.prints)
    gone = [entry for entry in edition.entries if not entry.is_own and entry.path not in folder.files]
    progress(f"validating {len(versions)} documents")
    with few_collections():
        generation = issue(edition, versions, gone)
    if generation.id % SWEEP_EVERY == 0:
        _sweep_texts(edition.state)
    return generation


def check(data: Path, workshop: Workshop, *, progress: Progress = silent) -> Judgement:
    """Return what the gate says of the documents in *data*; nothing is published."""
    progress("reading documents")
    files = {file.shown: file for file in list_files(data)}
    with few_collections():
        judgement = _checked(tuple(files.values()), workshop, progress)

    def source(path: str) -> Path | None:
        if path in files:
            return files[path].path
        table = files.get(path.removesuffix(".yaml"))  # the mapping stands beside it
        return table.path.with_name(f"{table.path.name}.yaml") if table else None

    return replace(judgement, problems=tuple(with_excerpts(judgement.problems, source)))


def _checked(files: Sequence[File], workshop: Workshop, progress: Progress) -> Judgement:
    versions = [_read(file, "", workshop) for file in files]
    progress(f"validating {len(versions)} documents")
    with tempfile.TemporaryDirectory(prefix="cloudindex-") as folder, Draft(Path(folder) / STORE) as draft:
        return judge(versions, NOTHING_STANDS, Ledger(draft, workshop, is_new=True), workshop)


def rehearse(
    edition: Edition, version: Version, content: bytes, gone: Sequence[PublishedDocument], folder: Path
) -> Report:
    """Return what would be said of *version* if it were published, beside what is said now; nothing is published.

    Of other documents only what is new is told.

    Args:
        content: Its text.
        gone: What would go with it.
        folder: An empty folder to work in.
    """
    assert edition.current is not None
    changed = {version.path} | {entry.path for entry in gone}
    before = edition.report()
    with Draft(folder / STORE, copied_from=edition.current.store_folder) as draft:
        ledger = Ledger(draft, edition.workshop, is_new=False)
        for entry in gone:
            ledger.drop(entry.slug)
        judgement = judge([version], _standing(edition, changed, before, gone), ledger, edition.workshop)
    text = folder / "text"
    text.write_bytes(content)
    published = _source(edition, ())
    problems = _problems(before, changed, judgement, lambda path: text if path == version.path else published(path))
    paths = {entry.path for entry in edition.entries} - {entry.path for entry in gone} | {version.path}
    report = compared(problems, edition.current.full_report().entries, paths=paths)
    told = (one for one in report.entries if one.status is Recurrence.NEW or one.problem.place.path == version.path)
    return replace(report, entries=tuple(told), against=edition.current.id)


def issue(
    edition: Edition,
    versions: Sequence[Version],
    gone: Sequence[PublishedDocument] = (),
    *,
    accept: Callable[[Judgement], None] = lambda _judgement: None,
) -> Generation:
    """Publish *versions* in place of what was published of them, without the documents *gone*.

    Args:
        accept: Sees the judgement, and raises where nothing is to be published.
    """
    watch = edition.watch
    watch.lap("read")
    with candidate(edition.state) as folder:
        copied = None if edition.is_new or edition.current is None else edition.current.store_folder
        changed = {version.path for version in versions} | {entry.path for entry in gone}
        before = edition.report()
        is_elsewhere = edition.outlet is not FOLDER
        with Draft(folder / STORE, copied_from=copied, notes_difference=is_elsewhere) as draft:
            watch.lap("copy")
            ledger = Ledger(draft, edition.workshop, is_new=edition.is_new)
            for entry in gone:
                ledger.drop(entry.slug)
            judgement = judge(versions, _standing(edition, changed, before, gone), ledger, edition.workshop)
            accept(judgement)
            changed |= {version.path for version in (*judgement.published, *judgement.absent)}
            watch.lap("validate")
        watch.lap("write")
        _derive(edition, ledger, folder)
        watch.lap("derive")
        manifest = _manifest(edition, judgement, ledger, changed)
        problems = _problems(before, changed, judgement, _source(edition, versions))
        report = _compared(problems, edition, manifest)
        deliver = partial(edition.outlet.deliver, folder, manifest, draft.difference)
        return publish(folder, manifest, report, edition.state, deliver=deliver)


def _derive(edition: Edition, ledger: Ledger, folder: Path) -> None:
    """Derive what is answered from beside the store in *folder*."""
    vocabulary, iris = edition.workshop.vocabulary, edition.workshop.iris
    ground = derived.Ground(EmbeddedReader(folder / STORE, iris.graph("all")), vocabulary, iris)
    if edition.is_new or edition.current is None:
        derived.make(folder, ground)
        return
    touched = derived.Touched(0, tuple(ledger.touched), tuple(ledger.restated))
    derived.continue_from(edition.current.folder, folder, touched, ground)
    derived.write_changed(folder, touched)


def _problems(
    before: Iterable[Problem], changed: Collection[str], judgement: Judgement, source: Source
) -> tuple[Problem, ...]:
    """Return what was found now and what still holds of what was found *before*, by place, each with its line."""
    kept = (one for one in before if one.place.path not in changed and not judgement.outdates(one))
    found = sorted((*kept, *judgement.problems), key=lambda one: (one.place, one.code, one.message))
    return tuple(with_excerpts(found, source))


def with_lines(problems: Iterable[Problem], edition: Edition, versions: Iterable[Version]) -> tuple[Problem, ...]:
    """Return *problems* each with the line that it stands on."""
    return tuple(with_excerpts(problems, _source(edition, versions)))


def _source(edition: Edition, versions: Iterable[Version]) -> Source:
    """Return what finds the text of a document: of those that were read now, else that which is published."""
    texts = Texts(edition.state)
    files = {entry.path: texts.path(entry.digest, entry.suffix) for entry in edition.entries if entry.digest}
    for version in versions:
        files[version.path] = texts.path(version.document.origin.digest, Path(version.path).suffix.lower())
    return files.get


def _compared(problems: Sequence[Problem], edition: Edition, manifest: Manifest) -> Report:
    current = edition.current
    if current is None:
        return uncompared(problems)
    paths = {entry.path for entry in manifest.documents}
    before = current.full_report().entries
    if edition.is_anew:  # of what is purged not even a verdict is kept that told its words
        before = tuple(entry for entry in before if entry.problem.place.path in paths)
    return compared(problems, before, paths=paths, number=manifest.id, against=current.id)


def _read_changed(edition: Edition, files: Mapping[str, File], prints: Mapping[str, str]) -> list[Version]:
    """Return the documents to publish: those that are new or changed, and those that were not good when last seen."""
    known = {entry.path: entry for entry in edition.entries if not entry.is_own}
    keep = Texts(edition.state).keep
    versions = []
    for path, file in files.items():
        entry = known.get(path)
        is_same = entry is not None and entry.status == Status.CURRENT.value and entry.fingerprint == prints[path]
        if edition.is_new or not is_same:
            version = _read(file, prints[path], edition.workshop, keep=keep)
            versions.append(version)
    if edition.is_new:
        own = ((entry, edition.read(entry)) for entry in edition.entries if entry.is_own)
        versions += (Version(document, entry.fingerprint, is_own=True) for entry, document in own if document)
    return versions


def _read(
    file: File, fingerprint_: str, workshop: Workshop, *, keep: Callable[[bytes, str], object] | None = None
) -> Version:
    document = read_file(file, vocabulary=workshop.vocabulary, iris=workshop.iris, keep=keep)
    return Version(document, fingerprint_)


def _standing(
    edition: Edition, changed: set[str], before: tuple[Problem, ...], gone: Sequence[PublishedDocument]
) -> Standing:
    by_path = {entry.path: entry for entry in edition.entries if entry.digest}
    unread = {} if edition.is_new else {path: entry for path, entry in by_path.items() if path not in changed}

    def read(path: str) -> Document | None:
        entry = by_path.get(path)
        document = edition.read(entry) if entry is not None else None
        return joined(document, entry.joins, edition.workshop.iris) if entry and document else None

    def version(entry: PublishedDocument) -> Version | None:
        document = edition.read(entry)
        return Version(document, entry.fingerprint, Status(entry.status), entry.is_own) if document else None

    return Standing(
        paths={entry.slug: path for path, entry in unread.items()},
        digests={path: entry.digest for path, entry in by_path.items()},
        read=read,
        problems=tuple(problem for problem in before if problem.place.path in changed),
        others=tuple(problem for problem in before if problem.place.path not in changed),
        imported={path: partial(version, entry) for path, entry in unread.items() if entry.imported},
        is_smaller=bool(gone) and not edition.is_new,
    )


def _manifest(edition: Edition, judgement: Judgement, ledger: Ledger, changed: set[str]) -> Manifest:
    before = edition.current.manifest if edition.current is not None and not edition.is_new else None
    kept = [entry for entry in before.documents if entry.path not in changed] if before else []
    published = [_entry(version, judgement) for version in (*judgement.published, *judgement.absent)]
    gone = {entry.slug for entry in edition.entries if before is None or entry.path in changed}
    growth = {graph: count for graph, count in ledger.growth.items() if not _is_of_a_document(graph, edition)}
    return Manifest(
        id=newest_id(edition.state) + 1,
        inputs=edition.inputs,
        workshop=edition.made_with,
        base_iri=edition.workshop.iris.base,
        published=datetime.now(UTC),
        triple_count=(before.triple_count if before else 0) + ledger.stated_growth,
        documents=tuple(sorted((*kept, *published), key=lambda entry: entry.path)),
        graphs=_grown(before.graphs if before else {}, growth),
        classes=_grown(before.classes if before else {}, ledger.class_growth),
        properties=_grown(before.properties if before else {}, ledger.property_growth),
        cause=replace(edition.cause, documents=tuple(sorted({entry.slug for entry in published} | gone))),
        seconds=edition.watch.seconds,
    )


def _grown(before: Mapping[str, int], growth: Mapping[str, int]) -> dict[str, int]:
    counts = Counter(before)
    counts.update(growth)
    return {key: count for key, count in sorted(counts.items()) if count}


def _is_of_a_document(graph: str, edition: Edition) -> bool:
    return graph.startswith(f"{edition.workshop.iris.base}document/")


def _entry(version: Version, judgement: Judgement) -> PublishedDocument:
    origin = version.document.origin
    is_published = version.status is not Status.ABSENT
    sizes = judgement.sizes.get(version.slug, Sizes()) if is_published else Sizes()
    return PublishedDocument(
        slug=origin.slug,
        collection=origin.collection,
        path=origin.path,
        digest=origin.digest if is_published else "",
        status=version.status.value,
        suffix=Path(origin.path).suffix.lower(),
        fingerprint=version.fingerprint,
        is_own=version.is_own,
        statement_count=sum(1 for one in version.document.statements if one.evidence) if is_published else 0,
        triple_count=sizes.stated,
        record_count=sizes.records,
        proposal_count=sizes.open,
        proposal_triple_count=sizes.proposals,
        imported=version.document.imported and is_published,
        joins=version.document.joins if is_published else (),
    )


def _sweep_texts(state: Path) -> None:
    kept = (entry.digest for generation in list_generations(state) for entry in generation.manifest.documents)
    Texts(state).sweep(kept)
