"""Everything of REST on the CNCF landscape: 2,400 items, some thousand organisations and groups."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.iris import Iris
from tests.conftest import SHARED, running
from tests.graph.exports.readers import READERS, Reader
from tests.landscape import MATURITIES, ORGANISATIONS, items, write_landscape

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the CNCF landscape is not there")


@pytest.fixture(scope="module")
def landscape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service on the landscape."""
    folder = tmp_path_factory.mktemp("landscape")
    write_landscape(folder / "data")
    options = ("--data", str(folder / "data"), "--state", str(folder / "state"))
    with running(*options, cwd=folder) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def read(client: httpx.Client, path: str, **parameters: str) -> Any:
    return client.get(path, params=parameters).raise_for_status().json()


def test_every_item_is_there(landscape: httpx.Client) -> None:
    names = {
        " ".join(item["name"].split())
        for category, subcategory, item in items()
        if category not in ORGANISATIONS and subcategory not in ORGANISATIONS
    }

    found = [one["name"] for kind in ("Software", "Service") for one in all_of(landscape, type=kind)]

    # Two pairs differ by their capitals alone, and each pair is read as one.
    assert names - set(found) == {"OpenGauss", "Trulens"}
    assert set(found) <= names
    assert len(names) > 1_400


def all_of(client: httpx.Client, **parameters: str) -> list[dict[str, Any]]:
    """Return the items of all pages of a list."""
    found: list[dict[str, Any]] = []
    response = client.get("/api/entities", params={**parameters, "limit": "500"})
    while True:
        found += response.raise_for_status().json()["items"]
        if "next" not in response.links:
            return found
        response = client.get(response.links["next"]["url"])


def test_pages_hold_every_item_once(landscape: httpx.Client) -> None:
    slugs = [one["slug"] for one in all_of(landscape, type="Software")]

    assert len(slugs) == len(set(slugs)) == read(landscape, "/api/entities", type="Software", limit="0")["total"]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: f"{reader.form.name}-{reader.name}")
def test_every_format_holds_all_of_it(reader: Reader, landscape: httpx.Client, tmp_path: Path) -> None:
    if reader.missing:
        pytest.skip(reader.missing)
    response = landscape.get(f"/api/export/{reader.form.name}")
    if reader.form.most_edges:
        assert (response.status_code, response.json()["code"]) == (413, "format-limit")
        return
    path = tmp_path / "graph"
    path.write_bytes(response.raise_for_status().content)

    found = reader.read(path)

    assert found.nodes.total() == int(response.headers["Cloudindex-Nodes"]) > 2_500
    assert found.edges.total() == int(response.headers["Cloudindex-Edges"]) > 3_000
    assert found.edges["Rook", "in group", "Cloud Native Storage"] == 1


def test_facets_count_what_the_file_has(landscape: httpx.Client) -> None:
    levels: dict[str, set[str]] = {level: set() for level in MATURITIES}
    for _, _, item in items():
        if item.get("project") in levels:
            levels[item["project"]].add(item["name"])

    page = read(landscape, "/api/entities", type="Software", limit="0", facets="maturity,inGroup")

    found = {one["value"]: one["count"] for one in page["facets"]["maturity"]["values"]}
    assert found == {level: len(names) for level, names in levels.items()}
    assert page["facets"]["inGroup"]["missing"] == 0


def test_graduated_projects_beside_rook_are_found_by_rest_and_by_sparql(landscape: httpx.Client) -> None:
    (place,) = [(category, group) for category, group, item in items() if item["name"] == "Rook"]
    expected = {item["name"] for *path, item in items() if tuple(path) == place and item.get("project") == "graduated"}
    query = """SELECT ?name { id:rook ci:inGroup ?group .
        ?project ci:inGroup ?group ; ci:maturity "graduated" ; schema:name ?name }"""

    (group,) = [
        one["target"]["slug"]
        for one in read(landscape, "/api/entities/rook/relations", relation="inGroup", direction="out")
    ]
    page = read(landscape, "/api/entities", filter=f"inGroup:{group} and maturity:graduated", sort="slug")
    rows = read(landscape, "/sparql", query=query, format="json")["results"]["bindings"]

    assert {item["name"] for item in page["items"]} == {row["name"]["value"] for row in rows} == expected
    assert len(expected) > 1
    assert "rook" in {item["slug"] for item in page["items"]}


