"""A generation as numbers: nodes in the order of their names, what each is, and how they are connected.

Lists, facets, neighbourhoods and paths are answered from it.  All of it follows from the store: it can be made anew
at any time.  Touches files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import orjson
from numpy.typing import NDArray

from graph.adjacency import Adjacency
from graph.arrays import mapped
from graph.columns import Column, Mask

NODES: Final = "nodes.json"
KINDS: Final = "kinds.npy"
# The columns that every atlas has; there is one more for each attribute.
TYPE, DOCUMENT, POLARITY, LANGUAGE, BASIS = "type", "document", "opinion", "language", "basis"
NOTHING: Final = -1


def attribute_column(key: str) -> str:
    """Return the name of the column of an attribute."""
    return f"attribute.{key}"


SEPARATOR: Final = "\n"


@dataclass(frozen=True)
class Atlas:
    """The nodes of a generation by name, numbered from 0, and all that lists and walks ask of them.

    Attributes:
        references: What stands for each node in addresses: a slug, a path such as ``document/cloud-index``, or an IRI.
        names: What each is called; its reference where nobody says.
        sort_keys: Its name, folded.
        texts: Its names, spellings and labels, folded, a line each.
        kinds: The number of its most specific class in *classes*; `NOTHING` where no document says what it is.
        classes, relations: The keys that the numbers of kinds and relations stand for.
        columns: What nodes have several of, by name.
        folder: Where the arrays lie as files, for other processes.
    """

    references: Sequence[str]
    names: Sequence[str]
    sort_keys: Sequence[str]
    texts: Sequence[str]
    kinds: NDArray[np.int16]
    classes: tuple[str, ...]
    relations: tuple[str, ...]
    columns: Mapping[str, Column]
    adjacency: Adjacency
    folder: Path | None = field(default=None, compare=False)

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return len(self.references)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each node, by its reference."""
        return {reference: number for number, reference in enumerate(self.references)}

    @cached_property
    def are_known(self) -> Mask:
        """Which nodes some document introduces."""
        return np.asarray(self.kinds != NOTHING)

    @cached_property
    def are_entities(self) -> Mask:
        """Which of those have an address of their own; documents and their sections have not."""
        own = np.fromiter(("/" not in reference for reference in self.references), dtype=bool, count=self.node_count)
        return own & self.are_known

    @cached_property
    def relation_column(self) -> Column:
        """Which relations each node has."""
        edges = self.adjacency
        return Column.of(edges.out_source, edges.out_relation.astype(np.int32), self.relations)

    @cached_property
    def stated_counts(self) -> NDArray[np.int64]:
        """How many stated edges each relation has."""
        edges = self.adjacency
        return np.bincount(edges.out_relation[edges.out_stated], minlength=len(self.relations))

    @cached_property
    def degrees(self) -> NDArray[np.int64]:
        """How many stated edges each node has, both ends counted."""
        edges = self.adjacency
        ends = (edges.out_source[edges.out_stated], edges.out_target[edges.out_stated])
        return np.bincount(np.concatenate(ends), minlength=self.node_count)

    @cached_property
    def _haystack(self) -> tuple[str, NDArray[np.int64]]:
        """All texts in one, and where those of each node begin."""
        lengths = np.fromiter((len(text) + 1 for text in self.texts), dtype=np.int64, count=self.node_count)
        return SEPARATOR.join(self.texts), np.concatenate(([0], np.cumsum(lengths)))

    def number(self, reference: str) -> int:
        """Return the number of a node, `NOTHING` where there is no such node."""
        return self.numbers.get(reference, NOTHING)

    def kind(self, node: int) -> str:
        """Return the key of a node's most specific class; empty where no document says what it is."""
        number = int(self.kinds[node])
        return "" if number == NOTHING else self.classes[number]

    def relations_between(self, node: int, other: int, *, is_stated: bool) -> list[str]:
        """Return the keys of the relations that *node* has to *other*; only stated ones, or inferred ones too."""
        edges = self.adjacency
        found = np.arange(edges.out_start[node], edges.out_start[node + 1])
        found = found[edges.out_target[found] == other]
        found = found[edges.out_stated[found]] if is_stated else found
        return [self.relations[number] for number in edges.out_relation[found].tolist()]

    def containing(self, folded_text: str) -> Mask:
        """Return which nodes have a name, spelling or label with that in it."""
        haystack, starts = self._haystack
        mask = np.zeros(self.node_count, dtype=bool)
        at = haystack.find(folded_text) if folded_text else NOTHING
        while at != NOTHING:
            node = int(np.searchsorted(starts, at, side="right")) - 1
            mask[node] = True
            at = haystack.find(folded_text, int(starts[node + 1]))
        return mask

    @classmethod
    def load(cls, folder: Path) -> "Atlas":
        """Return what `save` wrote to *folder*.

        Raises:
            OSError, ValueError, KeyError: It is not there, or not whole.
        """
        nodes = orjson.loads((folder / NODES).read_bytes())
        return cls(
            references=nodes["references"],
            names=nodes["names"],
            sort_keys=nodes["sort_keys"],
            texts=nodes["texts"],
            kinds=mapped(folder / KINDS),
            classes=tuple(nodes["classes"]),
            relations=tuple(nodes["relations"]),
            columns={name: Column.load(folder, name, tuple(values)) for name, values in nodes["values"].items()},
            adjacency=Adjacency.load(folder),
            folder=folder,
        )

    def save(self, folder: Path) -> None:
        """Write everything to *folder*."""
        nodes = {
            "references": self.references,
            "names": self.names,
            "sort_keys": self.sort_keys,
            "texts": self.texts,
            "classes": self.classes,
            "relations": self.relations,
            "values": {name: column.values for name, column in self.columns.items()},
        }
        (folder / NODES).write_bytes(orjson.dumps(nodes))
        np.save(folder / KINDS, self.kinds, allow_pickle=False)
        for name, column in self.columns.items():
            column.save(folder, name)
        self.adjacency.save(folder)
