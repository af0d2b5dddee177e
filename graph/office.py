"""Where writes are done: each is published whole, or leaves no trace.

Only documents of the service's own collection are written; those of a folder are the folder's, and the other graphs
are derived.  Touches files and the clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from graph import derived
from graph.building import look
from graph.documents import Document, Severity, Writing
from graph.engine.embedded import Draft, stored_triple
from graph.engine.generations import (
    STORE,
    Cause,
    Generation,
    PublishedDocument,
    candidate,
    delete_older,
    find_generation,
    list_generations,
    newest_id,
    open_current,
    publish,
    trial,
    writing,
)
from graph.engine.texts import Texts
from graph.errors import (
    GenerationGoneError,
    ReadOnlyError,
    RejectedError,
    UnknownDocumentError,
    UnknownGraphError,
    WriteRefusedError,
)
from graph.gate import Judgement, Version
from graph.home import FOLDER, Home, Outlet
from graph.iris import SLUG, digest
from graph.kinds import OWN, OWN_KINDS, WRITTEN
from graph.nearness import nearest
from graph.publishing import Edition, issue, parse_entry, publish_folder, rehearse, with_lines
from graph.report import compared
from graph.sources import written
from graph.sparql_update import Update, UpdateDataset, read_update
from graph.updating import Change, changes_of, parse_parts, run
from graph.workshop import Workshop
from graph.writes import (
    KINDS,
    Author,
    DeleteDocument,
    DeleteGraph,
    Follow,
    Judged,
    Purge,
    PutDocument,
    PutGraph,
    Refresh,
    Restore,
    RunUpdate,
    Trial,
    Write,
    Written,
)

UNNAMED: Final = "unnamed"


@dataclass(frozen=True, slots=True)
class Office:
    """Where writes are done, and with what."""

    state: Path
    workshop: Workshop
    made_with: str
    home: Home

    def perform(self, write: Write, author: Author) -> Written:
        """Do *write*; when this returns, it is on the disk, and the newest generation has it.

        Raises:
            GraphError: It cannot be done; nothing has changed.
        """
        if isinstance(write, Follow):
            self.home.catch_up(self.state)
            return Written(open_current(self.state).id)
        with writing(self.state), self.home.publishing(self.state) as outlet:
            edition = replace(self._edition(write, author), outlet=outlet)
            return PERFORM[type(write)](write, edition, author)

    def try_out(self, asked: Trial) -> Judged:
        """Judge a text as if it were put, beside whatever else is published meanwhile; it leaves no trace.

        Raises:
            GraphError: It cannot be done.
        """
        edition = self._edition(asked, Author())
        assert edition.current is not None
        self.home.complete(edition.current, self.state)
        slug = asked.slug or _unused_slug(edition)
        if not SLUG.fullmatch(slug):
            raise _no_slug(slug)
        known = next((one for one in edition.entries if one.slug == slug and one.status != "absent"), None)
        entry = _entry(_Text(slug, None, asked.suffix)) if known is None else _in_place_of(known, asked.suffix)
        version = Version(parse_entry(entry, asked.content, self.workshop), is_own=entry.is_own)
        gone = [known] if known is not None and known.path != entry.path else []
        with edition.current.hold(), trial(self.state) as folder:
            report = rehearse(edition, version, asked.content, gone, folder)
        return Judged(
            generation=edition.current.id,
            slug=slug,
            path=entry.path,
            report=report.first(asked.most),
            severities=report.severities(),
            statuses=report.statuses(),
            conforms=report.conforms,
        )

    def _edition(self, write: Write | Trial, author: Author) -> Edition:
        current = open_current(self.state)
        if current.manifest.workshop != self.made_with:
            raise WriteRefusedError("The graph was published with another ontology or version; build it again first.")
        cause = Cause(KINDS.get(type(write), ""), author.by, author.request)
        # Documents of a folder that are not good may be good now; the next build is to look at them again.
        waits = any(entry.status != "current" for entry in current.manifest.documents)
        inputs = digest(current.manifest.inputs, "waiting") if waits else current.manifest.inputs
        return Edition(self.state, self.workshop, current, inputs, self.made_with, cause)


@dataclass(frozen=True, slots=True)
class _Text:
    """A document to be: its text, or ``None`` where it is to go."""

    slug: str
    content: str | None
    suffix: str = WRITTEN


def _put_document(write: PutDocument, edition: Edition, _author: Author) -> Written:
    is_new = _own(edition, write.slug) is None
    return replace(_issue([_Text(write.slug, write.content, write.suffix)], edition), is_new=is_new)


def _delete_document(write: DeleteDocument, edition: Edition, _author: Author) -> Written:
    if _own(edition, write.slug) is None:
        known = [entry.slug for entry in edition.entries]
        raise UnknownDocumentError(write.slug, nearest(write.slug, known))
    return _issue([_Text(write.slug, None)], edition)


def _put_graph(write: PutGraph, edition: Edition, author: Author) -> Written:
    slug = _slug_of(write.graph, edition)
    entry = _own(edition, slug)
    triples = parse_parts(write)
    is_new = entry is None
    if entry is not None and write.is_added:
        text, document = _read_written(entry, edition)
        held = {stored_triple(statement.triple) for statement in document.statements}
        added = [triple for triple in triples if stored_triple(triple) not in held]
        content = written.revised(text, document, (), added, _signature(author))
    else:
        content = written.written(triples, _signature(author))
    return replace(_issue([_Text(slug, content)], edition), is_new=is_new)


def _delete_graph(write: DeleteGraph, edition: Edition, _author: Author) -> Written:
    slug = _slug_of(write.graph, edition)
    if _own(edition, slug) is None:
        raise UnknownGraphError(write.graph)
    return _issue([_Text(slug, None)], edition)


def _run_update(write: RunUpdate, edition: Edition, author: Author) -> Written:
    assert edition.current is not None
    iris = edition.workshop.iris
    update = _read(write, must_name_graphs=True)
    sources = [iris.document(entry.slug).value for entry in edition.entries if entry.digest]
    with candidate(edition.state) as folder:
        dataset = _dataset(write, update, edition)
        graphs = sources if update.targets is None else update.targets
        with Draft(folder / STORE, copied_from=edition.current.store_folder) as draft:
            changes = changes_of(
                draft,
                graphs,
                lambda: run(draft, update, dataset, write),
                gateway=write.gateway,
                may_be_others=update.targets is None,
            )
    texts = [_revised(iri, change, edition, author) for iri, change in changes.items()]
    known = {entry.slug for entry in edition.entries}
    is_new = any(text.slug not in known for text in texts)
    return replace(_issue(texts, edition), is_new=is_new) if texts else Written(edition.current.id)


def _revised(graph: str, change: Change, edition: Edition, author: Author) -> _Text:
    slug = _slug_of(graph, edition)
    entry = _own(edition, slug)
    if entry is None:
        return _Text(slug, written.written(change.added, _signature(author)))
    if change.is_dropped:
        return _Text(slug, None)
    text, document = _read_written(entry, edition)
    # What an update removes is told as the store holds it: a number that was written 2.50 is 2.5 there.
    triples = (statement.triple for statement in document.statements)
    removed = {triple for triple in triples if stored_triple(triple) in change.removed}
    return _Text(slug, written.revised(text, document, removed, change.added, _signature(author)))


def _restore(write: Restore, edition: Edition, _author: Author) -> Written:
    assert edition.current is not None
    return Written(restore(write.generation, edition.state, edition.current, edition.cause, edition.outlet).id)


def _purge(write: Purge, edition: Edition, _author: Author) -> Written:
    """Publish everything but one document anew, and delete every generation before: no file keeps a trace of it.

    Raises:
        ReadOnlyError: A folder holds it.
        UnknownDocumentError: No generation that is kept has one of that name; deleting them all would serve nobody.
    """
    entry = next((one for one in edition.entries if one.slug == write.slug), None)
    if entry is not None and not entry.is_own and entry.status != "absent":
        raise ReadOnlyError(f"{entry.path} is in a folder: remove the file, build, and then purge “{write.slug}”.")
    known = _kept_slugs(edition)
    if write.slug not in known:
        raise UnknownDocumentError(write.slug, nearest(write.slug, sorted(known)))
    kept = [one for one in edition.entries if one.digest and one.slug != write.slug]
    read = [(one, edition.read(one)) for one in kept]
    versions = [Version(document, one.fingerprint, is_own=one.is_own) for one, document in read if document is not None]
    generation = issue(replace(edition, is_anew=True), versions)
    edition.outlet.forget()
    delete_older(edition.state, generation.id)
    Texts(edition.state).sweep(one.digest for one in generation.manifest.documents)
    return Written(generation.id)


def _kept_slugs(edition: Edition) -> set[str]:
    """Return the slugs of the documents that the kept generations name."""
    generations = list_generations(edition.state)
    return {document.slug for generation in generations for document in generation.manifest.documents}


def _refresh(write: Refresh, edition: Edition, _author: Author) -> Written:
    """Publish what has changed in the folder; nothing where nothing has."""
    assert edition.current is not None
    folder = look(write.data, edition.current, touched=None if write.touched is None else frozenset(write.touched))
    inputs = folder.inputs(edition.made_with)
    if edition.current.manifest.inputs == inputs:
        return Written(edition.current.id)
    return Written(publish_folder(replace(edition, inputs=inputs), folder).id)


PERFORM: Final[dict[type, Callable[..., Written]]] = {
    PutDocument: _put_document,
    DeleteDocument: _delete_document,
    PutGraph: _put_graph,
    DeleteGraph: _delete_graph,
    RunUpdate: _run_update,
    Restore: _restore,
    Purge: _purge,
    Refresh: _refresh,
}


def restore(number: int, state: Path, current: Generation, cause: Cause, outlet: Outlet = FOLDER) -> Generation:
    """Publish the content of the generation *number* under a new number.

    The folder counts as it is now: what it holds is read again when it changes.

    Raises:
        GenerationGoneError, UnknownGenerationError: It is not there.
    """
    earlier = find_generation(state, number)
    if earlier.manifest.workshop != current.manifest.workshop:
        raise WriteRefusedError(f"Generation {number} was made with another ontology or version.")
    if not earlier.store_folder.is_dir():
        raise GenerationGoneError(number)  # this copy has followed it, and the server holds a later one
    with earlier.hold(), candidate(state) as folder:
        with Draft(folder / STORE, copied_from=earlier.store_folder):
            pass  # as it is
        derived.share(earlier.folder, folder)
        manifest = replace(
            earlier.manifest,
            id=newest_id(state) + 1,
            inputs=current.manifest.inputs,
            published=datetime.now(UTC),
            cause=replace(cause, documents=_differing(earlier, current)),
        )
        report = compared(
            earlier.report(),
            current.full_report().entries,
            paths={entry.path for entry in manifest.documents},
            number=manifest.id,
            against=current.id,
        )
        deliver = partial(outlet.deliver, folder, manifest, None)
        return publish(folder, manifest, report, state, deliver=deliver)


def _read(write: RunUpdate, *, must_name_graphs: bool) -> Update:
    names_dataset = bool(write.default_graphs or write.named_graphs)
    return read_update(
        write.text,
        write.prefixes,
        must_name_graphs=must_name_graphs,
        names_dataset=names_dataset,
        gateway=write.gateway,
    )


def _dataset(write: RunUpdate, update: Update, edition: Edition) -> UpdateDataset:
    if write.default_graphs or write.named_graphs:
        return UpdateDataset(write.default_graphs, write.named_graphs)
    named = sorted(update.asked) if update.asked is not None else _named_graphs(edition)
    return UpdateDataset((edition.workshop.iris.graph("all").value,), tuple(named))


def _named_graphs(edition: Edition) -> list[str]:
    assert edition.current is not None
    return [graph for graph, _ in edition.current.manifest.graph_sizes()]


def _issue(texts: Sequence[_Text], edition: Edition) -> Written:
    """Publish documents of the service's own collection, or nothing of them."""
    keep = Texts(edition.state).keep
    known = {entry.slug: entry for entry in edition.entries if entry.is_own}
    versions = []
    for text in texts:
        if text.content is not None:
            content = text.content.encode()
            entry = _entry(text)
            keep(content, text.suffix)
            versions.append(Version(parse_entry(entry, content, edition.workshop), is_own=True))
    paths = {version.path for version in versions}
    gone = [known[text.slug] for text in texts if text.slug in known and known[text.slug].path not in paths]

    def accept(judgement: Judgement) -> None:
        wrong = [problem for problem in judgement.problems if problem.severity is Severity.VIOLATION]
        if wrong:
            raise RejectedError(with_lines(judgement.problems, edition, versions))

    generation = issue(edition, versions, gone, accept=accept)
    problems = tuple(problem for problem in generation.report() if problem.place.path in paths)
    return Written(generation.id, problems=problems)


