"""rdflib's SPARQLStore: a remote graph that is used as if it were here."""

from typing import Any, Literal

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from tests.clients.questions import BROKEN, CI, CONSTRUCT, DOCUMENT, ID, NAMES, NO, SELECT, TRIPLE, YES

pytestmark = pytest.mark.any_engine

Method = Literal["GET", "POST", "POST_FORM"]
WAYS: tuple[Method, ...] = ("GET", "POST", "POST_FORM")
USES_TOOL = rdflib.URIRef(f"{CI}usesTool")
KUBESPRAY, ANSIBLE = rdflib.URIRef(f"{ID}kubespray"), rdflib.URIRef(f"{ID}ansible")


def remote(
    service: str, *, method: Method = "GET", form: str = "xml", identifier: rdflib.URIRef | None = None
) -> rdflib.Graph:
    """Return the graph of the service, or a named one."""
    store = SPARQLStore(f"{service}/sparql", method=method, returnFormat=form)
    return rdflib.Graph(store, identifier=identifier)


@pytest.mark.parametrize("method", WAYS)
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_it_asks_in_every_way_for_every_format(method: Method, form: str, service: str) -> None:
    rows: Any = remote(service, method=method, form=form).query(SELECT)

    assert [str(row.name) for row in rows] == NAMES


@pytest.mark.parametrize("method", WAYS)
@pytest.mark.parametrize(("query", "expected"), [(YES, True), (NO, False)], ids=["yes", "no"])
def test_it_gets_yes_and_no(query: str, expected: bool, method: Method, service: str) -> None:
    answer = remote(service, method=method).query(query)

    assert answer.askAnswer is expected


@pytest.mark.parametrize("method", WAYS)
def test_it_gets_a_graph(method: Method, service: str) -> None:
    answer = remote(service, method=method).query(CONSTRUCT)

    assert answer.graph is not None
    assert [tuple(map(str, triple)) for triple in answer.graph] == [TRIPLE]


def test_it_looks_for_triples_as_in_a_graph_of_its_own(service: str) -> None:
    graph = remote(service)

    assert list(graph.objects(KUBESPRAY, USES_TOOL)) == [ANSIBLE]
    assert (KUBESPRAY, USES_TOOL, ANSIBLE) in graph
    assert (ANSIBLE, USES_TOOL, KUBESPRAY) not in graph


def test_it_counts_each_triple_once(service: str) -> None:
    rows: Any = remote(service).query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")

    assert [int(row.n) for row in rows] == [len(remote(service))]


def test_it_sees_one_document_alone(service: str) -> None:
    """The identifier of the graph travels as default-graph-uri."""
    alone = remote(service, identifier=rdflib.URIRef(f"{DOCUMENT}common-knowledge"))

    assert 0 < len(alone) < len(remote(service))


def test_a_broken_query_by_get_is_reported(service: str) -> None:
    with pytest.raises(ValueError, match="wrong"):
        remote(service).query(BROKEN)


def test_a_broken_query_by_post_is_reported(service: str) -> None:
    """SPARQLStore returns the status and its text in place of a result."""
    answer: Any = SPARQLStore(f"{service}/sparql", method="POST").query(BROKEN)

    assert answer[0] == 400
