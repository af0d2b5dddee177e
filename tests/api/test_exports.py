"""Exports over HTTP: parts that agree with the lists, headers, ranges, every place where a graph comes out."""

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx
import networkx
import pyoxigraph
import pytest

from graph.formats import EXPORTS, NETWORKS, RDF, Format
from tests.api.writers import desk, prepare

pytestmark = pytest.mark.any_engine

FILTERS = (
    {"type": "Software"},
    {"filter": "type:Software and not uses"},
    {"opinion": "con"},
    {"with": "dependsOn*:openstack"},
    {"document": "common-knowledge"},
    {"q": "kube"},
    {"exact_type": "StorageOperator,StorageSystem"},
)
CONSTRUCT = "CONSTRUCT { ?tool ci:usesTool ?other } WHERE { ?tool ci:usesTool ?other }"


def get(client: httpx.Client, path: str, **parameters: str) -> httpx.Response:
    return client.get(path, params=parameters).raise_for_status()


def graph_of(response: httpx.Response) -> networkx.MultiDiGraph:
    return networkx.read_graphml(io.BytesIO(response.content), force_multigraph=True)


def ids(nodes: list[dict[str, Any]]) -> set[str]:
    """Return what nodes are called in files; those of sections have no slashes."""
    return {node["slug"].replace("/", ":") for node in nodes}


def counts(response: httpx.Response) -> tuple[int, int]:
    return int(response.headers["Cloudindex-Nodes"]), int(response.headers["Cloudindex-Edges"])


@pytest.mark.parametrize("parameters", FILTERS, ids=lambda one: next(iter(one)))
def test_a_part_has_the_entities_of_the_list(parameters: dict[str, str], client: httpx.Client) -> None:
    response = get(client, "/api/export/graphml", **parameters)
    listed = get(client, "/api/entities", **parameters, limit="1000").json()

    graph = graph_of(response)
    assert set(graph) == {item["slug"] for item in listed["items"]} != set()
    assert counts(response) == (listed["total"], graph.number_of_edges())


@pytest.mark.parametrize("inferred", ["false", "true"])
def test_a_part_has_every_edge_between_its_entities(inferred: str, client: httpx.Client) -> None:
    graph = graph_of(get(client, "/api/export/graphml", type="Software", inferred=inferred))

    expected = set()
    for slug in graph:
        for one in get(client, f"/api/entities/{slug}/relations", inferred=inferred).json():
            if one["target"]["slug"] in graph and not one["inferred"] and one["direction"] == "out":
                expected.add(f"e{one['edge']}")
    stated = {key for _, _, key, said in graph.edges(keys=True, data=True) if not said["inferred"]}
    assert {key for key in expected if key in stated} == expected
    assert (len(stated) < graph.number_of_edges()) == (inferred == "true")


@pytest.mark.parametrize("relation", ["uses", "partOf", "inEcosystemOf"])
def test_a_part_by_relation_has_its_statements_and_their_ends(relation: str, client: httpx.Client) -> None:
    response = get(client, "/api/export/graphml", relation=relation)
    statements = get(client, "/api/statements", relation=relation, limit="1000").json()

    graph = graph_of(response)
    assert {f"e{one['id']}" for one in statements["items"]} == {key for _, _, key in graph.edges(keys=True)}
    assert counts(response)[1] == statements["total"]
    assert not list(networkx.isolates(graph))


def test_a_part_by_document_has_the_edges_that_it_states(client: httpx.Client) -> None:
    graph = graph_of(get(client, "/api/export/graphml", document="common-knowledge"))

    assert all("common-knowledge:" in said["sources"] for _, _, said in graph.edges(data=True))
    assert graph.number_of_edges() > 20


def test_the_whole_graph_has_everything(client: httpx.Client) -> None:
    response = get(client, "/api/export/graphml")
    total = get(client, "/api/entities", limit="0").json()["total"]
    nodes, edges = counts(response)

    assert nodes >= total
    assert (nodes, edges) == (graph_of(response).number_of_nodes(), graph_of(response).number_of_edges())


