"""``/api/entities``, ``/api/types`` and ``/api/relations``: lists, filters, pages, one entity, its relations."""

import base64
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

pytestmark = pytest.mark.any_engine

LIMIT = "1000"


def listed(client: httpx.Client, **parameters: str | list[str]) -> list[str]:
    """Return the slugs of the list, which must be whole."""
    page = client.get("/api/entities", params={"limit": LIMIT, **parameters}).raise_for_status().json()
    assert page["total"] == len(page["items"])
    return [item["slug"] for item in page["items"]]


def asked(client: httpx.Client, query: str) -> set[str]:
    """Return the slugs that SPARQL gives for ``?x``."""
    results = client.get("/sparql", params={"query": query, "format": "json"}).raise_for_status().json()
    return {row["x"]["value"].removeprefix("https://w3id.org/cloudindex/id/") for row in results["results"]["bindings"]}


def relations(client: httpx.Client, slug: str, **parameters: str) -> list[dict[str, Any]]:
    """Return the relations of an entity."""
    found: list[dict[str, Any]] = (
        client.get(f"/api/entities/{slug}/relations", params=parameters).raise_for_status().json()
    )
    return found


# --- The list --------------------------------------------------------------------------------

NAMED = "FILTER(STRSTARTS(STR(?x), STR(id:)))"


@pytest.mark.parametrize(
    ("parameters", "query"),
    [
        ({}, "?x a ci:Entity"),
        ({"type": "ClusterInstaller"}, "?x a ci:ClusterInstaller"),
        ({"type": "Software"}, "?x a ci:Software"),
        ({"type": "CloudProvider,Vendor"}, "?x a ?c VALUES ?c { ci:CloudProvider ci:Vendor }"),
        ({"type": ["Software", "ClusterInstaller"]}, "?x a ci:Software, ci:ClusterInstaller"),
        ({"exact_type": "ClusterInstaller"}, "?x a ci:ClusterInstaller"),
        (
            {"document": "common-knowledge"},
            "GRAPH document:common-knowledge { { ?x ?p ?o } UNION { ?s ?p ?x } }",
        ),
        ({"language": "fr"}, "?x rdfs:label|skos:altLabel|dcterms:description ?y FILTER(LANG(?y) = 'fr')"),
        ({"basis": "nesting"}, "GRAPH ?g { ?r rdf:subject ?x ; ci:basis ci:nesting }"),
        ({"name": "kube*"}, "?x schema:name ?n FILTER(STRSTARTS(LCASE(?n), 'kube'))"),
        ({"filter": "maturity"}, "?x ci:maturity ?y"),
        ({"filter": "maturity:graduated,sandbox"}, "?x ci:maturity ?y VALUES ?y { 'graduated' 'sandbox' }"),
        ({"filter": "relation:uses"}, "?x ci:uses ?y"),
        ({"filter": "uses:ansible or operates"}, "{ ?x ci:uses id:ansible } UNION { ?x ci:operates ?y }"),
        (
            {"filter": "type:Software and not (opinion or usesTool:ansible) dependsOn*:kubernetes"},
            "?x a ci:Software ; ci:dependsOn+ id:kubernetes "
            "FILTER NOT EXISTS { ?x ci:hasOpinion ?o } FILTER NOT EXISTS { ?x ci:usesTool id:ansible }",
        ),
        ({"filter": 'name:"Kata Containers"'}, "?x schema:name 'Kata Containers'"),
        ({"with": "uses"}, "?x ci:uses ?y"),
        ({"with": "uses:>1"}, "{ SELECT ?x { ?x ci:uses ?y } GROUP BY ?x HAVING (COUNT(?y) > 1) }"),
        (
            {"with": "uses:=1,>=3"},
            "{ SELECT ?x { ?x ci:uses ?y } GROUP BY ?x HAVING (COUNT(?y) = 1 || COUNT(?y) >= 3) }",
        ),
        ({"filter": "uses:<=2 uses"}, "{ SELECT ?x { ?x ci:uses ?y } GROUP BY ?x HAVING (COUNT(?y) < 3) }"),
        ({"with": "usesTool:ansible"}, "?x ci:usesTool id:ansible"),
        ({"with": "toolOf:kubespray"}, "?x ci:toolOf id:kubespray"),
        ({"with": "uses:ansible,ironic"}, "?x ci:uses ?y VALUES ?y { id:ansible id:ironic }"),
        ({"with": ["maintainedBy:cncf", "operates"]}, "?x ci:maintainedBy id:cncf ; ci:operates ?y"),
        ({"with": "uses:ConfigurationManagementTool"}, "?x ci:uses/a ci:ConfigurationManagementTool"),
        ({"with": "uses:Software"}, "?x ci:uses/a ci:Software"),
        ({"with": "dependsOn*:openstack"}, "?x ci:dependsOn+ id:openstack"),
        ({"with": "dependsOn*:kubernetes"}, "?x ci:dependsOn+ id:kubernetes"),
        ({"with": "partOf*:kubernetes,openstack"}, "?x ci:partOf+ ?y VALUES ?y { id:kubernetes id:openstack }"),
        ({"with": "equivalentTo:keepalived"}, "?x ci:equivalentTo id:keepalived"),
        ({"with": "referencedBy:document/cloud-index"}, "?x ci:referencedBy document:cloud-index"),
        ({"without": "uses"}, "?x a ci:Entity FILTER NOT EXISTS { ?x ci:uses ?y }"),
        (
            {"type": "ClusterInstaller", "without": "uses:ConfigurationManagementTool"},
            "?x a ci:ClusterInstaller FILTER NOT EXISTS { ?x ci:uses/a ci:ConfigurationManagementTool }",
        ),
        (
            {"type": "Software", "without": ["uses", "maintainedBy:cncf"]},
            "?x a ci:Software FILTER NOT EXISTS { ?x ci:uses ?y } FILTER NOT EXISTS { ?x ci:maintainedBy id:cncf }",
        ),
        (
            {"with": "maintainedBy:cncf", "without": "dependsOn*:kubernetes"},
            "?x ci:maintainedBy id:cncf FILTER NOT EXISTS { ?x ci:dependsOn+ id:kubernetes }",
        ),
        ({"opinion": "pro"}, "?x ci:hasOpinion/ci:polarity ci:pro"),
        ({"opinion": "pro,con"}, "?x ci:hasOpinion/ci:polarity ?y VALUES ?y { ci:pro ci:con }"),
        (
            {"type": "Software", "opinion": "pro", "without": "operates"},
            "?x a ci:Software ; ci:hasOpinion/ci:polarity ci:pro FILTER NOT EXISTS { ?x ci:operates ?y }",
        ),
    ],
)
def test_a_filter_finds_what_sparql_finds(
    parameters: dict[str, str | list[str]], query: str, client: httpx.Client
) -> None:
    found = listed(client, **parameters)

    assert found
    assert len(set(found)) == len(found)
    assert set(found) == asked(client, f"SELECT DISTINCT ?x {{ {query} {NAMED} }}")


