"""``cloudindex serve · check · build · import · query · export · token``: talks, does nothing itself."""

import asyncio
import gc
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from rich import box
from rich.console import Console
from rich.table import Table

from api import cli_import, cli_tokens, logs
from api.app import create_app
from api.check_command import Failing, compare, fails, relocated
from api.connections import AbortableProtocol
from api.export_file import write_file
from api.options import TROUBLE, DataOption, OntologyOption, StateOption, read_settings, say
from api.remote import led
from api.settings import Settings
from graph import publishing
from graph.derived import sweep
from graph.documents import Severity, Status
from graph.engine.gateway import Gateway
from graph.engine.generations import Generation
from graph.engine.pool import Pool
from graph.engine.worker import MANY_OBJECTS, Job
from graph.engine.workers import Nursery
from graph.errors import GraphError, ImportRefusedError, ParameterError
from graph.exports.orders import Exporter, part_of
from graph.federation import find_calls
from graph.formats import EXPORTS, GRAPHS, JSON, REPORTS, RESULTS, TEXT_REPORT, XML, Format, find_format
from graph.index import Index, open_generation, open_index
from graph.iris import Iris, digest
from graph.plain import open_plain
from graph.relations import find_relation
from graph.report_formats.text import as_text, block
from graph.report_formats.writers import Names, write_report
from graph.sparql import Form, Query, hints, read_query
from graph.vocabulary import Vocabulary
from graph.vocabulary_reader import load
from graph.workshop import Workshop
from graph.writes import Author, Purge, Restore, Write