def test_nodes_and_edges_are_told_with_what_is_known_of_them(client: httpx.Client) -> None:
    graph = graph_of(get(client, "/api/export/graphml", lang="fr"))

    rook = graph.nodes["rook"]
    entity = get(client, "/api/entities/rook", lang="fr").json()
    assert rook["description"] == entity["descriptions"]["fr"]
    assert rook["homepage"] == entity["attributes"]["homepage"][0]["value"]
    (edge,) = (said for said in graph["rook"]["ceph"].values() if said["relation"] == "operates")
    sources = [source for one in entity["relations"] if one["target"]["slug"] == "ceph" for source in one["sources"]]
    assert edge["sources"].split(" | ") == sorted({f"{one['document']}:{one['line']}" for one in sources})
    assert edge["inferred"] is False


@pytest.mark.parametrize("form", EXPORTS, ids=lambda form: str(form.name))
def test_a_format_is_a_file_with_its_name_and_kind(form: Format, client: httpx.Client) -> None:
    response = get(client, f"/api/export/{form.name}")

    assert response.headers["Content-Type"].partition(";")[0] == form.media_type
    assert response.headers["Content-Disposition"] == f'attachment; filename="cloud-index.{form.extension}"'
    assert ("Content-Length" in response.headers) == (len(response.content) < 1 << 20)
    again = client.get(f"/api/export/{form.name}", headers={"If-None-Match": response.headers["ETag"]})
    head = client.head(f"/api/export/{form.name}")
    assert again.status_code == 304
    assert (head.status_code, head.content, counts(head)) == (200, b"", counts(response))
    assert head.headers["ETag"] == response.headers["ETag"]


def test_the_formats_are_listed_with_what_they_hold(client: httpx.Client) -> None:
    listed = {one["name"]: one for one in get(client, "/api/export").json()}

    assert set(listed) == {form.name for form in EXPORTS}
    assert listed["mermaid"]["most_edges"] == 500
    assert (listed["trig"]["content"], listed["gexf"]["content"]) == ("quads", "network")


def test_parts_of_a_file_can_be_asked_for(client: httpx.Client) -> None:
    whole = get(client, "/api/export/n-triples", complete="true").content
    path = "/api/export/n-triples?complete=true"

    begin = client.get(path, headers={"Range": "bytes=0-99", "Accept-Encoding": "identity"})
    end = client.get(path, headers={"Range": "bytes=-50", "Accept-Encoding": "identity"})
    beyond = client.get(path, headers={"Range": f"bytes={len(whole)}-"})

    assert (begin.status_code, begin.content) == (206, whole[:100])
    assert begin.headers["Content-Range"] == f"bytes 0-99/{len(whole)}"
    assert (end.status_code, end.content) == (206, whole[-50:])
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_a_range_that_no_file_has_digits_for_is_passed_over(client: httpx.Client) -> None:
    response = client.get("/api/export/n-triples?complete=true", headers={"Range": f"bytes={'9' * 5000}-"})

    assert response.status_code == 200


def test_a_range_of_a_large_file_comes_from_the_disk(client: httpx.Client) -> None:
    path = "/api/export/n-quads?complete=true"
    whole = client.get(path)

    part = client.get(path, headers={"Range": "bytes=2000000-", "Accept-Encoding": "identity"})

    assert len(whole.content) > 1 << 21
    assert (part.status_code, part.content) == (206, whole.content[2_000_000:])


def test_pages_of_other_origins_may_read_the_counts(client: httpx.Client) -> None:
    response = client.get("/api/export/d3", headers={"Origin": "https://example.org"})

    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"Cloudindex-Nodes", "Cloudindex-Edges", "Content-Disposition"} <= set(exposed)


def test_it_is_packed_for_those_who_take_that(client: httpx.Client) -> None:
    text = client.get("/api/export/gexf", headers={"Accept-Encoding": "gzip"})
    archive = client.get("/api/export/gephi-csv", headers={"Accept-Encoding": "gzip"})

    assert text.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in archive.headers


# --- wherever a graph comes out


@pytest.mark.parametrize("form", [form for form in EXPORTS if form.name != "json-ld"], ids=lambda form: str(form.name))
@pytest.mark.parametrize(
    "path",
    [
        "/api/entities/ceph/neighbourhood?depth=2",
        "/api/paths?from=kubespray&to=ceph&find=all",
        "/api/compare?entities=kubespray,kops",
    ],
)
def test_views_come_in_every_format(path: str, form: Format, client: httpx.Client) -> None:
    by_name = client.get(f"{path}&format={form.name}")
    by_type = client.get(path, headers={"Accept": form.media_type})

    assert by_name.status_code == by_type.status_code == 200
    assert by_name.headers["Content-Type"].partition(";")[0] == form.media_type
    assert by_name.content == by_type.content
    assert counts(by_name)[0] > 1


