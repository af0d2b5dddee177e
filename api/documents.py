"""``/api/documents``: the documents that are published, and those of the service's own collection to be written."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from api.answers import GENERATION, answer, client_has
from api.bodies import media_type_of, read_bytes
from api.dependencies import CacheDep, IndexDep, check_parameters
from api.errors import MediaTypeError
from api.settings import Settings
from api.tokens import Role
from api.writing import allow, done, perform
from graph.documents import Join
from graph.engine.generations import PublishedDocument
from graph.errors import ParameterError, UnknownDocumentError
from graph.formats import NTRIPLES
from graph.index import Index
from graph.kinds import KINDS, WRITTEN, YAML_TYPES
from graph.nearness import nearest
from graph.writes import DeleteDocument, Purge, PutDocument

router = APIRouter(prefix="/api/documents", tags=["documents"], dependencies=[Depends(check_parameters)])
# Of the suffixes that mean the same the first is taken.
SUFFIXES: Final = {name: suffix for suffix, kind in reversed(KINDS.items()) for name in kind.media_types}
MEDIA_TYPES: Final = {
    ".yml": YAML_TYPES[0],
    WRITTEN: NTRIPLES.media_type,
    **{suffix: kind.media_types[0] for suffix, kind in KINDS.items() if kind.media_types},
}


class DocumentEntry(BaseModel):
    """A document: where it lives, and what is published of it."""

    slug: str
    collection: str
    path: str
    status: str
    own: bool
    digest: str
    statements: int
    triples: int
    proposals: int


class JoinEntry(BaseModel):
    """A thing of other people's data, and what it is joined to.

    `by` is `decision`, `name`, `spelling` or the attribute whose value both have; `apart` where it only has a slug of
    its own, because another thing has the one that it would have.
    """

    own: str
    known: str
    name: str
    by: str
    value: str
    line: int


@router.get("", response_model=list[DocumentEntry], summary="List documents")
async def read_documents(request: Request, index: IndexDep, cache: CacheDep) -> Response:
    """Every document, by path: ``current``, ``stale`` (an older version stands in) or ``absent``."""
    return await answer(
        request, index, cache, lambda: [_shown(one).model_dump() for one in index.generation.manifest.documents]
    )


@router.get("/{slug}", summary="The text of a document")
async def read_document(slug: str, request: Request, index: IndexDep) -> Response:
    """The text that is published, as its author wrote it."""
    found = _find(slug, index)
    etag = f'"{found.digest[:32]}"'
    headers = {GENERATION: str(index.generation.id), "ETag": etag, "Cache-Control": "no-cache"}
    if client_has(etag, request.headers):
        return Response(status_code=304, headers=headers)
    media_type = MEDIA_TYPES.get(found.suffix, "text/plain")
    return Response(index.text(found), headers=headers, media_type=f"{media_type}; charset=utf-8")


@router.get("/{slug}/joins", response_model=list[JoinEntry], summary="What the things of a document are joined to")
async def read_joins(slug: str, request: Request, index: IndexDep, cache: CacheDep) -> Response:
    """Which things of other people's data were taken to be ones that other documents introduce, by slug."""
    found = _find(slug, index)
    return await answer(request, index, cache, lambda: [_joined(one).model_dump() for one in found.joins])


@router.put("/{slug}", summary="Put a document of the service's own collection", status_code=201)
async def put_document(slug: str, request: Request) -> Response:
    """Judge a text, and publish it in place of the document that was there; 422 with the report if it is not good."""
    author = await allow(request, Role.WRITE)
    settings: Settings = request.app.state.settings
    media_type = media_type_of(request)
    if media_type not in SUFFIXES:
        raise MediaTypeError(media_type, sorted(SUFFIXES))
    body = await read_bytes(request, settings.write_bytes)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise ParameterError("body", repr(body[error.start : error.end]), "the body is not UTF-8.") from error
    outcome = await perform(request, PutDocument(slug, text, SUFFIXES[media_type]), author)
    return done(outcome, headers={"Location": f"/api/documents/{slug}"} if outcome.is_new else None)


@router.delete("/{slug}", summary="Take a document of the service's own collection away")
async def delete_document(
    slug: str,
    request: Request,
    purge: Annotated[bool, Query(description="Whether it is removed from every earlier generation as well.")] = False,
) -> Response:
    """Publish the graph without a document; with `purge`, no earlier generation is kept that has it."""
    author = await allow(request, Role.ADMIN if purge else Role.WRITE)
    return done(await perform(request, Purge(slug) if purge else DeleteDocument(slug), author))


def _find(slug: str, index: Index) -> PublishedDocument:
    documents = {one.slug: one for one in index.generation.manifest.documents if one.digest}
    if slug not in documents:
        raise UnknownDocumentError(slug, nearest(slug, documents))
    return documents[slug]


def _shown(one: PublishedDocument) -> DocumentEntry:
    return DocumentEntry(
        slug=one.slug,
        collection=one.collection,
        path=one.path,
        status=one.status,
        own=one.is_own,
        digest=one.digest,
        statements=one.statement_count,
        triples=one.triple_count,
        proposals=one.proposal_count,
    )


def _joined(one: Join) -> JoinEntry:
    return JoinEntry(own=one.own, known=one.known, name=one.name, by=one.by, value=one.value, line=one.line)