def _entry(text: _Text) -> PublishedDocument:
    path = f"{OWN}/{text.slug}{text.suffix}"
    return PublishedDocument(text.slug, OWN, path, "", "current", text.suffix, is_own=True)


def _in_place_of(known: PublishedDocument, suffix: str) -> PublishedDocument:
    """Return the document *known* as it would be with a text of the kind that *suffix* says."""
    is_same = OWN_KINDS[suffix].media_types == OWN_KINDS[known.suffix].media_types
    path = known.path if is_same else f"{known.path.removesuffix(known.suffix)}{suffix}"
    return replace(known, path=path, suffix=known.suffix if is_same else suffix)


def _unused_slug(edition: Edition) -> str:
    taken = {entry.slug for entry in edition.entries}
    names = (UNNAMED, *(f"{UNNAMED}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _no_slug(slug: str) -> WriteRefusedError:
    return WriteRefusedError(f"“{slug[:80]}” is no name for a document: use letters, digits, hyphens and dots.")


def _own(edition: Edition, slug: str) -> PublishedDocument | None:
    """Return the document *slug* of the service's own collection.

    Raises:
        ReadOnlyError: A folder holds it.
        WriteRefusedError: It is no slug.
    """
    if not SLUG.fullmatch(slug):
        raise _no_slug(slug)
    for entry in edition.entries:
        if entry.slug == slug and not entry.is_own and entry.status != "absent":
            raise ReadOnlyError(f"“{slug}” is the file {entry.path} of a folder; change the file instead.")
        if entry.slug == slug and entry.is_own:
            return entry
    return None


def _slug_of(graph: str, edition: Edition) -> str:
    """Return the slug of the document whose graph has the IRI *graph*.

    Raises:
        ReadOnlyError: It is no document's.
    """
    iris = edition.workshop.iris
    slug = iris.document_of(NamedNode(graph)) if graph else ""
    if not slug:
        shown = f"<{graph[:300]}>" if graph else "The default graph"
        like = iris.document("NAME").value
        raise ReadOnlyError(f"{shown} is derived, or none of this index: write graphs of documents, such as <{like}>.")
    return slug


def _read_written(entry: PublishedDocument, edition: Edition) -> tuple[str, Document]:
    if entry.suffix != WRITTEN:
        raise ReadOnlyError(f"“{entry.slug}” was written as a text ({entry.suffix}); put a new text in its place.")
    content = Texts(edition.state).path(entry.digest, entry.suffix).read_bytes()
    return content.decode(), parse_entry(entry, content, edition.workshop)


def _signature(author: Author) -> Writing:
    return Writing(author.by, author.request, datetime.now(UTC).replace(microsecond=0))


def _differing(one: Generation, other: Generation) -> tuple[str, ...]:
    texts = [{(entry.slug, entry.digest) for entry in each.manifest.documents} for each in (one, other)]
    return tuple(sorted({slug for slug, _ in texts[0] ^ texts[1]}))