def test_a_neighbourhood_is_written_as_it_is_told(client: httpx.Client) -> None:
    path = "/api/entities/kubernetes/neighbourhood?depth=2&inferred=true&limit=40"
    told = client.get(path).json()
    graph = graph_of(client.get(f"{path}&format=graphml"))

    assert set(graph) == ids(told["nodes"])
    assert {f"e{one['id']}" for one in told["edges"]} == {key for _, _, key in graph.edges(keys=True)}


def test_paths_are_written_with_every_step(client: httpx.Client) -> None:
    path = "/api/paths?from=kubespray&to=ceph&find=k&k=5"
    told = client.get(path).json()
    graph = graph_of(client.get(f"{path}&format=graphml"))

    assert ids([one for path in told["paths"] for one in path["entities"]]) == set(graph)
    steps = {one["edge"] for path in told["paths"] for steps in path["steps"] for one in steps}
    assert {key.removeprefix("e") for _, _, key in graph.edges(keys=True)} == steps


def test_a_comparison_is_written_with_what_is_shared_and_what_is_not(client: httpx.Client) -> None:
    told = client.get("/api/compare?entities=kubespray,kops").json()
    graph = graph_of(client.get("/api/compare?entities=kubespray,kops&format=graphml"))

    targets = ids([row["target"] for row in (*told["shared"], *told["different"])])
    assert set(graph) == targets | {"kubespray", "kops"}
    claimed = {claim["edge"] for row in (*told["shared"], *told["different"]) for claim in row["claims"].values()}
    assert {key.removeprefix("e") for _, _, key in graph.edges(keys=True)} >= claimed


@pytest.mark.parametrize("form", NETWORKS, ids=lambda form: str(form.name))
def test_queries_for_graphs_come_in_every_format(form: Format, client: httpx.Client) -> None:
    for query in (CONSTRUCT, "DESCRIBE id:kubespray", "SELECT ?s ?o { ?s ci:operates ?o }"):
        response = get(client, "/sparql", query=query, format=form.name)
        assert response.headers["Content-Type"].partition(";")[0] == form.media_type
        assert response.content


def test_a_constructed_graph_says_who_states_its_edges(client: httpx.Client) -> None:
    graph = graph_of(get(client, "/sparql", query=CONSTRUCT, format="graphml"))

    (edge,) = graph["kubespray"]["ansible"].values()
    assert edge["sources"].startswith("cloud-index:")
    assert (edge["label"], edge["sentence"]) == ("uses tool", "Kubespray uses Ansible")
    assert graph.nodes["ansible"]["type"] == "ConfigurationManagementTool"


def test_a_constructed_edge_that_nobody_states_says_so(client: httpx.Client) -> None:
    query = "CONSTRUCT { ?a <https://example.org/neighbour> ?b } WHERE { ?a ci:operates ?b }"
    graph = graph_of(get(client, "/sparql", query=query, format="graphml"))

    (edge,) = graph["rook"]["ceph"].values()
    assert (edge["relation"], edge["basis"], "sources" in edge) == ("neighbour", "query", False)


def test_a_table_says_with_its_columns_what_is_an_edge(client: httpx.Client) -> None:
    query = "SELECT ?name ?target ?source ('runs' AS ?relation) { ?source ci:operates ?target ; schema:name ?name }"
    graph = graph_of(get(client, "/sparql", query=query, format="graphml"))

    (edge,) = graph["rook"]["ceph"].values()
    assert edge["label"] == "runs"


def test_a_table_of_two_things_tells_what_is_stated_between_them(client: httpx.Client) -> None:
    query = "SELECT ?tool ?user { ?user ci:dependsOn ?tool VALUES ?user { id:kubespray } }"
    graph = graph_of(get(client, "/sparql", query=query, format="graphml"))

    (edge,) = graph["kubespray"]["ansible"].values()
    assert (edge["label"], edge["sentence"]) == ("uses tool", "Kubespray uses Ansible")
    assert "cloud-index:45" in edge["sources"]


