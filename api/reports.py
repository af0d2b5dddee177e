"""Reports of what is wrong, in every form they have, for whoever asks or was refused."""

from typing import Final

from fastapi import Request, Response

from api.answers import GENERATION, client_has
from api.cache import Answer
from api.negotiation import choose
from graph.formats import REPORTS, Format
from graph.index import Index
from graph.report import Report
from graph.report_formats.writers import Names, write_report

TOTAL: Final = "Cloudindex-Total"


def chosen(request: Request, wanted: str) -> Format:
    """Return the form that is asked for, with ``format`` or the Accept header.

    Raises:
        UnknownFormatError, NotAcceptableError: There is none.
    """
    return choose(REPORTS, accept=request.headers.get("accept"), wanted=wanted)


def names_of(index: Index) -> Names:
    """Return what a report on *index* is written with."""
    return Names(index.prefixes, index.iris)


def written(report: Report, form: Format, index: Index) -> bytes:
    """Return *report* as it is sent."""
    return write_report(report, form, names_of(index))


def media_type_of(form: Format) -> str:
    """Return the media type with its character set, where it is one of texts."""
    return f"{form.media_type}; charset=utf-8" if form.media_type.startswith("text/") else form.media_type


def respond(content: bytes, form: Format, request: Request, index: Index, *, total: int, links: str) -> Response:
    """Return a report of *index* as a response; 304 where the client has it already."""
    made = Answer.of(content)
    headers = {
        "ETag": made.etag,
        GENERATION: str(index.generation.id),
        TOTAL: str(total),
        "Cache-Control": "no-cache",
        "Vary": "Accept",
        **({"Link": links} if links else {}),
    }
    if client_has(made.etag, request.headers):
        return Response(status_code=304, headers=headers)
    return Response(made.content, headers=headers, media_type=media_type_of(form))
