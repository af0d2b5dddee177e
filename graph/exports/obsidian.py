"""A vault of Obsidian: a note per entity, which links to the notes of what it has a relation to.

The names of files are safe on every system, and no two of them differ only in case.  The graph view knows no labels
of edges, so links stand under the names of their relations.

Source: https://help.obsidian.md/links, https://help.obsidian.md/properties
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import yaml

from graph.characters import cleaned
from graph.exports.network import SEVERAL, Edge, Network, Node
from graph.exports.zipped import zipped

MOST_NODES: Final = 10_000
FORBIDDEN: Final = re.compile(r'[*"\\/<>:|?#^\[\]\x00-\x1f]+')
LONGEST: Final = 100
# Names that Windows keeps for itself.
RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
FOLDER: Final = "Cloud Index"
LINKS: Final = re.compile(r"([\[\]|#^])")


def write(network: Network) -> Iterator[bytes]:
    """Yield an archive of notes; it keeps the names of all."""
    nodes = list(network.nodes)
    titles = file_names(nodes)
    edges = _BySource(network.edges)
    notes = ((f"{FOLDER}/{titles[node.id]}.md", (_note(node, edges, titles),)) for node in nodes)
    return zipped(notes)


def file_names(nodes: Iterable[Node]) -> dict[str, str]:
    """Return the name of the note of each node, by its id, without ``.md``."""
    taken: set[str] = set()
    names = {}
    for node in nodes:
        safe = " ".join(FORBIDDEN.sub(" ", cleaned(node.label)).split()).strip(". ")[:LONGEST].strip(". ")
        if not safe or RESERVED.fullmatch(safe):
            safe = f"{safe} {node.id}".strip()
        while safe.casefold() in taken:
            safe = f"{safe} ({node.id})"
        taken.add(safe.casefold())
        names[node.id] = safe
    return names


class _BySource:
    """Edges, which come in the order of the nodes they start from."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self._groups = groupby(edges, attrgetter("source"))
        self._next: tuple[str, list[Edge]] | None = None

    def of(self, node: str) -> list[Edge]:
        """Return the edges out of the next node."""
        if self._next is None:
            found = next(self._groups, None)
            self._next = None if found is None else (found[0], list(found[1]))
        if self._next is None or self._next[0] != node:
            return []
        _, edges = self._next
        self._next = None
        return edges


def _note(node: Node, edges: _BySource, titles: dict[str, str]) -> bytes:
    own = sorted(edges.of(node.id), key=lambda edge: (edge.label, edge.target_name, edge.id))
    parts = [f"---\n{_front_matter(node)}---\n\n# {_plain(node.label)}\n"]
    if node.description:
        parts.append(f"\n{_plain(node.description)}\n")
    for label, group in groupby(own, attrgetter("label")):
        parts.append(f"\n## {_plain(label)}\n\n")
        parts += [_link(edge, titles) for edge in group]
    return cleaned("".join(parts)).encode()


def _link(edge: Edge, titles: dict[str, str]) -> str:
    shown = LINKS.sub(" ", _plain(edge.target_name)).strip() or titles[edge.target]
    told = f"{_plain(edge.sentence)} ({edge.sources or 'inferred'})"
    return f"- [[{titles[edge.target]}|{shown}]]: {LINKS.sub(_escaped, told)}\n"


def _escaped(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}"


def _front_matter(node: Node) -> str:
    facts: dict[str, Any] = {
        "id": node.id,
        "iri": node.iri,
        "type": node.type_label,
        "aliases": sorted({node.label, node.name, *node.spellings.split(SEVERAL)} - {""}),
        "tags": [node.type] if node.type else [],
        **{key: value for key, value in node.attributes.items() if value},
    }
    text: str = yaml.dump(facts, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=1 << 20)
    return text


def _plain(text: str) -> str:
    """Return *text* on one line."""
    return " ".join(text.split())
