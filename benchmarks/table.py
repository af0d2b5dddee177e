"""What a measurement says, and how it is printed."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A measured value in its unit, and its ratio to the yardstick of the same run."""

    what: str
    value: float
    ratio: float
    unit: str


def printed(title: str, rows: Iterable[Row]) -> str:
    """Return *rows* as a Markdown table."""
    lines = [f"### {title}", "", "| what | measured | ratio |", "|---|---|---|"]
    lines += [f"| {row.what} | {row.value:,.3g} {row.unit} | {row.ratio:.2f} |" for row in rows]
    return "\n".join(lines)
