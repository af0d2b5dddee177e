"""``/api/paths``: how two entities are connected, in words and with sources."""

import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import DATA, running

pytestmark = pytest.mark.any_engine


def paths(client: httpx.Client, source: str, target: str, **parameters: str) -> dict[str, Any]:
    """Return the answer."""
    asked = {"from": source, "to": target, **parameters}
    found: dict[str, Any] = client.get("/api/paths", params=asked).raise_for_status().json()
    return found


def slugs(path: dict[str, Any]) -> list[str]:
    return [entity["slug"] for entity in path["entities"]]


def test_a_path_is_told_in_sentences_each_with_who_states_it(client: httpx.Client) -> None:
    answer = paths(client, "ovhcloud", "ironic")

    (path,) = answer["paths"]
    assert (slugs(path)[0], slugs(path)[-1]) == ("ovhcloud", "ironic")
    assert path["length"] == len(path["steps"]) == len(path["entities"]) - 1
    assert path["sentence"].count(";") == path["length"] - 1
    assert all(step["sources"][0]["line"] > 0 for steps in path["steps"] for step in steps if not step["inferred"])
    assert all(steps for steps in path["steps"])
    assert (answer["complete"], answer["reached"]) == (True, "")


def test_of_shortest_paths_those_come_first_that_need_no_section_in_which_both_are_mentioned(
    client: httpx.Client,
) -> None:
    (first,) = paths(client, "ovhcloud", "ironic")["paths"]
    every = [slugs(path) for path in paths(client, "ovhcloud", "ironic", find="all")["paths"]]

    sections = [any("/section/" in slug for slug in path) for path in every]
    assert sections == [False, False, True]
    assert slugs(first) == every[0]
    assert slugs(paths(client, "ovhcloud", "ironic", find="k", k="1")["paths"][0]) == every[0]


def test_a_direct_relation_is_a_path_of_one_step_told_from_its_side(client: httpx.Client) -> None:
    there, back = paths(client, "kubespray", "ansible"), paths(client, "ansible", "kubespray")

    told = [answer["paths"][0]["steps"][0][0] for answer in (there, back)]
    assert [step["relation"] for step in told] == ["usesTool", "toolOf"]
    assert told[0]["sentence"] == "Kubespray uses Ansible"
    assert told[0]["edge"] == told[1]["edge"]


def test_only_the_given_direction_is_followed(client: httpx.Client) -> None:
    there = paths(client, "kubespray", "ansible", direction="given", relations="uses")
    back = paths(client, "ansible", "kubespray", direction="given", relations="uses")

    assert [slugs(path) for path in there["paths"]] == [["kubespray", "ansible"]]
    assert back["paths"] == []
    assert back["explanation"] == "There is no path from Ansible to Kubespray."


def test_an_inverse_relation_is_followed_against_what_was_written(client: httpx.Client) -> None:
    answer = paths(client, "ansible", "kubespray", direction="given", relations="usedBy")

    assert [slugs(path) for path in answer["paths"]] == [["ansible", "kubespray"]]


def test_several_paths_come_shortest_first_and_say_that_there_are_more(client: httpx.Client) -> None:
    answer = paths(client, "kubespray", "kops", find="k", k="5")

    lengths = [path["length"] for path in answer["paths"]]
    assert (len(lengths), lengths) == (5, sorted(lengths))
    assert len({tuple(slugs(path)) for path in answer["paths"]}) == 5
    assert (answer["complete"], answer["reached"]) == (False, "count")


def test_all_shortest_paths_are_as_short(client: httpx.Client) -> None:
    one = paths(client, "kubespray", "kops")["paths"][0]

    every = paths(client, "kubespray", "kops", find="all", k="50")["paths"]

    assert {path["length"] for path in every} == {one["length"]}
    assert slugs(one) in [slugs(path) for path in every]


def test_a_path_leads_round_what_it_avoids(client: httpx.Client) -> None:
    first = paths(client, "kubespray", "kops")["paths"][0]
    avoided = slugs(first)[1]

    other = paths(client, "kubespray", "kops", avoid=avoided)

    assert all(avoided not in slugs(path) for path in other["paths"])


