"""``cloudindex export``: the graph, or a part of it, as a file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.commands.export_file import write_file
from api.commands.opened import opened
from api.commands.options import DataOption, OntologyOption, StateOption, progress, read_settings, say
from graph.errors import ParameterError
from graph.exports.orders import Exporter, part_of
from graph.formats import EXPORTS, find_format
from graph.relations import find_relation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog="Example: cloudindex export gexf --filter type:Software -o software.gexf")
def export(
    output_format: Annotated[str, typer.Argument(metavar="FORMAT", help=", ".join(one.name for one in EXPORTS))],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; the output without it.")
    ] = None,
    filter_: Annotated[
        str, typer.Option("--filter", help="Only entities that fit, as `filter` of /api/entities has it.")
    ] = "",
    relations: Annotated[
        list[str] | None, typer.Option("--relation", help="Only these relations, and narrower ones.")
    ] = None,
    document: Annotated[str, typer.Option("--document", help="Only what this document states.")] = "",
    inferred: Annotated[bool, typer.Option("--inferred", help="With edges that no document states.")] = False,
    language: Annotated[str, typer.Option("--lang", help="The language of labels and sentences.")] = "",
    data: DataOption = None,
    state: StateOption = None,
    ontology: OntologyOption = None,
) -> None:
    """Write the graph, or a part of it, in a format that other programs open."""
    form = find_format(output_format, EXPORTS)
    index = opened(read_settings(data=data, state=state, ontology=ontology))
    if language and language not in index.vocabulary.languages:
        raise ParameterError("lang", language, "there are no texts in it.", allowed=index.vocabulary.languages)
    known = tuple(find_relation(key, index.vocabulary, parameter="relation") for key in relations or ())
    order = part_of(filter_, known, document, inferred=inferred)
    exporter = Exporter(index, form, language)
    try:
        if output is None:
            exporter.write(order, sys.stdout.buffer)
        else:
            with progress() as tell:
                counts = write_file(output, exporter, order, tell)
            size = output.stat().st_size
            say(f"{output}: {counts.nodes} nodes and {counts.edges} edges, {size} bytes of {form.name}.")
    finally:
        index.derived.close()
