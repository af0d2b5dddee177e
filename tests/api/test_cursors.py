"""Cursors while others write: the list stays the one that it was, and a purge ends it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.engine.generations import KEPT
from tests.api.writers import Desk, desk, prepare


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Desk]:
    with desk(prepare(tmp_path)) as one:
        yield one


def entity(number: int) -> str:
    return f"entities: {{new-{number}: {{type: Service, name: A new one {number}}}}}"


def test_a_list_stays_as_it_was_while_others_write(busy: Desk) -> None:
    whole = [one["slug"] for one in busy.client.get("/api/entities?limit=1000").json()["items"]]
    first = busy.client.get("/api/entities?limit=2")
    for number in range(2 * KEPT):
        busy.put(f"new-{number}", entity(number)).raise_for_status()

    slugs = [one["slug"] for one in first.json()["items"]]
    response = first
    while "next" in response.links:
        response = busy.client.get(response.links["next"]["url"]).raise_for_status()
        slugs += [one["slug"] for one in response.json()["items"]]

    assert slugs == whole
    assert response.headers["Cloudindex-Generation"] == first.headers["Cloudindex-Generation"]
    now = busy.client.get("/api/entities?limit=1000").json()
    assert now["total"] == len(whole) + 2 * KEPT


def test_a_generation_that_gave_no_cursor_is_not_kept(busy: Desk) -> None:
    number = busy.generation
    for more in range(KEPT + 1):
        busy.put(f"new-{more}", entity(more)).raise_for_status()

    assert busy.client.get(f"/api/entities?at={number}").status_code == 410


def test_a_purge_ends_every_list_that_held_the_document(busy: Desk) -> None:
    busy.put("secret", entity(1)).raise_for_status()
    following = busy.client.get("/api/entities?limit=1").links["next"]["url"]

    busy.client.delete("/api/documents/secret?purge=true").raise_for_status()

    response = busy.client.get(following)
    assert (response.status_code, response.json()["code"]) == (410, "cursor-expired")


def test_a_cursor_and_another_generation_do_not_go_together(busy: Desk) -> None:
    following = busy.client.get("/api/entities?limit=1").links["next"]["url"]

    response = busy.client.get(f"{following}&at=77")

    assert (response.status_code, response.json()["parameter"]) == (400, "at")


def test_lists_searches_and_paths_follow_every_write(busy: Desk) -> None:
    text = "entities: {foo: {type: Client, name: Foo Bar, relations: [{uses: kops}]}}"
    busy.put("mine", text).raise_for_status()

    client = busy.client
    assert "foo" in {one["slug"] for one in client.get("/api/entities?with=uses:kops").json()["items"]}
    assert client.get("/api/search?q=foo bra").json()["items"][0]["slug"] == "foo"
    assert client.get("/api/paths?from=foo&to=kops").json()["paths"][0]["length"] == 1
    client.delete("/api/documents/mine").raise_for_status()
    assert "foo" not in {one["slug"] for one in client.get("/api/entities?limit=1000").json()["items"]}
    assert client.get("/api/search?q=foo bar").json()["items"] == []
    assert client.get("/api/paths?from=foo&to=kops").status_code == 400
