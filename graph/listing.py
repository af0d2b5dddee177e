"""Lists of entities: filtered, sorted, a page at a time, with what they have in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from graph.atlas import DOCUMENT, LANGUAGE, POLARITY, TYPE, Atlas
from graph.catalogue import Catalogue
from graph.columns import Mask
from graph.errors import ParameterError
from graph.facets import Counter, Facet
from graph.filters import EVERYTHING, Filter
from graph.iris import Iris
from graph.nearness import nearest
from graph.selection import Chooser
from graph.vocabulary import Vocabulary

DESCENDING: Final = "-"


@dataclass(frozen=True, slots=True)
class Request:
    """What list is wanted.

    Attributes:
        sort: A key of `SORTED_BY`, with ``-`` before it for the other way round; ties by name.
        fields: Which fields items have; a part of `ITEM_FIELDS`.
        facets: Fields whose values are counted over the whole list.
        most_values: How many values of each facet are told.
    """

    filter: Filter = EVERYTHING
    sort: str = "name"
    fields: tuple[str, ...] = ("slug", "name", "type")
    facets: tuple[str, ...] = ()
    most_values: int = 100
    language: str = ""


class Item(TypedDict, total=False):
    """An entity in a list, with the fields that were asked for.

    Attributes:
        type: The key of its most specific class; *types* are all of them.
        documents: The slugs of the documents that speak of it.
        opinions: The kinds of opinion that there are on it.
        relations: How many stated relations it has, both ends counted.
    """

    slug: str
    iri: str
    name: str
    type: str
    types: list[str]
    documents: list[str]
    languages: list[str]
    opinions: list[str]
    relations: int


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list: *total* entities fit in all.

    Attributes:
        items: The fields asked for, of each entity.
        facets: By field, over the whole list.
    """

    total: int
    items: tuple[Item, ...] = ()
    facets: Mapping[str, Facet] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lister:
    """Lists the entities of an atlas."""

    atlas: Atlas
    vocabulary: Vocabulary
    catalogue: Catalogue
    iris: Iris

    def page(self, request: Request, *, limit: int | None, offset: int = 0) -> Page:
        """Return the entities from the one at *offset* on, *limit* of them at most, or all.

        Raises:
            ParameterError: A field, class, relation, target, value or sort key is not known.
        """
        mask = Chooser(self.atlas, self.vocabulary, self.catalogue).choose(request.filter)
        makers = [(name, _known_field(name)) for name in request.fields]
        found = _sorted(self.atlas, mask, request.sort)
        shown = found[offset:] if limit is None else found[offset : offset + limit]
        items: Any = tuple({name: make(self, node) for name, make in makers} for node in shown.tolist())
        return Page(len(found), items, self._facets(request, mask))

    def _facets(self, request: Request, mask: Mask) -> dict[str, Facet]:
        counter = Counter(self.atlas, self.vocabulary, request.language)
        return {field: counter.count(field, mask, most=request.most_values) for field in request.facets}


ITEM_FIELDS: Final[Mapping[str, Callable[[Lister, int], Any]]] = {
    "slug": lambda lister, node: lister.atlas.references[node],
    "iri": lambda lister, node: lister.iris.resolve(lister.atlas.references[node]).value,
    "name": lambda lister, node: lister.atlas.names[node],
    "type": lambda lister, node: lister.atlas.kind(node),
    "types": lambda lister, node: sorted(lister.atlas.columns[TYPE].of_node(node)),
    "documents": lambda lister, node: sorted(lister.atlas.columns[DOCUMENT].of_node(node)),
    "languages": lambda lister, node: sorted(lister.atlas.columns[LANGUAGE].of_node(node)),
    "opinions": lambda lister, node: sorted(lister.atlas.columns[POLARITY].of_node(node)),
    "relations": lambda lister, node: int(lister.atlas.degrees[node]),
}
SORTED_BY: Final[Mapping[str, Callable[[Atlas], NDArray[Any]]]] = {
    "name": lambda atlas: np.arange(atlas.node_count),
    "slug": lambda atlas: _ranks(atlas.references),
    "type": lambda atlas: _ranks(atlas.classes)[atlas.kinds],
    "relations": lambda atlas: atlas.degrees,
}


def _known_field(name: str) -> Callable[[Lister, int], Any]:
    if name not in ITEM_FIELDS:
        raise ParameterError(
            "fields",
            name,
            "there is no such field.",
            suggestions=nearest(name, ITEM_FIELDS),
            allowed=tuple(ITEM_FIELDS),
        )
    return ITEM_FIELDS[name]


def _sorted(atlas: Atlas, mask: Mask, sort: str) -> NDArray[np.int64]:
    """Return the nodes of *mask* in the order that *sort* names; they are numbered by name."""
    key = sort.removeprefix(DESCENDING)
    if key not in SORTED_BY:
        allowed = tuple(f"{sign}{name}" for name in SORTED_BY for sign in ("", DESCENDING))
        raise ParameterError(
            "sort", sort, "there is no such order.", suggestions=nearest(key, SORTED_BY), allowed=allowed
        )
    nodes = np.flatnonzero(mask)
    weights = SORTED_BY[key](atlas)[nodes].astype(np.int64)
    return nodes[np.argsort(-weights if sort.startswith(DESCENDING) else weights, kind="stable")]


def _ranks(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return for each text its place in the order of all."""
    ranks = np.empty(len(texts), dtype=np.int64)
    ranks[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    return ranks
