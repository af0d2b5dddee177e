"""Which other services may be asked: the allow-list, the parts of an address, and which network addresses are public.

Pure: nothing is looked up here, and nobody is asked.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import quote

PORTS: Final = {"http": 80, "https": 443}
LABEL: Final = r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?"
NAME: Final = re.compile(rf"(?:{LABEL}\.)*(?![0-9]+$|0x[0-9a-f]*$){LABEL}", re.ASCII)
MOST_NAME_LENGTH: Final = 253
PORT: Final = re.compile(r":([0-9]{1,5})", re.ASCII)
HOST: Final = r"\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s/?#@:\[\]\\<>]+)"
ENTRY: Final = re.compile(rf"(?:{HOST})(?P<port>:[0-9]{{1,5}})?", re.ASCII)
ADDRESS: Final = re.compile(
    rf"(?P<scheme>https?)://(?:{HOST})(?P<port>:[0-9]{{0,5}})?(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:\#.*)?",
    re.ASCII | re.IGNORECASE,
)
UNFIT: Final = re.compile(r"[\x00-\x20\x7f\\<>\"^`{|}]")
# What stands in an address of a request without being escaped; “%” is part of what is escaped already.
UNESCAPED: Final = "/?%:@!$&'()*+,;=-._~[]"
# Addresses that lead to an IPv4 address: as it is, by a relay, by a translator.
NAT64: Final = ip_network("64:ff9b::/96")
# What the standard library of some Python versions takes for public.
NOT_PUBLIC: Final = tuple(
    ip_network(text)
    for text in (
        *("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
        *("::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7"),
        *("fe80::/10", "fec0::/10", "ff00::/8"),
    )
)

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """An address of another service, in its parts.

    Attributes:
        host: A name in lower case, or a network address without brackets.
        path: The path and the query, escaped as a request has them.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        """The host, with its port where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def iri(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.shown}{self.path}"


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts that queries may ask.

    Attributes:
        entries: Host and port; without a port, the usual ones of http and https are meant.
    """

    entries: frozenset[tuple[str, int | None]] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.entries)

    def refusal(self, target: Target) -> str | None:
        """Return why *target* may not be asked, ``None`` where it may.  What is on the list is never told."""
        is_usual = target.port == PORTS[target.scheme]
        if (target.host, target.port) in self.entries or (is_usual and (target.host, None) in self.entries):
            return None
        return f"{target.shown} is not among the hosts that may be asked from here"

    def may_connect(self, target: Target, address: str) -> bool:
        """Return whether *address*, which *target* has led to, may be connected to.

        It may when it is public, or when the list holds this address with this port, written as an address.
        """
        found = parse_address(address)
        if found is None:
            return False
        is_literal = parse_address(target.host) == found
        return is_public(found) or (is_literal and (target.host, target.port) in self.entries)


NOBODY: Final = AllowedHosts()


@dataclass(frozen=True, slots=True)
class Federation:
    """Which other services may be asked, and how large an answer of theirs may be."""

    hosts: AllowedHosts = NOBODY
    answer_bytes: int = 16 << 20


def parse_hosts(text: str) -> AllowedHosts:
    """Return the list that *text* writes: ``host`` or ``host:port``, with commas between them.

    Raises:
        ValueError: An entry is no host, or a private address without a port.
    """
    return AllowedHosts(frozenset(_entry(part.strip()) for part in text.split(",") if part.strip()))


def parse_target(iri: str) -> Target:
    """Return the parts of an address.

    Raises:
        ValueError: It is none that may be asked; the message says why, as the rest of a sentence about it.
    """
    if UNFIT.search(iri):
        raise ValueError("it holds a character that an address may not")
    match = ADDRESS.fullmatch(iri)
    if match is None:
        raise ValueError(_why_not(iri))
    scheme = match["scheme"].lower()
    port = int(match["port"][1:]) if match["port"] and match["port"] != ":" else PORTS[scheme]
    host = _host(match)
    if host is None or not 0 < port < 65536:
        raise ValueError("it has no host that could be asked")
    return Target(scheme, host, port, quote((match["path"] or "/") + (match["query"] or ""), safe=UNESCAPED))


def parse_address(text: str) -> Address | None:
    """Return the network address that *text* writes, ``None`` when it is none."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Return whether anyone could ask *address*: it is neither private nor special, and leads to none that is."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    looks: Sequence[Callable[[Address], bool]] = (
        lambda one: one.is_private,
        lambda one: one.is_loopback,
        lambda one: one.is_link_local,
        lambda one: one.is_multicast,
        lambda one: one.is_reserved,
        lambda one: one.is_unspecified,
        lambda one: any(one in network for network in NOT_PUBLIC),
    )
    return not any(look(address) for look in looks)


def _entry(text: str) -> tuple[str, int | None]:
    match = ENTRY.fullmatch(text)
    host = _host(match) if match else None
    if match is None or host is None:
        raise ValueError(f"“{text}” is neither a host nor host:port")
    port = int(match["port"][1:]) if match["port"] else None
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"“{text}” has no port that could be asked")
    address = parse_address(host)
    if port is None and address is not None and not is_public(address):
        raise ValueError(f"“{text}” is a private address; write the port, too, if just that is meant")
    return host, port


def _host(match: re.Match[str]) -> str | None:
    """Return the host in its one form, ``None`` when it is neither a name nor an address."""
    text = (match["v6"] or match["host"]).lower().removesuffix(".")
    address = parse_address(text)
    if address is not None:
        return str(address) if (address.version == 6) == bool(match["v6"]) else None
    return text if not match["v6"] and len(text) <= MOST_NAME_LENGTH and NAME.fullmatch(text) else None


def _why_not(iri: str) -> str:
    scheme, mark, rest = iri.partition(":")
    if not mark or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*", scheme):
        return "it is not a whole address, from https:// on"
    if scheme.lower() not in PORTS:
        return "only http and https are asked"
    if "@" in rest.removeprefix("//").partition("/")[0]:
        return "it names a user, and none is sent"
    return "it has no host that could be asked"
