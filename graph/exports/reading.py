"""Atlas → network: the nodes and edges of a part, read from files in the order of the nodes.

It keeps a bit for each node and a byte for each edge, and reads the rest where it lies.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode, Triple

from graph.adjacency import Adjacency
from graph.arrays import mapped
from graph.atlas import KINDS, NOTHING
from graph.columns import Mask
from graph.engine.embedded import Reader
from graph.exports.legend import UNKNOWN_COLOUR, Legend
from graph.exports.network import SEVERAL, Edge, Network, Node
from graph.exports.part import Part, unpacked
from graph.exports.sources import Place, Sources
from graph.iris import SLUG, Iris, digest, edge_id
from graph.portraits import ATTRIBUTES, IN_LANGUAGES, SPELLINGS, Portraits

BLOCK: Final = 1 << 14
LABELS, DESCRIPTIONS = (key for key, _ in IN_LANGUAGES)


def node_id(reference: str) -> str:
    """Return what a node is called in files: its slug, the parts of its path with colons, or else a hash.

    >>> node_id("ansible"), node_id("document/my-note/section/tools")
    ('ansible', 'document:my-note:section:tools')
    """
    if SLUG.fullmatch(reference):
        return reference
    parts = reference.split("/")
    return ":".join(parts) if all(map(SLUG.fullmatch, parts)) else f"x{digest(reference)[:16]}"


@dataclass(frozen=True)
class Reading:
    """A part of an atlas, to be read.

    Attributes:
        folder: That of the arrays and portraits; *records* that of the records, ``None`` where only the store has them.
        are_restated: The nodes whose records only the store knows, as `packed` has them.
    """

    folder: Path
    records: Path | None
    are_restated: str
    reader: Reader
    legend: Legend
    part: Part

    @cached_property
    def adjacency(self) -> Adjacency:
        """The edges of the atlas."""
        return Adjacency.load(self.folder)

    @cached_property
    def portraits(self) -> Portraits:
        """What its nodes are called and said to be."""
        return Portraits(self.folder)

    @cached_property
    def are_nodes(self) -> Mask:
        """Which nodes are in the part: where only some relations count, those that have one."""
        if self.part.relations is None:
            return self._are_wanted
        mask = np.zeros(self.adjacency.node_count, dtype=bool)
        for positions in self._blocks():
            sources, _, targets = self._ends(positions)
            mask[sources] = mask[targets] = True
        return mask

    @cached_property
    def _are_wanted(self) -> Mask:
        return unpacked(self.part.nodes, self.adjacency.node_count)

    @cached_property
    def are_edges(self) -> Mask:
        """Which of the edges out are in the part: those between its nodes that count.

        Of inferred ones that say the same from the other side, one is enough.
        """
        edges = self.adjacency
        if self.part.edges is not None:
            chosen = np.zeros(edges.edge_count, dtype=bool)
            chosen[[edges.position(*triple) for triple in self.part.edges]] = True
            return chosen
        chosen = np.empty(edges.edge_count, dtype=bool)
        for start in range(0, edges.edge_count, BLOCK):
            chosen[start : start + BLOCK] = self._chosen(np.arange(start, min(start + BLOCK, edges.edge_count)))
        return chosen

    @cached_property
    def _sources(self) -> Sources:
        restated = unpacked(self.are_restated, self.adjacency.node_count)
        return Sources(self.records, self.portraits.records_of, restated, self.reader, self.legend)

    @cached_property
    def _iris(self) -> Iris:
        return Iris(self.legend.base)

    def network(self, title: str) -> Network:
        """Return the part as nodes and edges."""
        counts = int(self.are_nodes.sum()), int(self.are_edges.sum())
        return Network(title, self.legend, *counts, self._nodes(), self._edges())

    def triples(self) -> Iterator[tuple[int, int, int]]:
        """Yield source, relation and target of every edge of the part, by the source."""
        for positions in self._blocks():
            parts = self._ends(positions)
            yield from zip(*(part.tolist() for part in parts), strict=True)

    def iri(self, node: int) -> NamedNode:
        """Return the IRI of the node with that number."""
        return self._iris.resolve(self.portraits.references.text(node))

    def _nodes(self) -> Iterator[Node]:
        kinds: NDArray[np.int16] = mapped(self.folder / KINDS)
        portraits, legend, classes = self.portraits, self.legend, self.legend.classes
        for number in np.flatnonzero(self.are_nodes).tolist():
            reference, name = portraits.references.text(number), portraits.names.text(number)
            said = portraits.of(number)
            kind = int(kinds[number])
            known = classes[kind] if kind != NOTHING else None
            labels, attributes = said.get(LABELS), said.get(ATTRIBUTES)
            yield Node(
                node_id(reference),
                self._iris.resolve(reference).value,
                labels.get(legend.language, name) if labels else name,
                name,
                known.key if known else "",
                known.label if known else "",
                known.colour if known else UNKNOWN_COLOUR,
                legend.text(said[DESCRIPTIONS]) if DESCRIPTIONS in said else "",
                {key: SEVERAL.join(sorted(values)) for key, values in attributes.items()} if attributes else {},
                SEVERAL.join(sorted(set(said[SPELLINGS]))) if SPELLINGS in said else "",
            )

    def _edges(self) -> Iterator[Edge]:
        relations = self.legend.relations
        references, names, are_stated = self.portraits.references, self.portraits.names, self.adjacency.out_stated
        here, here_id, here_name = NOTHING, "", ""
        for positions in self._blocks():
            sources, kinds, targets = self._ends(positions)
            stated = are_stated[positions].tolist()
            told = self._sources.of(sources, kinds, targets, references)
            for source, kind, target, is_stated, (edge, places) in zip(
                sources.tolist(), kinds.tolist(), targets.tolist(), stated, told, strict=True
            ):
                if source != here:
                    here, here_id, here_name = source, node_id(references.text(source)), names.text(source)
                relation, there, there_name = relations[kind], references.text(target), names.text(target)
                sentence = relation.sentence.replace("{subject}", here_name)
                yield Edge(
                    edge or self._edge_id(source, relation.iri, target),
                    here_id,
                    node_id(there),
                    here_name,
                    there_name,
                    relation.key,
                    relation.label,
                    sentence.replace("{object}", there_name),
                    _as_text(places),
                    SEVERAL.join(sorted({basis for _, _, basis in places})) if len(places) != 1 else places[0][2],
                    not is_stated,
                )

    def _edge_id(self, source: int, relation: str, target: int) -> str:
        return edge_id(Triple(self.iri(source), NamedNode(relation), self.iri(target)))

    def _blocks(self) -> Iterator[NDArray[np.int64]]:
        """Yield the positions of the edges of the part, some thousands at a time."""
        for start in range(0, len(self.are_edges), BLOCK):
            positions = np.flatnonzero(self.are_edges[start : start + BLOCK]) + start
            if len(positions):
                yield positions

    def _ends(self, positions: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        edges = self.adjacency
        sources = np.searchsorted(edges.out_start, positions, side="right") - 1
        return sources, edges.out_relation[positions], edges.out_target[positions]

    def _chosen(self, positions: NDArray[np.int64]) -> Mask:
        """Return which of the edges at *positions* are in the part."""
        part, legend = self.part, self.legend
        sources, kinds, targets = self._ends(positions)
        chosen: Mask = self._are_wanted[sources] & self._are_wanted[targets]
        if part.relations is not None:
            wanted = np.zeros(len(legend.relations), dtype=bool)
            wanted[list(part.relations)] = True
            chosen &= wanted[kinds]
        stated = self.adjacency.out_stated[positions]
        chosen &= (stated | self._are_new(sources, kinds, targets)) if part.is_inferred else stated
        if part.documents:
            told = self._sources.of(sources, kinds, targets, self.portraits.references)
            chosen &= np.fromiter(
                (any(place[0] in part.documents for place in places) for _, places in told),
                dtype=bool,
                count=len(positions),
            )
        return chosen

    def _are_new(self, sources: NDArray[Any], kinds: NDArray[Any], targets: NDArray[Any]) -> Mask:
        """Return which edges, were they inferred, say what no other says from the other side."""
        is_primary, is_symmetric, inverse = self._traits
        others = self._keys(targets, inverse[kinds], sources)
        known = self._stated_backwards
        places = np.minimum(np.searchsorted(known, others), max(0, len(known) - 1))
        is_stated = known[places] == others if len(known) else np.zeros(len(others), dtype=bool)
        new: Mask = ~is_stated & np.where(is_symmetric[kinds], sources <= targets, is_primary[kinds])
        return new

    @cached_property
    def _traits(self) -> tuple[Mask, Mask, NDArray[np.int64]]:
        """Of each relation whether it is primary, whether it is symmetric, and its inverse."""
        relations = self.legend.relations
        return (
            np.array([one.is_primary for one in relations], dtype=bool),
            np.array([one.is_symmetric for one in relations], dtype=bool),
            np.array([one.inverse for one in relations], dtype=np.int64),
        )

    @cached_property
    def _stated_backwards(self) -> NDArray[np.int64]:
        """The keys of those stated edges whose other side would be inferred as well as they are, in order."""
        is_primary, is_symmetric, _ = self._traits
        edges = self.adjacency
        wanted = edges.out_stated & (~is_primary | is_symmetric)[edges.out_relation]
        return np.sort(self._keys(*self._ends(np.flatnonzero(wanted))))

    def _keys(self, sources: NDArray[Any], kinds: NDArray[Any], targets: NDArray[Any]) -> NDArray[np.int64]:
        keys = (sources.astype(np.int64) * len(self.legend.relations) + kinds) * self.adjacency.node_count + targets
        return np.asarray(keys, dtype=np.int64)


def _as_text(places: list[Place]) -> str:
    if len(places) == 1:
        document, line, _ = places[0]
        return f"{document}:{line}"
    return SEVERAL.join(f"{document}:{line}" for document, line, _ in places)
