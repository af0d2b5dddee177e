"""Which entities fit a filter: evaluated on the arrays of a generation, a mask of its nodes at a time."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from graph import terms
from graph.atlas import BASIS, DOCUMENT, LANGUAGE, NOTHING, POLARITY, TYPE, Atlas, attribute_column
from graph.catalogue import Catalogue
from graph.columns import Column, Mask
from graph.errors import ParameterError
from graph.filters import EVERYTHING, And, Filter, Not, Or, Term, terms_of
from graph.nearness import folded, nearest
from graph.reach import all_sources_of, sources_of
from graph.relations import find_relation
from graph.vocabulary import Class, Relation, Vocabulary, local_name

EXACT_TYPE: Final = "exact_type"
NAME: Final = "name"
TEXT: Final = "text"
RELATION: Final = "relation"


@dataclass(frozen=True, slots=True)
class Chooser:
    """Finds the nodes of an atlas that fit a filter."""

    atlas: Atlas
    vocabulary: Vocabulary
    catalogue: Catalogue

    def choose(self, filter_: Filter) -> Mask:
        """Return which nodes are entities and fit; documents and sections only where a term asks for their class.

        To ask for what is not of their class is no such term.

        Raises:
            ParameterError: A field, class, relation, target or value is not known.
        """
        others = {local_name(terms.DOCUMENT.value), local_name(terms.SECTION.value)}
        asked = (term.values for term in terms_of(_affirmed(filter_)) if term.field in (TYPE, EXACT_TYPE))
        universe = self.atlas.are_known if any(map(others.intersection, asked)) else self.atlas.are_entities
        return self._fitting(filter_) & universe

    def _fitting(self, filter_: Filter) -> Mask:
        if isinstance(filter_, Term):
            return self._fitting_term(filter_)
        if isinstance(filter_, Not):
            return ~self._fitting(filter_.part)
        masks = [self._fitting(part) for part in filter_.parts]
        join = np.logical_or if isinstance(filter_, Or) else np.logical_and
        mask: Mask = np.full(self.atlas.node_count, not isinstance(filter_, Or))
        for one in masks:
            mask = join(mask, one)
        return mask

    def _fitting_term(self, term: Term) -> Mask:
        if term.field in FIELDS:
            if term.any_depth:
                raise ParameterError(
                    term.parameter, f"{term.field}*", "only relations are followed over several steps."
                )
            return FIELDS[term.field](self, term)
        if term.field in self.vocabulary.attributes and not term.any_depth:
            return _column(self, self.atlas.columns[attribute_column(term.field)], term)
        return self._related(term)

    def _related(self, term: Term) -> Mask:
        """Return which nodes have a relation to one of the targets of *term*, or to anything."""
        relation = self._relation(term)
        number = self.atlas.relations.index(relation.key)
        if not term.values:
            return self.atlas.relation_column.having({relation.key}, self.atlas.node_count)
        counts = [COUNT.fullmatch(value) for value in term.values]
        if all(counts) and not term.any_depth:
            return self._as_many(number, [found.groups() for found in counts if found])
        targets = np.flatnonzero(np.logical_or.reduce([self._targets(value, term) for value in term.values]))
        find = all_sources_of if term.any_depth else sources_of
        return find(self.atlas.adjacency, number, targets)

    def _as_many(self, number: int, wanted: list[tuple[str | Any, ...]]) -> Mask:
        """Return which nodes have a relation as often as one of *wanted* says."""
        edges = self.atlas.adjacency
        sources = edges.out_source[edges.out_relation == number]
        counts = np.bincount(sources, minlength=self.atlas.node_count)
        mask: Mask = np.logical_or.reduce([COMPARISONS[sign](counts, int(many)) for sign, many in wanted])
        return mask

    def _relation(self, term: Term) -> Relation:
        try:
            return find_relation(term.field, self.vocabulary, parameter=term.parameter)
        except ParameterError as error:
            known = (*FIELDS, *self.vocabulary.attributes, *self.vocabulary.relations)
            reason = "there is no such relation." if term.parameter != "filter" else "there is no such field."
            near = nearest(term.field, self.vocabulary.relations if term.parameter != "filter" else known)
            raise ParameterError(term.parameter, term.field, reason, suggestions=near, allowed=error.allowed) from error

    def _targets(self, value: str, term: Term) -> Mask:
        if value in self.vocabulary.classes:
            return self.atlas.columns[TYPE].having({value}, self.atlas.node_count)
        number = self.atlas.number(value)
        if number == NOTHING or not self.atlas.are_known[number]:
            near = (*self.catalogue.near(value), *nearest(value, self.vocabulary.classes))
            raise ParameterError(term.parameter, value, "there is no such entity or class.", suggestions=near[:3])
        mask = np.zeros(self.atlas.node_count, dtype=bool)
        mask[number] = True
        return mask


def _affirmed(filter_: Filter) -> Filter:
    """Return *filter_* without what it denies."""
    if isinstance(filter_, Not):
        return _affirmed(filter_.part.part) if isinstance(filter_.part, Not) else EVERYTHING
    return filter_ if isinstance(filter_, Term) else And(tuple(map(_affirmed, filter_.parts)))


def _of_type(chooser: Chooser, term: Term) -> Mask:
    for key in term.values:
        find_class(key, chooser.vocabulary, parameter=term.parameter)
    return _column(chooser, chooser.atlas.columns[TYPE], term)


def _of_exact_type(chooser: Chooser, term: Term) -> Mask:
    keys = {find_class(key, chooser.vocabulary, parameter=term.parameter).key for key in term.values}
    wanted = np.array([key in keys for key in chooser.atlas.classes])
    return chooser.atlas.are_known & (wanted[chooser.atlas.kinds] if term.values else np.True_)


def _named(chooser: Chooser, term: Term) -> Mask:
    if not term.values:
        raise ParameterError(term.parameter, term.field, "say which name, such as “name:kube*”.")
    exact = {folded(value) for value in term.values if not value.endswith("*")}
    beginnings = tuple(folded(value) for value in term.values if value.endswith("*"))
    fits = (key in exact or key.startswith(beginnings) for key in chooser.atlas.sort_keys)
    return np.fromiter(fits, dtype=bool, count=chooser.atlas.node_count)


def _holding_text(chooser: Chooser, term: Term) -> Mask:
    mask: Mask = np.zeros(chooser.atlas.node_count, dtype=bool)
    for value in term.values:
        mask = mask | chooser.atlas.containing(folded(value))
    return mask


def _with_opinion(chooser: Chooser, term: Term) -> Mask:
    return _known(
        chooser, chooser.atlas.columns[POLARITY], term, chooser.vocabulary.polarities, "there is no such polarity."
    )


def _read_so(chooser: Chooser, term: Term) -> Mask:
    return _known(
        chooser, chooser.atlas.columns[BASIS], term, chooser.vocabulary.bases, "nothing is read in such a way."
    )


def _in_document(chooser: Chooser, term: Term) -> Mask:
    column = chooser.atlas.columns[DOCUMENT]
    return _known(chooser, column, term, column.values, "there is no such document.")


def _in_language(chooser: Chooser, term: Term) -> Mask:
    column = chooser.atlas.columns[LANGUAGE]
    return _known(chooser, column, term, column.values, "there are no texts in it.")


def _with_relation(chooser: Chooser, term: Term) -> Mask:
    for key in term.values:
        find_relation(key, chooser.vocabulary, parameter=term.parameter)
    return _column(chooser, chooser.atlas.relation_column, term)


def _known(chooser: Chooser, column: Column, term: Term, known: Collection[str], reason: str) -> Mask:
    for value in term.values:
        if value not in known:
            raise ParameterError(
                term.parameter, value, reason, suggestions=nearest(value, known), allowed=tuple(sorted(known))[:100]
            )
    return _column(chooser, column, term)


def _column(chooser: Chooser, column: Column, term: Term) -> Mask:
    count = chooser.atlas.node_count
    return column.having(set(term.values), count) if term.values else column.having_any(count)


COUNT: Final = re.compile(r"(>=|<=|>|<|=)([0-9]{1,9})")
COMPARISONS: Final[Mapping[str, Callable[[Any, int], Mask]]] = {
    ">=": np.greater_equal,
    "<=": np.less_equal,
    ">": np.greater,
    "<": np.less,
    "=": np.equal,
}
FIELDS: Final[Mapping[str, Callable[[Chooser, Term], Mask]]] = {
    TYPE: _of_type,
    EXACT_TYPE: _of_exact_type,
    NAME: _named,
    TEXT: _holding_text,
    LANGUAGE: _in_language,
    DOCUMENT: _in_document,
    POLARITY: _with_opinion,
    BASIS: _read_so,
    RELATION: _with_relation,
}


def find_class(key: str, vocabulary: Vocabulary, *, parameter: str = "type") -> Class:
    """Return the class called *key*.

    Raises:
        ParameterError: There is none.
    """
    if key in vocabulary.classes:
        return vocabulary.classes[key]
    raise ParameterError(
        parameter,
        key,
        "there is no such class.",
        suggestions=nearest(key, vocabulary.classes),
        allowed=tuple(vocabulary.classes),
    )
