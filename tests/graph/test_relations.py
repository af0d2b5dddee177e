"""Relations as they are told: what leads to or from a thing without a name is left out; sources keep their order."""

from collections.abc import Callable
from typing import Any

import pytest

from graph.catalogue import Catalogue
from graph.engine.generations import Generation
from graph.entities import find_entity
from graph.errors import UnknownStatementError
from graph.index import Index, open_generation
from graph.iris import Iris
from graph.relations import Question, find_edges, list_connections, list_edges
from graph.statements import Claims, StatementQuestion
from graph.vocabulary import local_name
from graph.why import Explainer
from graph.workshop import Workshop
from tests.conftest import Write, rows_of
from tests.graph.conftest import PREFIXES

NAMELESS = f"""{PREFIXES}
id:helm a ci:ReleaseTool ; schema:name "Helm" ; ci:vendor [ a ci:Vendor ; schema:name "Deis" ] ; ci:uses id:kops .
[] a ci:ReleaseTool ; schema:name "Anonymous" ; ci:uses id:helm .
"""
KOPS = "entities: {kops: {type: ClusterInstaller, name: kOps}}"
Opened = Callable[[], Index]


@pytest.fixture
def publish(build: Callable[[], Generation], workshop: Workshop) -> Opened:
    """Publishes the folder of documents, and opens what was published."""
    return lambda: open_generation(build(), workshop.vocabulary, workshop.iris)


@pytest.fixture(params=["at once", "one by one"])
def nameless(request: pytest.FixtureRequest, write: Write, publish: Opened) -> Index:
    """A document with blank nodes, and another one: published from scratch, or as a change."""
    write("a.yaml", KOPS)
    if request.param == "one by one":
        publish()
    write("b.ttl", NAMELESS)
    return publish()


def edges_in_sparql(index: Index) -> list[str]:
    """Return the ids of the edges to and from blank nodes, of which every engine tells who states them."""
    query = """SELECT ?edge { GRAPH ?records { ?record rdf:subject ?s ; rdf:object ?o ; ci:edge ?edge }
               FILTER(ISBLANK(?s) || ISBLANK(?o)) }"""
    return [local_name(row["edge"].value) for row in rows_of(index, query)]


def test_an_entity_is_told_without_what_has_no_name(nameless: Index) -> None:
    entity = find_entity("helm", nameless.reader, nameless.catalogue)

    assert [(one.relation, one.target.slug) for one in entity.relations] == [("uses", "kops")]


@pytest.mark.parametrize("inferred", [False, True])
def test_no_relation_leads_to_what_has_no_name(inferred: bool, nameless: Index) -> None:
    asked = Question(inferred=inferred)

    for slug in ("helm", "kops"):
        found = list_connections(nameless.iris.entity(slug), nameless.reader, nameless.catalogue, asked)
        assert {one.target.slug for one in found} == {"kops" if slug == "helm" else "helm"}


@pytest.mark.parametrize(
    "asked", [{"document": "b"}, {"subject": "helm"}, {"object": "helm"}, {"subject": "helm", "inferred": True}]
)
def test_statements_leave_out_what_has_no_name_and_are_counted_without_it(
    asked: dict[str, Any], nameless: Index
) -> None:
    claims = Claims(nameless.atlas, nameless.reader, nameless.catalogue)

    page = claims.page(StatementQuestion(**asked), limit=100)

    assert page.total == len(page.items)
    assert {one.subject.slug for one in page.items} <= {"helm", "kops", "document/b"}


def test_edges_of_what_has_no_name_stand_in_the_graph_and_are_not_found_by_their_ids(nameless: Index) -> None:
    claims = Claims(nameless.atlas, nameless.reader, nameless.catalogue)

    ids = edges_in_sparql(nameless)

    assert len(ids) > 2
    assert find_edges(ids, nameless.reader, nameless.catalogue) == {}
    assert [claims.one(edge) for edge in ids] == [None] * len(ids)
    with pytest.raises(UnknownStatementError):
        Explainer(claims).of_edge(ids[0])


def test_a_document_that_says_something_of_an_entity_without_naming_what_does_it_speaks_of_it(
    write: Write, publish: Opened
) -> None:
    write("a.yaml", KOPS)
    write("b.ttl", f"{PREFIXES}[] a ci:ReleaseTool ; schema:name 'Anonymous' ; ci:uses id:kops .")
    fresh = publish()
    write("c.yaml", "entities: {kops: {licence: Apache-2.0}}")

    changed = publish()

    for index, documents in ((fresh, ["a", "b"]), (changed, ["a", "b", "c"])):
        column = index.atlas.columns["document"]
        assert sorted(column.of_node(index.atlas.number("kops"))) == documents


def test_sources_on_one_line_keep_their_order_after_a_change(write: Write, publish: Opened) -> None:
    said = ", ".join(f"{{uses: beta, line: 3, words: {one}}}" for one in "edcab")
    text = f"entities: {{alpha: {{type: Service, name: Alpha, relations: [{said}]}}, beta: {{type: Service, name: B}}}}"
    write("one.yaml", text)
    index = publish()

    alpha = Iris().entity("alpha")
    told = list_edges(alpha, index.reader, index.catalogue)
    stored = list_edges(alpha, index.reader, Catalogue(index.reader, index.vocabulary, index.iris))

    assert told == stored
    assert ["".join(one.words or "" for one in edge.sources) for edge in told if len(edge.sources) > 1] == ["abcde"]
