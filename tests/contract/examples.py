"""The examples of the service's description: what is asked, and how they are written down.

``python -m tests.contract.examples http://127.0.0.1:8000 > api/examples.json`` asks a service that serves the
documents of this project, with nothing else in its state.
"""

import sys
from typing import Any
from urllib.parse import quote

import httpx
import orjson
from pyoxigraph import NamedNode, Triple

from graph.iris import Iris
from graph.terms import CI
from graph.vocabulary import local_name

# By operation, what is asked; a body makes it a POST.
EDGE = Iris().edge(Triple(Iris().entity("kubespray"), NamedNode(f"{CI}usesTool"), Iris().entity("ansible")))
QUERY = "SELECT ?name { id:kubespray ci:usesTool/schema:name ?name }"
ASKED: dict[str, str | tuple[str, dict[str, Any]]] = {
    "GET /api/entities": "/api/entities?filter=type:Software%20and%20uses&limit=2&facets=usesTool&sort=-relations",
    "GET /api/entities/{slug}": "/api/entities/kubespray?fields=slug,name,type,labels,opinions",
    "POST /api/entities/by-id": ("/api/entities/by-id?fields=slug,name", {"slugs": ["kubespray", "K8s", "kubspray"]}),
    "GET /api/entities/{slug}/relations": "/api/entities/kubespray/relations?relation=uses",
    "GET /api/entities/{slug}/neighbourhood": "/api/entities/kubespray/neighbourhood?relation=uses&limit=2",
    "GET /api/entities/{slug}/neighbours": "/api/entities/kubespray/neighbours",
    "POST /api/subgraph": (
        "/api/subgraph",
        {"entities": ["kops"], "expand": [{"entity": "kubespray", "relation": "usesTool"}]},
    ),
    "GET /api/search": "/api/search?q=kubrnetes&limit=1",
    "GET /api/paths": "/api/paths?from=kubespray&to=ansible",
    "GET /api/statements": "/api/statements?subject=kubespray&object=ansible",
    "GET /api/statements/{edge}": f"/api/statements/{local_name(EDGE.value)}",
    "GET /api/proposals": "/api/proposals?document=cloud-index",
    "GET /api/why": "/api/why?subject=ansible&relation=usedBy&object=kubespray",
    "GET /api/compare": "/api/compare?entities=keepalived,metallb",
    "GET /api/export": "/api/export",
    "GET /api/export/{format}": "/api/export/mermaid?relation=operates",
    "GET /api/types": "/api/types",
    "GET /api/types/{key}": "/api/types/LoadBalancer",
    "GET /api/relations": "/api/relations",
    "GET /api/relations/{key}": "/api/relations/usesTool",
    "GET /api/documents": "/api/documents",
    "GET /api/validation": "/api/validation?limit=1",
    "POST /api/validation": (
        "/api/validation?name=mine.jsonld",
        {"@id": f"{Iris().base}id/kops", f"{CI}uses": {"@id": f"{Iris().base}id/kubadm"}},
    ),
    "GET /api/documents/{slug}": "/api/documents/common-knowledge",
    "GET /api/about": "/api/about",
    "POST /api/sparql/check": ("/api/sparql/check", {"query": "SELECT ?tool { id:kubespray ci:usesTol ?tool"}),
    "GET /api/questions": "/api/questions",
    "GET /api/documents/{slug}/joins": "/api/documents/common-knowledge/joins",
    "GET /api/generations": "/api/generations",
    "GET /api/generations/{number}": "/api/generations/1",
    "GET /id/{slug}": "/id/ansible?format=turtle",
    "GET /document/{path}": "/document/common-knowledge?format=turtle",
    "GET /ontology": "/ontology?format=turtle",
    "GET /context.jsonld": "/context.jsonld",
    "GET /.well-known/void": "/.well-known/void?format=turtle",
    "GET /healthz": "/healthz",
    "GET /readyz": "/readyz",
    "GET /metrics": "/metrics",
    "GET /sparql": f"/sparql?query={quote(QUERY)}&format=json",
    "GET /store": "/store?graph=https%3A%2F%2Fw3id.org%2Fcloudindex%2Fgraph%2Fdocuments&format=nt",
}
# Those that tell times, sizes or what has happened so far: only their shape is the same.
CHANGING = {
    "GET /api/generations",
    "GET /api/generations/{number}",
    "GET /readyz",
    "GET /metrics",
    "GET /healthz",
    "GET /.well-known/void",
}
LONGEST_TEXT = 600
MOST_ITEMS = 2


def answer(client: httpx.Client, operation: str) -> dict[str, Any]:
    """Return the example of an operation, as it is written down: of long lists and texts the beginning."""
    asked = ASKED[operation]
    response = client.get(asked) if isinstance(asked, str) else client.post(asked[0], json=asked[1])
    response.raise_for_status()
    media_type = response.headers["Content-Type"].partition(";")[0]
    content = shortened(response.json()) if media_type.endswith("json") else response.text[:LONGEST_TEXT]
    return {"asked": asked if isinstance(asked, str) else asked[0], "media_type": media_type, "answer": content}


def shortened(value: Any) -> Any:
    """Return JSON with the first items of its lists."""
    if isinstance(value, list):
        return [shortened(one) for one in value[:MOST_ITEMS]]
    return {key: shortened(one) for key, one in value.items()} if isinstance(value, dict) else value


def main() -> None:
    """Print the examples that a service gives."""
    with httpx.Client(base_url=sys.argv[1]) as client:
        found = {operation: answer(client, operation) for operation in sorted(ASKED)}
    sys.stdout.buffer.write(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
