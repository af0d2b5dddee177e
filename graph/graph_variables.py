"""``GRAPH ?g`` finds graphs under the names in which a server keeps them, and shows those that people know.  Pure.

``GRAPH ?g { … }`` becomes ``GRAPH ?stored1 { VALUES (?stored1 ?g) { … } … }``: the hidden variable finds the graph,
and the table says how people know it.  Engines let ``?g`` be seen everywhere below that ``GRAPH``, not only behind
it, so the table is repeated in each group there that mentions it.  A query within passes the hidden variable on where
it passes ``?g`` on, and ``*`` does not show it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import NamedNode

from graph.graph_places import Edit, Grammar, Place, prologue
from graph.groups import OUTSIDE, Groups

BEHIND_GROUP_BY: Final = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
STARRED: Final = ("SELECT", "DISTINCT", "REDUCED", "DESCRIBE")


def hide_variables(
    groups: Groups, places: Sequence[Place], rows: Mapping[str, str], grammar: Grammar
) -> Iterator[Edit]:
    """Yield what gives each ``GRAPH ?g`` among *places* its hidden variable.

    Args:
        rows: What it can find: physical name → logical name.
    """
    variables = [place for place in places if place.is_variable]
    if variables:
        table = " ".join(f"({NamedNode(physical)} {NamedNode(known)})" for physical, known in rows.items())
        stars = _Stars(groups, variables, grammar)
        names = _unused(groups.text)
        for place in variables:
            yield from _Hidden(groups, place, next(names), table, stars).edits()
        yield from stars.edits()


def _unused(text: str) -> Iterator[str]:
    """Yield names of variables that do not occur in *text*."""
    number = 0
    while True:
        number += 1
        if f"stored{number}" not in text:
            yield f"stored{number}"


class _Stars:
    """What ``*`` stands for in the queries of a text, as far as they have hidden variables."""

    def __init__(self, groups: Groups, places: Sequence[Place], grammar: Grammar) -> None:
        self._groups = groups
        self._places = places
        self._grammar = grammar
        self._passed_on: defaultdict[int, list[str]] = defaultdict(list)

    def shows(self, statement: int, variable: str) -> bool:
        """Return whether a statement has a ``*`` of its own that shows *variable*."""
        is_starred = any(self._is_star(number) for number in self._groups.level(statement))
        return is_starred and variable in self._shown(self._groups.body(statement))

    def pass_on(self, statement: int, hidden: str) -> None:
        """Let the ``*`` of a statement show a hidden variable."""
        self._passed_on[statement].append(hidden)

    def edits(self) -> Iterator[Edit]:
        """Yield what names the variables that are to be seen."""
        groups = self._groups
        for number in range(len(groups.words)):
            if not self._is_star(number):
                continue
            statement = groups.statement(groups.around[number])
            body = groups.body(statement)
            if body == OUTSIDE or not any(body < place.keyword < groups.closing[body] for place in self._places):
                continue
            shown = [*self._shown(body), *self._passed_on[statement]]
            listed = " ".join(f"?{variable}" for variable in shown)
            if not shown:
                continue
            if not groups.depths[number]:
                yield Edit(groups.starts[number], groups.ends[number], listed)
            else:  # it is counted: a query within shows only what is to be counted
                yield Edit(groups.ends[body], groups.ends[body], f" {{ SELECT {listed} {{")
                end = groups.starts[groups.closing[body]]
                yield Edit(end, end, "} } ")

    def _is_star(self, number: int) -> bool:
        return self._groups.is_mark(number, "*") and self._groups.is_word(number - 1, *STARRED)

    def _shown(self, body: int) -> list[str]:
        groups = self._groups
        group = groups.text[groups.starts[body] : groups.ends[groups.closing[body]]]
        solutions = self._grammar.read(f"{prologue(groups)}SELECT * {group}")
        return [variable.value for variable in solutions.variables]


class _Hidden:
    """A ``GRAPH ?g`` and its hidden variable."""

    def __init__(self, groups: Groups, place: Place, hidden: str, table: str, stars: _Stars) -> None:
        self._groups = groups
        self._place = place
        self._opening = place.name + 1
        self._variable = groups.words[place.name].text[1:]
        self._hidden = hidden
        self._values = f" VALUES (?{hidden} ?{self._variable}) {{ {table} }} "
        self._stars = stars

    def edits(self) -> Iterator[Edit]:
        """Yield what is to be changed for it."""
        groups, name = self._groups, self._place.name
        yield Edit(groups.starts[name], groups.ends[name], f"?{self._hidden}")
        mentioned = {self._opening: None}
        for number in self._below():
            if groups.names(number, self._variable) and groups.statement(groups.around[number]) == OUTSIDE:
                mentioned[groups.around[number]] = None
            elif groups.is_word(number, "SELECT"):
                yield from self._passed_on(number)
        for group in mentioned:
            yield from self._tabled(group)

    def _below(self) -> Iterator[int]:
        """Yield the words where the variable stands for this graph.

        That is not below another ``GRAPH``, nor in a query within that does not pass it on.
        """
        groups = self._groups
        number, end = self._opening + 1, groups.closing[self._opening]
        while number < end:
            if groups.is_word(number, "GRAPH"):
                number = groups.closing[number + 2]
            elif groups.is_word(number, "SELECT") and not self._is_passed_on(number):
                number = groups.end(groups.around[number])
            else:
                yield number
            number += 1

    def _tabled(self, group: int) -> Iterator[Edit]:
        """Yield what puts the table into a group."""
        groups = self._groups
        start, end = groups.ends[group], groups.starts[groups.closing[group]]
        if groups.statement(group) != OUTSIDE:
            yield Edit(start, start, f"{self._values}{{")
            yield Edit(end, end, "}")
        elif self._is_assigned(group):
            yield Edit(end, end, self._values)
        else:
            yield Edit(start, start, self._values)

    def _is_assigned(self, group: int) -> bool:
        """Return whether a group gives the variable a value, which must come before the table."""
        groups = self._groups
        return any(
            groups.names(number, self._variable) and groups.around[number] == group and groups.is_word(number - 1, "AS")
            for number in range(group + 1, groups.closing[group])
        )

    def _is_passed_on(self, select: int) -> bool:
        return bool(self._projections(select)) or self._stars.shows(select, self._variable)

    def _projections(self, select: int) -> list[int]:
        """Return where the ``SELECT`` clause and ``GROUP BY`` of a query within have the variable as it is."""
        groups = self._groups
        body, found, is_grouping = groups.body(select), [], False
        for number in groups.level(select):
            if number > body:
                is_grouping = (is_grouping or groups.is_word(number, "GROUP")) and not groups.is_word(
                    number, *BEHIND_GROUP_BY
                )
            if groups.names(number, self._variable) and (number < body or is_grouping):
                found.append(number)
        return found

    def _passed_on(self, select: int) -> Iterator[Edit]:
        """Yield what lets a query within pass the hidden variable on."""
        for number in self._projections(select):
            end = self._groups.ends[number]
            yield Edit(end, end, f" ?{self._hidden}")
        self._stars.pass_on(select, self._hidden)
