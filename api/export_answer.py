"""An export on its way to the client, as a worker writes it: with its counts, whole, in parts, or as it comes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final

import orjson
from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from api.answers import EDGES, GENERATION, NODES, client_has
from api.delivery import WHOLE_BYTES, Exchange, Headers
from api.disconnection import UnlessGone
from api.negotiation import choose
from api.ranges import UnsatisfiableError, find_slice
from api.serving import Served
from api.settings import Settings
from api.spool import Spools
from graph.engine.answering import Answering
from graph.exports.exporting import ExportJob
from graph.exports.orders import Exporter
from graph.exports.views import View
from graph.formats import EXPORTS, PLAIN_JSON, Format
from graph.iris import digest

FILE: Final = "cloud-index"


FormatParameter = Annotated[
    str, Query(alias="format", max_length=40, description="`json`, or a format of `/api/export`.")
]


def view_format(request: Request, wanted: str) -> Format | None:
    """Return the format of exports that a view is wanted in; ``None`` where that is JSON as the view has it.

    Raises:
        UnknownFormatError, NotAcceptableError: There is no such format.
    """
    form = choose((PLAIN_JSON, *EXPORTS), accept=request.headers.get("accept"), wanted=wanted)
    return None if form is PLAIN_JSON else form


async def view_answer(
    make: Callable[[], View], form: Format, language: str, request: Request, served: Served
) -> Response:
    """Return the answer that writes a view."""

    def job() -> ExportJob:
        return Exporter(served.index, form, language).of_view(make())

    return export_answer(await run_in_threadpool(job), form, request, served)


def export_answer(
    job: ExportJob, form: Format, request: Request, served: Served, *, is_complete: bool = False
) -> Response:
    """Return the answer that writes *job*; 304 where the client has it already."""
    manifest = served.index.generation.manifest
    asked = orjson.dumps((job.format, job.legend.language, job.title, job.part, job.is_whole)).decode()
    etag = f'W/"{digest(manifest.stamp, asked)[:24]}"'
    headers = {
        GENERATION: str(manifest.id),
        "ETag": etag,
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Encoding",
    }
    if client_has(etag, request.headers):
        return Response(status_code=304, headers=headers)
    media_type = f"{form.media_type}; charset=utf-8" if form.media_type.startswith("text/") else form.media_type
    headers["Content-Type"] = media_type
    headers["Content-Disposition"] = f'attachment; filename="{FILE}.{form.extension}"'
    is_whole = "if-range" in request.headers  # our tags are weak, and so never good enough for a part
    return _Export(job, served, headers, None if is_whole else request.headers.get("range"), is_complete=is_complete)


class _Export(Response):
    """An export that is written while it is sent; the layers around this one pack it, and let other origins see it."""

    def __init__(
        self, job: ExportJob, served: Served, headers: dict[str, str], wanted: str | None, *, is_complete: bool
    ) -> None:
        super().__init__()
        self._job = job
        self._pool = served.pool
        self._head = headers
        self._wanted = wanted.encode("latin-1") if wanted else None
        self._is_complete = is_complete

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        exchange = Exchange(scope, receive, send, headers={})
        job = replace(self._job, is_counted=True) if exchange.is_head else self._job
        with UnlessGone(receive), await self._pool.ask(job) as answering:
            counts = orjson.loads(await answering.read())
            headers = _encoded({**self._head, NODES: str(counts["nodes"]), EDGES: str(counts["edges"])})
            begun, is_whole = await answering.gather(WHOLE_BYTES)
            if exchange.is_head:
                await exchange.send_nothing(headers)
            elif is_whole:
                await self._send_part(exchange, begun, headers)
            elif self._is_complete:
                await self._send_spooled(exchange, begun, answering, headers)
            else:
                await exchange.send_stream(begun, answering, headers)

    async def _send_part(self, exchange: Exchange, content: bytes, headers: Headers) -> None:
        """Send what is here in full, or the part of it that is wanted."""
        try:
            part = find_slice(self._wanted, len(content))
        except UnsatisfiableError:
            return await _refuse(exchange, len(content), headers)
        headers = (*headers, (b"accept-ranges", b"bytes"))
        if part is None:
            return await exchange.send_whole(content, headers)
        return await exchange.send_whole(content[part.start : part.end], (*headers, part.header), status=206)

    async def _send_spooled(self, exchange: Exchange, begun: bytes, answering: Answering, headers: Headers) -> None:
        """Gather everything, then send it, or the part of it that is wanted."""
        state = exchange.scope["app"].state
        spools: Spools = state.spools
        settings: Settings = state.settings
        with spools.open() as spool:
            is_whole = False
            while not is_whole:
                await spool.write(begun)
                begun, is_whole = await answering.gather(WHOLE_BYTES)
            await spool.write(begun)
            try:
                part = find_slice(self._wanted, spool.size_bytes)
            except UnsatisfiableError:
                return await _refuse(exchange, spool.size_bytes, headers)
            headers = (*headers, (b"accept-ranges", b"bytes"))
            return await exchange.send_spooled(spool, headers, part, patience_seconds=settings.query_seconds)


async def _refuse(exchange: Exchange, size: int, headers: Headers) -> None:
    """Say that there is no such part."""
    kept = tuple(one for one in headers if one[0] not in (b"content-type", b"content-disposition"))
    await exchange.send_nothing((*kept, (b"content-range", b"bytes */%d" % size)), status=416)


def _encoded(headers: dict[str, str]) -> Headers:
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())