def test_a_class_holds_the_narrower_ones(client: httpx.Client) -> None:
    page = client.get("/api/entities", params={"type": "Software", "limit": LIMIT}).json()

    assert {"ClusterInstaller", "StorageOperator"} <= {item["type"] for item in page["items"]}


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("kubespray", "kubespray"),
        ("KUBESPRAY", "kubespray"),
        ("bespr", "kubespray"),
        ("metal 3", "metal3"),
        ("ovh", "ovhcloud"),
    ],
)
def test_a_part_of_a_name_or_another_spelling_finds_an_entity(words: str, slug: str, client: httpx.Client) -> None:
    found = listed(client, q=words)

    assert slug in found


def test_words_and_other_conditions_hold_together(client: httpx.Client) -> None:
    found = listed(client, q="kube", type="ClusterInstaller")

    assert set(found) == set(listed(client, q="kube")) & set(listed(client, type="ClusterInstaller"))
    assert "kubespray" in found


def test_words_that_nothing_holds_find_nothing(client: httpx.Client) -> None:
    found = listed(client, q="zqxjkv")

    assert found == []


@pytest.mark.parametrize("words", ["---", "☁️", "!?"])
def test_words_without_a_letter_find_nothing(words: str, client: httpx.Client) -> None:
    """They are not the same as no words."""
    found = listed(client, q=words)

    assert found == []


@pytest.mark.parametrize("kind", ["Document", "Section"])
def test_documents_and_sections_are_listed_when_they_are_asked_for(kind: str, client: httpx.Client) -> None:
    found = listed(client, type=kind)

    assert found
    assert all(slug.startswith("document/") for slug in found)
    assert not set(found) & set(listed(client))


