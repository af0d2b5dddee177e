"""Who says so, why it holds, and several things side by side: statements, why, compare."""

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.any_engine


def read(client: httpx.Client, path: str, **parameters: str) -> Any:
    return client.get(path, params=parameters).raise_for_status().json()


def leaves(explanation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the explanations that an explanation ends in."""
    below = [reason["premise"] for reason in explanation["reasons"]] + explanation["through"]
    return [leaf for one in below for leaf in leaves(one)] if below else [explanation]


# --- Statements


def test_a_statement_says_who_states_it_and_on_which_line(client: httpx.Client) -> None:
    page = read(client, "/api/statements", subject="kubespray", object="ansible")

    (statement,) = page["items"]
    assert page["total"] == 1
    assert (statement["relation"], statement["sentence"]) == ("usesTool", "Kubespray uses Ansible")
    assert {(one["document"], one["line"]) for one in statement["sources"]} >= {("cloud-index", 45)}


def test_a_statement_is_found_by_its_id(client: httpx.Client) -> None:
    (statement,) = read(client, "/api/statements", subject="kubespray", object="ansible")["items"]

    assert read(client, f"/api/statements/{statement['id']}") == statement


def test_types_and_attributes_are_statements_too(client: httpx.Client) -> None:
    found = {one["relation"]: one for one in read(client, "/api/statements", subject="rook")["items"]}

    assert found["type"]["value"] == "StorageOperator"
    assert (found["maturity"]["value"], found["maturity"]["object"]) == ("graduated", None)


def test_a_wide_relation_holds_the_narrower_ones(client: httpx.Client) -> None:
    found = read(client, "/api/statements", subject="kubespray", relation="dependsOn")["items"]

    assert ("usesTool", "ansible") in {(one["relation"], one["object"]["slug"]) for one in found}
    assert not any(one["inferred"] for one in found)


def test_inferred_statements_come_when_they_are_asked_for(client: httpx.Client) -> None:
    found = read(client, "/api/statements", subject="kubespray", object="ansible", inferred="true")["items"]

    assert {one["relation"] for one in found} == {"usesTool", "uses", "dependsOn"}
    assert all(one["derivations"] for one in found if one["inferred"])


@pytest.mark.parametrize(
    "parameters",
    [
        {"relation": "uses"},
        {"relation": "uses", "inferred": "true"},
        {},
        {"document": "cloud-index"},
        {"document": "common-knowledge", "relation": "maturity"},
        {"subject": "kubernetes"},
        {"object": "kubernetes", "basis": "nesting"},
    ],
)
def test_pages_cover_the_statements_once(parameters: dict[str, str], client: httpx.Client) -> None:
    total = read(client, "/api/statements", limit="0", **parameters)["total"]

    ids: list[str] = []
    response = client.get("/api/statements", params={"limit": "37", **parameters})
    while True:
        ids += [one["id"] for one in response.raise_for_status().json()["items"]]
        if "next" not in response.links:
            break
        response = client.get(response.links["next"]["url"])

    assert len(ids) == len(set(ids)) == total > 0


def test_the_number_of_statements_is_that_of_the_relation(client: httpx.Client) -> None:
    relations = {one["key"]: one for one in read(client, "/api/relations")}

    for key in ("operates", "partOf"):
        narrow = [key, *read(client, f"/api/relations/{key}")["narrower"]]
        total = read(client, "/api/statements", relation=key, limit="0")["total"]
        assert total == sum(relations[one]["stated"] for one in narrow)


# --- Why


def test_a_stated_edge_is_explained_by_its_lines(client: httpx.Client) -> None:
    why = read(client, "/api/why", subject="kubespray", relation="usesTool", object="ansible")

    assert why["reasons"] == []
    assert why["text"][0].startswith("Kubespray uses Ansible: cloud-index, line 45")


def test_an_inferred_edge_is_explained_down_to_what_is_stated(client: httpx.Client) -> None:
    why = read(client, "/api/why", subject="ansible", relation="dependencyOf", object="kubespray")

    assert why["statement"]["inferred"]
    assert {leaf["statement"]["relation"] for leaf in leaves(why)} == {"usesTool"}
    assert all(leaf["statement"]["sources"] for leaf in leaves(why))
    assert any("cloud-index, line 45" in line for line in why["text"])


def test_every_inferred_statement_ends_in_what_is_stated(client: httpx.Client) -> None:
    page = read(client, "/api/statements", inferred="true", limit="1000")
    inferred = [one for one in page["items"] if one["inferred"]][::7]

    assert inferred
    for one in inferred:
        ends = leaves(read(client, "/api/why", edge=one["id"]))
        assert ends
        assert all(leaf["statement"]["sources"] for leaf in ends)


def test_a_relation_over_several_steps_is_explained_step_by_step(client: httpx.Client) -> None:
    query = (
        "SELECT ?a ?c { ?a ci:partOf/ci:partOf ?c FILTER(?a != ?c) FILTER NOT EXISTS { ?a ci:partOf ?c } "
        "FILTER(STRSTARTS(STR(?a), STR(id:))) } LIMIT 1"
    )
    (row,) = read(client, "/sparql", query=query, format="json")["results"]["bindings"]
    subject, target = (row[name]["value"].rsplit("/", 1)[1] for name in ("a", "c"))

    why = read(client, "/api/why", subject=subject, relation="partOf", object=target)

    assert (why["statement"], len(why["through"])) == (None, 2)
    assert all(leaf["statement"]["sources"] for leaf in leaves(why))


def test_what_nothing_says_is_not_found_and_what_is_said_of_the_two_is_told(client: httpx.Client) -> None:
    response = client.get("/api/why?subject=ansible&relation=usesTool&object=kubespray")

    problem = response.json()
    assert (response.status_code, problem["code"]) == (404, "statement-unknown")
    assert "Ansible uses Kubespray" in problem["detail"]
    assert problem["suggestions"] == ["Kubespray uses Ansible"]


# --- Compare


def test_two_installers_stand_side_by_side(client: httpx.Client) -> None:
    found = read(client, "/api/compare", entities="kubespray,kops")

    assert [one["slug"] for one in found["entities"]] == ["kubespray", "kops"]
    assert "ClusterInstaller" in found["shared_types"]
    assert all(set(row["claims"]) == {"kubespray", "kops"} for row in found["shared"])
    assert all(len(row["claims"]) == 1 for row in found["different"])
    uses = [row for row in found["different"] if row["relation"] == "usesTool"]
    assert uses[0]["claims"]["kubespray"]["sources"][0]["line"] == 45
    kubespray = found["entities"][0]
    assert [one["words"] for one in kubespray["opinions"]["con"]] == ["Usine à gaz"]
    assert kubespray["opinions"]["pro"][0]["sources"][0]["document"] == "cloud-index"


def test_what_connects_the_compared_is_told_once(client: httpx.Client) -> None:
    found = read(client, "/api/compare", entities="keepalived,metallb")

    assert [one["relation"] for one in found["between"]] == ["equivalentTo"]


# --- The ontology for tools


def test_a_relation_says_what_it_really_connects(client: httpx.Client) -> None:
    details = read(client, "/api/relations/usesTool")

    connects = {(one["source"], one["target"]): one["count"] for one in details["connects"]}
    assert connects["ClusterInstaller", "ConfigurationManagementTool"] >= 1
    assert sum(connects.values()) == details["relation"]["count"]


def test_a_class_says_what_its_entities_are_connected_with(client: httpx.Client) -> None:
    details = read(client, "/api/types/ClusterInstaller")

    assert any(
        (one["source"], one["relation"], one["target"])
        == ("ClusterInstaller", "usesTool", "ConfigurationManagementTool")
        for one in details["connects"]
    )


# --- What does not fit


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/statements?subject=kubspray", "subject"),
        ("/api/statements?object=a%00b", "object"),
        ("/api/statements?relation=usesTol", "relation"),
        ("/api/statements?relation=maturity", "relation"),
        ("/api/statements?document=nothing", "document"),
        ("/api/statements?basis=nestng", "basis"),
        ("/api/statements?basis=nesting", "basis"),
        ("/api/statements?limit=1001", "limit"),
        ("/api/statements?cursor=x", "cursor"),
        ("/api/why", "subject"),
        ("/api/why?edge=12", "edge"),
        ("/api/why?subject=kubespray&relation=usesTool", "object"),
        ("/api/why?subject=kubespray&relation=usesTol&object=ansible", "relation"),
        ("/api/why?subject=kubespray&relation=usesTool&object=ansibel", "object"),
        ("/api/compare", "entities"),
        ("/api/compare?entities=kubespray", "entities"),
        ("/api/compare?entities=kubespray,kubespray", "entities"),
        ("/api/compare?entities=kubespray,nothing", "entities"),
        ("/api/compare?entities=kubespray,kops&lang=de", "lang"),
    ],
)
def test_what_does_not_fit_is_named(path: str, parameter: str, client: httpx.Client) -> None:
    response = client.get(path)

    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["parameter"] == parameter


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/statements/" + "0" * 32, "statement-unknown"),
        ("/api/statements/nothing", "statement-unknown"),
        ("/api/why?edge=" + "0" * 32, "statement-unknown"),
        ("/api/types/ClusterInstaler", "vocabulary-unknown"),
        ("/api/relations/usesTol", "vocabulary-unknown"),
    ],
)
def test_what_is_not_there_is_not_found(path: str, code: str, client: httpx.Client) -> None:
    response = client.get(path)

    assert (response.status_code, response.json()["code"]) == (404, code)
