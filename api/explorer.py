"""``/``: the explorer, a page with its scripts and styles, as it was built into `explorer/dist`.

Most assets are named by their content, so that browsers keep them for ever; the page itself they ask for anew.
"""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from api.answers import client_has
from api.errors import NotAcceptableError
from api.negotiation import choose, parse_accept
from api.packing import is_wanted
from graph.formats import PLAIN_JSON, Format

PATH: Final = "/"
ASSETS: Final = "/assets/{name}"
BUILT: Final = Path(__file__).parent / "explorer" / "dist"
HTML: Final = Format("html", "text/html", "html")
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
# The hash of the content that the build puts into most names.
NAMED_BY_CONTENT: Final = re.compile(r".+-[A-Za-z0-9_-]{8}\.[a-z0-9]+")
# The encodings that the build wrote besides, the smallest first.
PACKED: Final = MappingProxyType({"br": ".br", "gzip": ".gz"})


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page: its content as it is, and by encoding."""

    content: bytes
    packed: dict[str, bytes]
    media_type: str
    etag: str


def register(app: FastAPI) -> None:
    """Let *app* have the page."""

    @app.get(PATH, include_in_schema=False)
    async def explorer(request: Request) -> Response:
        """Give a browser the page, and send everything else to the description of what there is."""
        if not _wants_page(request) or not is_built():
            return RedirectResponse(request.url_for("swagger_ui_html"), headers={"Vary": "Accept"})
        return _respond(built()["index.html"], request, ASK_AGAIN)

    @app.get(ASSETS, include_in_schema=False)
    async def asset(name: str, request: Request) -> Response:
        """Give a part of the page."""
        found = built().get(f"assets/{name}")
        if found is None:
            raise HTTPException(404)
        return _respond(found, request, FOR_EVER if NAMED_BY_CONTENT.fullmatch(name) else ASK_AGAIN)


def holds(path: str) -> bool:
    """Return whether *path* is the page or a part of it: the same for every reader, whatever the data are."""
    return path == PATH or path.startswith("/assets/")


def policy(_prefix: str) -> str:
    """Return what the page may load: nothing but what we serve."""
    return POLICY


def is_built() -> bool:
    """Return whether this installation has the page."""
    return "index.html" in built()


@cache
def built() -> dict[str, Asset]:
    """Return the files of the page by their paths, read once."""
    paths = [path for path in BUILT.rglob("*") if path.is_file() and path.suffix not in PACKED.values()]
    return {path.relative_to(BUILT).as_posix(): _read(path) for path in paths}


def address_of(slug: str, request: Request) -> str:
    """Return the address at which people read of an entity: in the page, or as JSON where there is none."""
    prefix = request.scope.get("root_path", "")
    return f"{prefix}/#/entity/{quote(slug, safe='')}" if is_built() else f"{prefix}/api/entities/{slug}"


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    beside = {name: path.with_name(path.name + suffix) for name, suffix in PACKED.items()}
    media_type = guess_type(path.name)[0] or "application/octet-stream"
    return Asset(
        content,
        {name: packed.read_bytes() for name, packed in beside.items() if packed.exists()},
        f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type,
        f'"{sha256(content).hexdigest()[:24]}"',
    )


def _wants_page(request: Request) -> bool:
    """Return whether a client likes HTML best, and says so by name: a star is no wish for a page."""
    accept = request.headers.get("accept", "")
    is_named = any(one.media_type == HTML.media_type for one in parse_accept(accept))
    try:
        return is_named and choose((PLAIN_JSON, HTML), accept=accept) is HTML
    except NotAcceptableError:
        return False


def _respond(asset: Asset, request: Request, caching: str) -> Response:
    taken = request.headers.get("accept-encoding", "").encode("latin-1")
    encoding = next((name for name in PACKED if name in asset.packed and is_wanted(taken, name.encode())), "")
    etag = f'{asset.etag[:-1]}-{encoding}"' if encoding else asset.etag
    headers = {"ETag": etag, "Cache-Control": caching, "Vary": "Accept, Accept-Encoding"}
    if client_has(etag, request.headers):
        return Response(status_code=304, headers=headers)
    if encoding:
        headers["Content-Encoding"] = encoding
    content = asset.packed[encoding] if encoding else asset.content
    return Response(content, headers=headers, media_type=asset.media_type)
