"""A plain dataset: graphs as they are written, with nothing derived and nothing validated.

For the suites of the standards, and for whoever wants no more than a store that is published whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

from graph.engine.embedded import Draft
from graph.engine.generations import (
    STORE,
    Cause,
    Generation,
    Manifest,
    candidate,
    find_current,
    newest_id,
    open_current,
    publish,
    writing,
)
from graph.errors import BadGraphError, StateFolderError, UnknownGraphError, WriteRefusedError
from graph.formats import DATASETS, Format, find_format
from graph.office import restore
from graph.report import Report
from graph.sparql_update import UpdateDataset, read_update
from graph.updating import parse_parts, run
from graph.writes import KINDS, Author, DeleteGraph, Judged, PutGraph, Restore, RunUpdate, Trial, Write, Written

MADE_WITH: Final = "plain"
NOTHING_JUDGED: Final = "A plain dataset has no documents, and nothing is validated in it."


def open_plain(state: Path, base_iri: str) -> Generation:
    """Return the newest generation of a plain dataset; where there is none, publish an empty one.

    Raises:
        StateFolderError: *state* holds documents.
    """
    with writing(state):
        current = find_current(state)
        if current is None:
            with candidate(state) as folder:
                with Draft(folder / STORE):
                    pass  # an empty one
                return publish(folder, manifest_of(1, base_iri, Cause("build"), 0), Report(), state)
    if not current.manifest.is_plain:
        raise StateFolderError(state, "holds documents, and a plain dataset needs a folder of its own")
    return current


def load_files(state: Path, base_iri: str, files: Sequence[Path]) -> Generation:
    """Publish what *files* hold beside what there is: all of them, or nothing.

    Args:
        files: RDF in any format, told by the ending of the name; what names no graph goes into the default graph.

    Raises:
        StateFolderError: *state* holds documents.
        UnknownFormatError: A name has no ending of a format of RDF.
        BadGraphError: A file does not parse, or cannot be read.
        EngineError: The disk is full.
    """
    kinds = [find_format(file.suffix.removeprefix("."), DATASETS) for file in files]
    open_plain(state, base_iri)
    with writing(state):
        current = open_current(state)
        with candidate(state) as folder:
            with Draft(folder / STORE, copied_from=current.store_folder) as draft:
                for file, kind in zip(files, kinds, strict=True):
                    _load(draft, file, kind)
                count = draft.count()
            manifest = manifest_of(newest_id(state) + 1, base_iri, Cause("load"), count)
            return publish(folder, manifest, Report(), state)


def _load(draft: Draft, file: Path, kind: Format) -> None:
    assert isinstance(kind.engine, RdfFormat)
    if not file.is_file():
        raise BadGraphError(f"{file}: there is no such file.")
    try:
        draft.load(file, kind.engine)
    except SyntaxError as error:
        where = f"{file}:{error.lineno}" if error.lineno else str(file)
        raise BadGraphError(f"{where}: {error.msg}.") from error


@dataclass(frozen=True, slots=True)
class PlainOffice:
    """Where writes to a plain dataset are done."""

    state: Path
    base_iri: str

    def try_out(self, asked: Trial) -> Judged:  # noqa: ARG002  # as the other office has it
        """Refuse: a plain dataset judges nothing.

        Raises:
            WriteRefusedError: Always.
        """
        raise WriteRefusedError(NOTHING_JUDGED)

    def perform(self, write: Write, author: Author) -> Written:
        """Do *write*; when this returns, it is on the disk, and the newest generation has it.

        Raises:
            GraphError: It cannot be done; nothing has changed.
        """
        with writing(self.state):
            current = open_current(self.state)
            cause = Cause(KINDS[type(write)], author.by, author.request)
            if isinstance(write, Restore):
                return Written(restore(write.generation, self.state, current, cause).id)
            if type(write) not in CHANGE:
                raise WriteRefusedError("A plain dataset has no documents; write graphs.")
            with candidate(self.state) as folder:
                with Draft(folder / STORE, copied_from=current.store_folder) as draft:
                    is_new = CHANGE[type(write)](write, draft)
                    count = draft.count()
                manifest = manifest_of(newest_id(self.state) + 1, self.base_iri, cause, count)
                return Written(publish(folder, manifest, Report(), self.state).id, is_new=is_new)


def manifest_of(number: int, base_iri: str, cause: Cause, count: int, *, made_with: str = MADE_WITH) -> Manifest:
    """Return the manifest of a generation of a plain dataset with so many triples, published now."""
    now = datetime.now(UTC)
    return Manifest(
        id=number,
        inputs=f"{made_with}:{now.isoformat()}",
        workshop=made_with,
        base_iri=base_iri,
        published=now,
        triple_count=count,
        documents=(),
        cause=cause,
        is_plain=True,
    )


def _put(write: PutGraph, draft: Draft) -> bool:
    graph = _graph(write.graph)
    is_new = isinstance(graph, NamedNode) and graph not in draft.graphs()
    triples = parse_parts(write)
    if not write.is_added:
        draft.clear(graph)
    if isinstance(graph, NamedNode):
        draft.create(graph)
    draft.change(added=[Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples])
    return is_new


def _delete(write: DeleteGraph, draft: Draft) -> bool:
    graph = _graph(write.graph)
    if isinstance(graph, NamedNode) and graph not in draft.graphs():
        raise UnknownGraphError(write.graph)
    draft.clear(graph, drop=True)
    return False


def _update(write: RunUpdate, draft: Draft) -> bool:
    dataset = UpdateDataset(write.default_graphs, write.named_graphs)
    names_dataset = bool(write.default_graphs or write.named_graphs)
    update = read_update(
        write.text, write.prefixes, must_name_graphs=False, names_dataset=names_dataset, gateway=write.gateway
    )
    run(draft, update, dataset if names_dataset else None, write)
    return False


def _graph(iri: str) -> NamedNode | DefaultGraph:
    return NamedNode(iri) if iri else DefaultGraph()


CHANGE: Final[dict[type, Callable[..., bool]]] = {PutGraph: _put, DeleteGraph: _delete, RunUpdate: _update}
