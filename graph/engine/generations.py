"""Generations on disk: one folder each, never changed once it has its name.  Touches files.

generations/00000007/manifest.json    what was published, and from what
generations/00000007/report.json      what was found on the way
generations/00000007/documents/…      the texts that it holds
generations/00000007/store/           the triples
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from graph.documents import Problem
from graph.errors import NotBuiltError, StateFolderError

MANIFEST: Final = "manifest.json"
REPORT: Final = "report.json"
DOCUMENTS: Final = "documents"
STORE: Final = "store"
CANDIDATE: Final = ".candidate-"
KEPT: Final = 5


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A document of a generation.

    Attributes:
        status: ``current``, ``stale`` (an older version stands in) or ``absent`` (nothing of it is published).
        file: Its text below the generation's folder; empty when absent.
    """

    slug: str
    collection: str
    path: str
    digest: str
    status: str
    file: str
    statement_count: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of.

    Attributes:
        inputs: The hash of everything that went in; the same inputs give the same content.
        published: When it was published, UTC.
        seconds: How long each step took.
    """

    id: int
    inputs: str
    software: str
    base_iri: str
    published: datetime
    triple_count: int
    documents: tuple[PublishedDocument, ...]
    seconds: dict[str, float] = field(default_factory=dict)


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


def read_generation(folder: Path) -> Generation:
    """Return the generation in *folder*.

    Raises:
        StateFolderError: The folder is not one of a generation.
    """
    try:
        return Generation(folder, _MANIFEST.validate_json((folder / MANIFEST).read_bytes()))
    except (OSError, ValueError) as error:
        raise StateFolderError(folder, f"is not a generation ({error})") from error


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


def next_id(state: Path) -> int:
    """Return the number of the next generation."""
    return max((int(folder.name) for folder in _folders(state)), default=0) + 1


def publish(folder: Path, manifest: Manifest, problems: tuple[Problem, ...], state: Path) -> Generation:
    """Make the candidate in *folder* the newest generation: synced, then renamed into place, then synced again."""
    (folder / MANIFEST).write_bytes(_json(asdict(manifest)))
    (folder / REPORT).write_bytes(_json([asdict(problem) for problem in problems]))
    _sync_tree(folder)
    final = state / "generations" / f"{manifest.id:08d}"
    folder.rename(final)
    _sync(final.parent)
    for old in _folders(state)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return Generation(final, manifest)


def _folders(state: Path) -> list[Path]:
    folder = state / "generations"
    return sorted(path for path in folder.glob("[0-9]*") if path.name.isdigit()) if folder.is_dir() else []


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)


def _sync_tree(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            _sync(Path(parent) / name)
        _sync(Path(parent))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
