"""The documents in files and texts, each read by its kind.  Touches files."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Final, Protocol

from graph.documents import Document, Origin, Place, Problem, Severity
from graph.folders import File, beside
from graph.iris import SLUG, Iris
from graph.kinds import KINDS, MEBIBYTE, WRITTEN
from graph.sources import backstage, csv, landscape, markdown, rdf, written, yaml
from graph.vocabulary import Vocabulary

BYTE_ORDER_MARK: Final = "\ufeff"
# What to do about a text that is not UTF-8: any, rows with a mapping beside them, and rows without one.
UTF_8: Final = "Save it as UTF-8."
OWN_ENCODING: Final = "Save it as UTF-8, or name its “encoding:”."
BESIDE_ENCODING: Final = "Save it as UTF-8, or name its “encoding:” in a mapping in a file beside it."

Keep = Callable[[bytes, str], object]


class Parser(Protocol):
    """Turns a text into a document; never raises for a bad text."""

    def __call__(self, text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
        """Return the document in *text*."""
        ...


# What a YAML text may be besides a document of our own: how it is told, and how it is read.
YAML_FORMS: Final[tuple[tuple[Callable[[str], bool], Parser], ...]] = (
    (landscape.is_one, landscape.parse),
    (backstage.is_one, backstage.parse),
)


def _yaml(text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
    parser = next((parser for is_one, parser in YAML_FORMS if is_one(text)), yaml.parse)
    return parser(text, origin, vocabulary=vocabulary, iris=iris)


PARSERS: Final[dict[str, Parser]] = {
    ".yaml": _yaml,
    ".yml": _yaml,
    ".csv": csv.parse,
    ".md": markdown.parse,
    ".markdown": markdown.parse,
    **{suffix: partial(rdf.parse, rdf_format=kind.rdf) for suffix, kind in KINDS.items() if kind.rdf is not None},
    WRITTEN: written.parse,
}


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
        explains, content = beside(file.path), file.path.read_bytes()
        mapping = explains.read_bytes() if explains is not None else None
    except OSError as error:
        return _refused(
            origin, "file-unreadable", f"the file cannot be read: {error.strerror}.", "Check its permissions."
        )
    if mapping is not None:
        bundle = _bundled(mapping, content, origin)
        if isinstance(bundle, Document):
            return bundle
        content = bundle
    if keep is not None:
        keep(content, file.path.suffix.lower())
    return parse_bytes(content, origin, file.path.suffix.lower(), vocabulary=vocabulary, iris=iris)


def _bundled(mapping: bytes, content: bytes, origin: Origin) -> bytes | Document:
    """Return rows with their mapping as one text; a document with a problem where either cannot be decoded."""
    try:
        mapping.decode()
    except UnicodeDecodeError as error:
        return _undecodable(origin, error, path=f"{origin.path}.yaml")
    named = csv.named_encoding(mapping)
    fix = f"Save it so, or correct “encoding:” in {origin.path}.yaml." if named else OWN_ENCODING
    try:
        return csv.bundled(mapping, content)
    except UnicodeDecodeError as error:
        return _undecodable(origin, error, encoding=named, fix=fix)


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
        return _undecodable(origin, error, fix=BESIDE_ENCODING if suffix == ".csv" else UTF_8)
    if not text.strip().strip(BYTE_ORDER_MARK):
        return _refused(origin, "file-empty", "the file is empty.", "Write a document in it, or remove it.")
    parser = PARSERS[suffix]
    document = parser(text.removeprefix(BYTE_ORDER_MARK), origin, vocabulary=vocabulary, iris=iris)
    texts = csv.texts_of(origin.path, text) if suffix == ".csv" else ((origin.path, text),)
    remarks = (remark for path, part in texts for remark in _remarks(part, path))
    return replace(document, problems=(*remarks, *document.problems))


def _remarks(text: str, path: str) -> Iterator[Problem]:
    """Yield what is unusual about the text of a file and does no harm."""
    if text.startswith(BYTE_ORDER_MARK):
        yield Problem(
            Severity.INFO,
            Place(path, 1, 1),
            "byte-order-mark",
            "the file begins with a byte order mark, which was passed over.",
            fix="Save it as UTF-8 without one.",
        )
    if "\r" in text:
        line = text.replace("\r\n", "\n").count("\n", 0, text.index("\r")) + 1
        yield Problem(
            Severity.INFO,
            Place(path, line),
            "line-ends",
            "the file has Windows line ends, which were read as plain ones.",
            fix="Save it with Unix line ends.",
        )


def _undecodable(
    origin: Origin, error: UnicodeDecodeError, *, path: str = "", encoding: str = "", fix: str = UTF_8
) -> Document:
    line = error.object.count(b"\n", 0, error.start) + 1
    named = (encoding or "utf-8").upper()
    reason = f"the file is not {named}: byte 0x{error.object[error.start]:02x} on line {line}."
    return _refused(origin, "file-encoding", reason, fix, place=Place(path or origin.path, line))


def _refused(origin: Origin, code: str, message: str, fix: str, *, place: Place | None = None) -> Document:
    place = place or Place(origin.path, 1)
    return Document(origin, problems=(Problem(Severity.VIOLATION, place, code, message, fix=fix),))


def _too_large(size_bytes: int, most_bytes: int) -> str:
    return f"the file has {size_bytes / MEBIBYTE:.0f} MiB; this kind of document may have {most_bytes // MEBIBYTE} MiB."
