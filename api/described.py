"""What every operation has in common, added to the service's description: problems, links, examples, media types."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson

from graph.formats import DATASETS, EXPORTS, GRAPHS, JSON_LD, REPORTS
from graph.kinds import KINDS

Operation = dict[str, Any]
PROBLEM_TYPE: Final = "application/problem+json"
EXAMPLES: Final = "examples.json"
PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 has it; `code` is the stable name of the kind of problem.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "parameter": {"type": "string"},
        "value": {"type": "string"},
        "suggestions": {"type": "array", "items": {"type": "string"}},
        "allowed": {"type": "array", "items": {"type": "string"}},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "request_id": {"type": "string"},
    },
    "additionalProperties": True,
}
WRITTEN: Final[dict[str, Any]] = {
    "title": "Written",
    "description": "What a write has published, with what the gate remarks.",
    "type": "object",
    "required": ["generation", "problems"],
    "properties": {"generation": {"type": "integer"}, "problems": {"type": "array", "items": {"type": "object"}}},
}
WRITTEN_EXAMPLE: Final[dict[str, Any]] = {"generation": 7, "problems": []}
WRITE_OPERATIONS: Final = frozenset(
    {
        ("/api/documents/{slug}", "put"),
        ("/api/documents/{slug}", "delete"),
        ("/api/generations/{number}/restore", "post"),
        ("/update", "post"),
        ("/store", "put"),
        ("/store", "post"),
        ("/store", "delete"),
    }
)
REFUSED: Final[Mapping[str, str]] = {
    "400": "A parameter does not fit; the problem names it, its value, and what is allowed.",
    "406": "The client accepts none of the formats.",
    "503": "A limit was reached, or the service is too busy; `Retry-After` says when to ask again.",
}
NOT_THERE: Final = "There is no such thing; what may have been meant is named."
MOVED: Final = "It has another slug; `Location` has the path to ask."
GONE: Final = "The generation is not kept any more."
NOT_CHANGED: Final = "The client has the answer already."
WRITING: Final[Mapping[str, str]] = {
    "401": "A token is needed.",
    "403": "Writing is turned off, or the token allows less.",
    "409": "It does not fit what there is, or is not the service's own.",
    "413": "The body is too large.",
    "415": "The body is of a kind that is not read here.",
    "422": "It does not pass the gate; `problems` says why.",
}
# What operations without a model answer with.
MEDIA_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "/id/{slug}": tuple(one.media_type for one in GRAPHS),
    "/document/{path}": tuple(one.media_type for one in GRAPHS),
    "/ontology": tuple(one.media_type for one in GRAPHS),
    "/.well-known/void": tuple(one.media_type for one in GRAPHS),
    "/context.jsonld": (JSON_LD.media_type,),
    "/metrics": ("text/plain",),
    "/api/export/{format}": tuple(one.media_type for one in EXPORTS),
    "/api/documents/{slug}": ("application/yaml", "text/markdown", "text/csv", *(one.media_type for one in DATASETS)),
}
# What can be had in the forms of reports, too; and what can be sent to be judged.
REPORTED: Final = "/api/validation"
SENT: Final[dict[str, dict[str, Any]]] = {
    media_type: {"schema": {}}  # whatever is sent is a text, and judged
    for kind in KINDS.values()
    for media_type in kind.media_types
    if media_type not in ("application/json", "application/xml", "text/xml", "text/plain")
}
# What can be had in the formats of exports, too.
VIEWS: Final = frozenset({"/api/entities/{slug}/neighbourhood", "/api/subgraph", "/api/paths", "/api/compare"})
TOO_LARGE: Final = "The format cannot hold so much."
PART: Final = "The part that was asked for with `Range`."
NO_SUCH_PART: Final = "No byte of the export lies in the range that was asked for with `Range`."
# Where answers lead to: operation → name → operation, and what its parameters are in the answer.
LINKS: Final[Mapping[str, Mapping[str, tuple[str, Mapping[str, str]]]]] = {
    "read_entities": {
        "first": ("read_entity", {"slug": "$response.body#/items/0/slug"}),
        "relations": ("read_relations", {"slug": "$response.body#/items/0/slug"}),
        "neighbourhood": ("read_neighbourhood", {"slug": "$response.body#/items/0/slug"}),
    },
    "read_hits": {"first": ("read_entity", {"slug": "$response.body#/items/0/slug"})},
    "read_entity": {
        "relations": ("read_relations", {"slug": "$response.body#/slug"}),
        "neighbourhood": ("read_neighbourhood", {"slug": "$response.body#/slug"}),
        "statements": ("read_statements", {"subject": "$response.body#/slug"}),
        "triples": ("read_thing", {"slug": "$response.body#/slug"}),
    },
    "read_neighbourhood": {
        "paths": ("read_paths", {"from": "$response.body#/nodes/0/slug", "to": "$response.body#/nodes/1/slug"}),
    },
    "read_statements": {
        "one": ("read_statement", {"edge": "$response.body#/items/0/id"}),
        "why": ("read_why", {"edge": "$response.body#/items/0/id"}),
    },
    "read_types": {"first": ("read_type", {"key": "$response.body#/0/key"})},
    "read_vocabulary_relations": {"first": ("read_vocabulary_relation", {"key": "$response.body#/0/key"})},
    "read_formats": {"first": ("read_export", {"format": "$response.body#/0/name"})},
    "read_documents": {"first": ("read_document", {"slug": "$response.body#/0/slug"})},
    "read_generations": {
        "newest": ("read_generation", {"number": "$response.body#/0/id"}),
        "entities": ("read_entities", {"at": "$response.body#/0/id"}),
    },
}


def enrich(description: dict[str, Any]) -> None:
    """Add to *description* what all operations have in common."""
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(Problem=PROBLEM, Written=WRITTEN)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, method, operation in _operations(description):
        responses = operation["responses"]
        responses.pop("422", None)
        for status, text in _problems(path, method, operation):
            responses.setdefault(status, {"description": text, "content": _problem_content()})
        responses.setdefault("default", {"description": "Any other problem.", "content": _problem_content()})
        if method == "get":
            responses.setdefault("304", {"description": NOT_CHANGED})
        if method == "get":
            _add_formats(path, responses)
        if (path, method) in WRITE_OPERATIONS:
            told = {"schema": {"$ref": "#/components/schemas/Written"}, "example": WRITTEN_EXAMPLE}
            for status in ("200", "201"):
                published = responses.setdefault(status, {"description": "It is published."})
                published["content"] = {"application/json": told}
        if path == REPORTED:
            _add_reports(method, operation)
        _add_links(operation)
        _add_example(path, method, operation)


def schema_of(media_type: str) -> dict[str, Any]:
    """Return what an answer without a model is: data that may be anything, or text."""
    return {} if media_type.endswith(("json", "yaml")) else {"type": "string"}


def _operations(description: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _problems(path: str, method: str, operation: Operation) -> Iterator[tuple[str, str]]:
    yield from REFUSED.items()
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    if "{" in path or path == "/store":
        yield "404", NOT_THERE
    if "{slug}" in path:
        yield "307", MOVED
    if names & {"at", "cursor", "number"}:
        yield "410", GONE
        yield "404", NOT_THERE
    if "edge" in names:
        yield "404", NOT_THERE
    if path in VIEWS or "{format}" in path:
        yield "413", TOO_LARGE
    if (path, method) in WRITE_OPERATIONS or method == "post":
        yield from WRITING.items()


def _add_formats(path: str, responses: dict[str, Any]) -> None:
    if path in MEDIA_TYPES:
        content = {media_type: {"schema": schema_of(media_type)} for media_type in MEDIA_TYPES[path]}
        responses["200"]["content"] = content
    if path in VIEWS:
        for one in EXPORTS:
            responses["200"]["content"].setdefault(one.media_type, {"schema": schema_of(one.media_type)})
    if "{format}" in path:
        responses["206"] = {"description": PART, "content": responses["200"]["content"]}
        responses["416"] = {"description": NO_SUCH_PART}


def _add_reports(method: str, operation: Operation) -> None:
    for one in REPORTS:
        operation["responses"]["200"]["content"].setdefault(one.media_type, {"schema": schema_of(one.media_type)})
    if method == "post":
        operation["requestBody"] = {"content": SENT, "required": True}
        operation["responses"]["408"] = {
            "description": "The body took too long to come.",
            "content": _problem_content(),
        }


def _problem_content() -> dict[str, Any]:
    return {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _add_links(operation: Operation) -> None:
    links = {
        name: {"operationId": target, "parameters": dict(parameters)}
        for name, (target, parameters) in LINKS.get(operation.get("operationId", ""), {}).items()
    }
    if links:
        operation["responses"]["200"]["links"] = links


def _add_example(path: str, method: str, operation: Operation) -> None:
    example = examples().get(f"{method.upper()} {path}")
    success = operation["responses"].get("200") or operation["responses"].get("201")
    if example is not None and success is not None:
        content = success.setdefault("content", {}).setdefault(example["media_type"], {})
        content["example"] = example["answer"]


@cache
def examples() -> dict[str, Any]:
    """Return an example of each operation: what was asked, and the answer; a test asks the same again."""
    found: dict[str, Any] = orjson.loads((files("api") / EXAMPLES).read_bytes())
    return found
