"""A service that takes writes, and those who write to it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import KNOWLEDGE_TEXT, NOTE_TEXT, running
from tests.tokens import command_line, create_token

ID = "https://w3id.org/cloudindex/id/"
CI = "https://w3id.org/cloudindex/ontology#"
DOCUMENT = "https://w3id.org/cloudindex/document/"
GRAPH = "https://w3id.org/cloudindex/graph/"


@dataclass(frozen=True, slots=True)
class Desk:
    """A client of a service with the folders that it stands on.

    Attributes:
        client: Sends the token of an administrator.
        stranger: Sends none.
    """

    client: httpx.Client
    stranger: httpx.Client
    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def update(self, text: str, **options: Any) -> httpx.Response:
        headers = {"Content-Type": "application/sparql-update", **options.pop("headers", {})}
        return self.client.post("/update", content=text, headers=headers, **options)

    def put(self, slug: str, text: str, media_type: str = "application/yaml", **headers: str) -> httpx.Response:
        return self.client.put(f"/api/documents/{slug}", content=text, headers={"Content-Type": media_type, **headers})

    def put_graph(self, name: str, text: str, media_type: str = "text/turtle") -> httpx.Response:
        return self.client.put(f"/store/{name}", content=text, headers={"Content-Type": media_type})

    def ask(self, query: str, **parameters: str) -> bool:
        answer = self.client.get("/sparql", params={"query": f"ASK {{ {query} }}", **parameters})
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["boolean"])

    def column(self, query: str) -> list[str]:
        rows = self.client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
        return [next(iter(row.values()))["value"] for row in rows]

    @property
    def generation(self) -> int:
        return int(self.client.get("/healthz").json()["generation"])


def prepare(folder: Path) -> Path:
    """Make a folder of two documents."""
    notes = folder / "data" / "notes"
    notes.mkdir(parents=True)
    (notes / "note.yaml").write_text(NOTE_TEXT, encoding="utf-8")
    (notes / "knowledge.yaml").write_text(KNOWLEDGE_TEXT, encoding="utf-8")
    return folder


@contextmanager
def desk(folder: Path, *options: str, role: str = "admin", **environment: str) -> Iterator[Desk]:
    """Run a service on the two documents in *folder* that takes writes."""
    state = folder / "state"
    token = create_token(state, role=role, name="editor")
    settings = {"CLOUDINDEX_WRITES": "true", "CLOUDINDEX_LOG": "off", **environment}
    with (
        running(
            "--data", str(folder / "data"), "--state", str(state), *options, cwd=folder, environment=settings
        ) as at,
        httpx.Client(base_url=at, timeout=60, headers={"Authorization": f"Bearer {token}"}) as client,
        httpx.Client(base_url=at, timeout=60) as stranger,
    ):
        yield Desk(client, stranger, folder)


def build(one: Desk) -> "subprocess.CompletedProcess[str]":
    """Publish the folder beside the service, as a person does."""
    return command_line("build", "--data", str(one.data), "--state", str(one.state))
