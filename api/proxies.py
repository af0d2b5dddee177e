"""Behind a proxy: the client, the scheme, the host and the prefix that people see, told by proxies we trust.

Only one family of headers is read, the one that the proxy writes: it passes on the other as a client sent it.

Source: https://www.rfc-editor.org/rfc/rfc7239
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
SCHEME: Final = re.compile(r"https?")
HOST: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
PREFIX: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){1,8}")
PAIR: Final = re.compile(r'\s*([A-Za-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*(?:([;,])|$)')
MOST_HOPS: Final = 32
MOST_BYTES: Final = 4096


class Family(StrEnum):
    """The headers that a proxy writes."""

    X_FORWARDED = "x-forwarded"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class Hop:
    """What one proxy says of the request as it came to it; texts that it does not give are empty."""

    client: str = ""
    scheme: str = ""
    host: str = ""


class Proxies:
    """Believes the proxies in *trusted*; what anybody else says of itself changes nothing."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network], family: Family) -> None:
        self._app = app
        self._family = family
        self._trusts = lru_cache(1024)(lambda text: _lies_in(text, trusted))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        peer = (scope.get("client") or ("", 0))[0] if scope["type"] == "http" else ""
        if self._trusts(peer):
            scope = self._seen_from_outside(scope, peer)
        await self._app(scope, receive, send)

    def _seen_from_outside(self, scope: Scope, peer: str) -> Scope:
        headers = _joined(scope["headers"])
        hops = READERS[self._family](headers)
        client, outermost = peer, Hop()
        for hop in reversed(hops):  # the last one was written by the proxy that talks to us
            outermost = Hop(scheme=hop.scheme or outermost.scheme, host=hop.host or outermost.host)
            address = _address(hop.client)
            if address is None:
                break
            client = str(address)
            if not self._trusts(client):
                break
        told = dict(scope, client=(client, 0))
        if SCHEME.fullmatch(outermost.scheme):
            told["scheme"] = outermost.scheme
        if HOST.fullmatch(outermost.host):
            told["headers"] = _with_host(scope["headers"], outermost.host)
        prefix = headers.get("x-forwarded-prefix", "").rpartition(",")[2].strip().rstrip("/")
        if self._family is Family.X_FORWARDED and PREFIX.fullmatch(prefix):
            told |= _below(prefix, scope)
        return told


def _x_forwarded(headers: Mapping[str, str]) -> list[Hop]:
    """Return what each proxy says; one that replaces a header, where others add to it, speaks for those before it."""
    clients, schemes, hosts = (
        [part.strip() for part in headers.get(f"x-forwarded-{name}", "").split(",")][-MOST_HOPS:]
        for name in ("for", "proto", "host")
    )
    return [
        Hop(client, _at(schemes, len(clients) - number), _at(hosts, len(clients) - number))
        for number, client in enumerate(clients)
    ]


def _at(values: Sequence[str], from_right: int) -> str:
    return values[-min(from_right, len(values))]


def _forwarded(headers: Mapping[str, str]) -> list[Hop]:
    hops: list[Hop] = []
    pairs: dict[str, str] = {}
    text, position = headers.get("forwarded", ""), 0
    while position < len(text):
        found = PAIR.match(text, position)
        if found is None:
            return []  # nothing that is malformed is believed in part
        name, quoted, plain, mark = found.groups()
        pairs[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
        position = found.end()
        if mark != ";":
            hops.append(Hop(pairs.get("for", ""), pairs.get("proto", "").lower(), pairs.get("host", "")))
            pairs = {}
    return hops[-MOST_HOPS:]


READERS: Final = {Family.X_FORWARDED: _x_forwarded, Family.FORWARDED: _forwarded}


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers of proxies; those that come several times are one list."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name.startswith((b"x-forwarded-", b"forwarded")):
            key, text = name.decode("latin-1"), value.decode("latin-1")
            found[key] = f"{found[key]},{text}" if key in found else text
    return {name: text[-MOST_BYTES:] for name, text in found.items()}


def _address(text: str) -> Address | None:
    """Return the address in *text*, which may have a port; an IPv6 address with one stands in brackets."""
    bare = text.partition("]")[0].removeprefix("[") if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _lies_in(text: str, networks: Sequence[Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in networks)


def _with_host(headers: Iterable[tuple[bytes, bytes]], host: str) -> list[tuple[bytes, bytes]]:
    return [(b"host", host.encode("ascii")), *((name, value) for name, value in headers if name != b"host")]


def _below(prefix: str, scope: Scope) -> dict[str, str | bytes]:
    """Return the path with the prefix that the proxy took away."""
    raw = scope.get("raw_path") or b""
    return {"root_path": prefix, "path": prefix + scope["path"], "raw_path": prefix.encode("ascii") + raw}
