"""The kinds of documents: the suffixes of their files, how large these may be, and their media types."""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import RdfFormat

from graph.formats import DATASETS

MEBIBYTE: Final = 1 << 20
YAML_TYPES: Final = ("application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml")
MARKDOWN_TYPES: Final = ("text/markdown", "text/x-markdown")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document.

    Attributes:
        most_bytes: How large its file may be.
        media_types: By which media types it is sent; the first is the usual one.
        rdf: The form of RDF that it is; ``None`` where it is none.
    """

    most_bytes: int
    media_types: tuple[str, ...] = ()
    rdf: RdfFormat | None = None


def _rdf(rdf_format: RdfFormat) -> Kind:
    names = (name for form in DATASETS if form.engine == rdf_format for name in (form.media_type, *form.aliases))
    media_types = tuple(name for name in names if "/" in name)
    return Kind(2048 * MEBIBYTE, media_types, rdf_format)


KINDS: Final = {
    ".yaml": Kind(8 * MEBIBYTE, YAML_TYPES),
    ".yml": Kind(8 * MEBIBYTE),
    ".csv": Kind(64 * MEBIBYTE, ("text/csv",)),
    ".md": Kind(2 * MEBIBYTE, MARKDOWN_TYPES),
    ".markdown": Kind(2 * MEBIBYTE),
    ".ttl": _rdf(RdfFormat.TURTLE),
    ".nt": _rdf(RdfFormat.N_TRIPLES),
    ".nq": _rdf(RdfFormat.N_QUADS),
    ".trig": _rdf(RdfFormat.TRIG),
    ".jsonld": _rdf(RdfFormat.JSON_LD),
    ".rdf": _rdf(RdfFormat.RDF_XML),
}
# The file of a graph that was written over HTTP.
WRITTEN: Final = ".written"
# What the service's own collection may hold besides.
OWN_KINDS: Final = {**KINDS, WRITTEN: Kind(2048 * MEBIBYTE)}
OWN: Final = "written"
