"""``/sparql`` as a client of the SPARQL 1.1 Protocol meets it: ways of asking, formats, datasets, limits, mistakes."""

import csv
import io
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import httpx
import orjson
import pytest
import rdflib
from rdflib.compare import isomorphic

from graph.formats import NETWORKS
from tests.conftest import DATA, running
from tests.servers.tested import EMBEDDED, TESTED

pytestmark = pytest.mark.any_engine

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
PROBLEM = "application/problem+json"
# A name with letters beyond ASCII, a language, an IRI, a number, and a variable that is not bound.
TABLE = """
SELECT ?entity ?name ?label ?line ?nothing {
  VALUES (?entity ?name ?line) { (id:rook "Rook \\"x\\", <b> & é" 7) (id:ceph "a\\nb\\tc" 8) }
  OPTIONAL { ?entity rdfs:label ?label FILTER(lang(?label) = "en") }
  OPTIONAL { ?entity ci:nothing ?nothing }
}
"""
NAMES = ["entity", "name", "label", "line", "nothing"]
ROWS = [
    ["https://w3id.org/cloudindex/id/rook", 'Rook "x", <b> & é', "Rook", "7", ""],
    ["https://w3id.org/cloudindex/id/ceph", "a\nb\tc", "Ceph", "8", ""],
]
GRAPH = """
CONSTRUCT { ?entity schema:name ?name ; ci:operates ?other } WHERE { ?entity ci:operates ?other ; schema:name ?name }
"""
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SPARQL_XML = "{http://www.w3.org/2005/sparql-results#}"


def ask(
    client: httpx.Client, query: str, accept: str = "application/sparql-results+json", **more: str
) -> httpx.Response:
    """Return the answer to *query*, asked by GET."""
    return client.get("/sparql", params={"query": query, **more}, headers={"Accept": accept})


def column(client: httpx.Client, query: str, **more: str | list[str]) -> list[str]:
    """Return the one column of the answer to *query*, sorted."""
    response = client.get("/sparql", params={"query": query, **more}, headers={"Accept": "text/csv"})
    return sorted(row[0] for row in list(csv.reader(io.StringIO(response.raise_for_status().text)))[1:])


def from_json(text: str) -> tuple[list[str], list[list[str]]]:
    results = orjson.loads(text)
    names = results["head"]["vars"]
    rows = results["results"]["bindings"]
    return names, [[row[name]["value"] if name in row else "" for name in names] for row in rows]


def from_xml(text: str) -> tuple[list[str], list[list[str]]]:
    root = ET.fromstring(text)  # noqa: S314  # our own answer
    names = [variable.attrib["name"] for variable in root.iter(f"{SPARQL_XML}variable")]
    rows = [
        {binding.attrib["name"]: "".join(binding.itertext()) for binding in result}
        for result in root.iter(f"{SPARQL_XML}result")
    ]
    return names, [[row.get(name, "") for name in names] for row in rows]


def from_csv(text: str) -> tuple[list[str], list[list[str]]]:
    names, *rows = list(csv.reader(io.StringIO(text, newline="")))
    return names, rows


def from_tsv(text: str) -> tuple[list[str], list[list[str]]]:
    names, *rows = [line.split("\t") for line in text.rstrip("\n").split("\n")]
    return [name.removeprefix("?") for name in names], [[_plain(cell) for cell in row] for row in rows]


def _plain(cell: str) -> str:
    """Return the value of a cell, which is written as in Turtle."""
    if not cell:
        return ""
    graph = rdflib.Graph().parse(data=f"<a:b> <a:b> {cell} .", format="turtle")
    return str(next(graph.objects()))


