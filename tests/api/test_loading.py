"""``LOAD`` and ``SERVICE`` in updates: only from hosts on the list, and never half."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.api.writers import ID, Desk, desk, prepare


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    extensions_map = {".ttl": "text/turtle"}  # noqa: RUF012  # as its base has it

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of two files."""
    folder = tmp_path_factory.mktemp("remote")
    (folder / "whole.ttl").write_text(f"<{ID}kops> <http://e/p> <{ID}rook> .", encoding="utf-8")
    (folder / "relative.ttl").write_text("<a> <http://e/p> <b> .", encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def reader(remote: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A service that may ask that server."""
    with desk(prepare(tmp_path_factory.mktemp("loading")), CLOUDINDEX_ALLOWED_HOSTS=remote) as one:
        yield one


def test_what_is_on_the_list_is_loaded(reader: Desk, remote: str) -> None:
    answer = reader.update(f"LOAD <http://{remote}/whole.ttl> INTO GRAPH document:loaded")

    assert answer.status_code == 201
    assert reader.ask("GRAPH document:loaded { id:kops <http://e/p> id:rook }")


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("LOAD <http://REMOTE/none.ttl> INTO GRAPH document:x", 502, "remote-failed"),
        ("LOAD <http://REMOTE/relative.ttl> INTO GRAPH document:x", 409, "write-conflict"),
        ("LOAD <http://REMOTE/whole.ttl>", 409, "graph-read-only"),
        ("LOAD <http://REMOTE/whole.ttl> INTO GRAPH document:note", 409, "graph-read-only"),
        ("LOAD <http://example.org/whole.ttl> INTO GRAPH document:x", 501, "remote-refused"),
        ("LOAD <file:///etc/passwd> INTO GRAPH document:x", 400, "query-refused"),
        ("INSERT { GRAPH document:x { ?s ?p 1 } } WHERE { SERVICE ?any { ?s ?p ?o } }", 400, "query-refused"),
        ("INSERT { GRAPH document:x { ?s ?p 1 } } WHERE { SERVICE <http://REMOTE/n> { } }", 502, "remote-failed"),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_changes_nothing(reader: Desk, remote: str, text: str, status: int, code: str) -> None:
    before = reader.generation

    answer = reader.update(text.replace("REMOTE", remote))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert reader.generation == before


def test_a_silent_failure_is_passed_over(reader: Desk, remote: str) -> None:
    answer = reader.update(
        f"LOAD SILENT <http://{remote}/none.ttl> INTO GRAPH document:quiet ; "
        "INSERT DATA { GRAPH document:quiet { id:kops <http://e/p> 1 } }"
    )

    assert answer.is_success
    assert reader.column("SELECT ?o { GRAPH document:quiet { ?s ?p ?o } }") == ["1"]
