"""Pages of other origins may ask everything that anybody may ask (CORS)."""

from typing import Any, Final

from api import request_ids
from api.answers import EDGES, GENERATION, HINT, NODES

STANDARD: Final = (
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "WWW-Authenticate",
    "Content-Disposition",
    "Content-Range",
)
EXPOSED: Final = (*STANDARD, GENERATION, HINT, NODES, EDGES, request_ids.HEADER)
# What the middleware of the web framework is told.
EVERY_ORIGIN: Final[dict[str, Any]] = {
    "allow_origins": ["*"],
    "allow_methods": ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "QUERY"],
    "allow_headers": ["*"],
    "expose_headers": list(EXPOSED),
    "max_age": 86_400,
}
# What it would add to an answer, for the paths that stand before it.
HEADERS: Final = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", ", ".join(EXPOSED).encode()),
)
