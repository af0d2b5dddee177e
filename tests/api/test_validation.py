"""``/api/validation``: the report of what is published, and the judgement of a document that is sent."""

import asyncio
import gzip
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import rdflib

from tests.api.writers import Desk, build, desk, prepare

GOOD = "entities: {kops: {licence: MIT}}"
BAD = "entities: {foo: {type: Clint, name: Foo}}"
WRONG = """\
entities:
  alpha: {type: Client, name: Alpha, relations: [{uses: kop}, {uses: nowhere}]}
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A service whose second generation has one new warning, one that is still there, and one fixed."""
    folder = prepare(tmp_path_factory.mktemp("validation"))
    notes = folder / "data" / "notes"
    (notes / "alpha.yaml").write_text(WRONG, encoding="utf-8")
    (notes / "beta.yaml").write_text("entities: {beta: {licence: MIT}}", encoding="utf-8")
    with desk(folder, CLOUDINDEX_VALIDATION_SECONDS="10") as one:
        (notes / "alpha.yaml").write_text(f"# moved\n{WRONG.replace('nowhere', 'elsewhere')}", encoding="utf-8")
        (notes / "beta.yaml").write_text("entities: {beta: {type: Client, name: Beta}}", encoding="utf-8")
        (notes / "bad.yaml").write_text(BAD, encoding="utf-8")
        assert "Generation 2" in build_anyway(one)
        for _ in range(100):
            if one.generation == 2:
                break
            asyncio.run(asyncio.sleep(0.1))
        yield one


def build_anyway(one: Desk) -> str:
    """Publish the folder although a document is wrong."""
    try:
        return build(one).stdout
    except Exception as error:  # noqa: BLE001  # the exit code says so
        return str(getattr(error, "stdout", error))


def report(one: Desk, **parameters: str) -> httpx.Response:
    return one.stranger.get("/api/validation", params=parameters)


def judge(one: Desk, text: str | bytes, media_type: str = "application/yaml", **parameters: str) -> httpx.Response:
    headers = {"Content-Type": media_type}
    return one.stranger.post("/api/validation", content=text, headers=headers, params=parameters)


# --- the report


def test_the_report_says_what_is_new_still_there_and_fixed(shared: Desk) -> None:
    page = report(shared).json()

    told = {(one["code"], one["status"], one["since"]) for one in page["problems"]}
    assert told == {
        ("target-unknown", "still-there", 1),
        ("target-unknown", "new", 2),
        ("type-unknown", "new", 2),
        ("entity-not-introduced", "new", 2),
    }
    assert sorted(one["code"] for one in page["fixed"]) == ["entity-not-introduced", "target-unknown"]
    assert {one["status"] for one in page["fixed"]} == {"fixed"}
    assert page["statuses"] == {"new": 3, "still-there": 1, "fixed": 2}
    assert page["severities"] == {"violation": 1, "warning": 3, "info": 0}
    assert (page["generation"], page["against"], page["conforms"], page["total"]) == (2, 1, False, 4)
    assert page["documents"] == {"alpha": 2, "bad": 2}
    assert page["codes"] == {"entity-not-introduced": 1, "target-unknown": 2, "type-unknown": 1}


def test_a_problem_has_its_line_and_what_would_be_right(shared: Desk) -> None:
    (problem,) = report(shared, status="still-there").json()["problems"]

    assert problem["place"] == {"path": "data/notes/alpha.yaml", "line": 3, "column": 57}
    assert problem["excerpt"] == WRONG.splitlines()[1].replace("nowhere", "elsewhere")
    assert (problem["suggestions"], problem["replacements"], problem["length"]) == (["kops"], ["kops"], 3)
    assert (problem["entity"], problem["entry"], problem["document"]) == ("Alpha", "relations: uses", "alpha")


@pytest.mark.parametrize(
    ("parameters", "count", "fixed"),
    [
        ({"severity": "violation"}, 1, 0),
        ({"severity": "violation,warning"}, 4, 2),
        ({"status": "new"}, 3, 0),
        ({"status": "fixed"}, 0, 2),
        ({"document": "alpha"}, 2, 1),
        ({"code": "type-unknown"}, 1, 0),
        ({"entity": "alpha"}, 2, 1),
        ({"entity": "ALPHA", "status": "new"}, 1, 0),
        ({"entity": "elsewhere"}, 1, 0),
        ({"code": "no-such-code"}, 0, 0),
    ],
)
def test_problems_are_filtered(parameters: dict[str, str], count: int, fixed: int, shared: Desk) -> None:
    page = report(shared, **parameters).json()

    assert (page["total"], len(page["fixed"])) == (count, fixed)
    assert sum(page["severities"].values()) == count


