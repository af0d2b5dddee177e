"""Generations on disk: one folder each, never changed once it has its name.  Touches files.

generations/00000007/manifest.json    what was published, from what, and by whom
generations/00000007/report.json      what was found on the way
generations/00000007/compared.json    since when each of it was there, and what was fixed
generations/00000007/store/           the triples
generations/00000007/set.json         which set of graphs holds them, where they are on a server
texts/…                               the texts of the documents, each under the hash of its content
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from typing import IO, Final

import orjson
from pydantic import TypeAdapter

from graph.documents import Join, Problem
from graph.errors import GenerationGoneError, NotBuiltError, StateFolderError, UnknownGenerationError
from graph.report import Entry, Recurrence, Report

MANIFEST: Final = "manifest.json"
REPORT: Final = "report.json"
COMPARED: Final = "compared.json"
TRIALS: Final = "trials"
HELD: Final = "held"
SET: Final = "set.json"
STORE: Final = "store"
CANDIDATE: Final = ".candidate-"
KEPT: Final = 5


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A document of a generation.

    Attributes:
        digest: The hash of the text that is published; empty where none is.
        fingerprint: What tells the version that was read last from others without reading it.
        status: ``current``, ``stale`` (an older version stands in) or ``absent`` (nothing of it is published).
        suffix: What kind of text it is, as the end of a file's name.
        is_own: Whether it lives in the service's own collection; else a folder holds it.
        statement_count: How many statements it makes that have records.
        triple_count, record_count, proposal_triple_count: How many triples each of its graphs has.
        proposal_count: How many proposals it has that nobody has decided.
        imported: Whether it is other people's data; *joins* are those that were made in it.
    """

    slug: str
    collection: str
    path: str
    digest: str
    status: str
    suffix: str = ""
    fingerprint: str = ""
    is_own: bool = False
    statement_count: int = 0
    triple_count: int = 0
    record_count: int = 0
    proposal_count: int = 0
    proposal_triple_count: int = 0
    imported: bool = False
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a generation was published.

    Attributes:
        kind: ``build``, ``document``, ``graph``, ``update``, ``restore`` or ``purge``.
        by: The name of the token it was asked with; empty for the command line.
        request: The id of the request.
        documents: The slugs of the documents that came, changed or went.
    """

    kind: str
    by: str = ""
    request: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of.

    Attributes:
        inputs: The hash of everything that went in from outside: the folder, the ontology, the software.
        workshop: The hash of the ontology and the software alone.
        published: When it was published, UTC.
        triple_count: How many triples are stated, each counted once.
        graphs: How many triples each graph has that is no document's.
        classes, properties: How many things ``graph/all`` has of each class, and how many triples with each property.
        is_plain: Whether it is a plain dataset, with nothing derived and nothing validated.
        seconds: How long each step took.
    """

    id: int
    inputs: str
    workshop: str
    base_iri: str
    published: datetime
    triple_count: int
    documents: tuple[PublishedDocument, ...]
    graphs: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    properties: dict[str, int] = field(default_factory=dict)
    cause: Cause = Cause("build")
    is_plain: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """What no other generation has, not even one of that number which was lost before a backup was restored."""
        return f"{self.id} {self.published.isoformat()} {self.inputs}"

    def graph_sizes(self) -> Iterator[tuple[str, int]]:
        """Yield the IRI of each graph with how many triples it has."""
        yield from sorted(self.graphs.items())
        for document in self.documents:
            if document.digest:
                iri = f"{self.base_iri}document/{document.slug}"
                yield iri, document.triple_count
                yield f"{iri}/provenance", document.record_count
                if document.proposal_triple_count:
                    yield f"{iri}/proposals", document.proposal_triple_count