# --- Ways of asking --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "send",
    [
        lambda client, query: client.get("/sparql", params={"query": query}),
        lambda client, query: client.post("/sparql", data={"query": query}),
        lambda client, query: client.post("/sparql", content=query.encode(), headers={"Content-Type": QUERY}),
        lambda client, query: client.post(
            "/sparql", content=query.encode(), headers={"Content-Type": f"{QUERY}; charset=utf-8"}
        ),
    ],
    ids=["GET", "POST form", "POST direct", "POST direct with a charset"],
)
def test_a_query_is_answered_however_it_is_sent(
    send: Callable[[httpx.Client, str], httpx.Response], client: httpx.Client
) -> None:
    response = send(client, TABLE)

    assert response.status_code == 200
    assert from_json(response.text) == (NAMES, ROWS)
    assert response.headers["Cloudindex-Generation"] == "1"
    assert "Accept" in response.headers["Vary"]


def test_parameters_in_the_address_hold_for_a_query_in_the_body(client: httpx.Client) -> None:
    response = client.post(
        "/sparql", params={"format": "csv"}, content=b"SELECT ?x { VALUES ?x { 1 } }", headers={"Content-Type": QUERY}
    )

    assert response.text.split() == ["x", "1"]


# --- Formats ---------------------------------------------------------------------------------

TABLES = [
    ("json", "application/sparql-results+json", from_json),
    ("xml", "application/sparql-results+xml", from_xml),
    ("csv", "text/csv", from_csv),
    ("tsv", "text/tab-separated-values", from_tsv),
]
GRAPHS = [
    ("turtle", "text/turtle", "turtle"),
    ("n-triples", "application/n-triples", "nt"),
    ("rdf-xml", "application/rdf+xml", "xml"),
    ("json-ld", "application/ld+json", "json-ld"),
]


# Graphs, and tables with things in them, can be had as programs that draw read them.
DRAWN = [form.name for form in NETWORKS]
DRAWN_TYPES = [form.media_type for form in NETWORKS]
TABLE_TYPES = [*(row[1] for row in TABLES), *DRAWN_TYPES]
GRAPH_TYPES = [*(row[1] for row in GRAPHS), "application/n-quads", "application/trig", *DRAWN_TYPES]


@pytest.mark.parametrize(("name", "media_type", "read"), TABLES, ids=[row[0] for row in TABLES])
@pytest.mark.parametrize("by", ["Accept", "format"])
def test_a_table_reads_back_the_same_in_every_format(
    name: str,
    media_type: str,
    read: Callable[[str], tuple[list[str], list[list[str]]]],
    by: str,
    client: httpx.Client,
) -> None:
    response = ask(client, TABLE, media_type) if by == "Accept" else ask(client, TABLE, "*/*", format=name)

    assert response.headers["Content-Type"].partition(";")[0] == media_type
    assert read(response.text) == (NAMES, ROWS)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib reads JSON-LD with it
@pytest.mark.parametrize("form", GRAPHS, ids=[row[0] for row in GRAPHS])
@pytest.mark.parametrize("by", ["Accept", "format"])
@pytest.mark.parametrize("query", [GRAPH, "DESCRIBE id:rook"], ids=["CONSTRUCT", "DESCRIBE"])
def test_a_graph_reads_back_the_same_in_every_format(
    form: tuple[str, str, str], by: str, query: str, client: httpx.Client
) -> None:
    name, media_type, rdflib_name = form
    expected = rdflib.Graph().parse(data=ask(client, query, "application/n-triples").text, format="nt")

    response = ask(client, query, media_type) if by == "Accept" else ask(client, query, "text/turtle", format=name)

    assert response.headers["Content-Type"].partition(";")[0] == media_type
    found = rdflib.Graph().parse(data=response.content, format=rdflib_name)
    assert len(found) > 0
    assert isomorphic(found, expected)


def test_turtle_is_written_with_prefixes(client: httpx.Client) -> None:
    response = ask(client, GRAPH, "text/turtle")

    assert "id:rook" in response.text


@pytest.mark.parametrize("media_type", ["application/sparql-results+json", "application/json", "*/*"])
@pytest.mark.parametrize(
    ("query", "truth"), [("ASK { id:rook ci:operates id:ceph }", True), ("ASK { id:rook a id:rook }", False)]
)
def test_a_yes_or_no_is_answered_in_json(query: str, truth: bool, media_type: str, client: httpx.Client) -> None:
    response = ask(client, query, media_type)

    assert response.json()["boolean"] is truth