def test_what_nothing_connects_is_told_by_its_columns(client: httpx.Client) -> None:
    query = "SELECT ?one ?other { VALUES (?one ?other) { (id:rook id:ansible) (id:ansible id:nobody) } }"
    graph = graph_of(get(client, "/sparql", query=query, format="graphml"))

    assert [one["label"] for one in graph["rook"]["ansible"].values()] == ["one – other"]
    assert graph.number_of_edges() == 2


def test_things_alone_are_nodes(client: httpx.Client) -> None:
    graph = graph_of(get(client, "/sparql", query="SELECT ?x { ?x a ci:LoadBalancer }", format="graphml"))

    assert "metallb" in graph
    assert graph.number_of_edges() == 0


# --- RDF


@pytest.mark.parametrize("form", RDF, ids=lambda form: str(form.name))
def test_a_part_as_rdf_has_its_edges(form: Format, client: httpx.Client) -> None:
    response = get(client, f"/api/export/{form.name}", filter="type:StorageSystem or type:StorageOperator")

    found = {quad.triple for quad in pyoxigraph.parse(response.content, format=form.engine)}  # type: ignore[arg-type]
    ends = [
        pyoxigraph.NamedNode(f"https://w3id.org/cloudindex/{name}")
        for name in ("id/rook", "ontology#operates", "id/ceph")
    ]
    assert pyoxigraph.Triple(*ends) in found
    assert not any("ansible" in str(triple.subject) for triple in found)


def test_quads_say_who_states_them(client: httpx.Client) -> None:
    response = get(client, "/api/export/trig", filter="type:StorageSystem or type:StorageOperator")

    quads = list(pyoxigraph.parse(response.content, format=pyoxigraph.RdfFormat.TRIG))
    graphs = {str(quad.graph_name).rpartition("cloudindex/")[2].rstrip(">") for quad in quads}
    assert {"document/common-knowledge", "document/common-knowledge/provenance"} <= graphs
    assert any(str(quad.predicate).endswith("ontology#line>") for quad in quads)


def test_the_whole_graph_as_triples_is_the_merged_graph(client: httpx.Client) -> None:
    content = get(client, "/api/export/n-triples").content
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    total = get(client, "/sparql", query=query, format="json").json()["results"]["bindings"][0]["n"]["value"]

    assert len(content.splitlines()) == int(total)


# --- bad input


def problem(client: httpx.Client, path: str, **parameters: str) -> dict[str, Any]:
    response = client.get(path, params=parameters)
    assert response.headers["Content-Type"] == "application/problem+json"
    return {"status": response.status_code, **response.json()}


def test_an_unknown_format_names_those_there_are(client: httpx.Client) -> None:
    found = problem(client, "/api/export/grapml")

    assert (found["status"], found["code"], found["suggestions"]) == (400, "format-unknown", ["graphml"])


@pytest.mark.parametrize(
    ("parameters", "parameter"),
    [
        ({"type": "Sofware"}, "type"),
        ({"relation": "usess"}, "relation"),
        ({"document": "nothing"}, "document"),
        ({"filter": "type:("}, "filter"),
        ({"lang": "xx"}, "lang"),
        ({"depth": "2"}, "depth"),
    ],
)
def test_a_part_that_is_not_there_is_refused(parameters: dict[str, str], parameter: str, client: httpx.Client) -> None:
    found = problem(client, "/api/export/gexf", **parameters)

    assert (found["status"], found["code"], found["parameter"]) == (400, "parameter-invalid", parameter)


def test_a_part_of_nothing_is_an_empty_graph(client: httpx.Client) -> None:
    response = get(client, "/api/export/graphml", q="there is nothing that is called so")

    assert counts(response) == (0, 0)
    assert graph_of(response).number_of_nodes() == 0


@pytest.mark.parametrize("form", NETWORKS, ids=lambda form: str(form.name))
def test_every_format_can_be_empty(form: Format, client: httpx.Client) -> None:
    assert get(client, f"/api/export/{form.name}", q="there is nothing that is called so").content


