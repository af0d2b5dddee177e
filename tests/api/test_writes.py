"""Writes over HTTP: published whole and at once, or without a trace; never what is not the service's own."""

import gzip
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import CalledProcessError

import httpx
import pytest
import rdflib
from rdflib.compare import isomorphic

from tests.api.writers import CI, DOCUMENT, GRAPH, ID, Desk, build, desk, prepare
from tests.tokens import command_line

GOOD = "entities: {foo: {type: Client, name: Foo, relations: [{uses: kops}]}}"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A service that the tests of this file share; each writes documents of its own."""
    with desk(prepare(tmp_path_factory.mktemp("writes"))) as one:
        yield one


# --- documents


def test_a_document_is_there_at_once_by_every_way(shared: Desk) -> None:
    answer = shared.put("mine", GOOD)

    assert answer.status_code == 201
    assert answer.headers["location"] == "/api/documents/mine"
    assert shared.client.get("/api/documents/mine").text == GOOD
    assert shared.ask("id:foo ci:uses id:kops")
    assert shared.ask("id:kops ci:usedBy id:foo . id:foo ci:dependsOn id:kops")
    (relation,) = shared.client.get("/api/entities/foo/relations").json()
    assert (relation["sources"][0]["document"], relation["sources"][0]["line"]) == ("mine", 1)
    assert shared.put("mine", GOOD.replace("Foo", "Fu")).status_code == 200
    assert shared.client.get("/api/entities/foo").json()["name"] == "Fu"


def test_a_note_may_be_written_as_it_is(shared: Desk) -> None:
    text = "# Storage\n\nSee https://ceph.example/ and the rest.\n"

    answer = shared.put("storage", text, "text/markdown")

    assert answer.status_code == 201
    document = shared.client.get("/api/documents/storage")
    assert (document.text, document.headers["content-type"]) == (text, "text/markdown; charset=utf-8")
    (relation,) = shared.client.get("/api/entities/ceph.example/relations?relation=referencedBy").json()
    assert (relation["target"]["name"], relation["sources"][0]["line"]) == ("Storage", 3)


def test_a_document_that_is_not_good_leaves_no_trace(shared: Desk) -> None:
    before = shared.generation

    answer = shared.put("bad", GOOD.replace("Client", "Clint").replace("foo", "bar"))

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "write-rejected")
    assert problem["problems"][0]["place"] == {"path": "written/bad.yaml", "line": 1, "column": 24}
    assert problem["problems"][0]["suggestions"] == ["Client"]
    assert shared.generation == before
    assert shared.client.get("/api/documents/bad").status_code == 404


@pytest.mark.parametrize(
    ("accept", "media_type", "part"),
    [
        ("text/plain", "text/plain", "written/bad.yaml:1:24: violation"),
        ("text/turtle", "text/turtle", "ValidationReport"),
        ("application/ld+json", "application/ld+json", "ValidationResult"),
        ("image/png", "application/problem+json", "write-rejected"),
    ],
)
def test_a_report_comes_in_the_form_that_is_liked(shared: Desk, accept: str, media_type: str, part: str) -> None:
    answer = shared.put("bad", GOOD.replace("Client", "Clint").replace("foo", "bar"), Accept=accept)

    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith(media_type)
    assert part in answer.text


def test_a_change_that_would_break_another_document_is_the_one_that_fails(shared: Desk) -> None:
    shared.put("user", "entities: {user: {type: ClusterInstaller, name: User, relations: [{usesTool: thing}]}}")

    answer = shared.put("thing", "entities: {thing: {type: Protocol, name: Thing}}")

    assert answer.status_code == 422
    assert "written/user.yaml" in answer.json()["problems"][0]["message"]
    assert shared.ask("id:user ci:usesTool id:thing")


@pytest.mark.parametrize("slug", ["note", "knowledge"])
def test_a_document_of_a_folder_is_the_folders(shared: Desk, slug: str) -> None:
    answers = [
        shared.put(slug, GOOD),
        shared.client.delete(f"/api/documents/{slug}"),
        shared.put_graph(f"document/{slug}", ""),
        shared.client.delete(f"/store/document/{slug}"),
        shared.update(f"INSERT DATA {{ GRAPH document:{slug} {{ id:a ci:uses id:b }} }}"),
        shared.update(f"DROP GRAPH document:{slug}"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "graph-read-only")] * 6
    assert f"data/notes/{slug}.yaml" in answers[0].json()["detail"]


def test_a_document_goes(shared: Desk) -> None:
    shared.put("brief", "entities: {brief: {type: Client, name: Brief}}")

    assert shared.client.delete("/api/documents/brief").status_code == 200
    assert shared.client.get("/api/entities/brief").status_code == 404
    gone = shared.client.delete("/api/documents/breif")
    assert (gone.status_code, gone.json()["code"]) == (404, "document-unknown")


# --- graphs


def test_a_graph_comes_back_as_it_was_put(shared: Desk) -> None:
    text = f'<{ID}a> <{CI}about> [ <http://e/p> "x"@en, 1.5, "été \\"ü\\"" ], _:b . _:b <http://e/q> _:b .'

    answer = shared.put_graph("document/blank", text)

    found = rdflib.Graph().parse(data=shared.stranger.get("/store/document/blank").text, format="turtle")
    assert answer.status_code == 201
    assert isomorphic(found, rdflib.Graph().parse(data=text, format="turtle"))


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("application/n-triples", "<http://e/a> <http://e/b> <http://e/c> ."),
        ("application/rdf+xml", '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
         '<r:Description r:about="http://e/a"><e:b r:resource="http://e/c"/></r:Description></r:RDF>'),
        ("application/ld+json", '{"@id": "http://e/a", "http://e/b": {"@id": "http://e/c"}}'),
    ],
)  # fmt: skip
def test_a_graph_is_taken_in_every_format(shared: Desk, media_type: str, text: str) -> None:
    shared.put_graph("document/forms", text, media_type)

    assert shared.ask("GRAPH document:forms { <http://e/a> <http://e/b> <http://e/c> }")


def test_posting_adds_and_putting_replaces(shared: Desk) -> None:
    shared.put_graph("document/adds", f"<{ID}a> <{CI}uses> <{ID}b> .")
    turtle = {"Content-Type": "text/turtle"}

    added = shared.client.post("/store/document/adds", content=f"<{ID}a> <{CI}uses> <{ID}c> .", headers=turtle)

    assert added.status_code == 200
    assert shared.ask("GRAPH document:adds { id:a ci:uses id:b, id:c }")
    shared.put_graph("document/adds", f"<{ID}a> <{CI}uses> <{ID}d> .")
    assert shared.column("SELECT ?o { GRAPH document:adds { id:a ci:uses ?o } }") == [f"{ID}d"]


def test_a_graph_without_a_name_is_given_one(shared: Desk) -> None:
    answer = shared.client.post(
        "/store", content="<http://e/a> <http://e/b> 1 .", headers={"Content-Type": "text/turtle"}
    )

    assert answer.status_code == 201
    assert "<http://e/b> 1" in shared.stranger.get(answer.headers["location"]).text


def test_several_graphs_come_in_one_body(shared: Desk) -> None:
    files = {"one": ("a.ttl", "<http://e/a> <http://e/b> 1 .", "text/turtle"),
             "two": ("b.nt", "<http://e/a> <http://e/b> <http://e/c> .", "application/n-triples")}  # fmt: skip

    answer = shared.client.post("/store/document/parts", files=files)

    assert answer.status_code == 201
    assert shared.ask("GRAPH document:parts { <http://e/a> <http://e/b> 1, <http://e/c> }")


def test_the_default_graph_of_the_store_is_the_merge_of_all(shared: Desk) -> None:
    answer = shared.stranger.get("/store?default", headers={"Accept": "application/n-triples"})

    assert answer.status_code == 200
    assert f"<{ID}kubespray> <{CI}dependsOn> <{ID}ansible> ." in answer.text
    known = {"Accept": "application/n-triples", "If-None-Match": answer.headers["etag"]}
    again = shared.stranger.get("/store?default", headers=known)
    assert again.status_code == 304
    assert shared.stranger.head("/store?default").headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/store?graph=http://e/none", 404, "graph-unknown"),
        ("GET", "/store", 400, "parameter-invalid"),
        ("GET", "/store?default&graph=http://e/a", 400, "parameter-invalid"),
        ("GET", "/store/document/note?graph=http://e/a", 400, "parameter-invalid"),
        ("DELETE", f"/store?graph={DOCUMENT}none", 404, "graph-unknown"),
        ("DELETE", "/store?default", 409, "graph-read-only"),
        ("DELETE", f"/store?graph={GRAPH}inferred", 409, "graph-read-only"),
        ("DELETE", f"/store?graph={DOCUMENT}note/provenance", 409, "graph-read-only"),
        ("PATCH", "/store?default", 405, "http-405"),
        ("GET", "/update", 405, "http-405"),
    ],
)
def test_what_the_store_refuses(shared: Desk, method: str, path: str, status: int, code: str) -> None:
    answer = shared.client.request(method, path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("text", "media_type", "status", "code"),
    [
        ("<http://e/a> <http://e/b> .", "text/turtle", 400, "graph-syntax"),
        ("GRAPH <http://e/g> { <http://e/a> <http://e/b> 1 }", "application/trig", 400, "graph-syntax"),
        ("a,b", "text/csv", 415, "media-type-unsupported"),
        ("", "", 415, "media-type-unsupported"),
        ("x", "multipart/form-data; boundary=y", 400, "parameter-invalid"),
        ("<http://e/a> <http://e/b> <<( <http://e/a> <http://e/b> 1 )>> .", "text/turtle", 422, "write-rejected"),
    ],
)
def test_a_graph_that_cannot_be_read_is_refused(
    shared: Desk, text: str, media_type: str, status: int, code: str
) -> None:
    answer = shared.put_graph("document/unread", text, media_type)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert shared.stranger.get("/store/document/unread").status_code == 404


def test_a_packed_body_is_unpacked(shared: Desk) -> None:
    headers = {"Content-Type": "text/turtle", "Content-Encoding": "gzip"}

    answer = shared.client.put(
        "/store/document/packed", content=gzip.compress(b"<http://e/a> <http://e/b> 2 ."), headers=headers
    )

    assert answer.status_code == 201
    assert shared.ask("GRAPH document:packed { <http://e/a> <http://e/b> 2 }")


# --- updates


def test_an_update_sees_everything_and_writes_its_graph(shared: Desk) -> None:
    answer = shared.update(
        "INSERT { GRAPH document:turned { ?tool ci:about ?one } } "
        "WHERE { ?one ci:dependsOn ?tool . ?one a ci:ClusterInstaller }"
    )

    assert answer.status_code == 201
    assert shared.ask("GRAPH document:turned { id:ansible ci:about id:kubespray }")


def test_the_operations_of_an_update_are_one_write(shared: Desk) -> None:
    before = shared.generation

    answer = shared.update("INSERT DATA { GRAPH document:half { id:a ci:uses id:b } } ; DROP GRAPH document:never-was")

    assert (answer.status_code, answer.json()["code"]) == (409, "write-conflict")
    assert shared.generation == before
    assert not shared.ask("GRAPH document:half { ?s ?p ?o }")


@pytest.mark.parametrize("separator", ["\u0085", "\u2028", "\u2029", "\f", "\n"])
def test_an_update_removes_what_it_names_though_a_text_above_holds_what_ends_lines(
    shared: Desk, separator: str
) -> None:
    text = f'<{ID}a> <http://e/note> "one{separator}two" .'.replace("\n", "\\n")
    shared.put_graph("document/lines", f"{text} <{ID}a> <{CI}uses> <{ID}b> ; <{CI}operates> <{ID}b> .")

    shared.update("DELETE DATA { GRAPH document:lines { id:a ci:operates id:b } }").raise_for_status()

    assert shared.ask("GRAPH document:lines { id:a ci:uses id:b }")
    assert not shared.ask("GRAPH document:lines { id:a ci:operates id:b }")


def test_an_update_removes_a_number_however_it_was_written(shared: Desk) -> None:
    shared.put_graph("document/numbers", "<http://e/a> <http://e/b> 01, 2.50, 3 .")

    shared.update("DELETE DATA { GRAPH document:numbers { <http://e/a> <http://e/b> 1, 2.5 } }").raise_for_status()

    assert shared.column("SELECT ?o { GRAPH document:numbers { ?s ?p ?o } }") == ["3"]


def test_what_an_update_wrote_says_who_and_when(shared: Desk) -> None:
    answer = shared.update(
        "INSERT DATA { GRAPH document:signed { id:kops ci:uses id:signed } }", headers={"X-Request-Id": "my-request"}
    )

    assert answer.is_success
    facts = (
        "?r rdf:subject id:kops ; rdf:object id:signed ; ci:writtenBy 'editor' ; ci:request ?id ; dcterms:created ?at"
    )
    assert shared.ask(f"GRAPH <{DOCUMENT}signed/provenance> {{ {facts} }}")
    (source,) = [
        relation["sources"][0]
        for relation in shared.client.get("/api/entities/kops/relations").json()
        if relation["target"]["slug"] == "signed"
    ]
    assert (source["document"], source["written_by"], source["request"]) == ("signed", "editor", "my-request")


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("INSERT DATA { id:a ci:uses id:b }", 409, "graph-read-only"),
        ("CLEAR ALL", 409, "graph-read-only"),
        ("DROP DEFAULT", 409, "graph-read-only"),
        ("DROP GRAPH graph:all", 409, "graph-read-only"),
        ("INSERT DATA { GRAPH graph:inferred { id:a ci:uses id:b } }", 409, "graph-read-only"),
        ("INSERT DATA { GRAPH <http://e/g> { id:a ci:uses id:b } }", 409, "graph-read-only"),
        ("DELETE WHERE { GRAPH ?g { id:kubespray ?p ?o } }", 409, "graph-read-only"),
        ("INSERT { GRAPH ?g { id:a ci:uses id:b } } WHERE { GRAPH ?g { id:kubespray ?p ?o } }", 409, "graph-read-only"),
        ("INSERT DATA { GRAPH document:x { id:a ci:uses } }", 400, "query-syntax"),
        ("SELECT * { ?s ?p ?o }", 400, "query-syntax"),
        ("", 400, "parameter-invalid"),
        ("LOAD <http://example.org/x> INTO GRAPH document:x", 501, "remote-refused"),
        ("INSERT { GRAPH document:x { ?s ?p 1 } } WHERE { SERVICE <http://e:9/> { ?s ?p ?o } }", 501, "remote-refused"),
    ],
)  # fmt: skip
def test_what_an_update_may_not_do(shared: Desk, text: str, status: int, code: str) -> None:
    before = shared.generation

    answer = shared.update(text)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert shared.generation == before


def test_a_mistake_in_an_update_is_told_with_its_place(shared: Desk) -> None:
    problem = shared.update("INSERT DATA {\n GRAPH document:x { id:a ci:uses id:b }").json()

    assert problem["code"] == "query-syntax"
    assert problem["line"] >= 1


def test_a_request_may_name_the_dataset_of_an_update(shared: Desk) -> None:
    shared.put_graph("document/narrow", f"<{ID}n> <{CI}uses> <{ID}m> .")
    parameters = {"using-graph-uri": f"{DOCUMENT}narrow"}

    answer = shared.update("INSERT { GRAPH document:copied { ?s ?p ?o } } WHERE { ?s ?p ?o }", params=parameters)

    assert answer.is_success
    assert shared.column("SELECT ?s { GRAPH document:copied { ?s ?p ?o } }") == [f"{ID}n"]
    both = shared.update(
        "INSERT { GRAPH document:y { ?s ?p ?o } } USING <http://e/> WHERE { ?s ?p ?o }", params=parameters
    )
    assert both.status_code == 400


def test_an_update_comes_as_a_form_and_is_decoded_once(shared: Desk) -> None:
    text = "INSERT DATA { GRAPH document:form { id:kops rdfs:comment '100%25off' } }"

    answer = shared.client.post("/update", data={"update": text})

    assert answer.is_success
    assert shared.ask("GRAPH document:form { id:kops rdfs:comment '100%25off' }")
    in_address = shared.client.post("/update", params={"update": text}, data={"x": "y"})
    assert in_address.status_code == 400
    assert shared.client.post("/update", content=text, headers={"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DROP GRAPH document:whole", False),
        ("CLEAR GRAPH document:whole", True),
        ("DELETE WHERE { GRAPH document:whole { ?s ?p ?o } }", True),
        ("MOVE GRAPH document:whole TO GRAPH document:elsewhere", False),
        ("COPY GRAPH document:whole TO GRAPH document:elsewhere", True),
        ("ADD GRAPH document:whole TO GRAPH document:elsewhere", True),
        ("WITH document:whole DELETE { ?s ?p ?o } INSERT { ?o ?p ?s } WHERE { ?s ?p ?o }", True),
    ],
)
def test_graphs_are_managed_as_wholes(shared: Desk, text: str, *, expected: bool) -> None:
    shared.put_graph("document/whole", f"<{ID}w> <{CI}uses> <{ID}v> .")

    answer = shared.update(text)

    assert answer.is_success, answer.text
    assert (shared.client.get("/api/documents/whole").status_code == 200) is expected


# --- who may


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/api/documents/x"), ("DELETE", "/api/documents/x"), ("POST", "/update"), ("PUT", "/store/document/x"),
     ("POST", "/store"), ("DELETE", "/store/document/x"), ("POST", "/api/generations/1/restore")],
)  # fmt: skip
def test_a_stranger_writes_nothing(shared: Desk, client: httpx.Client, method: str, path: str) -> None:
    before = shared.generation

    refused, off = shared.stranger.request(method, path), client.request(method, path)

    assert (refused.status_code, refused.headers["www-authenticate"][:6]) == (401, "Bearer")
    assert (off.status_code, off.json()["code"]) == (403, "writes-off")
    assert shared.generation == before


def test_a_writer_may_not_restore_or_purge(tmp_path: Path) -> None:
    with desk(prepare(tmp_path), role="write") as one:
        one.put("mine", GOOD)

        assert one.client.post("/api/generations/1/restore").status_code == 403
        assert one.client.delete("/api/documents/mine?purge=true").status_code == 403
        assert one.client.delete("/api/documents/mine").status_code == 200


# --- generations


def test_the_address_of_a_graph_is_below_the_host_that_was_asked(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as one:
        headers = {"Host": "store.example.org", "Content-Type": "text/turtle"}
        written = one.client.put("/store/document/mine", content=f"<{ID}g> <{CI}uses> <{ID}kops> .", headers=headers)

    assert written.status_code == 201, written.text
    assert written.headers["Location"] == "http://store.example.org/store/document/mine"


def test_generations_are_kept_restored_and_gone(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as one:
        for number in range(6):
            one.put("mine", GOOD.replace("Foo", f"Foo {number}"))

        listed = one.stranger.get("/api/generations").json()
        assert [entry["id"] for entry in listed] == [7, 6, 5, 4, 3]
        assert (listed[0]["cause"], listed[0]["by"]) == ("document", "editor")
        assert listed[0]["changed"] == ["mine"]
        assert one.stranger.get("/api/entities/foo?at=5").json()["name"] == "Foo 3"
        assert one.ask("id:foo schema:name 'Foo 2'", at="4")
        assert one.stranger.get("/store/document/mine?at=4&format=n-triples").headers["cloudindex-generation"] == "4"
        codes = [one.stranger.get("/sparql", params={"query": "ASK {}", "at": at}) for at in ("1", "99", "x")]
        assert [answer.status_code for answer in codes] == [410, 404, 400]
        assert one.stranger.get("/sparql?query=ASK%20%7B%7D&%61t=1").status_code == 410
        assert one.stranger.get("/api/entities?at=2").json()["code"] == "generation-gone"
        assert one.client.post("/api/generations/5/restore").json()["generation"] == 8
        assert one.stranger.get("/api/entities/foo").json()["name"] == "Foo 3"
        assert one.stranger.get("/api/generations/8").json()["cause"] == "restore"


def test_what_was_written_outlives_restarts_rebuilds_and_changes_of_the_folder(tmp_path: Path) -> None:
    prepare(tmp_path)
    with desk(tmp_path) as one:
        one.put("by-document", GOOD)
        one.put_graph("document/by-graph", f"<{ID}g> <{CI}uses> <{ID}kops> .")
        one.update("INSERT DATA { GRAPH document:by-update { id:u ci:uses id:kops } }")
    note = tmp_path / "data" / "notes" / "note.yaml"
    note.write_text(note.read_text(encoding="utf-8").replace("kOps", "KOPS"), encoding="utf-8")

    with desk(tmp_path) as one:
        assert one.stranger.get("/api/entities/kops").json()["name"] == "KOPS"
        for subject in ("foo", "g", "u"):
            assert one.ask(f"id:{subject} ci:uses id:kops")
    other = tmp_path / "ontology"
    other.mkdir()
    for path in (Path(__file__).parents[2] / "ontology").glob("cloudindex.ttl"):
        (other / path.name).write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with desk(tmp_path, "--ontology", str(other)) as one:
        for subject in ("foo", "g", "u"):
            assert one.ask(f"id:{subject} ci:uses id:kops")


def test_a_restored_generation_stays_over_a_restart(tmp_path: Path) -> None:
    prepare(tmp_path)
    with desk(tmp_path) as one:
        one.put("mine", GOOD)
        one.put("mine", GOOD.replace("Foo", "Other"))
        one.client.post("/api/generations/2/restore")

    with desk(tmp_path) as one:
        assert one.stranger.get("/api/entities/foo").json()["name"] == "Foo"
        assert one.generation == 4


def test_what_another_process_publishes_is_served_soon(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as one:
        (one.data / "notes" / "new.yaml").write_text("entities: {fresh: {type: Client, name: Fresh}}", encoding="utf-8")

        build(one)

        deadline = time.monotonic() + 20
        while one.stranger.get("/api/entities/fresh").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)


# What it uses is nowhere, which a verdict tells with the line.
SECRET = "entities: {hush: {type: Client, name: Xyzzyplugh, relations: [{uses: xyzzyplugh-two}]}}"


def test_what_is_purged_is_in_no_file_any_more(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as one:
        one.put("secret", SECRET)
        one.put("mine", GOOD)

        answer = one.client.delete("/api/documents/secret?purge=true")

        assert answer.is_success
        files = [path for path in one.state.rglob("*") if path.is_file()]
        assert [path for path in files if b"xyzzyplugh" in path.read_bytes().lower()] == []
        assert "xyzzyplugh" not in one.stranger.get("/api/validation").text.lower()
        assert one.stranger.get("/api/entities/foo").status_code == 200
        assert one.stranger.get("/api/entities/hush").status_code == 404
        assert [entry["id"] for entry in one.stranger.get("/api/generations").json()] == [one.generation]
        folder = one.client.delete("/api/documents/note?purge=true")
        assert folder.status_code == 409


def test_what_was_never_there_cannot_be_purged_and_the_history_stays(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as one:
        one.put("secret", "entities: {hush: {type: Client, name: Hush}}")
        one.client.delete("/api/documents/secret").raise_for_status()
        before = one.stranger.get("/api/generations").json()

        refused = one.client.delete("/api/documents/secrets?purge=true")

        assert (refused.status_code, refused.json()["code"]) == (404, "document-unknown")
        assert refused.json()["suggestions"] == ["secret"]
        assert one.stranger.get("/api/generations").json() == before
        assert one.client.delete("/api/documents/secret?purge=true").is_success
        assert one.client.delete("/api/documents/secret?purge=true").status_code == 404


def test_an_earlier_generation_that_is_purged_is_not_answered_from_any_more(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as one:
        one.put("secret", "entities: {hush: {type: Client, name: Xyzzyplugh}}")
        one.put("mine", GOOD)
        assert one.ask("id:hush a ci:Client", at="2")

        one.client.delete("/api/documents/secret?purge=true")

        assert (
            one.stranger.get("/sparql", params={"query": "ASK { id:hush a ci:Client }", "at": "2"}).status_code == 410
        )
        assert one.stranger.get("/api/entities/hush?at=2").status_code == 410


def test_the_command_line_restores_and_purges(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as one:
        one.put("mine", GOOD)
        one.put("mine", GOOD.replace("Foo", "Other"))
    state = str(tmp_path / "state")

    restored = command_line("restore", "2", "--state", state)
    purged = command_line("purge", "mine", "--state", state)
    with pytest.raises(CalledProcessError) as unknown:
        command_line("purge", "nope", "--state", state)

    assert unknown.value.returncode == 2
    assert "There is no document “nope”." in unknown.value.stderr
    assert restored.stderr == "Generation 4 is published.\n"
    assert purged.stderr == "Generation 5 is published.\n"
    with desk(tmp_path) as one:
        assert one.stranger.get("/api/entities/foo").status_code == 404