@dataclass(frozen=True, slots=True)
class Generation:
    """A published generation: its folder and its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def id(self) -> int:
        """The number of the generation, from 1, never used twice."""
        return self.manifest.id

    @property
    def store_folder(self) -> Path:
        """The folder of the triples."""
        return self.folder / STORE

    def report(self) -> tuple[Problem, ...]:
        """Return what was found when the generation was made."""
        problems: tuple[Problem, ...] = _PROBLEMS.validate_json((self.folder / REPORT).read_bytes())
        return problems

    def full_report(self) -> Report:
        """Return the same with what is new, what is still there, and what was fixed."""
        problems = self.report()
        try:
            compared = _COMPARED.validate_json((self.folder / COMPARED).read_bytes())
        except (OSError, ValueError):  # made by an earlier version
            return Report(tuple(map(Entry, problems)))
        entries = (
            Entry(problem, _recurrence(since, self.id) if compared.against else None, since)
            for problem, since in zip(problems, compared.since, strict=True)
        )
        return Report(tuple(entries), compared.fixed, compared.against)

    def hold(self) -> IO[bytes]:
        """Return an open file; until it is closed, the generation is not deleted.

        Raises:
            GenerationGoneError: It has been.
        """
        try:
            held = (self.folder / MANIFEST).open("rb")
        except OSError as error:
            raise GenerationGoneError(self.id) from error
        flock(held, LOCK_SH)
        if not (self.folder / MANIFEST).exists():
            held.close()
            raise GenerationGoneError(self.id)
        return held


def _recurrence(since: int, number: int) -> Recurrence:
    return Recurrence.NEW if since == number else Recurrence.STILL_THERE


@dataclass(frozen=True, slots=True)
class _Compared:
    """How the problems of a report, in their order, stand to those of the generation *against*."""

    against: int
    since: tuple[int, ...]
    fixed: tuple[Problem, ...]


_COMPARED: Final = TypeAdapter(_Compared)
_MANIFEST: Final = TypeAdapter(Manifest)
_PROBLEMS: Final = TypeAdapter(tuple[Problem, ...])


def find_current(state: Path) -> Generation | None:
    """Return the newest generation below *state*, or ``None`` when nothing has been published."""
    return next((read_generation(folder) for folder in reversed(_folders(state))), None)


def open_current(state: Path) -> Generation:
    """Return the newest generation below *state*.

    Raises:
        NotBuiltError: Nothing has been published.
    """
    generation = find_current(state)
    if generation is None:
        raise NotBuiltError
    return generation


def newest_id(state: Path) -> int:
    """Return the number of the newest generation, 0 where there is none."""
    return max((int(folder.name) for folder in _folders(state)), default=0)


def list_generations(state: Path) -> tuple[Generation, ...]:
    """Return the generations that are kept, the newest first."""
    found = []
    for folder in reversed(_folders(state)):
        with suppress(StateFolderError):  # deleted meanwhile
            found.append(read_generation(folder))
    return tuple(found)


def find_generation(state: Path, number: int) -> Generation:
    """Return the generation *number*.

    Raises:
        GenerationGoneError: It is not kept any more.
        UnknownGenerationError: There has never been one.
    """
    folder = _folder(state, number)
    if folder.is_dir():
        with suppress(StateFolderError):
            return read_generation(folder)
    newest = newest_id(state)
    if 0 < number < newest:
        raise GenerationGoneError(number)
    raise UnknownGenerationError(number, newest)


def read_generation(folder: Path) -> Generation:
    """Return the generation in *folder*.

    Raises:
        StateFolderError: The folder is not one of a generation.
    """
    try:
        return Generation(folder, parse_manifest((folder / MANIFEST).read_bytes()))
    except (OSError, ValueError) as error:
        raise StateFolderError(folder, f"is not a generation ({error})") from error


def parse_manifest(content: bytes) -> Manifest:
    """Return the manifest that was written as *content*.

    Raises:
        ValueError: It is none.
    """
    manifest: Manifest = _MANIFEST.validate_json(content)
    return manifest


def read_set(generation: Generation) -> str:
    """Return which set of graphs holds *generation*.

    Raises:
        StateFolderError: None does: it was published on this machine alone.
    """
    try:
        found: str = orjson.loads((generation.folder / SET).read_bytes())["set"]
    except (OSError, ValueError, KeyError) as error:
        raise StateFolderError(generation.folder, "is not a generation of the server") from error
    return found


def write_set(folder: Path, set_name: str) -> None:
    """Note in *folder* which set of graphs holds its generation."""
    (folder / SET).write_bytes(orjson.dumps({"set": set_name}))


@contextmanager
def writing(state: Path) -> Iterator[None]:
    """Hold the right to publish below *state*; whoever comes second waits.  Sweeps away what was left unfinished.

    Raises:
        StateFolderError: The folder cannot be made or written.
    """
    try:
        (state / "generations").mkdir(parents=True, exist_ok=True)
        (state / ".gitignore").write_text("*\n", encoding="utf-8")
        lock = (state / "lock").open("w", encoding="utf-8")
    except OSError as error:
        raise StateFolderError(state, f"cannot be written: {error.strerror}") from error
    with lock:
        flock(lock, LOCK_EX)
        for unfinished in (state / "generations").glob(f"{CANDIDATE}*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        yield


@contextmanager
def candidate(state: Path) -> Iterator[Path]:
    """Yield an empty folder for a generation to be; it is deleted unless `publish` has renamed it."""
    folder = Path(tempfile.mkdtemp(prefix=CANDIDATE, dir=state / "generations"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def trial(state: Path) -> Iterator[Path]:
    """Yield an empty folder for what is tried and never published; it is deleted afterwards.

    It needs no right to publish.  What a process that was killed has left there is deleted by the next one.

    Raises:
        StateFolderError: The folder cannot be made.
    """
    try:
        (state / TRIALS).mkdir(exist_ok=True)
        _sweep_trials(state / TRIALS)
        folder = Path(tempfile.mkdtemp(dir=state / TRIALS))
        held = (folder / HELD).open("wb")
    except OSError as error:
        raise StateFolderError(state, f"cannot be written: {error.strerror}") from error
    with held:
        flock(held, LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep_trials(folder: Path) -> None:
    for left in folder.iterdir():
        with suppress(OSError), (left / HELD).open("rb") as held:
            flock(held, LOCK_EX | LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)


def publish(
    folder: Path, manifest: Manifest, report: Report, state: Path, *, deliver: Callable[[], None] = lambda: None
) -> Generation:
    """Make the candidate in *folder* the newest generation.

    Args:
        deliver: Brings it to wherever else it is served from, before it has its name here.
    """
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest))
    since = tuple(entry.since or manifest.id for entry in report.entries)
    (folder / REPORT).write_bytes(orjson.dumps(report.problems))
    (folder / COMPARED).write_bytes(orjson.dumps(_Compared(report.against, since, report.fixed)))
    deliver()
    return Generation(place(folder, manifest.id, state), manifest)


def place(folder: Path, number: int, state: Path) -> Path:
    """Give a candidate its name: synced, then renamed into place, then synced again; return where it is."""
    _sync_tree(folder)
    final = _folder(state, number)
    folder.rename(final)
    sync(final.parent)
    for old in _folders(state)[:-KEPT]:
        _delete(old)
    return final


def delete_older(state: Path, number: int) -> None:
    """Delete every generation before *number*, whoever reads it."""
    for folder in _folders(state):
        if int(folder.name) < number:
            _remove(folder)


def _delete(folder: Path) -> None:
    """Delete a generation, unless someone holds it; then a later publication will."""
    with suppress(OSError), (folder / MANIFEST).open("rb") as held:
        flock(held, LOCK_EX | LOCK_NB)
        _remove(folder)


def _remove(folder: Path) -> None:
    # First out of sight in one step, so that no half of it is ever found.
    hidden = folder.with_name(f"{CANDIDATE}old-{folder.name}")
    folder.rename(hidden)
    shutil.rmtree(hidden, ignore_errors=True)


def _folder(state: Path, number: int) -> Path:
    return state / "generations" / f"{number:08d}"


def _folders(state: Path) -> list[Path]:
    folder = state / "generations"
    return sorted(path for path in folder.glob("[0-9]*") if path.name.isdigit()) if folder.is_dir() else []


def _sync_tree(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            sync(Path(parent) / name)
        sync(Path(parent))


def sync(path: Path) -> None:
    """Have the system write a file or folder to the disk, and wait until it has."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