def test_a_yes_or_no_is_answered_in_xml(client: httpx.Client) -> None:
    response = ask(client, "ASK {}", "application/sparql-results+xml")

    root = ET.fromstring(response.text)  # noqa: S314  # our own answer
    assert root.findtext(f"{SPARQL_XML}boolean") == "true"


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+json"),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 1", "text/turtle"),
    ],
)
@pytest.mark.parametrize("headers", [{"Accept": "*/*"}, {"Accept": ""}])
def test_who_has_no_wish_gets_the_usual_format(
    query: str, media_type: str, headers: dict[str, str], client: httpx.Client
) -> None:
    response = client.get("/sparql", params={"query": query}, headers=headers)

    assert response.headers["Content-Type"].partition(";")[0] == media_type


@pytest.mark.parametrize(
    ("query", "accept", "allowed"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", "text/turtle", TABLE_TYPES),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 1", "text/csv, text/html", GRAPH_TYPES),
        ("ASK {}", "text/csv", [row[1] for row in TABLES[:2]]),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "*/*;q=0", TABLE_TYPES),
    ],
)
def test_what_the_client_accepts_and_there_is_not_is_told_with_what_there_is(
    query: str, accept: str, allowed: list[str], client: httpx.Client
) -> None:
    response = ask(client, query, accept)

    assert (response.status_code, response.headers["Content-Type"]) == (406, PROBLEM)
    assert response.json()["allowed"] == allowed
    assert all(media_type in response.json()["detail"] for media_type in allowed)


@pytest.mark.parametrize(
    ("query", "wanted", "allowed"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", "turtle", ["json", "xml", "csv", "tsv", *DRAWN]),
        ("DESCRIBE id:rook", "tutle", ["turtle", "n-triples", "rdf-xml", "json-ld", "n-quads", "trig", *DRAWN]),
    ],
)
def test_a_format_that_there_is_not_is_told_with_those_there_are(
    query: str, wanted: str, allowed: list[str], client: httpx.Client
) -> None:
    response = ask(client, query, "*/*", format=wanted)

    problem = response.json()
    assert (response.status_code, problem["code"], problem["allowed"]) == (400, "format-unknown", allowed)
    assert f"“{wanted}”" in problem["detail"]


# --- Mistakes --------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_mistake_is_a_problem_with_line_column_and_word(method: str, client: httpx.Client) -> None:
    parameters = {"query": "SELECT ?x\nWHERE {\n  ?x a ci:Software .\n  FILTR (?x = 1)\n}"}

    response = client.get("/sparql", params=parameters) if method == "GET" else client.post("/sparql", data=parameters)

    problem = response.json()
    assert (response.status_code, response.headers["Content-Type"]) == (400, PROBLEM)
    assert (problem["code"], problem["line"], problem["column"], problem["word"]) == ("query-syntax", 4, 3, "FILTR")
    assert problem["suggestions"] == ["FILTER"]
    assert problem["detail"].startswith("Line 4, column 3: ")


def test_an_unknown_prefix_is_named_with_those_that_are_known(client: httpx.Client) -> None:
    response = ask(client, "SELECT ?x { ?x a cii:Software }")

    problem = response.json()
    assert response.status_code == 400
    assert "the prefix “cii:” is not declared" in problem["detail"]
    assert "rdfs:" in problem["detail"]
    assert problem["suggestions"] == ["ci"]


def test_an_unknown_term_is_hinted_at_beside_the_answer(client: httpx.Client) -> None:
    response = ask(client, "SELECT ?x {\n  ?x a ci:ClusterInstaler }")

    assert response.status_code == 200
    assert response.json()["results"]["bindings"] == []
    assert response.headers["Cloudindex-Hint"] == (
        "ci:ClusterInstaler is not in the ontology (line 2, column 8); did you mean ci:ClusterInstaller?"
    )


