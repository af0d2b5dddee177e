"""``/api/search``: what people type → entities."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.any_engine


def hits(client: httpx.Client, text: str, **parameters: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        client.get("/api/search", params={"q": text, **parameters}).raise_for_status().json()["items"]
    )
    return found


@pytest.mark.parametrize(
    ("text", "slug", "match"),
    [
        ("kubespray", "kubespray", "exact"),
        ("KubeSpray", "kubespray", "exact"),
        ("ovh", "ovhcloud", "exact"),
        ("K8s", "kubernetes", "exact"),
        ("kubernete", "kubernetes", "beginning"),
        ("kubesp", "kubespray", "beginning"),
        ("containers kata", "kata-containers", "words"),
        ("Kubespary", "kubespray", "misspelt"),
        ("Kubrnetes", "kubernetes", "misspelt"),
        ("ansibel", "ansible", "misspelt"),
    ],
)
def test_what_is_typed_finds_what_is_meant_at_the_first_place(
    text: str, slug: str, match: str, client: httpx.Client
) -> None:
    first = hits(client, text)[0]

    assert (first["slug"], first["match"]) == (slug, match)


@pytest.mark.parametrize("text", ["équilibreur", "EQUILIBREUR de char", "répartiteur", "load balancer"])
def test_what_is_of_a_class_is_found_by_what_the_class_is_called(text: str, client: httpx.Client) -> None:
    found = [one for one in hits(client, text, limit="100") if one["match"] == "type"]

    assert "metallb" in {one["slug"] for one in found} | {one["slug"] for one in hits(client, text)}
    assert {one["type"] for one in found} <= {"LoadBalancer"}
    assert all(one["field"] == "type" and one["highlights"] for one in found)


def test_a_name_is_found_letter_by_letter(client: httpx.Client) -> None:
    for length in range(3, len("kubespray") + 1):
        assert "kubespray" in {one["slug"] for one in hits(client, "kubespray"[:length], limit="50")}


def test_what_fits_is_shown_with_its_place(client: httpx.Client) -> None:
    (prefix, *_) = hits(client, "kata-con")
    (word, *_) = hits(client, "containers kata")

    assert (prefix["field"], prefix["text"], prefix["highlights"]) == ("name", "Kata Containers", [[0, 8]])
    assert word["highlights"] == [[0, 4], [5, 15]]


def test_words_of_a_description_are_found_in_both_languages(client: httpx.Client) -> None:
    entity = client.get("/api/entities/kubespray").json()

    for text in entity["descriptions"].values():
        words = " ".join(text.split()[:4])
        found = [one for one in hits(client, words, limit="50") if one["slug"] == "kubespray"]
        assert found
        assert found[0]["field"] in ("description", "name")


def test_only_entities_of_a_class_are_found(client: httpx.Client) -> None:
    found = hits(client, "kube", type="ClusterInstaller", limit="50")

    wide = hits(client, "kube", type="Software", limit="100")
    assert {one["type"] for one in found} == {"ClusterInstaller"}
    assert {one["slug"] for one in found} < {one["slug"] for one in wide}


def test_a_limit_that_leaves_some_out_is_told(client: httpx.Client) -> None:
    some = client.get("/api/search", params={"q": "kube", "limit": "1"}).json()
    every = client.get("/api/search", params={"q": "kubespray", "limit": "100"}).json()

    assert (len(some["items"]), some["complete"]) == (1, False)
    assert every["complete"]


def test_each_entity_comes_once(client: httpx.Client) -> None:
    found = [one["slug"] for one in hits(client, "k", limit="100")]

    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=%21%3F", "q"),
        ("q=" + "x" * 201, "q"),
        ("q=kube&type=Instaler", "type"),
        ("q=kube&limit=0", "limit"),
        ("q=kube&limit=101", "limit"),
        ("q=kube&fuzzy=1", "fuzzy"),
    ],
)
def test_what_does_not_fit_is_named(query: str, parameter: str, client: httpx.Client) -> None:
    response = client.get(f"/api/search?{query}")

    assert (response.status_code, response.json()["parameter"]) == (400, parameter)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60) | st.text('"*()^:-+ANDORNOT kubens\x00', min_size=1, max_size=40))
def test_whatever_is_typed_is_answered(client: httpx.Client, text: str) -> None:
    response = client.get("/api/search", params={"q": text})

    assert response.status_code in (200, 400)