app = typer.Typer(
    name="cloudindex",
    help="Turn notes on the cloud-native landscape into a validated knowledge graph, and ask it questions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(cli_tokens.app)
app.command("import", epilog="Example: cloudindex import data/notes/my-note.md")(cli_import.import_note)
VIOLATIONS = 1
UNBOUNDED = 1_000_000

FormatOption = Annotated[str, typer.Option("--format", "-f", help="The format of what is printed.")]


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
    workshop = _workshop(settings)
    with _progress() as tell:
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


@app.command(epilog="Example: cloudindex build --data data --state .cloudindex")
def build(data: DataOption = None, state: StateOption = None, ontology: OntologyOption = None) -> None:
    """Publish the documents; one with a violation keeps its last good version, and the others are published."""
    settings = read_settings(data=data, state=state, ontology=ontology)
    generation = _built(settings, load(settings.ontology))
    problems = generation.report()
    _print_report(generation, settings)
    manifest = generation.manifest
    good = sum(document.status == "current" for document in manifest.documents)
    typer.echo(
        f"Generation {generation.id}: {good} of {len(manifest.documents)} documents current, "
        f"{manifest.triple_count} triples stated."
    )
    if any(problem.severity is Severity.VIOLATION for problem in problems):
        raise typer.Exit(VIOLATIONS)


@app.command(epilog="Example: cloudindex serve --port 8080")
def serve(
    data: DataOption = None,
    state: StateOption = None,
    ontology: OntologyOption = None,
    host: Annotated[str | None, typer.Option("--host", help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="The port to listen on.")] = None,
    writes: Annotated[
        bool | None, typer.Option("--writes/--no-writes", help="Whether tokens that allow it may write.")
    ] = None,
    strict: Annotated[
        bool | None, typer.Option("--strict", help="Serve a plain dataset, with nothing derived.")
    ] = None,
    watch: Annotated[
        bool | None, typer.Option("--watch/--no-watch", help="Publish what changes in the folder while serving.")
    ] = None,
) -> None:
    """Publish the documents and serve the graph until Ctrl-C."""
    settings = read_settings(
        data=data, state=state, ontology=ontology, host=host, port=port, writes=writes, strict=strict, watch=watch
    )
    if settings.watch and settings.strict:
        raise ParameterError("watch", "true", "a plain dataset has no folder of documents to watch.")
    logs.set_up(settings.log)
    index = _opened(settings)
    sweep(settings.state)
    _print_report(index.generation, settings)
    gc.freeze()  # what is there now stays, and need not be searched for what can go
    service = _Service(
        uvicorn.Config(
            create_app(settings, index),
            host=settings.host,
            port=settings.port,
            log_config=None,
            http=AbortableProtocol,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            ws="none",
        )
    )
    service.run()
    if not service.started:
        raise typer.Exit(TROUBLE)


@app.command(epilog="Example: cloudindex restore 7")
def restore(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The number of a generation that is kept.")],
    state: StateOption = None,
    ontology: OntologyOption = None,
) -> None:
    """Publish what an earlier generation held, under a new number."""
    _perform(Restore(number), read_settings(state=state, ontology=ontology))


@app.command(epilog="Example: cloudindex purge my-notes")
def purge(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The name of a document.")],
    state: StateOption = None,
    ontology: OntologyOption = None,
) -> None:
    """Remove a document from every generation; none is kept that had it."""
    _perform(Purge(slug), read_settings(state=state, ontology=ontology))


@app.command(epilog="Example: cloudindex query 'SELECT ?tool { id:kubespray ci:usesTool ?tool }'")
def query(
    text: Annotated[
        str,
        typer.Argument(help="A SPARQL query, or the name of a file that holds one; - reads it from the input."),
    ],
    data: DataOption = None,
    state: StateOption = None,
    ontology: OntologyOption = None,
    output_format: FormatOption = "table",
) -> None:
    """Ask a SPARQL query: table, csv, tsv, json or xml; turtle, n-triples, rdf-xml or json-ld for a graph."""
    settings = read_settings(data=data, state=state, ontology=ontology)
    text = _query_text(text)
    asked = read_query(text)
    form = asked.form
    formats: tuple[Format, ...] = GRAPHS if form.is_graph else (JSON, XML) if form is Form.ASK else RESULTS
    as_table = output_format == "table" and form is Form.SELECT
    wanted = formats[0] if output_format == "table" else find_format(output_format, formats)
    index = _opened(settings)
    for hint in hints(asked.tokens, index.vocabulary, index.prefixes):
        say(f"hint: {hint}")
    content = asyncio.run(_asked(asked, JSON if as_table else wanted, index, settings))
    if as_table:
        _print_table(json.loads(content), index)
    else:
        sys.stdout.buffer.write(content)


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
    index = _opened(read_settings(data=data, state=state, ontology=ontology))
    if language and language not in index.vocabulary.languages:
        raise ParameterError("lang", language, "there are no texts in it.", allowed=index.vocabulary.languages)
    known = tuple(find_relation(key, index.vocabulary, parameter="relation") for key in relations or ())
    order = part_of(filter_, known, document, inferred=inferred)
    exporter = Exporter(index, form, language)
    try:
        if output is None:
            exporter.write(order, sys.stdout.buffer)
        else:
            with _progress() as tell:
                counts = write_file(output, exporter, order, tell)
            size = output.stat().st_size
            say(f"{output}: {counts.nodes} nodes and {counts.edges} edges, {size} bytes of {form.name}.")
    finally:
        index.derived.close()


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


class _Service(uvicorn.Server):
    """The server, which says where to look once it listens."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1] if self.servers else self.config.port
            address = f"http://{self.config.host}:{port}"
            typer.echo(f"Ask SPARQL at      {address}/sparql")
            typer.echo(f"Look up entities   {address}/api/entities")
            typer.echo(f"Read how           {address}/docs")


def _perform(write: Write, settings: Settings) -> None:
    written = settings.desk().office().perform(write, Author())
    say(f"Generation {written.generation} is published.")


def _workshop(settings: Settings, vocabulary: Vocabulary | None = None) -> Workshop:
    return Workshop.of(vocabulary or load(settings.ontology), Iris(settings.base_iri))


def _built(settings: Settings, vocabulary: Vocabulary) -> Generation:
    with _progress() as tell:
        return publishing.build(
            settings.data,
            settings.state,
            lambda: _workshop(settings, vocabulary),
            inputs=digest(vocabulary.digest, settings.base_iri),
            progress=tell,
        )


def _opened(settings: Settings) -> Index:
    vocabulary = load(settings.ontology)
    if settings.strict:
        generation = open_plain(settings.state, settings.base_iri)
        return open_generation(generation, vocabulary, Iris(settings.base_iri))
    _built(settings, vocabulary)
    return open_index(settings.state, vocabulary, Iris(settings.base_iri))


async def _asked(query: Query, form: Format, index: Index, settings: Settings) -> bytes:
    nursery, federation = Nursery(), settings.federation()
    gateway = Gateway(nursery, federation, settings.query_seconds)
    pool = Pool(index.generation.store_folder, settings.limits(), nursery)
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
    if text == "-":
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


def _print_report(generation: Generation, settings: Settings) -> None:
    report = relocated(generation.full_report(), settings.data, TEXT_REPORT)
    typer.echo(as_text(report).encode(errors="replace"), nl=False)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows what is being done, where someone watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield publishing.silent
        return
    with console.status("") as status:
        yield lambda step: status.update(step)


if __name__ == "__main__":
    main()
