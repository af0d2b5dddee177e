"""Which nodes and edges of an atlas are written: said by whoever asks, chosen by whoever writes."""

from base64 import b85decode, b85encode
from dataclasses import dataclass

import numpy as np

from graph.columns import Mask

Triple = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an atlas.

    Attributes:
        nodes: Which nodes, as `packed` has them.
        relations: The numbers of the relations that count; ``None`` for all.
        is_inferred: Whether edges that no document states count.
        documents: The slugs of documents of which one must state an edge; without any, all.
        edges: Source, relation and target of each edge, where it is said which ones are wanted.
    """

    nodes: str
    relations: tuple[int, ...] | None = None
    is_inferred: bool = False
    documents: tuple[str, ...] = ()
    edges: tuple[Triple, ...] | None = None


def packed(mask: Mask) -> str:
    """Return a mask as text, a bit for each node."""
    return b85encode(np.packbits(mask).tobytes()).decode("ascii")


def unpacked(text: str, count: int) -> Mask:
    """Return the mask of *count* nodes that was packed.

    >>> unpacked(packed(np.array([True, False, True])), 3).tolist()
    [True, False, True]
    """
    bits = np.frombuffer(b85decode(text), dtype=np.uint8)
    return np.unpackbits(bits, count=count).astype(bool)
