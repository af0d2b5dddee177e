"""What differs between servers, and what Cloud Index must not trust: measured, so that a new release shows itself."""

from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.servers.fixtures import KINDS, ServerOf, require
from tests.servers.running import Server

TABLE: Final = "application/sparql-results+json"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
THREE: Final = "GRAPH <urn:many> { ?a <urn:p> ?x . ?b <urn:p> ?y . ?c <urn:p> ?z }"


def update(server: Server, text: str) -> httpx.Response:
    """Send an update."""
    headers = {"Content-Type": "application/sparql-update"}
    return httpx.post(server.update, content=text, headers=headers, auth=server.auth, timeout=60)


def put(server: Server, graph: str, triples: str) -> None:
    """Store a graph of Turtle."""
    headers = {"Content-Type": "text/turtle"}
    httpx.put(
        server.graph_store, params={"graph": graph}, content=triples, headers=headers, auth=server.auth, timeout=60
    ).raise_for_status()


def ask(server: Server, query: str, accept: str = TABLE, **parameters: str | list[str]) -> httpx.Response:
    """Send a query; what of a name is ``_`` is ``-``."""
    form = {"query": query, **{name.replace("_", "-"): value for name, value in parameters.items()}}
    return httpx.post(server.query, data=form, headers={"Accept": accept}, timeout=60)


def values(answer: httpx.Response) -> list[str]:
    """Return the values of a table, row by row."""
    return [term["value"] for row in answer.raise_for_status().json()["results"]["bindings"] for term in row.values()]


@pytest.mark.parametrize(
    ("kind", "seen"),
    [("fuseki", ["urn:a"]), ("virtuoso", ["urn:a"] * 2), ("oxigraph", ["urn:a"] * 2), ("cloudindex", ["urn:a"] * 2)],
)
def test_a_triple_of_two_default_graphs_counts_once_or_twice(kind: str, seen: list[str], server_of: ServerOf) -> None:
    server = server_of(kind)
    put(server, "urn:first", "<urn:a> <urn:p> 1 .")
    put(server, "urn:second", "<urn:a> <urn:p> 1 .")

    answer = ask(server, "SELECT ?s { ?s <urn:p> ?o }", default_graph_uri=["urn:first", "urn:second"])

    assert values(answer) == seen


@pytest.mark.parametrize(("named", "seen"), [({}, ["urn:a", "urn:b"]), ({"named_graph_uri": "urn:absent"}, ["urn:a"])])
def test_virtuoso_hides_graphs_from_a_variable_only_behind_a_named_one(
    named: dict[str, str], seen: list[str], server_of: ServerOf
) -> None:
    server = server_of("virtuoso")
    put(server, "urn:seen", "<urn:a> <urn:q> 1 .")
    put(server, "urn:unseen", "<urn:b> <urn:q> 2 .")
    query = "SELECT DISTINCT ?s { { ?s <urn:q> ?o } UNION { GRAPH ?g { ?s <urn:q> ?o } } } ORDER BY ?s"

    assert values(ask(server, query, default_graph_uri="urn:seen", **named)) == seen


@pytest.mark.parametrize("kind", ["fuseki", "oxigraph", "cloudindex"])
def test_one_default_graph_is_all_that_the_others_see(kind: str, server_of: ServerOf) -> None:
    server = server_of(kind)
    put(server, "urn:seen", "<urn:a> <urn:q> 1 .")
    put(server, "urn:unseen", "<urn:b> <urn:q> 2 .")
    query = "SELECT ?s { { ?s <urn:q> ?o } UNION { GRAPH ?g { ?s <urn:q> ?o } } }"

    assert values(ask(server, query, default_graph_uri="urn:seen")) == ["urn:a"]


@pytest.mark.parametrize(
    ("emptying", "left"),
    [("CLEAR GRAPH <urn:d>", 1), ("DELETE WHERE { GRAPH <urn:d> { ?s ?p ?o } }", 1), ("DROP GRAPH <urn:d>", 0)],
)
def test_fuseki_loses_sight_of_decimals_that_are_not_as_it_writes_them(
    emptying: str, left: int, server_of: ServerOf
) -> None:
    """It keeps 1.50 as it was, and looks for 1.5 to remove it."""
    server = server_of("fuseki")
    update(server, "INSERT DATA { GRAPH <urn:d> { <urn:a> <urn:p> 1.50 } }").raise_for_status()

    update(server, emptying).raise_for_status()

    assert len(values(ask(server, "SELECT ?o { GRAPH <urn:d> { ?s ?p ?o } }"))) == left
    update(server, "DROP GRAPH <urn:d>")


LITERALS: Final = {
    f'"01"^^<{XSD}integer>': {"fuseki": "1", "virtuoso": "1", "oxigraph": "1", "cloudindex": "1"},
    f'"1.50"^^<{XSD}decimal>': {"fuseki": "1.5", "virtuoso": "1.5", "oxigraph": "1.5", "cloudindex": "1.5"},
    f'"1e0"^^<{XSD}double>': {"fuseki": "1.0e0", "virtuoso": "1.0", "oxigraph": "1", "cloudindex": "1"},
    f'"true"^^<{XSD}boolean>': {"fuseki": "true", "virtuoso": "1", "oxigraph": "true", "cloudindex": "true"},
    f'"123456789.5"^^<{XSD}double>': {
        "fuseki": "1.234567895E8",
        "virtuoso": "1.23457e+08",
        "oxigraph": "123456789.5",
        "cloudindex": "123456789.5",
    },
    f'"abc"^^<{XSD}integer>': {"fuseki": "abc", "virtuoso": "0", "oxigraph": "abc", "cloudindex": "abc"},
}


