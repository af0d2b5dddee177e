"""SPARQLWrapper, the client of most notebooks."""

from typing import Any
from xml.dom.minidom import Document

import pytest
import rdflib
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, URITooLong

from tests.clients.questions import BROKEN, CONSTRUCT, LONG, NAMES, NO, SELECT, TRIPLE, YES

pytestmark = pytest.mark.any_engine

WAYS = [
    pytest.param(GET, URLENCODED, id="GET"),
    pytest.param(POST, URLENCODED, id="form"),
    pytest.param(POST, POSTDIRECTLY, id="direct"),
]


def asked(service: str, query: str, form: str, method: str = GET, request_method: str = URLENCODED) -> SPARQLWrapper:
    """Return a wrapper that is about to ask."""
    wrapper = SPARQLWrapper(f"{service}/sparql", returnFormat=form)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request_method)
    wrapper.setQuery(query)
    return wrapper


def answered(service: str, query: str, form: str, method: str = GET, request_method: str = URLENCODED) -> Any:
    """Return an answer, made into what SPARQLWrapper makes of its format."""
    return asked(service, query, form, method, request_method).queryAndConvert()


@pytest.mark.parametrize(("method", "request_method"), WAYS)
def test_it_asks_in_every_way(method: str, request_method: str, service: str) -> None:
    answer = answered(service, SELECT, JSON, method, request_method)

    assert [row["name"]["value"] for row in answer["results"]["bindings"]] == NAMES


@pytest.mark.parametrize(("method", "request_method"), WAYS)
@pytest.mark.parametrize(("query", "expected"), [(YES, True), (NO, False)], ids=["yes", "no"])
def test_it_gets_yes_and_no(query: str, expected: bool, method: str, request_method: str, service: str) -> None:
    answer = answered(service, query, JSON, method, request_method)

    assert answer["boolean"] is expected


def test_it_gets_a_table_as_xml(service: str) -> None:
    answer = answered(service, SELECT, XML)

    assert isinstance(answer, Document)
    literals: Any = answer.getElementsByTagName("literal")
    assert [literal.firstChild.data for literal in literals] == NAMES


@pytest.mark.parametrize(("form", "quoted"), [(CSV, "{}"), (TSV, '"{}"')], ids=["CSV", "TSV"])
def test_it_gets_a_table_as_text(form: str, quoted: str, service: str) -> None:
    answer = answered(service, SELECT, form)

    assert answer.decode().split()[1:] == [quoted.format(name) for name in NAMES]


@pytest.mark.parametrize("form", [TURTLE, N3], ids=["Turtle", "N3"])
def test_it_gets_a_graph_as_text(form: str, service: str) -> None:
    answer = answered(service, CONSTRUCT, form)

    assert triples(rdflib.Graph().parse(data=answer, format="turtle")) == [TRIPLE]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # which SPARQLWrapper uses
@pytest.mark.parametrize("form", [XML, RDFXML, JSONLD], ids=["XML", "RDF/XML", "JSON-LD"])
def test_it_gets_a_graph_of_rdflib(form: str, service: str) -> None:
    answer = answered(service, CONSTRUCT, form)

    assert triples(answer) == [TRIPLE]


def triples(graph: rdflib.Graph) -> list[tuple[str, ...]]:
    """Return the triples of a graph as texts."""
    return [tuple(map(str, triple)) for triple in graph.triples((None, None, None))]


def test_a_broken_query_is_reported_as_one_with_what_the_service_says(service: str) -> None:
    with pytest.raises(QueryBadFormed) as caught:
        asked(service, BROKEN, JSON).query()

    assert "query-syntax" in str(caught.value)


def test_an_address_that_is_too_long_is_reported_as_such(service: str) -> None:
    with pytest.raises(URITooLong):
        asked(service, LONG, JSON).query()


def test_a_long_query_goes_by_post(service: str) -> None:
    answer = answered(service, LONG, JSON, POST)

    assert [row["name"]["value"] for row in answer["results"]["bindings"]] == NAMES