def test_of_many_unknown_terms_three_are_hinted_at(client: httpx.Client) -> None:
    query = f"ASK {{ VALUES ?relation {{ {' '.join(f'ci:usesX{number}' for number in range(2_000))} }} }}"

    hint = client.post("/sparql", data={"query": query}).raise_for_status().headers["Cloudindex-Hint"]

    assert hint.count("is not in the ontology") == 3


@pytest.mark.parametrize(
    "send",
    [
        lambda client, text: client.post("/sparql", data={"query": text}),
        lambda client, text: client.post("/api/sparql/check", json={"query": text}),
    ],
)
def test_others_are_answered_while_a_long_query_is_read(
    send: Callable[[httpx.Client, str], httpx.Response], client: httpx.Client
) -> None:
    """What is made to take long in reading is refused at its end; so only reading takes time here."""
    text = "a." * 500_000 + "(" * 600

    with ThreadPoolExecutor() as people:
        asked = people.submit(send, client, text)
        answered = 0
        while not asked.done():
            answered += client.get("/healthz").is_success

    assert "brackets are nested" in asked.result().text
    assert answered > 5


def test_a_query_of_known_terms_has_no_hint(client: httpx.Client) -> None:
    response = ask(client, "SELECT ?x { ?x ci:uses/schema:name ?y }")

    assert "Cloudindex-Hint" not in response.headers


def test_a_hint_on_letters_beyond_ascii_fits_a_header(client: httpx.Client) -> None:
    response = ask(client, "SELECT ?x { ?x a ci:Équilibreur, ci:\U0001f600 }")

    assert response.status_code in (200, 400)
    assert response.headers.get("Cloudindex-Hint", "").isascii()


@pytest.mark.parametrize(
    "formats",
    [("tsv", "text/tab-separated-values"), ("tsv", "tsv"), ("TSV,text/tab-separated-values",)],
    ids=["two names", "one name twice", "a list"],
)
def test_a_format_may_be_named_more_than_once(formats: tuple[str, ...], client: httpx.Client) -> None:
    """As clients do that do not know which name a service understands."""
    parameters = [("query", "SELECT ?x { VALUES ?x { 1 } }"), *(("format", name) for name in formats)]

    response = client.get(f"/sparql?{urlencode(parameters)}")

    assert response.text == "?x\n1\n"


