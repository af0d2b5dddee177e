"""One request to another service on behalf of a query: every address is checked, and the answer is whole or an error.

Asks the network.  No proxy, cookie or password of the environment is used.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urljoin

import httpcore

from graph.remote_hosts import AllowedHosts, Target, parse_target

MOST_REDIRECTS: Final = 5
CONNECT_SECONDS: Final = 10.0
REPEATING: Final = (301, 302, 307, 308)  # a query changes nothing, so it may be sent again
SEE_OTHER: Final = 303
# Media types that the engine reads although it does not name them when it asks.
READ_TOO: Final = ("application/json", "text/json", "application/xml", "text/xml")
FAILURES: Final[tuple[tuple[type[Exception], str], ...]] = (
    (httpcore.ConnectTimeout, "no connection could be made in time"),
    (httpcore.TimeoutException, "it took too long"),
    (httpcore.ConnectError, "no connection could be made"),
    (httpcore.NetworkError, "the connection broke"),
    (httpcore.ProtocolError, "it does not speak HTTP as it should"),
)

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class FetchError(Exception):
    """There is no answer; the message says why, as the end of a sentence about the host."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a worker asks of another service."""

    method: str
    accept: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer."""

    content_type: str
    body: bytes


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the network addresses of a host, as the system knows them.

    Raises:
        OSError: It knows none.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for _, _, _, _, address in found))


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to one target: its host is looked up once, every address is checked, and just these are connected to.

    A name that leads elsewhere the next time it is looked up gains nothing by that.
    """

    def __init__(
        self,
        target: Target,
        hosts: AllowedHosts,
        resolve: Resolve = resolve,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._target = target
        self._hosts = hosts
        self._resolve = resolve
        self._network = network or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002  # the target decides
        port: int,  # noqa: ARG002
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to the first address that takes one.

        Raises:
            FetchError: The host has no address, or one that may not be asked.
        """
        failure: Exception = FetchError("its name leads nowhere")
        for address in await self._addresses():
            try:
                return await self._network.connect_tcp(
                    address, self._target.port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _addresses(self) -> Sequence[str]:
        try:
            found = await self._resolve(self._target.host, self._target.port)
        except (OSError, UnicodeError) as error:
            raise FetchError("its name leads nowhere") from error
        if not all(self._hosts.may_connect(self._target, address) for address in found):
            raise FetchError("its name leads to an address that is not public")
        return found


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Asks hosts on the list.

    Attributes:
        answer_bytes: How large an answer may be.
        seconds: How long it may take, redirects included.
    """

    hosts: AllowedHosts
    answer_bytes: int
    seconds: float
    resolve: Resolve = resolve
    tls: ssl.SSLContext = field(default_factory=httpcore.default_ssl_context)

    async def fetch(self, iri: str, asked: Asked) -> Fetched:
        """Return the answer of the service at *iri*; redirects are followed after the same checks.

        Raises:
            FetchError: There is none.
        """
        try:
            async with asyncio.timeout(self.seconds):
                return await self._follow(parse_target(iri), asked)
        except TimeoutError as error:
            raise FetchError(f"it took longer than {self.seconds:g} seconds") from error
        except tuple(kind for kind, _ in FAILURES) as error:
            raise FetchError(next(reason for kind, reason in FAILURES if isinstance(error, kind))) from error

    async def _follow(self, target: Target, asked: Asked) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            found = await self._ask(target, asked)
            if isinstance(found, Fetched):
                return found
            target, asked = self._redirected(target, found), found.asked
        raise FetchError(f"it redirects more than {MOST_REDIRECTS} times")

    def _redirected(self, target: Target, found: "_Redirect") -> Target:
        try:
            new = parse_target(urljoin(target.iri, found.location))
        except ValueError as error:
            raise FetchError("it redirects to what is no address") from error
        if target.scheme == "https" and new.scheme == "http":
            raise FetchError("it redirects from https to http")
        if self.hosts.refusal(new) is not None:
            raise FetchError("it redirects to a host that may not be asked from here")
        return new

    async def _ask(self, target: Target, asked: Asked) -> "Fetched | _Redirect":
        network = CheckedNetwork(target, self.hosts, self.resolve)
        url = httpcore.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode()
        )
        waits = {"connect": CONNECT_SECONDS, "read": self.seconds, "write": self.seconds, "pool": self.seconds}
        async with (
            httpcore.AsyncConnectionPool(ssl_context=self.tls, network_backend=network) as pool,
            pool.stream(
                asked.method, url, headers=_headers(target, asked), content=asked.body, extensions={"timeout": waits}
            ) as response,
        ):
            return await self._read(response, asked)

    async def _read(self, response: httpcore.Response, asked: Asked) -> "Fetched | _Redirect":
        headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
        if response.status in (*REPEATING, SEE_OTHER) and b"location" in headers:
            again = replace(asked, method="GET", content_type="", body=b"")
            return _Redirect(headers[b"location"], again if response.status == SEE_OTHER else asked)
        if not 200 <= response.status < 300:
            raise FetchError(f"it answered with status {response.status}")
        if headers.get(b"content-encoding", "identity").strip().lower() != "identity":
            raise FetchError("its answer is packed, although that was not asked for")
        content_type = headers.get(b"content-type", "")
        media_type = content_type.partition(";")[0].strip().lower()
        if media_type not in READ_TOO and media_type not in asked.accept.lower():
            raise FetchError(f"its answer is of the type “{media_type[:80]}”, which was not asked for")
        body = bytearray()
        async for piece in response.aiter_stream():
            body += piece
            if len(body) > self.answer_bytes:
                raise FetchError(f"its answer has more than {self.answer_bytes} bytes")
        return Fetched(content_type, bytes(body))


@dataclass(frozen=True, slots=True)
class _Redirect:
    """Where an answer is to be had instead, and what is to be asked there."""

    location: str
    asked: Asked


def _headers(target: Target, asked: Asked) -> list[tuple[str, str]]:
    headers = {
        "Host": target.shown,
        "Accept": asked.accept,
        "Accept-Encoding": "identity",
        "Content-Type": asked.content_type,
        "Content-Length": str(len(asked.body)) if asked.method == "POST" else "",
        "User-Agent": f"cloudindex/{version('cloudindex')}",
        "Connection": "close",
    }
    return [(name, value) for name, value in headers.items() if value]
