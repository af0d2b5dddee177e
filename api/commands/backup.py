"""``cloudindex backup``: what is published, as one file.  Touches files."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Final

import typer

from api.commands.options import STREAM, OntologyOption, StateOption, progress, read_settings, say
from api.settings import Settings
from graph.backup import write_backup
from graph.engine.generations import Generation, open_current, sync
from graph.errors import BackupError, ParameterError
from graph.iris import Iris
from graph.replication import home_at
from graph.vocabulary_reader import load

app = typer.Typer(add_completion=False, rich_markup_mode=None)
PACKED: Final = (".tar.gz", ".tgz")
PLAIN: Final = (".tar",)


@app.command(epilog="Example: cloudindex backup monday.tar.gz")
def backup(
    archive: Annotated[
        str, typer.Argument(metavar="FILE", help="A new file: .tar, .tar.gz or .tgz; - writes a .tar to the output.")
    ],
    state: StateOption = None,
    ontology: OntologyOption = None,
) -> None:
    """Write what is published, its documents and the hashes of tokens to one file; the service may run meanwhile."""
    settings = read_settings(state=state, ontology=ontology)
    path = Path(archive)
    if archive != STREAM and not path.name.endswith(PACKED + PLAIN):
        raise ParameterError("file", archive, "a name that ends in .tar, .tar.gz or .tgz is expected.")
    generation = _completed(settings)
    if archive == STREAM:
        write_backup(generation, settings.state, sys.stdout.buffer, is_packed=False)
        sys.stdout.buffer.flush()
        say(f"Generation {generation.id} is in the backup.")
        return
    with progress() as tell, _new_file(path) as file:
        packed = path.name.endswith(PACKED)
        write_backup(generation, settings.state, file, is_packed=packed, tell=_told(path, tell))
    say(f"{path}: generation {generation.id}, {path.stat().st_size} bytes.")


def _completed(settings: Settings) -> Generation:
    """Return the newest generation; where the graph lives on a server, the state folder has all of it then."""
    address = settings.address()
    if address.server is None:
        return open_current(settings.state)
    if settings.strict:
        raise BackupError("A plain dataset on a server is backed up by that server")
    home = home_at(address, load(settings.ontology), Iris(settings.base_iri))
    home.catch_up(settings.state)
    generation = open_current(settings.state)
    home.complete(generation, settings.state)
    return generation


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that only its owner may read; it has its name when it is whole and on the disk."""
    if path.exists():
        raise BackupError(f"{path} is there already, and was left as it is; name a new file")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".part", dir=path.parent)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        Path(name).rename(path)
        sync(path.parent)
    except OSError as error:
        raise BackupError(f"{path} cannot be written, and is not there: {error.strerror}") from error
    finally:
        Path(name).unlink(missing_ok=True)


def _told(path: Path, tell: Callable[[str], None]) -> Callable[[int], None]:
    return lambda mebibytes: tell(f"writing {path}: {mebibytes} MiB so far")
