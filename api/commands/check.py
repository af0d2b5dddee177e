"""``cloudindex check``: what is wrong with documents, without publishing them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.commands.judged import Failing, compare, fails, relocated
from api.commands.options import VIOLATIONS, DataOption, OntologyOption, StateOption, progress, read_settings, say
from graph import publishing
from graph.documents import Status
from graph.formats import REPORTS, find_format
from graph.iris import Iris
from graph.report_formats.writers import Names, write_report
from graph.vocabulary_reader import load
from graph.workshop import Workshop

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog="Example: cloudindex check --data data --format github --fail-on warning")
def check(
    data: DataOption = None,
    state: StateOption = None,
    ontology: OntologyOption = None,
    output_format: Annotated[
        str, typer.Option("--format", "-f", help=f"One of {', '.join(form.name for form in REPORTS)}.")
    ] = "text",
    against: Annotated[
        Path | None,
        typer.Option("--against", help="An earlier report in JSON; without it, that of what was published last."),
    ] = None,
    fail_on: Annotated[
        Failing, typer.Option("--fail-on", help="From which severity on a problem makes the check fail.")
    ] = Failing.VIOLATION,
    only_new: Annotated[
        bool, typer.Option("--only-new", help="Let only problems fail it that the earlier report does not have.")
    ] = False,
) -> None:
    """Say what is wrong with the documents, with file, line and fix; exit with 1 when one cannot be published."""
    settings = read_settings(data=data, state=state, ontology=ontology)
    form = find_format(output_format, REPORTS)
    workshop = Workshop.of(load(settings.ontology), Iris(settings.base_iri))
    with progress() as tell:
        judgement = publishing.check(settings.data, workshop, progress=tell)
    report = compare(judgement, settings, against)
    names = Names(dict(workshop.vocabulary.prefixes), workshop.iris)
    sys.stdout.buffer.write(write_report(relocated(report, settings.data, form), form, names))
    sys.stdout.buffer.flush()
    versions = (*judgement.published, *judgement.absent)
    good = sum(version.status is Status.CURRENT for version in versions)
    say(f"{good} of {len(versions)} documents are good.")
    if fails(report, fail_on, only_new=only_new):
        raise typer.Exit(VIOLATIONS)
