"""What the SHACL runner calls: our validation, with graphs read as ours are."""

import rdflib
from pyoxigraph import RdfFormat, parse

from graph import validation
from graph.shapes import to_rdflib


def validate(data: str, shapes: str) -> str:
    """Return the report on *data* by *shapes*, all of them in Turtle (N-Triples are Turtle too)."""
    return validation.report(read_graph(data), read_graph(shapes)).serialize(format="nt")


def read_graph(text: str) -> rdflib.Graph:
    """Return the graph of a Turtle text: literals as written, prefixes known, since SPARQL in shapes uses them."""
    graph = rdflib.Graph()
    quads = parse(text, RdfFormat.TURTLE, rename_blank_nodes=True)
    for quad in quads:
        graph.add(tuple(map(to_rdflib, (quad.subject, quad.predicate, quad.object))))  # type: ignore[arg-type]
    for prefix, iri in quads.prefixes.items():
        graph.bind(prefix, iri)
    return graph