@pytest.mark.parametrize("field", ["type", "exact_type"])
@pytest.mark.parametrize(
    ("filter_", "same"),
    [
        ("not {0}:Section", ""),
        ("not ({0}:Section or {0}:Document)", ""),
        ("uses and not {0}:Document", "uses"),
        ("not not {0}:Section", "{0}:Section"),
    ],
)
def test_to_leave_documents_and_sections_out_is_not_to_ask_for_them(
    filter_: str, same: str, field: str, client: httpx.Client
) -> None:
    found = listed(client, filter=filter_.format(field))

    assert found == listed(client, **({"filter": same.format(field)} if same else {}))


def test_a_limit_of_nothing_gives_the_total_alone(client: httpx.Client) -> None:
    response = client.get("/api/entities", params={"limit": "0", "type": "Software"})

    assert response.json() == {"total": len(listed(client, type="Software")), "items": [], "facets": {}}
    assert "Link" not in response.headers


@pytest.mark.parametrize(
    "parameters",
    [{"limit": "7"}, {"limit": "1", "type": "ClusterInstaller"}, {"limit": "5", "q": "kube", "without": "uses"}],
)
def test_pages_cover_the_list_once_and_in_its_order(parameters: dict[str, str], client: httpx.Client) -> None:
    whole = listed(client, **{name: value for name, value in parameters.items() if name != "limit"})

    pages = []
    response = client.get("/api/entities", params=parameters)
    while True:
        pages.append([item["slug"] for item in response.raise_for_status().json()["items"]])
        if "next" not in response.links:
            break
        response = client.get(response.links["next"]["url"])

    assert [slug for page in pages for slug in page] == whole
    assert all(len(page) == int(parameters["limit"]) for page in pages[:-1])
    assert len(pages) > 1


def test_a_page_that_ends_just_at_the_end_has_no_next_one(client: httpx.Client) -> None:
    total = len(listed(client, type="ClusterInstaller"))

    response = client.get("/api/entities", params={"type": "ClusterInstaller", "limit": str(total)})

    assert "Link" not in response.headers


def test_a_cursor_of_another_generation_is_gone(client: httpx.Client) -> None:
    given = client.get("/api/entities", params={"limit": "1"}).links["next"]["url"]
    text = parse_qs(urlsplit(given).query)["cursor"][0]
    _, offset, own = base64.urlsafe_b64decode(text + "==").decode().split(":")
    forged = base64.urlsafe_b64encode(f"999:{offset}:{own}".encode()).decode().rstrip("=")

    response = client.get("/api/entities", params={"cursor": forged, "limit": "1"})

    assert (response.status_code, response.json()["code"]) == (410, "cursor-expired")


def test_a_cursor_is_good_for_its_own_list_only(client: httpx.Client) -> None:
    given = client.get("/api/entities", params={"limit": "1"}).links["next"]["url"]

    response = client.get(f"{given}&type=Software")

    assert (response.status_code, response.json()["parameter"]) == (400, "cursor")


def test_pages_lead_back_to_the_first(client: httpx.Client) -> None:
    first = client.get("/api/entities", params={"limit": "5"})
    third = client.get(client.get(first.links["next"]["url"]).links["next"]["url"])

    back = client.get(client.get(third.links["prev"]["url"]).links["prev"]["url"])

    assert back.json() == first.json() == client.get(third.links["first"]["url"]).json()
    assert set(back.links) == {"next"}


# --- One entity ------------------------------------------------------------------------------


def test_an_entity_has_its_names_its_classes_and_who_says_so(client: httpx.Client) -> None:
    entity = client.get("/api/entities/kubespray").raise_for_status().json()

    assert entity["slug"] == "kubespray"
    assert entity["iri"] == "https://w3id.org/cloudindex/id/kubespray"
    assert (entity["name"], entity["type"]) == ("Kubespray", "ClusterInstaller")
    assert entity["types"] == ["ClusterInstaller", "Software", "Entity"]
    assert entity["labels"] == {"en": "Kubespray", "fr": "Kubespray"}
    assert set(entity["descriptions"]) == {"en", "fr"}
    assert {source["document"] for source in entity["sources"]} == {"cloud-index"}


def test_an_attribute_has_its_values_with_who_says_so(client: httpx.Client) -> None:
    entity = client.get("/api/entities/rook").raise_for_status().json()

    values = entity["attributes"]["maturity"]

    assert [value["value"] for value in values] == ["graduated"]
    assert values[0]["sources"][0]["document"] == "common-knowledge"
    assert values[0]["sources"][0]["basis"] == "written"


