"""Tells schemathesis how to send the formats of RDF and SPARQL: as the text that they are."""

import schemathesis

TEXTS = (
    "application/sparql-query",
    "application/sparql-update",
    "text/turtle",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "application/rdf+xml",
)
schemathesis.serializer.alias(list(TEXTS), "text/plain")
