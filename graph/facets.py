"""What the entities of a list have in common: how many have each value of a field.

Each count is the total of the list when it is filtered by that value, too.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.atlas import BASIS, DOCUMENT, LANGUAGE, POLARITY, TYPE, Atlas, attribute_column
from graph.columns import Column, Mask
from graph.errors import ParameterError
from graph.nearness import nearest
from graph.selection import EXACT_TYPE, RELATION
from graph.vocabulary import Vocabulary

# A value that may stand in a filter without quotes.
PLAIN: Final = re.compile(r'[^\s(),"]+')
Labels = Callable[[str], str]
COLUMNS: Final = (TYPE, DOCUMENT, LANGUAGE, POLARITY, BASIS)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a field: *filter* is the term that narrows the list to the *count* entities that have it."""

    value: str
    label: str
    count: int
    filter: str


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a field in a list, the most frequent first.

    Attributes:
        distinct: How many values there are in all; *values* may be fewer.
        missing: How many entities of the list have none.
        single: Whether each entity has one at most, so that the counts and *missing* add up to the total.
    """

    field: str
    values: tuple[FacetValue, ...]
    distinct: int
    missing: int
    single: bool = False


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts the values of fields over the nodes of an atlas."""

    atlas: Atlas
    vocabulary: Vocabulary
    language: str = ""

    def count(self, field: str, mask: Mask, *, most: int) -> Facet:
        """Return the facet *field* of the nodes in *mask*, with *most* values at most.

        Raises:
            ParameterError: There is no such field.
        """
        if field == EXACT_TYPE:
            return self._of_kinds(mask, most)
        if field in self.vocabulary.relations:
            return self._of_targets(field, mask, most)
        column = self._column(field)
        having = column.having_any(self.atlas.node_count) & mask
        values = _ranked(field, column.values, column.counts(mask), self._labels(field), most)
        return Facet(field, *values, missing=int(mask.sum() - having.sum()))

    def _column(self, field: str) -> Column:
        if field == RELATION:
            return self.atlas.relation_column
        if field in COLUMNS:
            return self.atlas.columns[field]
        if field in self.vocabulary.attributes:
            return self.atlas.columns[attribute_column(field)]
        known = (EXACT_TYPE, RELATION, *COLUMNS, *self.vocabulary.attributes, *self.vocabulary.relations)
        raise ParameterError(
            "facets", field, "there is no such field.", suggestions=nearest(field, known), allowed=known
        )

    def _of_kinds(self, mask: Mask, most: int) -> Facet:
        kinds = self.atlas.kinds[mask]
        counts = np.bincount(kinds[kinds >= 0], minlength=len(self.atlas.classes))
        values = _ranked(EXACT_TYPE, self.atlas.classes, counts, self._labels(TYPE), most)
        return Facet(EXACT_TYPE, *values, missing=int((kinds < 0).sum()), single=True)

    def _of_targets(self, relation: str, mask: Mask, most: int) -> Facet:
        edges = self.atlas.adjacency
        wanted = mask[edges.out_source] & (edges.out_relation == self.atlas.relations.index(relation))
        known = wanted & self.atlas.are_known[edges.out_target]
        counts = np.bincount(edges.out_target[known], minlength=self.atlas.node_count)
        having = self.atlas.relation_column.having({relation}, self.atlas.node_count) & mask
        values = _ranked(relation, self.atlas.references, counts, self._name, most)
        return Facet(relation, *values, missing=int(mask.sum() - having.sum()))

    def _labels(self, field: str) -> Labels:
        """Return what tells the values of *field* to people."""
        if field == TYPE:
            return lambda key: self.vocabulary.text(self.vocabulary.classes[key].labels, self.language) or key
        if field == RELATION:
            return lambda key: self.vocabulary.text(self.vocabulary.relations[key].labels, self.language) or key
        return self._document if field == DOCUMENT else str

    def _name(self, reference: str) -> str:
        return self.atlas.names[self.atlas.number(reference)]

    def _document(self, slug: str) -> str:
        number = self.atlas.number(f"document/{slug}")
        return self.atlas.names[number] if number >= 0 else slug


def _ranked(
    field: str, values: Sequence[str], counts: NDArray[np.int64], label: Labels, most: int
) -> tuple[tuple[FacetValue, ...], int]:
    """Return the most frequent values, and how many there are in all."""
    present = np.flatnonzero(counts)
    largest = present[_largest(counts[present], most)].tolist()
    ranked = sorted(largest, key=lambda one: (-counts[one], values[one]))[:most]
    return tuple(_value(field, values[one], int(counts[one]), label) for one in ranked), len(present)


def _value(field: str, value: str, count: int, label: Labels) -> FacetValue:
    return FacetValue(value, label(value), count, f"{field}:{_quoted(value)}")


def _largest(counts: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return the positions of the *most* largest counts, and of all that are as large as the smallest of them."""
    if len(counts) <= most:
        return np.arange(len(counts))
    least = np.partition(counts, len(counts) - most)[len(counts) - most]
    return np.flatnonzero(counts >= least)


def _quoted(value: str) -> str:
    return value if PLAIN.fullmatch(value) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