def test_an_opinion_has_its_words_and_its_line(client: httpx.Client) -> None:
    entity = client.get("/api/entities/kubespray").raise_for_status().json()

    found = [(one["polarity"], one["words"], one["language"]) for one in entity["opinions"]]

    assert sorted(found) == [("con", "Usine à gaz", "fr"), ("pro", "Simple d’usage", "fr")]
    assert all(source["line"] > 0 for one in entity["opinions"] for source in one["sources"])


def test_an_open_question_says_what_would_be_true(client: httpx.Client) -> None:
    entity = client.get("/api/entities/node-pool").raise_for_status().json()

    (question,) = entity["questions"]

    assert set(question["texts"]) == {"en", "fr"}
    assert question["relation"] is not None
    assert question["sources"][0]["document"] == "cloud-index"
    stated = {(one["relation"], one["target"]["slug"]) for one in entity["relations"]}
    assert (question["relation"], question["target"]) not in stated


def test_an_edge_is_told_from_both_of_its_ends(client: httpx.Client) -> None:
    tool = client.get("/api/entities/ansible").json()
    installer = client.get("/api/entities/kubespray").json()

    (outwards,) = [one for one in installer["relations"] if one["relation"] == "usesTool"]
    (inwards,) = [
        one for one in tool["relations"] if one["relation"] == "toolOf" and one["target"]["slug"] == "kubespray"
    ]

    assert outwards["edge"] == inwards["edge"]
    assert (outwards["direction"], inwards["direction"]) == ("out", "in")
    assert outwards["target"] == {"slug": "ansible", "name": "Ansible", "type": "ConfigurationManagementTool"}
    assert outwards["sources"] == inwards["sources"]


def test_an_edge_of_two_documents_has_two_sources(client: httpx.Client) -> None:
    (edge,) = relations(client, "kubespray", relation="usesTool")

    sources = {source["document"]: source for source in edge["sources"]}

    assert set(sources) == {"cloud-index", "common-knowledge"}
    assert (sources["cloud-index"]["line"], sources["cloud-index"]["basis"]) == (45, "stated")
    assert sources["cloud-index"]["heading"] == "Kubernetes on premise"
    assert sources["common-knowledge"]["basis"] == "written"
    assert sources["common-knowledge"]["line"] == sources["common-knowledge"]["written_line"] > 1


def test_a_relation_is_told_in_the_language_asked_for(client: httpx.Client) -> None:
    sentences = {
        language: relations(client, "kubespray", relation="usesTool", lang=language)[0]["sentence"]
        for language in ("en", "fr", "")
    }

    assert sentences == {
        "en": "Kubespray uses Ansible",
        "fr": "Kubespray utilise Ansible",
        "": "Kubespray uses Ansible",
    }


def test_an_entity_in_french_has_french_sentences_and_labels(client: httpx.Client) -> None:
    entity = client.get("/api/entities/kubespray", params={"lang": "fr"}).json()

    (edge,) = [one for one in entity["relations"] if one["relation"] == "usesTool"]

    assert (edge["label"], edge["sentence"]) == ("utilise l’outil", "Kubespray utilise Ansible")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"direction": "out"}, {"out"}),
        ({"direction": "in"}, {"in"}),
        ({"direction": "both"}, {"out", "in"}),
        ({}, {"out", "in"}),
    ],
)
def test_a_direction_is_kept(parameters: dict[str, str], expected: set[str], client: httpx.Client) -> None:
    found = relations(client, "kubernetes", **parameters)

    assert {one["direction"] for one in found} == expected


def test_a_relation_holds_the_narrower_ones(client: httpx.Client) -> None:
    wide = relations(client, "kubespray", relation="dependsOn")

    assert ("usesTool", "ansible") in {(one["relation"], one["target"]["slug"]) for one in wide}


def test_a_symmetric_relation_is_found_from_both_ends(client: httpx.Client) -> None:
    here = relations(client, "keepalived", relation="equivalentTo")
    there = relations(client, "metallb", relation="equivalentTo")

    assert [one["target"]["slug"] for one in here] == ["metallb"]
    assert [one["target"]["slug"] for one in there] == ["keepalived"]


