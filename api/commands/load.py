"""``cloudindex load``: files of RDF, as they are."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import StateOption, read_settings, say
from graph.errors import ParameterError
from graph.plain import load_files

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog="Example: cloudindex load dump.nq --state plain, then cloudindex serve --strict --state plain")
def load(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of RDF in any format.")],
    state: StateOption = None,
) -> None:
    """Publish files of RDF of any size as they are, for serve --strict: all of them, or nothing."""
    settings = read_settings(state=state)
    if settings.engine != "embedded":
        raise ParameterError("engine", settings.engine, "files are loaded into the embedded engine; load them there.")
    generation = load_files(settings.state, settings.base_iri, files)
    say(f"Generation {generation.id} is published: {generation.manifest.triple_count} quads.")