@pytest.mark.parametrize(
    ("parameters", "parameter", "words"),
    [
        ((("query", ""), ("query", "")), "query", "only one"),
        (
            (
                ("query", "ASK {}"),
                ("query", "ASK {}"),
            ),
            "query",
            "only one",
        ),
        (
            (
                ("query", "ASK {}"),
                ("format", "json"),
                ("format", "xml"),
            ),
            "format",
            "only one",
        ),
        (
            (
                ("query", "ASK {}"),
                ("timeout", "soon"),
            ),
            "timeout",
            "timeout=soon",
        ),
        (
            (
                ("query", "ASK {}"),
                ("timeout", "0"),
            ),
            "timeout",
            "above 0",
        ),
        (
            (
                ("query", "ASK {}"),
                ("timeout", "-1"),
            ),
            "timeout",
            "above 0",
        ),
        (
            (
                ("query", "ASK {}"),
                ("timeout", "nan"),
            ),
            "timeout",
            "timeout=nan",
        ),
        (
            (
                ("query", "ASK {}"),
                ("timeout", "inf"),
            ),
            "timeout",
            "timeout=inf",
        ),
        (
            (
                ("query", "ASK {}"),
                ("timeout", ""),
            ),
            "timeout",
            "timeout=",
        ),
        (
            (
                ("query", "ASK {}"),
                ("default-graph-uri", "not an iri"),
            ),
            "default-graph-uri",
            "not an iri",
        ),
        (
            (
                ("query", "ASK {}"),
                ("named-graph-uri", "not an iri"),
            ),
            "named-graph-uri",
            "not an iri",
        ),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_parameter_that_does_not_fit_is_named(
    parameters: tuple[tuple[str, str], ...], parameter: str, words: str, method: str, client: httpx.Client
) -> None:
    content = urlencode(parameters)

    response = (
        client.get(f"/sparql?{content}")
        if method == "GET"
        else client.post("/sparql", content=content, headers={"Content-Type": FORM})
    )

    problem = response.json()
    assert (response.status_code, response.headers["Content-Type"]) == (400, PROBLEM)
    assert (problem["code"], problem["parameter"]) == ("parameter-invalid", parameter)
    assert words in problem["detail"]


@pytest.mark.parametrize("content", ["", "format=csv"])
def test_a_form_without_a_query_is_told_what_is_missing(content: str, client: httpx.Client) -> None:
    response = client.post("/sparql", content=content, headers={"Content-Type": FORM})

    assert (response.status_code, response.json()["parameter"]) == (400, "query")
    assert "a query is needed" in response.json()["detail"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "application/sparql-update", None])
def test_a_body_of_another_kind_is_refused_with_what_is_read(media_type: str | None, client: httpx.Client) -> None:
    headers = {"Content-Type": media_type} if media_type else {}

    response = client.post("/sparql", content=b"ASK {}", headers=headers)

    problem = response.json()
    assert (response.status_code, problem["code"]) == (415, "media-type-unsupported")
    assert problem["allowed"] == [FORM, QUERY]


def test_a_body_that_is_too_large_is_refused_with_the_limit(client: httpx.Client) -> None:
    body = b"ASK {} #" + b"x" * (1 << 20)

    response = client.post("/sparql", content=body, headers={"Content-Type": QUERY})

    problem = response.json()
    assert (response.status_code, problem["code"], problem["limit_bytes"]) == (413, "request-too-large", 1 << 20)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(b"ASK {} # \xff", QUERY), (b"query=ASK%20%7B%7D%20%23%20%FF", FORM), (b"query=\xff", FORM)],
)
def test_a_body_that_is_not_utf8_is_refused(body: bytes, media_type: str, client: httpx.Client) -> None:
    response = client.post("/sparql", content=body, headers={"Content-Type": media_type})

    assert response.status_code == 400
    assert "UTF-8" in response.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { id:rook a ci:Software }",
        "LOAD <file:///etc/passwd>",
    ],
)
def test_what_is_not_a_plain_query_is_refused(query: str, client: httpx.Client) -> None:
    response = ask(client, query)

    assert (response.status_code, response.json()["code"]) == (400, "query-refused")


