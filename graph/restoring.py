"""A backup read, checked and published: everything or nothing.  Touches files and the clock.

The archive is unpacked beside the generations, where the next writer sweeps away what a killed process has left.
Nothing in it is believed: a name that no backup has, a link, a hash that differs, or an end that comes too early ends
the reading.  What goes elsewhere waits there, or in that folder, until the generation is published.
"""

import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO, Final

from pydantic import TypeAdapter, ValidationError

from graph.backup import FORMAT, GENERATION, HEADER, SUMS, TEXTS, TOKENS, Header
from graph.engine.embedded import EmbeddedReader
from graph.engine.generations import (
    Cause,
    Generation,
    PublishedDocument,
    find_current,
    newest_id,
    publish,
    read_generation,
    sync,
    trial,
    writing,
)
from graph.engine.texts import Texts
from graph.errors import BackupError, GraphError, StateFolderError
from graph.iris import Iris
from graph.sources import csv

NAME: Final = re.compile(
    r"generation/(?:manifest|report|compared)\.json"
    r"|generation/(?:store|derived)/[A-Za-z0-9][A-Za-z0-9._-]{0,100}"
    r"|texts/[0-9a-f]{2}/[0-9a-f]{64}\.[a-z]{1,20}"
    r"|tokens\.json|SHA256SUMS"
)
MOST_HEADER_BYTES: Final = 1 << 16
PIECE_BYTES: Final = 1 << 20
UNREADABLE: Final = (tarfile.TarError, EOFError, zlib.error, LZMAError, ValueError)
_HEADER: Final = TypeAdapter(Header)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a backup.

    Attributes:
        generation: What was published.
        header: What the archive said of itself.
        has_tokens: Whether the archive holds tokens.
        tokens_taken: Whether they are those of the state folder now.
    """

    generation: Generation
    header: Header
    has_tokens: bool
    tokens_taken: bool


def restore_backup(
    archive: IO[bytes], state: Path, *, replaces: bool = False, with_tokens: bool = False, documents: Path | None = None
) -> Restored:
    """Publish what a backup holds, under a number that has not been used.

    Args:
        replaces: Whether *state* may have generations already; they are kept, as far as others are.
        with_tokens: Whether the tokens of the backup become those of a state folder that has none.
        documents: A folder to be, for the documents of folders, as they were published.

    Raises:
        BackupError: The archive is not whole, no backup, or does not fit what *state* has, or *documents* cannot be
            written; nothing has changed, unless it says so.
        StateFolderError: *state* cannot be written; nothing has changed.
    """
    _check_room(state, replaces=replaces)
    _check_folder(documents)
    with _made(state), trial(state) as folder:
        try:
            backup = _Unpacked(folder, _unpack(archive, folder))
            backup.check()
            with writing(state):
                _check_room(state, replaces=replaces)
                _check_folder(documents)
                backup.check_fits(find_current(state))
                with _prepared(documents, backup) as show_documents:
                    generation = backup.publish(state)
                    with _told(f"Generation {generation.id} is published, and not all of what was to come with it"):
                        taken = with_tokens and backup.give_tokens(state)
                        show_documents()
                return Restored(generation, backup.header, backup.has_tokens, tokens_taken=taken)
        except OSError as error:
            raise StateFolderError(state, f"cannot be written: {error.strerror}") from error


def _check_room(state: Path, *, replaces: bool) -> None:
    if not replaces and newest_id(state):
        hint = "name an empty state folder, or publish the backup after them with --replace"
        raise BackupError(f"{state} holds generations already, and nothing was restored; {hint}")


def _check_folder(documents: Path | None) -> None:
    if documents is not None and os.path.lexists(documents) and not _is_empty(documents):
        raise BackupError(f"{documents} is there already, and nothing was restored; name a new folder for documents")


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


@contextmanager
def _made(state: Path) -> Iterator[None]:
    """Make the folder *state*, and remove it again where nothing comes to be in it."""
    is_new = not state.exists()
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StateFolderError(state, f"cannot be made: {error.strerror}") from error
    try:
        yield
    except BaseException:
        if is_new and not newest_id(state):
            shutil.rmtree(state, ignore_errors=True)
        raise


@contextmanager
def _prepared(documents: Path | None, backup: "_Unpacked") -> Iterator[Callable[[], None]]:
    """Have documents lie in their folder, out of sight; yield what shows them.  Without that they are gone again."""
    if documents is None:
        yield lambda: None
        return
    with ExitStack() as leaving:
        with _told(f"{documents} cannot be written, and nothing was restored"):
            is_new = not documents.exists()
            documents.mkdir(parents=True, exist_ok=True)
            if is_new:
                leaving.callback(_remove_empty, documents)
            # Inside, so that showing them only gives names, even where the folder is a disk of its own.
            hidden = Path(tempfile.mkdtemp(prefix=".restored-", dir=documents))
            leaving.callback(shutil.rmtree, hidden, ignore_errors=True)
            backup.write_documents(hidden)
        yield lambda: _show(hidden)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):  # it is not
        folder.rmdir()


def _show(hidden: Path) -> None:
    for path in sorted(hidden.iterdir()):
        path.rename(hidden.parent / path.name)


@contextmanager
def _told(sentence: str) -> Iterator[None]:
    """Say what has failed, where it is not that the state folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{sentence}: {error.strerror}") from error


