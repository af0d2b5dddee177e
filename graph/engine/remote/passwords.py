"""How a server is told who asks: Basic, Digest or a bearer token.

Source: https://www.rfc-editor.org/rfc/rfc7617, https://www.rfc-editor.org/rfc/rfc7616 and
https://www.rfc-editor.org/rfc/rfc6750
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Lock
from typing import Final
from urllib.parse import urlsplit
from urllib.request import parse_http_list, parse_keqv_list

# What a challenge calls them; the older is what servers that know Digest at all have.
HASHES: Final[dict[str, Callable[[bytes], "hashlib._Hash"]]] = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}


@dataclass(slots=True)
class _Challenge:
    """What a server asked for, and how often that was answered."""

    fields: dict[str, str]
    count: int = 0


@dataclass(slots=True)
class Passwords:
    """A name and a password, told in the way that the server wants.  Threads may share it."""

    user: str
    password: str = field(repr=False)
    way: str
    _challenges: dict[str, _Challenge] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def headers(self, url: str, target: str) -> list[tuple[str, str]]:
        """Return the headers of a POST that tell the server; none where nobody is named, or nobody has asked yet."""
        if not self.user and not self.password:
            return []
        if self.way == "basic":
            told = f"Basic {self._basic()}"
        elif self.way == "bearer":
            told = f"Bearer {self.password}"
        else:
            told = self._digest(url, target)
        return [("Authorization", told)] if told else []

    def learn(self, url: str, challenges: Sequence[str]) -> bool:
        """Return whether a request that was refused is worth sending again, now that the server has said how.

        Args:
            challenges: The values of its ``WWW-Authenticate``.
        """
        if self.way != "digest" or not self.user:
            return False
        found = [one for one in map(_parsed, challenges) if one.get("algorithm", "MD5").upper() in HASHES and one]
        if not found:
            return False
        with self._lock:
            self._challenges[_origin(url)] = _Challenge(found[0])
        return True

    def secrets(self) -> tuple[str, ...]:
        """Return what must stand in no message."""
        return (self._basic(), self.password) if self.password else ()

    def _basic(self) -> str:
        return b64encode(f"{self.user}:{self.password}".encode()).decode()

    def _digest(self, url: str, target: str) -> str:
        with self._lock:
            challenge = self._challenges.get(_origin(url))
            if challenge is None:
                return ""
            challenge.count += 1
            return _answered(self.user, self.password, target, challenge.fields, challenge.count)


def _answered(user: str, password: str, target: str, fields: dict[str, str], count: int) -> str:
    algorithm = fields.get("algorithm", "MD5")
    realm, nonce = fields.get("realm", ""), fields.get("nonce", "")
    kind = HASHES[algorithm.upper()]

    def digest(*parts: str) -> str:
        return kind(":".join(parts).encode()).hexdigest()

    who, what = digest(user, realm, password), digest("POST", target)
    said = {"username": user, "realm": realm, "nonce": nonce, "uri": target}
    plain = {"algorithm": algorithm}
    if "qop" in fields:
        number, own = f"{count:08x}", token_hex(8)
        said |= {"cnonce": own, "response": digest(who, nonce, number, own, "auth", what)}
        plain |= {"qop": "auth", "nc": number}
    else:
        said["response"] = digest(who, nonce, what)
    if "opaque" in fields:
        said["opaque"] = fields["opaque"]
    quoted = (f'{name}="{_escaped(value)}"' for name, value in said.items())
    return "Digest " + ", ".join((*quoted, *(f"{name}={value}" for name, value in plain.items())))


def _parsed(challenge: str) -> dict[str, str]:
    """Return the fields of a challenge of Digest; none where it is another."""
    scheme, _, rest = challenge.partition(" ")
    if scheme.lower() != "digest":
        return {}
    return parse_keqv_list([one for one in parse_http_list(rest) if "=" in one])


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
