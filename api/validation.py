"""``/api/validation``: what is wrong with the documents, and what would be with one that is sent."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api import cursors, reports
from api.answers import GENERATION, answer, to_json
from api.bodies import media_type_of, read_bytes
from api.dependencies import AtParameter, IndexDep, check_parameters
from api.errors import MediaTypeError, SlowBodyError
from api.parameters import split
from api.serving import Served
from api.settings import Settings
from graph.codes import CODES
from graph.documents import Problem, Severity
from graph.errors import BusyError, ParameterError
from graph.formats import PLAIN_JSON
from graph.index import Index
from graph.iris import slugified
from graph.kinds import KINDS, OWN_KINDS
from graph.nearness import folded, nearest
from graph.report import Entry, Recurrence, Report
from graph.report_formats.plain_json import shown
from graph.writer import Writer
from graph.writes import Judged, Trial

router = APIRouter(prefix="/api/validation", tags=["documents"], dependencies=[Depends(check_parameters)])

USUAL: Final = 100
MOST: Final = 1000
# Of the other forms nobody turns pages: they hold as much as hosts of code take.
MOST_WHOLE: Final = 10_000
MOST_FIXED: Final = 100
# How many bodies are read at a time, and how long each may take.
MOST_READING: Final = 32
READING_SECONDS: Final = 20.0

FormatParameter = Annotated[
    str,
    Query(
        alias="format",
        max_length=40,
        description="`json`, `text`, `compact`, `turtle`, `n-triples`, `rdf-xml`, `json-ld`, `sarif` or `github`.",
    ),
]
Words = Annotated[list[str] | None, Query()]


class PlaceModel(BaseModel):
    """Where a problem stands: line and column from 1, 0 where unknown."""

    path: str
    line: int
    column: int


class ProblemModel(BaseModel):
    """A problem in its author's words, how it stands to the report before, and what helps against its kind."""

    severity: Severity
    place: PlaceModel
    document: str
    code: str
    message: str
    entity: str
    entry: str
    fix: str
    suggestions: list[str]
    shape: str
    focus: str
    length: int
    replacements: list[str]
    path_iri: str
    excerpt: str
    status: Recurrence | None
    since: int | None
    summary: str
    help: str


class ReportPage(BaseModel):
    """A part of a report, with counts over the whole of it."""

    generation: int
    against: int | None
    conforms: bool
    total: int
    severities: dict[str, int]
    statuses: dict[str, int] | None
    codes: dict[str, int]
    documents: dict[str, int]
    problems: list[ProblemModel]
    fixed: list[ProblemModel]


class Judgement(BaseModel):
    """What would be said of a document if it were put."""

    generation: int
    document: str
    path: str
    conforms: bool
    severities: dict[str, int]
    statuses: dict[str, int]
    problems: list[ProblemModel]
    fixed: list[ProblemModel]
    omitted: int


