"""The query tests of the W3C through the service, on a dataset of another server: it fails what that server fails.

The server is emptied and filled directly, as a cluster is that others write to; only the queries take the long way.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import running
from tests.servers.fixtures import KINDS, require
from tests.servers.running import Server
from tests.servers.tested import leading_to
from tests.standards.suites import ARCHIVE, FOLDER, SUITES, Endpoints, Outcomes, run, unpack

CATEGORIES = (
    "aggregates|bind|bindings|cast|construct|csv-tsv-res|exists|functions|grouping|json-res|negation"
    "|project-expression|property-path|subquery"
)
QUERIES = replace(
    SUITES["sparql11"], options=("--suites", "sparql11", "--only", f"^sparql11/({CATEGORIES})/", "--timeout", "30")
)
# By kind: where the service does better or worse than the server, and why.
DIFFERENCES: dict[str, dict[str, str]] = {
    "oxigraph": {},
    "fuseki": {
        "sparql11/construct/constructwhere06": "The service refuses what is no SPARQL 1.1, and Fuseki answers it.",
        "sparql11/csv-tsv-res/csv01": "The service writes CSV itself, with blank nodes that have names.",
        "sparql11/csv-tsv-res/csv02": "The service writes CSV itself, with blank nodes that have names.",
    },
}


def directly(server: Server) -> Endpoints:
    return Endpoints(server.query, server.update, server.graph_store)


def failures(outcomes: Outcomes) -> dict[str, str]:
    return {name: reason for name, reason in outcomes.reasons.items() if reason}


@pytest.mark.parametrize("kind", DIFFERENCES)
def test_through_the_service_the_same_tests_fail_as_on_the_server_itself(kind: str, tmp_path: Path) -> None:
    require(kind)
    if not ARCHIVE.exists():
        pytest.skip(f"the suites are not in {FOLDER}; CLOUDINDEX_SUITES says where they are")
    data = unpack(tmp_path / "suites")
    with KINDS[kind].serving(tmp_path / "server") as server:
        itself = run(QUERIES, data, tmp_path / "itself.json", directly(server))
    with KINDS[kind].serving(tmp_path / "another") as server:
        settings = {**leading_to(server), "CLOUDINDEX_SHARED_WRITERS": "true"}
        with running("--strict", "--state", str(tmp_path / "state"), cwd=tmp_path, environment=settings) as address:
            asked = replace(directly(server), query=f"{address}/sparql")
            through = run(QUERIES, data, tmp_path / "through.json", asked)

    assert through.reasons.keys() == itself.reasons.keys()
    assert len(through.reasons) > 200
    different = failures(through).keys() ^ failures(itself).keys()
    assert different == DIFFERENCES[kind].keys(), (
        failures(through),
        failures(itself),
    )
