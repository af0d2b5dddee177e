"""Whether a request may do what it asks for: a bearer token in its Authorization header.

Source: https://www.rfc-editor.org/rfc/rfc6750
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import Depends
from fastapi.security import HTTPBearer
from starlette.requests import Request

from api.errors import ForbiddenError, UnauthorizedError, WritesOffError
from api.settings import Settings
from api.tokens import Role, Token, Tokens

SCHEME: Final = "bearer"
# It checks nothing; it lets the page at /docs ask for a token.
_DOCUMENTED: Final = HTTPBearer(auto_error=False, scheme_name="token", description="`cloudindex token create`")


async def authorise(request: Request, role: Role) -> Token:
    """Return the token of *request*, which allows *role*.

    Raises:
        WritesOffError: The role is one that writes, and writing is turned off.
        UnauthorizedError: There is no token, or it is unknown, expired or revoked: which of them, nobody is told.
        ForbiddenError: The token allows less.
        TokensFileError: The file of tokens is broken.
    """
    settings: Settings = request.app.state.settings
    tokens: Tokens = request.app.state.tokens
    if role > Role.READ and not settings.writes:
        raise WritesOffError
    text = _sent(request)
    if text is None:
        raise UnauthorizedError(is_sent=False)
    token = tokens.find(text)
    if token is None:
        raise UnauthorizedError(is_sent=True)
    if token.role < role:
        raise ForbiddenError(role)
    return token


def needs(role: Role) -> Callable[..., Awaitable[Token]]:
    """Return what an endpoint depends on that only tokens of *role* may use.

    ``token: Annotated[Token, Depends(needs(Role.WRITE))]``
    """

    async def guard(request: Request, _documented: Annotated[Any, Depends(_DOCUMENTED)]) -> Token:
        return await authorise(request, role)

    return guard


def _sent(request: Request) -> str | None:
    """Return the token that was sent, whatever it looks like; none when there is no header, or of another scheme."""
    headers = request.headers.getlist("authorization")
    if len(headers) > 1:
        raise UnauthorizedError(is_sent=True)
    scheme, _, text = headers[0].strip().partition(" ") if headers else ("", "", "")
    return text.strip(" ") if scheme.lower() == SCHEME else None
