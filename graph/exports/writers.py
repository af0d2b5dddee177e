"""Every export by its format: the one place where a format finds its writer."""

from collections.abc import Iterator
from io import BytesIO

from pyoxigraph import RdfFormat

from graph.exports import graphml
from graph.exports.network import list_edges, list_nodes
from graph.formats import GRAPHML, Format
from graph.index import Index


def export(index: Index, form: Format, *, language: str = "") -> Iterator[bytes]:
    """Yield the graph in one of `graph.formats.EXPORTS`, piece by piece.

    RDF formats hold every triple of the merged graph; the others hold the entities and the stated relations.
    """
    if form is GRAPHML:
        yield from graphml.write(list_nodes(index), list_edges(index, language=language))
    elif isinstance(form.engine, RdfFormat):
        output = BytesIO()
        index.reader.dump(output, form.engine, index.iris.graph("all"), prefixes=index.prefixes)
        yield output.getvalue()
