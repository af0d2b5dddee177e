"""What differs between servers that speak SPARQL: one row for each kind."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of server differs from the standard.

    Attributes:
        timeout_parameter: The parameter of a query that limits its time; empty where there is none.
        timeout_unit: How many of its units a second has.
        partial_headers: The headers that say that an answer may not be all.
        timeout_words: What is in lower case in what it says of a query that took too long: in the text of an error,
            in one of those headers, or behind an answer that it breaks off.
        rows_query: What asks for the number of rows after which it cuts a graph without saying so; 0 or no value is
            none.  Empty where it does not do that.
        update_form: The field of a form that holds an update; empty where an update is a body of its own.
        has_graph_store: Whether a graph store endpoint, where one is named, takes N-Triples.
        insert_triples: How many triples one ``INSERT DATA`` may have.
        insert_bytes: How large the text of one ``INSERT DATA`` may be.
        has_picky_inserts: Whether an ``INSERT DATA`` takes no blank nodes, and more than that is refused, not slow.
        takes_turns: Whether updates are done whole or not at all, and one after the other.
    """

    timeout_parameter: str = ""
    timeout_unit: int = 1
    partial_headers: tuple[str, ...] = ()
    timeout_words: tuple[str, ...] = ()
    rows_query: str = ""
    update_form: str = ""
    has_graph_store: bool = True
    insert_triples: int = 5_000
    insert_bytes: int = 1 << 20
    has_picky_inserts: bool = False
    takes_turns: bool = False

    def limit(self, seconds: float) -> str:
        """Return the value of the parameter that limits the time of a query, never 0, which may mean no limit."""
        return str(max(1, math.ceil(seconds * self.timeout_unit)))


DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {
        "generic": Dialect(),
        "fuseki": Dialect(
            timeout_parameter="timeout",
            timeout_words=("timed out", "cancelled due to timeout"),
            takes_turns=True,
        ),
        "virtuoso": Dialect(
            timeout_parameter="timeout",
            timeout_unit=1000,
            partial_headers=("x-sql-state", "x-sparql-maxrows"),
            timeout_words=("s1tat", "timeout"),
            rows_query=(
                "SELECT (bif:cfg_item_value(bif:virtuoso_ini_path(), 'SPARQL', 'ResultSetMaxRows') AS ?rows) { }"
            ),
            insert_triples=1_000,
            insert_bytes=256 << 10,
            has_picky_inserts=True,
        ),
        "oxigraph": Dialect(takes_turns=True),
        "cloudindex": Dialect(timeout_parameter="timeout", timeout_words=("query-timeout",), takes_turns=True),
    }
)
