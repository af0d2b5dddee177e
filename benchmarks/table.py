"""What a measurement says, and how it is printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Row:
    """A measured value in its unit, its ratio to the yardstick of the same run, and what is promised of either.

    Attributes:
        value: What was measured; ``None`` where it could not be, and *what* says why.
    """

    what: str
    value: float | None
    ratio: float
    unit: str
    promised: str = ""


HEAD = ("| part | what | promised | measured | ratio |", "|---|---|---|---|---|")


def printed(part: str, rows: Iterable[Row]) -> str:
    """Return *rows* as lines of the one table in Markdown, of which HEAD is the head."""
    return "\n".join(f"| {part} | {row.what} | {row.promised} | {_measured(row)} |" for row in rows)


def absent(what: str, reason: str, promised: str = "") -> Row:
    """Return the row of what could not be measured here."""
    return Row(f"{what}: absent, {reason}", None, 0.0, "", promised)


def path_of(path: str, **parameters: str) -> str:
    """Return *path* with its query."""
    return f"{path}?{urlencode(parameters)}"


def _measured(row: Row) -> str:
    return "– | –" if row.value is None else f"{row.value:,.3g} {row.unit} | {row.ratio:.2f}"
