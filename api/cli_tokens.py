"""``cloudindex token create · list · revoke``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api import tokens
from api.settings import Settings
from graph.errors import ParameterError

app = typer.Typer(
    help="Make, list and revoke the tokens that writers need.", no_args_is_help=True, add_completion=False
)
StateOption = Annotated[Path | None, typer.Option("--state", help="The folder of what is built.")]


@app.command(epilog="Example: cloudindex token create --name editor --role write --expires 90d")
def create(
    name: Annotated[str, typer.Option("--name", help="Who it is for; records and generations name it.")],
    role: Annotated[tokens.Role, typer.Option("--role", help="What it allows.")] = tokens.Role.WRITE,
    expires: Annotated[str, typer.Option("--expires", help="A date (2027-01-31) or a number of days (30d).")] = "",
    state: StateOption = None,
) -> None:
    """Print a new token; it is shown this once, and only its hash is kept."""
    try:
        until = tokens.parse_expiry(expires, datetime.now(UTC)) if expires else None
    except ValueError as error:
        raise ParameterError("expires", expires, "write a date such as 2027-01-31, or days such as 30d.") from error
    secret, token = tokens.create(_state(state), " ".join(name.split()), role, until)
    typer.echo(secret)
    typer.echo(
        f"Token {token.id} for {token.name}: {token.role}, {_until(token)}. Keep it; it is not shown again.", err=True
    )


@app.command("list")
def list_all(state: StateOption = None) -> None:
    """List the tokens, without their secrets."""
    table = Table("id", "name", "role", "created", "expires", "state", box=box.SIMPLE)
    now = datetime.now(UTC)
    for token in tokens.list_tokens(_state(state)):
        table.add_row(token.id, token.name, token.role, f"{token.created:%Y-%m-%d}", _until(token), token.state(now))
    Console(highlight=False, markup=False).print(table)


@app.command(epilog="Example: cloudindex token revoke 1f3a90c2")
def revoke(token_id: Annotated[str, typer.Argument(metavar="ID")], state: StateOption = None) -> None:
    """Make a token worth nothing; a running service notices at once."""
    token = tokens.revoke(_state(state), token_id)
    typer.echo(f"Token {token.id} ({token.name}) is revoked.", err=True)


def _until(token: tokens.Token) -> str:
    return f"until {token.expires:%Y-%m-%d}" if token.expires else "without end"


def _state(state: Path | None) -> Path:
    return state if state is not None else Settings().state
