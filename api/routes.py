"""Which path of the service a request is for: without the prefix of a proxy, and as the template it fits."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from starlette.types import Scope

UNKNOWN: Final = "unknown"
REMEMBERED: Final = 4096


def path_of(scope: Scope) -> str:
    """Return the path of a request below the prefix that a proxy serves us under."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def template_finder(templates: Iterable[str]) -> Callable[[str], str]:
    """Return a function that gives the template which a path fits, or `UNKNOWN`; a last ``{…}`` takes slashes, too.

    >>> find = template_finder(["/id/{slug}", "/id/{slug}/more", "/sparql"])
    >>> find("/id/a/more"), find("/id/a"), find("/sparql"), find("/x")
    ('/id/{slug}/more', '/id/{slug}', '/sparql', 'unknown')
    """
    known = sorted(set(templates), key=lambda template: (-template.count("/"), template))
    patterns = [(template, _pattern(template)) for template in known if "{" in template]
    fixed = frozenset(known)

    @lru_cache(REMEMBERED)
    def find(path: str) -> str:
        if path in fixed:
            return path
        return next((template for template, pattern in patterns if pattern.fullmatch(path)), UNKNOWN)

    return find


def _pattern(template: str) -> re.Pattern[str]:
    *parts, last = re.split(r"\{[^}]*\}", template)
    inner = "[^/]+".join(map(re.escape, parts))
    return re.compile(inner + (".+" if not last else "[^/]+") + re.escape(last), re.DOTALL)