def test_inferred_edges_are_told_with_their_rule_and_premise(client: httpx.Client) -> None:
    stated = relations(client, "kubespray", relation="dependsOn", direction="out")
    every = relations(client, "kubespray", relation="dependsOn", direction="out", inferred="true")

    inferred = [one for one in every if one["inferred"]]

    assert {one["relation"] for one in inferred} >= {"uses", "dependsOn"}
    assert [one for one in every if not one["inferred"]] == stated
    edges = {one["edge"] for one in every}
    assert all(one["derivations"] and not one["sources"] for one in inferred)
    assert {derivation["premise"] for one in inferred for derivation in one["derivations"]} <= edges


def test_a_relation_is_followed_over_several_steps(client: httpx.Client) -> None:
    query = "SELECT DISTINCT ?x { id:kubernetes ci:dependencyOf+ ?x }"

    found = relations(client, "kubernetes", relation="dependencyOf", transitive="true", direction="in")

    slugs = [one["target"]["slug"] for one in found]
    assert set(slugs) == asked(client, query) - {"kubernetes"}
    assert len(set(slugs)) == len(slugs)
    assert [one["depth"] for one in found] == sorted(one["depth"] for one in found)
    assert all((one["via"] is None) == (one["depth"] == 1) for one in found)


def test_following_stops_at_the_depth(client: httpx.Client) -> None:
    parameters = {"relation": "partOf", "transitive": "true", "direction": "in"}
    whole = relations(client, "kubernetes", **parameters)

    found = relations(client, "kubernetes", **parameters, depth="1")

    assert found == [one for one in whole if one["depth"] == 1]


# --- Types and relations ---------------------------------------------------------------------


def test_every_class_is_listed_with_the_number_of_its_entities(client: httpx.Client) -> None:
    types = {one["key"]: one for one in client.get("/api/types").raise_for_status().json()}

    counts = {
        key: client.get("/api/entities", params={"type": key, "limit": "0"}).json()["total"]
        for key in ("Software", "ClusterInstaller", "Document", "Section")
    }

    assert {key: types[key]["count"] for key in counts} == counts
    assert types["ClusterInstaller"]["parents"] == ["Software"]
    assert set(types["ClusterInstaller"]["labels"]) == {"en", "fr"}
    assert all(re.fullmatch(r"#[0-9a-f]{6}", one["colour"]) for one in types.values())


def test_every_relation_is_listed_with_its_inverse_and_its_sentences(client: httpx.Client) -> None:
    found = {one["key"]: one for one in client.get("/api/relations").raise_for_status().json()}

    assert all(found[one["inverse"]]["inverse"] == key for key, one in found.items())
    assert found["usesTool"]["parents"] == ["uses"]
    assert found["usesTool"]["sentences"] == {"en": "{subject} uses {object}", "fr": "{subject} utilise {object}"}
    assert found["dependsOn"]["transitive"]
    assert found["equivalentTo"]["symmetric"]
    assert all(0 <= one["stated"] <= one["count"] for one in found.values())
    assert found["dependsOn"]["count"] == len(asked_pairs(client, "ci:dependsOn"))


def asked_pairs(client: httpx.Client, relation: str) -> set[tuple[str, str]]:
    """Return the ends of the edges of a relation."""
    query = f"SELECT ?a ?b {{ ?a {relation} ?b }}"
    results = client.get("/sparql", params={"query": query, "format": "json"}).json()
    return {(row["a"]["value"], row["b"]["value"]) for row in results["results"]["bindings"]}


# --- What a client keeps ---------------------------------------------------------------------

PATHS = [
    "/api/entities?type=Software",
    "/api/entities/rook",
    "/api/entities/rook/relations",
    "/api/types",
    "/api/relations",
]


@pytest.mark.parametrize("path", PATHS)
def test_what_the_client_has_already_is_not_sent_again(path: str, client: httpx.Client) -> None:
    first = client.get(path)

    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Cloudindex-Generation"] == first.headers["Cloudindex-Generation"] == "1"


@pytest.mark.parametrize("path", PATHS)
def test_what_the_client_has_of_another_kind_is_sent(path: str, client: httpx.Client) -> None:
    response = client.get(path, headers={"If-None-Match": '"something-else"'})

    assert response.status_code == 200
    assert response.content


@pytest.mark.parametrize("header", ["W/{tag}", '"a", {tag}', '"a",W/{tag} , "b"', "*"])
def test_a_tag_is_found_among_others(header: str, client: httpx.Client) -> None:
    tag = client.get("/api/entities/rook").headers["ETag"].removeprefix("W/")

    response = client.get("/api/entities/rook", headers={"If-None-Match": header.format(tag=tag)})

    assert response.status_code == 304


