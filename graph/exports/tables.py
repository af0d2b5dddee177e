"""Nodes and edges as two tables of CSV in one archive."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Final

from graph.characters import cleaned
from graph.exports.network import Network
from graph.exports.text import PIECES_AT_ONCE
from graph.exports.zipped import zipped

BYTE_ORDER_MARK: Final = "\ufeff"
MANY_EDGES: Final = 1_000_000
Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the name of its file, its head, its rows."""

    file: str
    head: Cells
    rows: Iterable[Cells]


def archive(nodes: Table, edges: Table, network: Network, *, mark: str = "") -> Iterator[bytes]:
    """Yield an archive of two tables.

    Args:
        mark: What the files begin with.
    """
    members = ((table.file, _table(mark, table.head, table.rows)) for table in (nodes, edges))
    return zipped(members, are_large=network.edge_count > MANY_EDGES)


def _table(mark: str, head: Cells, rows: Iterable[Cells]) -> Iterator[bytes]:
    output = StringIO()
    output.write(mark)
    writer = csv.writer(output)
    writer.writerow(head)
    iterator = iter(rows)
    while some := list(islice(iterator, PIECES_AT_ONCE)):
        writer.writerows(some)
        yield cleaned(output.getvalue()).encode()
        output.seek(0)
        output.truncate()
    yield output.getvalue().encode()
