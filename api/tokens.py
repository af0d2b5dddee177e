"""Who may do what: bearer tokens, of which only the hashes are kept.  Touches a file and the clock.

Source: https://www.rfc-editor.org/rfc/rfc6750
"""

import hmac
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import TypeAdapter, ValidationError

from api.settings import Settings
from graph.errors import GraphError, StateFolderError

PREFIX: Final = "cix_"
FILE: Final = "tokens.json"
REALM: Final = 'Bearer realm="Cloud Index"'


class Role(StrEnum):
    """What a token allows; each includes those before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """Its place in the order."""
        return list(Role).index(self)


@dataclass(frozen=True, slots=True)
class Token:
    """A token, without the secret itself.

    Attributes:
        digest: The SHA-256 of the secret.
        expires: From when on it is worth nothing, UTC; ``None`` is never.
        revoked: When it was revoked, UTC.
    """

    id: str
    name: str
    role: Role
    created: datetime
    digest: str
    expires: datetime | None = None
    revoked: datetime | None = None

    def state(self, now: datetime) -> str:
        """Return ``valid``, ``expired`` or ``revoked``."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "valid"


class UnauthorizedError(GraphError):
    """A token is needed."""

    code = "token-needed"

    def __init__(self, *, was_sent: bool) -> None:
        super().__init__(
            "The token is not valid: it is unknown, expired or revoked."
            if was_sent
            else "A token is needed: send it as “Authorization: Bearer …”; `cloudindex token create` makes one."
        )
        self.challenge = f'{REALM}, error="invalid_token"' if was_sent else REALM


class ForbiddenError(GraphError):
    """The token does not allow this."""

    code = "role-needed"

    def __init__(self, role: Role) -> None:
        super().__init__(f"This needs a token with the role “{role}”.")
        self.challenge = f'{REALM}, error="insufficient_scope", scope="{role}"'


class WritesOffError(GraphError):
    """Nothing can be written here."""

    code = "writes-off"

    def __init__(self) -> None:
        super().__init__("This service is read-only; it takes writes when it is started with CLOUDINDEX_WRITES=true.")


class UnknownTokenError(GraphError):
    """No token has that id."""

    code = "token-unknown"

    def __init__(self, token_id: str) -> None:
        super().__init__(f"There is no token “{token_id[:80]}”; `cloudindex token list` shows those that there are.")


_TOKENS: Final = TypeAdapter(tuple[Token, ...])


def create(state: Path, name: str, role: Role, expires: datetime | None = None) -> tuple[str, Token]:
    """Make a token and keep its hash; return the secret, which is shown this once, and what is kept of it."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(secrets.token_hex(4), name, role, datetime.now(UTC).replace(microsecond=0), _hash(secret), expires)
    with _locked(state):
        _write(state, (*list_tokens(state), token))
    return secret, token


def revoke(state: Path, token_id: str) -> Token:
    """Make a token worth nothing from now on.

    Raises:
        UnknownTokenError: There is none of that id.
    """
    with _locked(state):
        tokens = list_tokens(state)
        found = next((token for token in tokens if token.id == token_id), None)
        if found is None:
            raise UnknownTokenError(token_id)
        revoked = replace(found, revoked=found.revoked or datetime.now(UTC).replace(microsecond=0))
        _write(state, tuple(revoked if token is found else token for token in tokens))
        return revoked


def list_tokens(state: Path) -> tuple[Token, ...]:
    """Return the tokens in the order in which they were made.

    Raises:
        StateFolderError: The file is broken: then nobody may do anything.
    """
    path = state / FILE
    try:
        return _TOKENS.validate_json(path.read_bytes()) if path.exists() else ()
    except (OSError, ValidationError) as error:
        raise StateFolderError(path, "is not a list of tokens") from error


def parse_expiry(text: str, now: datetime) -> datetime:
    """Return the moment that ``30d`` or ``2027-01-31`` means.

    Raises:
        ValueError: It is neither.
    """
    if text.endswith("d") and text[:-1].isdigit() and len(text) < 7:
        return datetime.fromtimestamp(now.timestamp() + int(text[:-1]) * 86_400, UTC).replace(microsecond=0)
    return datetime.combine(date.fromisoformat(text), time(), UTC)


class Doorkeeper:
    """Knows the tokens of a state folder, and reads them again when the file has changed."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._seen: tuple[int, int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    def find(self, secret: str) -> Token | None:
        """Return the token with that secret, if it is worth anything now."""
        self._look()
        digest, now, found = _hash(secret), datetime.now(UTC), None
        for token in self._tokens:  # all of them, so that the time says nothing
            if hmac.compare_digest(token.digest, digest):
                found = token
        return found if found is not None and found.state(now) == "valid" else None

    def _look(self) -> None:
        try:
            status = (self._state / FILE).stat()
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            seen = (0, 0, 0)
        if seen != self._seen:
            self._tokens = list_tokens(self._state)
            self._seen = seen


async def authorise(request: Request, role: Role) -> Token:
    """Return the token of *request*, which allows *role*.

    Raises:
        WritesOffError: Nothing can be written here.
        UnauthorizedError: There is no token, or it is worth nothing.
        ForbiddenError: It allows less.
    """
    settings: Settings = request.app.state.settings
    if role is not Role.READ and not settings.writes:
        raise WritesOffError
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise UnauthorizedError(was_sent=bool(scheme))
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    token = await run_in_threadpool(doorkeeper.find, secret.strip())
    if token is None:
        raise UnauthorizedError(was_sent=True)
    if token.role.rank < role.rank:
        raise ForbiddenError(role)
    return token


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()


@contextmanager
def _locked(state: Path) -> Iterator[None]:
    try:
        state.mkdir(parents=True, exist_ok=True)
        with (state / "tokens.lock").open("w", encoding="utf-8") as lock:
            flock(lock, LOCK_EX)
            yield
    except OSError as error:
        raise StateFolderError(state, f"cannot be written: {error.strerror}") from error


def _write(state: Path, tokens: tuple[Token, ...]) -> None:
    descriptor, name = tempfile.mkstemp(dir=state, prefix=".tokens-")  # readable by its owner alone
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(tokens, option=orjson.OPT_INDENT_2))
            file.flush()
            os.fsync(descriptor)
        Path(name).rename(state / FILE)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(state, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
