"""Folders of documents: which files they hold, and each file read.  Touches files."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from pyoxigraph import RdfFormat

from graph.documents import Document, Origin, Place, Problem, Severity
from graph.errors import DataFolderError
from graph.formats import DATASETS
from graph.iris import SLUG, Iris, slugified
from graph.sources import backstage, csv, landscape, markdown, rdf, written, yaml
from graph.vocabulary import Vocabulary

MEBIBYTE: Final = 1 << 20
LARGE_BYTES: Final = 16 * MEBIBYTE
BYTE_ORDER_MARK: Final = "\ufeff"


Keep = Callable[[bytes, str], object]


class Parser(Protocol):
    """Turns a text into a document; never raises for a bad text."""

    def __call__(self, text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
        """Return the document in *text*."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: how it is read, how large its file may be, and by which media types it is sent."""

    parser: Parser
    most_bytes: int
    media_types: tuple[str, ...] = ()


def _rdf(rdf_format: RdfFormat) -> Kind:
    names = (name for form in DATASETS if form.engine == rdf_format for name in (form.media_type, *form.aliases))
    media_types = tuple(name for name in names if "/" in name)
    return Kind(partial(rdf.parse, rdf_format=rdf_format), 2048 * MEBIBYTE, media_types)


YAML_TYPES: Final = ("application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml")
MARKDOWN_TYPES: Final = ("text/markdown", "text/x-markdown")
# What a YAML text may be besides a document of our own: how it is told, and how it is read.
YAML_FORMS: Final[tuple[tuple[Callable[[str], bool], Parser], ...]] = (
    (landscape.is_one, landscape.parse),
    (backstage.is_one, backstage.parse),
)


