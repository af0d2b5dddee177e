"""What the commands share: their options, the settings these lead to, and a word to whoever watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError
from rich.console import Console

from api.settings import Settings

# How a command ends where documents have violations, and where something is wrong.
VIOLATIONS: Final = 1
TROUBLE: Final = 2
# The name of a file that stands for the input or the output.
STREAM: Final = "-"

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
            where = f"the setting {name} (CLOUDINDEX_{name.upper()}): " if name else ""
            say(f"cloudindex: {where}{fault['msg']}.")
        raise typer.Exit(TROUBLE) from error


def say(text: str) -> None:
    """Tell people, beside what is printed for programs."""
    typer.echo(text, err=True)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows what is being done, where someone watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _step: None
        return
    with console.status("") as status:
        yield lambda step: status.update(step)
