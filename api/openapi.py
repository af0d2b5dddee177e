"""The description of the paths that stand beside the web framework, as OpenAPI."""

from typing import Any, Final

from fastapi import FastAPI

from graph.formats import GRAPHS, RESULTS

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
    (
        "format",
        "The format, in place of `Accept`.",
        {"type": "string", "enum": [one.name for one in (*RESULTS, *GRAPHS)]},
    ),
)

PROBLEMS: Final = (
    ("400", "The query does not parse, or a parameter does not fit."),
    ("406", "None of the formats is accepted."),
    ("503", "A limit was reached, or too many queries wait."),
)


def register(app: FastAPI) -> None:
    """Let the description of *app* include ``/sparql``."""
    generated = app.openapi

    def openapi() -> dict[str, Any]:
        description = generated()
        description["paths"].setdefault("/sparql", _sparql())
        return description

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents this as the way


def _sparql() -> dict[str, Any]:
    responses = {
        "200": {
            "description": "The answer.",
            "content": {one.media_type: {"schema": {"type": "string"}} for one in (*RESULTS, *GRAPHS)},
        },
        **{status: {"description": text, "content": {"application/problem+json": {}}} for status, text in PROBLEMS},
    }
    described = {"tags": ["SPARQL"], "description": SPARQL_TEXT, "responses": responses}
    parameters = [
        {"name": name, "in": "query", "description": text, "schema": schema} for name, text, schema in PARAMETERS
    ]
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
