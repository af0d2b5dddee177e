"""``cloudindex check · build · serve · …``: which commands there are, and how they end where something is wrong."""

import gc
import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from api.commands.options import TROUBLE, say
from graph.errors import GraphError, ImportRefusedError
from graph.garbage import MANY_OBJECTS, no_collections
from graph.report_formats.text import block

# Each command, and the file in api/commands that has it.
COMMANDS: Final = {
    "check": "check",
    "build": "build",
    "serve": "serve",
    "query": "query",
    "export": "export",
    "import": "importing",
    "load": "load",
    "purge": "purge",
    "backup": "backup",
    "restore": "restore",
    "token": "token",
}


class Commands(TyperGroup):
    """The commands; each is loaded when it is asked for."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": dict.fromkeys(COMMANDS)})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  # the name is that of the framework
        """Return a command; ``None`` where there is none of that name."""
        if self.commands.get(cmd_name) is None and cmd_name in COMMANDS:
            with no_collections():
                module = import_module(f"api.commands.{COMMANDS[cmd_name]}")
            self.commands[cmd_name] = typer.main.get_command(module.app)
        return self.commands.get(cmd_name)


app = typer.Typer(
    name="cloudindex",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _tell_version(is_asked: bool) -> None:  # noqa: FBT001  # the value of an option
    if is_asked:
        typer.echo(f"cloudindex {version('cloudindex')}")
        raise typer.Exit


@app.callback()
def cloudindex(
    _version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Turn notes on the cloud-native landscape into a validated knowledge graph, and ask it questions."""


def main() -> None:
    """Run the command line; an error of the graph is one sentence, and the exit code says so."""
    gc.set_threshold(MANY_OBJECTS, 50, 100)  # what documents say stays: searching it for what can go finds nothing
    try:
        app()
    except GraphError as error:
        say(f"cloudindex: {error}")
        if isinstance(error, ImportRefusedError):
            typer.echo("".join(map(block, error.problems)), nl=False, err=True)
        sys.exit(TROUBLE)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(TROUBLE)
    except OSError as error:
        say(f"cloudindex: {error.filename or ''}: {error.strerror}.")
        sys.exit(TROUBLE)


if __name__ == "__main__":
    main()