@pytest.fixture
def stranger() -> Iterator[tuple[str, list[str]]]:
    """The address of another service on loopback, and who has asked it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_error(500)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", asked
        finally:
            server.shutdown()
            thread.join()


# The engine asks the service in each of these: it wants no space after a keyword, and reads “<” as “less than”.
SMUGGLED = [
    "SELECT * { SERVICE <ADDRESS> { ?x ?y ?z } }",
    "SELECT * { ?s ?p ?o SERVICE SILENT<ADDRESS>{ ?x ?y ?z } }",
    "SELECT * { ?s ?p ?o SERVICESILENT<ADDRESS>{ ?x ?y ?z } }",
    "PREFIX ex: <ADDRESS> SELECT * { ?s ?p ?o SERVICEex:sparql{ ?x ?y ?z } }",
    "PREFIX ex: <ADDRESS> PREFIX SERVICEex: <a:> SELECT * { ?s ?p ?o . SERVICEex:sparql{ ?x ?y ?z } }",
    "SELECT * { ?s ?p ?o FILTER(1<2)SERVICE#>\n<ADDRESS>{ ?x ?y ?z } }",
    "SELECT * { ?s ?p ?o FILTER(ci:b!='a')SERVICE<ADDRESS>{ ?x ?y 'z' } }",
    "SELECT * { ?s ?p ?o FILTER('a'<'b>')SERVICE<ADDRESS>{ ?x ?y 'z' } }",
    "ASK { ?s ?p ?o FILTER('a'<'b>')SERVICE<ADDRESS>{ ?x ?y 'z' } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER('a'<'b>')SERVICE<ADDRESS>{ ?x ?y 'z' } }",
]


@pytest.mark.parametrize("query", SMUGGLED)
def test_another_service_is_never_asked(query: str, stranger: tuple[str, list[str]], client: httpx.Client) -> None:
    address, asked = stranger

    response = ask(client, query.replace("ADDRESS", address), "*/*")

    assert asked == []
    assert response.json()["code"] in ("remote-refused", "query-refused", "query-syntax")
    assert response.status_code in (400, 501)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s a ci:ServiceMesh }",
        "PREFIX service: <http://e/> ASK { OPTIONAL { service:a ?service 'SERVICE' } } # SERVICE",
        "ASK { OPTIONAL { GRAPH <http://e/(SERVICE)SERVICE> { ?s ?p ?o } } }",
    ],
)
def test_the_word_service_is_free_where_it_asks_nobody(query: str, client: httpx.Client) -> None:
    response = ask(client, query)

    assert response.status_code == 200


# --- The service itself ----------------------------------------------------------------------


def test_who_asks_nothing_is_told_what_can_be_asked(client: httpx.Client) -> None:
    description = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")

    response = client.get("/sparql", headers={"Accept": "text/turtle"})

    graph = rdflib.Graph().parse(data=response.raise_for_status().text, format="turtle")
    assert (None, rdflib.RDF.type, description.Service) in graph
    assert len(set(graph.objects(None, description.resultFormat))) == len(TABLES) + len(GRAPHS)


# --- Datasets --------------------------------------------------------------------------------

BASE = "https://w3id.org/cloudindex/"
SYSTEMS = "SELECT ?x { id:rook ci:operates ?x }"


def test_without_a_dataset_every_triple_is_there_once_and_no_record(client: httpx.Client) -> None:
    """Two documents say that Rook operates Ceph."""
    found = column(client, SYSTEMS)

    assert found == [f"{BASE}id/ceph"]
    assert column(client, "SELECT ?x { ?x a rdf:Statement }") == []
    assert column(client, "SELECT ?x { ?x rdf:subject ?y }") == []


def test_without_a_dataset_inferred_triples_and_the_ontology_are_there(client: httpx.Client) -> None:
    found = column(client, "SELECT ?x { id:ceph ci:operatedBy ?x . ci:operatedBy a ci:Relation }")

    assert f"{BASE}id/rook" in found


def test_graph_reaches_the_records(client: httpx.Client) -> None:
    query = """
        SELECT DISTINCT ?source { GRAPH ?records {
          ?record rdf:subject id:rook ; rdf:predicate ci:operates ; rdf:object id:ceph ; dcterms:source ?source } }
    """

    found = column(client, query)

    assert found == [f"{BASE}document/cloud-index", f"{BASE}document/common-knowledge"]


def test_from_and_the_protocol_choose_the_same_dataset(client: httpx.Client) -> None:
    query = "SELECT ?x { ?x ci:maintainedBy id:cncf }"
    document = f"{BASE}document/common-knowledge"

    by_protocol = column(client, query, **{"default-graph-uri": document})

    by_query = column(client, query.replace("?x {", f"?x FROM <{document}> {{"))
    assert by_protocol == by_query
    assert f"{BASE}id/kubespray" in by_protocol
    assert column(client, query, **{"default-graph-uri": f"{BASE}graph/inferred"}) == []


@pytest.mark.xfail(
    TESTED == EMBEDDED, strict=True, reason="the engine gives a triple once for each default graph that holds it"
)
def test_a_triple_of_several_default_graphs_counts_once(client: httpx.Client) -> None:
    graphs = [f"{BASE}document/common-knowledge", f"{BASE}document/cloud-index"]

    found = column(client, SYSTEMS, **{"default-graph-uri": graphs})

    assert found == [f"{BASE}id/ceph"]


def test_several_default_graphs_are_one(client: httpx.Client) -> None:
    graphs = [f"{BASE}document/common-knowledge", f"{BASE}document/cloud-index"]
    query = "SELECT DISTINCT ?x { id:rook ci:operates ?system ; doap:repository ?x . ?system schema:name ?name }"

    found = column(client, query, **{"default-graph-uri": graphs})

    assert found == ["https://github.com/rook/rook"]


def test_only_the_named_graphs_that_are_named_are_reached(client: httpx.Client) -> None:
    query = "SELECT DISTINCT ?graph { GRAPH ?graph { id:rook ?predicate ?object } }"
    document = f"{BASE}document/common-knowledge"

    found = column(client, query, **{"named-graph-uri": document})

    assert found == [document]
    assert f"{BASE}graph/all" in column(client, query)


def test_who_names_only_named_graphs_has_an_empty_default_graph(client: httpx.Client) -> None:
    found = column(client, SYSTEMS, **{"named-graph-uri": f"{BASE}graph/all"})

    assert found == []


def test_who_names_only_a_default_graph_has_no_named_graphs(client: httpx.Client) -> None:
    found = column(client, "SELECT ?x { GRAPH ?g { ?x ?y ?z } }", **{"default-graph-uri": f"{BASE}graph/all"})

    assert found == []


# --- Limits ----------------------------------------------------------------------------------


def test_a_runaway_query_is_stopped_and_the_answer_says_the_limit(client: httpx.Client) -> None:
    began = time.monotonic()

    response = ask(client, RUNAWAY, timeout="0.5")

    problem = response.json()
    assert time.monotonic() - began < 5
    assert (response.status_code, problem["code"], problem["limit_seconds"]) == (503, "query-timeout", 0.5)
    assert "0.5 seconds" in problem["detail"]
    assert ask(client, "ASK {}").json()["boolean"] is True


def test_a_large_answer_is_whole(client: httpx.Client) -> None:
    """It is beyond what is gathered before the first byte, so it is streamed."""
    response = ask(client, "SELECT * { ?a a ?b . ?c a ?d } LIMIT 30000", "text/csv")

    assert response.status_code == 200
    assert len(response.content) > 1 << 20
    assert response.text.count("\n") == 30001


def test_an_answer_that_is_stopped_on_its_way_is_visibly_broken(client: httpx.Client) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

    with (
        pytest.raises(httpx.RemoteProtocolError),
        client.stream("GET", "/sparql", params={"query": query, "timeout": "1"}) as response,
    ):
        for _ in response.iter_raw():
            pass

    assert ask(client, "ASK {}").json()["boolean"] is True


@pytest.mark.embedded_only("the memory is that of the server")
def test_a_query_that_wants_too_much_memory_is_stopped_and_the_answer_says_the_limit(tmp_path: Path) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a ?d"
    environment = {"CLOUDINDEX_QUERY_MEMORY_MIB": "128"}

    with running("--data", str(DATA), "--state", str(tmp_path / "s"), cwd=tmp_path, environment=environment) as address:
        response = httpx.get(f"{address}/sparql", params={"query": query}, timeout=60)
        following = httpx.get(f"{address}/sparql", params={"query": "ASK {}"}, timeout=60)

    problem = response.json()
    assert (response.status_code, problem["code"], problem["limit_bytes"]) == (503, "query-memory", 128 << 20)
    assert following.json()["boolean"] is True


@pytest.mark.parametrize(
    "media_type", ["application/sparql-results+json", "text/csv", "application/sparql-results+xml"]
)
def test_an_empty_answer_about_an_unknown_term_is_a_problem_where_that_is_wished(
    media_type: str, client: httpx.Client
) -> None:
    query = "SELECT ?s { ?s ci:usesTol ?o }"

    plain = client.get("/sparql", params={"query": query}, headers={"Accept": media_type})
    wished = client.get("/sparql", params={"query": query, "unknown": "problem"}, headers={"Accept": media_type})

    assert plain.status_code == 200
    assert "usesTool" in plain.headers["cloudindex-hint"]
    problem = wished.json()
    assert (wished.status_code, problem["code"], problem["column"]) == (404, "term-unknown", 16)
    assert problem["suggestions"][0] == "ci:usesTool"
    found = client.get("/sparql", params={"query": "SELECT ?s { ?s ci:usesTool ?o }", "unknown": "problem"})
    assert found.status_code == 200
    assert client.get("/sparql", params={"query": query, "unknown": "x"}).status_code == 400
