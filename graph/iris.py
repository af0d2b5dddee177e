"""Slug ↔ IRI: where entities, documents and graphs have their names."""

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from pyoxigraph import NamedNode, Triple

DEFAULT_BASE: Final = "https://w3id.org/cloudindex/"
SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9.\-]{0,118}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Iris:
    """The IRIs below one base, which ends in a slash."""

    base: str = DEFAULT_BASE

    def entity(self, slug: str) -> NamedNode:
        """Return the IRI of the entity called *slug*."""
        return NamedNode(f"{self.base}id/{slug}")

    def document(self, slug: str) -> NamedNode:
        """Return the IRI of a document, which is also the graph of what it states."""
        return NamedNode(f"{self.base}document/{slug}")

    def section(self, document: str, slug: str) -> NamedNode:
        """Return the IRI of a section of a document."""
        return NamedNode(f"{self.base}document/{document}/section/{slug}")

    def item(self, document: str, slug: str) -> NamedNode:
        """Return the IRI of what other people's data calls *slug*, before it is joined to anything."""
        return NamedNode(f"{self.base}document/{document}/item/{slug}")

    def provenance(self, document: str) -> NamedNode:
        """Return the graph of the records of a document."""
        return NamedNode(f"{self.base}document/{document}/provenance")

    def proposals(self, document: str) -> NamedNode:
        """Return the graph of what a document proposes and nobody has decided."""
        return NamedNode(f"{self.base}document/{document}/proposals")

    def document_of(self, graph: object) -> str:
        """Return the slug of the document whose graph *graph* is; an empty text for any other graph."""
        if not isinstance(graph, NamedNode) or not graph.value.startswith(f"{self.base}document/"):
            return ""
        slug = graph.value.removeprefix(f"{self.base}document/")
        return "" if "/" in slug else slug

    def part(self, document: str, kind: str, *facts: str) -> NamedNode:
        """Return the IRI of an opinion, a question or a record: the hash of what it says."""
        return NamedNode(f"{self.base}document/{document}/{kind}/{digest(*facts)}")

    def graph(self, name: str) -> NamedNode:
        """Return the IRI of a graph that belongs to no document: ``all``, ``inferred``, ``ontology``."""
        return NamedNode(f"{self.base}graph/{name}")

    def edge(self, triple: Triple) -> NamedNode:
        """Return the IRI of an edge: the hash of its triple."""
        return self.edge_of_id(edge_id(triple))

    def edge_of_id(self, number: str) -> NamedNode:
        """Return the IRI of the edge with that id."""
        return NamedNode(f"{self.base}edge/{number}")

    def resolve(self, reference: str) -> NamedNode:
        """Return what *reference* stands for: a slug, a path such as ``document/cloud-index``, or an IRI."""
        if ":" in reference and is_iri(reference):
            return NamedNode(reference)
        return NamedNode(f"{self.base}{reference}") if "/" in reference else self.entity(reference)

    def reference(self, iri: str) -> str:
        """Return the shortest text that `resolve` turns into *iri*; an IRI of elsewhere stays as it is.

        >>> iris = Iris("http://e/")
        >>> [iris.reference(f"http://e/{path}") for path in ("id/helm", "id/helm:v3", "document/note", "other")]
        ['helm', 'id/helm:v3', 'document/note', 'http://e/other']
        """
        if not iri.startswith(self.base):
            return iri
        path = iri.removeprefix(self.base)
        slug = path.removeprefix("id/")
        if slug != path and slug and ":" not in slug and "/" not in slug:
            return slug
        return path if "/" in path and not is_iri(path) else iri

    def is_entity(self, iri: str) -> bool:
        """Return whether *iri* names an entity of this index."""
        return iri.startswith(f"{self.base}id/")

    def ending(self, iri: str) -> str:
        """Return what stands where the IRI of an entity has its slug."""
        return iri.removeprefix(f"{self.base}id/")


def is_iri(text: str) -> bool:
    """Return whether *text* is an absolute IRI.

    >>> is_iri("https://example.org/a"), is_iri("a b")
    (True, False)
    """
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def edge_id(triple: Triple) -> str:
    """Return the id of an edge, the same wherever the triple is stated: 32 hexadecimal digits."""
    return digest(str(triple.subject), str(triple.predicate), str(triple.object))


def digest(*facts: str) -> str:
    """Return a hash of *facts* in their order: 32 hexadecimal digits."""
    return blake2b("\x1f".join(facts).encode(), digest_size=16).hexdigest()


def slugified(name: str) -> str:
    """Return the slug that fits *name*, or an empty text where no letter is left.

    >>> slugified("Kata Containers"), slugified("CRI-O")
    ('kata-containers', 'cri-o')
    """
    return re.sub(r"[^a-z0-9.]+", "-", name.casefold()).strip("-.")