@pytest.mark.parametrize(
    ("parameter", "value", "near"),
    [("severity", "violatoin", "violation"), ("status", "stil-there", "still-there"), ("document", "alfha", "alpha")],
)
def test_a_condition_that_means_nothing_is_refused(parameter: str, value: str, near: str, shared: Desk) -> None:
    answer = report(shared, **{parameter: value})

    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert near in answer.json()["suggestions"]


def test_pages_lead_from_one_to_the_next(shared: Desk) -> None:
    first = report(shared, limit="3")
    following = shared.stranger.get(first.links["next"]["url"])

    assert [len(one.json()["problems"]) for one in (first, following)] == [3, 1]
    assert first.json()["total"] == following.json()["total"] == 4
    assert "next" not in following.links
    assert report(shared, limit="0").json()["problems"] == []
    assert report(shared, limit="1001").status_code == 400


def test_a_page_of_text_says_how_many_are_left(shared: Desk) -> None:
    answer = report(shared, limit="1", format="compact")

    assert answer.text.splitlines()[-1] == "… and 3 more, which are not shown here."
    assert (answer.headers["cloudindex-total"], "next" in answer.links) == ("4", True)


@pytest.mark.parametrize(
    ("form", "media_type", "part"),
    [
        ("text", "text/plain; charset=utf-8", "^^^"),
        ("compact", "text/plain; charset=utf-8", ": violation: "),
        ("github", "text/plain; charset=utf-8", "::error file=data/notes/bad.yaml,line=1,col=24,endColumn=29,"),
        ("sarif", "application/sarif+json", '"ruleId": "type-unknown"'),
        ("turtle", "text/turtle; charset=utf-8", "sh:ValidationReport"),
        ("json-ld", "application/ld+json", "ValidationResult"),
        ("n-triples", "application/n-triples", "ValidationResult"),
        ("rdf-xml", "application/rdf+xml", "ValidationResult"),
    ],
)
def test_a_report_comes_in_every_form(form: str, media_type: str, part: str, shared: Desk) -> None:
    wanted = report(shared, format=form)

    assert (wanted.status_code, wanted.headers["content-type"]) == (200, media_type)
    assert part in wanted.text
    again = shared.stranger.get(
        "/api/validation", params={"format": form}, headers={"If-None-Match": wanted.headers["etag"]}
    )
    assert (again.status_code, again.text) == (304, "")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/sarif+json", "application/sarif+json"),
        ("application/ld+json;q=0.9, text/turtle;q=0.8", "application/ld+json"),
    ],
)
def test_the_form_that_is_liked_best_is_sent(accept: str, media_type: str, shared: Desk) -> None:
    answer = shared.stranger.get("/api/validation", headers={"Accept": accept})

    assert answer.headers["content-type"] == media_type


def test_other_forms_are_refused(shared: Desk) -> None:
    assert shared.stranger.get("/api/validation", headers={"Accept": "image/png"}).status_code == 406
    assert report(shared, format="sarf").json()["suggestions"] == ["sarif"]


def test_an_earlier_report_can_be_had(shared: Desk) -> None:
    page = report(shared, at="1").json()

    assert (page["generation"], page["against"], page["statuses"]) == (1, None, None)
    assert {one["status"] for one in page["problems"]} == {None}
    assert report(shared, at="99").status_code == 404


def test_a_report_is_one_that_shacl_knows(shared: Desk) -> None:
    graph = rdflib.Graph().parse(data=report(shared, format="turtle").text, format="turtle")

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    assert len(list(graph.subjects(rdflib.RDF.type, sh.ValidationResult))) == 4
    assert len(list(graph.objects(None, sh.sourceConstraintComponent))) == 4


def test_a_mapping_that_is_wrong_is_a_verdict_on_its_table(tmp_path: Path) -> None:
    notes = prepare(tmp_path) / "data" / "notes"
    (notes / "table.csv").write_text("Nom\nRook\n", encoding="utf-8")
    (notes / "table.csv.yaml").write_text("type: Clint\ncolumns: {Nom: name}\n", encoding="utf-8")

    with desk(tmp_path) as one:
        everything, of_table = report(one).json(), report(one, document="table")

    assert [(problem["place"]["path"], problem["document"]) for problem in everything["problems"]] == [
        ("data/notes/table.csv.yaml", "table")
    ]
    assert everything["documents"] == {"table": 1}
    assert (of_table.status_code, of_table.json()["total"]) == (200, 1)