def test_organisations_with_more_than_five_items_are_found_by_rest_and_by_sparql(landscape: httpx.Client) -> None:
    query = """SELECT ?name (COUNT(DISTINCT ?item) AS ?count)
        { ?item ci:maintainedBy|ci:offeredBy ?company . ?company schema:name ?name }
        GROUP BY ?company ?name HAVING (COUNT(DISTINCT ?item) > 5)"""
    only = "SELECT ?company { ?item ci:maintainedBy ?company } GROUP BY ?company HAVING (COUNT(DISTINCT ?item) > 5)"

    page = all_of(landscape, filter="type:Organisation and maintains:>5")
    rows = read(landscape, "/sparql", query=only, format="json")["results"]["bindings"]
    both = read(landscape, "/sparql", query=query, format="json")["results"]["bindings"]

    assert {Iris().entity(one["slug"]).value for one in page} == {row["company"]["value"] for row in rows}
    assert len(page) > 10
    counts = {row["name"]["value"]: int(row["count"]["value"]) for row in both}
    assert counts["Cloud Native Computing Foundation"] > 250
    assert {one["name"] for one in page} <= set(counts)


def test_a_facet_tells_how_many_items_each_organisation_has(landscape: httpx.Client) -> None:
    page = read(landscape, "/api/entities", type="Software", limit="0", facets="maintainedBy", facet_limit="10")

    values = page["facets"]["maintainedBy"]["values"]

    assert all(one["count"] > 5 for one in values)
    assert len(values) == 10


def test_organisations_with_most_items_come_first(landscape: httpx.Client) -> None:
    found = read(landscape, "/api/entities", type="Organisation", sort="-relations", fields="slug,relations", limit="5")

    counts = [one["relations"] for one in found["items"]]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 5


@pytest.mark.parametrize(("text", "slug"), [("kubernete", "kubernetes"), ("promethues", "prometheus")])
def test_a_project_is_found_as_one_types(text: str, slug: str, landscape: httpx.Client) -> None:
    found = [one["slug"] for one in read(landscape, "/api/search", q=text, type="Software")["items"]]

    assert slug in found[:5]


def test_two_projects_are_connected_by_what_both_are_part_of(landscape: httpx.Client) -> None:
    answer = read(landscape, "/api/paths", **{"from": "rook", "to": "longhorn", "find": "all", "k": "50"})

    assert answer["complete"]
    assert {path["length"] for path in answer["paths"]} == {2}
    assert all(step["sources"] for path in answer["paths"] for steps in path["steps"] for step in steps)


def test_a_hub_is_shown_in_part_and_the_rest_is_counted(landscape: httpx.Client) -> None:
    slug = read(landscape, "/api/entities", type="Organisation", sort="-relations", limit="1")["items"][0]["slug"]

    around = read(landscape, f"/api/entities/{slug}/neighbourhood", depth="2", limit="200")

    shown = {node["slug"] for node in around["nodes"]}
    assert (len(around["nodes"]), around["truncated"]) == (200, True)
    assert around["total"] == 200 + around["omitted"]
    assert all({edge["source"], edge["target"]} <= shown for edge in around["edges"])
    centre = around["nodes"][0]
    assert (centre["slug"], centre["depth"]) == (slug, 0)
    assert centre["neighbours"] - centre["omitted"] == sum(1 for node in around["nodes"] if node["depth"] == 1)


def test_two_projects_stand_side_by_side(landscape: httpx.Client) -> None:
    found = read(landscape, "/api/compare", entities="rook,longhorn")

    assert any(row["relation"] == "inGroup" for row in found["shared"])
    assert "maturity" in {one["attribute"] for one in found["attributes"]}


def test_every_statement_says_its_line(landscape: httpx.Client) -> None:
    page = read(landscape, "/api/statements", relation="maintainedBy", limit="200")

    assert page["total"] > 1_000
    assert all(source["line"] > 0 for one in page["items"] for source in one["sources"])
