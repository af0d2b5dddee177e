"""Bearer tokens: who may do what.  Touches one file of the state folder, and the clock."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from fcntl import LOCK_EX, flock
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal

import orjson
from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter, ValidationError

from api.errors import TokensFileError
from graph.backup import TOKENS
from graph.engine.generations import sync
from graph.errors import ParameterError, StateFolderError

FILE: Final = TOKENS
LOCK: Final = "tokens.lock"
PREFIX: Final = "cix_"
RANDOM_BYTES: Final = 32
NAME_LENGTH: Final = 100


class Role(StrEnum):
    """What a token allows; each role may do what the ones before it may."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    # As texts they would be in the order of the alphabet, where an admin is less than a reader.
    def __lt__(self, other: str) -> bool:
        return self._rank() < Role(other)._rank()

    def __le__(self, other: str) -> bool:
        return self._rank() <= Role(other)._rank()

    def __gt__(self, other: str) -> bool:
        return self._rank() > Role(other)._rank()

    def __ge__(self, other: str) -> bool:
        return self._rank() >= Role(other)._rank()

    def _rank(self) -> int:
        return tuple(Role).index(self)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept: of the text that its owner has, only the SHA-256."""

    # What a newer version adds may be a restriction, so a key that is not known is never passed over.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: Annotated[str, Field(min_length=1)]
    name: str
    role: Role
    created: AwareDatetime
    expires: AwareDatetime | None
    revoked: AwareDatetime | None
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    def is_valid(self, now: datetime) -> bool:
        """Return whether it is neither expired nor revoked at *now*."""
        return self.revoked is None and (self.expires is None or now < self.expires)


@dataclass(frozen=True, slots=True)
class _Content:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    version: Literal[1]
    tokens: tuple[Token, ...]


_CONTENT: Final = TypeAdapter(_Content)
_Stamp = tuple[int, int, int]


class Tokens:
    """The tokens of a state folder; what another process changes is noticed at the next question.

    Args:
        path: The file that holds them instead, which copies of the service may share.
    """

    def __init__(self, state: Path, path: Path | None = None) -> None:
        self._path = path or state / FILE
        self._state = self._path.parent
        self._stamp: _Stamp | None = None
        self._tokens: tuple[Token, ...] = ()

    def list(self) -> tuple[Token, ...]:
        """Return every token, the oldest first; none when there is no file.

        Raises:
            TokensFileError: The file is there, and cannot be read or is not what was written.
        """
        try:
            if _stamp_of(self._path.stat()) != self._stamp:
                self._read()
        except FileNotFoundError:
            self._stamp, self._tokens = None, ()
        except OSError as error:
            raise TokensFileError(error.strerror or "it cannot be read") from error
        return self._tokens

    def find(self, text: str, *, now: datetime | None = None) -> Token | None:
        """Return the token whose owner sent *text*, if it is valid at *now*; it takes as long for any other text.

        Raises:
            TokensFileError: The file of tokens is broken.
        """
        sent = digest_of(text)
        found = None
        for token in self.list():
            if compare_digest(token.digest, sent):
                found = token
        return found if found is not None and found.is_valid(now or datetime.now(UTC)) else None

    def create(self, name: str, role: Role, *, expires: datetime | None = None) -> tuple[Token, str]:
        """Keep a new token; return it and its text, which is found nowhere afterwards.

        Raises:
            ParameterError: The name is empty, too long, or not printable.
            TokensFileError: The file of tokens is broken.
            StateFolderError: The folder cannot be written.
        """
        if not name.strip() or len(name) > NAME_LENGTH or not name.isprintable():
            raise ParameterError("name", name, f"one line of 1 to {NAME_LENGTH} characters is expected.")
        text = f"{PREFIX}{secrets.token_urlsafe(RANDOM_BYTES)}"
        token = Token(
            id=secrets.token_hex(6),
            name=name.strip(),
            role=role,
            created=datetime.now(UTC),
            expires=expires,
            revoked=None,
            digest=digest_of(text),
        )
        self._change(lambda tokens: (*tokens, token))
        return token, text

    def revoke(self, token_id: str) -> Token:
        """Let the token with that id be refused from now on; one that is revoked already stays as it is.

        Raises:
            ParameterError: There is no such token.
            TokensFileError: The file of tokens is broken.
            StateFolderError: The folder cannot be written.
        """
        now = datetime.now(UTC)

        def revoked(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
            if all(token.id != token_id for token in tokens):
                raise ParameterError("id", token_id, "there is no such token; `cloudindex token list` tells them all.")
            return tuple(
                replace(token, revoked=token.revoked or now) if token.id == token_id else token for token in tokens
            )

        changed = self._change(revoked)
        return next(token for token in changed if token.id == token_id)

    def _read(self) -> None:
        # A file that is broken leaves no stamp, so that it is read, and complained of, each time.
        self._stamp, self._tokens = None, ()
        with self._path.open("rb") as file:
            stamp = _stamp_of(os.fstat(file.fileno()))
            content = file.read()
        self._tokens = _parse(content)
        self._stamp = stamp

    def _change(self, change: Callable[[tuple[Token, ...]], tuple[Token, ...]]) -> tuple[Token, ...]:
        with _writable(self._state):
            changed = change(self.list())
            _replace(self._path, orjson.dumps(_Content(1, changed), option=orjson.OPT_INDENT_2))
        return changed


def digest_of(text: str) -> str:
    """Return the SHA-256 of the text of a token, in hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _parse(content: bytes) -> tuple[Token, ...]:
    try:
        return _CONTENT.validate_json(content, strict=True).tokens
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(step) for step in fault["loc"])
        raise TokensFileError(f"{place}: {fault['msg']}" if place else fault["msg"]) from error


def _stamp_of(status: os.stat_result) -> _Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino


@contextmanager
def _writable(state: Path) -> Iterator[None]:
    """Hold the right to change the tokens; whoever comes second waits."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        with (state / LOCK).open("wb") as lock:
            flock(lock, LOCK_EX)
            yield
    except OSError as error:
        raise StateFolderError(state, f"cannot be written: {error.strerror}") from error


def _replace(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read: whole and on the disk, or not at all."""
    descriptor, name = tempfile.mkstemp(prefix=f".{FILE}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        Path(name).rename(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync(path.parent)
