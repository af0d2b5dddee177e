"""A query over the graphs that people know, as the same query over the graphs in which a server keeps them.

Pure.  Where a name of a graph stands (`graph.graph_places`) it is replaced; where a variable stands for a graph
(`graph.graph_variables`) a table says under which name people know what it finds.

Source: https://www.w3.org/TR/sparql11-query/#queryDataset
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from graph.engine.remote.names import Names
from graph.errors import QueryRefusedError
from graph.graph_places import HIDDEN, Edit, Grammar, Place, edited, find_places, refuse_hidden, resolved
from graph.graph_variables import hide_variables
from graph.groups import Groups, read_groups
from graph.sparql import Token

MOST_ADDED: Final = 16_000_000


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A query for the server.

    Attributes:
        default_graphs, named_graphs: Physical names; ``None`` leaves the choice to the query.
    """

    text: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a query asks, by logical names.

    Attributes:
        graphs: All that there are.
        default_graphs, named_graphs: Those that were chosen; ``None`` leaves the choice to the query, and where it
            does not choose, the default graph is empty and all graphs are named.
    """

    graphs: Sequence[str]
    default_graphs: Sequence[str] | None = None
    named_graphs: Sequence[str] | None = None


def in_set(text: str, found: Sequence[Token], dataset: Dataset, names: Names, grammar: Grammar) -> Rewritten:
    """Return *text* asking the graphs of a set.

    Args:
        found: The words of *text*.
        dataset: What it asks, by logical names.
        grammar: What its prefixes and its base are read with.

    Raises:
        QueryRefusedError: It names graphs in a form that cannot be read here.
        SyntaxError: It does not parse.
    """
    grammar.read(text)
    groups = read_groups(text, found)
    places = find_places(groups)
    refuse_hidden(groups, places, grammar)
    iris = resolved(groups, places, grammar)
    chosen = _Chosen.of(dataset, places, iris, names)
    edits = [*_renamed(groups, places, iris, names), *hide_variables(groups, places, chosen.rows, grammar)]
    if sum(len(edit.text) for edit in edits) > MOST_ADDED:
        raise QueryRefusedError(f"variables stand for {len(dataset.graphs):,} graphs at too many places in this query.")
    rewritten = edited(text, edits)
    if not grammar.can_read(rewritten):
        raise QueryRefusedError(HIDDEN)
    return Rewritten(rewritten, chosen.default_graphs, chosen.named_graphs)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The dataset by physical names, and what ``GRAPH ?g`` can find there: physical name → logical name."""

    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    rows: Mapping[str, str]

    @classmethod
    def of(cls, dataset: Dataset, places: Sequence[Place], iris: Mapping[int, str], names: Names) -> "_Chosen":
        """Return what *dataset* leaves, with what the query names at *places*."""
        is_open = dataset.default_graphs is None and dataset.named_graphs is None
        if is_open and any(place.is_from for place in places):
            return cls(None, None, _rows([iris[place.name] for place in places if place.is_named], names))
        default = tuple(names.physical(iri) for iri in dataset.default_graphs or ())
        if dataset.named_graphs is not None:
            rows = _rows(dataset.named_graphs, names)
            return cls(default, tuple(rows), rows)
        asked = [place for place in places if not place.is_from]
        rows = _rows(dataset.graphs if any(place.is_variable for place in asked) else (), names)
        named = [names.physical(iris[place.name]) for place in asked if not place.is_variable]
        return cls(default, tuple(dict.fromkeys([*named, *rows])), rows)


def _rows(graphs: Iterable[str], names: Names) -> dict[str, str]:
    return {names.physical(iri): iri for iri in graphs}


def _renamed(groups: Groups, places: Sequence[Place], iris: Mapping[int, str], names: Names) -> Iterator[Edit]:
    for place in places:
        if not place.is_variable:
            physical = NamedNode(names.physical(iris[place.name]))
            yield Edit(groups.starts[place.name], groups.ends[place.name], str(physical))
