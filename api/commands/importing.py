"""``cloudindex import``: a note in Markdown → the draft of a document, or the draft that there is brought up to it."""

import difflib
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import typer

from api.commands.options import STREAM, DataOption, OntologyOption, read_settings, say
from api.settings import Settings
from graph.collections import read_file
from graph.errors import ImportRefusedError
from graph.folders import list_files
from graph.iris import SLUG, Iris, slugified
from graph.notes.draft import LESS_SURE, SURE
from graph.notes.entries import Entry
from graph.notes.importing import MOST_NOTE_BYTES, Importer
from graph.notes.proposals import Proposal, Reading, Saying
from graph.notes.review import Review
from graph.notes.wording import load_wording
from graph.vocabulary_reader import load

CHANGES: Final = 1
MOST_SHOWN: Final = 40
PLURALS: Final = {Saying.ENTITY: "entities"}
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("import", epilog="Example: cloudindex import data/notes/my-note.md")
def import_note(
    note: Annotated[str, typer.Argument(metavar="NOTE", help="A note in Markdown; - reads it from the input.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The draft; NOTE with the suffix .yaml without it.")
    ] = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Say what would change and write nothing; exit with 1 when something would.")
    ] = False,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", min=0.0, max=1.0, help="Leave out what is less sure.")
    ] = 0.0,
    data: DataOption = None,
    ontology: OntologyOption = None,
) -> None:
    """Propose what a note says, line by line, in a draft that people mend and accept; run it again when it changes."""
    settings = read_settings(data=data, ontology=ontology)
    target = output or (None if note == STREAM else Path(note).with_suffix(".yaml"))
    file, text = _read_note(note, target)
    _check_target(note, target)
    before = _read_draft(target) if target is not None else ""
    reading, found = _importer(settings, min_confidence).read(
        text, file, before=before, path=_shown(target, settings.data)
    )
    if diff:
        _print_diff(before, found.text, str(target or STREAM))
    elif target is None:
        sys.stdout.buffer.write(found.text.encode())
    elif found.text != before:
        write_whole(target, found.text, unless_changed_from=before)
    _tell(reading, found, is_new=not before.strip())
    if target is not None and not diff:
        say(_next_step(target, settings.data, is_written=found.text != before))
    if diff and found.text != before:
        raise typer.Exit(CHANGES)


# --- files


def _read_note(note: str, target: Path | None) -> tuple[str, str]:
    """Return the name and the text of a note.

    Raises:
        ImportRefusedError: It is no text that can be read.
    """
    if note == STREAM:
        name = f"{target.stem}.md" if target is not None else "note.md"
        content = sys.stdin.buffer.read(MOST_NOTE_BYTES + 1)
    else:
        path = Path(note)
        name = path.name
        if path.is_dir():
            raise ImportRefusedError(note, "is a folder; name one note")
        with path.open("rb") as opened:
            content = opened.read(MOST_NOTE_BYTES + 1)
    if len(content) > MOST_NOTE_BYTES:
        raise ImportRefusedError(note, f"is larger than {MOST_NOTE_BYTES >> 20} MiB; split it into several notes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = f"is not UTF-8: byte 0x{content[error.start]:02x} on line {line}; save it as UTF-8"
        raise ImportRefusedError(note, reason) from error
    if not text.strip():
        raise ImportRefusedError(note, "is empty")
    return name, text


def _check_target(note: str, target: Path | None) -> None:
    """Do nothing if a draft may be written to *target*.

    Raises:
        ImportRefusedError: It is a folder, the note itself, or has a name that no document can have.
    """
    if target is None:
        return
    if target.is_dir():
        raise ImportRefusedError(str(target), "is a folder; name a file with --output")
    if note != STREAM and target.exists() and target.samefile(note):
        raise ImportRefusedError(str(target), "is the note itself; name another file with --output")
    if target.suffix.lower() not in (".yaml", ".yml"):
        raise ImportRefusedError(str(target), "must end in .yaml, for a draft is a document in YAML")
    if not SLUG.fullmatch(slugified(target.stem)):
        raise ImportRefusedError(str(target), "has no name for a document; use letters, digits and hyphens")


def _read_draft(target: Path) -> str:
    """Return the draft that there is; an empty text for none."""
    if not target.exists():
        return ""
    try:
        return target.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise ImportRefusedError(str(target), "is there already, and no text in UTF-8") from error


def write_whole(target: Path, text: str, *, unless_changed_from: str) -> None:
    """Put *text* into a file, in one step: whatever happens, the file is the old one or the new one.

    Raises:
        ImportRefusedError: The file has been changed meanwhile.
        OSError: It cannot be written; its name is that of *target*.
    """
    target = target.resolve()
    unfinished = None
    try:
        descriptor, unfinished = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        if _read_draft(target) != unless_changed_from:
            raise ImportRefusedError(str(target), "has been changed meanwhile; run this again")
        Path(unfinished).replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
    finally:
        if unfinished is not None:
            Path(unfinished).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _importer(settings: Settings, min_confidence: float) -> Importer:
    vocabulary, iris = load(settings.ontology), Iris(settings.base_iri)
    wording = load_wording(vocabulary, settings.ontology)
    documents = tuple(read_file(file, vocabulary=vocabulary, iris=iris) for file in list_files(settings.data))
    return Importer(vocabulary, iris, wording, documents, min_confidence)


def _is_in(target: Path, data: Path) -> bool:
    return target.resolve().is_relative_to(data.resolve())


def _shown(target: Path | None, data: Path) -> str:
    """Return the path of a draft as the documents of *data* have theirs, else as it was typed."""
    if target is not None and _is_in(target, data):
        return str(Path(data.name) / target.resolve().relative_to(data.resolve()))
    return str(target or "draft.yaml")


# --- what is told


def _print_diff(before: str, after: str, name: str) -> None:
    names = f"{name} (as it is)", f"{name} (as it would be)"
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm=""):
        typer.echo(line)