def _unpack(archive: IO[bytes], folder: Path) -> Header:
    """Write every file of *archive* below *folder*; what is there then is what its checksums say."""
    try:
        with tarfile.open(fileobj=archive, mode="r|*") as opened:
            return _Reading(opened, folder).run()
    except UNREADABLE as error:
        raise BackupError("The archive is damaged, cut off, or no backup of Cloud Index") from error


@dataclass(slots=True)
class _Reading:
    """Reads the files of an archive in their order."""

    archive: tarfile.TarFile
    folder: Path
    sums: dict[str, str] = field(default_factory=dict)

    def run(self) -> Header:
        header = self._header()
        while member := self.archive.next():
            if SUMS in self.sums:
                raise BackupError(f"The archive goes on after its checksums, with “{_shown(member.name)}”")
            self._take(member)
        if SUMS not in self.sums:
            raise BackupError("The archive is cut off: it ends before its checksums")
        self._compare()
        return header

    def _header(self) -> Header:
        first = self.archive.next()
        if first is None or first.name != HEADER or not first.isreg() or first.size > MOST_HEADER_BYTES:
            raise BackupError("The archive is no backup of Cloud Index: it does not begin with backup.json")
        content = self._opened(first).read()
        try:
            header = _HEADER.validate_json(content)
        except ValidationError as error:
            raise BackupError("The archive is no backup of Cloud Index: its backup.json says something else") from error
        if header.format != FORMAT:
            reason = f"The archive is of format {header.format}, and this version reads format {FORMAT}"
            raise BackupError(reason)
        self.sums[HEADER] = sha256(content).hexdigest()
        return header

    def _take(self, member: tarfile.TarInfo) -> None:
        if not member.isreg() or member.issparse() or not NAME.fullmatch(member.name):
            raise BackupError(f"The archive holds “{_shown(member.name)}”, which no backup has")
        if member.name in self.sums:
            raise BackupError(f"The archive holds {member.name} twice")
        path = self.folder / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        found = sha256()
        with path.open("xb") as file:
            content = self._opened(member)
            while piece := content.read(PIECE_BYTES):
                found.update(piece)
                file.write(piece)
        self.sums[member.name] = found.hexdigest()
        if member.name.startswith(f"{TEXTS}/") and path.stem != self.sums[member.name]:
            raise BackupError(f"The archive is damaged: {member.name} is not what its name says")

    def _opened(self, member: tarfile.TarInfo) -> IO[bytes]:
        content = self.archive.extractfile(member)
        assert content is not None
        return content

    def _compare(self) -> None:
        """Compare what was read with what the last file says."""
        lines = (self.folder / SUMS).read_text(encoding="ascii").splitlines()
        told = {name: found for found, _, name in (line.partition("  ") for line in lines)}
        read = {name: found for name, found in self.sums.items() if name != SUMS}
        wrong = sorted(name for name in told.keys() | read.keys() if told.get(name) != read.get(name))
        if wrong:
            raise BackupError(f"The archive is damaged: {_shown(wrong[0])} is not what its checksum says")


