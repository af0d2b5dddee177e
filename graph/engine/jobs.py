"""What a worker is told to do, as lines of JSON."""

from dataclasses import dataclass

import orjson

from graph.exports.legend import Legend
from graph.walks import Walk


@dataclass(frozen=True, slots=True)
class Job:
    """A query with the dataset it asks, and the name of the format of its answer.

    Attributes:
        default_graphs, named_graphs: ``None`` leaves the choice to the query.
        gateway: What the addresses of services in the query begin with; empty when it may ask none.
        written: The query as it was written, where another text is run in its place.
        harmless: The same with nobody asked, and every word at its place.
        is_only_checked: Whether it is read and not run; the answer is empty.
        graph: The IRI of a graph to be written out, in place of a query; empty is the default graph.
        legend: What an answer that is written as nodes and edges is told with.
        seconds: How long it may take, for engines that can be told; ``None`` where no more than all jobs may.
    """

    query: str
    format: str
    prefixes: dict[str, str]
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None = None
    base_iri: str | None = None
    gateway: str = ""
    written: str = ""
    harmless: str = ""
    is_only_checked: bool = False
    graph: str | None = None
    legend: Legend | None = None
    seconds: float | None = None

    def to_bytes(self) -> bytes:
        """Return the job as a line of JSON."""
        return orjson.dumps(self) + b"\n"


@dataclass(frozen=True, slots=True)
class WalkJob:
    """A walk through the arrays in *folder*; its answer is JSON, with the fields of `Ways`."""

    folder: str
    walk: Walk

    def to_bytes(self) -> bytes:
        """Return the job as a line of JSON."""
        return orjson.dumps(self) + b"\n"
