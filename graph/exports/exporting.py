"""One export from what is asked to the last byte: counted first, then written as it is read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from graph.engine.embedded import Reader
from graph.exports.legend import Legend
from graph.exports.part import Part
from graph.exports.rdf import Output, quads_of, triples_of, write_triples, write_whole
from graph.exports.reading import Reading
from graph.exports.writers import check_size, written
from graph.formats import EXPORTS, QUADS, RDF, find_format
from graph.iris import Iris


@dataclass(frozen=True, slots=True)
class ExportJob:
    """What is to be written: plain values, so that a worker can be told.

    Attributes:
        format: The name of one of `graph.formats.EXPORTS`.
        folder: That of the arrays and portraits of the atlas.
        records: That of the records; ``None`` where only the store has them.
        are_restated: The nodes whose records only the store has, as `packed` has them.
        is_whole: Whether all there is is wanted; RDF then has what is no node, too.
        is_counted: Whether only the counts are wanted.
    """

    format: str
    title: str
    folder: str
    records: str | None
    are_restated: str
    legend: Legend
    part: Part
    prefixes: dict[str, str]
    is_whole: bool = False
    is_counted: bool = False

    def to_bytes(self) -> bytes:
        """Return the job as a line of JSON."""
        return orjson.dumps(self) + b"\n"

    @classmethod
    def read(cls, told: dict[str, Any]) -> "ExportJob":
        """Return a job that was told as JSON."""
        part = told["part"]
        edges = None if part["edges"] is None else tuple(tuple(one) for one in part["edges"])
        relations = None if part["relations"] is None else tuple(part["relations"])
        own = Part(**{**part, "edges": edges, "relations": relations, "documents": tuple(part["documents"])})
        return cls(**{**told, "legend": Legend.read(told["legend"]), "part": own})


@dataclass(frozen=True, slots=True)
class Counts:
    """How many nodes and edges an export has."""

    nodes: int
    edges: int


def opened(job: ExportJob, reader: Reader) -> Reading:
    """Return the part that is to be written, to be read.

    Raises:
        OSError, ValueError: The files are not there, or not whole.
    """
    records = None if job.records is None else Path(job.records)
    return Reading(Path(job.folder), records, job.are_restated, reader, job.legend, job.part)


def prepare(job: ExportJob, reader: Reader) -> tuple[Counts, Callable[[Output], None]]:
    """Return how much will be written, and what writes it.

    Raises:
        FormatLimitError: The format cannot hold so much.
        OSError, ValueError: The files are not there, or not whole.
    """
    form = find_format(job.format, EXPORTS)
    reading = opened(job, reader)
    counts = Counts(int(reading.are_nodes.sum()), int(reading.are_edges.sum()))
    check_size(form, counts.nodes, counts.edges)

    def write(output: Output) -> None:
        if form not in RDF:
            for piece in written(reading.network(job.title), form):
                output.write(piece)
        elif job.is_whole:
            write_whole(reader, form, job.prefixes, Iris(job.legend.base), output)
        else:
            nodes = np.flatnonzero(reading.are_nodes).tolist()
            found: Any = quads_of(reading, nodes) if form in QUADS else triples_of(reading, nodes)
            write_triples(found, form, job.prefixes, output)

    return counts, write
