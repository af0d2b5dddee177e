"""A generation with its texts as one archive, written while everything else goes on.  Touches files and the clock.

backup.json        what this is, and of which generation
generation/…       its manifest, its report, its store and what is derived of it
texts/…            the texts of its documents, each under its hash
tokens.json        the tokens of the state folder: names, roles and hashes, of which none opens anything
SHA256SUMS         the hash of each file before it, as `sha256sum --check` reads them; an archive without it is cut off
"""

import gzip
import io
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final, cast

import orjson

from graph.engine.generations import COMPARED, MANIFEST, REPORT, STORE, Generation
from graph.engine.texts import Texts
from graph.errors import BackupError, GenerationGoneError

FORMAT: Final = 1
HEADER: Final = "backup.json"
SUMS: Final = "SHA256SUMS"
GENERATION: Final = "generation"
TEXTS: Final = "texts"
TOKENS: Final = "tokens.json"
DERIVED: Final = "derived"
# Beyond this little is won: most of a store is packed already.
PACKING: Final = 4
MEBIBYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Header:
    """What an archive says of itself.

    Attributes:
        format: Of which make the archive is; another one cannot be read.
        generation: The number of the generation in it.
        made: When the archive was begun, UTC.
    """

    format: int
    generation: int
    made: datetime


def write_backup(
    generation: Generation,
    state: Path,
    target: IO[bytes],
    *,
    is_packed: bool,
    tell: Callable[[int], None] = lambda _: None,
) -> None:
    """Write *generation*, below *state*, to *target*.

    It is held meanwhile: publications go on, and none deletes it.

    Args:
        is_packed: Whether gzip packs the archive.
        tell: Is given the mebibytes that were read so far.

    Raises:
        GenerationGoneError: The generation was purged meanwhile.
        BackupError: Its triples are on a server alone, or a text is missing.
        OSError: The target takes no more.
    """
    with ExitStack() as closing:
        closing.enter_context(generation.hold())
        if not generation.store_folder.is_dir():
            reason = f"The triples of generation {generation.id} are on a server, and so no backup was made"
            raise BackupError(f"{reason}; set CLOUDINDEX_ENGINE and what leads to the server, as for the service")
        if is_packed:
            packer = gzip.GzipFile(fileobj=target, mode="wb", compresslevel=PACKING, filename="", mtime=0)
            target = cast("IO[bytes]", closing.enter_context(packer))
        archive = closing.enter_context(tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT))
        writer = _Writer(archive, tell)
        header = Header(FORMAT, generation.id, datetime.now(UTC).replace(microsecond=0))
        writer.add(HEADER, orjson.dumps(header))
        for name, path in _files(generation, state):
            try:
                writer.add_file(name, path)
            except FileNotFoundError as error:
                raise _missing(name, generation) from error
        writer.add(SUMS, "".join(writer.sums).encode())


@dataclass(slots=True)
class _Writer:
    """Adds files to an archive, and remembers their hashes."""

    archive: tarfile.TarFile
    tell: Callable[[int], None]
    sums: list[str] = field(default_factory=list)
    _read_bytes: int = 0

    def add(self, name: str, content: bytes) -> None:
        """Add a file with that content."""
        self._add(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, path: Path) -> None:
        """Add the file at *path*, with what it holds now."""
        with path.open("rb") as file:
            self._add(name, file, path.stat().st_size)

    def _add(self, name: str, file: IO[bytes], size_bytes: int) -> None:
        member = tarfile.TarInfo(name)
        member.size = size_bytes
        member.mode = 0o600
        hashed = _Hashed(file)
        self.archive.addfile(member, cast("IO[bytes]", hashed))
        self.sums.append(f"{hashed.sum.hexdigest()}  {name}\n")
        self._read_bytes += size_bytes
        self.tell(self._read_bytes // MEBIBYTE)


@dataclass(slots=True)
class _Hashed:
    """A file whose bytes are hashed while they are read."""

    file: IO[bytes]
    sum: Any = field(default_factory=sha256)

    def read(self, most_bytes: int = -1) -> bytes:
        """Return the next bytes."""
        content = self.file.read(most_bytes)
        self.sum.update(content)
        return content


def _files(generation: Generation, state: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name of each file in the archive with where it is."""
    for name in (MANIFEST, REPORT, COMPARED):
        if name != COMPARED or (generation.folder / name).is_file():  # earlier versions wrote none
            yield f"{GENERATION}/{name}", generation.folder / name
    for folder in (STORE, DERIVED):
        for path in sorted((generation.folder / folder).glob("*")):
            yield f"{GENERATION}/{folder}/{path.name}", path
    texts = Texts(state)
    for digest, suffix in sorted({(one.digest, one.suffix) for one in generation.manifest.documents if one.digest}):
        yield f"{TEXTS}/{digest[:2]}/{digest}{suffix}", texts.path(digest, suffix)
    if (state / TOKENS).is_file():
        yield TOKENS, state / TOKENS


def _missing(name: str, generation: Generation) -> BackupError | GenerationGoneError:
    if not (generation.folder / MANIFEST).is_file():
        return GenerationGoneError(generation.id)
    return BackupError(f"The state folder lacks {name}, so no backup was made")