def _shown(name: str) -> str:
    return name[:200].encode("unicode_escape", "backslashreplace").decode()


def _name(entry: PublishedDocument) -> str:
    """Return how the text of a document is called in an archive."""
    return f"{TEXTS}/{entry.digest[:2]}/{entry.digest}{entry.suffix}"


@dataclass(frozen=True, slots=True)
class _Unpacked:
    """A backup in a folder, whose files are what their checksums say."""

    folder: Path
    header: Header

    @property
    def generation(self) -> Generation:
        return read_generation(self.folder / GENERATION)

    @property
    def has_tokens(self) -> bool:
        return (self.folder / TOKENS).is_file()

    def _text(self, entry: PublishedDocument) -> Path:
        return self.folder / _name(entry)

    def check(self) -> None:
        """See that it is a generation that can be served, with every text that it names."""
        try:
            generation = self.generation
            generation.full_report()
            EmbeddedReader(generation.store_folder, Iris(generation.manifest.base_iri).graph("all"))
        except (GraphError, ValueError, FileNotFoundError) as error:
            raise BackupError("The archive holds no generation that can be opened") from error
        for entry in generation.manifest.documents:
            if entry.digest:
                self._check_text(entry)

    def _check_text(self, entry: PublishedDocument) -> None:
        """See that a document names a text that the archive has; what that holds was compared with its name."""
        name = _name(entry)
        if not NAME.fullmatch(name) or PurePosixPath(name).stem != entry.digest:
            raise BackupError(f"The archive names “{_shown(name)}” as a text, which no backup has")
        if not (self.folder / name).is_file():
            raise BackupError(f"The archive lacks the text of {_shown(entry.path)}")

    def check_fits(self, current: Generation | None) -> None:
        """See that it may follow *current*, which may be served at this moment."""
        if current is not None and current.manifest.workshop != self.generation.manifest.workshop:
            reason = "The backup was made with another ontology or version than what is published"
            raise BackupError(f"{reason}; restore it into an empty state folder")

    def write_documents(self, target: Path) -> None:
        """Write the documents of folders into the folder *target*, as they were published."""
        for entry in self.generation.manifest.documents:
            parts = PurePosixPath(entry.path).parts[1:]
            if not entry.digest or entry.is_own:
                continue
            if not parts or not {"..", "/"}.isdisjoint(parts) or "\0" in entry.path:
                raise BackupError(f"The archive holds a document at {_shown(entry.path)}, which is no path in a folder")
            path = target.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            for name, content in csv.unbundled(path.name, self._text(entry).read_bytes()).items():
                (path.parent / name).write_bytes(content)

    def give_tokens(self, state: Path) -> bool:
        """Let the state folder have the tokens of the backup, unless it has some; return whether it has them now."""
        if not self.has_tokens or (state / TOKENS).exists():
            return False
        (self.folder / TOKENS).chmod(0o600)
        sync(self.folder / TOKENS)
        (self.folder / TOKENS).rename(state / TOKENS)
        return True

    def publish(self, state: Path) -> Generation:
        """Publish it under a number that neither this folder nor the one that it comes from has used."""
        generation = self.generation
        texts = Texts(state)
        for entry in generation.manifest.documents:
            if entry.digest:
                texts.adopt(self._text(entry), entry.digest, entry.suffix)
        manifest = replace(
            generation.manifest,
            id=max(newest_id(state), generation.id) + 1,
            published=datetime.now(UTC),
            cause=Cause("restore", documents=tuple(sorted(one.slug for one in generation.manifest.documents))),
        )
        return publish(generation.folder, manifest, generation.full_report(), state)
