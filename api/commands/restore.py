"""``cloudindex restore``: what an earlier generation or a backup held, published again.  Touches files."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from api.commands.options import STREAM, OntologyOption, StateOption, progress, read_settings, say
from api.commands.performing import perform
from api.settings import Settings
from graph.errors import ParameterError
from graph.restoring import Restored, restore_backup
from graph.writes import Restore

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog="Example: cloudindex restore monday.tar.gz --state empty-folder")
def restore(
    source: Annotated[
        str,
        typer.Argument(
            metavar="NUMBER|FILE",
            help="The number of a generation that is kept, or the file of a backup; - reads that from the input.",
        ),
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Publish a backup after the generations that there are.")
    ] = False,
    tokens: Annotated[
        bool, typer.Option("--tokens", help="Take the tokens of the backup, where the state folder has none.")
    ] = False,
    documents: Annotated[
        Path | None,
        typer.Option("--documents", help="A new folder for the documents of folders, as they were published."),
    ] = None,
    state: StateOption = None,
    ontology: OntologyOption = None,
) -> None:
    """Publish what an earlier generation or a backup held, under a new number."""
    settings = read_settings(state=state, ontology=ontology)
    if source.isascii() and source.isdigit():
        if replace or tokens or documents is not None:
            raise ParameterError("source", source, "--replace, --tokens and --documents are for backups.")
        perform(Restore(int(source)), settings)
        return
    if settings.server() is not None and replace:
        raise ParameterError("replace", "true", "a graph on a server is restored with an empty server and folder.")
    with _opened(source) as file, progress() as tell:
        tell(f"reading {source}")
        restored = restore_backup(file, settings.state, replaces=replace, with_tokens=tokens, documents=documents)
    _report(restored, settings, documents)


def _report(restored: Restored, settings: Settings, documents: Path | None) -> None:
    manifest, header = restored.generation.manifest, restored.header
    say(f"Generation {manifest.id} is published: what generation {header.generation} held at {header.made:%F %T} UTC.")
    of_folders = sum(bool(one.digest) and not one.is_own for one in manifest.documents)
    if of_folders and documents is None:
        say(
            f"{of_folders} of its {len(manifest.documents)} documents are of a folder: at the next start they are what "
            f"{settings.data} holds. --documents writes them as they were."
        )
    elif documents is not None:
        say(f"{documents} has {of_folders} documents as they were published.")
    if restored.tokens_taken:
        say("The tokens are those of the backup: one that was revoked since then is good again.")
    elif restored.has_tokens:
        say("The tokens of the backup were left out: --tokens takes them where there are none yet.")


@contextmanager
def _opened(source: str) -> Iterator[IO[bytes]]:
    if source == STREAM:
        yield sys.stdin.buffer
        return
    path = Path(source)
    if not path.is_file():
        raise ParameterError("source", source, "neither the number of a generation nor a file.")
    with path.open("rb") as file:
        yield file
