"""``/.well-known/void``: what the dataset is, and where it is published.

Source: https://www.w3.org/TR/void/#well-known
"""

from dataclasses import dataclass, field
from threading import Lock

from fastapi import APIRouter, Depends, Request, Response

from api.answers import GENERATION
from api.dependencies import IndexDep, SettingsDep, check_parameters
from api.linked_data import FormatParameter, typed
from api.negotiation import choose
from api.settings import Settings
from graph.counts import Counts, count
from graph.formats import GRAPHS
from graph.index import Index, written
from graph.void import Publication, dataset_triples

router = APIRouter(tags=["linked data"], dependencies=[Depends(check_parameters)])


@dataclass(slots=True)
class Counted:
    """Counts what is in a generation once, however often and by however many it is asked."""

    _generation: int = 0
    _counts: Counts | None = None
    _lock: Lock = field(default_factory=Lock)

    def of(self, index: Index) -> Counts:
        """Return the numbers of the generation of *index*."""
        with self._lock:
            if self._counts is None or self._generation != index.generation.id:
                self._counts, self._generation = count(index), index.generation.id
            return self._counts


def publication_of(request: Request, settings: Settings) -> Publication:
    """Return where the dataset is published, as the client of *request* sees it."""
    everything = f"{request.base_url}store?default"
    return Publication(
        str(request.base_url), settings.title, settings.licence, (everything,), takes_updates=settings.writes
    )


@router.get("/.well-known/void", summary="What the dataset is", response_class=Response)
def read_void(request: Request, index: IndexDep, settings: SettingsDep, wanted: FormatParameter = "") -> Response:
    """The name, the size, the vocabularies and the addresses of the dataset."""
    form = choose(GRAPHS, accept=request.headers.get("accept"), wanted=wanted)
    counts: Counts = request.app.state.counted.of(index)
    content = written(dataset_triples(publication_of(request, settings), index, counts), form, index)
    headers = {GENERATION: str(index.generation.id), "Vary": "Accept"}
    return Response(content, media_type=typed(form), headers=headers)
