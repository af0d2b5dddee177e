"""Comunica, the engine of federated queries: its command is a client of the service as any application of it is.

It parses queries itself and sends what the service can answer, by GET while the address stays short.
"""

import json
import re
import shutil
import subprocess

import pytest

from tests.clients.questions import BROKEN, CONSTRUCT, LONG, NAMES, NO, PREFIXES, REFUSED, SELECT, TRIPLE, YES
from tests.conftest import ROOT

COMMAND = ROOT / ".venv/clients/node_modules/.bin/comunica-sparql"
JSON = "application/sparql-results+json"
pytestmark = [
    pytest.mark.any_engine,
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(not COMMAND.exists(), reason="Comunica is not installed; `make test` does it where npm is"),
]


def comunica(*sources: str, query: str, form: str = JSON) -> "subprocess.CompletedProcess[str]":
    """Ask *sources*; the errors of the result tell each request too."""
    command = (str(COMMAND), *sources, "--query", query, "--outputType", form, "--logLevel", "info")
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def names(answer: "subprocess.CompletedProcess[str]") -> list[str]:
    """Return the column ``name`` of a table."""
    return [row["name"]["value"] for row in json.loads(answer.stdout)["results"]["bindings"]]


def methods(answer: "subprocess.CompletedProcess[str]") -> list[str]:
    """Return the methods of the requests that were sent."""
    return re.findall(r"method: '([A-Z]+)'", answer.stderr)


def test_it_asks_by_get(service: str) -> None:
    answer = comunica(f"sparql@{service}/sparql", query=SELECT)

    assert (names(answer), methods(answer)) == (NAMES, ["GET"])


def test_it_asks_a_long_question_by_post(service: str) -> None:
    answer = comunica(f"sparql@{service}/sparql", query=LONG)

    assert (names(answer), methods(answer)) == (NAMES, ["POST"])


def test_it_finds_out_that_the_service_speaks_sparql(service: str) -> None:
    """It reads the service description for that."""
    answer = comunica(f"{service}/sparql", query=SELECT)

    assert names(answer) == NAMES


@pytest.mark.parametrize(("query", "expected"), [(YES, True), (NO, False)], ids=["yes", "no"])
def test_it_gets_yes_and_no(query: str, expected: bool, service: str) -> None:
    answer = comunica(f"sparql@{service}/sparql", query=query)

    assert json.loads(answer.stdout)["boolean"] is expected


def test_it_gets_triples(service: str) -> None:
    answer = comunica(f"sparql@{service}/sparql", query=CONSTRUCT, form="application/n-triples")

    assert answer.stdout == "{} .\n".format(" ".join(f"<{iri}>" for iri in TRIPLE))


def test_it_joins_the_service_with_linked_data(service: str) -> None:
    """What the service knows, and the triples of one entity that it gives at its address."""
    query = PREFIXES + "SELECT DISTINCT ?name { id:kubespray ci:usesTool ?tool . ?tool schema:name ?name }"

    answer = comunica(f"sparql@{service}/sparql", f"file@{service}/id/kubespray", query=query)

    assert names(answer) == ["Ansible"]


def test_it_does_not_send_a_broken_query(service: str) -> None:
    answer = comunica(f"sparql@{service}/sparql", query=BROKEN)

    assert answer.returncode == 1
    assert "Parse error on line 2" in answer.stderr
    assert methods(answer) == []


def test_it_reports_what_the_service_refuses(service: str) -> None:
    answer = comunica(f"sparql@{service}/sparql", query=REFUSED)

    assert answer.returncode == 1
    assert "remote-refused" in answer.stderr
