"""Folders of documents: which files they hold, and what tells the version of each.  Touches files, and parses none."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from graph.errors import DataFolderError
from graph.iris import digest, slugified
from graph.kinds import KINDS, MEBIBYTE

LARGE_BYTES: Final = 16 * MEBIBYTE
NOT_DOCUMENTS: Final = ("questions.yaml",)
MARKDOWN: Final = (".md", ".markdown")
# Of a note and a document of the same name beside it, the note is what the document was read from.
READINGS: Final = (".yaml", ".yml")
# The end of the name of the file that says what the columns of another one mean.
BESIDE: Final = ".csv.yaml"


@dataclass(frozen=True, slots=True)
class File:
    """A file that holds a document, not yet read; *folder* is the data folder it was found in."""

    folder: Path
    path: Path

    @property
    def slug(self) -> str:
        """The name of the document: that of the file, as a slug."""
        return slugified(self.path.stem)

    @property
    def shown(self) -> str:
        """The path as the author knows it: from the data folder on, with that folder's name."""
        name = Path(os.path.abspath(self.folder)).name  # noqa: PTH100  # of “.” too, and links are not followed
        return str(Path(name) / self.path.relative_to(self.folder)).encode(errors="replace").decode()


def list_files(folder: Path) -> tuple[File, ...]:
    """Return the documents of *folder*, by path: every known kind of file in a collection, hidden ones left out.

    A note with its reading beside it is no document, nor is what only explains a folder.

    Raises:
        DataFolderError: There is no such folder.
    """
    if not folder.is_dir():
        raise DataFolderError(folder)
    found = (path for path in folder.rglob("*") if path.suffix.lower() in KINDS and _is_file(path))
    return tuple(
        File(folder, path)
        for path in sorted(found)
        if path.name not in NOT_DOCUMENTS
        and not _is_hidden(path.relative_to(folder))
        and not _is_source(path)
        and not _is_beside(path)
    )


def fingerprint(file: File) -> str:
    """Return what tells this version of *file* from others: its hash, or the size and time of a large one.

    A large file is not read, so that a start is quick; one that cannot be read has the reason in its place.
    """
    try:
        status = file.path.stat()
        explains = beside(file.path)
        mapping = explains.read_bytes() if explains is not None else b""
        if status.st_size > LARGE_BYTES:
            return f"{status.st_size}:{status.st_mtime_ns}" + (f":{sha256(mapping).hexdigest()}" if mapping else "")
        return sha256(file.path.read_bytes() + mapping).hexdigest()
    except OSError as error:
        return f"unreadable:{error.errno}"


def hidden_file(folder: Path, shown: str) -> File | None:
    """Return the file that is shown as *shown*, where a folder above it may not be read; ``None`` where it is gone."""
    path = folder.joinpath(*Path(shown).parts[1:])
    for parent in reversed(path.relative_to(folder).parents):
        above = folder / parent
        if not _is_folder(above):
            return None
        if not os.access(above, os.R_OK | os.X_OK):
            return File(folder, path)
    return None


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder of documents holds: each file by its path as authors know it, and what tells its version."""

    files: Mapping[str, File]
    prints: Mapping[str, str]

    def inputs(self, made_with: str) -> str:
        """Return the hash of everything that goes in from outside."""
        return digest(made_with, *(part for pair in self.prints.items() for part in pair))


def beside(path: Path) -> Path | None:
    """Return the file that says what the columns of a table mean; ``None`` where there is none."""
    found = path.with_name(f"{path.name}.yaml")
    return found if path.suffix.lower() == ".csv" and found.is_file() else None


def _is_beside(path: Path) -> bool:
    return path.name.endswith(BESIDE) and path.with_name(path.name.removesuffix(".yaml")).is_file()


def _is_file(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file()
    return False


def _is_folder(path: Path) -> bool:
    with suppress(OSError):
        return path.is_dir()
    return False


def _is_source(path: Path) -> bool:
    """Return whether *path* is a note that another document was read from, or explains its folder."""
    if path.suffix.lower() not in MARKDOWN:
        return False
    explains = path.stem.lower().partition(".")[0] == "readme"
    return explains or any(path.with_suffix(suffix).is_file() for suffix in READINGS)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