def test_another_language_has_another_tag(client: httpx.Client) -> None:
    tags = {client.get("/api/entities/rook", params={"lang": language}).headers["ETag"] for language in ("en", "fr")}

    assert len(tags) == 2


def test_the_same_question_has_the_same_answer(client: httpx.Client) -> None:
    answers = {client.get("/api/entities/rook").content for _ in range(3)}

    assert len(answers) == 1


# --- What does not fit -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameter", "value", "suggestion"),
    [
        ("/api/entities?type=ClusterInstaler", "type", "ClusterInstaler", "ClusterInstaller"),
        ("/api/entities?type=Software,Vendr", "type", "Vendr", "Vendor"),
        ("/api/entities?with=usesTol:ansible", "with", "usesTol", "usesTool"),
        ("/api/entities?without=usesTol", "without", "usesTol", "usesTool"),
        ("/api/entities?with=uses:ansibel", "with", "ansibel", "ansible"),
        (
            "/api/entities?without=uses:ConfigurationManagmentTool",
            "without",
            "ConfigurationManagmentTool",
            "ConfigurationManagementTool",
        ),
        ("/api/entities?with=dependsOn*:openstak", "with", "openstak", "openstack"),
        ("/api/entities?with=", "with", "", None),
        ("/api/entities?with=:ansible", "with", "", None),
        ("/api/entities?opinion=prro", "opinion", "prro", "pro"),
        ("/api/entities?wiht=uses", "wiht", "uses", "with"),
        ("/api/entities?Type=Software", "Type", "Software", "type"),
        ("/api/entities?q=a&q=b", "q", "b", None),
        ("/api/entities?limit=1&limit=2", "limit", "2", None),
        ("/api/paths?from=kops&from=rook&to=ceph", "from", "rook", None),
        ("/api/entities?limit=-1", "limit", "-1", None),
        ("/api/entities?limit=1001", "limit", "1001", None),
        ("/api/entities?limit=ten", "limit", "ten", None),
        ("/api/entities?limit=", "limit", "", None),
        ("/api/entities?cursor=nonsense", "cursor", "nonsense", None),
        ("/api/entities?cursor=MTotNQ", "cursor", "MTotNQ", None),
        ("/api/entities/kubespray?lang=de", "lang", "de", None),
        ("/api/entities/kubespray?language=fr", "language", "fr", None),
        ("/api/entities/kubespray/relations?relation=usesTol", "relation", "usesTol", "usesTool"),
        ("/api/entities/kubespray/relations?direction=up", "direction", "up", None),
        ("/api/entities/kubespray/relations?depth=0", "depth", "0", None),
        ("/api/entities/kubespray/relations?inferred=perhaps", "inferred", "perhaps", None),
        ("/api/entities/kubespray/relations?transitive=true", "transitive", "true", None),
        ("/api/entities/kubespray/relations?lang=de", "lang", "de", None),
        ("/api/types?type=Software", "type", "Software", None),
        ("/api/relations?q=uses", "q", "uses", None),
    ],
)
def test_a_parameter_that_does_not_fit_is_named_with_its_value_and_what_was_meant(
    path: str, parameter: str, value: str, suggestion: str | None, client: httpx.Client
) -> None:
    response = client.get(path)

    problem = response.json()
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert problem["parameter"] == parameter
    assert problem["detail"].startswith(f"{parameter}={value}: ")
    assert suggestion is None or suggestion in problem["suggestions"]


@pytest.mark.parametrize("path", ["/api/entities/{}", "/api/entities/{}/relations", "/id/{}"])
@pytest.mark.parametrize(
    ("slug", "suggestion"),
    [("kubespry", "kubespray"), ("Kubesprayy", "kubespray"), ("metal-4", "metal3"), ("zqxjkv", None)],
)
def test_an_unknown_entity_is_not_found_and_the_nearest_is_named(
    path: str, slug: str, suggestion: str | None, client: httpx.Client
) -> None:
    response = client.get(path.format(slug))

    problem = response.json()
    assert (response.status_code, problem["code"], problem["slug"]) == (404, "entity-unknown", slug)
    assert problem.get("suggestions", [])[:1] == ([suggestion] if suggestion else [])
