"""What the tests share: the ontology, folders of documents, a built index, and a real service on loopback."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from pyoxigraph import Store

from graph import building
from graph.documents import Document, Problem
from graph.engine.generations import Generation
from graph.index import Index, open_index
from graph.iris import Iris, digest
from graph.vocabulary import Vocabulary
from graph.vocabulary_reader import load
from graph.workshop import Workshop
from tests.servers.tested import engine

pytest_plugins = ["tests.counted", "tests.order", "tests.servers.fixtures", "tests.servers.marks"]

# No test fails for being slow: machines are busy at times.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
SHARED = ROOT.parent / "shared"
NOTE = SHARED / "notes" / "cloud-index.md"

# Two documents: one has read a note, the other knows by itself.
NOTE_TEXT = """\
document:
  name: {en: A note, fr: Une note}
  source: {file: note.md, lines: 20, language: fr}
sections:
  - {slug: installers, title: Installeurs, line: 2, level: 2}
entities:
  kubespray:
    type: ClusterInstaller
    name: Kubespray
    line: 3
    relations:
      - {usesTool: ansible, line: 3}
    opinions:
      - {pro: Simple, lang: fr, line: 4}
  ansible: {type: ConfigurationManagementTool, name: Ansible, line: 3}
  kops: {type: ClusterInstaller, name: kOps, line: 6}
"""
KNOWLEDGE_TEXT = """\
entities:
  kubespray:
    licence: Apache-2.0
    relations:
      - {usesTool: ansible}
"""

Write = Callable[[str, str | bytes], Path]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The ontology that comes with Cloud Index."""
    return load()


@pytest.fixture(scope="session")
def iris() -> Iris:
    """The IRIs below the usual base."""
    return Iris()


@pytest.fixture(scope="session")
def workshop(vocabulary: Vocabulary, iris: Iris) -> Workshop:
    """The ontology, ready to judge documents."""
    return Workshop.of(vocabulary, iris)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty folder of documents."""
    folder = tmp_path / "data"
    (folder / "notes").mkdir(parents=True)
    return folder


@pytest.fixture
def write(data: Path) -> Write:
    """Writes a document into the collection ``notes``: its file name, its text."""

    def write_document(name: str, content: str | bytes) -> Path:
        path = data / "notes" / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_document


@pytest.fixture
def build(data: Path, tmp_path: Path, workshop: Workshop) -> Callable[[], Generation]:
    """Publishes the folder of documents."""

    def build_generation() -> Generation:
        return building.build(data, tmp_path / "state", lambda: workshop, inputs=workshop.vocabulary.digest)

    return build_generation


@pytest.fixture
def small_index(write: Write, build: Callable[[], Generation], tmp_path: Path, workshop: Workshop) -> Index:
    """The two small documents, published and opened."""
    write("note.yaml", NOTE_TEXT)
    write("knowledge.yaml", KNOWLEDGE_TEXT)
    build()
    return open_index(tmp_path / "state", workshop.vocabulary, workshop.iris)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory, workshop: Workshop) -> Index:
    """The documents of this project, published and opened."""
    state = tmp_path_factory.mktemp("state")
    building.build(DATA, state, lambda: workshop, inputs=digest(workshop.vocabulary.digest, workshop.iris.base))
    return open_index(state, workshop.vocabulary, workshop.iris)


def rows_of(index: Index, query: str) -> list[dict[str, Any]]:
    """Return the rows of a SELECT, asked of the store of *index* with ``graph/all`` as its default graph."""
    solutions: Any = Store.read_only(str(index.generation.store_folder)).query(
        query, default_graph=[index.iris.graph("all")], prefixes=index.prefixes
    )
    names = [variable.value for variable in solutions.variables]
    return [dict(zip(names, row, strict=True)) for row in solutions]


@contextmanager
def running(
    *options: str, cwd: Path, environment: dict[str, str] | None = None, log: Path | None = None
) -> Iterator[str]:
    """Start the service as a person does, on a free port; yield its address, and end it with Ctrl-C.

    Its graph is on the engine that is tested, a fresh one.

    Args:
        log: Where its error output goes; without it to that of the tests, and requests are not logged.
    """
    silent = {} if log else {"CLOUDINDEX_LOG": "off"}
    errors = log.open("wb") if log else None
    command = (sys.executable, "-m", "api.cli", "serve", "--port", "0", *options)
    with engine() as where:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=cwd,
            env={**os.environ, **silent, **where, **(environment or {})},
        )
        if errors is not None:
            errors.close()
        try:
            yield address_of(process)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=15)
            finally:
                process.kill()
                if process.stdout is not None:
                    process.stdout.close()


def address_of(process: "subprocess.Popen[str]") -> str:
    """Return where a service that was just started listens."""
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"(http://127\.0\.0\.1:\d+)/sparql", line)
        if found:
            return found[1]
    raise AssertionError(f"the service did not start (exit code {process.wait()})")


@contextmanager
def serving_documents(folders: pytest.TempPathFactory) -> Iterator[str]:
    """Run a service on the documents of this project, in a folder of its own; yield its address."""
    folder = folders.mktemp("service")
    with running("--data", str(DATA), "--state", str(folder / "state"), cwd=folder) as address:
        yield address


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real service on the documents of this project."""
    with serving_documents(tmp_path_factory) as address:
        yield address


@pytest.fixture(scope="session")
def client(service: str) -> Iterator[httpx.Client]:
    """An HTTP client of that service."""
    with httpx.Client(base_url=service, timeout=60) as session:
        yield session


def codes(found: Document | tuple[Problem, ...]) -> list[str]:
    """Return the codes of the problems, in their order."""
    problems = found.problems if isinstance(found, Document) else found
    return [problem.code for problem in problems]
