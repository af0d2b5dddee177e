"""``/api/export``: the graph, or a part of it, in a format that other programs open."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.answers import answer
from api.dependencies import CacheDep, IndexDep, ServedDep, check_parameters
from api.export_answer import export_answer
from api.filtering import FilterDep
from api.parameters import check_language, document_slug, split
from graph.exports.orders import Exporter, Order
from graph.formats import EXPORTS, NETWORKS, QUADS, Format, find_format
from graph.relations import find_relation

router = APIRouter(prefix="/api/export", tags=["export"], dependencies=[Depends(check_parameters)])

COMPLETE: Final = "Gather all first: the answer has its length, a range of it can be asked for, and none comes half."


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format, and how much it can hold.

    Attributes:
        content: What is written: ``network`` (nodes and edges), ``triples``, or ``quads`` (with the graphs of the
            documents, and who states what).
        most_nodes, most_edges: ``None`` sets no limit.
    """

    name: str
    media_type: str
    extension: str
    content: str
    most_nodes: int | None
    most_edges: int | None


@router.get("", response_model=list[ExportFormat], summary="The formats of exports")
async def read_formats(request: Request, index: IndexDep, cache: CacheDep) -> Response:
    """The formats that the graph can be had in, and how much each can hold."""
    return await answer(request, index, cache, lambda: [_described(one) for one in EXPORTS])


@router.get("/{format}", summary="The graph, or a part of it, in a format")
async def read_export(
    request: Request,
    served: ServedDep,
    filtered: FilterDep,
    format: str,  # noqa: A002  # as the address has it
    relations: Annotated[
        list[str] | None,
        Query(alias="relation", description="Only edges of these relations and narrower ones; commas between them."),
    ] = None,
    inferred: Annotated[bool, Query(description="Whether edges that no document states count.")] = False,
    is_complete: Annotated[bool, Query(alias="complete", description=COMPLETE)] = False,
    language: Annotated[str, Query(alias="lang", max_length=35, description="The language of labels.")] = "",
) -> Response:
    """Entities that fit the filter, as in `/api/entities`, and the edges between them; without a filter everything.

    With `document` only the edges that it states are there, with `relation` only entities that have such an edge. The
    headers `Cloudindex-Nodes` and `Cloudindex-Edges` say how much there is. Larger exports stream; one that breaks off
    has no end.
    """
    index = served.index
    form = find_format(format, EXPORTS)
    check_language(language, index)
    order = Order(
        filter=filtered.filter,
        relations=tuple(find_relation(key, index.vocabulary) for key in split(relations)),
        documents=tuple(document_slug(slug, index) for slug in filtered.documents),
        inferred=inferred,
    )
    job = await run_in_threadpool(lambda: Exporter(index, form, language).of_order(order))
    return export_answer(job, form, request, served, is_complete=is_complete)


def _described(form: Format) -> ExportFormat:
    content = "network" if form in NETWORKS else "quads" if form in QUADS else "triples"
    most = form.most_nodes or None, form.most_edges or None
    return ExportFormat(form.name, form.media_type, form.extension, content, *most)
