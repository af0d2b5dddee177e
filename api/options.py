"""What the commands share: their options, the settings these lead to, and a word to whoever watches."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError

from api.settings import Settings

TROUBLE: Final = 2

DataOption = Annotated[Path | None, typer.Option("--data", help="The folder of documents.")]
StateOption = Annotated[Path | None, typer.Option("--state", help="The folder of what is built.")]
OntologyOption = Annotated[Path | None, typer.Option("--ontology", help="A folder with another ontology.")]


def read_settings(**options: Any) -> Settings:
    """Return the settings; options that are given go before the environment.

    Raises:
        typer.Exit: A setting does not fit; which one, has been said.
    """
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        for fault in error.errors():
            name = str(fault["loc"][0]) if fault["loc"] else ""
            say(f"cloudindex: the setting {name} (CLOUDINDEX_{name.upper()}): {fault['msg']}.")
        raise typer.Exit(TROUBLE) from error


def say(text: str) -> None:
    """Tell people, beside what is printed for programs."""
    typer.echo(text, err=True)
