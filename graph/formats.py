"""The one table of formats: name, media type, extension, what the engine calls it, how much it can hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import QueryResultsFormat, RdfFormat

from graph.errors import UnknownFormatError
from graph.nearness import nearest


@dataclass(frozen=True, slots=True)
class Format:
    """A way of writing a graph or a result.

    Attributes:
        aliases: Other names and media types that mean the same.
        engine: The engine's own writer; ``None`` where the writer is ours.
        most_nodes, most_edges: How much it can hold, or its readers can; 0 sets no limit.
    """

    name: str
    media_type: str
    extension: str
    aliases: tuple[str, ...] = ()
    engine: RdfFormat | QueryResultsFormat | None = None
    most_nodes: int = 0
    most_edges: int = 0


TURTLE: Final = Format("turtle", "text/turtle", "ttl", ("ttl", "n3", "application/x-turtle"), RdfFormat.TURTLE)
NTRIPLES: Final = Format(
    "n-triples", "application/n-triples", "nt", ("nt", "ntriples", "text/plain"), RdfFormat.N_TRIPLES
)
RDF_XML: Final = Format(
    "rdf-xml",
    "application/rdf+xml",
    "rdf",
    ("rdfxml", "rdf+xml", "rdf", "xml", "application/xml", "text/xml"),
    RdfFormat.RDF_XML,
)
JSON_LD: Final = Format(
    "json-ld",
    "application/ld+json",
    "jsonld",
    ("jsonld", "json", "application/json", "application/x-json+ld"),
    RdfFormat.JSON_LD,
)
NQUADS: Final = Format("n-quads", "application/n-quads", "nq", ("nq", "nquads"), RdfFormat.N_QUADS)
TRIG: Final = Format("trig", "application/trig", "trig", (), RdfFormat.TRIG)

JSON: Final = Format(
    "json",
    "application/sparql-results+json",
    "srj",
    ("srj", "application/json", "text/json"),
    QueryResultsFormat.JSON,
)
XML: Final = Format(
    "xml",
    "application/sparql-results+xml",
    "srx",
    ("srx", "application/xml", "text/xml"),
    QueryResultsFormat.XML,
)
CSV: Final = Format("csv", "text/csv", "csv", (), QueryResultsFormat.CSV)
TSV: Final = Format("tsv", "text/tab-separated-values", "tsv", (), QueryResultsFormat.TSV)

PLAIN_JSON: Final = Format("json", "application/json", "json")

TEXT_REPORT: Final = Format("text", "text/plain", "txt")
COMPACT_REPORT: Final = Format("compact", "text/plain", "lines.txt")
GITHUB_REPORT: Final = Format("github", "text/plain", "github.txt")
SARIF_REPORT: Final = Format("sarif", "application/sarif+json", "sarif", ("application/sarif",))

ZIP: Final = "application/zip"
GRAPHML: Final = Format("graphml", "application/graphml+xml", "graphml")
GEXF: Final = Format("gexf", "application/gexf+xml", "gexf", ("gephi",))
DOT: Final = Format("dot", "text/vnd.graphviz", "gv", ("graphviz",))
CYTOSCAPE: Final = Format("cytoscape", "application/vnd.cytoscape+json", "cyjs", ("cytoscape.js",))
CX2: Final = Format("cx2", "application/vnd.cx2+json", "cx2", ("cx", "ndex"))
D3: Final = Format("d3", "application/vnd.d3+json", "d3.json", ("node-link",))
JGF: Final = Format("jgf", "application/vnd.jgf+json", "jgf.json", ("json-graph",))
MERMAID: Final = Format("mermaid", "text/vnd.mermaid", "mmd", most_edges=500)
SVG: Final = Format("svg", "image/svg+xml", "svg", most_nodes=300, most_edges=1500)
TABLES: Final = Format("tables", ZIP, "zip", ("spreadsheet", "excel"))
GEPHI_TABLES: Final = Format("gephi-csv", "application/vnd.gephi.csv+zip", "gephi.zip", (ZIP,))
NEO4J_TABLES: Final = Format("neo4j-csv", "application/vnd.neo4j.csv+zip", "neo4j.zip", ("neo4j", ZIP))
OBSIDIAN: Final = Format("obsidian", "application/vnd.obsidian.vault+zip", "vault.zip", (ZIP,), most_nodes=10_000)

# Each in the order of preference: the first is sent when the client has none.
GRAPHS: Final = (TURTLE, NTRIPLES, RDF_XML, JSON_LD)
RESULTS: Final = (JSON, XML, CSV, TSV)
DATASETS: Final = (TURTLE, NTRIPLES, NQUADS, TRIG, JSON_LD, RDF_XML)
# What is wrong with documents.
REPORTS: Final = (PLAIN_JSON, TEXT_REPORT, *GRAPHS, SARIF_REPORT, COMPACT_REPORT, GITHUB_REPORT)
# Nodes and edges, as programs that draw them read them.
NETWORKS: Final = (
    GRAPHML,
    GEXF,
    DOT,
    CYTOSCAPE,
    CX2,
    D3,
    JGF,
    MERMAID,
    SVG,
    TABLES,
    GEPHI_TABLES,
    NEO4J_TABLES,
    OBSIDIAN,
)
RDF: Final = (TURTLE, NTRIPLES, NQUADS, TRIG, RDF_XML, JSON_LD)
QUADS: Final = (NQUADS, TRIG)
EXPORTS: Final = (*RDF, *NETWORKS)
# What a query may be answered in, by its form.
QUERY_GRAPHS: Final = (*GRAPHS, NQUADS, TRIG, *NETWORKS)
QUERY_TABLES: Final = (*RESULTS, *NETWORKS)


def find_format(wanted: str, formats: Sequence[Format]) -> Format:
    """Return the format among *formats* that has the name, extension or media type *wanted*.

    Raises:
        UnknownFormatError: None has.
    """
    word = wanted.strip().lower()
    for known in formats:
        if word in (known.name, known.media_type, known.extension):
            return known
    for known in formats:
        if word in known.aliases:
            return known
    names = [known.name for known in formats]
    raise UnknownFormatError(wanted, names, nearest(word, names))