# --- a document that is sent


def test_a_good_document_is_said_to_be_good(shared: Desk) -> None:
    answer = judge(shared, "entities: {foo: {type: Client, name: Foo, relations: [{uses: kops}]}}")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert (found["conforms"], found["problems"], found["document"]) == (True, [], "unnamed")


def test_a_bad_document_is_told_with_its_lines(shared: Desk) -> None:
    answer = judge(shared, BAD, format="text", name="mine")

    assert answer.status_code == 200
    assert answer.text.splitlines()[:2] == [
        "written/mine.yaml:1:24: new violation: Foo · type: there is no class “Clint”. "
        "Did you mean Client? [type-unknown]",
        f"  1 | {BAD}",
    ]


def test_a_document_is_judged_against_what_is_published(shared: Desk) -> None:
    found = judge(shared, "entities: {kops: {type: CloudProvider, name: Kops Inc.}}").json()

    (problem,) = [one for one in found["problems"] if one["code"] == "slug-twice"]
    assert "data/notes/note.yaml" in problem["message"]


def test_a_document_of_a_folder_is_judged_as_its_next_version(shared: Desk) -> None:
    found = judge(shared, f"# one more line\n{WRONG}".replace("kop}", "kops}"), name="alpha.yaml").json()

    assert (found["document"], found["path"]) == ("alpha", "data/notes/alpha.yaml")
    assert [(one["code"], one["status"]) for one in found["problems"]] == [("target-unknown", "new")]
    assert [one["code"] for one in found["fixed"]] == ["target-unknown", "target-unknown"]


def test_what_it_would_break_elsewhere_is_told(shared: Desk) -> None:
    found = judge(shared, "entities: {other: {type: Client, name: Other}}", name="note.yaml").json()

    others = [one for one in found["problems"] if one["document"] != "note"]
    assert {one["code"] for one in others} >= {"target-unknown"}
    assert {one["status"] for one in others} == {"new"}


@pytest.mark.parametrize(
    ("media_type", "name", "text"),
    [
        ("text/turtle", "", "<https://w3id.org/cloudindex/id/kops> <https://w3id.org/cloudindex/ontology#uses> 3 ."),
        ("application/octet-stream", "mine.ttl", "<a"),
        ("application/ld+json", "", '{"@id": '),
        ("application/rdf+xml", "", "<a>"),
        ("", "mine.nt", "<a> <b> ."),
    ],
)
def test_every_kind_of_document_is_judged(media_type: str, name: str, text: str, shared: Desk) -> None:
    answer = judge(shared, text, media_type, name=name)

    assert answer.status_code == 200
    assert answer.json()["generation"] == 2


def test_nothing_is_published_and_no_trace_is_left(shared: Desk) -> None:
    files = sorted(str(path) for path in shared.state.rglob("*") if "/trials" not in str(path))

    judge(shared, "entities: {trace: {type: Client, name: Trace}}", name="trace")

    assert shared.generation == 2
    assert shared.stranger.get("/api/entities/trace").status_code == 404
    assert sorted(str(path) for path in shared.state.rglob("*") if "/trials" not in str(path)) == files
    assert list((shared.state / "trials").iterdir()) == []


@pytest.mark.parametrize(
    ("media_type", "name", "status", "code"),
    [
        ("image/png", "", 415, "media-type-unsupported"),
        ("image/png", "mine.png", 415, "media-type-unsupported"),
        ("application/yaml", "-", 200, ""),
        ("application/yaml", "x" * 150, 400, "write-refused"),
        ("application/yaml", "x" * 250, 400, "parameter-invalid"),
    ],
)
def test_a_name_or_a_kind_that_does_not_fit_is_refused(
    media_type: str, name: str, status: int, code: str, shared: Desk
) -> None:
    answer = judge(shared, GOOD, media_type, name=name)

    assert (answer.status_code, answer.json().get("code", "")) == (status, code)