def test_a_length_that_is_too_short_is_told(client: httpx.Client) -> None:
    answer = paths(client, "ovhcloud", "ironic", max_length="1")

    assert (answer["paths"], answer["complete"], answer["reached"]) == ([], False, "length")
    assert "longer" in answer["explanation"]


def test_sentences_are_in_the_language_asked_for(client: httpx.Client) -> None:
    answer = paths(client, "kubespray", "ansible", lang="fr")

    assert answer["paths"][0]["sentence"] == "Kubespray utilise Ansible."


def test_the_time_that_a_search_may_take_is_told_when_it_is_over(client: httpx.Client) -> None:
    response = client.get("/api/paths", params={"from": "kubespray", "to": "kops", "find": "k", "timeout": "0.000001"})

    answer = response.raise_for_status().json()
    assert (answer["complete"], answer["reached"]) == (False, "time")
    assert response.headers["Cache-Control"] == "no-store"


def test_what_the_client_has_already_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/api/paths?from=kubespray&to=ansible")

    second = client.get("/api/paths?from=kubespray&to=ansible", headers={"If-None-Match": first.headers["ETag"]})

    assert second.status_code == 304


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=kubespray", "to"),
        ("from=kubespray&to=kubespray", "to"),
        ("from=kubspray&to=ansible", "from"),
        ("from=kubespray&to=ansibel", "to"),
        ("from=kubespray&to=a%00b", "to"),
        ("from=kubespray&to=ansible&relations=usesTol", "relations"),
        ("from=kubespray&to=ansible&avoid=ansible", "avoid"),
        ("from=kubespray&to=ansible&avoid=nothing", "avoid"),
        ("from=kubespray&to=ansible&find=longest", "find"),
        ("from=kubespray&to=ansible&k=51", "k"),
        ("from=kubespray&to=ansible&max_length=13", "max_length"),
        ("from=kubespray&to=ansible&direction=up", "direction"),
        ("from=kubespray&to=ansible&timeout=31", "timeout"),
        ("from=kubespray&to=ansible&timeout=nan", "timeout"),
        ("from=kubespray&to=ansible&lang=de", "lang"),
        ("from=kubespray&to=ansible&depth=3", "depth"),
    ],
)
def test_what_does_not_fit_is_named(query: str, parameter: str, client: httpx.Client) -> None:
    response = client.get(f"/api/paths?{query}")

    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["parameter"] == parameter


@pytest.mark.embedded_only("walks never leave this machine")
def test_a_service_with_little_time_answers_what_names_no_time(tmp_path: Path) -> None:
    options = ("--data", str(DATA), "--state", str(tmp_path / "state"))

    with (
        running(*options, cwd=tmp_path, environment={"CLOUDINDEX_QUERY_SECONDS": "1"}) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        usual, most = paths(client, "kubespray", "ansible"), paths(client, "kubespray", "ansible", timeout="1")

    assert [answer["complete"] for answer in (usual, most)] == [True, True]


@pytest.mark.embedded_only("walks never leave this machine")
def test_a_client_that_goes_away_takes_its_search_with_it(tmp_path: Path) -> None:
    """There is one worker, and it is stopped: unless it is killed at once, the next question waits for a minute."""
    options = ("--data", str(DATA), "--state", str(tmp_path / "state"))
    environment = {"CLOUDINDEX_QUERY_WORKERS": "1", "CLOUDINDEX_QUERY_SECONDS": "60"}

    with (
        running(*options, cwd=tmp_path, environment=environment) as address,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        paths(client, "kubespray", "ansible")
        stopped = workers(tmp_path)
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(b"GET /api/paths?from=kubespray&to=kops&timeout=60 HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(0.7)  # the question is with the worker
        assert is_gone_one_of(stopped)
        for pid in set(stopped) & set(workers(tmp_path)):
            os.kill(pid, signal.SIGCONT)
        answer = paths(client, "kubespray", "kops")

    assert answer["complete"]


def workers(folder: Path) -> list[int]:
    """Return the processes that stand in a store below *folder*."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink().is_relative_to(folder / "state" / "generations"):
                found.append(int(process.name))
    return found


def is_gone_one_of(pids: list[int]) -> bool:
    """Return whether one of these processes ends within ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if any(not Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False