@pytest.mark.embedded_only("each node of such a picture is looked up on the server, which takes long")
def test_what_a_format_cannot_hold_is_said(client: httpx.Client) -> None:
    query = "CONSTRUCT { ?a ?p ?b } WHERE { ?a ?p ?b FILTER(ISIRI(?b)) }"

    found = problem(client, "/sparql", query=query, format="mermaid")

    assert (found["status"], found["code"]) == (413, "format-limit")
    assert "at most 500 edges" in found["detail"]
    assert "narrower part" in found["detail"]


def test_a_predicate_that_rdf_xml_cannot_write_is_said(client: httpx.Client) -> None:
    query = "CONSTRUCT { ?a <https://example.org/1> ?b } WHERE { ?a ci:operates ?b }"

    found = problem(client, "/sparql", query=query, format="rdf-xml")

    assert (found["status"], found["code"]) == (406, "format-unfit")
    assert "https://example.org/1" in found["detail"]


def test_a_construct_that_fails_is_a_problem(client: httpx.Client) -> None:
    found = problem(client, "/sparql", query="CONSTRUCT { ?a ?p }", format="gexf")

    assert (found["status"], found["code"]) == (400, "query-syntax")


# --- while others write


@pytest.mark.embedded_only("it asks an earlier generation")
def test_what_was_just_written_is_exported_with_its_source(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as service:
        text = "entities: {argo-cd: {type: ClusterInstaller, name: 'Argo \"CD\"', relations: [{uses: helm}]}}\n"
        before = service.client.get("/api/export/graphml")
        answer = service.client.put("/api/documents/new", content=text, headers={"Content-Type": "application/yaml"})
        assert answer.is_success, answer.text
        after = service.client.get("/api/export/graphml")
        earlier = service.client.get("/api/export/graphml", params={"at": before.headers["Cloudindex-Generation"]})

    graph = graph_of(after)
    (edge,) = graph["argo-cd"]["helm"].values()
    assert edge["sources"] == "new:1"
    assert graph.nodes["argo-cd"]["label"] == 'Argo "CD"'
    assert graph.nodes["helm"].get("type") is None
    assert before.headers["ETag"] != after.headers["ETag"]
    assert earlier.content == before.content


def test_an_edge_keeps_its_id_while_others_come(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as service:
        before = graph_of(service.client.get("/api/export/graphml"))
        text = "entities: {a-new-one: {type: Vendor, name: A new one}}\n"
        service.client.put("/api/documents/new", content=text, headers={"Content-Type": "application/yaml"})
        after = graph_of(service.client.get("/api/export/graphml"))

    assert set(before.edges(keys=True)) <= set(after.edges(keys=True))
    assert dict(before.nodes(data="label")).items() <= dict(after.nodes(data="label")).items()


def test_two_entities_with_one_name_are_two_notes(tmp_path: Path) -> None:
    names = ("Twin", "twin", "CON", "a/b: c?", "x" * 300, "...")
    entities = ", ".join(f"e{at}: {{type: Vendor, name: {json.dumps(name)}}}" for at, name in enumerate(names))
    with desk(prepare(tmp_path)) as service:
        service.client.put(
            "/api/documents/new", content=f"entities: {{{entities}}}\n", headers={"Content-Type": "application/yaml"}
        ).raise_for_status()
        content = service.client.get("/api/export/obsidian", params={"document": "new"}).content

    assert content[:2] == b"PK", content[:700]
    files = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert len({name.casefold() for name in files}) == len(files) == len(names)
    assert all(len(name) < 160 and not set(name) & set('\\:*?"<>|') for name in files)


# --- clients that go away


def ended_by_clients(client: httpx.Client) -> float:
    lines = client.get("/metrics").text.splitlines()
    (found,) = (line for line in lines if line.startswith("cloudindex_workers_ended_total") and "client" in line)
    return float(found.rpartition(" ")[2])


def test_a_client_that_goes_away_stops_the_work(client: httpx.Client) -> None:
    before = ended_by_clients(client)

    with client.stream("GET", "/api/export/n-quads", headers={"Accept-Encoding": "identity"}) as response:
        next(response.iter_raw(1024))

    deadline = time.monotonic() + 10
    while ended_by_clients(client) == before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ended_by_clients(client) == before + 1
    assert get(client, "/api/export/mermaid", type="StorageSystem").content