def _yaml(text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
    parser = next((parser for is_one, parser in YAML_FORMS if is_one(text)), yaml.parse)
    return parser(text, origin, vocabulary=vocabulary, iris=iris)


KINDS: Final = {
    ".yaml": Kind(_yaml, 8 * MEBIBYTE, YAML_TYPES),
    ".yml": Kind(_yaml, 8 * MEBIBYTE),
    ".csv": Kind(csv.parse, 64 * MEBIBYTE, ("text/csv",)),
    ".md": Kind(markdown.parse, 2 * MEBIBYTE, MARKDOWN_TYPES),
    ".markdown": Kind(markdown.parse, 2 * MEBIBYTE),
    ".ttl": _rdf(RdfFormat.TURTLE),
    ".nt": _rdf(RdfFormat.N_TRIPLES),
    ".nq": _rdf(RdfFormat.N_QUADS),
    ".trig": _rdf(RdfFormat.TRIG),
    ".jsonld": _rdf(RdfFormat.JSON_LD),
    ".rdf": _rdf(RdfFormat.RDF_XML),
}
# What the service's own collection may hold besides.
OWN_KINDS: Final = {**KINDS, written.SUFFIX: Kind(written.parse, 2048 * MEBIBYTE)}
OWN: Final = "written"
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
        beside = _beside(file.path)
        mapping = beside.read_bytes() if beside is not None else b""
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


def read_file(file: File, *, vocabulary: Vocabulary, iris: Iris, keep: Keep | None = None) -> Document:
    """Return the document that *file* holds; a file that cannot be read is a document with a problem.

    Args:
        keep: Is given the bytes that were read, and the suffix that says of what kind they are.
    """
    kind = KINDS[file.path.suffix.lower()]
    origin = Origin(file.slug, file.path.parent.name, file.shown, "")
    try:
        size_bytes = file.path.stat().st_size
        if size_bytes > kind.most_bytes:
            return _refused(
                origin,
                "file-too-large",
                _too_large(size_bytes, kind.most_bytes),
                "Split it into several documents.",
            )
        content = _content(file.path)
    except UnicodeDecodeError as error:
        return _undecodable(origin, error)
    except OSError as error:
        return _refused(
            origin, "file-unreadable", f"the file cannot be read: {error.strerror}.", "Check its permissions."
        )
    if keep is not None:
        keep(content, file.path.suffix.lower())
    return parse_bytes(content, origin, file.path.suffix.lower(), vocabulary=vocabulary, iris=iris)


def _content(path: Path) -> bytes:
    """Return the bytes of a file, with those of the file beside it that says what they mean."""
    beside, content = _beside(path), path.read_bytes()
    return csv.bundled(beside.read_bytes(), content) if beside is not None else content


def _beside(path: Path) -> Path | None:
    beside = path.with_name(f"{path.name}.yaml")
    return beside if path.suffix.lower() == ".csv" and beside.is_file() else None


def _is_beside(path: Path) -> bool:
    return path.name.endswith(BESIDE) and path.with_name(path.name.removesuffix(".yaml")).is_file()


def parse_bytes(content: bytes, origin: Origin, suffix: str, *, vocabulary: Vocabulary, iris: Iris) -> Document:
    """Return the document in *content*, which should be UTF-8 and of the kind that *suffix* says."""
    origin = replace(origin, digest=sha256(content).hexdigest())
    if not SLUG.fullmatch(origin.slug):
        return _refused(
            origin, "file-name", "the file's name makes no slug.", "Name it with letters, digits and hyphens."
        )
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return _undecodable(origin, error)
    if not text.strip().strip(BYTE_ORDER_MARK):
        return _refused(origin, "file-empty", "the file is empty.", "Write a document in it, or remove it.")
    parser = OWN_KINDS[suffix].parser
    document = parser(text.removeprefix(BYTE_ORDER_MARK), origin, vocabulary=vocabulary, iris=iris)
    return replace(document, problems=(*_remarks(text, origin), *document.problems))


def _remarks(text: str, origin: Origin) -> Iterator[Problem]:
    """Yield what is unusual about a text and does no harm."""
    if text.startswith(BYTE_ORDER_MARK):
        yield Problem(
            Severity.INFO,
            Place(origin.path, 1, 1),
            "byte-order-mark",
            "the file begins with a byte order mark, which was passed over.",
            fix="Save it as UTF-8 without one.",
        )
    if "\r" in text:
        line = text.replace("\r\n", "\n").count("\n", 0, text.index("\r")) + 1
        yield Problem(
            Severity.INFO,
            Place(origin.path, line),
            "line-ends",
            "the file has Windows line ends, which were read as plain ones.",
            fix="Save it with Unix line ends.",
        )


def _undecodable(origin: Origin, error: UnicodeDecodeError) -> Document:
    line = error.object.count(b"\n", 0, error.start) + 1
    encoding = error.encoding.upper()
    reason = f"the file is not {encoding}: byte 0x{error.object[error.start]:02x} on line {line}."
    fix = "Save it as UTF-8." if not origin.path.endswith(".csv") else "Save it as UTF-8, or name its “encoding:”."
    return _refused(origin, "file-encoding", reason, fix, line=line)


def _is_file(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file()
    return False


def _is_folder(path: Path) -> bool:
    with suppress(OSError):
        return path.is_dir()
    return False


def _refused(origin: Origin, code: str, message: str, fix: str, *, line: int = 1) -> Document:
    return Document(origin, problems=(Problem(Severity.VIOLATION, Place(origin.path, line), code, message, fix=fix),))


def _too_large(size_bytes: int, most_bytes: int) -> str:
    return f"the file has {size_bytes / MEBIBYTE:.0f} MiB; this kind of document may have {most_bytes // MEBIBYTE} MiB."


def _is_source(path: Path) -> bool:
    """Return whether *path* is a note that another document was read from, or explains its folder."""
    if path.suffix.lower() not in MARKDOWN:
        return False
    explains = path.stem.lower().partition(".")[0] == "readme"
    return explains or any(path.with_suffix(suffix).is_file() for suffix in READINGS)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
