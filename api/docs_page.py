"""``/docs``: the page to try everything out, with scripts of its own so that it works without the internet."""

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi_swagger import patch_fastapi

PATH: Final = "/docs"
PARAMETERS: Final[dict[str, Any]] = {"tryItOutEnabled": True, "filter": True, "displayRequestDuration": True}
INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def register(app: FastAPI) -> None:
    """Let *app* have the page."""
    patch_fastapi(app, PATH, redirect_from_root_to_docs=False, swagger_ui_parameters=PARAMETERS)


@lru_cache(64)
def policy(prefix: str) -> str:
    """Return what the page may load: what we serve, and the one script in it, known by its hash.

    Args:
        prefix: What a proxy serves us under; the script holds the address of the description.
    """
    page = bytes(
        get_swagger_ui_html(openapi_url=f"{prefix}/openapi.json", title="", swagger_ui_parameters=PARAMETERS).body
    )
    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in INLINE.findall(page.decode())]
    scripts = " ".join(["'self'", *(f"'sha256-{one}'" for one in hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
