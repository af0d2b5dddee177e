"""``cloudindex purge``: takes a document out of every generation."""

from typing import Annotated

import typer

from api.commands.options import OntologyOption, StateOption, read_settings
from api.commands.performing import perform
from graph.writes import Purge

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog="Example: cloudindex purge my-notes")
def purge(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The name of a document.")],
    state: StateOption = None,
    ontology: OntologyOption = None,
) -> None:
    """Remove a document from every generation; none is kept that had it."""
    perform(Purge(slug), read_settings(state=state, ontology=ontology))
