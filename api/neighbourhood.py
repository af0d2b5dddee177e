"""``GET /api/entities/{slug}/neighbourhood``: what lies around an entity."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.answers import answer
from api.dependencies import ServedDep, check_parameters
from api.export_answer import FormatParameter, view_answer, view_format
from api.parameters import check_language, split
from graph.exports.views import of_neighbourhood
from graph.neighbourhood import DEEPEST, MOST_NODES, AroundQuestion, Neighbourhood, neighbourhood
from graph.relations import Direction, find_relation

router = APIRouter(prefix="/api/entities", tags=["relations"], dependencies=[Depends(check_parameters)])


@router.get("/{slug}/neighbourhood", response_model=Neighbourhood, summary="What lies around an entity")
async def read_neighbourhood(
    slug: str,
    request: Request,
    served: ServedDep,
    relations: Annotated[
        list[str] | None,
        Query(alias="relation", description="Only these relations and narrower ones; commas between them."),
    ] = None,
    direction: Annotated[
        Direction, Query(description="`out` follows relations as they read from the entity on, `in` towards it.")
    ] = Direction.BOTH,
    inferred: Annotated[bool, Query(description="Whether edges that no document states count.")] = False,
    depth: Annotated[int, Query(ge=1, le=DEEPEST, description="How many steps away nodes may be.")] = 1,
    limit: Annotated[int, Query(ge=1, le=MOST_NODES, description="How many nodes are shown at most.")] = 50,
    language: Annotated[str, Query(alias="lang", max_length=35, description="The language of sentences.")] = "",
    wanted: FormatParameter = "",
) -> Response:
    """The nodes around an entity, nearest and best connected first, and all edges between those that are shown.

    What is left out is said for each node and in total.
    """
    index = served.index
    check_language(language, index)
    form = view_format(request, wanted)
    iri = index.find(slug)
    question = AroundQuestion(
        relations=tuple(find_relation(key, index.vocabulary) for key in split(relations)),
        direction=direction,
        inferred=inferred,
        depth=depth,
        limit=limit,
        language=language,
    )

    def make() -> Neighbourhood:
        node = index.atlas.number(index.iris.reference(iri.value))
        return neighbourhood(node, question, index.atlas, index.reader, index.catalogue)

    if form is not None:
        return await view_answer(lambda: of_neighbourhood(make()), form, language, request, served)
    return await answer(request, index, served.cache, make, wanted=wanted)