@router.get("", response_model=ReportPage, summary="What is wrong with the documents")
async def read_report(
    request: Request,
    severity: Annotated[Words, Query(description="`violation`, `warning`, `info`.")] = None,
    status: Annotated[Words, Query(description="`new`, `still-there`, `fixed`: since the generation before.")] = None,
    document: Annotated[Words, Query(description="The slugs of documents.")] = None,
    code: Annotated[Words, Query(description="Kinds of problems.")] = None,
    entity: Annotated[Words, Query(description="Names of entities, or their slugs.")] = None,
    limit: Annotated[int | None, Query(ge=0, le=MOST_WHOLE, description="How many to return.")] = None,
    cursor: Annotated[str, Query(max_length=200, description="Where to go on, from the Link header.")] = "",
    format_: FormatParameter = "",
    at: AtParameter = "",
) -> Response:
    """The report of a generation: each problem with file, line, field and fix; what is new, still there, and fixed.

    Conditions of different parameters all hold; values with commas between them are alternatives.
    """
    form = reports.chosen(request, format_)
    place = cursors.parse_cursor(cursor, request)
    served = await cursors.served_at(request, place, at)
    wanted = _Wanted.of(severity, status, document, code, entity, served.index)
    most = limit if limit is not None else USUAL if form is PLAIN_JSON else MOST_WHOLE
    if form is PLAIN_JSON and most > MOST:
        raise ParameterError("limit", str(limit), f"a page of JSON has {MOST} at most.")
    offset = place.offset if place else 0

    def links(total: int) -> str:
        return cursors.links(request, served, offset=offset, limit=most, total=total)

    if form is PLAIN_JSON:
        return await answer(
            request,
            served.index,
            served.cache,
            lambda: _page(_fitting(served, wanted), served.index, offset, most),
            links=lambda page: links(page["total"]),
            wanted="json",
        )

    def make() -> tuple[int, bytes]:
        report = _fitting(served, wanted)
        end = offset + most
        part = replace(
            report,
            entries=report.entries[offset:end],
            fixed=() if offset else report.fixed[:MOST_WHOLE],
            omitted=max(0, len(report.entries) - end),
        )
        return len(report.entries), reports.written(part, form, served.index)

    total, content = await run_in_threadpool(make)
    return reports.respond(content, form, request, served.index, total=total, links=links(total))


@router.post("", response_model=Judgement, summary="What would be wrong with a document")
async def validate(
    request: Request,
    index: IndexDep,
    name: Annotated[
        str,
        Query(max_length=200, description="The name of the document it would be, or of its file; one of its own."),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_WHOLE, description="How many problems are told at most.")] = MOST,
    format_: FormatParameter = "",
) -> Response:
    """Judge a text as a put of it would be, against what is published; nothing is, and no token is needed.

    A document of a folder is judged as the next version of its file.
    """
    form = reports.chosen(request, format_)
    slug, suffix = _kind(request, name)
    settings: Settings = request.app.state.settings
    body = await _body(request, min(settings.validation_bytes, OWN_KINDS[suffix].most_bytes))
    trials: Writer = request.app.state.trials
    judged = await trials.try_out(Trial(slug, body, suffix, limit))
    content = to_json(_judgement(judged, index)) if form is PLAIN_JSON else reports.written(judged.report, form, index)
    headers = {GENERATION: str(judged.generation), "Cache-Control": "no-store", "Vary": "Accept"}
    return Response(content, headers=headers, media_type=reports.media_type_of(form))


