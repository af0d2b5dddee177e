"""``cloudindex token create · list · revoke``: the tokens of a state folder."""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from api.commands.options import StateOption, read_settings, say
from api.tokens import Role, Token, Tokens
from graph.errors import ParameterError

app = typer.Typer(
    name="token",
    help="Create, list and revoke the tokens that allow reading a private service, writing, and administration.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)
COLUMNS: Final = ("id", "role", "state", "created", "expires", "name")


@app.command(epilog="Example: cloudindex token create --name importer --role write --expires 30d")
def create(
    name: Annotated[str, typer.Option("--name", help="Whom or what it is for; records of what is written name it.")],
    role: Annotated[Role, typer.Option("--role", help="What it allows; each role includes those before it.")],
    expires: Annotated[
        str, typer.Option("--expires", help="Days from now (30d), or its last day (2027-01-31, UTC).")
    ] = "",
    state: StateOption = None,
) -> None:
    """Create a token and print it, this once: only its hash is kept."""
    end = parse_expiry(expires, datetime.now(UTC)) if expires else None
    token, text = _tokens(state).create(name, role, expires=end)
    until = f"until {_shown(token.expires)}" if token.expires else "until it is revoked"
    say(f"Token {token.id} for {token.name} allows {token.role} {until}. Keep it well: it is not shown again.")
    typer.echo(text)


@app.command("list", epilog="Example: cloudindex token list")
def list_all(state: StateOption = None) -> None:
    """List the tokens, the oldest first; none of them is shown itself."""
    now = datetime.now(UTC)
    rows = [COLUMNS, *(_row(token, now) for token in _tokens(state).list())]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@app.command(epilog="Example: cloudindex token revoke 0f9ab21c77de")
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `cloudindex token list` tells.")],
    state: StateOption = None,
) -> None:
    """Let a token be refused from now on, by a running service too."""
    token = _tokens(state).revoke(token_id)
    say(f"Token {token.id} for {token.name} has been revoked.")


def parse_expiry(text: str, now: datetime) -> datetime:
    """Return when a token ends, in UTC: a number of days after *now*, or the end of a day.

    Raises:
        ParameterError: The text is neither, or the time has passed.

    >>> parse_expiry("30d", datetime(2027, 1, 1, 12, tzinfo=UTC)).isoformat()
    '2027-01-31T12:00:00+00:00'
    >>> parse_expiry("2027-01-31", datetime(2027, 1, 1, tzinfo=UTC)).isoformat()
    '2027-02-01T00:00:00+00:00'
    """
    try:
        if re.fullmatch(r"[0-9]+d", text):
            end = now + timedelta(days=int(text[:-1]))
        else:
            end = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError) as error:
        raise ParameterError(
            "expires", text, "a number of days like 30d or a day like 2027-01-31 is expected."
        ) from error
    if end <= now:
        raise ParameterError("expires", text, "that time has passed.")
    return end


def _row(token: Token, now: datetime) -> tuple[str, ...]:
    condition = "revoked" if token.revoked else "valid" if token.is_valid(now) else "expired"
    return token.id, token.role, condition, _shown(token.created), _shown(token.expires), token.name


def _shown(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else "-"


def _tokens(state: Path | None) -> Tokens:
    settings = read_settings(state=state)
    return Tokens(settings.state, settings.tokens)
