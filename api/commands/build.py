"""``cloudindex build``: publishes the documents of a folder."""

import typer

from api.commands.opened import built, home_of, print_report
from api.commands.options import VIOLATIONS, DataOption, OntologyOption, StateOption, read_settings
from graph.documents import Severity
from graph.vocabulary_reader import load

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog="Example: cloudindex build --data data --state .cloudindex")
def build(data: DataOption = None, state: StateOption = None, ontology: OntologyOption = None) -> None:
    """Publish the documents; one with a violation keeps its last good version, and the others are published."""
    settings = read_settings(data=data, state=state, ontology=ontology)
    vocabulary = load(settings.ontology)
    generation = built(settings, vocabulary, home_of(settings, vocabulary))
    problems = generation.report()
    print_report(generation, settings)
    manifest = generation.manifest
    good = sum(document.status == "current" for document in manifest.documents)
    typer.echo(
        f"Generation {generation.id}: {good} of {len(manifest.documents)} documents current, "
        f"{manifest.triple_count} triples stated."
    )
    if any(problem.severity is Severity.VIOLATION for problem in problems):
        raise typer.Exit(VIOLATIONS)