# --- the report of a generation


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which problems are asked for; empty conditions fit all."""

    severities: tuple[str, ...]
    statuses: tuple[str, ...]
    documents: tuple[str, ...]
    codes: tuple[str, ...]
    entities: frozenset[str]
    document_of: Callable[[str], str]

    @classmethod
    def of(
        cls,
        severity: list[str] | None,
        status: list[str] | None,
        document: list[str] | None,
        code: list[str] | None,
        entity: list[str] | None,
        index: Index,
    ) -> "_Wanted":
        """Return what parameters ask for.

        Raises:
            ParameterError: One names what there is not.
        """
        slugs = [one.slug for one in index.generation.manifest.documents]
        return cls(
            _known("severity", severity, [one.value for one in Severity]),
            _known("status", status, [one.value for one in Recurrence]),
            _known("document", document, slugs),
            split(code),
            frozenset(map(folded, split(entity))),
            document_namer(index),
        )

    def fits(self, problem: Problem, status: Recurrence | None) -> bool:
        """Return whether a problem is one of those."""
        is_of = self.documents and self.document_of(problem.place.path) not in self.documents
        focus = problem.focus.rpartition("/id/")[2]
        return not (
            is_of
            or (self.severities and problem.severity not in self.severities)
            or (self.statuses and status not in self.statuses)
            or (self.codes and problem.code not in self.codes)
            or (self.entities and self.entities.isdisjoint((folded(problem.entity), folded(focus))))
        )


def _known(parameter: str, values: list[str] | None, known: list[str]) -> tuple[str, ...]:
    words = split(values)
    for word in words:
        if word not in known:
            near, allowed = nearest(word, known), known if len(known) <= len(CODES) else ()
            raise ParameterError(parameter, word, "there is no such one.", suggestions=near, allowed=allowed)
    return words


def document_namer(index: Index) -> Callable[[str], str]:
    """Return what finds the slug of the document at a path."""
    slugs = {one.path: one.slug for one in index.generation.manifest.documents}
    # What lies beside a table and says what its columns mean is no document of its own.
    slugs |= {f"{path}.yaml": slug for path, slug in slugs.items() if path.endswith(".csv")}
    return lambda path: slugs.get(path) or slugified(PurePosixPath(path).stem)


def _fitting(served: Served, wanted: _Wanted) -> Report:
    report = served.report()
    entries = tuple(entry for entry in report.entries if wanted.fits(entry.problem, entry.status))
    fixed = tuple(problem for problem in report.fixed if wanted.fits(problem, Recurrence.FIXED))
    return replace(report, entries=entries, fixed=fixed)


def _page(report: Report, index: Index, offset: int, most: int) -> dict[str, Any]:
    document_of = document_namer(index)
    problems = report.problems
    return {
        "generation": index.generation.id,
        "against": report.against or None,
        "conforms": report.conforms,
        "total": len(problems),
        "severities": report.severities(),
        "statuses": report.statuses() if report.against else None,
        "codes": _counts(problem.code for problem in problems),
        "documents": _counts(document_of(problem.place.path) for problem in problems),
        "problems": [shown(entry, document_of) for entry in report.entries[offset : offset + most]],
        "fixed": [_shown_fixed(problem, document_of) for problem in report.fixed[:MOST_FIXED]] if not offset else [],
    }


def _shown_fixed(problem: Problem, document_of: Callable[[str], str]) -> dict[str, Any]:
    return shown(Entry(problem, Recurrence.FIXED), document_of)


def _counts(values: Iterator[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))


# --- a document that is sent


def _kind(request: Request, name: str) -> tuple[str, str]:
    """Return the slug that is meant, and the suffix that says of what kind the body is.

    Raises:
        MediaTypeError: Neither the name nor the media type says one that is read here.
    """
    path = PurePosixPath(name)
    if path.suffix.lower() in KINDS:
        return slugified(path.stem), path.suffix.lower()
    media_type = media_type_of(request)
    for suffix, kind in KINDS.items():
        if media_type in kind.media_types:
            return slugified(path.name), suffix
    known = dict.fromkeys(one for kind in KINDS.values() for one in kind.media_types)
    raise MediaTypeError(media_type, sorted(known))


async def _body(request: Request, limit_bytes: int) -> bytes:
    """Return the body of *request*, unpacked.

    Raises:
        BusyError: Many are being read already.
        SlowBodyError: It takes too long to come.
        GraphError: It is too large, or not what it says.
    """
    with _reading(request):
        try:
            async with asyncio.timeout(READING_SECONDS):
                return await read_bytes(request, limit_bytes)
        except TimeoutError as error:
            raise SlowBodyError(READING_SECONDS) from error


@contextmanager
def _reading(request: Request) -> Iterator[None]:
    state = request.app.state
    if state.reading >= MOST_READING:
        raise BusyError(state.reading)
    state.reading += 1
    try:
        yield
    finally:
        state.reading -= 1


def _judgement(judged: Judged, index: Index) -> dict[str, Any]:
    known = document_namer(index)

    def document_of(path: str) -> str:
        return judged.slug if path == judged.path else known(path)

    return {
        "generation": judged.generation,
        "document": judged.slug,
        "path": judged.path,
        "conforms": judged.conforms,
        "severities": judged.severities,
        "statuses": judged.statuses,
        "problems": [shown(entry, document_of) for entry in judged.report.entries],
        "fixed": [_shown_fixed(problem, document_of) for problem in judged.report.fixed],
        "omitted": judged.report.omitted,
    }
