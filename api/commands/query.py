"""``cloudindex query``: a question in SPARQL, answered by a worker as the service has it answered."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands.opened import home_of, opened
from api.commands.options import STREAM, DataOption, OntologyOption, StateOption, read_settings, say
from api.remote import led
from api.settings import Settings
from graph.engine.gateway import Gateway
from graph.engine.jobs import Job
from graph.engine.pool import Pool
from graph.engine.workers import Nursery
from graph.errors import ParameterError
from graph.federation import find_calls
from graph.formats import GRAPHS, JSON, RESULTS, XML, Format, find_format
from graph.index import Index
from graph.sparql import Form, Query, hints, read_query

app = typer.Typer(add_completion=False, rich_markup_mode=None)
UNBOUNDED: Final = 1_000_000


@app.command(epilog="Example: cloudindex query 'SELECT ?tool { id:kubespray ci:usesTool ?tool }'")
def query(
    text: Annotated[
        str,
        typer.Argument(help="A SPARQL query, or the name of a file that holds one; - reads it from the input."),
    ],
    data: DataOption = None,
    state: StateOption = None,
    ontology: OntologyOption = None,
    output_format: Annotated[str, typer.Option("--format", "-f", help="The format of what is printed.")] = "table",
) -> None:
    """Ask a SPARQL query: table, csv, tsv, json or xml; turtle, n-triples, rdf-xml or json-ld for a graph."""
    settings = read_settings(data=data, state=state, ontology=ontology)
    text = _query_text(text)
    asked = read_query(text)
    form = asked.form
    formats: tuple[Format, ...] = GRAPHS if form.is_graph else (JSON, XML) if form is Form.ASK else RESULTS
    as_table = output_format == "table" and form is Form.SELECT
    wanted = formats[0] if output_format == "table" else find_format(output_format, formats)
    index = opened(settings)
    for hint in hints(asked.tokens, index.vocabulary, index.prefixes):
        say(f"hint: {hint}")
    content = asyncio.run(_asked(asked, JSON if as_table else wanted, index, settings))
    if as_table:
        _print_table(json.loads(content), index)
    else:
        sys.stdout.buffer.write(content)


async def _asked(query: Query, form: Format, index: Index, settings: Settings) -> bytes:
    nursery, federation = Nursery(is_networked=not index.is_at_hand), settings.federation()
    gateway = Gateway(nursery, federation, settings.query_seconds)
    at = home_of(settings, index.vocabulary).quarters(index.generation)
    pool = Pool(at.folder, settings.limits(), nursery, server=at.server)
    calls = find_calls(query.text, query.tokens, index.prefixes, federation.hosts)
    is_plain = index.generation.manifest.is_plain
    everything = None if query.names_dataset or is_plain else (index.iris.graph("all").value,)
    job = Job(query.text, form.name, index.prefixes, everything)
    try:
        async with led(job, calls, gateway) as led_job:
            return b"".join([piece async for piece in pool.answer(led_job)])
    finally:
        await pool.close()
        await gateway.close()
        await nursery.close()


def _query_text(text: str) -> str:
    if text == STREAM:
        return sys.stdin.read()
    is_name = "\n" not in text and "{" not in text and len(text) < 4096
    if is_name and Path(text).suffix in (".rq", ".sparql") and not Path(text).is_file():
        raise ParameterError("query", text, "there is no such file.")
    if not is_name or not Path(text).is_file():
        return text
    try:
        return Path(text).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ParameterError("query", text, "the file is not UTF-8.") from error


def _print_table(results: dict[str, Any], index: Index) -> None:
    names = results["head"]["vars"]
    watched = sys.stdout.isatty()
    table = Table(*names, box=box.ROUNDED if watched else None, pad_edge=watched)
    for row in results["results"]["bindings"]:
        table.add_row(*(_shown(row[name], index) if name in row else "" for name in names))
    Console(width=None if watched else UNBOUNDED, highlight=False, markup=False).print(table)


def _shown(term: dict[str, str], index: Index) -> str:
    if term["type"] != "uri":
        return term["value"]
    iri = term["value"]
    return f"id:{index.iris.reference(iri)}" if index.iris.is_entity(iri) else index.vocabulary.curie(iri)
