"""The service's description is true and whole: summaries, problems, links, and examples that are answers."""

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest

from api.described import LINKS, WRITE_OPERATIONS, examples
from tests.contract.examples import ASKED, CHANGING, answer

# What is told as text or in many formats has no example of its answer's schema.
ASKED_BY_POST = {"POST /sparql": "GET /sparql"}


@pytest.fixture(scope="module")
def description(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").raise_for_status().json()
    return found


def operations(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_says_what_it_does_and_what_may_go_wrong(description: dict[str, Any]) -> None:
    for name, operation in operations(description):
        assert operation["summary"], name
        assert operation["description"], name
        assert all(parameter.get("description") or "{" in name for parameter in operation.get("parameters", ())), name
        problem = operation["responses"]["400"]["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_names_of_operations_are_their_own(description: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(description)]

    assert len(names) == len(set(names))


def test_links_lead_to_operations_and_their_parameters(description: dict[str, Any]) -> None:
    known = {
        operation["operationId"]: {parameter["name"] for parameter in operation.get("parameters", ())}
        for _, operation in operations(description)
    }

    for links in LINKS.values():
        assert all(set(parameters) <= known[target] for target, parameters in links.values())


def test_every_operation_has_an_example(description: dict[str, Any]) -> None:
    names = {name for name, _ in operations(description)}
    writes = {f"{method.upper()} {path}" for path, method in WRITE_OPERATIONS}

    assert names - writes - set(ASKED_BY_POST) == set(examples()) == set(ASKED)


@pytest.mark.parametrize("operation", sorted(ASKED))
def test_an_example_is_what_the_service_answers(operation: str, client: httpx.Client) -> None:
    """Else write them down anew, as `tests.contract.examples` says."""
    found = answer(client, operation)

    if operation in CHANGING:
        assert (found["asked"], found["media_type"]) == (
            examples()[operation]["asked"],
            examples()[operation]["media_type"],
        )
    else:
        assert found == examples()[operation]


@pytest.mark.parametrize("operation", sorted(ASKED))
def test_an_example_is_as_the_description_says(operation: str, description: dict[str, Any]) -> None:
    method, path = operation.split()
    example = examples()[operation]
    content = description["paths"][path][method.lower()]["responses"]["200"]["content"][example["media_type"]]

    schema = {**content.get("schema", {}), "components": description["components"]}

    assert content["example"] == example["answer"]
    if "fields=" not in example["asked"]:  # what was trimmed lacks fields
        jsonschema_rs.validate(schema, example["answer"])


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/api/entities", "GET, HEAD, OPTIONS"),
        ("/api/entities/by-id", "OPTIONS, POST"),
        ("/api/documents/cloud-index", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("/api/generations/1/restore", "OPTIONS, POST"),
        ("/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_what_can_be_done_at_a_path_is_told(path: str, allow: str, client: httpx.Client) -> None:
    options, patch = client.options(path), client.patch(path)

    assert (options.status_code, options.headers["Allow"]) == (204, allow)
    assert (patch.status_code, patch.headers["Allow"], patch.json()["code"]) == (405, allow, "http-405")
