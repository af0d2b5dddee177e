"""``POST /api/subgraph`` and ``…/neighbours``: a part of the graph piece by piece, and how much there is beforehand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.engine.generations import Generation
from graph.index import Index, open_index
from graph.neighbours import count_neighbours
from graph.relations import Direction
from graph.subgraph import (
    MOST_EDGES,
    MOST_NODES,
    Expanded,
    Expansion,
    Subgraph,
    SubgraphEdge,
    SubgraphQuestion,
    subgraph,
)
from graph.workshop import Workshop
from tests.conftest import Write

pytestmark = pytest.mark.any_engine

TOOLS_TEXT = """\
entities:
  kubespray:
    type: ClusterInstaller
    name: Kubespray
    relations: [{uses: ansible}, {uses: one-tool}, {uses: other-tool}]
  ansible: {type: ConfigurationManagementTool, name: Ansible}
"""
SLUGS = ("kubespray", "kubernetes", "openstack", "metallb", "document/cloud-index")


def part(client: httpx.Client, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.post("/api/subgraph", json=body).raise_for_status().json()
    return found


def counts(client: httpx.Client, slug: str, **parameters: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/entities/{slug}/neighbours", params=parameters).raise_for_status().json()
    return found


@pytest.mark.parametrize("inferred", [False, True])
@pytest.mark.parametrize("slug", ["kubespray", "kubernetes", "openstack", "metallb"])
def test_an_expansion_brings_as_many_as_were_counted(slug: str, inferred: bool, client: httpx.Client) -> None:
    counted = counts(client, slug, inferred=str(inferred).lower())["counts"]

    assert counted
    for one in counted:
        expansion = {"entity": slug, "limit": 1000} | {key: one[key] for key in ("relation", "direction", "type")}
        found = part(client, expand=[expansion], inferred=inferred)
        brought = [node for node in found["nodes"] if node["expansion"] == 0]
        assert len(brought) == one["count"] == found["expansions"][0]["total"] == found["expansions"][0]["shown"]
        assert {node["type"] for node in brought} == {one["type"]}


def test_expanding_all_brings_the_neighbourhood_with_its_edges(client: httpx.Client) -> None:
    around = client.get("/api/entities/kubernetes/neighbourhood", params={"limit": "1000"}).json()

    found = part(client, expand=[{"entity": "kubernetes", "limit": 1000}])

    assert {node["slug"] for node in found["nodes"]} == {node["slug"] for node in around["nodes"]}
    assert {edge["id"] for edge in found["edges"]} == {edge["id"] for edge in around["edges"]}
    omitted = {node["slug"]: (node["neighbours"], node["omitted"]) for node in around["nodes"]}
    assert {node["slug"]: (node["neighbours"], node["omitted"]) for node in found["nodes"]} == omitted


def test_a_relation_counts_under_its_own_name_from_both_ends(client: httpx.Client) -> None:
    tool = next(one for one in counts(client, "kubespray")["counts"] if one["relation"] == "usesTool")
    used = next(one for one in counts(client, "ansible")["counts"] if one["relation"] == "usesTool")

    assert (tool["direction"], tool["label"]) == ("out", "uses tool")
    assert (used["direction"], used["count"]) == ("in", 1)
    assert counts(client, "ansible", lang="fr")["counts"] != counts(client, "ansible")["counts"]


def test_an_inverse_and_its_direction_mean_the_same(client: httpx.Client) -> None:
    one = part(client, expand=[{"entity": "ansible", "relation": "usesTool", "direction": "in"}])
    other = part(client, expand=[{"entity": "ansible", "relation": "toolOf", "direction": "out"}])

    assert (
        {node["slug"] for node in one["nodes"]} == {node["slug"] for node in other["nodes"]} > {"ansible", "kubespray"}
    )


def test_what_follows_comes_on_request_and_says_so(client: httpx.Client) -> None:
    plain = part(client, entities=["kubespray", "ansible"])
    whole = part(client, entities=["kubespray", "ansible"], inferred=True)

    assert [edge["inferred"] for edge in plain["edges"]] == [False]
    assert {edge["relation"] for edge in whole["edges"] if edge["inferred"]} == {"uses", "dependsOn"}
    assert plain["edges"][0] in whole["edges"]
    for edge in whole["edges"]:
        assert client.get(f"/api/statements/{edge['id']}").json()["inferred"] == edge["inferred"]


def test_a_limit_shows_a_part_and_says_how_much_there_is(client: httpx.Client) -> None:
    found = part(client, expand=[{"entity": "kubernetes", "limit": 5}])

    assert len(found["nodes"]) == 6
    expanded = found["expansions"][0]
    assert expanded["shown"] < expanded["total"]
    assert expanded["total"] == counts(client, "kubernetes")["total"]
    centre = next(node for node in found["nodes"] if node["slug"] == "kubernetes")
    assert centre["neighbours"] - centre["omitted"] == 5


def test_classes_and_relations_can_be_left_out(client: httpx.Client) -> None:
    whole = part(client, expand=[{"entity": "kubespray"}])
    less = part(client, expand=[{"entity": "kubespray"}], without=["ConfigurationManagementTool", "inSection"])

    gone = {node["slug"] for node in whole["nodes"]} - {node["slug"] for node in less["nodes"]}
    assert gone == {"ansible"}
    assert "inSection" in {edge["relation"] for edge in whole["edges"]}
    assert "inSection" not in {edge["relation"] for edge in less["edges"]}


def test_what_no_document_describes_is_expanded_alone(
    write: Write, build: Callable[[], Generation], tmp_path: Path, workshop: Workshop
) -> None:
    write("tools.yaml", TOOLS_TEXT)
    build()
    index = open_index(tmp_path / "state", workshop.vocabulary, workshop.iris)
    atlas, vocabulary = index.atlas, index.vocabulary
    node = atlas.number("kubespray")
    used = [one for one in count_neighbours(node, atlas, vocabulary).counts if one.relation == "uses"]
    assert {one.type: one.count for one in used} == {"": 2, "ConfigurationManagementTool": 1}

    expansion = Expansion("kubespray", node, "uses", Direction.OUT, "-")
    found = subgraph(SubgraphQuestion((), (expansion,)), atlas, vocabulary, index.iris)

    assert {one.slug for one in found.nodes} == {"kubespray", "one-tool", "other-tool"}
    assert found.expansions == (Expanded("kubespray", 2, 2),)


def test_edges_can_be_chosen_one_by_one(client: httpx.Client) -> None:
    whole = part(client, expand=[{"entity": "kubespray"}])

    less = part(client, expand=[{"entity": "kubespray"}], edges=[whole["edges"][1]["id"], "none"])

    assert less["edges"] == [whole["edges"][1]]
    assert (less["nodes"], less["omitted_edges"]) == (whole["nodes"], 0)


def test_what_is_gone_or_otherwise_spelt_does_not_spoil_the_rest(client: httpx.Client) -> None:
    found = part(client, entities=["K8s", "kubsprayy", "rook"], expand=[{"entity": "nowhere-at-all"}])

    assert [node["slug"] for node in found["nodes"]] == ["kubernetes", "rook"]
    assert [one["slug"] for one in found["unknown"]] == ["kubsprayy", "nowhere-at-all"]
    assert found["expansions"] == [{"slug": "nowhere-at-all", "total": 0, "shown": 0}]


@pytest.mark.parametrize("name", ["graphml", "cytoscape", "gephi", "turtle", "svg"])
def test_a_part_comes_in_every_format_with_its_counts(name: str, client: httpx.Client) -> None:
    body = {"entities": ["kops"], "expand": [{"entity": "kubespray"}], "without": ["inSection"]}
    seen = part(client, **body)

    response = client.post("/api/subgraph", params={"format": name}, json=body)

    assert response.status_code == 200
    assert int(response.headers["Cloudindex-Nodes"]) == len(seen["nodes"])
    if name != "turtle":
        assert int(response.headers["Cloudindex-Edges"]) == len(seen["edges"])
    assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ("{", "body"),
        ("[]", "body"),
        ('{"slugs": []}', "slugs"),
        ('{"entities": "a"}', "entities"),
        ('{"entities": [1]}', "entities"),
        (json.dumps({"entities": ["a"] * 1001}), "entities"),
        ('{"inferred": 1}', "inferred"),
        ('{"without": ["NoSuch"]}', "without"),
        ('{"expand": [1]}', "expand"),
        ('{"expand": [{}]}', "entity"),
        ('{"expand": [{"entity": "rook", "limit": 0}]}', "limit"),
        ('{"expand": [{"entity": "rook", "limit": true}]}', "limit"),
        ('{"expand": [{"entity": "rook", "direction": "up"}]}', "direction"),
        ('{"expand": [{"entity": "rook", "relation": "usess"}]}', "relation"),
        ('{"expand": [{"entity": "rook", "type": "Vendors"}]}', "type"),
        ('{"expand": [{"entity": "rook", "type": 3}]}', "type"),
    ],
)
def test_what_is_not_understood_is_said(body: str, parameter: str, client: httpx.Client) -> None:
    response = client.post("/api/subgraph", content=body, headers={"Content-Type": "application/json"})

    assert (response.status_code, response.json()["parameter"]) == (400, parameter)


def test_another_kind_of_body_is_refused(client: httpx.Client) -> None:
    assert client.post("/api/subgraph", content="a=b").status_code == 415


NODE = st.integers(min_value=0, max_value=10_000)


def check_promises(numbers: list[int], limit: int, inferred: bool, index: Index) -> None:
    atlas, vocabulary = index.atlas, index.vocabulary
    nodes = tuple(dict.fromkeys(number % atlas.node_count for number in numbers))
    expansions = tuple(Expansion(atlas.references[node], node, limit=limit) for node in nodes[::2])

    found = subgraph(SubgraphQuestion(nodes, expansions, inferred=inferred), atlas, vocabulary, index.iris)

    slugs = {node.slug for node in found.nodes}
    assert len(slugs) == len(found.nodes) <= MOST_NODES
    assert len({edge.id for edge in found.edges}) == len(found.edges) <= MOST_EDGES
    assert {end for edge in found.edges for end in (edge.source, edge.target)} <= slugs
    assert inferred or not any(edge.inferred for edge in found.edges)
    for node in found.nodes:
        total = count_neighbours(atlas.number(node.slug), atlas, vocabulary, inferred=inferred).total
        assert node.neighbours == total >= node.omitted
    for one, expansion in zip(found.expansions, expansions, strict=True):
        assert min(limit, one.total) <= one.shown <= one.total or len(found.nodes) == MOST_NODES
        assert one.slug == expansion.slug
    check_order(found)


def check_order(part: Subgraph) -> None:
    """What brought a node comes first, then what is stated, as the nodes came: more of a part is behind what it was."""
    arrivals = {node.slug: place for place, node in enumerate(part.nodes)}
    bringers = {node.slug: part.expansions[node.expansion].slug for node in part.nodes if node.expansion >= 0}

    def rank(edge: SubgraphEdge) -> tuple[bool, bool, int]:
        has_brought = bringers.get(edge.source) == edge.target or bringers.get(edge.target) == edge.source
        return (not has_brought, edge.inferred, max(arrivals[edge.source], arrivals[edge.target]))

    ranks = [rank(edge) for edge in part.edges]
    assert ranks == sorted(ranks)


def test_any_part_keeps_its_promises(index: Index) -> None:
    """Every edge lies between two nodes of the part, none twice, and what is left out adds up."""

    @given(numbers=st.lists(NODE, max_size=30), limit=st.integers(1, 60), inferred=st.booleans())
    def holds(numbers: list[int], limit: int, inferred: bool) -> None:
        check_promises(numbers, limit, inferred, index)

    holds()
