"""Entities by their slugs: other spellings, many at once, trimmed, and as JSON-LD."""

import json
from typing import Any

import httpx
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse
from rdflib import Graph

pytestmark = pytest.mark.any_engine

MANY = "/api/entities/by-id"
# What rdflib does by itself when it reads JSON-LD.
IGNORED = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def post(client: httpx.Client, content: Any, **parameters: str) -> httpx.Response:
    return client.post(MANY, json=content, params=parameters)


# --- Spellings


@pytest.mark.parametrize(
    ("asked", "slug"),
    [("Kubespray", "kubespray"), ("KUBESPRAY", "kubespray"), ("K8s", "kubernetes"), ("metal-3", "metal3")],
)
@pytest.mark.parametrize(
    "path", ["/api/entities/{}", "/api/entities/{}/relations", "/api/entities/{}/neighbourhood", "/id/{}"]
)
def test_another_spelling_leads_to_the_entity(path: str, asked: str, slug: str, client: httpx.Client) -> None:
    response = client.get(path.format(asked) + "?at=1")

    problem = response.json()
    assert (response.status_code, problem["code"], problem["slug"]) == (307, "entity-moved", slug)
    assert response.headers["Location"] == path.format(slug) + "?at=1"
    assert client.get(response.headers["Location"]).status_code in (200, 303)


@pytest.mark.parametrize("slug", ["a%2Fb", "a%00b", "x" * 5000, "%F0%9F%98%80", "..%2F..%2Fetc", "-"])
def test_what_can_be_no_slug_is_not_found(slug: str, client: httpx.Client) -> None:
    response = client.get(f"/api/entities/{slug}")

    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")


# --- Trimmed


def test_only_the_fields_asked_for_are_told(client: httpx.Client) -> None:
    entity = client.get("/api/entities/kubespray").json()

    trimmed = client.get("/api/entities/kubespray?fields=name,relations").json()

    assert trimmed == {"name": "Kubespray", "relations": entity["relations"]}


def test_an_unknown_field_is_named(client: httpx.Client) -> None:
    problem = client.get("/api/entities/kubespray?fields=nme").json()

    assert (problem["status"], problem["parameter"], problem["value"]) == (400, "fields", "nme")
    assert problem["suggestions"] == ["name"]


# --- Many at once


def test_many_come_in_one_answer_in_the_order_asked_for(client: httpx.Client) -> None:
    answer = post(client, {"slugs": ["rook", "kubespray", "rook", "kubspray", "K8s"]}).raise_for_status().json()

    assert [one["slug"] for one in answer["items"]] == ["rook", "kubespray", "kubernetes"]
    assert answer["items"][1] == client.get("/api/entities/kubespray").json()
    assert [(one["slug"], one["suggestions"][0]) for one in answer["unknown"]] == [("kubspray", "kubespray")]
    assert answer["moved"] == {"K8s": "kubernetes"}


def test_many_are_trimmed_alike(client: httpx.Client) -> None:
    slugs = [one["slug"] for one in client.get("/api/entities?limit=1000").json()["items"]]

    answer = post(client, {"slugs": slugs}, fields="slug,name").raise_for_status().json()

    assert [one["slug"] for one in answer["items"]] == slugs
    assert {frozenset(one) for one in answer["items"]} == {frozenset({"slug", "name"})}


@pytest.mark.parametrize(
    ("content", "parameter"),
    [
        (b"{", "body"),
        (b"\xff", "body"),
        (b"[]", "slugs"),
        (b"{}", "slugs"),
        (b'{"slugs": "kops"}', "slugs"),
        (b'{"slugs": []}', "slugs"),
        (b'{"slugs": [1]}', "slugs"),
        (b'{"slugs": ["kops"], "more": 1}', "slugs"),
        (json.dumps({"slugs": [f"a-{number}" for number in range(10_000)]}).encode(), "slugs"),
        (json.dumps({"slugs": ["x" * 201]}).encode(), "slugs"),
    ],
)
def test_a_body_that_does_not_fit_is_named(content: bytes, parameter: str, client: httpx.Client) -> None:
    response = client.post(MANY, content=content, headers={"Content-Type": "application/json"})

    assert (response.status_code, response.json()["parameter"]) == (400, parameter)


def test_a_body_of_another_kind_is_refused(client: httpx.Client) -> None:
    response = client.post(MANY, content=b"kops", headers={"Content-Type": "text/plain"})

    assert (response.status_code, response.json()["allowed"]) == (415, ["application/json"])


# --- JSON-LD


def triples(text: str) -> set[tuple[str, str, str]]:
    found = parse(text.encode(), RdfFormat.N_TRIPLES)
    return {(str(one.subject), str(one.predicate), _plain(one.object)) for one in found}


def _plain(term: object) -> str:
    assert isinstance(term, NamedNode | Literal | BlankNode)
    return str(term)


@IGNORED
@pytest.mark.parametrize("slug", ["kubespray", "rook", "kubernetes", "ovhcloud"])
def test_an_entity_as_json_ld_says_what_the_graph_says(slug: str, client: httpx.Client) -> None:
    answer = client.get(f"/api/entities/{slug}", headers={"Accept": "application/ld+json"}).raise_for_status()
    document = answer.json()
    served = client.get(document["@context"]).raise_for_status()

    read = Graph().parse(data=json.dumps(document | served.json()), format="json-ld").serialize(format="nt")

    assert answer.headers["Content-Type"] == served.headers["Content-Type"] == "application/ld+json"
    assert "Accept" in answer.headers["Vary"]
    assert triples(read) == triples(client.get(f"/id/{slug}?format=nt").text)


@IGNORED
def test_json_ld_is_read_as_it_is_served(client: httpx.Client) -> None:
    """The context is fetched by the client, from the address in the answer."""
    address = f"{client.base_url}/api/entities/kubespray?format=json-ld"

    read = Graph().parse(address, format="json-ld")

    assert len(read) > 10


def test_kinds_of_answer_are_kept_apart(client: httpx.Client) -> None:
    kinds = [
        client.get("/api/entities/kops", headers={"Accept": accept}).headers["Content-Type"]
        for accept in ("application/json", "application/ld+json", "*/*", "application/ld+json;q=0.5, application/json")
    ]

    assert kinds == ["application/json", "application/ld+json", "application/json", "application/json"]


@pytest.mark.parametrize("path", ["/api/entities/kops", "/api/entities", "/api/search?q=kops", "/api/types"])
def test_a_client_that_takes_no_json_is_told_what_there_is(path: str, client: httpx.Client) -> None:
    client.get(path)  # it is kept now

    response = client.get(path, headers={"Accept": "image/png"})

    assert (response.status_code, response.json()["code"]) == (406, "not-acceptable")
    assert "application/json" in response.json()["allowed"]