@pytest.mark.parametrize("literal", LITERALS)
def test_literals_are_rewritten(literal: str, any_server: Server) -> None:
    update(any_server, "DROP SILENT GRAPH <urn:literal>")
    put(any_server, "urn:literal", f"<urn:a> <urn:p> {literal} .")

    assert values(ask(any_server, "SELECT ?o { GRAPH <urn:literal> { ?s ?p ?o } }")) == [
        LITERALS[literal][any_server.kind]
    ]


def test_an_update_of_two_operations_is_whole_but_on_virtuoso(any_server: Server) -> None:
    answer = update(
        any_server,
        "INSERT DATA { GRAPH <urn:half> { <urn:a> <urn:p> 1 } } ;LOAD <http://127.0.0.1:9/> INTO GRAPH <urn:half>",
    )

    assert answer.is_error
    written = values(ask(any_server, "SELECT ?s { GRAPH <urn:half> { ?s ?p ?o } }"))
    assert written == (["urn:a"] if any_server.kind == "virtuoso" else [])


def test_virtuoso_takes_few_triples_in_one_update(server_of: ServerOf) -> None:
    server = server_of("virtuoso")
    triples = [f"<urn:s{number}> <urn:p> {number} ." for number in range(6000)]

    few, many = (
        update(server, f"INSERT DATA {{ GRAPH <urn:few> {{ {' '.join(triples[:end])} }} }}") for end in (1000, 6000)
    )

    assert (few.status_code, many.status_code) == (200, 400)


def test_virtuoso_cuts_long_addresses(server_of: ServerOf) -> None:
    server = server_of("virtuoso")
    put(server, "urn:long", f"<urn:{'x' * 3000}> <urn:p> 1 .")

    assert [len(value) for value in values(ask(server, "SELECT ?s { GRAPH <urn:long> { ?s ?p ?o } }"))] != [3004]


def test_virtuoso_with_a_limit_of_rows_cuts_graphs_without_a_word(tmp_path: Path) -> None:
    """Why ``ResultSetMaxRows`` must be 0."""
    require("virtuoso")
    with KINDS["virtuoso"].serving(tmp_path, max_rows=100) as server:
        put(server, "urn:many", "".join(f"<urn:s{number}> <urn:p> {number} .\n" for number in range(500)))

        table = ask(server, "SELECT * { GRAPH <urn:many> { ?s ?p ?o } }")
        triples = ask(server, "CONSTRUCT { ?s ?p ?o } { GRAPH <urn:many> { ?s ?p ?o } }", "application/n-triples")

    assert (len(values(table)), table.headers.get("x-sparql-maxrows")) == (300, "100")
    assert triples.status_code == 200
    assert triples.text.count("\n") < 500
    assert not [name for name in triples.headers if name.startswith("x-")]


@pytest.fixture
def many(server_of: ServerOf) -> Server:
    """A Virtuoso with enough in it for a query without an end."""
    server = server_of("virtuoso")
    put(server, "urn:many", "".join(f"<urn:s{number}> <urn:p> {number} .\n" for number in range(2000)))
    return server


def test_virtuoso_gives_wrong_counts_when_time_is_over_and_says_so_in_a_header(many: Server) -> None:
    answer = ask(many, f"SELECT (COUNT(*) AS ?n) {{ {THREE} }}", timeout="1000")

    assert answer.status_code >= 400 or answer.headers.get("x-sql-state") == "S1TAT", answer.text


def test_fuseki_ends_a_cut_table_as_if_it_were_whole(server_of: ServerOf) -> None:
    """No error and no broken connection: the lines behind the rows are all that tells."""
    server = server_of("fuseki")
    put(server, "urn:many", "".join(f"<urn:s{number}> <urn:p> {number} .\n" for number in range(2000)))

    answer = ask(server, f"SELECT * {{ {THREE} }}", "text/csv", timeout="1")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.text.splitlines()[-2].startswith("##  Query cancelled due to timeout")


def test_fuseki_says_that_time_is_over_before_the_first_row(server_of: ServerOf) -> None:
    server = server_of("fuseki")
    put(server, "urn:many", "".join(f"<urn:s{number}> <urn:p> {number} .\n" for number in range(2000)))

    answer = ask(server, f"SELECT (COUNT(*) AS ?n) {{ {THREE} }}", timeout="1")

    assert (answer.status_code, answer.text) == (503, "Query timed out\n")


def test_oxigraph_spoils_a_connection_with_the_answer_to_head(server_of: ServerOf) -> None:
    server = server_of("oxigraph")

    with httpx.Client(timeout=10) as client:
        client.head(server.query)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(server.query, params={"query": "ASK {}"})
