"""``/id/…``, ``/document/…`` and ``/ontology``: what an IRI stands for, in the format that the client asks for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.answers import GENERATION, to_json
from api.dependencies import IndexDep, check_parameters
from api.explorer import address_of
from api.negotiation import choose
from graph.formats import GRAPHS, JSON_LD, Format
from graph.index import Index, describe, written
from graph.jsonld import context

router = APIRouter(tags=["linked data"], dependencies=[Depends(check_parameters)])
HTML = Format("html", "text/html", "html")
FormatParameter = Annotated[
    str, Query(alias="format", max_length=100, description="The format, in place of the Accept header.")
]


@router.get("/id/{slug}", summary="What an entity's IRI stands for")
def read_thing(slug: str, request: Request, index: IndexDep, wanted: FormatParameter = "") -> Response:
    """Every triple about one entity; a browser is sent to the entity's page."""
    return _described(slug, address_of(slug, request), request, index, wanted)


@router.get("/document/{path:path}", summary="What a document's or a section's IRI stands for")
def read_document_triples(path: str, request: Request, index: IndexDep, wanted: FormatParameter = "") -> Response:
    """Every triple about one document or section."""
    return _described(f"document/{path}", "", request, index, wanted)


@router.get("/ontology", summary="The ontology")
def read_ontology(request: Request, index: IndexDep, wanted: FormatParameter = "") -> Response:
    """The ontology that the graph is built upon."""
    form = choose(GRAPHS, accept=request.headers.get("accept"), wanted=wanted)
    content = written(index.vocabulary.triples, form, index)
    return Response(content, media_type=typed(form), headers=_headers(index))


@router.get("/context.jsonld", summary="The JSON-LD context")
def read_context(index: IndexDep) -> Response:
    """What the keys of entities as JSON-LD stand for."""
    content = to_json(context(index.vocabulary, index.iris))
    return Response(content, media_type=JSON_LD.media_type, headers=_headers(index))


def _described(slug: str, page: str, request: Request, index: Index, wanted: str) -> Response:
    triples = describe(slug, index)
    formats = (*GRAPHS, HTML) if page else GRAPHS
    form = choose(formats, accept=request.headers.get("accept"), wanted=wanted)
    if form is HTML:
        return RedirectResponse(page, status_code=303, headers=_headers(index))
    return Response(written(triples, form, index), media_type=typed(form), headers=_headers(index))


def typed(form: Format) -> str:
    """Return the media type of an answer in *form*, with its charset where it has one."""
    return f"{form.media_type}; charset=utf-8" if form.media_type.startswith("text/") else form.media_type


def _headers(index: Index) -> dict[str, str]:
    return {GENERATION: str(index.generation.id), "Vary": "Accept"}
