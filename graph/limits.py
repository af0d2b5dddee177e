"""What a query and a write may take: time, memory, rows, and how many may wait."""

from collections.abc import Callable
from dataclasses import dataclass

from graph.errors import GraphError, WriteLimitError


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may take.

    Attributes:
        seconds: From the moment a worker has it to the end of its answer.
        memory_bytes: Above what a worker has after opening the store.
        rows: Of a table, or triples of a graph; 0 sets no limit.
        workers: How many queries run at the same time.
        waiting: How many more may wait for their turn.
    """

    seconds: float = 30.0
    memory_bytes: int = 1 << 30
    rows: int = 0
    workers: int = 2
    waiting: int = 64


@dataclass(frozen=True, slots=True)
class WriteLimits:
    """What a write may take.

    Attributes:
        seconds: From its turn to its answer.
        memory_bytes: How large the process may become.
        waiting: How many more may wait for their turn.
        error: What is raised where one takes more.
    """

    seconds: float = 120.0
    memory_bytes: int = 4 << 30
    waiting: int = 64
    error: Callable[[str], GraphError] = WriteLimitError
