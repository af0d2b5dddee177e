"""Claims: ``/api/statements``, ``/api/proposals``, ``/api/why``, ``/api/compare``: who says what, or may."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api import cursors
from api.answers import answer
from api.dependencies import AtParameter, CacheDep, IndexDep, ServedDep, check_parameters
from api.export_answer import FormatParameter, view_answer, view_format
from api.parameters import check_language, document_slug, entity_reference, split
from graph.comparison import MOST, Comparison, compare
from graph.errors import ParameterError, UnknownStatementError
from graph.exports.views import of_comparison
from graph.index import Index
from graph.nearness import nearest
from graph.proposed import ProposalPage, Proposals
from graph.relations import find_relation
from graph.statements import Claims, Statement, StatementPage, StatementQuestion
from graph.why import Explainer, Explanation

router = APIRouter(prefix="/api", tags=["who says so"], dependencies=[Depends(check_parameters)])

LanguageParameter = Annotated[str, Query(alias="lang", max_length=35, description="The language of sentences.")]
EDGE: Final = "^[0-9a-f]{32}$"


@router.get("/statements", response_model=StatementPage, summary="Statements with who says so")
async def read_statements(
    request: Request,
    subject: Annotated[str, Query(max_length=200, description="The slug of what they are about.")] = "",
    object_: Annotated[str, Query(alias="object", max_length=200, description="The slug of what they lead to.")] = "",
    relations: Annotated[
        list[str] | None,
        Query(alias="relation", description="Relations with narrower ones, attributes, or `type`; commas between."),
    ] = None,
    document: Annotated[str, Query(max_length=200, description="The slug of a document that states them.")] = "",
    basis: Annotated[str, Query(max_length=40, description="How they were read there: stated, nesting, …")] = "",
    inferred: Annotated[bool, Query(description="Whether those count that no document states.")] = False,
    limit: Annotated[int, Query(ge=0, le=1000, description="How many to return; 0 gives the total alone.")] = 50,
    cursor: Annotated[str, Query(max_length=200, description="Where to go on, from the Link header.")] = "",
    language: LanguageParameter = "",
    at: AtParameter = "",
) -> Response:
    """Relations, attributes and types, each with the documents and lines that state it, or what implies it."""
    place = cursors.parse_cursor(cursor, request)
    served = await cursors.served_at(request, place, at)
    index = served.index
    check_language(language, index)
    _check_basis(basis, index)
    question = StatementQuestion(
        subject=entity_reference("subject", subject, index) if subject else "",
        object=entity_reference("object", object_, index) if object_ else "",
        relations=split(relations),
        document=document_slug(document, index) if document else "",
        basis=basis,
        inferred=inferred,
    )
    offset = place.offset if place else 0

    def links(page: StatementPage) -> str:
        return cursors.links(request, served, offset=offset, limit=limit, total=page.total)

    return await answer(
        request,
        index,
        served.cache,
        lambda: _claims(index, language).page(question, limit=limit, offset=offset),
        links=links,
    )


@router.get("/statements/{edge}", response_model=Statement, summary="One statement")
async def read_statement(
    edge: str, request: Request, index: IndexDep, cache: CacheDep, language: LanguageParameter = ""
) -> Response:
    """The statement with that id: the same in every document and generation."""
    check_language(language, index)

    def make() -> Statement:
        found = _claims(index, language).one(edge)
        if found is None:
            raise UnknownStatementError(edge[:80])
        return found

    return await answer(request, index, cache, make)


@router.get("/proposals", response_model=ProposalPage, summary="What waits for someone to accept it")
async def read_proposals(
    request: Request,
    document: Annotated[str, Query(max_length=200, description="The slug of a document that proposes it.")] = "",
    limit: Annotated[int, Query(ge=0, le=1000, description="How many to return; 0 gives the total alone.")] = 50,
    cursor: Annotated[str, Query(max_length=200, description="Where to go on, from the Link header.")] = "",
    language: LanguageParameter = "",
    at: AtParameter = "",
) -> Response:
    """What documents propose, by document and line, with words, confidence and reason; none of it is a fact."""
    place = cursors.parse_cursor(cursor, request)
    served = await cursors.served_at(request, place, at)
    index = served.index
    check_language(language, index)
    slug = document_slug(document, index) if document else ""
    offset = place.offset if place else 0

    def links(page: ProposalPage) -> str:
        return cursors.links(request, served, offset=offset, limit=limit, total=page.total)

    def make() -> ProposalPage:
        documents = index.generation.manifest.documents
        counts = {one.slug: one.proposal_count for one in documents if one.digest and slug in ("", one.slug)}
        return Proposals(index.reader, index.catalogue, language).page(counts, limit=limit, offset=offset)

    return await answer(request, index, served.cache, make, links=links)


@router.get("/why", response_model=Explanation, summary="Why something holds")
async def read_why(
    request: Request,
    index: IndexDep,
    cache: CacheDep,
    edge: Annotated[str, Query(pattern=EDGE, description="The id of an edge; else name its three parts.")] = "0" * 32,
    subject: Annotated[str, Query(max_length=200, description="A slug.")] = "",
    relation: Annotated[str, Query(max_length=200, description="The key of a relation.")] = "",
    object_: Annotated[str, Query(alias="object", max_length=200, description="A slug.")] = "",
    language: LanguageParameter = "",
) -> Response:
    """Who states an edge, or by which rule it follows from which edge, down to what documents state.

    A transitive relation that holds over several steps is explained step by step.
    """
    check_language(language, index)
    if "edge" in request.query_params:
        return await answer(request, index, cache, lambda: Explainer(_claims(index, language)).of_edge(edge))
    for name, value in (("subject", subject), ("relation", relation), ("object", object_)):
        if not value:
            raise ParameterError(name, value, "name the edge, or its subject, relation and object.")
    known = find_relation(relation, index.vocabulary)
    ends = [
        index.iris.resolve(entity_reference(name, slug, index))
        for name, slug in (("subject", subject), ("object", object_))
    ]
    return await answer(
        request,
        index,
        cache,
        lambda: Explainer(_claims(index, language)).of_relation(ends[0], known, ends[1]),
    )


@router.get("/compare", response_model=Comparison, summary="Entities side by side")
async def read_comparison(
    request: Request,
    served: ServedDep,
    entities: Annotated[list[str], Query(description=f"Two to {MOST} slugs, with commas between them.")],
    language: LanguageParameter = "",
    wanted: FormatParameter = "",
) -> Response:
    """What entities have in common, where they differ, and what is said for and against each, with sources."""
    index = served.index
    check_language(language, index)
    form = view_format(request, wanted)
    slugs = tuple(dict.fromkeys(entity_reference("entities", slug, index) for slug in split(entities)))
    if not 2 <= len(slugs) <= MOST:
        raise ParameterError("entities", ",".join(slugs), f"name two to {MOST} different ones.")

    def make() -> Comparison:
        return compare(slugs, index.reader, index.catalogue, language=language)

    if form is not None:
        return await view_answer(lambda: of_comparison(make()), form, language, request, served)
    return await answer(request, index, served.cache, make, wanted=wanted)


def _claims(index: Index, language: str) -> Claims:
    return Claims(index.atlas, index.reader, index.catalogue, language)


def _check_basis(basis: str, index: Index) -> None:
    known = index.vocabulary.bases
    if basis and basis not in known:
        raise ParameterError(
            "basis", basis, "nothing is read so.", suggestions=nearest(basis, known), allowed=tuple(known)
        )
