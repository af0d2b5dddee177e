"""Under which names a SPARQL server keeps the graphs of a set: logical names, which people know, and physical ones.

Pure.  A server holds two sets of the same graphs, ``a`` and ``b``, one of which is live.  The graph that people know
as ``{base}document/x`` is kept there as ``{base}sets/a/document/x``.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

SETS: Final = "sets/"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the graphs of one set.

    Attributes:
        base: What the logical names begin with; it ends in a slash.
        set_name: That of the set: ``a`` or ``b``.
        shared_writers: Whether others write to the server too, into graphs of names elsewhere, which can be asked
            under these names then.
    """

    base: str
    set_name: str
    shared_writers: bool = False

    @property
    def prefix(self) -> str:
        """What the physical names begin with.

        >>> Names("https://example.org/", "a").prefix
        'https://example.org/sets/a/'
        """
        return f"{self.base}{SETS}{self.set_name}/"

    def physical(self, iri: str) -> str:
        """Return where the graph called *iri* is kept; a name that the set cannot hold leads to where nothing is.

        >>> Names("https://example.org/", "a").physical("https://example.org/graph/all")
        'https://example.org/sets/a/graph/all'
        >>> Names("https://example.org/", "a").physical("urn:x")
        'https://example.org/sets/a/sets/urn%3Ax'
        """
        if self._is_ours(iri):
            return f"{self.prefix}{iri[len(self.base) :]}"
        if self.shared_writers and not iri.startswith(self.base):
            return iri
        return f"{self.prefix}{SETS}{quote(iri, safe='')}"

    def logical(self, iri: str) -> str:
        """Return the name by which people know the graph kept as *iri*; an empty text where it is none of this set."""
        if iri.startswith(self.prefix):
            known = f"{self.base}{iri[len(self.prefix) :]}"
            return known if self._is_ours(known) else ""
        return iri if self.shared_writers and not iri.startswith(self.base) else ""

    def _is_ours(self, iri: str) -> bool:
        """Return whether the set can hold *iri*: it lies below the base, and is no physical name."""
        return iri.startswith(self.base) and not iri.startswith(f"{self.base}{SETS}")
