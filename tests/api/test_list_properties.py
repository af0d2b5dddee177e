"""Whatever is asked of a list: totals, pages, facets, tables and SPARQL agree."""

import csv
import io
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.index import Index
from graph.listing import SORTED_BY

pytestmark = pytest.mark.any_engine

# A filter as text, and the SPARQL pattern that says the same of ?x.
Filter = tuple[str, str]
UNIVERSE = "?x a ci:Entity FILTER(STRSTARTS(STR(?x), STR(id:))) "
FACETS = ("type", "exact_type", "document", "language", "opinion", "basis", "relation", "maturity", "licence")
TYPES = ("Software", "ClusterInstaller", "CloudProvider", "StorageSystem", "Entity", "Resource")
RELATIONS = ("uses", "dependsOn", "operates", "partOf", "maintainedBy", "usedBy", "inEcosystemOf", "offers")
TARGETS = ("ansible", "kubernetes", "openstack", "cncf", "ceph", "ovhcloud")


def term(field: str, pattern: str) -> st.SearchStrategy[Filter]:
    return st.just((field, pattern))


TERMS = st.one_of(
    st.sampled_from(TYPES).map(lambda key: (f"type:{key}", f"?x a ci:{key}")),
    st.sampled_from(RELATIONS).map(lambda key: (key, f"?x ci:{key} ?y")),
    st.tuples(st.sampled_from(RELATIONS), st.sampled_from(TARGETS)).map(
        lambda one: (f"{one[0]}:{one[1]}", f"?x ci:{one[0]} id:{one[1]}")
    ),
    st.tuples(st.sampled_from(RELATIONS), st.sampled_from(TYPES)).map(
        lambda one: (f"{one[0]}:{one[1]}", f"?x ci:{one[0]}/a ci:{one[1]}")
    ),
    st.tuples(st.sampled_from(("dependsOn", "partOf")), st.sampled_from(TARGETS)).map(
        lambda one: (f"{one[0]}*:{one[1]}", f"?x ci:{one[0]}+ id:{one[1]}")
    ),
    st.sampled_from(("pro", "con")).map(lambda key: (f"opinion:{key}", f"?x ci:hasOpinion/ci:polarity ci:{key}")),
    term("opinion", "?x ci:hasOpinion ?y"),
    st.sampled_from(("cloud-index", "common-knowledge")).map(
        lambda slug: (f"document:{slug}", f"GRAPH document:{slug} {{ {{ ?x ?p ?o }} UNION {{ ?s ?p ?x }} }}")
    ),
    term("language:fr", "?x rdfs:label|skos:altLabel|dcterms:description ?y FILTER(LANG(?y) = 'fr')"),
    term("maturity", "?x ci:maturity ?y"),
    term("maturity:graduated,sandbox", "?x ci:maturity ?y VALUES ?y { 'graduated' 'sandbox' }"),
)


def joined(parts: list[Filter]) -> Filter:
    """Every part has variables of its own: two parts may hold for different ?y."""
    patterns = " ".join(f"{{ SELECT DISTINCT ?x {{ {UNIVERSE} {pattern} }} }}" for _, pattern in parts)
    return " and ".join(text for text, _ in parts), patterns


def either(parts: list[Filter]) -> Filter:
    patterns = " UNION ".join(f"{{ {UNIVERSE} {pattern} }}" for _, pattern in parts)
    return f"({' or '.join(text for text, _ in parts)})", patterns


def negated(part: Filter) -> Filter:
    return f"not ({part[0]})", f"{UNIVERSE} FILTER NOT EXISTS {{ {part[1]} }}"


FILTERS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(joined).map(lambda one: (f"({one[0]})", one[1])),
        st.lists(inner, min_size=2, max_size=3).map(either),
        inner.map(negated),
    ),
    max_leaves=5,
)


def total(client: httpx.Client, filter_: str) -> int:
    found: int = read(client, filter=filter_, limit="0")["total"]
    return found


def read(client: httpx.Client, **parameters: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/entities", params=parameters).raise_for_status().json()
    return found


def counted(client: httpx.Client, pattern: str) -> int:
    query = f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {UNIVERSE} {{ {pattern} }} }}"
    rows = client.get("/sparql", params={"query": query, "format": "json"}).raise_for_status().json()
    return int(rows["results"]["bindings"][0]["n"]["value"])


