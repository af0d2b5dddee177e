"""Everything of REST on the CNCF landscape: 2,400 items, some thousand organisations and groups."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import SHARED, running
from tests.graph.exports.readers import READERS, Reader
from tests.landscape import IRIS, MATURITIES, items, write_landscape

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
    page = read(landscape, "/api/entities", type="Software", limit="0")

    assert page["total"] == sum(1 for _ in items()) > 2_000


def test_pages_hold_every_item_once(landscape: httpx.Client) -> None:
    slugs: list[str] = []
    response = landscape.get("/api/entities", params={"type": "Software", "limit": "500"})
    while True:
        slugs += [item["slug"] for item in response.raise_for_status().json()["items"]]
        if "next" not in response.links:
            break
        response = landscape.get(response.links["next"]["url"])

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

    assert found.nodes.total() == int(response.headers["Cloudindex-Nodes"]) > 3_000
    assert found.edges.total() == int(response.headers["Cloudindex-Edges"]) > 3_000
    assert found.edges["Rook", "in group", "Cloud Native Storage"] == 1


def test_facets_count_what_the_file_has(landscape: httpx.Client) -> None:
    levels = Counter(item["project"] for _, _, item in items() if item.get("project") in MATURITIES)

    page = read(landscape, "/api/entities", type="Software", limit="0", facets="maturity,inGroup")

    assert {one["value"]: one["count"] for one in page["facets"]["maturity"]["values"]} == levels
    assert page["facets"]["inGroup"]["missing"] == 0


def test_graduated_projects_beside_rook_are_found_as_sparql_finds_them(landscape: httpx.Client) -> None:
    (group,) = [
        one["target"]["slug"]
        for one in read(landscape, "/api/entities/item-rook/relations", relation="inGroup", direction="out")
    ]
    query = "SELECT ?x { id:item-rook ci:inGroup ?group . ?x ci:inGroup ?group ; ci:maturity 'graduated' } ORDER BY ?x"
    rows = read(landscape, "/sparql", query=query, format="json")["results"]["bindings"]

    page = read(landscape, "/api/entities", filter=f"inGroup:{group} and maturity:graduated", sort="slug")

    assert [IRIS.entity(item["slug"]).value for item in page["items"]] == [row["x"]["value"] for row in rows]
    assert "item-rook" in {item["slug"] for item in page["items"]}


def test_organisations_with_most_items_come_first(landscape: httpx.Client) -> None:
    found = read(landscape, "/api/entities", type="Organisation", sort="-relations", fields="slug,relations", limit="5")

    counts = [one["relations"] for one in found["items"]]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 5


@pytest.mark.parametrize(("text", "slug"), [("kubernete", "item-kubernetes"), ("promethues", "item-prometheus")])
def test_a_project_is_found_as_one_types(text: str, slug: str, landscape: httpx.Client) -> None:
    found = [one["slug"] for one in read(landscape, "/api/search", q=text, type="Software")["items"]]

    assert slug in found[:5]


def test_two_projects_are_connected_by_what_both_are_part_of(landscape: httpx.Client) -> None:
    answer = read(landscape, "/api/paths", **{"from": "item-rook", "to": "item-longhorn", "find": "all", "k": "50"})

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
    found = read(landscape, "/api/compare", entities="item-rook,item-longhorn")

    assert any(row["relation"] == "inGroup" for row in found["shared"])
    assert [one["attribute"] for one in found["attributes"]] == ["maturity"]


def test_every_statement_says_its_line(landscape: httpx.Client) -> None:
    page = read(landscape, "/api/statements", relation="maintainedBy", limit="200")

    assert page["total"] > 1_000
    assert all(source["line"] > 0 for one in page["items"] for source in one["sources"])
