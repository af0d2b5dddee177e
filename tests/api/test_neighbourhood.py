"""``/api/entities/{slug}/neighbourhood``: what lies around an entity, all of it or a part that says so."""

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.any_engine


def around(client: httpx.Client, slug: str, **parameters: str) -> dict[str, Any]:
    found: dict[str, Any] = (
        client.get(f"/api/entities/{slug}/neighbourhood", params=parameters).raise_for_status().json()
    )
    return found


def neighbours(client: httpx.Client, slug: str, **parameters: str) -> set[str]:
    """Return what an entity is connected with, as its relations tell."""
    found = client.get(f"/api/entities/{slug}/relations", params=parameters).raise_for_status().json()
    return {one["target"]["slug"] for one in found} - {slug}


def is_entity(slug: str) -> bool:
    """Return whether it is no document, and no section of one."""
    return "/" not in slug


@pytest.mark.parametrize("slug", ["kubespray", "kubernetes", "ceph", "ovhcloud"])
def test_everything_one_step_away_is_shown(slug: str, client: httpx.Client) -> None:
    found = around(client, slug, limit="1000")

    shown = {node["slug"]: node["depth"] for node in found["nodes"]}
    assert shown == {slug: 0} | dict.fromkeys(neighbours(client, slug), 1)
    assert (found["total"], found["omitted"], found["truncated"]) == (len(shown), 0, False)


@pytest.mark.parametrize("depth", ["1", "2", "3"])
def test_all_edges_between_shown_nodes_are_shown(depth: str, client: httpx.Client) -> None:
    found = around(client, "kubespray", depth=depth, limit="40")

    shown = {node["slug"] for node in found["nodes"]}
    expected = {
        one["edge"]
        for slug in filter(is_entity, shown)
        for one in client.get(f"/api/entities/{slug}/relations").json()
        if one["target"]["slug"] in shown
    }
    of_entities = [edge for edge in found["edges"] if is_entity(edge["source"]) or is_entity(edge["target"])]
    assert {edge["id"] for edge in of_entities} == expected
    assert all(edge["sources"] and not edge["inferred"] for edge in found["edges"])


def test_what_is_left_out_is_said_for_each_node_and_in_total(client: httpx.Client) -> None:
    whole = around(client, "kubernetes", depth="2", limit="1000")
    part = around(client, "kubernetes", depth="2", limit="10")

    shown = {node["slug"] for node in part["nodes"]}
    assert len(shown) == 10
    assert part["total"] == whole["total"] == 10 + part["omitted"]
    for node in (one for one in part["nodes"] if is_entity(one["slug"])):
        own = neighbours(client, node["slug"])
        assert (node["neighbours"], node["omitted"]) == (len(own), len(own - shown))


def test_the_nearest_are_shown_first(client: httpx.Client) -> None:
    depths = [node["depth"] for node in around(client, "kubespray", depth="3", limit="30")["nodes"]]

    assert depths == sorted(depths)


@pytest.mark.parametrize("direction", ["out", "in"])
def test_a_direction_is_kept(direction: str, client: httpx.Client) -> None:
    found = around(client, "kubernetes", direction=direction, limit="1000")

    assert {node["slug"] for node in found["nodes"]} == {"kubernetes"} | neighbours(
        client, "kubernetes", direction=direction
    )


def test_a_relation_holds_the_narrower_ones(client: httpx.Client) -> None:
    found = around(client, "kubespray", relation="dependsOn", direction="out")

    assert "ansible" in {node["slug"] for node in found["nodes"]}
    assert {edge["relation"] for edge in found["edges"]} <= {"usesTool", "uses", "dependsOn", "requires", "basedOn"}


def test_inferred_edges_come_when_they_are_asked_for_and_none_says_the_same_twice(client: httpx.Client) -> None:
    found = around(client, "kubespray", relation="dependsOn", inferred="true")

    told = {(edge["source"], edge["relation"], edge["target"]) for edge in found["edges"]}
    assert ("kubespray", "dependsOn", "ansible") in told
    assert ("ansible", "dependencyOf", "kubespray") not in told


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("depth=0", "depth"),
        ("depth=7", "depth"),
        ("limit=1001", "limit"),
        ("limit=0", "limit"),
        ("relation=usesTol", "relation"),
        ("direction=up", "direction"),
    ],
)
def test_what_does_not_fit_is_named(query: str, parameter: str, client: httpx.Client) -> None:
    response = client.get(f"/api/entities/kubespray/neighbourhood?{query}")

    assert (response.status_code, response.json()["parameter"]) == (400, parameter)
