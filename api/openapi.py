"""The description of the paths that stand beside the web framework, as OpenAPI."""

from collections.abc import Iterable
from typing import Any, Final

from fastapi import FastAPI

from api.described import enrich, schema_of
from graph.formats import GRAPHS, QUERY_GRAPHS, QUERY_TABLES

ANSWERS: Final = (*QUERY_TABLES, *QUERY_GRAPHS)

SPARQL_TEXT: Final = (
    "SPARQL 1.1 Protocol. `Accept` or `format` choose the format of the answer; the prefixes of the ontology, `id:`, "
    "`document:` and `graph:` need no declaration. Without a query, GET describes the service."
)
EXAMPLE: Final = "SELECT ?entity ?name WHERE { ?entity schema:name ?name } LIMIT 10"
PARAMETERS: Final = (
    ("query", "The query.", {"type": "string", "example": EXAMPLE}),
    ("default-graph-uri", "The default graph, in place of graph/all.", {"type": "array", "items": {"type": "string"}}),
    ("named-graph-uri", "The named graphs, in place of all.", {"type": "array", "items": {"type": "string"}}),
    ("timeout", "Seconds, up to the limit of the service.", {"type": "number", "exclusiveMinimum": 0}),
    ("complete", "Whether an answer beyond 1 MiB is gathered first: all or an error.", {"type": "boolean"}),
    ("at", "The number of an earlier generation to ask.", {"type": "integer", "minimum": 1}),
    (
        "unknown",
        "`problem` answers with a problem where the answer is empty and a term is not in the ontology.",
        {"type": "string", "enum": ["hint", "problem"]},
    ),
    (
        "format",
        "The format, in place of `Accept`.",
        {"type": "string", "enum": list(dict.fromkeys(one.name for one in ANSWERS))},
    ),
)

UPDATE_TEXT: Final = (
    "SPARQL 1.1 Protocol, for writers. The graphs of documents of the service's own collection can be written; what "
    "is published is published whole."
)
UPDATE_EXAMPLE: Final = "INSERT DATA { GRAPH document:mine { id:kops ci:uses id:go } }"
USING: Final = (
    ("using-graph-uri", "The default graph of the patterns.", {"type": "array", "items": {"type": "string"}}),
    ("using-named-graph-uri", "The named graphs of the patterns.", {"type": "array", "items": {"type": "string"}}),
)
STORE_TEXT: Final = "SPARQL 1.1 Graph Store Protocol: reading for all, writing for writers."
NAMES: Final = (
    ("graph", "The IRI of the graph.", {"type": "string"}),
    ("default", "The merge of all.", {"type": "string"}),
    ("at", "The number of an earlier generation to read.", {"type": "integer", "minimum": 1}),
    ("format", "The format, in place of `Accept`.", {"type": "string", "enum": [one.name for one in GRAPHS]}),
)
STORE_OPERATIONS: Final = {
    "get": "Read a graph",
    "put": "Put a graph in place of what is there",
    "post": "Add to a graph, or make one",
    "delete": "Take a graph away",
}


def register(app: FastAPI) -> None:
    """Let the description of *app* include ``/sparql``, ``/update`` and ``/store``."""
    generated = app.openapi

    def openapi() -> dict[str, Any]:
        description = generated()
        for path, operations in (("/sparql", _sparql()), ("/update", _update()), ("/store", _store())):
            description["paths"].setdefault(path, operations)
        if "Problem" not in description["components"]["schemas"]:
            enrich(description)
        return description

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents this as the way


def _sparql() -> dict[str, Any]:
    responses = {
        "200": {
            "description": "The answer.",
            "content": {
                one.media_type: {"schema": schema_of(one.media_type)} for one in (*QUERY_TABLES, *QUERY_GRAPHS)
            },
        },
    }
    described = {"tags": ["SPARQL"], "description": SPARQL_TEXT, "responses": responses}
    parameters = _in_address(PARAMETERS)
    body = {
        "content": {
            "application/sparql-query": {"schema": {"type": "string", "example": EXAMPLE}},
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": {name: schema for name, _, schema in PARAMETERS}}
            },
        }
    }
    get = {**described, "summary": "Ask a query", "operationId": "ask_by_get", "parameters": parameters}
    post = {**described, "summary": "Ask a longer query", "operationId": "ask_by_post", "requestBody": body}
    return {"get": get, "post": post}


def _update() -> dict[str, Any]:
    """Describe ``/update``."""
    body = {
        "content": {
            "application/sparql-update": {"schema": {"type": "string", "example": UPDATE_EXAMPLE}},
            "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
        }
    }
    post = {
        "tags": ["SPARQL"],
        "summary": "Run an update",
        "description": UPDATE_TEXT,
        "operationId": "update",
        "parameters": _in_address(USING),
        "requestBody": body,
        "responses": {
            "200": {"description": "It is published, or changed nothing."},
            "201": {"description": "It is published, and made a document."},
        },
    }
    return {"post": post}


def _store() -> dict[str, Any]:
    """Describe ``/store``."""
    content = {one.media_type: {"schema": schema_of(one.media_type)} for one in GRAPHS}
    return {
        method: {
            "tags": ["SPARQL"],
            "summary": summary,
            "description": STORE_TEXT,
            "operationId": f"{method}_graph",
            "parameters": _in_address(NAMES if method == "get" else NAMES[:2]),
            **({"requestBody": {"content": content}} if method in ("put", "post") else {}),
            "responses": {
                "200": {"description": "The graph, or what was published.", "content": content},
            },
        }
        for method, summary in STORE_OPERATIONS.items()
    }


def _in_address(parameters: Iterable[tuple[str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "description": text, "schema": schema} for name, text, schema in parameters]
