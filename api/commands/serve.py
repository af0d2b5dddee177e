"""``cloudindex serve``: publishes the documents of a folder, and answers until it is told to end."""

import gc
from typing import Annotated, Any

import typer
import uvicorn

from api import logs
from api.app import create_app
from api.commands.opened import home_of, opened, print_report
from api.commands.options import TROUBLE, DataOption, OntologyOption, StateOption, read_settings
from api.connections import AbortableProtocol
from graph.derived import sweep
from graph.errors import ParameterError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


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
    home = home_of(settings)
    index = opened(settings, home)
    sweep(settings.state)
    print_report(index.generation, settings)
    gc.freeze()  # what is there now stays, and need not be searched for what can go
    service = _Service(
        uvicorn.Config(
            create_app(settings, index, home),
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