def pages(client: httpx.Client, filter_: str, **parameters: str) -> list[str]:
    slugs: list[str] = []
    response = client.get("/api/entities", params={"filter": filter_, "limit": "17", **parameters})
    while True:
        slugs += [item["slug"] for item in response.raise_for_status().json()["items"]]
        if "next" not in response.links:
            return slugs
        response = client.get(response.links["next"]["url"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=FILTERS, facet=st.sampled_from((*FACETS, *RELATIONS)), sort=st.sampled_from(sorted(SORTED_BY)))
def test_totals_pages_facets_tables_and_sparql_agree(
    client: httpx.Client, asked: Filter, facet: str, sort: str
) -> None:
    filter_, pattern = asked
    found = read(client, filter=filter_, limit="0", facets=facet, facet_limit="1000")
    table = client.get("/api/entities", params={"filter": filter_, "format": "csv"}).raise_for_status().text
    slugs = pages(client, filter_, sort=sort)

    assert found["total"] == counted(client, pattern)
    assert len(slugs) == len(set(slugs)) == found["total"]
    assert {row["slug"] for row in csv.DictReader(io.StringIO(table))} == set(slugs)
    counts = found["facets"][facet]
    assert counts["distinct"] == len(counts["values"])
    for value in counts["values"][:8]:
        assert total(client, f"({filter_}) and {value['filter']}") == value["count"]
    if counts["single"]:
        assert sum(value["count"] for value in counts["values"]) + counts["missing"] == found["total"]
    if facet in (*RELATIONS, "opinion", "maturity", "licence", "language"):
        assert total(client, f"({filter_}) and not {facet}") == counts["missing"]


@pytest.mark.parametrize("sort", sorted(SORTED_BY))
def test_the_other_way_round_is_the_other_way_round(sort: str, client: httpx.Client) -> None:
    """Of what is alike, both ways give the order of names."""
    field = {"relations": "relations", "type": "type", "slug": "slug", "name": "slug"}[sort]
    items = read(client, sort=sort, limit="1000", fields=f"slug,{field}")["items"]
    back = read(client, sort=f"-{sort}", limit="1000", fields=f"slug,{field}")["items"]

    assert sorted(one["slug"] for one in items) == sorted(one["slug"] for one in back)
    if sort != "name":
        assert [one[field] for one in items] == sorted(one[field] for one in items)
        assert [one[field] for one in back] == [one[field] for one in items][::-1]
    else:
        assert back == items[::-1]


@pytest.mark.parametrize(
    ("filter_", "reason"),
    [
        ("type:", "such as"),
        ("(type:Software", "“)” is expected"),
        ("type:Software)", "is expected at character 14"),
        ("and", "a term"),
        ("not", "a term"),
        ("type:Software or", "a term"),
        ("uses::", "no such entity"),
        ('name:"Kata', "expected"),
        ("uses*", ""),
        ("type*:Software", "only relations"),
        ("tpe:Software", "no such field"),
        ("uses:ansibel", "no such entity"),
        ("maturity*:x", ""),
        ("(" * 40 + "uses" + ")" * 40, "inside each other"),
        ("uses " * 400, "terms"),
    ],
)
def test_a_filter_that_does_not_fit_says_where(filter_: str, reason: str, client: httpx.Client) -> None:
    response = client.get("/api/entities", params={"filter": filter_})

    if response.status_code == 200:
        assert reason == ""
        return
    problem = response.json()
    assert (response.status_code, problem["parameter"]) == (400, "filter")
    assert reason in problem["detail"]


def test_every_field_of_the_ontology_can_be_counted(client: httpx.Client, index: Index) -> None:
    for field in (*FACETS, *index.vocabulary.attributes, *index.vocabulary.relations):
        assert field in read(client, limit="0", facets=field)["facets"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40) | st.text('()":,*\\ andorntype uses', max_size=40))
def test_whatever_a_filter_says_is_answered(client: httpx.Client, text: str) -> None:
    response = client.get("/api/entities", params={"filter": text, "limit": "0"})

    assert response.status_code in (200, 400)
