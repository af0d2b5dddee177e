"""From a folder of documents to a generation, where anything has changed since the last one.  Touches files."""

from collections.abc import Callable, Collection
from contextlib import nullcontext
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from graph.engine.generations import Generation, find_current, writing
from graph.folders import File, Folder, fingerprint, hidden_file, list_files
from graph.home import FOLDER, Home
from graph.iris import digest

if TYPE_CHECKING:
    from graph.workshop import Workshop

Progress = Callable[[str], None]


def build(  # noqa: PLR0913  # what is published, where to, and with what
    data: Path,
    state: Path,
    workshop_of: "Callable[[], Workshop]",
    *,
    inputs: str,
    home: Home | None = None,
    progress: Progress = lambda _step: None,
) -> Generation:
    """Publish the documents in *data*, unless the newest generation holds just these already.

    Args:
        workshop_of: Makes the workshop; not called when there is nothing to do.
        inputs: The hash of what else decides the content, such as the ontology.
        home: Where the graph lives; this machine alone without it.

    Raises:
        DataFolderError: *data* is not a folder.
        StateFolderError: *state* cannot be used.
        OntologyError: The ontology is wrong.
    """
    made_with = digest(inputs, software_digest())
    if home is not None:
        home.catch_up(state)
    current = find_current(state)
    folder = look(data, current)
    if current is not None and current.manifest.inputs == folder.inputs(made_with):
        return current
    from graph.publishing import Edition, publish_folder  # noqa: PLC0415  # most starts do not need it

    with writing(state), home.publishing(state, is_patient=True) if home else nullcontext(FOLDER) as outlet:
        current = find_current(state)
        everything = folder.inputs(made_with)
        if current is not None and current.manifest.inputs == everything:
            return current
        edition = Edition(state, workshop_of(), current, everything, made_with, outlet=outlet)
        return publish_folder(edition, folder, progress=progress)


def look(data: Path, current: Generation | None, *, touched: Collection[str] | None = None) -> Folder:
    """Return what *data* holds.

    A document in a folder that may not be read any more is there all the same, and cannot be read.

    Args:
        touched: The files and folders that may have changed, as absolute paths; without it, all may have.

    Raises:
        DataFolderError: *data* is not a folder.
    """
    known = {entry.path: entry for entry in current.manifest.documents if not entry.is_own} if current else {}
    files = {file.shown: file for file in list_files(data)}
    for path in known.keys() - files.keys():
        hidden = hidden_file(data, path) if not known[path].is_own else None
        if hidden is not None:
            files[path] = hidden
    prints = {
        path: known[path].fingerprint
        if touched is not None and path in known and not _is_touched(file, touched)
        else fingerprint(file)
        for path, file in sorted(files.items())
    }
    return Folder(files, prints)


def _is_touched(file: File, touched: Collection[str]) -> bool:
    path = file.path.absolute()
    beside = path.with_name(f"{path.name}.yaml")  # what says how its columns are read
    return not {str(path), str(beside), *map(str, path.parents)}.isdisjoint(touched)


@cache
def software_digest() -> str:
    """Return the hash of the code that makes generations."""
    folder = Path(__file__).parent
    return digest(*(sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*.py"))))
