"""Headers that tell browsers how little they may do with an answer; every answer has them.

Sources: https://owasp.org/www-project-secure-headers/ and https://www.w3.org/TR/CSP3/
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.types import Scope

from api.routes import path_of

Headers = tuple[tuple[bytes, bytes], ...]
POLICY: Final = b"content-security-policy"
ALWAYS: Final[Headers] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),  # the data are public
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
NOTHING: Final[Headers] = (
    *ALWAYS,
    (POLICY, b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
)
# Once a browser has come by HTTPS it stays with it for a year.
HTTPS_ONLY: Final[Headers] = ((b"strict-transport-security", b"max-age=31536000"),)


@dataclass(frozen=True, slots=True)
class SecurityHeaders:
    """The headers of each answer.

    Attributes:
        pages: What the few pages among the answers may load: path → policy, given the prefix of a proxy.
    """

    pages: Mapping[str, Callable[[str], str]]

    def of(self, scope: Scope) -> Headers:
        """Return the headers of the answer to a request."""
        page = self.pages.get(path_of(scope))
        found = (*ALWAYS, (POLICY, page(scope.get("root_path", "")).encode())) if page else NOTHING
        return found + HTTPS_ONLY if scope.get("scheme") == "https" else found