def _tell(reading: Reading, found: Review, *, is_new: bool) -> None:
    """Say what was found, and what of it is new, has moved or has vanished."""
    proposals = reading.proposals
    say(f"{_many(len(proposals), 'statement')} proposed{_counts(proposals)}.")
    unsure = sum(1 for one in proposals if one.confidence < SURE)
    if unsure:
        say(f"{_many(unsure, 'statement')} below a confidence of {SURE} stand apart, under “{LESS_SURE}”.")
    if not is_new:
        say(f"{len(found.new)} new, {found.moved} moved, {len(found.vanished) + len(found.dropped)} vanished.")
        _list("+", "", map(_of_proposal, found.new))
        _list("-", "taken away, for nobody had decided", map(_of_entry, found.dropped))
        _list("!", "marked, for it was decided", map(_of_entry, found.vanished))
        _list("?", "not proposed any more", map(_of_entry, found.unproposed))
    ambiguous = sum(1 for one in reading.mentions if len(one.slugs) > 1)
    misspelt = sum(1 for one in reading.mentions if one.near)
    if ambiguous or misspelt:
        say(f"To decide, at the end of the draft: {ambiguous} ambiguous, {misspelt} perhaps misspelt.")


def _counts(proposals: Iterable[Proposal]) -> str:
    sayings = Counter(one.saying for one in proposals)
    bases = Counter(one.basis for one in proposals)
    kinds = ", ".join(_many(count, saying, PLURALS.get(saying, "")) for saying, count in sayings.most_common())
    told = ", ".join(f"{count} {basis}" for basis, count in bases.most_common())
    return f": {kinds}; by basis {told}" if kinds else ""


def _many(count: int, name: str, plural: str = "") -> str:
    return f"{count} {name if count == 1 else plural or f'{name}s'}"


def _list(mark: str, why: str, told: Iterable[str]) -> None:
    lines = list(told)
    for line in lines[:MOST_SHOWN]:
        say(f"  {mark} {line}{f' ({why})' if why else ''}")
    if len(lines) > MOST_SHOWN:
        say(f"  {mark} and {len(lines) - MOST_SHOWN} more")


def _of_proposal(one: Proposal) -> str:
    return f"line {one.line}: {one.subject or 'the note'}: {one.key or one.saying}: {one.value} ({one.confidence:.2f})"


def _of_entry(one: Entry) -> str:
    lines = ", ".join(map(str, one.where.lines)) if one.where else ""
    return f"line {lines}: {one.subject or 'the note'}: {one.key or one.saying}: {one.value}"


def _next_step(target: Path, data: Path, *, is_written: bool) -> str:
    done = f"{target} is written." if is_written else f"{target} is as it should be."
    if _is_in(target, data):
        return f"{done} Accept what is right in it, and run `cloudindex check`."
    there = f"--output FOLDER/notes/{target.name}"
    where = f"Documents are published from a collection of the data folder, {data}"
    return f"{done} {where}: import it there with {there}, or name another folder with --data."