BOMB = gzip.compress(b"a" * (64 << 20))
ENTITIES = '<!DOCTYPE r [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><r>&b;</r>'


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        (b"[" * 3_000_000, "a.yaml", "yaml"),
        (b"a: " + b"- " * 1_000_000, "a.yaml", "yaml"),
        (b'{"a":' * 600_000, "a.jsonld", "rdf-syntax"),
        (b"<a> <b> " + b"(" * 1_000_000, "a.ttl", "rdf-syntax"),
        (b"<a>" * 1_000_000, "a.rdf", "rdf-syntax"),
        (ENTITIES.encode(), "a.rdf", "rdf-syntax"),
        (b"\x00" * 1000, "a.yaml", "yaml-syntax"),
        (b"\xff\xfe", "a.yaml", "file-encoding"),
        (b"", "a.yaml", "file-empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_texts_get_a_verdict_or_a_limit(text: bytes, name: str, code: str, shared: Desk) -> None:
    answer = judge(shared, text, name=name)

    if answer.status_code == 200:
        assert answer.json()["problems"][0]["code"].startswith(code)
    else:
        assert (answer.status_code, answer.json()["code"]) in {(503, "validation-limit"), (500, "engine-failed")}
    assert judge(shared, GOOD).status_code == 200


def test_thousands_of_problems_are_counted_and_the_first_are_told(shared: Desk) -> None:
    text = "entities:\n" + "".join(f"  e{number}: {{typ: Client}}\n" for number in range(3000))

    found = judge(shared, text, limit="10").json()

    assert (len(found["problems"]), found["severities"]["violation"]) == (10, 3000)
    assert found["omitted"] >= 2990


def test_a_body_that_is_too_large_is_refused_packed_or_not(shared: Desk) -> None:
    packed = shared.stranger.post(
        "/api/validation",
        content=BOMB,
        headers={"Content-Type": "application/yaml", "Content-Encoding": "gzip"},
    )

    assert (packed.status_code, packed.json()["code"]) == (413, "request-too-large")
    assert judge(shared, b"a" * (5 << 20)).status_code == 413


def test_bodies_that_never_come_keep_nobody_from_reading(shared: Desk) -> None:
    at = urlsplit(str(shared.stranger.base_url))
    head = b"POST /api/validation HTTP/1.1\r\nHost: x\r\nContent-Type: application/yaml\r\nContent-Length: 100\r\n\r\n"
    slow = [socket.create_connection((at.hostname, at.port)) for _ in range(40)]
    try:
        for one in slow:
            one.sendall(head)
        answers = [judge(shared, GOOD).status_code for _ in range(3)]
        assert shared.stranger.get("/api/validation").status_code == 200
    finally:
        for one in slow:
            one.close()

    assert set(answers) <= {200, 503}
    for _ in range(100):
        if judge(shared, GOOD).status_code == 200:
            break
    assert judge(shared, GOOD).status_code == 200


def test_many_at_once_are_answered_or_told_to_come_back(shared: Desk) -> None:
    async def flood() -> list[int]:
        async with httpx.AsyncClient(base_url=shared.stranger.base_url, timeout=60) as client:
            asked = [
                client.post("/api/validation", content=GOOD, headers={"Content-Type": "application/yaml"})
                for _ in range(40)
            ]
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    statuses = asyncio.run(flood())

    assert set(statuses) <= {200, 503}
    assert 200 in statuses


def test_a_write_does_not_wait_for_what_readers_have_judged(tmp_path: Path) -> None:
    with desk(prepare(tmp_path), CLOUDINDEX_VALIDATION_SECONDS="1") as one:
        text = "".join(f"<urn:a{number}> <urn:b> <urn:c{number}> .\n" for number in range(60_000))
        limited = judge(one, text[: 3 << 20].rpartition("\n")[0], name="huge.nt")
        assert limited.status_code in {200, 503}
        assert one.put("mine", GOOD).status_code == 201


def test_a_plain_dataset_judges_nothing(tmp_path: Path) -> None:
    with desk(tmp_path, "--strict") as one:
        assert judge(one, GOOD).json()["code"] == "write-refused"
        assert report(one).json()["problems"] == []


def test_an_editor_sees_the_same_as_a_writer(shared: Desk) -> None:
    refused = shared.put("mine", BAD).json()["problems"]

    judged = judge(shared, BAD, name="mine").json()["problems"]

    assert [one["message"] for one in refused] == [one["message"] for one in judged]
    assert re.match("entities", refused[0]["excerpt"])
